"""Asking the model server that an operator chose for plain words. Off by default; nothing of the private record can get here."""
