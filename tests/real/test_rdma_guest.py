"""RDMA in the guest: devices of soft-RoCE beside `rdma -j`, queue pairs of ibv_rc_pingpong, connections of rping.

Debian's kernel has no siw. Source: drivers/infiniband/sw/rxe; rdma(8) of iproute2 6.1.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from forking import typed
from netlynx import netns, rdma, route
from netlynx.errors import AlreadyExists, Busy, NetlinkError, NotFound, NotSupported
from support import PATIENCE, load, until

pytestmark = pytest.mark.guest
ADDRESS = "192.0.2.1"


@pytest.fixture(scope="module", autouse=True)
def interfaces() -> Iterator[None]:
    """Two ends of a cable in the guest's own namespace: devices of soft-RoCE belong to no other."""
    load("rdma_rxe", "rdma_ucm", "ib_umad")
    with netlynx.connect(timeout=PATIENCE) as nl:
        nl.do(route.add(route.Link(name="r0", kind="veth", data=route.Veth(peer=route.Link(name="r1")))))
        for name in ("r0", "r1"):
            nl.do(route.up(name))
        nl.do(route.add(route.Address(index="r0", address=f"{ADDRESS}/24")))
        yield
        nl.do(route.delete(route.Link(name="r0")))


@pytest.fixture
def nl() -> Iterator[netlynx.Connection]:
    """A connection; the devices of a test go with it."""
    with netlynx.connect(timeout=PATIENCE) as connection:
        yield connection
        for device in connection.dump(rdma.devices()).all():
            connection.do(rdma.delete(rdma.Device(index=device.index)))


@pytest.fixture
def soft(nl: netlynx.Connection) -> rdma.Device:
    """A device on r0."""
    nl.do(rdma.add(rdma.Device(name="soft0", driver="rxe", netdev="r0")))
    return nl.do(rdma.device("soft0"))


def by_rdma(*arguments: str) -> Any:
    """What `rdma -j` says."""
    if shutil.which("rdma") is None:
        pytest.skip("no `rdma` to compare with: apt-get install iproute2")
    done = subprocess.run(["rdma", "-j", "-d", *arguments], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, (arguments, done.stderr)
    return json.loads(done.stdout)


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True, timeout=PATIENCE)


def plain(record: Any, names: dict[str, str]) -> dict[str, Any]:
    """A record, or its JSON, in the words of `rdma`, as far as it says something."""
    said = record if isinstance(record, dict) else record.to_dict()
    return {theirs: said[ours] for ours, theirs in names.items() if said.get(ours) is not None}


def alike(ours: Any, theirs: list[dict[str, Any]], names: dict[str, str]) -> None:
    """Compare lists in the same order, with the fields that `rdma` shows under these names."""
    wanted = [{name: each[name] for name in names.values() if name in each} for each in theirs]
    assert [plain(each, names) for each in ours] == wanted


_DEVICE = {"index": "ifindex", "name": "ifname"}
DEVICE = {
    **_DEVICE,
    "node_type": "node_type",
    "node_guid": "node_guid",
    "system_guid": "sys_image_guid",
    "dim": "adaptive-moderation",
}
LINK = {**_DEVICE, "port": "port", "state": "state", "physical_state": "physical_state"}
LINK |= {"netdev": "netdev", "netdev_index": "netdev_index"}
PAIR = {**_DEVICE, "port": "port", "number": "lqpn", "type": "type", "state": "state", "pd": "pdn", "pid": "pid"}
PAIR |= {"remote": "rqpn", "path_migration": "path-mig-state"}
CM_ID = {**_DEVICE, "port": "port", "number": "cm-idn", "qp": "lqpn", "type": "qp-type", "state": "state"}
CM_ID |= {"port_space": "ps", "source": "src-addr", "destination": "dst-addr", "pid": "pid"}
QUEUE = {**_DEVICE, "number": "cqn", "size": "cqe", "users": "users"}  # `rdma` has older names for who polls
QUEUE |= {"dim": "adaptive-moderation", "context": "ctxn", "pid": "pid"}
REGION = {**_DEVICE, "number": "mrn", "length": "mrlen", "pd": "pdn", "pid": "pid"}
DOMAIN = {**_DEVICE, "number": "pdn", "users": "users", "context": "ctxn", "pid": "pid"}
CONTEXT = {**_DEVICE, "number": "ctxn", "pid": "pid"}
SHARED = {**_DEVICE, "number": "srqn", "type": "type", "pd": "pdn", "pid": "pid"}


