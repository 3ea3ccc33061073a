"""`pedit`: bytes of packets are changed. Source: linux/tc_act/tc_pedit.h, net/sched/act_pedit.c, tc-pedit(8)."""

from __future__ import annotations

import struct as structs
from typing import Any, ClassVar, Final, Self

from netlynx.errors import EncodeError
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    enum,
    member,
    multi,
    nest,
    string,
    struct,
    takes,
    u8,
    u16,
)
from netlynx.schema.facts import Facts
from netlynx.tc.actions.common import Controlled, Parms, Times, parms_of, said
from netlynx.tc.actions.pedit_words import HEADERS, SET, Key, keys_of, words_of
from netlynx.tc.control import PASS


class TCA_PEDIT(Constants):
    """Attributes of `pedit`."""

    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_PEDIT_KEY_EX_*": "attributes of a key, and what they say",
        "TCA_PEDIT_CMD_*": "limits",
        "TCA_PEDIT_HDR_*": "limits",
    }

    UNSPEC = 0
    TM = 1
    PARMS = 2
    PAD = 3
    PARMS_EX = 4
    KEYS_EX = 5
    KEY_EX = 6


class TCA_PEDIT_KEY_EX(Constants):
    """Attributes of a key."""

    __omitted__: ClassVar[dict[str, str]] = {"TCA_PEDIT_KEY_EX_*": "what they say: PeditHeader, PeditCommand"}

    HTYPE = 1
    CMD = 2


class PeditHeader(Enumeration, prefix="TCA_PEDIT_KEY_EX_HDR_TYPE_"):
    """From where on an offset counts: `NETWORK` is the header of whatever network protocol."""

    NETWORK = 0
    ETH = 1
    IP4 = 2
    IP6 = 3
    TCP = 4
    UDP = 5


class PeditCommand(Enumeration, prefix="TCA_PEDIT_KEY_EX_CMD_"):
    """Whether bits are replaced, or something is added to them."""

    SET = 0
    ADD = 1


class PeditParms(Parms, c="tc_pedit_sel"):
    """The struct of `pedit`, in whose `tail` stand the keys, of 24 bytes each (struct tc_pedit_key)."""

    count: int = member(u8, c="nkeys")
    flags: int = member(u8)


class PeditKeyExtension(Record):
    """What extended keys say besides."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_PEDIT_KEY_EX, policy="pedit_key_ex_policy")

    header: takes.Member[PeditHeader | None] = attr(TCA_PEDIT_KEY_EX.HTYPE, enum(PeditHeader, u16))
    command: takes.Member[PeditCommand | None] = attr(TCA_PEDIT_KEY_EX.CMD, enum(PeditCommand, u16))


class PeditAttributes(Record):
    """The attributes of `pedit`. Keys of any network protocol stand in a struct alone, others in another and a list."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCA_PEDIT, policy="pedit_policy")

    parms: takes.Nested[PeditParms | None] = attr(TCA_PEDIT.PARMS, struct(PeditParms))
    extended: takes.Nested[PeditParms | None] = attr(TCA_PEDIT.PARMS_EX, struct(PeditParms))
    extensions: takes.Records[PeditKeyExtension] = attr(
        (TCA_PEDIT.KEYS_EX, TCA_PEDIT.KEY_EX), multi(nest(PeditKeyExtension))
    )
    times: takes.Nested[Times | None] = attr(TCA_PEDIT.TM, struct(Times), read_only=True)


_KEY: Final = structs.Struct("=4s4siIII")  # struct tc_pedit_key: mask, val, off, at, offmask, shift
MOST_KEYS = 128  # what tc takes; the kernel counts them in a byte


class Pedit(Controlled):
    """`pedit`: ``Pedit(keys=["ip src set 192.0.2.1", "tcp dport set 80", "eth dst set 02:00:00:00:00:01"])``.

    A key is a header (``eth``, ``ip``, ``ip6``, ``tcp``, ``udp``), a field of it and what is done: ``set VALUE``,
    ``add VALUE`` (``ip ttl add 255`` takes one from it), ``clear``, ``invert``; ``retain MASK`` says which bits of the
    value count. The fields are

    * eth: dst, src, type; ip: ihl, tos, ttl, protocol, src, dst; tcp: sport, dport, flags; udp: sport, dport;
    * ip6: traffic_class, flow_lbl, payload_len, nexthdr, hoplimit, src, dst.

    Anything else is said by its place: ``ip offset 4 u16 set 5``, or as the kernel has it,
    ``tcp offset 0 and 0xffff0000 xor 0x00000050`` (the word of four bytes that stands there, with some bits left as
    they are and some turned), with ``at``, ``offmask`` and ``shift`` behind it. The header ``network`` is that of
    whatever network protocol. All that is read back in words of fields has them.

    The kernel adds in the byte order of the host: on most machines, a carry from one byte of a field to the next is
    lost. Checksums stay as they were: see `Csum`. Afterwards a packet passes, unless `control` says otherwise.
    Source: tcf_pedit_act in net/sched/act_pedit.c, tc-pedit(8).
    """

    keys: takes.Several[str] = attr(6, multi(string))

    @classmethod
    def __spelt__(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = values.get("keys")
        if not given:
            return values
        found = []
        for i, text in enumerate(given):
            try:
                found += keys_of(text)
            except EncodeError as error:
                raise error.within(f"keys[{i}]").within("Pedit") from None
        return {**values, "keys": tuple(words_of(found))}

    @classmethod
    def __read__(cls, wire: PeditAttributes) -> Self:
        parms = wire.extended or wire.parms or PeditParms()
        if len(parms.tail) != parms.count * _KEY.size:
            raise ValueError(f"{parms.count} keys are told, and {len(parms.tail)} bytes of them are there")
        keys = []
        for i in range(parms.count):
            mask, value, offset, at, offmask, shift = _KEY.unpack_from(parms.tail, i * _KEY.size)
            header = command = 0
            if wire.extended is not None and i < len(wire.extensions):
                header, command = int(wire.extensions[i].header or 0), int(wire.extensions[i].command or 0)
            bits = int.from_bytes(mask, "big")
            keys.append(Key(header, command, bits, int.from_bytes(value, "big"), offset, at, offmask, shift))
        return cls(**said(parms, wire.times), keys=tuple(words_of(keys)))

    def __write__(self) -> PeditAttributes:
        keys = [key for text in self.keys for key in keys_of(text)]
        if not keys and self.index is None:
            raise EncodeError("say what is changed", "keys")
        if len(keys) > MOST_KEYS:
            raise EncodeError(f"they are {len(keys)} words of four bytes, and no more than {MOST_KEYS} fit", "keys")
        packed = b"".join(
            _KEY.pack(key.mask.to_bytes(4, "big"), key.value.to_bytes(4, "big"), *key[4:]) for key in keys
        )
        parms = parms_of(PeditParms, self, PASS, count=len(keys), tail=packed)
        if all((key.header, key.command) == (HEADERS["network"], SET) for key in keys):
            return PeditAttributes(parms=parms, times=self.times)
        extensions = [PeditKeyExtension(header=key.header, command=key.command) for key in keys]
        return PeditAttributes(extended=parms, extensions=extensions, times=self.times)
