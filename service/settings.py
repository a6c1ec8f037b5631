"""How one installation is set up: where things lie, and what it listens on.

Operational settings only: they change where and how, never the figures, with one exception that
its own description states. The scientific configuration is models/pipeline.toml.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.errors import SettingsError, reason

CHECKOUT: Final = Path(__file__).resolve().parent.parent
"""The folder that holds nlp/, service/, models/ and data/."""

_KEY_BYTES: Final = 32


def _make_key(path: Path) -> None:
    """Make the secret, unless another start makes it first: it appears whole or not at all."""
    # mkstemp opens with O_EXCL for the owner only.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as unfinished:
            unfinished.write(secrets.token_hex(_KEY_BYTES) + "\n")
            unfinished.flush()
            os.fsync(unfinished.fileno())
        # Unlike a renaming, a link never takes the place of a key that is there.
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()


class Settings(BaseSettings):
    """Settings from the environment (LYSSNAD_…), overridden by the command line."""

    model_config = SettingsConfigDict(
        env_prefix="LYSSNAD_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        default=CHECKOUT / "data" / "local",
        description="Mapp för databasen och nyckeln som pseudonymer görs med.",
    )
    models_dir: Path = Field(
        default=CHECKOUT / "models",
        description="Mapp med pipeline.toml, lexikon och tränade modeller.",
    )
    reader: Literal["transformer", "linear", "lexical"] | None = Field(
        default=None,
        description="Läsare; tomt betyder den som models/pipeline.toml anger. Ändrar siffrorna.",
    )
    cores: int = Field(
        default=0, ge=0, description="Hur många kärnor som läsningen får använda; 0 är alla."
    )
    host: str = Field(default="127.0.0.1", description="Adress som tjänsten lyssnar på.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port som tjänsten lyssnar på.")
    now: AwareDatetime | None = Field(
        default=None,
        description="Låtsas att klockan är så här mycket; för demonstration och omkörning.",
    )
    demo: bool = Field(default=False, description="Märker alla sidor som demonstration.")

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data_dir / "lyssnad.db"

    @property
    def cores_to_use(self) -> int:
        """How many cores reading may use."""
        return self.cores or os.cpu_count() or 1

    def clock(self) -> datetime:
        """The time that figures are counted at, in UTC."""
        return datetime.now(UTC) if self.now is None else self.now.astimezone(UTC)

    def prepare(self) -> None:
        """Make the data folder and check the models folder.

        Raises:
            SettingsError: A folder is missing or cannot be made; says which and what to do.
        """
        if not (self.models_dir / "pipeline.toml").is_file():
            raise SettingsError(
                f"Det finns ingen pipeline.toml i {self.models_dir}. "
                "Kör från en klonad källkod, eller ange LYSSNAD_MODELS_DIR."
            )
        try:
            # Comments are nobody's business but the service's own user's.
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"Mappen {self.data_dir} går inte att skapa: {reason(error)}. "
                "Ange en mapp som du får skriva i med --data-dir eller LYSSNAD_DATA_DIR."
            ) from error

    def author_key(self) -> bytes:
        """The secret that author pseudonyms are made with; created on first use.

        It lies beside the database, never in it: whoever gets the database alone cannot tell who
        wrote what. Deleting it breaks the link to every author for good.

        Raises:
            SettingsError: The key is missing although there is a database, or is damaged.
        """
        path = self.data_dir / "author.key"
        # In this order: another first start makes the key before the database.
        is_installed = self.database.exists()
        try:
            if not path.exists():
                if is_installed:
                    raise SettingsError(
                        f"Nyckeln {path} saknas men databasen finns. Lägg tillbaka nyckeln från "
                        "säkerhetskopian; utan den blir samma skribent två olika."
                    )
                _make_key(path)
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            why = reason(error) if isinstance(error, OSError) else "den är skadad"
            raise SettingsError(
                f"Nyckeln {path} går inte att läsa eller skapa: {why}. Ange en mapp som du får "
                "skriva i med --data-dir, eller lägg tillbaka filen från säkerhetskopian."
            ) from error
        if len(key) != _KEY_BYTES:
            raise SettingsError(
                f"Nyckeln {path} är skadad ({len(key)} byte, ska vara {_KEY_BYTES}). "
                "Lägg tillbaka filen från säkerhetskopian."
            )
        return key


def load_settings(**overrides: object) -> Settings:
    """Read the settings; overrides that are None are left to the environment.

    Raises:
        SettingsError: A value does not fit; names each.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # pydantic checks each value
    except ValidationError as error:
        wrong = ", ".join(
            f"LYSSNAD_{'_'.join(str(part) for part in problem['loc']).upper()}"
            for problem in error.errors()
        )
        raise SettingsError(
            f"Inställningarna går inte att använda: {wrong} har ett värde som inte passar. "
            "Se tabellen över inställningar i service/README.md."
        ) from error
    if settings.cores:
        # The tokenizer's threads are Rust's own, and are told how many in no other way.
        os.environ["RAYON_NUM_THREADS"] = str(settings.cores)
    return settings
