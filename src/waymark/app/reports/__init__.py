"""Reports of readers: an answer that helped, did not help, was wrong or could harm, kept so that it can be shown again years later."""
