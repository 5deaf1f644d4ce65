"""Training loops, and what recipes of one kind share."""
