"""CAN gateways: frames that come in on one CAN interface go out on another, changed on the way (`cangw`).

Source: linux/can/gw.h, linux/can.h, net/can/gw.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.engine.operation import Dump, make_dump
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.verbs import Verbs, register
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    enum,
    head,
    interface,
    member,
    raw,
    s8,
    struct,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.record import was_read
from netlynx.schema.sending import changed, settable
from netlynx.wire.constants import NETLINK


class CGW(Constants):
    """Attributes of a gateway job."""

    UNSPEC = 0
    MOD_AND = 1
    MOD_OR = 2
    MOD_XOR = 3
    MOD_SET = 4
    CS_XOR = 5
    CS_CRC8 = 6
    HANDLED = 7
    DROPPED = 8
    SRC_IF = 9
    DST_IF = 10
    FILTER = 11
    DELETED = 12
    LIM_HOPS = 13
    MOD_UID = 14
    FDMOD_AND = 15
    FDMOD_OR = 16
    FDMOD_XOR = 17
    FDMOD_SET = 18


class CanGatewayType(Enumeration, prefix="CGW_TYPE_"):
    """What leads where; there is one type yet."""

    UNSPEC = 0
    CAN_CAN = 1


class CanGatewayFlags(FlagSet, prefix="CGW_FLAGS_CAN_"):
    """How a job does its work: `ECHO` has what it sends heard by this host's sockets on `destination` too,
    `SRC_TSTAMP` keeps the time at which a frame was received, `IIF_TX_OK` sends frames back to where they came from,
    and with `FD` it takes CAN FD frames, and no others."""

    ECHO = 1
    SRC_TSTAMP = 2
    IIF_TX_OK = 4
    FD = 8


class CanFramePart(FlagSet, prefix="CGW_MOD_"):
    """What of a frame is changed: `LEN` is the length code of a classical frame (CGW_MOD_DLC); `FLAGS` CAN FD has."""

    __omitted__: ClassVar[dict[str, str]] = {
        "CGW_MOD_DLC": "the same as LEN",
        "CGW_MOD_FUNCS": "how many operations there are",
        **dict.fromkeys(("CGW_MOD_AND", "CGW_MOD_OR", "CGW_MOD_XOR", "CGW_MOD_SET"), "an attribute"),
        "CGW_MOD_UID": "an attribute",
    }

    ID = 1
    LEN = 2
    DATA = 4
    FLAGS = 8


class CanFdFlag(FlagSet, prefix="CANFD_"):
    """Flags of a CAN FD frame."""

    __omitted__: ClassVar[dict[str, str]] = {"CANFD_M*": "a size"}

    BRS = 1  # the data is sent faster
    ESI = 2  # the sender is error passive
    FDF = 4  # it is an FD frame


class CanCrc8Profile(
    Enumeration,
    prefix="CGW_CRC8PRF_",
    renamed={"ONE_U8": "CGW_CRC8PRF_1U8", "SIXTEEN_U8": "CGW_CRC8PRF_16U8"},
    labels={"ONE_U8": "1u8", "SIXTEEN_U8": "16u8"},
):
    """What goes into a CRC beside the frame's bytes: the first byte of `profile_data`, that which the low 4 bits of
    data[1] choose, or the bytes of a standard identifier."""

    UNSPEC = 0
    ONE_U8 = 1
    SIXTEEN_U8 = 2
    SFFID_XOR = 3


class CanGatewayMessage(Layout, c="rtcanmsg"):
    """The fixed header of a gateway job."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="can_family")
    type: takes.Member[CanGatewayType] = member(enum(CanGatewayType, u8), c="gwtype")
    flags: takes.Flags[CanGatewayFlags] = member(enum(CanGatewayFlags, u16), c="flags")


class CanModification(Layout, c="cgw_frame_mod", packed=True):
    """The operand of a change of classical frames, and which of its `parts` count.

    Of `id`, bit 31 stands for an extended identifier, bit 30 for a remote request, bit 29 for an error frame.
    """

    id: int = member(u32, c="can_id")
    length: int = member(u8, c="len")
    pad: int = member(u8, c="__pad")
    reserved: int = member(u8, c="__res0")
    raw_length: int = member(u8, c="len8_dlc")  # not looked at here: a length code of 9 to 15 goes into `length`
    data: bytes = member(raw(8), default=bytes(8), c="data")
    parts: takes.Flags[CanFramePart] = member(enum(CanFramePart, u8), c="modtype")


