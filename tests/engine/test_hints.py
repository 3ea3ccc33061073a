"""What errors advise: a cause is named where it is known to be one, whatever errno, privileges and words are."""

from __future__ import annotations

import ast
import errno
import itertools
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import netlynx
import toy
from netlynx import devlink, ethtool, netns, route, taskstats
from netlynx.engine.operation import Do, Dump
from netlynx.engine.refusal import refusal
from netlynx.kernel import VirtualKernel
from netlynx.netfilter import conntrack, queue
from netlynx.netns import privileges
from netlynx.wire.constants import NETLINK, NLMSGERR_ATTR
from netlynx.wire.message import Acknowledgement, Attribute, Message, RequestHeader
from support import in_child

SOURCES = Path(netlynx.__file__).parent

OPERATIONS: dict[str, Do[Any] | Dump[Any]] = {
    "a link by name": route.link(name="eth0"),
    "a new link": route.add(route.Link(name="bo", kind="bond")),
    "a route": route.add(route.Route(destination="10.0.0.0/8", oif=3)),
    "a rule": route.add(route.Rule(family="inet", priority=7, table=7)),
    "a learned entry": route.add(
        route.Neighbour(family="bridge", index=3, address="02:00:00:00:00:09", state="reachable", flags="master")
    ),
    "a permanent entry": route.add(
        route.Neighbour(family="bridge", index=3, address="02:00:00:00:00:09", state="permanent", flags="master")
    ),
    "a tunnel's entry": route.add(
        route.Neighbour(family="bridge", index=3, address="02:00:00:00:00:09", flags="self", destination="2001:db8::1")
    ),
    "all links": route.links(),
    "a device's rings": ethtool.rings("eth0"),
    "a process": taskstats.process(os.getpid()),
    "tracked connections": conntrack.flows(),
    "a connection": conntrack.add(
        conntrack.Flow(
            original=conntrack.Tuple(
                source="192.0.2.1", destination="192.0.2.2", protocol="tcp", source_port=7, destination_port=9
            ),
            timeout=9,
        )
    ),
    "a packet queue": queue.bind(5),
    "a protocol of one's own": toy.entry(7),
}

NUMBERS = (
    errno.EPERM,
    errno.EACCES,
    errno.EOPNOTSUPP,
    errno.EAFNOSUPPORT,
    errno.EINVAL,
    errno.EBUSY,
    errno.ENODEV,
    errno.ENOENT,
    errno.EEXIST,
    errno.ERANGE,
)

PRIVILEGES = {  # of the thread: CAP_NET_ADMIN, whether it counts here, whether this is the initial user namespace
    "all": (True, True, True),
    "root of a container": (True, True, False),
    "root elsewhere": (True, False, False),
    "none": (False, True, True),
    "unknown": (None, None, None),
}

WORDS = ("", "option not supported in mode", "Unknown device type")


def hint_of(operation: Do[Any] | Dump[Any], number: int, words: str = "") -> str:
    """What a refusal with this errno, and these words of the kernel, advises."""
    header = RequestHeader(16 + len(operation.payload), operation.message_type, 1, 1, 0)
    said = (Attribute(int(NLMSGERR_ATTR.MSG), words.encode() + b"\0"),) if words else ()
    message = Acknowledgement(number, header, None, said, 0x300 if said else 0x100).message(1, 0)
    error = refusal(operation, message, b"")
    assert error is not None
    assert error.message == words
    return error.hint


