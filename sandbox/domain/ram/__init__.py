"""RAM: roles, policies and what is attached to what; global, one of each per account."""
