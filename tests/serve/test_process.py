"""The server as a process: it ends gracefully, and its log names nobody."""

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from datong.serve.reading import people
from tests.serve.conftest import Signed

SECRET = "4417123456789113"  # noqa: S105 - stands for what must be in no log


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`datong serve` over an empty folder."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    organization = '[[organization]]\nid = "H1"\nfolder = "s"\nmappings = "m"\n'
    settings = f'[project]\nname = "x"\n{organization}'
    (tmp_path / "datong.toml").write_text(settings, "utf-8")
    ran = [sys.executable, "-m", "datong", "serve", str(tmp_path), "--port", str(port)]
    given = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "DATONG_LANG": "en"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(ran, env=given, text=True, **pipes) as process:  # type: ignore[call-overload]  # pipes
        wait_for(port)
        yield process, port
        process.kill()


def wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


def test_who_asks_is_answered_before_the_end(
    server: tuple[subprocess.Popen[str], int],
) -> None:
    process, port = server
    form = f"name={SECRET}&password={SECRET}"
    asked = (
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.sendall(f"GET /people/{SECRET} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert b"HTTP/1.1 303" in caller.recv(4096)
        caller.sendall(asked.encode() + form[:5].encode())  # a request half said
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        caller.sendall(form[5:].encode())
        answered = caller.recv(65536)
    assert re.match(rb"HTTP/1.1 401", answered)
    said, _ = process.communicate(timeout=30)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Make the first account" in said
    assert SECRET not in said


def test_a_mistake_of_ours_is_logged_by_its_place_alone(
    signed: Signed,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"cannot read {SECRET}")

    monkeypatch.setattr(people, "search", broken)
    inside = signed("steward")
    client = TestClient(inside.app, "https://testserver", raise_server_exceptions=False)
    client.cookies = inside.cookies
    with caplog.at_level(logging.DEBUG, "datong"):
        answer = client.get(f"/search?words={SECRET}")
    assert answer.status_code == 500
    assert SECRET not in answer.text
    told = "\n".join(one.getMessage() for one in caplog.records if one.name == "datong")
    assert "RuntimeError" in told
    assert "test_process.py" in told
    assert SECRET not in told
