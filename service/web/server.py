"""Runs the application on this computer's own address, and nowhere else."""

from __future__ import annotations

import errno
import logging
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import uvicorn

from nlp.pipeline import Pipeline
from service import flow
from service.errors import SettingsError, reason
from service.settings import Settings
from service.web.app import create_app

if TYPE_CHECKING:
    from logging import _SysExcInfoType

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
"""What the service may listen on."""

_FINISH_SECONDS: Final = 5
"""How long requests under way may take to finish when the service is stopped."""


def run(
    settings: Settings,
    *,
    prepare: Callable[[Pipeline], None],
    announce: Callable[[str], None],
) -> None:
    """Serve until interrupted.

    Args:
        settings: Of this installation.
        prepare: What is to be done before the first request, once it is known that the address
            can be had: reading thousands of comments must not end in a port that is taken.
        announce: Told the address once requests are answered there.

    Raises:
        SettingsError: The host is not this computer itself, the port is taken or not allowed, or
            models or rules are missing.
        UserError: What `prepare` raises.
    """
    if settings.host not in LOOPBACK:
        raise SettingsError(
            f"Tjänsten kan inte lyssna på {settings.host}: den har ingen inloggning än, så alla "
            f"som når adressen skulle kunna läsa allt. Välj {', '.join(LOOPBACK[:-1])} eller "
            f"{LOOPBACK[-1]} med --host eller LYSSNAD_HOST."
        )
    with _listening(settings.host, settings.port) as listener:
        pipeline = flow.build_pipeline(settings)
        prepare(pipeline)
        name = f"[{settings.host}]" if ":" in settings.host else settings.host
        config = uvicorn.Config(
            create_app(settings, pipeline=pipeline),
            log_config=None,
            access_log=False,  # a query string may hold what somebody searched for
            server_header=False,
            date_header=True,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=_FINISH_SECONDS,
        )
        _log_discreetly()
        server = _AnnouncingServer(config, lambda: announce(f"http://{name}:{settings.port}"))
        with suppress(KeyboardInterrupt):  # how one stops it
            server.run(sockets=[listener])


class _AnnouncingServer(uvicorn.Server):
    """A server that says when it is there."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._announce()


class _DiscreetFormatter(logging.Formatter):
    """Writes where an error came from, never its message: it may hold what somebody wrote."""

    def formatException(self, ei: _SysExcInfoType) -> str:  # noqa: N802  logging's name
        kind, _, trace = ei
        return "".join((*traceback.format_tb(trace), "" if kind is None else kind.__name__))


def _log_discreetly() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_DiscreetFormatter("%(levelname)s %(message)s"))
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler] if name == "uvicorn" else []
        logger.setLevel(logging.WARNING)
        logger.propagate = name != "uvicorn"


def _listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that a taken port is known before anything else starts."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    try:
        # Else a restart within a minute would find its own port taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        # Until somebody listens, a second start could bind the same port. Who asks before the
        # service is ready waits for it.
        listener.listen()
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from error
    return listener


def _cannot_listen(host: str, port: int, error: OSError) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        return SettingsError(
            f"Port {port} används redan på den här datorn, kanske av en tjänst som redan är igång. "
            f"Stäng den, eller välj en annan port: --port {port + 1 if port < 65535 else port - 1}."
        )
    if error.errno == errno.EACCES:
        return SettingsError(
            f"Port {port} får inte användas av vanliga användare. "
            "Välj en port över 1023, till exempel --port 8000."
        )
    return SettingsError(
        f"Det går inte att lyssna på {host}, port {port}: {reason(error)}. "
        "Välj en annan adress med --host eller en annan port med --port."
    )
