"""Operations of Data Center Bridging.

Source: reply_funcs, dcbnl_ieee_set and dcbnl_ieee_del in net/dcb/dcbnl.c. The kernel acknowledges what a driver
refused: that stands in its answer, which is looked at here. What a driver has no function for, dcbnl_ieee_set passes
over without a word: so what is set is read before and after.
"""

from __future__ import annotations

import errno
from collections.abc import Generator, Iterator
from typing import Any, Literal, TypeAlias

from netlynx.codec._codec import decode
from netlynx.dcb.constants import DCB_CMD
from netlynx.dcb.records import Answer, CeeApplication, Device, Query
from netlynx.dcb.structs import PRIORITIES, Application, Selector
from netlynx.engine.operation import Do, Dump, EventKind, Group, Talk, make_do
from netlynx.errors import EncodeError, EncodeTypeError, NetlinkError, NotSupported, from_errno
from netlynx.route.constants import RTM, RTNLGRP
from netlynx.schema.arguments import name_of, record_of
from netlynx.schema.compile import plan_of
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import changed, given, own, settable
from netlynx.wire.constants import NETLINK

Steps: TypeAlias = Generator[Do[Any] | Dump[Any], Any, Any]
Direction: TypeAlias = Literal["sent", "received"]

CHANGES: Group[Device] = Group(
    "dcb.CHANGES",
    NETLINK.ROUTE,
    (RTNLGRP.DCB,),
    {RTM.SETDCB: (EventKind.NEW, Device), RTM.GETDCB: (EventKind.NEW, Device)},
)
"""All that IEEE has of a device, or all that CEE has, after each change, and when a driver says that it changed."""


def _get(called: str, device: str, command: int, **asked: Any) -> Do[Device]:
    request = Query(command=command, name=name_of(device, f"dcb.{called}(device)"), **asked)
    return make_do(f"dcb.{called}", NETLINK.ROUTE, RTM.GETDCB, request, reply=Device, reply_type=RTM.GETDCB)


def ieee(device: str) -> Do[Device]:
    """What IEEE 802.1Qaz has: selection, flow control, rates, buffers, tables, and what the other end says of them.

    All of these fail with NotSupported where the device has no DCB, or its driver not this; with NotFound where there
    is no such device. Raises EncodeError and EncodeTypeError for what is no name.
    """
    return _get("ieee", device, DCB_CMD.IEEE_GET)


def cee(device: str) -> Do[Device]:
    """What CEE has, and what the other end says of it: the fields ``cee_…``. Fails and raises as `ieee`."""
    return _get("cee", device, DCB_CMD.CEE_GET)


def dcbx(device: str) -> Do[Device]:
    """Who negotiates with the other end, and how: `Device.dcbx`. Fails and raises as `ieee`."""
    return _get("dcbx", device, DCB_CMD.GDCBX)


def state(device: str) -> Do[Device]:
    """Whether CEE is on: `Device.state`. Fails and raises as `ieee`."""
    return _get("state", device, DCB_CMD.GSTATE)


def flow_control_state(device: str) -> Do[Device]:
    """Whether CEE's flow control is on: `Device.flow_control_state`. Fails and raises as `ieee`."""
    return _get("flow_control_state", device, DCB_CMD.PFC_GSTATE)


def flow_control(device: str) -> Do[Device]:
    """CEE's flow control: `Device.flow_control`. Fails and raises as `ieee`."""
    return _get("flow_control", device, DCB_CMD.PFC_GCFG, flow_control=True)


def groups(device: str, direction: Direction) -> Do[Device]:
    """CEE's priority groups for what is ``"sent"`` or ``"received"``: `Device.groups`. Fails and raises as `ieee`."""
    command = {"sent": DCB_CMD.PGTX_GCFG, "received": DCB_CMD.PGRX_GCFG}[_direction(direction, "dcb.groups(direction)")]
    return _get("groups", device, command, classes=True, shares=True)


def capabilities(device: str) -> Do[Device]:
    """What the device is capable of: `Device.capabilities`. Fails and raises as `ieee`."""
    return _get("capabilities", device, DCB_CMD.GCAP, capabilities=True)


def class_counts(device: str) -> Do[Device]:
    """How many traffic classes it has: `Device.class_counts`. Fails and raises as `ieee`."""
    return _get("class_counts", device, DCB_CMD.GNUMTCS, class_counts=True)


