"""`capture read`: what a file says, in lines, objects and columns; what is no capture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from child import running
from command import Run
from netlynx import capture, route
from netlynx.codec._codec import encode_record
from netlynx.route.constants import RTM
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import Message

LINK = Message(RTM.NEWLINK, 0, 5, 9, encode_record(route.Link(index=2, name="v0", mtu=1400))).pack()
ASKED = Message(RTM.GETLINK, NLM_F.REQUEST | NLM_F.DUMP, 5, 0, bytes(16)).pack()
SECOND = 10**9


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.pcap"
    with capture.Writer(path) as writer:
        writer.write("route", ASKED, direction="sent", time=0)
        writer.write("route", LINK, direction="received", time=SECOND)
        writer.write("smc", Message(16, NLM_F.REQUEST, payload=b"\1\2").pack(), time=2 * SECOND)
    return path


def test_a_line_a_message(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    said = run("capture", "read", str(file)).stdout.splitlines()
    assert [line.partition(" ")[2] for line in said] == [
        "> RTM_GETLINK DUMP seq=5 port=0 Link()",
        "< RTM_NEWLINK seq=5 port=9 Link(index=2, name=v0, mtu=1400)",
        "> smc 16 seq=0 port=0 (2 bytes)",
    ]


def test_an_object_a_message(run: Run, file: Path) -> None:
    objects = [json.loads(line) for line in run("capture", "read", str(file), "--lines").stdout.splitlines()]
    assert [each["type"] for each in objects] == ["RTM_GETLINK", "RTM_NEWLINK", "16"]
    assert [each["time"] for each in objects] == [0, 1, 2]
    assert objects[2]["payload"] == "0102"


def test_only_what_is_wanted(run: Run, file: Path) -> None:
    said = run("capture", "read", str(file), "family=route", "kind=new").stdout
    assert said.count("\n") == 1
    assert "RTM_NEWLINK" in said
    refused = run("capture", "read", str(file), "kind=news", status=2)
    assert "'news' is no kind" in refused.stderr
    nothing = run("capture", "read", str(file), "dev=eth9")
    assert nothing.stdout == ""
    assert nothing.stderr.startswith("netlynx: dev=eth9: nothing in this capture tells which interface is called so")


def test_columns(run: Run, file: Path) -> None:
    said = run("capture", "read", str(file), "type=newlink", "--format", "csv").stdout.splitlines()
    assert said[0] == "time,direction,protocol,type,flags,sequence,port,error,record,payload,unknown"
    assert said[1].startswith('1000000000,received,route,RTM_NEWLINK,,5,9,,"{""index"":2,')
    run("capture", "read", str(file), "--format", "json", status=2)


def test_a_file_that_is_cut_off_is_read_up_to_there(run: Run, file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:-5])
    for form in ((), ("--lines",), ("--format", "csv")):
        said = run("capture", "read", str(file), *form, status=1)
        assert said.stdout.count("RTM_") == 2
        assert said.stderr.startswith(
            f"netlynx: {file}: byte {len(whole) - 36}: the file ends after 31 of the 36 bytes"
        )
        assert said.stderr.count("\n") == 1


def test_what_is_no_capture_is_one_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"PK\3\4")
    said = run("capture", "read", str(path), status=1).stderr
    assert said.startswith(f"netlynx: {path}: byte 0: the file begins with 504b0304: ")
    assert said.count("\n") == 1
    assert "No such file" in run("capture", "read", str(tmp_path / "none"), status=1).stderr


def test_a_capture_may_come_through_a_pipe_and_is_printed_as_it_comes(file: Path) -> None:
    whole = file.read_bytes()
    end = len(whole) - 52
    with running("capture", "read", "-", "--lines") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.buffer.write(whole[:end])
        process.stdin.buffer.flush()
        assert [json.loads(process.stdout.readline())["type"] for _ in range(2)] == ["RTM_GETLINK", "RTM_NEWLINK"]
        process.stdin.buffer.write(whole[end:])
        process.stdin.close()
        assert json.loads(process.stdout.readline())["type"] == "16"
        assert process.wait() == 0
