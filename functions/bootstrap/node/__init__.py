"""What a node is told in its first minute, and the agent that it runs from then on."""