def backward_congestion(device: str) -> Do[Device]:
    """CEE's congestion notification: `Device.backward_congestion`. Fails and raises as `ieee`."""
    return _get("backward_congestion", device, DCB_CMD.BCN_GCFG, backward_congestion=True)


def features(device: str) -> Do[Device]:
    """What was negotiated of CEE's features: `Device.features`. Fails and raises as `ieee`."""
    return _get("features", device, DCB_CMD.GFEATCFG, features=True)


def application(device: str, protocol: int, *, port: bool = False) -> Do[Device]:
    """The priorities (CEE) of an Ethernet type, or with `port` of a port: `Device.application`.

    Fails and raises as `ieee`.
    """
    path = "dcb.application(protocol)"
    if isinstance(protocol, bool) or not isinstance(protocol, int):
        raise EncodeTypeError(f"expected a number, not {type(protocol).__name__}", path)
    if not isinstance(port, bool):
        raise EncodeTypeError(f"expected True or False, not {type(port).__name__}", "dcb.application(port)")
    if not 0 <= protocol < 1 << 16:
        raise EncodeError(f"{protocol} is no number of 16 bits", path)
    asked = CeeApplication(id_type=int(port), protocol=protocol)
    return _get("application", device, DCB_CMD.GAPP, application=asked)


def permanent_address(device: str) -> Do[Device]:
    """The address that the device was made with: `Device.permanent_address`. Fails and raises as `ieee`."""
    return _get("permanent_address", device, DCB_CMD.GPERM_HWADDR)


def device(name: str) -> Talk[Device]:
    """All that a device tells, of each of the above what its driver has, in one record.

    `groups` is left out of it: `cee_sent` and `cee_received` are the same of both directions. Fails and raises as
    `ieee`.
    """
    asked = [ieee(name), cee(name)]
    more = [
        *(state(name), flow_control_state(name), flow_control(name), capabilities(name), class_counts(name)),
        *(backward_congestion(name), features(name), permanent_address(name)),
    ]

    def steps() -> Steps:
        found: Device = yield asked[0]
        told = {field: getattr(found, field) for field in given(found)}
        for each in (*asked[1:], *more):
            try:
                found = yield each
            except NotSupported:
                continue  # the driver has it not
            told |= {field: getattr(found, field) for field in given(found) if field not in told}
        told.pop("command", None)
        return Device(**told)

    return Talk("dcb.device", steps)


def devices() -> Talk[list[Device]]:
    """All devices of the namespace that have DCB, each as `device` tells it."""
    from netlynx.route import links

    def steps() -> Steps:
        found = []
        for link in (yield links(statistics=False)):
            try:
                found.append((yield from device(link.name).steps()))
            except NotSupported:
                continue
        return found

    return Talk("dcb.devices", steps)


# -- changes -------------------------------------------------------------------------------------------------------

_IEEE = ("ets", "max_rates", "congestion", "pfc", "buffer", "trust")  # but for the last, in the kernel's order
_TABLES = ("applications", "rewrite")
# What is told of a struct and not taken, by the driver's or the other end's word.
_TOLD = {
    "ets": ("capacity", "credit_based"),
    "pfc": ("capacity", "requests", "indications"),
    "buffer": ("total_size",),
}
_SINGLE = {  # the field, what sets it
    "state": DCB_CMD.SSTATE,
    "class_counts": DCB_CMD.SNUMTCS,
    "flow_control": DCB_CMD.PFC_SCFG,
    "flow_control_state": DCB_CMD.PFC_SSTATE,
    "backward_congestion": DCB_CMD.BCN_SCFG,
    "features": DCB_CMD.SFEATCFG,
    "application": DCB_CMD.SAPP,
}