def test_what_rdma_makes_is_read_and_what_is_made_rdma_reads(nl: netlynx.Connection) -> None:
    run("rdma", "link", "add", "theirs", "type", "rxe", "netdev", "r0")
    nl.do(rdma.add(rdma.Device(name="ours", driver="rxe", netdev="r1")))
    devices = nl.dump(rdma.devices()).all()
    assert [each.name for each in devices] == ["theirs", "ours"]
    alike(devices, by_rdma("dev"), DEVICE)
    alike(nl.dump(rdma.links()).all(), by_rdma("link"), LINK)
    assert {(each.protocol, each.ports, str(each.named_by)) for each in devices} == {("roce", 1, "user")}
    theirs = [each for each in by_rdma("dev")[0]["caps"] if each != "UNKNOWN"]
    ours = devices[0].capabilities.labels  # type: ignore[union-attr]
    assert [each for each in ours if each in theirs] == [each for each in theirs if not each.startswith("UD_AV")]
    assert nl.do(rdma.device("ours")) == devices[1] == nl.do(rdma.device(devices[1].index or 0))
    assert nl.do(rdma.link("ours")) == nl.dump(rdma.links("ours")).all()[0]
    nl.do(rdma.change(rdma.Device(index="theirs", name="soft7")))
    nl.do(rdma.change(rdma.Device(name="ours", dim=True)))
    alike(nl.dump(rdma.devices()).all(), by_rdma("dev"), DEVICE)
    run("rdma", "dev", "set", "soft7", "name", "soft8")
    assert nl.do(rdma.device("soft8")).index == devices[0].index
    nl.do(rdma.delete(nl.do(rdma.device("soft8"))))
    run("rdma", "link", "delete", "ours")
    assert nl.dump(rdma.devices()).all() == by_rdma("dev") == []
    assert nl.dump(rdma.links()).all() == nl.dump(rdma.queue_pairs()).all() == []


def test_what_the_kernel_refuses_is_said_in_words(nl: netlynx.Connection, soft: rdma.Device) -> None:
    refused: list[tuple[Any, type[NetlinkError], str]] = [
        (rdma.add(rdma.Device(name="soft0", driver="rxe", netdev="r1")), AlreadyExists, "a device of this name"),
        (rdma.add(rdma.Device(name="soft1", driver="rxe", netdev="r0")), AlreadyExists, "of this network interface"),
        (rdma.add(rdma.Device(name="soft1", driver="none", netdev="r1")), NetlinkError, "no such driver"),
        (rdma.add(rdma.Device(name="soft1", driver="rxe", netdev="r9")), NotFound, "no such network interface"),
        (rdma.device(99), NotFound, "no such device here"),
        (rdma.device("none"), NotFound, "no RDMA device is called 'none' here; there are soft0"),
        (rdma.link("soft0", 7), NotFound, "no such port"),
        (rdma.queue_pair("soft0", 9999), NotFound, "no such one on this device"),
        (rdma.raw_resource("cq", "soft0", 0), NetlinkError, "does not tell this raw"),
        (rdma.change(rdma.Device(index=99, name="x")), NetlinkError, "no such device here"),
        (rdma.delete(soft.replace(name="soft9")), NotFound, "its name is soft0, not soft9"),
        (rdma.add(rdma.Device(name="sub", type="smi", parent="soft0")), NotSupported, "makes no sub-devices"),
        (rdma.character_device("umad", "soft0"), NetlinkError, "umad and issm are of a port"),
        (rdma.character_device("none"), NotSupported, "no such file"),
        (rdma.unbind("soft0", 9999, 1), NotFound, "no such queue pair"),
    ]
    for asked, error, why in refused:
        with pytest.raises(error, match=why):
            nl.do(asked)
    for listing, why in (
        (rdma.raw_resources("qp", "soft0"), "does not tell this raw"),
        (rdma.queue_pairs("soft0", port=9), "no such port"),
        (rdma.frmr_pools(), "this kernel has no such pools"),
    ):
        with pytest.raises(NetlinkError, match=why):
            nl.dump(listing).all()


@pytest.fixture
def busy(nl: netlynx.Connection, soft: rdma.Device) -> Iterator[None]:
    """Programs that use the device: two ends of queue pairs, of a connection, and one that waits with a queue."""
    for program in ("ibv_rc_pingpong", "ibv_srq_pingpong", "rping"):
        if shutil.which(program) is None:
            pytest.skip(f"no `{program}`: apt-get install ibverbs-utils rdmacm-utils ibverbs-providers")
    ping = ("-d", "soft0", "-g", "1", "-n", "100000000")
    with contextlib.ExitStack() as ends:

        def start(*words: str) -> None:
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            ends.callback(process.wait)
            ends.callback(process.kill)

        def there(test: Callable[[], bool]) -> None:
            until(test)

        start("ibv_rc_pingpong", *ping)
        there(lambda: nl.count(rdma.queue_pairs().where(state="INIT")) == 1)
        start("ibv_rc_pingpong", *ping, ADDRESS)
        there(lambda: nl.count(rdma.queue_pairs().where(type="RC", state="RTS")) == 2)
        start("ibv_srq_pingpong", *ping, "-p", "19999", "-q", "4")
        there(lambda: nl.count(rdma.shared_receive_queues()) == 1)
        there(lambda: nl.count(rdma.queue_pairs().where(state="INIT")) == 4)
        start("rping", "-s", "-a", ADDRESS, "-C", "1000000")
        there(lambda: nl.count(rdma.cm_ids().where(state="LISTEN")) == 1)
        start("rping", "-c", "-a", ADDRESS, "-C", "1000000")
        there(lambda: nl.count(rdma.cm_ids().where(state="CONNECT")) == 2)
        yield


