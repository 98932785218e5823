"""The resource manager: resource groups; global, and asynchronous."""
