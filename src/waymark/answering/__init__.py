"""From a question to an answer or a decline, with urgent signs first."""
