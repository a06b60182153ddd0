"""The doors: command line, pages, API, Model Context Protocol; and the wiring behind them."""
