"""Many entries to a message, on a kernel that counts messages and refuses what it is told to, in threads and tasks."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import anyio
import pytest

import netlynx
from netlynx import ipset
from netlynx.ipset.constants import IPSET_ATTR, IPSET_CADT, IPSET_CMD
from netlynx.kernel import VirtualKernel
from netlynx.netfilter import NFNL_SUBSYS
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG
from netlynx.wire.message import Attribute, Message, pack_attributes, parse_attributes

HEADER = b"\2\0\0\0"  # struct nfgenmsg
EXIST, PROTOCOL = 4103, 4097


class Sets:
    """As much of ipset as takes entries: the addresses of one set, which is a hash:ip."""

    def __init__(self, kernel: VirtualKernel, refused: set[str]) -> None:
        self.there: list[str] = []
        self.messages = 0
        self.refused = refused
        kernel.protocol(NETLINK.NETFILTER, self.take)

    def take(self, sock: object, message: Message) -> None:
        assert message.type >> 8 == NFNL_SUBSYS.IPSET
        if message.type & 0xFF == IPSET_CMD.LIST:
            self.header(sock, message)
            return
        assert message.type & 0xFF == IPSET_CMD.ADD
        self.messages += 1
        around = {each.type & 0x3FFF: each for each in parse_attributes(message.payload[4:])}
        for each in parse_attributes(around[IPSET_ATTR.ADT].payload):
            fields = {one.type & 0x3FFF: one.payload for one in parse_attributes(each.payload)}
            if IPSET_ADT_ETHER in fields:
                self.answer(sock, message, PROTOCOL, b"")  # which tells no line
                return
            (address,) = parse_attributes(fields[IPSET_CADT.IP])
            text = ".".join(map(str, address.payload))
            if text in self.refused:
                self.answer(sock, message, EXIST, fields[IPSET_CADT.CADT_LINENO])
                return
            self.there.append(text)
        self.answer(sock, message, 0, b"")

    def answer(self, sock: object, message: Message, number: int, line: bytes) -> None:
        """An acknowledgement; where there is a line, the request goes with it, with that line in it."""
        request = struct.pack("=IHHII", 16 + len(message.payload), message.type, message.flags, message.sequence, 0)
        payload = struct.pack("=i", -number) + request
        flags = int(NLM_F.CAPPED)
        if line:
            at = message.payload.index(struct.pack("=HHI", 8, IPSET_ATTR.LINENO, 0))
            payload += message.payload[: at + 4] + line + message.payload[at + 8 :]
            flags = 0
        sock.unicast(  # type: ignore[attr-defined]
            Message(NLMSG.ERROR, flags, message.sequence, message.portid, payload), to=message.portid
        )

    def header(self, sock: object, message: Message) -> None:
        said = pack_attributes([Attribute(IPSET_ATTR.SETNAME, b"s\0"), Attribute(IPSET_ATTR.TYPENAME, b"hash:ip\0")])
        for kind, payload in ((message.type, HEADER + said), (int(NLMSG.DONE), bytes(4))):
            told = Message(kind, int(NLM_F.MULTI), message.sequence, message.portid, payload)
            sock.unicast(told, to=message.portid)  # type: ignore[attr-defined]


IPSET_ADT_ETHER = 17


def entries(count: int) -> Iterator[ipset.Entry]:
    return (ipset.Entry(set="s", address=f"10.0.{n >> 8}.{n & 255}") for n in range(count))


def addresses(count: int, but: tuple[int, ...] = ()) -> list[str]:
    return [entry.address or "" for n, entry in enumerate(entries(count)) if n not in but]


def made(refused: tuple[int, ...]) -> tuple[VirtualKernel, Sets]:
    kernel = VirtualKernel()
    known = addresses(2000)
    return kernel, Sets(kernel, {known[n] for n in refused})


@pytest.mark.parametrize("refused", [(), (0,), (1, 2), (399, 400, 401), (1999,), tuple(range(0, 2000, 97))], ids=str)
def test_each_entry_is_accounted_for(refused: tuple[int, ...]) -> None:
    kernel, sets = made(refused)
    with netlynx.connect(kernel=kernel) as nl:
        result = nl.do(ipset.add_all(entries(2000), on_error="continue"))
    assert tuple(result.errors) == refused
    assert sets.there == addresses(2000, refused)
    assert (result.done, len(result), result.unknown) == (2000 - len(refused), 2000, 0)
    assert sets.messages <= 2000 // 250 + len(refused)


@pytest.mark.parametrize("on_error", ["raise", "stop"])
def test_none_behind_one_that_is_refused_is_added(on_error: str) -> None:
    kernel, sets = made((700, 900))
    with netlynx.connect(kernel=kernel) as nl:
        if on_error == "stop":
            result = nl.do(ipset.add_all(entries(2000), on_error="stop"))
        else:
            with pytest.raises(netlynx.AlreadyExists, match=r"add\(set=s, address=10\.0\.2\.188\)") as caught:
                nl.do(ipset.add_all(entries(2000)))
            assert caught.value.batch is not None
            result = caught.value.batch
    assert sets.there == addresses(700)
    assert (result.done, len(result), result.unknown) == (700, 701, 0)


def test_what_the_kernel_tells_no_line_of_is_found() -> None:
    kernel, sets = made(())
    strange = ipset.Entry(set="s", address="10.9.9.9", mac="02:00:00:00:00:01")
    with netlynx.connect(kernel=kernel) as nl:
        result = nl.do(ipset.add_all([*entries(5), strange, *entries(3)], on_error="continue"))
    assert list(result.errors) == [5]
    assert "sets of type hash:ip have no mac" in str(result.errors[5])
    assert sets.there == [*addresses(5), *addresses(3)]


def test_a_kernel_without_ipset_is_told_of() -> None:
    kernel = VirtualKernel()

    def refuse(sock: object, message: Message) -> None:
        request = struct.pack("=IHHII", 16 + len(message.payload), message.type, message.flags, message.sequence, 0)
        told = Message(
            NLMSG.ERROR, int(NLM_F.CAPPED), message.sequence, message.portid, struct.pack("=i", -22) + request
        )
        sock.unicast(told, to=message.portid)  # type: ignore[attr-defined]

    kernel.protocol(NETLINK.NETFILTER, refuse)
    with netlynx.connect(kernel=kernel) as nl:
        for ask in (
            lambda: nl.do(ipset.protocol()),
            lambda: nl.dump(ipset.sets()).all(),
            lambda: nl.do(ipset.set_("x")),
        ):
            with pytest.raises(netlynx.NetlinkError, match="lacks ipset: its module is ip_set"):
                ask()
        with pytest.raises(netlynx.NetlinkError) as caught:
            nl.do(ipset.add(next(entries(1))))
        assert "lacks" not in str(caught.value)  # that has other causes, too


def test_it_is_the_same_in_tasks() -> None:
    kernel, sets = made((3,))

    async def main() -> None:
        async with netlynx.aconnect(kernel=kernel) as nl:
            result = await nl.do(ipset.add_all(entries(10), on_error="continue"))
            assert (result.done, list(result.errors)) == (9, [3])

    anyio.run(main)
    assert sets.there == addresses(10, (3,))
