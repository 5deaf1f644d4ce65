"""The tabs: one folder a group, one file a tab."""
