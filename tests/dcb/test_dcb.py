"""Data Center Bridging: bytes, what is sent, what is refused, and what a driver's answer becomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import dcb
from netlynx.codec._codec import decode, encode, to_json
from netlynx.dcb.constants import DCB_CMD
from netlynx.errors import AlreadyExists, EncodeError, NetlinkError, NotSupported
from netlynx.kernel import Request, VirtualKernel
from netlynx.route.constants import RTM
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK

LINE = dcb.Application(selector="dscp", protocol=46, priority=5)
OF_NO_STANDARD = dcb.Application(selector="pcp", protocol=9, priority=1)


def sent(operation: Any) -> tuple[int, dcb.Device]:
    """The first message of an operation: its type, and what it says."""
    first = next(operation.steps()) if hasattr(operation, "steps") else operation
    return first.message_type, decode(plan_of(dcb.Device), first.payload)


def test_a_table_has_an_attribute_for_standard_lines_and_one_for_others() -> None:
    """As `dcb app add dev v0 dscp-prio 46:5` sends it, and the line of PCP behind it."""
    kind, said = sent(dcb.add(dcb.Device(name="v0", applications=[OF_NO_STANDARD, LINE])))
    first = next(dcb.add(dcb.Device(name="v0", applications=[OF_NO_STANDARD, LINE])).steps())
    assert kind == RTM.SETDCB
    assert (said.command, said.name, said.applications) == (DCB_CMD.IEEE_SET, "v0", (LINE, OF_NO_STANDARD))
    assert first.payload.hex() == "00140000070001007630000018000d80140003800800010005052e0008000200ff010900"
    kind, said = sent(dcb.delete(dcb.Device(name="v0", rewrite=[LINE])))
    assert (kind, said.command, said.rewrite) == (RTM.SETDCB, DCB_CMD.IEEE_DEL, (LINE,))


# What `dcb` of iproute2 6.1 sends, as strace sees it.
CAPTURED: list[tuple[str, Any, str]] = [
    (
        "app add dev lo dscp-prio 46:5",
        lambda: dcb.add(dcb.Device(name="lo", applications=[LINE])),
        "00140000070001006c6f000010000d800c0003800800010005052e00",
    ),
    (
        "app del dev lo dscp-prio 46:5 default-prio 2",
        lambda: dcb.delete(dcb.Device(name="lo", applications=[LINE, dcb.Application(selector="ethtype", priority=2)])),
        "001b0000070001006c6f000018000d80140003800800010005052e000800010001020000",
    ),
    (
        "app add dev lo ethtype-prio 0x8906:3 stream-port-prio 22:4 port-prio 3260:6",
        lambda: dcb.add(
            dcb.Device(
                name="lo",
                applications=[
                    dcb.Application(selector="ethtype", protocol=0x8906, priority=3),
                    dcb.Application(selector="stream-port", protocol=22, priority=4),
                    dcb.Application(selector="port", protocol=3260, priority=6),
                ],
            )
        ),
        "00140000070001006c6f000020000d801c00038008000100010306890800010002041600080001000406bc0c",
    ),
    (
        "dcbx set dev lo host ieee",
        lambda: dcb.change(dcb.Device(name="lo", dcbx=["host", "ieee"])),
        "00170000070001006c6f000005000e0009000000",
    ),
]


def test_what_is_sent_is_what_dcb_sends() -> None:
    for words, make, captured in CAPTURED:
        first = next(make().steps())
        assert (first.message_type, first.payload.hex()) == (RTM.SETDCB, captured), words


def test_the_order_of_trust_is_kept() -> None:
    order = ("pcp", "dscp", "ethtype")
    made = dcb.Device(name="v0", trust=order)
    read = decode(plan_of(dcb.Device), encode(plan_of(dcb.Device), made))
    assert [each.label for each in read.trust] == list(order)
    assert b'"trust":["pcp","dscp","ethtype"]' in to_json(read)
    # A selector that is not known yet, and what is no list of them.
    payload = encode(plan_of(dcb.Device), made)
    other = payload.replace(bytes([5, 0, 1, 0, 5]), bytes([5, 0, 1, 0, 77]))
    assert decode(plan_of(dcb.Device), other).trust == (dcb.Selector.PCP, 77, dcb.Selector.ETHERTYPE)
    broken = payload.replace(bytes([5, 0, 1, 0, 5]), bytes([6, 0, 1, 0, 5]))
    assert decode(plan_of(dcb.Device), broken).trust is None


def test_each_question_is_of_its_command() -> None:
    for operation, command in (
        (dcb.ieee("v0"), DCB_CMD.IEEE_GET),
        (dcb.cee("v0"), DCB_CMD.CEE_GET),
        (dcb.dcbx("v0"), DCB_CMD.GDCBX),
        (dcb.state("v0"), DCB_CMD.GSTATE),
        (dcb.flow_control_state("v0"), DCB_CMD.PFC_GSTATE),
        (dcb.flow_control("v0"), DCB_CMD.PFC_GCFG),
        (dcb.groups("v0", "sent"), DCB_CMD.PGTX_GCFG),
        (dcb.groups("v0", "received"), DCB_CMD.PGRX_GCFG),
        (dcb.capabilities("v0"), DCB_CMD.GCAP),
        (dcb.class_counts("v0"), DCB_CMD.GNUMTCS),
        (dcb.backward_congestion("v0"), DCB_CMD.BCN_GCFG),
        (dcb.features("v0"), DCB_CMD.GFEATCFG),
        (dcb.application("v0", 0x8906), DCB_CMD.GAPP),
        (dcb.permanent_address("v0"), DCB_CMD.GPERM_HWADDR),
    ):
        assert (operation.message_type, operation.payload[1]) == (RTM.GETDCB, command)


REFUSED: list[tuple[Any, str, str]] = [
    (lambda: dcb.change(dcb.Device(ets={})), "Device.name", ""),
    (lambda: dcb.change(dcb.Device(name="v0")), "Device", "what is to be different"),
    (lambda: dcb.change(dcb.Device(name="v0", applications=[LINE])), "Device.applications", "dcb.add"),
    (lambda: dcb.change(dcb.Device(name="v0", groups={"share0": 1})), "Device.groups", "dcb.set_groups"),
    (lambda: dcb.change(dcb.Device(name="v0", peer_ets={})), "Device.peer_ets", "the kernel tells this"),
    (lambda: dcb.change(dcb.Device(name="v0", ets={"shares": (101,) * 8})), "Device.ets.shares[0]", "0 to 100"),
    (
        lambda: dcb.change(dcb.Device(name="v0", ets={"priority_classes": (0, 8) + (0,) * 6})),
        "Device.ets.priority_classes[1]",
        "0 to 7",
    ),
    (
        lambda: dcb.change(dcb.Device(name="v0", buffer={"priority_buffers": (9,) * 8})),
        "Device.buffer.priority_buffers[0]",
        "0 to 7",
    ),
    (lambda: dcb.change(dcb.Device(name="v0", trust=["dscp", "dscp"])), "Device.trust", "once"),
    (lambda: dcb.change(dcb.Device(name="v0", trust=["dhcp"])), "Device.trust[0]", "there are ethtype"),
    (lambda: dcb.add(dcb.Device(name="v0")), "Device", "which lines"),
    (lambda: dcb.add(dcb.Device(name="v0", applications=[LINE], state=1)), "Device.state", "dcb.change"),
    (lambda: dcb.add(dcb.Device(name="v0", applications=[{"selector": "dscp", "protocol": 64}])),
     "Device.applications[0].protocol", "0 to 63"),
    (lambda: dcb.add(dcb.Device(name="v0", rewrite=[{"selector": "pcp", "priority": 8}])),
     "Device.rewrite[0].priority", "0 to 7"),
    (lambda: dcb.delete(dcb.Device(name="v0", rewrite=[{"selector": 9}])), "Device.rewrite[0].selector", "there are"),
    (lambda: dcb.groups("v0", "up"), "dcb.groups(direction)", "no direction"),
    (lambda: dcb.set_groups("v0", "sent", {}), "dcb.set_groups(groups)", "what is to be different"),
    (lambda: dcb.application("v0", 1 << 16), "dcb.application(protocol)", "16 bits"),
    (lambda: dcb.ieee(""), "dcb.ieee(device)", ""),
]  # fmt: skip


def test_what_cannot_be_is_refused_before_anything_is_sent() -> None:
    for make, path, said in REFUSED:
        with pytest.raises(EncodeError) as caught:
            make()
        assert (caught.value.path, said in str(caught.value)) == (path, True), caught.value


class Driver:
    """A device's driver: what it has, what it answers, what it was told."""

    def __init__(self) -> None:
        self.has = dcb.Device(name="v0", ets={"capacity": 8}, pfc={"capacity": 8}, dcbx=["host"])
        self.answers: dict[int, Any] = {}
        self.deaf = False
        self.told: list[dcb.Device] = []


