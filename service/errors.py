"""What can go wrong that a user can do something about, and how it is answered.

    UserError                shown as one Swedish message, never as a traceback
    ├── FileRefused          nothing was taken from the file
    ├── BadRequest           what was asked for cannot be answered as asked
    ├── NotFound             what was asked for is not here
    ├── SettingsError        the service cannot start as it is set up
    └── StoreError           the database cannot be read or written

A message has three parts: what, where, what to do. It never holds a comment's text or author.
"""

from __future__ import annotations

from typing import Final


class UserError(Exception):
    """Something that the person at the keyboard can mend."""

    exit_code: int = 2
    status: int = 400
    title: str = "Något gick fel"


class FileRefused(UserError):
    """A file that nothing was taken from."""

    status = 422
    title = "Filen gick inte att läsa in"


class BadRequest(UserError):
    """A period, group, name or text that cannot be used as given."""

    status = 422
    title = "Frågan går inte att besvara"

    def __init__(self, message: str, *, parameter: str | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter


class NotFound(UserError):
    """A post, comment or nyckeltal that does not exist."""

    status = 404
    title = "Finns inte"


class SettingsError(UserError):
    """The service is set up in a way that it cannot start with."""

    status = 500
    title = "Inställningarna behöver rättas"


class StoreError(UserError):
    """The database is locked, full, read-only, damaged or from a newer version."""

    exit_code = 3
    status = 503
    title = "Databasen går inte att använda"


EXIT_WITH_REMARKS: Final = 1
"""Everything that could be taken in was, but rows were rejected or need a person's eye."""
