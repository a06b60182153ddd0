"""Trials, centres and support."""
