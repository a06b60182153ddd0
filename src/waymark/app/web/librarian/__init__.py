"""The librarian's pages: overview, queue, documents, reviews, people, audit log. Off unless an operator switches them on."""