def test_resources_are_those_that_rdma_lists(nl: netlynx.Connection, busy: None) -> None:
    for listing, kind, names in (
        (rdma.queue_pairs, "qp", PAIR),
        (rdma.cm_ids, "cm_id", CM_ID),
        (rdma.completion_queues, "cq", QUEUE),
        (rdma.memory_regions, "mr", REGION),
        (rdma.protection_domains, "pd", DOMAIN),
        (rdma.contexts, "ctx", CONTEXT),
        (rdma.shared_receive_queues, "srq", SHARED),
    ):

        def agree(listing: Any = listing, kind: str = kind, names: Any = names) -> bool:
            with contextlib.suppress(AssertionError):
                alike(nl.dump(listing()).all(), by_rdma("resource", "show", kind), names)
                return True
            return False

        until(agree)  # a pair that is being connected goes through its states meanwhile
        found = nl.dump(listing()).all()
        assert found
        assert nl.count(listing()) == len(found) == nl.do(rdma.resource_counts("soft0")).count(kind)
        text = b"".join(nl.dump(listing("soft0")).json(after=b"\n"))
        lines = [json.loads(line) for line in text.splitlines()]  # in which packet numbers have gone on since
        assert [plain(each, names) for each in lines] == [plain(each, names) for each in found]
    (counts,) = nl.dump(rdma.resources()).all()
    assert {each.kind: each.current for each in counts.counts}.items() <= by_rdma("resource")[0].items()

    pair, region = nl.dump(rdma.queue_pairs().where(type="RC")).all()[0], nl.dump(rdma.memory_regions()).all()[0]
    assert nl.do(rdma.queue_pair("soft0", pair.number)).remote == pair.remote
    assert Path(f"/proc/{pair.pid}/comm").read_text().strip() == "ibv_rc_pingpong"
    assert nl.do(rdma.memory_region("soft0", region.number)) == region
    theirs = by_rdma("resource", "show", "mr")[0]
    assert (f"{region.remote_key:x}", f"{region.local_key:x}") == (theirs["rkey"], theirs["lkey"])
    polled = [each.poll_context for each in nl.dump(rdma.completion_queues().where(kernel="ib_core"))]
    assert polled == [rdma.PollContext.UNBOUND_WORKQUEUE]  # drivers/infiniband/core/mad.c
    (shared,) = nl.dump(rdma.shared_receive_queues())
    (numbers,) = shared.queue_pairs
    assert [f"{numbers.first}-{numbers.last}"] == by_rdma("resource", "show", "srq")[0]["lqpn"]
    (listening,) = nl.dump(rdma.cm_ids().where(state="LISTEN"))
    assert nl.do(rdma.cm_id("soft0", listening.number)) == listening
    for one, number in (
        (rdma.completion_queue, 1),
        (rdma.protection_domain, 1),
        (rdma.context, 0),
        (rdma.shared_receive_queue, 0),
    ):
        assert nl.do(one("soft0", number)).number == number


def test_what_ports_count_is_what_rdma_shows(nl: netlynx.Connection, busy: None) -> None:
    first = {each.name: each.value for each in nl.do(rdma.statistics("soft0")).values}
    theirs = by_rdma("statistic", "show", "link", "soft0/1")[0]
    last = {each.name: each.value for each in nl.do(rdma.statistics("soft0")).values}
    assert first.keys() == theirs.keys() - {"ifname", "port"}
    for name, value in first.items():
        assert value <= theirs[name] <= last[name], name
    assert last["rdma_sends"] > 0
    countables = nl.do(rdma.countables("soft0"))
    assert [each.name for each in countables.each] == list(first)
    assert {each.enabled for each in countables.each} == {None}  # all of it, always
    with pytest.raises(netlynx.EncodeError, match="'rdma_sends' is counted always; on demand: nothing"):
        nl.do(rdma.set_optional_counters("soft0", "rdma_sends"))


