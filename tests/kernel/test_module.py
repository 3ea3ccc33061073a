"""What the kernel's side of a protocol can do besides answering: notify, restrict, go away, and notice who is gone."""

from __future__ import annotations

import errno
import threading

import pytest

from netlynx.errors import NetlinkError, NotSupported
from netlynx.kernel import Capability, ConfigFlag, KernelSocket, Request, VirtualKernel
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.wire.message import Message, parse_acknowledgement
from virtual import ACK, DUMP, GET, NEW, PROTOCOL, readable, receive, request

ECHO = int(NLM_F.ECHO)


def test_a_notification_has_the_number_and_port_of_the_request(kernel: VirtualKernel) -> None:
    service = kernel.serve(PROTOCOL)

    @service.do(NEW, reply=NEW)
    def new(request: Request) -> None:
        request.notify(b"made", group=1)

    listener, user = kernel.open(PROTOCOL, groups=[1]), kernel.open(PROTOCOL, port=9)
    user.send(request(NEW, sequence=5))
    assert receive(listener) == [Message(NEW, 0, 5, 9, b"made")]
    assert not readable(user)


def test_an_echo_is_a_second_way_to_the_one_who_asked(kernel: VirtualKernel) -> None:
    service = kernel.serve(PROTOCOL)
    service.do(NEW, reply=NEW)(lambda request: request.notify(b"made", group=1) and None)
    user = kernel.open(PROTOCOL, groups=[1])
    user.send(request(NEW, flags=ECHO | ACK))
    assert [message.payload for message in receive(user)] == [b"made"]
    assert parse_acknowledgement(receive(user)[0]).errno == 0
    assert not readable(user)


def test_a_module_of_the_raw_kind_notifies_too(kernel: VirtualKernel) -> None:
    @kernel.protocol(PROTOCOL)
    def module(sock: KernelSocket, message: Message) -> None:
        assert sock.notify(b"heard", group=2, request=message) == bool(message.flags & ECHO)

    user = kernel.open(PROTOCOL)
    user.send(request(NEW))
    assert not readable(user)
    user.send(request(NEW, flags=ECHO))
    assert receive(user)[0].payload.startswith(b"heard")


def test_handlers_for_the_administrator_refuse_others(kernel: VirtualKernel) -> None:
    service = kernel.serve(PROTOCOL)
    service.do(NEW, admin=True)(lambda request: None)
    service.dump(GET, admin=True)(lambda request: [])
    ordinary = kernel.open(PROTOCOL, credentials=kernel.credentials.user())
    for data in (request(NEW, flags=ACK), request(GET, flags=DUMP)):
        ordinary.send(data)
        assert parse_acknowledgement(receive(ordinary)[0]).errno == errno.EPERM
    root = kernel.open(PROTOCOL)
    root.send(request(NEW, flags=ACK))
    assert parse_acknowledgement(receive(root)[0]).errno == 0


def test_a_handler_sees_who_asks(kernel: VirtualKernel) -> None:
    seen: list[tuple[int, bool]] = []
    service = kernel.serve(PROTOCOL)
    service.do(NEW)(lambda request: seen.append((request.user.credentials.uid, request.capable())))
    kernel.open(PROTOCOL, credentials=kernel.credentials.user(1234)).send(request(NEW))
    kernel.open(PROTOCOL).send(request(NEW))
    assert seen == [(1234, False), (kernel.credentials.uid, True)]
    assert kernel.credentials.may(Capability.SYS_ADMIN)


@pytest.mark.parametrize("flags", [ConfigFlag(0), ConfigFlag.NONROOT_RECV, ConfigFlag.NONROOT_SEND])
def test_what_a_protocol_allows_to_ordinary_users(kernel: VirtualKernel, flags: ConfigFlag) -> None:
    kernel.protocol(PROTOCOL, None, flags=flags)
    peer = kernel.open(PROTOCOL)
    ordinary = kernel.open(PROTOCOL, credentials=kernel.credentials.user())
    allowed = set()
    for flag, call in (
        (ConfigFlag.NONROOT_RECV, lambda: ordinary.join(1)),
        (ConfigFlag.NONROOT_SEND, lambda: ordinary.send(b"x", peer.portid)),
    ):
        try:
            call()
        except PermissionError:
            continue
        allowed.add(flag)
    assert allowed == ({flags} if flags else set())