def change(record: Device) -> Talk[None]:
    """Set what is given of a device, or of one that was read what was replaced in it.

    Of a record that was made, what is given of a struct is all of it: the rest of it is 0. What CEE has is set by
    messages of its own, one for each field, and takes effect with `commit`; `set_groups` sets its groups. First comes
    `dcbx`, then what IEEE has, by one message, then the others; an error says what was done before it. Tables are not
    set but added to (`add`), and lines of them taken out (`delete`).

    NotSupported where the driver has not what is set, or takes nothing of it; NetlinkError with the driver's errno for
    what it refuses. Raises EncodeError for a record that changes nothing, for what the kernel only tells, and for
    values that no device can have.
    """
    record = record_of(Device, record, "dcb.change(record)")
    name = name_of(record.name, "Device.name")
    before = own(record) - {"name"}
    said = settable(record, "Device", ("name",)) if was_read(record) else settable(record, "Device")
    for table in _TABLES:
        if table in before:
            raise EncodeError("lines are added to a table, and deleted: dcb.add, dcb.delete", f"Device.{table}")
    if said.groups is not None:
        raise EncodeError("of which direction? dcb.set_groups is told", "Device.groups")
    if was_read(record) and not changed(record):
        raise EncodeError("nothing of it is different from what was read", "Device")
    fields = [field for field in ("dcbx", *_IEEE, *_SINGLE) if getattr(said, field) is not None]
    if not fields:
        raise EncodeError("it does not say what is to be different", "Device")

    def only(names: list[str], command: int) -> Do[Answer]:
        values: dict[str, Any] = {field: getattr(said, field) for field in names}
        return _request("change", command, Device(name=name, **values))

    standard = [field for field in fields if field in _IEEE]
    made = only(standard, DCB_CMD.IEEE_SET)
    _check(decode(plan_of(Device), made.payload))
    mode = only(["dcbx"], DCB_CMD.SDCBX)
    singles = [(field, only([field], _SINGLE[field])) for field in fields if field in _SINGLE]

    def steps() -> Steps:
        done: list[str] = []
        if said.dcbx is not None:
            yield from _set(mode, "dcbx", done)
        if standard:
            yield from _set_ieee(name, made, standard, done)
        for field, operation in singles:
            yield from _set(operation, field, done)

    return Talk("dcb.change", steps)


def set_groups(device: str, direction: Direction, groups: Any) -> Talk[None]:
    """Set what is given of CEE's priority groups, for what is ``"sent"`` or ``"received"``; `commit` makes them hold.

    `groups` is a `Groups`, or its fields as a mapping. Fails and raises as `change`.
    """
    way = _direction(direction, "dcb.set_groups(direction)")
    command = {"sent": DCB_CMD.PGTX_SCFG, "received": DCB_CMD.PGRX_SCFG}[way]
    request = Device(name=name_of(device, "dcb.set_groups(device)"), groups=groups)
    if request.groups is None or not given(request.groups):
        raise EncodeError("it does not say what is to be different", "dcb.set_groups(groups)")
    made = _request("set_groups", command, request)
    return Talk("dcb.set_groups", lambda: _carried(made, "groups", []))


def commit(device: str) -> Talk[int]:
    """Have what was set of CEE take effect (DCB_CMD_SET_ALL); the answer is the driver's own number.

    To Intel's drivers 0 means that the hardware was set, 1 that nothing had changed, 2 that it was set anew.
    """
    request = Query(command=DCB_CMD.SET_ALL, name=name_of(device, "dcb.commit(device)"), all=1)
    made = make_do("dcb.commit", NETLINK.ROUTE, RTM.SETDCB, request, reply=Answer, reply_type=RTM.SETDCB)

    def steps() -> Steps:
        answer = yield made
        return answer.all or 0

    return Talk("dcb.commit", steps)


def add(record: Device) -> Talk[None]:
    """Add lines to the tables `applications` and `rewrite`; AlreadyExists for one that is there.

    Lines before the one that is refused have been added. Raises EncodeError for a record without lines, for other
    fields, and for values that no line can have.
    """
    return _tables("add", DCB_CMD.IEEE_SET, record)


def delete(record: Device) -> Talk[None]:
    """Take lines out of the tables `applications` and `rewrite`: NotFound for one that is not there.

    Of a record that was read, all lines that it has. Raises EncodeError as `add`.
    """
    return _tables("delete", DCB_CMD.IEEE_DEL, record)


def _tables(verb: str, command: int, record: Device) -> Talk[None]:
    record = record_of(Device, record, f"dcb.{verb}(record)")
    name = name_of(record.name, "Device.name")
    if not was_read(record):
        for field in own(record) - {"name", *_TABLES}:
            raise EncodeError(f"dcb.{verb} is for lines of tables alone: dcb.change sets it", f"Device.{field}")
    tables = {field: lines for field in _TABLES if (lines := getattr(record, field))}
    if not tables:
        raise EncodeError("which lines? of `applications`, of `rewrite`", "Device")
    made = _request(verb, command, Device(name=name, **tables))
    said = decode(plan_of(Device), made.payload)
    for field in tables:
        for at, line in enumerate(getattr(said, field)):
            _check_line(line, f"Device.{field}[{at}]")
    return Talk(f"dcb.{verb}", lambda: _carried(made, "ieee", [], " or ".join(tables)))