class CanFdModification(Layout, c="cgw_fdframe_mod", packed=True):
    """The same of CAN FD frames."""

    id: int = member(u32, c="can_id")
    length: int = member(u8, c="len")
    flags: takes.Flags[CanFdFlag] = member(enum(CanFdFlag, u8), c="flags")
    reserved0: int = member(u8, c="__res0")
    reserved1: int = member(u8, c="__res1")
    data: bytes = member(raw(64), default=bytes(64), c="data")
    parts: takes.Flags[CanFramePart] = member(enum(CanFramePart, u8), c="modtype")


class CanXorChecksum(Layout, c="cgw_csum_xor", packed=True):
    """The XOR of bytes of a changed frame, put into one of them. A negative index counts from the frame's end."""

    first: int = member(s8, c="from_idx")
    last: int = member(s8, c="to_idx")
    result: int = member(s8, c="result_idx")
    initial: int = member(u8, c="init_xor_val")


class CanCrc8(Layout, c="cgw_csum_crc8", packed=True):
    """A CRC of bytes of a changed frame, put into one of them. A negative index counts from the frame's end.

    `table` has the CRC of each byte (`can_crc8_table` makes one of a polynomial).
    """

    first: int = member(s8, c="from_idx")
    last: int = member(s8, c="to_idx")
    result: int = member(s8, c="result_idx")
    initial: int = member(u8, c="init_crc_val")
    final_xor: int = member(u8, c="final_xor_val")
    table: bytes = member(raw(256), default=bytes(256), c="crctab")
    profile: takes.Member[CanCrc8Profile] = member(enum(CanCrc8Profile, u8), c="profile")
    profile_data: bytes = member(raw(20), default=bytes(20), c="profile_data")


class CanFilter(Layout, c="can_filter"):
    """Frames whose identifier is `id` in the bits of `mask`; with bit 29 of `id` those where it is not."""

    id: int = member(u32, c="can_id")
    mask: int = member(u32, c="can_mask")


