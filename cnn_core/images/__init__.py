"""Pictures: opened, placed, drawn into, made."""
