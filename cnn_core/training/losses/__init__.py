"""What networks are trained to make small."""
