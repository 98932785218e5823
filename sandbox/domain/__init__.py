"""The cloud as a pure model: no sockets, no threads, no real time, no global state."""
