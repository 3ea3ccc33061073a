"""Servers that are found and trusted, and those that are not: in words, and without what is secret."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from command import PATIENCE
from forking import forked
from nats_server import PROGRAM, NatsServer
from netlynx.fleet.needed import FleetError, Refused
from netlynx.fleet.publisher import Publisher
from netlynx.fleet.server import Security, connected, shown

pytest.importorskip("nats")

NOTHING = Security()
Started = Callable[..., NatsServer]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Starts a server with more lines in its configuration."""
    if not PROGRAM:
        pytest.skip("needs nats-server")
    servers: list[NatsServer] = []

    def start(*lines: str) -> NatsServer:
        servers.append(NatsServer(tmp_path / f"nats{len(servers)}", *lines))
        servers[-1].start()
        return servers[-1]

    yield start
    for each in servers:
        each.kill()


def greet(url: str, security: Security = NOTHING) -> str:
    """The name of the server that answers."""

    async def run() -> str:
        async with connected(url, security) as client:
            await client.flush()
            return str(client.connected_url.hostname)

    return asyncio.run(run())


def test_a_password_is_taken_or_refused_and_never_shown(started: Started) -> None:
    server = started('authorization { user: "a", password: "b" }')
    assert greet(f"nats://a:b@127.0.0.1:{server.port}") == "127.0.0.1"
    for wrong in (server.url, f"nats://a:secret@127.0.0.1:{server.port}"):
        with pytest.raises(Refused, match="does not take this name, password or credential") as caught:
            greet(wrong)
        assert "secret" not in str(caught.value)
        assert shown(wrong) == server.url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nats://127.0.0.1:1", "no server answers: Connection refused"),
        ("http://127.0.0.1:4222", "'http://127.0.0.1:4222' is no address of a server: it is written nats://HOST:PORT"),
        ("127.0.0.1:4222", "is no address"),
        ("nats://127.0.0.1:port", "is no address"),
        ("", "is no address"),
    ],
)
def test_where_nobody_answers_it_is_said(url: str, words: str) -> None:
    with pytest.raises(FleetError, match=words):
        greet(url)


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    for given in ({"credentials": tmp_path / "x"}, {"ca": tmp_path / "x"}, {"certificate": tmp_path / "x"}):
        with pytest.raises(FleetError, match=r"/x: no .* can be read from it: No such file"):
            greet("nats://127.0.0.1:1", Security(**given))
    with pytest.raises(FleetError, match="give both"):
        greet("nats://127.0.0.1:1", Security(key="x"))


def test_a_server_without_tls_is_sent_nothing_where_tls_is_asked_for(started: Started) -> None:
    server = started('authorization { user: "a", password: "b" }', "debug: true", "trace: true")
    with pytest.raises(Refused, match="speaks no TLS"):
        greet(f"tls://a:b@127.0.0.1:{server.port}")
    assert "[CONNECT" not in (server.folder / "log").read_text()
    greet(f"nats://a:b@127.0.0.1:{server.port}")
    assert "[CONNECT" in (server.folder / "log").read_text()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_a_server_is_trusted_by_its_certificate(started: Started, tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    made += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=fleet"]
    subprocess.run([*made, "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    server = started(f'tls {{ cert_file: "{certificate}", key_file: "{key}" }}')
    secret = f"tls://127.0.0.1:{server.port}"
    assert greet(secret, Security(ca=certificate)) == "127.0.0.1"
    with pytest.raises(FleetError, match="TLS fails: self-signed certificate"):
        greet(secret)


def test_credentials_say_who_one_is(started: Started, tmp_path: Path) -> None:
    from nats_accounts import Accounts  # takes nkeys

    accounts = Accounts()
    url = started(*accounts.configuration).url
    stranger, own = (accounts.credentials(tmp_path / f"{known}.creds", known=known) for known in (False, True))

    def hosts(*more: str) -> tuple[int, str, str]:
        done = forked(["fleet", "hosts", "--json", "--from", url, *more])
        return done.returncode, done.stdout, done.stderr

    refused = (1, "", f"netlynx: {url}: the server does not take this name, password or credential\n")
    assert hosts() == hosts("--credentials", str(stranger)) == refused
    assert "there is no stream 'netlynx'" in hosts("--credentials", str(own))[2]

    async def publish() -> list[str]:
        notes: list[str] = []
        how = {"host": "web1", "security": Security(credentials=own), "note": notes.append}
        async with asyncio.timeout(PATIENCE), Publisher(url, tmp_path / "spool", **how) as publisher:  # type: ignore[arg-type]
            while not publisher.stored:
                await asyncio.sleep(0.01)
        return notes

    assert asyncio.run(publish()) == [f"publishing to {url} as web1"]
    status, told, said = hosts("--credentials", str(own))
    assert (status, said) == (0, "")
    assert [each["host"] for each in json.loads(told)] == ["web1"]