@pytest.fixture(params=PRIVILEGES)
def may(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What this process may do."""
    capable, counts, initial = PRIVILEGES[request.param]
    monkeypatch.setattr(privileges, "has", lambda capability: capable)
    monkeypatch.setattr(privileges, "owns_network", lambda: counts)
    monkeypatch.setattr(privileges, "is_initial_user", lambda: initial)
    named: str = request.param
    return named


CASES = list(itertools.product(OPERATIONS, NUMBERS, WORDS))


def test_a_privilege_is_asked_for_where_it_is_lacking_and_nowhere_else(may: str) -> None:
    for what, number, words in CASES:
        asked = "It takes CAP_NET_ADMIN" in hint_of(OPERATIONS[what], number, words)
        denied = number in (errno.EPERM, errno.EACCES) and not words
        # Generic netlink refuses with EPERM alone.
        assert asked is (denied and may in ("none", "root elsewhere")), (what, number, words)


def test_the_initial_user_namespace_is_named_to_those_who_are_in_another_one(may: str) -> None:
    for what, number, words in CASES:
        named = "initial user namespace" in hint_of(OPERATIONS[what], number, words)
        generic = OPERATIONS[what].protocol == NETLINK.GENERIC
        expected = generic and number == errno.EPERM and not words and may == "root of a container"
        assert named is expected, (what, number, words)


def test_a_module_is_missing_where_the_kernel_says_so_or_nothing_else_can_be_wrong(may: str) -> None:
    for what, number, words in CASES:
        operation = OPERATIONS[what]
        named = "module" in hint_of(operation, number, words)
        kind = number == errno.EOPNOTSUPP and words == "Unknown device type" and what == "a new link"
        bare = what in ("tracked connections", "a packet queue")  # what only a missing subsystem finds invalid
        subsystem = bare and number == errno.EINVAL and not words
        assert named is (kind or subsystem), (what, number, words)


def test_what_the_kernel_said_itself_is_not_explained_any_further(may: str) -> None:
    for what, number in itertools.product(OPERATIONS, NUMBERS):
        assert hint_of(OPERATIONS[what], number, "option not supported in mode") == "", (what, number)


def test_what_does_not_fit_into_a_part_of_a_dump_is_told_of_dumps_alone() -> None:
    large = "larger than a part of a dump"
    assert large in hint_of(route.links(), errno.EMSGSIZE)
    assert large in hint_of(devlink.Devlink.dump_of(bus="pci", device="x", name="fw"), errno.EMSGSIZE)
    assert hint_of(devlink.Devlink.diagnose(bus="pci", device="x", name="fw"), errno.EMSGSIZE) == ""  # no dump
    assert hint_of(route.link(name="eth0"), errno.EMSGSIZE) == ""


def test_the_kernels_own_words_come_first() -> None:
    operation = OPERATIONS["a new link"]
    header = RequestHeader(16, operation.message_type, 1, 1, 0)
    said = (Attribute(int(NLMSGERR_ATTR.MSG), b"option not supported in mode\0"),)
    error = refusal(operation, Acknowledgement(errno.EACCES, header, None, said, 0x300).message(1, 0), b"")
    assert str(error) == ("route.add(name=bo, kind=bond): option not supported in mode [Permission denied (EACCES)]")


@pytest.mark.parametrize(
    ("what", "number", "words", "hint"),
    [
        ("a learned entry", errno.EPERM, "", "The bridge's port neither learns nor forwards now"),
        ("a permanent entry", errno.EPERM, "", ""),
        ("a tunnel's entry", errno.EAFNOSUPPORT, "", "2001:db8::1 is not of the address family of the VXLAN"),
        ("a learned entry", errno.EAFNOSUPPORT, "", ""),
        ("a rule", errno.EAFNOSUPPORT, "", "This kernel has no rules for that address family"),
        ("a route", errno.EAFNOSUPPORT, "", ""),
        ("a new link", errno.EOPNOTSUPP, "Unknown device type", "This kernel has no links of kind 'bond'"),
        ("a new link", errno.EOPNOTSUPP, "", ""),
        ("a device's rings", errno.EOPNOTSUPP, "", ""),
        ("a packet queue", errno.EBUSY, "", "Another socket has bound the queue"),
    ],
)
def test_what_is_known_is_said(monkeypatch: pytest.MonkeyPatch, what: str, number: int, words: str, hint: str) -> None:
    monkeypatch.setattr(privileges, "lacking", lambda: "")
    found = hint_of(OPERATIONS[what], number, words)
    assert found.startswith(hint)
    assert bool(found) is bool(hint)


def _texts(path: Path) -> set[str]:
    """The texts of a file that are no docstrings."""
    tree = ast.parse(path.read_text())
    docs = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    }


def test_no_other_file_claims_that_a_privilege_is_lacking() -> None:
    """Whoever says so asks `privileges` first."""
    claims = {
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if "CAP_" in path.read_text()  # to parse all takes seconds
        and any("akes CAP_" in text or "needs CAP_" in text or "CAP_SYS_PTRACE" in text for text in _texts(path))
    }
    assert claims <= {
        "netns/privileges.py",
        "netns/calls.py",
        "netns/opened.py",
        "diag/owners.py",
        "netfilter/hints.py",
        "generic/hints.py",
        "cli/capture_recording.py",  # where the kernel has refused it
        "trace/beginning.py",  # where Yama's setting says so
    }


# ------------------------------------------------------------------------------------------ as it really is


def _refused(operation: Callable[[], Do[Any]]) -> str:
    with netlynx.connect() as nl:
        try:
            nl.do(operation())
        except netlynx.NetlinkError as error:
            return error.hint
    return "done"


def _without_privileges() -> str:
    import ctypes

    header = struct.pack("=Ii", 0x20080522, 0)
    assert ctypes.CDLL(None).capset(header, bytes(24)) == 0
    return _refused(lambda: route.up("lo"))


@pytest.mark.namespace
def test_whoever_has_no_privilege_is_told(namespace: netns.NetworkNamespace) -> None:
    assert "CAP_NET_ADMIN" in str(netns.run_in(namespace, in_child, _without_privileges))


@pytest.mark.namespace
def test_whoever_has_every_privilege_is_told_what_it_really_is(namespace: netns.NetworkNamespace) -> None:
    with netlynx.connect(netns=namespace) as nl:
        nl.do(route.add(route.Link(name="br0", kind="bridge")))
        nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))))
        port = nl.do(route.link(name="v0")).index
        nl.do(route.change(route.Link(index=port, master=nl.do(route.link(name="br0")).index)))
        entry = route.Neighbour(
            family="bridge", index=port, address="02:00:00:00:00:09", state="reachable", flags="master"
        )
        with pytest.raises(PermissionError, match="port neither learns nor forwards now"):
            nl.do(route.add(entry))
        nl.do(route.add(route.Link(name="vx", kind="vxlan", data=route.Vxlan(id=7, local="192.0.2.1", port=4789))))
        other = route.Neighbour(
            family="bridge",
            index=nl.do(route.link(name="vx")).index,
            address="02:00:00:00:00:09",
            state="permanent",
            flags="self",
            destination="2001:db8::1",
        )
        with pytest.raises(netlynx.NotSupported, match="2001:db8::1 is not of the address family of the VXLAN"):
            nl.do(route.add(other))
        nl.do(route.add(route.Link(name="d0", kind="ifb")))
        with pytest.raises(netlynx.NotSupported) as refused:  # an ifb device keeps its address
            nl.do(route.change(route.Link(name="d0", address="02:00:00:00:00:01")))
        assert refused.value.hint == ""


@pytest.mark.parametrize("verb", [route.change, route.delete, route.add, route.replace])
def test_a_name_that_is_too_long_may_be_an_alternative_one(verb: Callable[[route.Link], Do[None]]) -> None:
    with pytest.raises(netlynx.EncodeError, match=r"Link\.name: .* 28 bytes long, 15 .*alternative_name"):
        verb(route.Link(name="a-very-long-alternative-name", kind="ifb", mtu=1400))


# ---------------------------------------------------------------------------------- too much for an attribute


def _with_functions(size: int) -> bytes:
    """A message of a link whose list of virtual functions has `size` bytes, its length cut to 16 bits as kernels do."""
    function = struct.pack("=HH", 44, 1) + struct.pack("=HHI32s", 40, 1, 7, b"\2" * 32)
    functions = function * (size // len(function))
    header = struct.pack("=BBHiII", 0, 0, 1, 3, 0, 0)
    name = struct.pack("=HH", 8, 3) + b"vf0\0"
    return header + name + struct.pack("=HH", (4 + len(functions)) & 0xFFFF, 22) + functions


@pytest.mark.parametrize("vf", [True, False])
def test_more_virtual_functions_than_an_attribute_can_say(vf: bool) -> None:
    with VirtualKernel() as kernel, netlynx.connect(kernel=kernel) as nl:
        service = kernel.serve(NETLINK.ROUTE)
        service.do(18, get=True)(lambda request: Message(16, payload=_with_functions(80_000)))
        with pytest.raises(netlynx.DecodeError) as failed:
            nl.do(route.link(index=3, vf=vf))
    assert ("vf=False leaves them out" in str(failed.value)) is vf
