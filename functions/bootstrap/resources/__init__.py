"""The resources of a region stack, in the order in which they are built; destroyed backwards."""
