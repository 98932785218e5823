"""Checks: what must be so for a region to start, each judged from what the cloud said."""
