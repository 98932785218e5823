"""VPC: networks, vSwitches, gateways and routes."""