def test_of_soft_roce_nothing_is_bound_to_counters(nl: netlynx.Connection, soft: rdma.Device) -> None:
    assert nl.do(rdma.counting("soft0")).mode is rdma.CounterMode.NONE
    nl.do(rdma.set_counting(rdma.Counting(index="soft0", mode="none")))
    assert nl.dump(rdma.counters()).all() == by_rdma("statistic", "qp", "show") == []
    with pytest.raises(NetlinkError):
        nl.do(rdma.bind("soft0", 1))


def test_files_of_devices_are_those_under_dev(nl: netlynx.Connection, soft: rdma.Device) -> None:
    for kind, of in (("uverbs", ("soft0",)), ("umad", ("soft0", 1)), ("rdma_cm", ())):
        found = nl.do(rdma.character_device(kind, *of))  # type: ignore[arg-type]
        path = Path("/sys/dev/char", f"{found.major}:{found.minor}").resolve()
        assert path.name == found.name


def test_namespaces_share_devices_or_do_not(nl: netlynx.Connection, soft: rdma.Device) -> None:
    def told() -> Any:
        system = nl.do(rdma.system())
        said = subprocess.run(["rdma", "system"], capture_output=True, text=True, timeout=PATIENCE).stdout
        assert said.split() == ["netns", str(system.netns), "copy-on-fork", "on" if system.copy_on_fork else "off"]
        return system

    if others := _other_namespaces():
        pytest.skip(f"there are other network namespaces: {', '.join(sorted(others))}")

    assert (told().netns, told().monitor) == (rdma.NetnsMode.SHARED, True)
    with netns.anonymous() as other, netlynx.connect(netns=other) as elsewhere:
        assert [each.name for each in elsewhere.dump(rdma.devices())] == ["soft0"]
        with pytest.raises(Busy, match="There are other network namespaces"):
            nl.do(rdma.set_system(rdma.System(netns="exclusive")))
        with pytest.raises(NotSupported, match="shared between network namespaces"):
            nl.do(rdma.change(rdma.Device(index="soft0", netns_fd=other)))
    until(lambda: _set(nl, rdma.System(netns="exclusive")))  # the namespace goes when a worker comes to it
    try:
        assert told().netns is rdma.NetnsMode.EXCLUSIVE
        with netns.anonymous() as other, netlynx.connect(netns=other) as elsewhere:
            assert elsewhere.dump(rdma.devices()).all() == []
            with pytest.raises(NotSupported, match="its driver cannot leave one"):  # as `rdma dev set … netns` says
                nl.do(rdma.change(rdma.Device(index="soft0", netns_fd=other)))
    finally:
        until(lambda: _set(nl, rdma.System(netns="shared")))
    nl.do(rdma.set_system(rdma.System(privileged_qkey=True)))
    assert nl.do(rdma.system()).privileged_qkey is True
    nl.do(rdma.set_system(rdma.System(privileged_qkey=False)))


def _other_namespaces() -> set[str]:
    """Those that a process is in, that this one holds open, or that have a name, but for this one's."""
    found = set()
    for path in (*Path("/proc").glob("[0-9]*/ns/net"), *Path("/proc/self/fd").iterdir()):
        with contextlib.suppress(OSError):
            found.add(os.readlink(path))
    own = os.readlink("/proc/self/ns/net")
    names = {path.name for path in Path("/run/netns").glob("*")}
    return {each for each in found if each.startswith("net:") and each != own} | names


def _set(nl: netlynx.Connection, system: rdma.System) -> bool:
    try:
        nl.do(rdma.set_system(system))
    except Busy:
        return False
    return True


def test_devices_that_come_and_go_are_told_of(nl: netlynx.Connection) -> None:
    with nl.subscribe(rdma.DEVICES) as events:
        run("rdma", "link", "add", "soft0", "type", "rxe", "netdev", "r0")
        said = [events.get(timeout=PATIENCE).record for _ in range(2)]
        index = nl.do(rdma.device("soft0")).index
        assert [(str(each.event), each.index, each.name) for each in said] == [
            ("register", index, "soft0"),
            ("netdev-attach", index, "soft0"),
        ]
        assert (said[1].port, said[1].netdev) == (1, "r0")
        nl.do(rdma.delete(rdma.Device(name="soft0")))
        assert str(events.get(timeout=PATIENCE).record.event) == "unregister"


def test_the_command_line_does_it_too(nl: netlynx.Connection) -> None:
    typed("add", "rdma-device", "name=soft0", "driver=rxe", "netdev=r0")
    typed("change", "rdma-device", "index=soft0", "name=soft1")
    assert json.loads(typed("rdma", "links", "soft1", "--json"))[0]["netdev"] == "r0"
    assert "soft1" in typed("rdma", "statistics")
    assert json.loads(typed("sql", "select name, type from rdma_queue_pairs", "--json")) == [
        {"name": "soft1", "type": "GSI"}
    ]
    typed("delete", "rdma-device", "name=soft1")
    assert by_rdma("dev") == []