class CanGateway(Record, header=CanGatewayMessage):
    """A job of the CAN gateway (`rtcanmsg` + `CGW_*`): what comes in on `source` goes out on `destination`.

    On its way a frame is changed by `mod_and`, `mod_or`, `mod_xor` and `mod_set`, in this order, then `crc8` and then
    `xor` are worked out; CAN FD frames, which a job with the flag `fd` takes, by `fd_and` … instead. `hops` is how many
    jobs, this one among them, a frame may go through that this one is the first to take: 1 to the parameter `max_hops`
    of the module can-gw, which counts without it.

    Jobs have no number. `uid`, which is any but 0, is a name for one that changes frames: `replace` makes it, or gives
    the one that is there other changes while it works. Without it a job is what it does, and two may be the same.
    To delete one, all that it is has to be given, but for what is counted: a record that was read will do.

    Source: cgw_put_job, cgw_parse_attr, cgw_create_job and cgw_remove_job in net/can/gw.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=CGW, policy="cgw_policy")

    family: takes.Member[AddressFamily] = head(default=AddressFamily.CAN, read_only=True)
    type: takes.Member[CanGatewayType] = head(default=CanGatewayType.CAN_CAN)
    flags: takes.Flags[CanGatewayFlags] = head(default=CanGatewayFlags(0), always=True)
    handled: int | None = attr(CGW.HANDLED, u32, zero=True, read_only=True)  # frames that were sent
    dropped: int | None = attr(CGW.DROPPED, u32, zero=True, read_only=True)  # that could not be
    deleted: int | None = attr(CGW.DELETED, u32, zero=True, read_only=True)  # of too many hops, or changed to no frame
    hops: int | None = attr(CGW.LIM_HOPS, u8)
    mod_and: takes.Nested[CanModification | None] = attr(CGW.MOD_AND, struct(CanModification))
    mod_or: takes.Nested[CanModification | None] = attr(CGW.MOD_OR, struct(CanModification))
    mod_xor: takes.Nested[CanModification | None] = attr(CGW.MOD_XOR, struct(CanModification))
    mod_set: takes.Nested[CanModification | None] = attr(CGW.MOD_SET, struct(CanModification))
    fd_and: takes.Nested[CanFdModification | None] = attr(CGW.FDMOD_AND, struct(CanFdModification))
    fd_or: takes.Nested[CanFdModification | None] = attr(CGW.FDMOD_OR, struct(CanFdModification))
    fd_xor: takes.Nested[CanFdModification | None] = attr(CGW.FDMOD_XOR, struct(CanFdModification))
    fd_set: takes.Nested[CanFdModification | None] = attr(CGW.FDMOD_SET, struct(CanFdModification))
    uid: int | None = attr(CGW.MOD_UID, u32)
    crc8: takes.Nested[CanCrc8 | None] = attr(CGW.CS_CRC8, struct(CanCrc8))
    xor: takes.Nested[CanXorChecksum | None] = attr(CGW.CS_XOR, struct(CanXorChecksum))
    filter: takes.Nested[CanFilter | None] = attr(CGW.FILTER, struct(CanFilter))  # None: all frames
    source: takes.Name[int | None] = attr(CGW.SRC_IF, interface, always=True)
    destination: takes.Name[int | None] = attr(CGW.DST_IF, interface, always=True)


def can_gateways() -> Dump[CanGateway]:
    """The jobs of the CAN gateway, the newest first. Fails with errno EINVAL where the module can-gw is not loaded."""
    return make_dump(
        "route.can_gateways",
        NETLINK.ROUTE,
        RTM.GETROUTE,
        CanGateway(),
        CanGateway,
        RTM.NEWROUTE,
        # Without the module, the kernel lists the routes of all other families.
        match=(("family", AddressFamily.CAN),),
    )


def can_crc8_table(polynomial: int) -> bytes:
    """The table of `CanCrc8` for a polynomial, its highest bit left out: 0x1d is SAE J1850's, 0x2f that of AUTOSAR.

    Raises EncodeError and EncodeTypeError for what is none of 8 bits.
    """
    if isinstance(polynomial, bool) or not isinstance(polynomial, int):
        kind = type(polynomial).__name__
        raise EncodeTypeError(f"expected a number of 8 bits, not {kind}", "route.can_crc8_table(polynomial)")
    if not 0 < polynomial < 256:
        raise EncodeError(f"{polynomial!r} is no polynomial of 8 bits", "route.can_crc8_table(polynomial)")
    table = bytearray()
    for byte in range(256):
        rest = byte
        for _ in range(8):
            rest = (rest << 1 ^ polynomial if rest & 0x80 else rest << 1) & 0xFF
        table.append(rest)
    return bytes(table)


CLASSICAL = ("mod_and", "mod_or", "mod_xor", "mod_set")
FD = ("fd_and", "fd_or", "fd_xor", "fd_set")
"""The changes of frames, in the order in which they are made."""
_CHECKSUMS = ("crc8", "xor")
KEPT = ("source", "destination", "filter", "flags", "hops")
"""What of a job that is there the kernel does not change."""
CHANGES = (*CLASSICAL, *FD, *_CHECKSUMS)
_ALL = CanFilter()
_PARTS = CanFramePart.ID | CanFramePart.LEN | CanFramePart.DATA
_OF_PART = {"id": CanFramePart.ID, "length": CanFramePart.LEN, "data": CanFramePart.DATA, "flags": CanFramePart.FLAGS}


def differing(asked: Any, there: Any, names: tuple[str, ...]) -> list[str]:
    """The fields in which two jobs differ; no filter is one that fits all."""
    values = {name: (getattr(asked, name), getattr(there, name)) for name in names}
    if "filter" in values:
        values["filter"] = (asked.filter or _ALL, there.filter or _ALL)
    return [name for name, (one, other) in values.items() if one != other]


def _prepare(given: CanGateway, verb: str) -> Any:
    record = settable(given, "CanGateway")
    if record.type is not CanGatewayType.CAN_CAN:
        raise EncodeError("the kernel has gateways from CAN to CAN alone", "CanGateway.type")
    for name in ("source", "destination"):
        if not getattr(record, name):
            why = "to the kernel 0 for both means all jobs, and 0 for one of them nothing"
            asked = "frames come in on `source` and go out on `destination`: both have to be said"
            raise EncodeError(asked if getattr(record, name) is None else why, f"CanGateway.{name}")
    fd = bool(record.flags & CanGatewayFlags.FD)
    for name in CLASSICAL if fd else FD:
        if getattr(record, name) is not None:
            why = "a job with the flag fd does not look at it" if fd else "it is for jobs with the flag fd"
            raise EncodeError(f"{why}: there are {', '.join(FD if fd else CLASSICAL)}", f"CanGateway.{name}")
    changes = [name for name in (*CLASSICAL, *FD) if getattr(record, name) is not None]
    for name in changes:
        told = was_read(given) and name not in changed(given)  # cangw sends all of a frame, and the kernel keeps it
        _check_change(getattr(record, name), f"CanGateway.{name}", fd, told)
    for name in (*_CHECKSUMS, "uid"):
        value = getattr(record, name)
        if value is not None and not changes:
            raise EncodeError("of a job that changes nothing, the kernel does not look at it", f"CanGateway.{name}")
        if value is not None and name != "uid":
            _check_sum(value, f"CanGateway.{name}", 64 if fd else 8)
    if record.uid == 0:
        raise EncodeError("to the kernel 0 means that there is none: leave it out", "CanGateway.uid")
    if record.hops == 0:
        raise EncodeError(
            "it is at least 1: leave it out for as many as the kernel lets frames make", "CanGateway.hops"
        )
    if verb == "add" and record.uid is not None:
        why = "the kernel would change a job that is there and has it: `replace` makes the job, or changes it"
        raise EncodeError(why, "CanGateway.uid")
    if verb == "replace" and record.uid is None:
        raise EncodeError(
            "a job that is there is known by its uid: without one, delete it and add another", "CanGateway.uid"
        )
    return record


def _check_change(change: Any, path: str, fd: bool, told: bool) -> None:
    """Refuse what of a change the kernel does not look at."""
    taken = _PARTS | CanFramePart.FLAGS if fd else _PARTS
    if not change.parts or change.parts & ~taken:
        known = ", ".join(taken.labels)
        raise EncodeError(f"which parts of a frame does it change? of {known}, one at least", f"{path}.parts")
    for name, declaration in () if told else type(change).__declarations__.items():
        part = _OF_PART.get(name)
        value = getattr(change, name)
        if name == "parts" or value == declaration.default or (name == "data" and not any(value)):
            continue
        if part is None:
            raise EncodeError("the kernel does not look at it", f"{path}.{name}")
        if not change.parts & part:
            raise EncodeError(f"it does not count, as {part.label} is not among `parts`", f"{path}.{name}")


def _check_sum(checksum: Any, path: str, most: int) -> None:
    for name in ("first", "last", "result"):
        if not -most <= getattr(checksum, name) < most:
            raise EncodeError(f"a frame of this job has bytes from {-most} to {most - 1}", f"{path}.{name}")
    if isinstance(checksum, CanCrc8):
        if not any(checksum.table):
            raise EncodeError("it is to have the CRC of each of 256 bytes", f"{path}.table")
        if checksum.profile not in tuple(CanCrc8Profile):
            raise EncodeError("the kernel knows no such profile, and would leave it out", f"{path}.profile")


_NO_CHANGE = "replace it: with a uid, the kernel changes the job that has it"

register(
    CanGateway,
    Verbs(
        new=RTM.NEWROUTE,
        delete=RTM.DELROUTE,
        prepare=_prepare,
        without={"append": "jobs have no order: add it", "change": _NO_CHANGE},
        guard="netlynx.route.can_gateway_rivals:CAN_GATEWAYS",
        guards={"replace": "netlynx.route.can_gateway_rivals:REPLACED"},
    ),
)
