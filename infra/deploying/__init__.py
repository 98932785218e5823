"""`make deploy` and `make undeploy`: the functions, their layer and their schedule.

Serverless Devs does what it does well: it sends what `infra/s.yaml` describes. This package looks
before that whether everything is there, publishes the layer, and invokes bootstrap afterwards.
"""
