"""Captures beside what tshark says of them."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

import netlynx
from netlynx import capture
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.wire.message import Message

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def fields(path: Path, *names: str) -> list[list[str]]:
    """What tshark says of each packet: some fields, each with all its values."""
    options = [word for name in names for word in ("-e", name)]
    done = subprocess.run(
        ["tshark", "-r", str(path), "-T", "fields", *options], capture_output=True, text=True, check=True
    )
    return [line.split("\t") for line in done.stdout.splitlines()]


def links_of_the_host() -> tuple[bytes, list[bytes]]:
    """A request for all links, and its answer's datagrams."""
    request = Message(18, int(NLM_F.REQUEST | NLM_F.DUMP), 7, payload=bytes(16)).pack()
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK.ROUTE) as sock:
        sock.send(request)
        answer = []
        while not answer or netlynx.decode("route", answer[-1])[-1].name != "NLMSG_DONE":
            answer.append(sock.recv(1 << 16))
    return request, answer


def test_tshark_reads_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "links.pcap"
    request, answer = links_of_the_host()
    with capture.Writer(path) as writer:
        writer.write("route", request, direction="sent")
        for data in answer:
            writer.write("route", data, direction="received")
    types, names = zip(*fields(path, "netlink-route.nltype", "netlink-route.ifla_ifname"), strict=True)
    found = [netlynx.decode(each.protocol, each.data) for each in capture.read(path)]
    said = [message for messages in found for message in messages if message.name == "RTM_NEWLINK"]
    assert len(types) == len(found)
    assert sum(each.split(",").count("16") for each in types) == len(said)
    assert [name for each in names if each for name in each.split(",")] == [message.record.name for message in said]
