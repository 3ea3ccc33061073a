"""The classical exchange, for real: the module that `netlynx module new hello --protocol 25` writes, in its kernel."""

from __future__ import annotations

import errno
import importlib
from collections.abc import Iterator
from types import ModuleType

import pytest

import netlynx
from netlynx import NetlinkSocket
from netlynx.classical import Nothing, Protocol, call, event
from support import PATIENCE
from vm.conftest import Client, KernelLog, command, loaded

pytestmark = pytest.mark.guest

PROTOCOL = 25
TEXT = 16
NEWS = 17
NOBODY = 65534


@pytest.fixture(scope="module")
def client() -> Iterator[ModuleType]:
    with loaded("hello", "interval=50"):
        yield importlib.import_module("hello_client")


@pytest.fixture
def sock(client: ModuleType) -> Iterator[NetlinkSocket]:
    with NetlinkSocket(PROTOCOL) as sock:
        sock.settimeout(PATIENCE)
        yield sock


def test_the_python_client_that_came_with_it(client: ModuleType, kernel_log: KernelLog) -> None:
    said: list[str] = []
    assert client.exchange("hello netlink!!", said.append) == "hello users!!!"
    assert said == ["send kernel:hello netlink!!", "from kernel:hello users!!!"]
    assert kernel_log.lines() == ["kernel recv from user: hello netlink!!"]


@pytest.mark.usefixtures("client")
def test_a_client_in_c_that_uses_only_sockets(c_client: Client, kernel_log: KernelLog) -> None:
    assert c_client("100", "hello netlink!!") == "send kernel:hello netlink!!\nfrom kernel:hello users!!!\n"
    assert kernel_log.lines() == ["kernel recv from user: hello netlink!!"]


@pytest.mark.usefixtures("client")
def test_whoever_asks_needs_no_privilege(c_client: Client) -> None:
    assert "from kernel:hello users!!!" in c_client("0", "hello", user=NOBODY)
    assert c_client("0", user=NOBODY).startswith("from kernel, unasked:news ")


def test_the_answer_comes_from_the_kernel_to_the_port_that_asked(client: ModuleType) -> None:
    with NetlinkSocket(PROTOCOL, port=100) as one, NetlinkSocket(PROTOCOL, port=0xFFFF0000) as other:
        for sock in (one, other):
            sock.settimeout(PATIENCE)
            sock.send("hello", type=TEXT, sequence=sock.port)
        for sock in (other, one):
            message = sock.recv()
            assert (message.text, message.type, message.sequence) == ("hello users!!!", TEXT, sock.port)
            assert message.source is not None
            assert message.source.portid == 0


@pytest.mark.usefixtures("client")
def test_the_multicast_arrives_unasked() -> None:
    with NetlinkSocket(PROTOCOL, groups=[1]) as sock:
        sock.settimeout(PATIENCE)
        sock.pktinfo = True
        sock.recv()  # may have come before pktinfo was on
        first, second = sock.recv(), sock.recv()
        assert (first.type, first.text) == (NEWS, f"news {first.sequence}")
        assert second.sequence == first.sequence + 1
        assert second.source is not None
        assert (second.source.portid, second.source.group) == (0, 1)


def test_who_did_not_join_hears_nothing(sock: NetlinkSocket) -> None:
    with NetlinkSocket(PROTOCOL, groups=[1]) as member:
        member.settimeout(PATIENCE)
        for _ in range(2):
            member.recv()
    sock.send("hello", type=TEXT)
    assert sock.recv().type == TEXT  # and no news before it


def test_a_port_that_nobody_has(sock: NetlinkSocket) -> None:
    with pytest.raises(netlynx.PortRefused):
        sock.send("hello", to=4242)


def test_a_port_that_somebody_has(sock: NetlinkSocket) -> None:
    with pytest.raises(netlynx.NetlinkError) as error:
        NetlinkSocket(PROTOCOL, port=sock.port)
    assert error.value.errno == errno.EADDRINUSE


def test_a_message_that_is_too_large_is_refused(sock: NetlinkSocket) -> None:
    with pytest.raises(netlynx.NetlinkError) as error:
        sock.send(b"x" * sock.send_buffer, type=TEXT)
    assert error.value.errno == errno.EMSGSIZE


def test_a_large_one_that_is_not_is_answered_and_logged_in_part(sock: NetlinkSocket, kernel_log: KernelLog) -> None:
    sock.send(b"x" * 100_000, type=TEXT)
    assert sock.recv().text == "hello users!!!"
    assert kernel_log.lines() == ["kernel recv from user: " + "x" * 200]


def test_nobody_forges_lines_of_the_log(sock: NetlinkSocket, kernel_log: KernelLog) -> None:
    sock.send("hello\nhello: all is well", type=TEXT)
    sock.recv()
    assert kernel_log.lines() == [r"kernel recv from user: hello\x5cnhello: all is well"]


@pytest.mark.parametrize("data", [b"no", bytes(15), b"\xff\xff\xff\xff" + bytes(12)])
def test_what_is_no_message_harms_nobody(sock: NetlinkSocket, data: bytes) -> None:
    sock.send(data, raw=True)
    sock.send("still there?", type=TEXT)
    assert sock.recv().text == "hello users!!!"


def test_a_module_in_use_stays(sock: NetlinkSocket) -> None:
    assert "in use" in command("rmmod", "hello", status=1)
    sock.send("hello", type=TEXT)
    assert sock.recv().text == "hello users!!!"


class Hello(Protocol, number=PROTOCOL):
    greet = call(TEXT, request=str, reply=str)
    behind = call(TEXT, request=Nothing, reply=Nothing)  # all that is said stands behind a struct of nothing
    news = event(NEWS, str, group=1)


class Bare(Protocol, number=PROTOCOL, header=False):
    say = call(request=bytes)


@pytest.mark.usefixtures("client")
def test_the_protocol_as_it_is_declared(kernel_log: KernelLog) -> None:
    with netlynx.connect() as nl, nl.subscribe(Hello.news) as news:
        assert nl.do(Hello.greet("hello netlink!!")) == "hello users!!!"
        assert nl.do(Hello.behind(tail=b"hello")).tail == b"hello users!!!"
        event = news.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert event.record.startswith("news ")
        nl.do(Bare.say(b"no"))
        nl.do(Bare.say(b"four"))
        assert nl.do(Hello.greet("still there?")) == "hello users!!!"
    said = kernel_log.lines()
    assert [line.partition(" sent ")[2] for line in said if " sent " in line] == [
        "2 bytes that are no message",
        "4 bytes that are no message",
    ]


@pytest.mark.usefixtures("client")
def test_without_the_module_there_is_no_such_protocol(c_client: Client) -> None:
    command("rmmod", "hello")
    with pytest.raises(netlynx.NotSupported) as error:
        NetlinkSocket(PROTOCOL)
    assert error.value.errno == errno.EPROTONOSUPPORT
    assert "Protocol not supported" in c_client("0", "hello", status=1)
    with loaded("hello"):
        assert "from kernel:hello users!!!" in c_client("0", "hello")
