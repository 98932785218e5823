"""Object storage, as far as uploads of code packages need it."""
