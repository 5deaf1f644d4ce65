"""Data sets on disk as tensors in memory."""
