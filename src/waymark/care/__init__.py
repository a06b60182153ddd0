"""What cited rules say of the entries: assessment, course, follow-up, questions, visit."""
