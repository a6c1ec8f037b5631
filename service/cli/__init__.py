"""The command line: a file for each kind of command, all of them listed in program.py.

What only some commands need is imported inside them, so that a help text comes at once.
"""

from service.cli.program import app, main

__all__ = ["app", "main"]
