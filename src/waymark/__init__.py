"""Waymark: cited answers from a governed library, and a private record, for people whose cancer may come back."""
