"""Bootstrap: builds the missing region stacks, says whether they are ready, removes them again."""
