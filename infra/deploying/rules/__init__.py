"""What `infra/s.yaml` must keep to once its variables are filled in: stricter than the tool.

The component's own schema misses unknown properties, what stands in a trigger, how much memory goes
with how much CPU, and everything that is about this project. Pure.
"""
