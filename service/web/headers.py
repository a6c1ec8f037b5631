"""The headers that every answer carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "script-src 'none'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Nothing is loaded from anywhere else and nothing inline runs, whatever a comment holds."""

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Pages hold what people wrote; it must not outlive the visit in a browser's cache.
    "Cache-Control": "no-store",
}

STATIC_CACHE_CONTROL: Final = "no-cache"
"""Kept, but asked about each time: a new version of the program shows at once."""
