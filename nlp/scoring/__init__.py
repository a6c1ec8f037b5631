"""How well people were answered, and how good the discussion was."""
