"""Where a family is to be found, and who may listen to it."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import pytest

import netlynx
from netlynx import generic
from netlynx.generic import Family, do, event
from netlynx.kernel import Capability, Namespace, VirtualKernel
from netlynx.kernel.family_service import FamilyService
from netlynx.schema import Record, attr, u32
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Message
from support import PATIENCE


class Homebody(Family, name="homebody", netnsok=False, joining={"news": "net_admin", "gossip": "sys_admin"}):
    """Is in the initial namespace alone; only who has a capability hears of it."""

    class Count(Record):
        count: int | None = attr(1, u32)

    ping = do(1, reply=Count)
    told = event(2, Count, group="news")
    gossip = event(3, Count, group="gossip")


class Traveller(Family, name="traveller"):
    """Is in every namespace."""

    ping = do(1)


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as kernel:
        yield kernel


@pytest.fixture
def elsewhere(kernel: VirtualKernel) -> Namespace:
    return kernel.namespace("elsewhere")


@pytest.fixture
def served(kernel: VirtualKernel) -> FamilyService:
    service = kernel.family(Homebody)
    service.handles(Homebody.ping)(lambda request: Homebody.Count(count=1))
    return service


def names(kernel: VirtualKernel | Namespace) -> list[str | None]:
    with netlynx.connect(kernel=kernel) as nl:
        return [family.name for family in nl.dump(generic.families())]


def test_a_family_without_netnsok_is_in_the_initial_namespace_alone(
    kernel: VirtualKernel, elsewhere: Namespace, served: FamilyService
) -> None:
    assert names(kernel) == ["nlctrl", "homebody"]
    assert names(elsewhere) == ["nlctrl"]
    with netlynx.connect(kernel=kernel) as nl:
        assert nl.do(Homebody.ping()).count == 1
    with netlynx.connect(kernel=elsewhere) as nl:
        with pytest.raises(netlynx.NotFound):
            nl.do(generic.family("homebody"))
        with pytest.raises(netlynx.NotFound):
            nl.do(generic.family(id=served.id))
        with pytest.raises(netlynx.NotSupported):
            nl.do(Homebody.ping())


def test_who_knows_its_number_is_refused_all_the_same(elsewhere: Namespace, served: FamilyService) -> None:
    with netlynx.NetlinkSocket(NETLINK.GENERIC, kernel=elsewhere) as sock:
        sock.settimeout(5)
        sock.send(Message(served.id, 1, 1, 0, b"\1\1\0\0"))
        assert sock.recv().errno == errno.ENOENT


def test_its_policies_are_no_secret(elsewhere: Namespace, served: FamilyService) -> None:
    with netlynx.connect(kernel=elsewhere) as nl:
        assert nl.do(generic.policy("homebody")).operations.keys() == {1}


def test_families_are_announced_where_they_are(kernel: VirtualKernel, elsewhere: Namespace) -> None:
    with (
        netlynx.connect(kernel=kernel) as here,
        netlynx.connect(kernel=elsewhere) as there,
        here.subscribe(generic.FAMILIES) as at_home,
        there.subscribe(generic.FAMILIES) as abroad,
    ):
        for family in (Homebody, Traveller):
            kernel.family(family).unregister()
        kinds = [(event.kind, event.record.name) for event in (abroad.get(PATIENCE) for _ in range(2))]
        assert kinds == [("new", "traveller"), ("delete", "traveller")]
        assert abroad.drain() == []
        assert [at_home.get(PATIENCE).record.name for _ in range(8)] == ["homebody"] * 6 + ["traveller"] * 2


@pytest.mark.parametrize(
    ("event", "needed", "other"),
    [
        (Homebody.told, Capability.NET_ADMIN, Capability.SYS_ADMIN),
        (Homebody.gossip, Capability.SYS_ADMIN, Capability.NET_ADMIN),
    ],
)
def test_a_group_that_takes_a_capability_to_join(
    kernel: VirtualKernel, served: FamilyService, event: netlynx.Group, needed: Capability, other: Capability
) -> None:
    someone = kernel.credentials.user()
    kernel.credentials = type(someone)(someone.pid, someone.uid, someone.gid, frozenset({other}))
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.PermissionDenied):
        nl.subscribe(event)
    with pytest.raises(netlynx.PermissionDenied):
        netlynx.NetlinkSocket(NETLINK.GENERIC, kernel=kernel, groups=[served.groups[event.groups[0]]])
    kernel.credentials = type(someone)(someone.pid, someone.uid, someone.gid, frozenset({needed}))
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(event) as events:
        served.multicast(event, Homebody.Count(count=3))
        assert events.get(PATIENCE).record.count == 3


def test_the_specification_tells(served: FamilyService) -> None:
    spec = Homebody.spec()
    assert (spec.netnsok, spec.joining) == (False, {"news": "net_admin", "gossip": "sys_admin"})
    assert (Traveller.spec().netnsok, Traveller.spec().joining) == (True, {})


def test_capabilities_guard_groups_that_there_are() -> None:
    with pytest.raises(ValueError, match="joining names 'nws', which is the group of no event"):

        class Misspelt(Family, name="misspelt", joining={"nws": "net_admin"}):
            ping = do(1)

    with pytest.raises(ValueError, match="takes net_admin or sys_admin, not 'root'"):

        class Unknown(Family, name="unknown", joining={"news": "root"}):  # type: ignore[arg-type]
            told = event(1, Homebody.Count, group="news")
