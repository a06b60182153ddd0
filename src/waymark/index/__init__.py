"""Search: the seam, the embedded engine, the analyser, the encoder and the manifest."""