def _request(called: str, command: int, request: Device) -> Do[Answer]:
    made = replace_fields(request, command=command)
    return make_do(f"dcb.{called}", NETLINK.ROUTE, RTM.SETDCB, made, reply=Answer, reply_type=RTM.SETDCB)


def _set(operation: Do[Answer], field: str, done: list[str]) -> Steps:
    yield from _carried(operation, field, done)
    done.append(field)


def _carried(operation: Do[Answer], field: str, done: list[str], at: str = "") -> Steps:
    """Send a change, and look at what became of it. Raises NetlinkError with what was done before it."""
    try:
        answer = yield operation
    except NetlinkError as error:
        error.attribute = error.attribute or f"Device.{at or field}"
        _tell(error, done)
        raise
    said = getattr(answer, field) or 0
    if said:
        known = said < 0 and -said in errno.errorcode
        number = -said if known else errno.EINVAL
        words = "" if known else f"the driver does not take it, and says {said & 0xFF}"
        refused = from_errno(number, words)
        refused.asked = str(operation)
        refused.attribute = f"Device.{at or field}"
        _tell(refused, done)
        raise refused


def _tell(error: NetlinkError, done: list[str]) -> None:
    if done:
        error.hint = " ".join(filter(None, (error.hint, f"Set before it: {', '.join(done)}")))


def _set_ieee(name: str, made: Do[Answer], fields: list[str], done: list[str]) -> Steps:
    """What IEEE has, in one message, and whether the driver took it."""
    before = yield ieee(name)
    for field in fields:
        if getattr(before, field) is None:
            yield from _lacking(field, name, f"the driver of {name} has nothing of the kind", done)
    yield from _carried(made, "ieee", done, " or ".join(fields))
    after = yield ieee(name)
    said = decode(plan_of(Device), made.payload)
    for field in fields:
        asked, told = (_settable(field, getattr(each, field)) for each in (said, after))
        if asked != told and told == _settable(field, getattr(before, field)):
            yield from _lacking(field, name, f"the driver of {name} tells it, and takes nothing of it", done)
    done += fields


def _lacking(field: str, name: str, words: str, done: list[str]) -> Steps:
    error = NotSupported(errno.EOPNOTSUPP, words, asked=f"dcb.change(name={name})", attribute=f"Device.{field}")
    _tell(error, done)
    raise error
    yield


def _settable(field: str, value: Any) -> Any:
    """What of a struct a driver can be told."""
    names = _TOLD.get(field, ())
    if not names:
        return value
    return [getattr(value, name) for name in value.__declarations__ if name not in names]


def _direction(value: object, path: str) -> str:
    if value not in ("sent", "received"):
        raise EncodeError(f'{value!r} is no direction: "sent" or "received"', path)
    return str(value)


def _check(said: Device) -> None:
    for path, value, most in _bounded(said):
        if isinstance(value, int) and not 0 <= value <= most:
            raise EncodeError(f"{value} is not among 0 to {most}", f"Device.{path}")
    if said.trust is not None and len(set(said.trust)) != len(said.trust):
        raise EncodeError("each selector is trusted once", "Device.trust")


def _bounded(said: Device) -> Iterator[tuple[str, Any, int]]:
    """Numbers of priorities, classes and buffers, which there are 8 of, and shares in percent."""
    eight = PRIORITIES - 1
    if said.ets is not None:
        for name, most in (("priority_classes", eight), ("recommended_priority_classes", eight)):
            yield from ((f"ets.{name}[{at}]", each, most) for at, each in enumerate(getattr(said.ets, name)))
        for name in ("shares", "receive_shares", "recommended_shares"):
            yield from ((f"ets.{name}[{at}]", each, 100) for at, each in enumerate(getattr(said.ets, name)))
    if said.buffer is not None:
        buffers = said.buffer.priority_buffers
        yield from ((f"buffer.priority_buffers[{at}]", each, eight) for at, each in enumerate(buffers))


_HIGHEST = {Selector.DSCP: 63, Selector.PCP: 15}


def _check_line(line: Application, path: str) -> None:
    if line.selector not in tuple(Selector):
        raise EncodeError(f"there are {', '.join(each.label for each in Selector)}", f"{path}.selector")
    if line.priority >= PRIORITIES:
        raise EncodeError("priorities are 0 to 7", f"{path}.priority")
    most = _HIGHEST.get(line.selector, 0xFFFF)
    if line.protocol > most:
        raise EncodeError(f"of {line.selector.label} there are 0 to {most}", f"{path}.protocol")
