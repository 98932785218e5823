"""Function Compute 3.0: functions, layers, triggers, and invocations that wait to be run."""
