"""The demonstration, taken the whole way once for all tests that look at it."""

import pytest

from service import demonstration, flow
from service.settings import Settings
from service.sources.raw import ImportOptions


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory):
    return demonstration.settings(Settings(data_dir=tmp_path_factory.mktemp("demo")))


@pytest.fixture(scope="session")
def demo_receipts(demo_settings):
    with flow.open_store(demo_settings) as store:
        return flow.import_files(
            store,
            demonstration.files(),
            settings=demo_settings,
            options=ImportOptions(),
            progress=lambda path, count: None,
        )


@pytest.fixture(scope="session")
def demo_store(demo_settings, demo_receipts, pipeline):
    with flow.open_store(demo_settings) as store:
        flow.analyse(store, pipeline, settings=demo_settings, progress=lambda done, total: None)
        yield store
