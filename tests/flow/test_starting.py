"""What is damaged is told in Swedish, with advice that helps."""

import shutil

import pytest

from nlp import artefacts
from service import flow
from service.errors import SettingsError
from service.settings import Settings
from service.sources.raw import ImportOptions
from tests.builders import MODELS

NAMES = f"names/{artefacts.load_settings(MODELS).names_version}"


@pytest.fixture
def models(tmp_path):
    """A folder as the one that ships, with a copy of what finds names."""
    folder = tmp_path / "models"
    folder.mkdir()
    for path in MODELS.iterdir():
        if path.name != "names":
            (folder / path.name).symlink_to(path)
    shutil.copytree(MODELS / NAMES, folder / NAMES)
    return folder


@pytest.mark.parametrize("reader", ["transformer", "lexical"])
def test_a_list_of_names_that_is_cut_short_stops_everything(models, tmp_path, reader):
    path = models / NAMES / "names.tsv"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:9_000]))
    settings = Settings(data_dir=tmp_path / "data", models_dir=models, reader=reader)
    with pytest.raises(SettingsError, match="Det som hittar personnamn") as refused:
        flow.build_pipeline(settings)
    told = str(refused.value)
    assert "names.tsv" in told
    assert "Hämta mappen på nytt" in told
    assert "LYSSNAD_READER" not in told  # no other reader can do without
    assert "lyssnad train" not in told
    with flow.open_store(settings) as store:
        with pytest.raises(SettingsError, match="Det som hittar personnamn"):
            flow.import_files(
                store,
                [],
                settings=settings,
                options=ImportOptions(),
                progress=lambda path, count: None,
            )


def test_a_damaged_reader_can_be_replaced_by_another(models, tmp_path):
    (models / "linear").unlink()
    settings = Settings(data_dir=tmp_path / "data", models_dir=models, reader="linear")
    with pytest.raises(SettingsError, match="lättare läsare med LYSSNAD_READER"):
        flow.build_pipeline(settings)
