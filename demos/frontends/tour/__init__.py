"""The static tour: every demo with its examples as plain pages, which need no server and no script."""