def test_opening_a_socket_with_a_forbidden_group_leaves_nothing_behind(kernel: VirtualKernel) -> None:
    kernel.protocol(PROTOCOL, None)
    with pytest.raises(PermissionError):
        kernel.open(PROTOCOL, 5, [1], credentials=kernel.credentials.user())
    assert kernel.sockets() == []


def test_sockets_outlive_the_module_and_meet_the_next_one(kernel: VirtualKernel) -> None:
    first = kernel.protocol(PROTOCOL, lambda sock, message: None)
    user = kernel.open(PROTOCOL, groups=[1])
    first.unicast(b"still there", to=user.portid)
    first.release()
    with pytest.raises(ConnectionRefusedError):
        user.send(b"hello")
    with pytest.raises(NotSupported):
        kernel.open(PROTOCOL)
    assert receive(user)[0].payload.startswith(b"still there")
    second = kernel.protocol(PROTOCOL, lambda sock, message: sock.unicast(b"new here", to=message.source.portid))
    assert second.multicast(b"news") == 1
    receive(user)
    user.send(Message().pack())
    assert receive(user)[0].payload.startswith(b"new here")
    first.release()  # which is long gone
    user.send(Message().pack())


def test_a_module_may_release_itself_while_it_is_asked(kernel: VirtualKernel) -> None:
    kernel.protocol(PROTOCOL, lambda sock, message: sock.release())
    user = kernel.open(PROTOCOL)
    user.send(Message().pack())
    with pytest.raises(ConnectionRefusedError):
        user.send(Message().pack())


def test_a_module_notices_who_is_gone(kernel: VirtualKernel) -> None:
    gone: list[int] = []
    kernel.protocol(PROTOCOL, None, close=gone.append)
    kernel.open(PROTOCOL, port=5).close()
    kernel.socket_for(PROTOCOL).close()  # has no port that anybody would know
    assert gone == [5]


def test_a_protocol_can_get_more_groups_later(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    user = kernel.open(PROTOCOL)
    with pytest.raises(OSError, match="Invalid argument"):
        user.join(70)
    module.change_groups(70)
    assert module.group_count == 70
    user.join(70)
    assert module.multicast(b"x", group=70) == 1


def test_the_unicast_of_a_module_is_refused_by_who_is_connected_elsewhere(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    user = kernel.open(PROTOCOL)
    user.connect(4242)
    with pytest.raises(ConnectionRefusedError):
        module.unicast(b"x", to=user.portid)


def test_thousands_of_sockets_hear_a_multicast(kernel: VirtualKernel) -> None:
    module = kernel.protocol(PROTOCOL, None)
    members = [kernel.open(PROTOCOL, groups=[1]) for _ in range(3000)]
    others = [kernel.open(PROTOCOL) for _ in range(3000)]
    assert len({sock.portid for sock in members + others}) == 6000
    assert module.multicast(b"all") == 3000
    assert all(sock.queued for sock in members)
    for sock in members + others:
        sock.close()
    assert module.multicast(b"all") == 0


def test_many_threads_open_talk_and_close(kernel: VirtualKernel) -> None:
    kernel.protocol(PROTOCOL, lambda sock, message: sock.unicast(message, to=message.source.portid))
    failed: list[BaseException] = []

    def client(number: int) -> None:
        try:
            for turn in range(50):
                with kernel.system_socket(PROTOCOL) as sock:
                    sock.settimeout(30)
                    sent = Message(NEW, 0, turn, 0, f"{number}:{turn}".encode()).pack()
                    sock.send(sent)
                    assert sock.recv(100) == sent
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    assert kernel.sockets() == []


def test_registering_needs_a_number_that_there_is(kernel: VirtualKernel) -> None:
    with pytest.raises(ValueError, match="0 to 31"):
        kernel.protocol(32, None)
    kernel.protocol(NETLINK.ROUTE, None)
    with pytest.raises(NetlinkError):
        kernel.serve(NETLINK.ROUTE)
