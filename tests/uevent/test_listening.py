"""Events as they arrive, sync and async, from nobody but the kernel and root; what was lost is told."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest

import netlynx
from netlynx import netns, route, uevent
from netlynx.kernel import Capability, ConfigFlag, Credentials, KernelSocket, VirtualKernel
from netlynx.uevent import udev
from netlynx.wire.constants import NETLINK
from support import PATIENCE, namespaces_refused

ADD = b"add@/devices/d\0ACTION=add\0DEVPATH=/devices/d\0SUBSYSTEM=net\0SEQNUM=7\0"
CHANGE = b"change@/devices/d\0ACTION=change\0DEVPATH=/devices/d\0SUBSYSTEM=net\0SEQNUM=8\0"
OF_UDEV = udev.pack({"ACTION": "add", "DEVPATH": "/devices/d", "SUBSYSTEM": "net"})


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


@pytest.fixture
def speaker(kernel: VirtualKernel) -> KernelSocket:
    return kernel.protocol(NETLINK.KOBJECT_UEVENT, None, flags=ConfigFlag.NONROOT_RECV)


def tell(speaker: KernelSocket, message: bytes) -> None:
    speaker._multicast(message, 1, 0)  # as it is: uevents have no nlmsghdr


def test_the_kernels_events_arrive(kernel: VirtualKernel, speaker: KernelSocket) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(uevent.events(action="change")) as events:
        tell(speaker, ADD)
        tell(speaker, CHANGE)
        event = events.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert (event.kind, event.record.sequence) == ("change", 8)
        assert events.drain() == []


@pytest.mark.anyio
async def test_they_arrive_asynchronously(kernel: VirtualKernel, speaker: KernelSocket) -> None:
    wanted = uevent.events(properties={"SEQNUM": "8"})
    async with netlynx.aconnect(kernel=kernel) as nl, nl.subscribe(wanted) as events:
        tell(speaker, ADD)
        tell(speaker, CHANGE)
        event = await events.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert (event.kind, event.record.subsystem) == ("change", "net")
        kernel.faults.overrun()
        assert await events.get(timeout=PATIENCE) == netlynx.Overrun(1)
        tell(speaker, CHANGE)
        assert isinstance(await events.get(timeout=PATIENCE), netlynx.Event)


def test_root_may_speak_for_udev_and_nobody_else(kernel: VirtualKernel, speaker: KernelSocket) -> None:
    somebody = Credentials(pid=1, uid=1000, gid=1000, capabilities=frozenset(Capability))
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(uevent.UDEV, uevent.KERNEL) as events:
        forger = kernel.open(NETLINK.KOBJECT_UEVENT, credentials=somebody)
        root = kernel.open(NETLINK.KOBJECT_UEVENT, credentials=Credentials(2, 0, 0, frozenset(Capability)))
        for sock in (forger, root):
            for message, group in ((OF_UDEV, 2), (ADD, 1), (ADD, 2)):
                with pytest.raises(ConnectionRefusedError):  # after the multicast: the kernel takes no messages
                    sock.send(message, 0, group)
        speaker._multicast(OF_UDEV, 2, 0)  # nor does the kernel speak for udev
        tell(speaker, CHANGE)
        heard = [events.get(timeout=PATIENCE), events.get(timeout=PATIENCE)]
        assert [(event.record.source, event.kind) for event in heard if isinstance(event, netlynx.Event)] == [
            ("udev", "add"),
            ("kernel", "change"),
        ]
        assert events.drain() == []
        feed = events._inbox._ears[0].feed
        assert feed.strays == 6


def test_lost_events_are_told_and_later_ones_arrive(kernel: VirtualKernel, speaker: KernelSocket) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(uevent.KERNEL) as events:
        tell(speaker, ADD)
        kernel.faults.overrun()
        tell(speaker, ADD)
        assert events.get(timeout=PATIENCE) == netlynx.Overrun(1)
        assert isinstance(events.get(timeout=PATIENCE), netlynx.Event)
        tell(speaker, CHANGE)
        later = events.get(timeout=PATIENCE)
        assert isinstance(later, netlynx.Event)
        assert later.kind == "change"


def test_a_malformed_event_is_an_error_in_its_place(kernel: VirtualKernel, speaker: KernelSocket) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(uevent.KERNEL) as events:
        for message in (ADD, b"nonsense\0", CHANGE):
            tell(speaker, message)
        assert isinstance(events.get(timeout=PATIENCE), netlynx.Event)
        with pytest.raises(netlynx.DecodeError, match="begins with 'nonsense'"):
            events.get(timeout=PATIENCE)
        assert isinstance(events.get(timeout=PATIENCE), netlynx.Event)


def test_the_real_kernel_tells_of_interfaces(nl: netlynx.Connection) -> None:
    with nl.subscribe(uevent.events(subsystem="net")) as events:
        nl.do(route.add(route.Link(name="b0", kind="bridge")))
        nl.do(route.delete(nl.do(route.link(name="b0"))))
        heard = [events.get(timeout=PATIENCE), events.get(timeout=PATIENCE)]
    assert [
        (event.kind, event.record.name, event.record.devtype) for event in heard if isinstance(event, netlynx.Event)
    ] == [
        ("add", "b0", "bridge"),
        ("remove", "b0", "bridge"),
    ]


def test_the_real_kernels_packet_filter_drops_other_actions(nl: netlynx.Connection) -> None:
    with nl.subscribe(uevent.events(action=["move", "remove"])) as events:
        feed = events._inbox._ears[0].feed
        feed._wanted = [uevent.KERNEL]  # nothing is settled here any more
        nl.do(route.add(route.Link(name="b0", kind="bridge")))
        nl.do(route.delete(nl.do(route.link(name="b0"))))
        kinds = {
            event.kind for event in [events.get(timeout=PATIENCE), *events.drain()] if isinstance(event, netlynx.Event)
        }
    assert kinds == {"remove"}


def test_the_real_kernel_overruns_who_does_not_read_and_is_heard_again(nl: netlynx.Connection) -> None:
    with nl.subscribe(uevent.events(subsystem="net", action=["add", "remove"]), receive_buffer=4096) as events:
        for number in range(50):
            nl.do(route.add(route.Link(name=f"b{number}", kind="bridge")))
        heard = events.drain()
        assert netlynx.Overrun(1) in heard
        assert 1 < len(heard) < 50
        nl.do(route.delete(nl.do(route.link(name="b0"))))
        later = events.get(timeout=PATIENCE)
        while not (isinstance(later, netlynx.Event) and later.kind == "remove"):  # interfaces say several things
            later = events.get(timeout=PATIENCE)
        assert later.record.name == "b0"


def test_processes_of_root_are_heard_on_the_real_kernel(namespace: netns.NetworkNamespace) -> None:
    with (
        netlynx.connect(netns=namespace) as nl,
        nl.subscribe(uevent.events("udev", subsystem="net")) as events,
        netlynx.NetlinkSocket(NETLINK.KOBJECT_UEVENT, netns=namespace) as daemon,
    ):
        daemon.send(udev.pack({"ACTION": "add", "DEVPATH": "/d", "SUBSYSTEM": "usb"}), group=2, raw=True)
        daemon.send(OF_UDEV, group=2, raw=True)
        event = events.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert event.record.subsystem == "net"


# A mount of sysfs shows the interfaces of the namespace in which it was mounted.
SYNTHETIC = textwrap.dedent(
    """
    import subprocess, netlynx
    from netlynx import uevent

    subprocess.run(["mount", "-t", "sysfs", "sysfs", "/sys"], check=True)
    lo = uevent.Device("/class/net/lo")
    assert (lo.devpath, lo.subsystem, lo.attribute("ifindex")) == ("/devices/virtual/net/lo", "net", "1")
    assert lo.properties() == {"INTERFACE": "lo", "IFINDEX": "1"}
    assert lo.attributes()["mtu"] == "65536"
    with netlynx.connect() as nl, nl.subscribe(uevent.KERNEL) as events:
        identity = lo.trigger("change", colour="green", size="12")
        event = events.get(timeout=60)
        assert (event.kind, event.record.uuid) == ("change", identity)
        assert event.record.properties["SYNTH_ARG_colour"] == "green"
        assert event.record.arguments == {"colour": "green", "size": "12"}
        assert uevent.Device(event.record).attribute("type") == "772"
        mine = "3d9bc2a8-7d0e-4c1b-9a64-0f3b0a1f5e21"
        with nl.subscribe(uevent.events(properties={"SYNTH_UUID": mine})) as own:
            lo.trigger()
            assert lo.trigger("online", uuid=mine) == mine
            assert own.get(timeout=60).kind == "online"
            assert own.drain() == []
    try:
        lo.trigger("explode")
    except netlynx.NetlinkError as error:
        assert "Actions are add, remove, change" in str(error)
    else:
        raise AssertionError("there is no such action")
    """
)


@pytest.mark.skipif(bool(namespaces_refused()), reason=namespaces_refused())
def test_events_are_triggered_and_read_back() -> None:
    done = subprocess.run(
        ["unshare", "-n", "-m", sys.executable, "-c", SYNTHETIC], capture_output=True, text=True, timeout=60
    )
    if done.returncode and "mount" in done.stderr:
        pytest.skip(f"no sysfs of our own: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
