"""Benchmarks: what is measured, how, and what not to conclude stands in `README.md` beside this file."""
