"""The web door: pages and API on one address."""
