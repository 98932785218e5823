"""`make bench`: what a poll costs, beside a baseline in the same run."""
