"""The bundled example: invented threads in the networks' own export formats."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from service.errors import SettingsError
from service.settings import CHECKOUT, Settings

FOLDER: Final = CHECKOUT / "data" / "demo"

NOW: Final = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)
"""The evening after the last example comment: else every wait would grow with the calendar."""


def files() -> list[Path]:
    """The example exports, in name order.

    Raises:
        SettingsError: They are not where the checkout has them.
    """
    found = sorted(path for path in FOLDER.glob("*") if path.suffix in (".csv", ".json", ".xlsx"))
    if not found:
        raise SettingsError(
            f"Exempeldata saknas i {FOLDER}. Kör från en klonad källkod, där data/demo ingår."
        )
    return found


def settings(given: Settings) -> Settings:
    """Settings for the example: a database of its own, and a clock that stands still."""
    return given.model_copy(
        update={"data_dir": given.data_dir / "demo", "now": given.now or NOW, "demo": True}
    )