@pytest.fixture
def driver() -> Driver:
    return Driver()


@pytest.fixture
def nl(driver: Driver) -> Iterator[netlynx.Connection]:
    kernel = VirtualKernel()
    service = kernel.serve(NETLINK.ROUTE)

    @service.do(RTM.GETDCB, record=dcb.Query, reply=RTM.GETDCB, get=True)
    def get(request: Request) -> dcb.Device:
        if request.record.command != DCB_CMD.IEEE_GET:
            raise NotSupported(95)
        return driver.has

    @service.do(RTM.SETDCB, record=dcb.Device, reply=RTM.SETDCB)
    def set_(request: Request) -> dcb.Answer:
        said = request.record
        driver.told.append(said)
        answer = driver.answers.get(said.command, {"ieee": 0} if said.command in (20, 27) else {"dcbx": 0, "state": 0})
        if not driver.deaf:
            fields = {name: value for name in ("ets", "pfc", "dcbx") if (value := getattr(said, name)) is not None}
            driver.has = driver.has.replace(**fields)
        return dcb.Answer(command=said.command, **answer)

    with netlynx.connect(kernel=kernel) as connection:
        yield connection


def test_what_a_driver_answers_is_an_error_of_the_operation(nl: netlynx.Connection, driver: Driver) -> None:
    """The kernel acknowledges it: the errno stands in a byte of the answer, or the driver's own number."""
    driver.answers[DCB_CMD.IEEE_SET] = {"ieee": -17}
    with pytest.raises(AlreadyExists) as exists:
        nl.do(dcb.add(dcb.Device(name="v0", applications=[LINE])))
    assert exists.value.attribute == "Device.applications"
    driver.answers[DCB_CMD.IEEE_SET] = {"ieee": -22}
    with pytest.raises(NetlinkError, match="EINVAL") as caught:
        nl.do(dcb.change(dcb.Device(name="v0", dcbx=["static"], ets={"willing": True}, pfc={"enabled": 1})))
    assert (caught.value.attribute, caught.value.hint) == ("Device.ets or pfc", "Set before it: dcbx")
    driver.answers[DCB_CMD.SSTATE] = {"state": 1}
    with pytest.raises(NetlinkError, match="the driver does not take it, and says 1"):
        nl.do(dcb.change(dcb.Device(name="v0", state=1)))
    driver.answers[DCB_CMD.SET_ALL] = {"all": 2}
    assert nl.do(dcb.commit("v0")) == 2


