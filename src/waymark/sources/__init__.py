"""Where documents come from: publishers, captures and the readers that turn bytes into drafts."""
