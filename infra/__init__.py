"""Everything that brings the functions to Function Compute; it imports `shared` at most."""
