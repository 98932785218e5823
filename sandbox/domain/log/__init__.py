"""The Simple Log Service: projects, logstores, and what collects logs into them."""
