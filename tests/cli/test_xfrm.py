"""`xfrm`: states and policies of a virtual kernel as tables and as JSON, and keys where they are asked for alone."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from command import Run

KERNEL = textwrap.dedent(
    """
    from netlynx import xfrm
    from netlynx.kernel import VirtualKernel
    from netlynx.wire.constants import NETLINK
    from netlynx.xfrm.listing import WantedPolicies, WantedStates

    AEAD = xfrm.AeadAlgorithm(name="rfc4106(gcm(aes))", key=bytes(range(0xA0, 0xB4)), length=128)
    TUNNEL = {"source": "192.0.2.1", "destination": "192.0.2.2", "protocol": "esp", "mode": "tunnel", "reqid": 7}
    kernel = VirtualKernel()
    service = kernel.serve(NETLINK.XFRM)

    @service.dump(18, record=WantedStates, reply=16)
    def states(request):
        yield xfrm.State(
            **TUNNEL, spi=0x1000, aead=AEAD, mark="0x10/0xff", flags="esn", window={"window": 64},
            limits=xfrm.Limits(hard_seconds=600), used=xfrm.Used(bytes=840, packets=10), integrity_errors=2,
            offload={"interface": 2, "flags": "packet"},
        )

    @service.dump(21, record=WantedPolicies, reply=19)
    def policies(request):
        yield xfrm.Policy(
            direction="out", selector={"source": "10.0.0.0/24", "protocol": "udp", "destination_port": 53},
            priority=9, limits=xfrm.Limits(), templates=[TUNNEL], if_id=3,
        )

    @service.do(16, record=xfrm.State)
    def add(request):
        assert request.record.aead == AEAD
    """
)
KEY = bytes(range(0xA0, 0xB4)).hex()


@pytest.fixture
def kernel(tmp_path: Path) -> str:
    path = tmp_path / "kernel.py"
    path.write_text(KERNEL)
    return str(path)


def test_states_are_a_table_without_their_keys(run: Run, kernel: str) -> None:
    said = run("xfrm", "states", "--wide", "--kernel", kernel).stdout
    for word in ("192.0.2.1 > 192.0.2.2", "0x00001000", "rfc4106(gcm(aes))", "840 B, 10 packets", "hard 600 s"):
        assert word in said
    for word in ("mark 0x10/0xff", "offload", "esn", "2 integrity errors"):
        assert word in said
    assert KEY[:6] not in said
    assert KEY in run("xfrm", "states", "--show-keys", "--wide", "--kernel", kernel).stdout


@pytest.mark.parametrize("form", ["--json", "--lines"])
def test_json_has_keys_where_they_are_asked_for(run: Run, kernel: str, form: str) -> None:
    said = run("xfrm", "states", form, "--kernel", kernel).stdout
    assert KEY[:6] not in said
    (state,) = json.loads(said) if form == "--json" else [json.loads(said)]
    assert (state["aead"]["name"], state["aead"]["key"], state["spi"]) == ("rfc4106(gcm(aes))", "", "0x00001000")
    assert (state["limits"]["hard_bytes"], state["limits"]["hard_seconds"]) == ("unlimited", 600)
    assert (state["offload"]["interface"], state["offload"]["flags"]) == (2, ["packet"])
    assert KEY in run("xfrm", "states", form, "--show-keys", "--kernel", kernel).stdout


def test_policies_are_a_table(run: Run, kernel: str) -> None:
    said = run("xfrm", "policies", "--wide", "--kernel", kernel).stdout
    for word in (
        "out",
        "10.0.0.0/24 > any udp any > 53",
        "allow",
        "esp tunnel 192.0.2.1 > 192.0.2.2 reqid 7",
        "if_id 3",
    ):
        assert word in said


def test_no_word_of_a_change_has_a_key(run: Run, kernel: str) -> None:
    words = ["source=192.0.2.1", "destination=192.0.2.2", "protocol=esp", "spi=0x1000", "aead.name=rfc4106(gcm(aes))"]
    words += [f"aead.key=0x{KEY}", "aead.length=128"]
    told = run("add", "xfrm-state", *words, "--kernel", kernel).stdout
    shown = run("add", "xfrm-state", *words, "--dry-run", "--kernel", kernel).stdout
    for said in (told, shown):
        assert "rfc4106(gcm(aes))" in said
        assert KEY[:6] not in said.replace(" ", "")


def test_the_table_of_sql_has_no_keys(run: Run, kernel: str) -> None:
    pytest.importorskip("duckdb")
    said = run("sql", "select spi, aead from xfrm_states", "--kernel", kernel, "--json").stdout
    assert "0x00001000" in said
    assert KEY[:6] not in said
