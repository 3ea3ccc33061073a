"""The room `devlink` against a virtual kernel that serves its family, and its formatted messages as bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import devlink
from netlynx.codec._codec import decode, encode
from netlynx.devlink.attributes import DEVLINK_ATTR
from netlynx.devlink.fmsg import pieces_of, values_of
from netlynx.devlink.health import FormattedMessage
from netlynx.errors import DecodeError, EncodeError, NetlinkError, NotFound
from netlynx.kernel import VirtualKernel
from netlynx.schema.compile import plan_of

A = DEVLINK_ATTR
DEVICE = "pci/0000:03:00.0"
HANDLE: dict[str, Any] = {"bus": "pci", "device": "0000:03:00.0"}
SAID = {
    "version": 3,
    "queues": [{"index": 0, "full": True}, {"index": 1, "full": False}],
    "registers": bytes(range(256)) * 20,
    "serial": 1 << 40,
    "name": "core",
    "nested": {"empty": []},
}


@pytest.fixture
def kernel() -> VirtualKernel:
    return VirtualKernel()


@pytest.fixture
def service(kernel: VirtualKernel) -> Any:
    return kernel.family(devlink.Devlink)


@pytest.fixture
def nl(kernel: VirtualKernel) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel) as nl:
        yield nl


def attribute(number: int, payload: bytes) -> bytes:
    length = 4 + len(payload)
    return struct.pack("=HH", length, number) + payload + bytes(-length % 4)


def test_handles_are_read_and_written_as_devlink_does() -> None:
    for text, parts in ((DEVICE, ("pci", "0000:03:00.0", None)), (f"{DEVICE}/7", ("pci", "0000:03:00.0", 7))):
        handle = devlink.Handle.parse(text)
        assert (handle.bus, handle.device, handle.port) == parts
        assert str(handle) == text
    assert devlink.Port(**HANDLE, port=3).handle == f"{DEVICE}/3"
    assert devlink.Device(**HANDLE).handle == DEVICE
    for text in ("pci", "pci/", "/x", "a/b/c/d", "a/b/-1", "a/b/x", f"a/b/{1 << 32}", ""):
        with pytest.raises(EncodeError, match=r"^devlink\.device\(device\): "):
            devlink.device(text)
    with pytest.raises(EncodeError, match="is a port: this is of the device"):
        devlink.device(f"{DEVICE}/1")
    with pytest.raises(EncodeError, match="expected a handle"):
        devlink.device(7)  # type: ignore[arg-type]
    assert devlink.device(devlink.Port(**HANDLE, port=1)).request == devlink.device(DEVICE).request


def test_what_a_reporter_tells_comes_in_parts(service: Any, nl: netlynx.Connection) -> None:
    pieces = pieces_of(SAID)

    def several(request: Any) -> Iterator[FormattedMessage]:
        assert (request.record.name, request.record.port) == ("fw", None)
        for at in range(0, len(pieces), 7):
            yield FormattedMessage(pieces=pieces[at : at + 7])

    service.diagnose(several)
    service.dump_of(several)
    assert nl.do(devlink.diagnose(DEVICE, "fw")) == SAID
    assert nl.do(devlink.health_dump(DEVICE, "fw")) == SAID
    assert nl.do(devlink.diagnose(DEVICE, "fw")) == SAID  # the connection is none the worse for it
    with pytest.raises(NetlinkError):
        nl.do(devlink.recover(DEVICE, "fw"))  # which nobody handles


@pytest.mark.anyio
async def test_what_comes_in_parts_comes_to_tasks_too(kernel: VirtualKernel, service: Any) -> None:
    service.diagnose(lambda request: [FormattedMessage(pieces=pieces_of(SAID))])
    async with netlynx.aconnect(kernel=kernel) as nl:
        assert await nl.do(devlink.diagnose(DEVICE, "fw")) == SAID


def test_formatted_messages_are_streams_of_pieces() -> None:
    flags = {name: attribute(number, b"") for name, number in (
        ("{", A.FMSG_OBJ_NEST_START), ("(", A.FMSG_PAIR_NEST_START), ("[", A.FMSG_ARR_NEST_START),
        (")", A.FMSG_NEST_END))}  # fmt: skip

    def value(kind: int, payload: bytes, pad: bool = False) -> bytes:
        between = attribute(A.PAD, b"") if pad else b""
        return attribute(A.FMSG_OBJ_VALUE_TYPE, bytes([kind])) + between + attribute(A.FMSG_OBJ_VALUE_DATA, payload)

    def said(*messages: bytes) -> Any:
        read = [decode(plan_of(FormattedMessage), bytes(4) + attribute(A.FMSG, each)) for each in messages]
        assert all(each.unknown == () for each in read)
        for each, payload in zip(read, messages, strict=True):
            if A.PAD not in payload:
                assert encode(plan_of(FormattedMessage), each)[8:] == payload
        return values_of(piece for each in read for piece in each.pieces)

    name = attribute(A.FMSG_OBJ_NAME, b"x\0")
    three = value(3, struct.pack("=I", 3))
    assert said(flags["("] + name + three + flags[")"]) == {"x": 3}
    assert said(flags["{"] + flags["("] + name + three + flags[")"] * 2) == {"x": 3}
    assert said(flags["("] + name + flags["["], three * 2 + flags[")"], flags[")"]) == {"x": [3, 3]}
    # Each type, as the kernel writes it: a flag has a payload here, and 64 bits may be padded.
    rest = value(1, b"\7") + value(6, b"\0") + value(10, b"abc\0") + value(4, struct.pack("=Q", 1 << 40), pad=True)
    assert said(flags["["] + rest + flags[")"]) == [7, False, "abc", 1 << 40]
    # A type for whose value a message had no room is said again in the next one.
    dangling = attribute(A.FMSG_OBJ_VALUE_TYPE, b"\3")
    assert said(flags["("] + name + dangling, three + flags[")"]) == {"x": 3}
    # Bytes in parts, a name twice, values alone, ends of nothing, nothing at all.
    assert said(flags["["] + value(11, b"ab") + value(11, b"c") + flags[")"]) == b"abc"
    pair = flags["("] + name + three + flags[")"]
    assert said(pair * 2) == [{"x": 3}, {"x": 3}]
    assert said(three) == 3
    assert said(pair + flags[")"] * 2 + flags["("] + attribute(A.FMSG_OBJ_NAME, b"y\0") + three + flags[")"]) == {
        "x": 3,
        "y": 3,
    }
    whole = (
        flags["{"] + pair + flags[")"] * 3 + flags["("] + attribute(A.FMSG_OBJ_NAME, b"y\0") + three + flags[")"] * 2
    )
    assert said(whole) == {"x": 3, "y": 3}  # an end too many, as netdevsim says it
    assert said(b"") == {}
    for wrong in (flags["{"], flags["("] + three + flags[")"], flags["("] + name + flags[")"], flags["["] * 70):
        with pytest.raises(ValueError, match=r"nest|pair|value"):
            said(wrong)


def test_formatted_messages_that_make_no_sense_are_errors(service: Any, nl: netlynx.Connection) -> None:
    service.diagnose(lambda request: [FormattedMessage(pieces=[devlink.Piece(object=True)])])
    with pytest.raises(DecodeError, match=r"ends within a nest"):
        nl.do(devlink.diagnose(DEVICE, "fw"))


def test_regions_are_one_value_or_come_in_chunks(service: Any, nl: netlynx.Connection) -> None:
    memory = bytes(range(256)) * 64

    @service.read_region
    def read(request: Any) -> Iterator[devlink.RegionData]:
        asked = request.record
        assert asked.direct is (asked.snapshot is None)
        first = asked.address or 0
        last = len(memory) if asked.length is None else first + asked.length
        for at in range(first, last, 512):
            halves = ((at, memory[at : min(at + 256, last)]), (at + 256, memory[at + 256 : min(at + 512, last)]))
            yield devlink.RegionData(
                **HANDLE, name="crdump", chunks=[devlink.Chunk(address=a, data=data) for a, data in halves if data]
            )

    assert nl.do(devlink.read(DEVICE, "crdump", 1)) == memory
    assert nl.do(devlink.read(DEVICE, "crdump")) == memory
    assert nl.do(devlink.read(DEVICE, "crdump", 1, address=1000, length=700)) == memory[1000:1700]
    parts = nl.dump(devlink.chunks(f"{DEVICE}/1", "crdump", 1)).all()
    assert (len(parts), parts[3].data) == (32, memory[1536:2048])
    with pytest.raises(EncodeError, match="both or neither"):
        devlink.read(DEVICE, "crdump", 1, address=0)


def test_flashing_yields_progress_and_ends(service: Any, nl: netlynx.Connection) -> None:
    def progress(message: str, done: int = 0, total: int = 0, **which: Any) -> devlink.FlashProgress:
        return devlink.FlashProgress(**(which or HANDLE), message=message, done=done, total=total)

    @service.flash
    def flash(request: Any) -> None:
        if request.record.file == "nosuch":
            raise NotFound(2, "no such file")
        service.flash_begun(devlink.FlashProgress(**HANDLE))
        service.flash_status(progress("another's", bus="pci", device="0000:04:00.0"))
        for done in (0, 50, 100):
            service.flash_status(progress("Flashing", done, 100))
        service.device_changed(devlink.Device(**HANDLE))
        service.flash_ended(devlink.FlashProgress(**HANDLE))

    told = list(devlink.flashing(nl, DEVICE, "image", component="fw", overwrite="settings"))
    assert [(each.message, each.done) for each in told] == [
        (None, None), ("Flashing", 0), ("Flashing", 50), ("Flashing", 100), (None, None)]  # fmt: skip
    with pytest.raises(NotFound, match="no such file"):
        list(devlink.flashing(nl, DEVICE, "nosuch"))
    assert nl.do(devlink.flash(DEVICE, "image")) is None


def test_parameters_are_asked_for_their_type_and_set(service: Any, nl: netlynx.Connection) -> None:
    kinds = {"text": "nul-string", "count": "u16", "on": "flag", "both": "u8"}
    values: dict[str, Any] = {"text": "abc", "count": 7, "on": False, "both": 1}
    got: list[tuple[Any, ...]] = []

    def param(name: str) -> devlink.Param:
        modes = ("runtime", "permanent") if name == "both" else ("driverinit",)
        return devlink.Param(
            **HANDLE, name=name, type=kinds[name], values=[{"mode": mode, "value": values[name]} for mode in modes]
        )

    service.param(lambda request: param(request.record.name))
    service.params(lambda request: map(param, kinds))

    @service.set_param
    def set_param(request: Any) -> None:
        asked = request.record
        value = asked.value if asked.value is not None else False
        got.append((asked.name, asked.type.label, value, asked.mode.label, asked.reset))

    found = {each.name: each for each in nl.dump(devlink.params(DEVICE))}
    assert {name: each.value("driverinit") for name, each in found.items() if name != "both"} == {
        "text": "abc", "count": 7, "on": False}  # fmt: skip
    (off,) = found["on"].values
    assert (off.value, found["on"].meant(off), found["on"].value("runtime")) == (None, False, None)
    nl.do(devlink.set_param(DEVICE, "text", "new"))
    nl.do(devlink.set_param(DEVICE, "count", "0x10"))
    nl.do(devlink.set_param(DEVICE, "on", True))
    nl.do(devlink.change(devlink.ParamSetting(**HANDLE, name="on", value="off")))
    nl.do(devlink.set_param(DEVICE, "both", 2, mode="permanent"))
    nl.do(devlink.set_param(DEVICE, "count", reset=True))
    assert got == [
        ("text", "nul-string", "new", "driverinit", False),
        ("count", "u16", 16, "driverinit", False),
        ("on", "flag", True, "driverinit", False),
        ("on", "flag", False, "driverinit", False),
        ("both", "u8", 2, "permanent", False),
        ("count", "u16", False, "driverinit", True),
    ]
    for name, value, why in (
        ("both", 3, r"say when it is to count: both has runtime, permanent"),
        ("count", 1 << 16, "is a u16"),
        ("count", "x", "is a number"),
        ("count", True, "is a number"),
        ("on", "maybe", "true or false"),
        ("text", 3, "is a text"),
    ):
        with pytest.raises(EncodeError, match=why):
            nl.do(devlink.set_param(DEVICE, name, value))
    with pytest.raises(EncodeError, match="give a value"):
        devlink.set_param(DEVICE, "count")
    with pytest.raises(EncodeError, match="no value"):
        devlink.set_param(DEVICE, "count", 1, reset=True)


def test_ports_are_known_by_their_net_device(service: Any, nl: netlynx.Connection) -> None:
    ports = [devlink.Port(**HANDLE, port=each, netdev=f"eth{each}", flavour="physical", type="eth") for each in (0, 1)]
    service.ports(lambda request: iter(ports))
    service.port(lambda request: ports[request.record.port])
    got: list[Any] = []
    service.set_port(lambda request: got.append(request.record))
    service.split_port(lambda request: got.append(request.record))
    assert nl.do(devlink.port("eth1")) == nl.do(devlink.port(f"{DEVICE}/1")) == ports[1]
    nl.do(devlink.split("eth0", 4))
    assert (got[-1].port, got[-1].count) == (0, 4)
    nl.do(devlink.change(devlink.Port(netdev="eth1", function={"state": "active", "hw_addr": "02:00:00:00:00:01"})))
    assert (got[-1].port, got[-1].function.state.label, got[-1].type) == (1, "active", None)
    read = nl.do(devlink.port("eth0"))
    nl.do(devlink.change(read.replace(type="ib")))
    assert (got[-1].port, got[-1].type.label, got[-1].function) == (0, "ib", None)
    with pytest.raises(NotFound, match="'eth2'"):
        nl.do(devlink.port("eth2"))


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (devlink.Trap(**HANDLE, name="x"), "it sets nothing: give one of action"),
        (devlink.Trap(**HANDLE, action="drop"), r"^Trap\.name: say which"),
        (devlink.Trap(**HANDLE, name="x", action="drop", group="y"), r"^Trap\.group: the kernel tells this"),
        (devlink.Port(**HANDLE, type="eth"), r"^Port\.port: say which"),
        (devlink.Port(**HANDLE, port=1, flavour="pci-sf"), r"^Port\.flavour: no request to change one takes it"),
        (devlink.Pool(**HANDLE, buffer=0, pool=1, size=5), r"^Pool\.threshold_type: size and threshold_type"),
        (devlink.Rate(**HANDLE, share="1mbit"), r"^Rate\.port: say which"),
        (devlink.Eswitch(bus="pci", mode="legacy"), r"^Eswitch\.device: say which"),
        (devlink.Snapshot(**HANDLE, name="x"), "expected a record that something can be set of"),
    ],
)
def test_changes_that_cannot_be_are_refused(record: Any, why: str) -> None:
    with pytest.raises(EncodeError, match=why):
        devlink.change(record)


def test_what_is_made_and_removed() -> None:
    port = devlink.Port(**HANDLE, flavour="pci-sf", pf=0, sf=88)
    assert devlink.add(port).request.sf == 88
    assert devlink.delete(devlink.Port(**HANDLE, port=9)).request.port == 9
    assert devlink.add(devlink.Rate(**HANDLE, name="group", maximum="1gbit")).request.maximum == 10**9
    assert devlink.delete(devlink.Rate(**HANDLE, name="group")).request.name == "group"
    assert devlink.add(devlink.Snapshot(**HANDLE, name="crdump")).request.id is None
    for verb, record, why in (
        (devlink.add, devlink.Port(**HANDLE, flavour="pci-sf", pf=0, netdev="x"), r"^Port\.netdev"),
        (devlink.add, devlink.Rate(**HANDLE, port=1, name="x"), r"^Rate\.port"),
        (devlink.add, devlink.Rate(**HANDLE), r"^Rate\.name"),
        (devlink.delete, devlink.Snapshot(**HANDLE, name="x"), r"^Snapshot\.id"),
        (devlink.delete, devlink.Rate(**HANDLE, port=1), r"^Rate\.port"),
        (devlink.delete, devlink.Port(**HANDLE, port=1, type="eth"), r"^Port\.type: the kernel does not look at it"),
        (devlink.delete, devlink.Trap(**HANDLE, name="x"), "expected a Port, a Rate or a Snapshot"),
    ):
        with pytest.raises(EncodeError, match=why):
            verb(record)  # type: ignore[operator]


def test_trees_and_pipelines_are_put_together(service: Any, nl: netlynx.Connection) -> None:
    deep = devlink.Resource(name="kvd", id=1, size=100, parts=[{"name": "linear", "id": 2, "size": 60, "used": 3}])
    trees = [deep], [devlink.Resource(name="span")]
    service.resources(lambda request: (devlink.Resources(**HANDLE, resources=each) for each in trees))
    table = devlink.Table(name="host4", size=4, matches=[{"type": "field-exact", "header": 1, "is_global": True}])
    entry = devlink.Entry(index=0, matches=[{"match": [{"field": 0}], "value": b"\1\2", "mapping": 7}], counter=9)
    header = devlink.Header(name="ipv4", id=1, fields=[{"name": "destination ip", "id": 0, "bits": 32}])
    service.tables(lambda request: [devlink.Tables(**HANDLE, tables=[table])])
    service.entries(lambda request: (devlink.Entries(**HANDLE, entries=[entry]) for _ in range(3)))
    service.headers(lambda request: [devlink.Headers(**HANDLE, headers=[header])])
    assert [each.name for each in nl.do(devlink.resources(DEVICE))] == ["kvd", "span"]
    assert nl.do(devlink.resources(DEVICE))[0].parts[0].used == 3
    assert nl.do(devlink.tables(DEVICE)) == (table,)
    assert nl.do(devlink.entries(DEVICE, "host4")) == (entry,) * 3
    assert nl.do(devlink.headers(DEVICE)) == (header,)


def test_a_reload_answers_or_does_not(service: Any, nl: netlynx.Connection) -> None:
    @service.reload
    def reload(request: Any) -> devlink.Reloaded:
        assert request.record.limits.value is devlink.ReloadLimits.NO_RESET
        return devlink.Reloaded(**HANDLE, performed="fw-activate")

    done = nl.do(devlink.reload(DEVICE, "fw-activate", limits="no-reset"))
    assert done is not None
    assert done.performed.value is devlink.ReloadActions.FW_ACTIVATE


def test_a_listener_says_whom_it_is_to_hear_of(service: Any, nl: netlynx.Connection) -> None:
    asked: list[Any] = []
    service.filter_events(lambda request: asked.append(request.record))
    with nl.subscribe(devlink.events(f"{DEVICE}/2")) as events:
        service.health(devlink.Reporter(**HANDLE, name="fw", state="error", errors=1))
        event = events.get(timeout=10)
    assert (event.kind, event.record.state.label) == ("health", "error")
    assert [(each.bus, each.device, each.port) for each in asked] == [("pci", "0000:03:00.0", 2)]
