"""EventBridge: event buses, scheduled sources that fire, rules, and targets that are invoked."""
