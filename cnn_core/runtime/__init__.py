"""Devices, weights, and what a run notes down."""
