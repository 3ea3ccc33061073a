"""What is listened to: settled on events here, on bytes by packet filters that never drop what is wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlynx import uevent
from netlynx.kernel.filters import compile_filter
from netlynx.uevent import udev
from netlynx.uevent.event import parse
from netlynx.uevent.wanted import Wanted


def wanted(*args: object, **kwargs: object) -> Wanted:
    made = uevent.events(*args, **kwargs)  # type: ignore[arg-type]  # as the test has it
    assert isinstance(made, Wanted)
    return made


def passes(group: Wanted, message: bytes) -> bool:
    program = group.program()
    return not program or compile_filter(program)(message) > 0


def of_kernel(action: str, **properties: str) -> bytes:
    lines = [f"{action}@/devices/d", *(f"{key}={value}" for key, value in properties.items())]
    return "".join(line + "\0" for line in lines).encode()


def of_udev(subsystem: str, devtype: str = "", tags: tuple[str, ...] = ()) -> bytes:
    properties = {"ACTION": "add", "DEVPATH": "/devices/d", "SUBSYSTEM": subsystem}
    if devtype:
        properties["DEVTYPE"] = devtype
    return udev.pack(properties | {"TAGS": f":{':'.join(tags)}:"}, tags)


@pytest.mark.parametrize("action", uevent.ACTIONS)
@pytest.mark.parametrize("sent", uevent.ACTIONS)
def test_the_kernels_actions_are_settled_by_the_packet_filter(action: str, sent: str) -> None:
    assert passes(wanted(action=action), of_kernel(sent)) == (action == sent)
    assert passes(wanted(action=[action, "add"]), of_kernel(sent)) == (sent in (action, "add"))


def test_what_the_packet_filter_cannot_see_is_settled_on_the_event() -> None:
    group = wanted(subsystem="net", devtype="bridge", properties={"INTERFACE": "b0"})
    assert group.program() == []
    assert group.fits(parse(of_kernel("add", SUBSYSTEM="net", DEVTYPE="bridge", INTERFACE="b0")))
    assert not group.fits(parse(of_kernel("add", SUBSYSTEM="net", DEVTYPE="bridge", INTERFACE="b1")))
    assert not group.fits(parse(of_kernel("add", SUBSYSTEM="net", INTERFACE="b0")))
    assert not group.fits(parse(of_kernel("add", SUBSYSTEM="usb", DEVTYPE="bridge", INTERFACE="b0")))


def test_udevs_subsystems_types_and_tags_are_settled_by_the_packet_filter() -> None:
    group = wanted("udev", subsystem=["net", "block"], devtype="disk", tag=["seat", "systemd"])
    assert passes(group, of_udev("block", "disk", ("systemd",)))
    assert passes(group, of_udev("net", "disk", ("seat", "more")))
    assert not passes(group, of_udev("usb", "disk", ("systemd",)))
    assert not passes(group, of_udev("block", "partition", ("systemd",)))
    assert not passes(group, of_udev("block", "disk"))
    assert not passes(group, of_udev("block", "disk", ("uaccess",)))


names = st.sampled_from(["net", "block", "usb", "tty", "input", "drm", "é"])


@given(st.sets(names), st.sets(names), st.sets(names), names, names, st.sets(names))
def test_no_packet_filter_drops_what_fits(
    subsystems: set[str], devtypes: set[str], tags: set[str], subsystem: str, devtype: str, tagged: set[str]
) -> None:
    group = wanted("udev", subsystem=subsystems, devtype=devtypes, tag=tags)
    message = of_udev(subsystem, devtype, tuple(tagged))
    if group.fits(udev.parse(message)):
        assert passes(group, message)


def test_more_than_a_jump_can_pass_over_is_left_to_be_settled_later() -> None:
    many = [f"subsystem{number}" for number in range(200)]
    group = wanted("udev", subsystem=many, devtype="disk")
    assert passes(group, of_udev("none of them", "disk"))  # the filter sees the type alone
    assert not passes(group, of_udev("subsystem7", "partition"))
    assert not group.fits(udev.parse(of_udev("none of them", "disk")))


def test_other_sources_and_tags_of_the_kernel_are_refused() -> None:
    with pytest.raises(ValueError, match="from the kernel or from udev, not from 'hal'"):
        wanted("hal")
    with pytest.raises(ValueError, match="only udev's events have tags"):
        wanted(tag="systemd")
