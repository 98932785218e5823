"""The two Function Compute functions of p2p-fleet."""
