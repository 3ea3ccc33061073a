"""Families and protocols that only the initial network namespace has: that is told, not that a module lacks."""

from __future__ import annotations

import errno

import anyio
import pytest

import netlynx
from netlynx import generic, netns
from netlynx.engine.operation import Do, make_do
from netlynx.errors import NetlinkError
from netlynx.generic import Family, GenericHeader, do, event
from netlynx.kernel import VirtualKernel
from netlynx.schema import Record, attr, u32
from netlynx.transport.netlink_socket import NetlinkSocket
from netlynx.wire.constants import NETLINK
from support import needs_true_root


class Reading(Record, header=GenericHeader):
    value: int | None = attr(1, u32)


class Boiler(Family, name="boiler", netnsok=False):
    read = do(1, request=Reading, reply=Reading)
    changed = event(2, Reading, group="news")


class Thermal(Family, name="thermal"):
    """Enough of a family that real kernels have in the initial namespace alone (drivers/thermal/thermal_netlink.c)."""

    read = do(1, request=Reading, reply=Reading)
    changed = event(2, Reading, group="event")


class Nowhere(Family, name="no_such_family"):
    read = do(1, request=Reading, reply=Reading)
    changed = event(2, Reading, group="news")


def _async(kernel: object, where: object, operation: Do[Reading]) -> None:
    async def ask() -> None:
        async with netlynx.aconnect(kernel=kernel, netns=where) as nl:  # type: ignore[arg-type]
            await nl.do(operation)

    anyio.run(ask)


def refusals(family: type[Family], kernel: object = None, where: object = None) -> list[str]:
    """What is said about a family by everything that needs it."""
    said = []
    with netlynx.connect(kernel=kernel, netns=where) as nl:  # type: ignore[arg-type]
        for ask in (
            lambda: nl.do(family.read(value=1)),  # type: ignore[attr-defined]
            lambda: _async(kernel, where, family.read(value=1)),  # type: ignore[attr-defined]
            lambda: nl.batch([family.read(value=1)]),  # type: ignore[attr-defined]
            lambda: nl.subscribe(family.changed),  # type: ignore[attr-defined]
        ):
            with pytest.raises(netlynx.NotSupported) as refused:
                ask()
            assert refused.value.errno == errno.ENOENT
            said.append(str(refused.value))
    return said


def test_a_family_of_the_initial_namespace_alone() -> None:
    with VirtualKernel() as kernel:
        kernel.family(Boiler)
        for said in refusals(Boiler, kernel.namespace("blue")):
            assert "this network namespace has no generic netlink family 'boiler': only the initial one has it" in said
            assert "module" not in said
            assert "Group(" not in said


def test_a_family_that_is_nowhere() -> None:
    with VirtualKernel() as kernel:
        kernel.generic()
        for said in refusals(Nowhere, kernel):
            assert "this kernel has no generic netlink family 'no_such_family'" in said
            assert "found no module" in said


def test_whoever_asks_about_such_a_family_is_told() -> None:
    with VirtualKernel() as kernel, netlynx.connect(kernel=kernel) as nl:
        kernel.generic()
        for ask in (generic.family, generic.policy):
            with pytest.raises(netlynx.NotFound, match="only the initial one has thermal, where a kernel has it"):
                nl.do(ask("thermal"))
            with pytest.raises(netlynx.NotFound) as refused:
                nl.do(ask("ethtool"))
            said = "No family is called 'ethtool' here: generic.families() lists those that are there"
            assert refused.value.hint == said
        with pytest.raises(netlynx.NotFound) as refused:
            nl.do(generic.policy("nlctrl", 99))
    assert refused.value.hint == ""


@needs_true_root
@pytest.mark.namespace
def test_families_of_a_real_kernel(namespace: netns.NetworkNamespace) -> None:
    with netlynx.connect() as nl, netlynx.connect(netns=namespace) as there:
        initial = {info.name for info in nl.dump(generic.families())}
        here = {info.name for info in there.dump(generic.families())}
    if "thermal" not in initial - here:
        pytest.skip("this kernel has no such family")
    for said in refusals(Thermal, where=namespace):
        assert "only the initial one has it" in said
    for said in refusals(Nowhere, where=namespace):
        assert "found no module" in said


@pytest.mark.namespace
@pytest.mark.parametrize(
    ("protocol", "why"),
    [
        (NETLINK.CONNECTOR, r"NETLINK_CONNECTOR \(11\) has no kernel side in this .*: only the initial one has it"),
        (NETLINK.USERSOCK, "NETLINK_USERSOCK has no kernel side: it goes to a port of another process"),
    ],
)
def test_protocols_that_nobody_serves_here(namespace: netns.NetworkNamespace, protocol: int, why: str) -> None:
    try:
        with NetlinkSocket(protocol, netns=namespace) as sock, pytest.raises(netlynx.PortRefused, match=why):
            sock.send(b"anybody there?")
    except netlynx.NotSupported:
        pytest.skip("this kernel does not have the protocol at all")
    asking = make_do("ask", protocol, 16, Reading(value=1))
    with netlynx.connect(netns=namespace) as nl, pytest.raises(NetlinkError, match=why):
        nl.do(asking)


def test_a_protocol_of_a_module_that_serves_another_namespace() -> None:
    with VirtualKernel() as kernel:
        kernel.protocol(25, lambda sock, message: None)
        blue = kernel.namespace("blue")
        with netlynx.connect(kernel=blue) as nl, pytest.raises(netlynx.PortRefused) as refused:
            nl.do(make_do("ask", 25, 16, Reading(value=1)))
    assert "protocol 25 has no kernel side in this network namespace: its module makes one" in str(refused.value)
