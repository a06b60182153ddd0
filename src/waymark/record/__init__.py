"""The person's own entries, private and encrypted."""
