"""What stands on sockets works over the bridge as it is: families, device events, peers."""

from __future__ import annotations

import os

import netlynx
from netlynx import uevent
from netlynx.generic import Family, do, event
from netlynx.kernel import ConfigFlag, Request, VirtualKernel
from netlynx.schema import Record, attr, string
from netlynx.usersock import Peer
from netlynx.wire.constants import NETLINK
from support import PATIENCE

ADD = b"add@/devices/d\0ACTION=add\0DEVPATH=/devices/d\0SUBSYSTEM=net\0SEQNUM=7\0"
CHANGE = b"change@/devices/d\0ACTION=change\0DEVPATH=/devices/d\0SUBSYSTEM=net\0SEQNUM=8\0"


class Greeter(Family, name="greeter", version=1):
    class Greeting(Record):
        text: str | None = attr(1, string(80))

    hello = do(1, request=Greeting, reply=Greeting)
    said = event(2, Greeting, group="news")


def test_families_are_found_asked_and_heard(kernel: VirtualKernel, at: str) -> None:
    service = kernel.family(Greeter)

    @service.hello
    def hello(request: Request) -> Greeter.Greeting:
        service.said(Greeter.Greeting(text="somebody said hello"))
        return Greeter.Greeting(text=f"hello {request.record.text}")

    with netlynx.connect(kernel=at, timeout=PATIENCE) as nl, nl.subscribe(Greeter.said) as news:
        assert nl.do(Greeter.hello(text="netlink")).text == "hello netlink"
        heard = news.get(PATIENCE)
        assert isinstance(heard, netlynx.Event)
        assert heard.record.text == "somebody said hello"


def test_device_events_are_filtered_and_only_the_kernels_are_believed(kernel: VirtualKernel, at: str) -> None:
    speaker = kernel.protocol(NETLINK.KOBJECT_UEVENT, None, flags=ConfigFlag.NONROOT_RECV | ConfigFlag.NONROOT_SEND)
    liar = kernel.socket_for(NETLINK.KOBJECT_UEVENT, credentials=kernel.credentials.user(12345))
    with netlynx.connect(kernel=at) as nl, nl.subscribe(uevent.events(action="change")) as events:
        liar.bind(77)
        liar.send(CHANGE.replace(b"8", b"9"), 77, 1)
        speaker._multicast(ADD, 1, 0)
        speaker._multicast(CHANGE, 1, 0)
        heard = events.get(timeout=PATIENCE)
        assert isinstance(heard, netlynx.Event)
        assert (heard.kind, heard.record.sequence) == ("change", 8)
        assert events.drain() == []
    liar.close()


def test_peers_exchange_letters(at: str) -> None:
    with Peer(port=1, kernel=at) as one, Peer(kernel=at) as two:
        two.send(b"a letter", to=1)
        letter = one.receive(PATIENCE)
        assert letter.sender == two.port == os.getpid()
