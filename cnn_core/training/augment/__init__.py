"""Random changes to training pictures."""
