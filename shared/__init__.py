"""What both functions and the terminal stand on."""
