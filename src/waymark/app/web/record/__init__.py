"""The private record's pages: on an address of their own, in one process, for this machine alone."""
