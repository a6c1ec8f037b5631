"""Text in, judgements out: how comments, replies and discussions are read (README.md)."""
