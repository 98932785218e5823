"""The watcher: read, observe, decide, act, report; one module per step."""
