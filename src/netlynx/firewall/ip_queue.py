"""ip_queue, as records: packets that the kernel hands over, and what is to become of them.

Source: linux/netfilter_ipv4/ip_queue.h and net/ipv4/netfilter/ip_queue.c of Linux 3.4, as 64-bit kernels laid it out.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Group, make_do
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.netfilter.constants import Hook
from netlynx.netfilter.queue_constants import VerdictKind
from netlynx.schema import Constants, Enumeration, Layout, be16, chars, enum, member, raw, takes, u8, u16, u32, u64
from netlynx.schema.arguments import member_of, record_of
from netlynx.schema.facts import NoFacts
from netlynx.wire.constants import NETLINK

_GONE = "removed with Linux 3.5: from linux/netfilter_ipv4/ip_queue.h of Linux 3.4"
WHOLE = 0xFFFF  # bytes of a packet that are handed over at most


class IPQM(Constants):
    """Messages."""

    __not_in_headers__: ClassVar[dict[str, str]] = dict.fromkeys(("IPQM_MODE", "IPQM_VERDICT", "IPQM_PACKET"), _GONE)

    MODE = 0x11
    VERDICT = 0x12
    PACKET = 0x13


class Copy(Enumeration, prefix="IPQ_COPY_"):
    """How much of a packet is handed over: nothing (it is dropped), what is known of it, or its bytes too."""

    __not_in_headers__: ClassVar[dict[str, str]] = dict.fromkeys(
        ("IPQ_COPY_NONE", "IPQ_COPY_META", "IPQ_COPY_PACKET"), _GONE
    )

    NONE = 0
    META = 1
    PACKET = 2


class Packet(Layout, c="ipq_packet_msg"):
    """One packet that waits for a verdict; its bytes from the IP header on are the `payload`.

    `protocol` is its EtherType, `hardware_type` the kind of interface that it came from (ARPHRD_*).
    """

    __facts__: ClassVar[NoFacts] = NoFacts(_GONE)

    id: int = member(u64, c="packet_id")
    mark: int = member(u64, c="mark")
    seconds: int = member(u64, c="timestamp_sec")  # when it arrived, since 1970
    microseconds: int = member(u64, c="timestamp_usec")
    hook: takes.Member[Hook] = member(enum(Hook, u32), c="hook")
    input: str = member(chars(16), c="indev_name")
    output: str = member(chars(16), c="outdev_name")
    protocol: int = member(be16, c="hw_protocol")
    hardware_type: int = member(u16, c="hw_type")
    address_length: int = member(u8, c="hw_addrlen")
    address_octets: bytes = member(raw(8), c="hw_addr", default=bytes(8))
    payload_length: int = member(u64, c="data_len")

    @property
    def payload(self) -> bytes:
        """Its bytes, as far as they were handed over."""
        return self.tail[: self.payload_length]

    @property
    def address(self) -> str:
        """The hardware address that it came from, or nothing."""
        return ":".join(f"{octet:02x}" for octet in self.address_octets[: self.address_length])


class Mode(Layout, c="ipq_mode_msg"):
    """How much of each packet is handed over; `range` is in bytes, 0 the most there can be."""

    __facts__: ClassVar[NoFacts] = NoFacts(_GONE)

    copy: takes.Member[Copy] = member(enum(Copy, u8), c="value")
    range: int = member(u64, c="range")


class Verdict(Layout, c="ipq_verdict_msg"):
    """What becomes of a packet. With `payload_length`, the new content of the packet is behind it (`tail`)."""

    __facts__: ClassVar[NoFacts] = NoFacts(_GONE)

    verdict: takes.Member[VerdictKind] = member(enum(VerdictKind, u32), c="value")
    id: int = member(u64, c="id")
    payload_length: int = member(u64, c="data_len")

    @property
    def payload(self) -> bytes | None:
        """The packet's new content, None where it stays as it is."""
        return self.tail[: self.payload_length] if self.payload_length else None


def packets(*, copy: Copy | str | int = Copy.PACKET, range: int = WHOLE) -> Group[Packet]:
    """The packets of a kernel that speaks ip_queue, to subscribe to: each is an event of kind ``"packet"``.

    Verdicts go through the same socket (`Subscription.do`, `send`). Today's kernels have no such protocol: `open`, or
    `netfilter.queue`, is for them. Raises EncodeError for what is no mode.
    """
    return Group(
        "firewall.packets",
        NETLINK.FIREWALL,
        (),
        {IPQM.PACKET: ("packet", Packet)},
        begin=(mode(copy, range=range),),
    )


def mode(copy: Copy | str | int, *, range: int = WHOLE) -> Do[None]:
    """Have packets handed over to the socket that this is carried out on. Raises EncodeError for what is no mode."""
    request = Mode(copy=member_of(Copy, copy, "firewall.mode(copy)"), range=range)
    return make_do("firewall.mode", NETLINK.FIREWALL, IPQM.MODE, request)


def accept(packet: Packet, *, payload: bytes | None = None) -> Do[None]:
    """Let a packet go on its way, with another content (and right checksums) if given. Raises EncodeError for none."""
    return _verdict("firewall.accept", packet, VerdictKind.ACCEPT, payload)


def drop(packet: Packet) -> Do[None]:
    """Let a packet vanish."""
    return _verdict("firewall.drop", packet, VerdictKind.DROP)


def _verdict(name: str, packet: Packet, verdict: VerdictKind, payload: bytes | None = None) -> Do[None]:
    packet = record_of(Packet, packet, f"{name}(packet)")
    if not isinstance(payload, bytes | None):
        raise EncodeTypeError(f"expected bytes, not {type(payload).__name__} {payload!r}", f"{name}(payload)")
    if payload == b"":
        raise EncodeError("nothing would mean the packet as it is: drop it instead", f"{name}(payload)")
    content = payload or b""
    request = Verdict(verdict=verdict, id=packet.id, payload_length=len(content), tail=content)
    return make_do(name, NETLINK.FIREWALL, IPQM.VERDICT, request)
