"""The operator's terminal: `p2p-fleet`."""
