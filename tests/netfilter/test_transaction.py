"""Changes that take effect together, told with the smallest of nftables: its tables."""

from __future__ import annotations

import errno
import shutil
import subprocess

import pytest

import netlynx
from netlynx import netfilter, netns
from netlynx.engine.operation import Do
from netlynx.netfilter import NFNL_SUBSYS, NetfilterFamily, NetfilterHeader
from netlynx.netfilter.nfnetlink import netfilter_do
from netlynx.schema import Record, attr, head, string
from netlynx.wire.constants import NLM_F

NFT_MSG_NEWTABLE, NFTA_TABLE_NAME = 0, 1  # linux/netfilter/nf_tables.h


class Table(Record, header=NetfilterHeader):
    family: NetfilterFamily = head(default=NetfilterFamily.IPV4)
    name: str | None = attr(NFTA_TABLE_NAME, string)


def table(name: str) -> Do[None]:
    request = Table(name=name)
    return netfilter_do("table", NFNL_SUBSYS.NFTABLES, NFT_MSG_NEWTABLE, request, flags=NLM_F.CREATE | NLM_F.EXCL)


def listed(namespace: netns.NetworkNamespace) -> list[str]:
    if shutil.which("nft") is None:
        pytest.skip("no `nft` to compare with: apt-get install nftables")
    done = netns.run_in(namespace, subprocess.run, ["nft", "list", "tables"], capture_output=True, text=True)
    return [line.split()[2] for line in done.stdout.splitlines()]


@pytest.fixture(autouse=True)
def tables(nl: netlynx.Connection) -> None:
    try:
        nl.do(netfilter.transaction([table("first")]))
    except netlynx.NotSupported as error:
        pytest.skip(f"this kernel has no nftables: {error}")


def test_all_takes_effect(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    nl.do(netfilter.transaction(map(table, "ab")))
    assert listed(namespace) == ["first", "a", "b"]


def test_or_nothing(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    said = r"nothing was carried out.*operation 2, table\(.*first"
    with pytest.raises(netlynx.TransactionError, match=said) as caught:
        nl.do(netfilter.transaction([table("a"), table("first"), table("b"), table("first")]))
    errors = caught.value.errors
    assert {at: type(error) for at, error in errors.items()} == dict.fromkeys((1, 3), netlynx.AlreadyExists)
    assert listed(namespace) == ["first"]
    nl.do(netfilter.transaction([table("a")]))  # the socket has no answers left over
    assert listed(namespace) == ["first", "a"]


def test_another_generation_refuses_the_whole(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    with pytest.raises(netlynx.StaleGeneration, match="made for generation 2147483647") as caught:
        nl.do(netfilter.transaction([table("a")], generation=0x7FFFFFFF))
    assert caught.value.errno == errno.ERESTART
    assert listed(namespace) == ["first"]


def test_a_subsystem_without_transactions_says_so(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NotSupported):
        nl.do(netfilter.transaction([table("a")], subsystem=NFNL_SUBSYS.CTNETLINK))


@pytest.mark.anyio
async def test_async(namespace: netns.NetworkNamespace) -> None:
    async with netlynx.aconnect(netns=namespace) as nl:
        await nl.do(netfilter.transaction([table("a")]))
        with pytest.raises(netlynx.TransactionError):
            await nl.do(netfilter.transaction([table("a")]))
    assert listed(namespace) == ["first", "a"]


def test_nothing_is_no_transaction() -> None:
    with pytest.raises(netlynx.EncodeError, match="at least one"):
        netfilter.transaction([])
