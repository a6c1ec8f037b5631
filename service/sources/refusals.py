"""Files that are well known and hold nothing to import, each with its reason.

They look enough like a format that "unknown" would send a person looking for a fault that is
not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from service.sources import comment_table, graph, json_values
from service.sources.file import FileKind, SourceFile
from service.sources.probe import Probe

_PERMISSION: Final = re.compile(r"\b(?:pages|instagram|business)_[a-z_]+|Page Public \w+ Access")
_ERROR_CODE: Final = re.compile(r'"code"\s*:\s*(\d{1,6})\b')
_TOO_MANY: Final = "För många anrop hade gjorts; vänta en timme"
_ERROR_CAUSES: Final = {
    190: "Nyckeln som hämtade filen har gått ut eller återkallats; skapa en ny",
    **dict.fromkeys((4, 17, 32, 613, 80001), _TOO_MANY),
}
"""By Graph API's code. All others that a reader of comments meets are of permission."""


def check(file: SourceFile, found: Probe) -> None:
    """Refuse a file that is known to hold nothing to import."""
    for holds, reason in _KNOWN:
        if holds(found):
            if found.kind is FileKind.JSON:
                json_values.check(file)  # a file cut off early looks empty, and is broken
            file.refuse(reason(found))


def description(file: SourceFile, found: Probe) -> str:
    """What an unknown file seems to be.

    Neither the cells of a table nor the keys of JSON are shown: in a file that no format knows
    both may be what people have written.
    """
    if found.kind is FileKind.JSON:
        json_values.check(file)  # a broken file is refused as broken
        return "är JSON av okänt slag"
    what = "en Excelfil" if found.kind is FileKind.SPREADSHEET else "en textfil"
    needed = ", ".join(f"”{comment_table.HEADERS[key][0]}”" for key in comment_table.REQUIRED)
    return (
        f"är {what} utan en rad med kända kolumnrubriker; en egen kommentarstabell behöver {needed}"
    )


def _is_graph_error(found: Probe) -> bool:
    return bool(found.keys.get("error", frozenset()) & {"type", "fbtrace_id"})


def _graph_error(found: Probe) -> str:
    code = _ERROR_CODE.search(found.tail)
    cause = _ERROR_CAUSES.get(int(code[1])) if code else None
    if cause is None:
        permissions = ", ".join(sorted(set(_PERMISSION.findall(found.tail))))
        cause = (
            "Den som hämtade filen saknar behörighet till sidan eller fältet"
            + (f" (svaret nämner {permissions})" if permissions else "")
            + ". Be sidans administratör ge appen behörigheten"
        )
    return (
        "är ett felsvar från Meta Graph API och innehåller inga kommentarer. "
        f"{cause} och hämta filen på nytt"
    )


def _is_schema(found: Probe) -> bool:
    root = found.keys.get("", frozenset())
    return "properties" in root and bool(root & {"type", "$schema"})


def _is_daily_series(found: Probe) -> bool:
    series = ({"date", "primary"}, {"datum", "primär"})
    return any(set(row) - {""} in series for head in found.heads for row in head.rows)


def _is_own_posts(found: Probe) -> bool:
    return "post" in found.keys.get("item.data.item", ())


def _is_empty_page(found: Probe) -> bool:
    root = found.keys.get("", frozenset())
    is_empty = found.keys.keys().isdisjoint({"data", "data.item"})
    return bool(root) and root <= {"data", "paging", "summary"} and is_empty


_KNOWN: Final[tuple[tuple[Callable[[Probe], bool], Callable[[Probe], str]], ...]] = (
    (_is_graph_error, _graph_error),
    (
        _is_schema,
        lambda _: (
            "beskriver ett format (JSON Schema) och innehåller inga kommentarer. "
            "Ange filen med själva innehållet"
        ),
    ),
    (
        _is_daily_series,
        lambda _: (
            "är en dagsserie för hela sidan och innehåller inga inlägg. "
            "Exportera innehåll per inlägg i Meta Business Suite"
        ),
    ),
    (
        _is_own_posts,
        lambda _: (
            "är kontots egna inlägg ur Facebooks nedladdning och innehåller inga "
            "kommentarer. Ange comments.json i samma nedladdning"
        ),
    ),
    (
        _is_empty_page,
        lambda _: (
            "är en tom sida från Meta Graph API (data är tom). Det finns inget att läsa in ur den"
        ),
    ),
    (
        graph.is_unclear,
        lambda _: (
            "innehåller antingen inlägg eller kommentarer, och inget i filen säger vilket. "
            "Ange --source graph-posts eller --source graph-comments"
        ),
    ),
)
