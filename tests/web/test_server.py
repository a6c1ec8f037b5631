"""The service starts where it may, says where it is, and stops when told."""

import logging
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from service import cli
from service.cli import serving
from service.errors import SettingsError
from service.settings import CHECKOUT, Settings
from service.web.server import _DiscreetFormatter, run


def never(told):
    raise AssertionError("got so far")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "example.com", ""])  # noqa: S104
def test_it_listens_on_this_computer_only(host):
    with pytest.raises(SettingsError, match="ingen inloggning"):
        run(Settings(host=host), prepare=never, announce=never)


def test_a_port_that_is_taken_is_told_of_before_anything_is_read(monkeypatch):
    monkeypatch.setattr("service.flow.build_pipeline", never)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"Port {port} används redan"):
            run(Settings(port=port), prepare=never, announce=never)


def test_the_pipeline_is_built_once(pipeline, monkeypatch, tmp_path):
    built, served = [], []
    monkeypatch.setattr("service.flow.build_pipeline", lambda s: built.append(s) or pipeline)
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: served.append(self))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serving.serve(data_dir=tmp_path, port=port)
    assert (len(built), len(served)) == (1, 1)


def test_it_says_where_it_is_and_answers_there(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"LYSSNAD_DATA_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = [
        sys.executable,
        "-c",
        f"from {cli.__name__} import main; main()",
        "serve",
        "--port",
        str(port),
    ]
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == f"Tjänsten är igång på http://127.0.0.1:{port}\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ko?account=x") as response:
            assert response.status == 200
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert told == ""


def test_a_log_never_holds_what_an_error_says():
    def fail():
        raise ValueError("en hemlig text")

    try:
        fail()
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "fel", (), sys.exc_info())
    told = _DiscreetFormatter("%(message)s").format(record)
    assert "ValueError" in told
    assert "in fail" in told
    assert told.count("hemlig") == 1  # the line of code, which is ours; not the message
    assert "ValueError: en hemlig" not in told
