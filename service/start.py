"""Where the command begins: what it loads takes a while, and Ctrl+C may come in it."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Load the command line and run it."""
    try:
        from service import cli
    except KeyboardInterrupt:
        print("Avbrutet.", file=sys.stderr)  # noqa: T201  nothing to tell with is loaded yet
        sys.exit(130)
    cli.main()
