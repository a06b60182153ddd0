"""What can be wrong with a document: each check is one small piece with its rule, its evidence and its severity."""
