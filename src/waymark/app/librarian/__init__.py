"""People who work on a library: who they are, what each may do, and their sessions; the pages are in ``app/web/librarian``."""
