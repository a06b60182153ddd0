"""The governed document: front matter, body, lifecycle, derived values, the catalogue and its audit events."""
