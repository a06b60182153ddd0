"""Quotable slices of a document's body."""
