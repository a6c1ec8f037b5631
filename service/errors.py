"""What can go wrong that a user can do something about, and how it is answered.

    UserError                shown as one Swedish message, never as a traceback
    ├── FileRefused          nothing was taken from the file
    ├── BadRequest           what was asked for cannot be answered as asked
    │   └── CorrectionRefused    what was said of a judgement cannot be kept
    ├── NotFound             what was asked for is not here
    ├── SettingsError        the service cannot start as it is set up
    └── StoreError           the database cannot be read or written

A message has three parts: what, where, what to do. It never holds a comment's text or author.
"""

from __future__ import annotations

import errno
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


class CorrectionRefused(BadRequest):
    """A person's word on a judgement that cannot be kept as it stands."""

    title = "Rättelsen gick inte att spara"


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

EXIT_NOT_BETTER: Final = 5
"""A new version of a reader was trained, but is no better than the one in use, and is not kept."""

_REASONS: Final = {
    errno.ENOENT: "den finns inte",
    errno.EACCES: "du saknar behörighet",
    errno.EPERM: "du saknar behörighet",
    errno.EROFS: "disken är skrivskyddad",
    errno.ENOSPC: "disken är full",
    errno.EDQUOT: "ditt utrymme på disken är slut",
    errno.EISDIR: "det är en mapp",
    errno.ENOTDIR: "en del av sökvägen är en fil och ingen mapp",
    errno.EEXIST: "en fil med det namnet är i vägen",
    errno.ENAMETOOLONG: "namnet är för långt",
    errno.ELOOP: "länken leder tillbaka till sig själv",
    errno.EIO: "disken går inte att läsa",
}


def reason(error: OSError) -> str:
    """Why the operating system said no, in Swedish; its own words may be in any language."""
    code = error.errno
    if code in _REASONS:
        return _REASONS[code]
    return f"felkod {errno.errorcode.get(code, code) if code else type(error).__name__}"
