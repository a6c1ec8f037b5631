"""Ways of reading a comment, interchangeable behind one interface (reader.py)."""