def test_what_a_driver_passes_over_is_an_error_too(nl: netlynx.Connection, driver: Driver) -> None:
    driver.deaf = True
    with pytest.raises(NotSupported, match="takes nothing of it") as caught:
        nl.do(dcb.change(dcb.Device(name="v0", ets={"willing": True})))
    assert caught.value.attribute == "Device.ets"
    nl.do(dcb.change(dcb.Device(name="v0", pfc={"capacity": 3})))  # which is what it has: the driver's own is not set
    told = len(driver.told)
    with pytest.raises(NotSupported, match="nothing of the kind") as lacking:
        nl.do(dcb.change(dcb.Device(name="v0", max_rates={"rates": (1,) * 8})))
    assert (lacking.value.attribute, len(driver.told)) == ("Device.max_rates", told)


def test_of_what_was_read_only_what_is_different_is_set(nl: netlynx.Connection, driver: Driver) -> None:
    found = nl.do(dcb.ieee("v0"))
    with pytest.raises(EncodeError, match="nothing of it is different"):
        dcb.change(found)
    nl.do(dcb.change(found.replace(pfc={"enabled": 8})))
    (told,) = driver.told
    assert (told.pfc.enabled, told.ets, told.dcbx) == (8, None, None)
    assert nl.do(dcb.device("v0")).pfc.enabled == 8


@pytest.mark.namespace
def test_a_device_without_it_says_so(namespace: Any) -> None:
    with netlynx.connect(netns=namespace) as nl:
        for operation in (dcb.ieee("lo"), dcb.add(dcb.Device(name="lo", applications=[LINE])), dcb.device("lo")):
            with pytest.raises(NotSupported, match="no Data Center Bridging"):
                nl.do(operation)
        with pytest.raises(netlynx.NotFound):
            nl.do(dcb.ieee("nosuch"))
        assert nl.do(dcb.devices()) == []
