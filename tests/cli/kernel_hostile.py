"""A virtual kernel whose every text is hostile: names, kinds, commands, events, letters, and its own words.

Any record that a command asks for comes with `HOSTILE` in each of its texts, whichever they are; with
`HOSTILE_REFUSING` among the variables every request is refused with it instead.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from netlynx import (
    audit,
    connector,
    crypto,
    dcb,
    devlink,
    diag,
    drop_monitor,
    ethtool,
    fib_lookup,
    ipset,
    ipvs,
    iscsi,
    l2tp,
    macsec,
    mptcp,
    netdev,
    nftables,
    nl80211,
    ovs,
    psample,
    rdma,
    route,
    scsi,
    selinux,
    taskstats,
    tc,
    xfrm,
)
from netlynx.codec._codec import encode
from netlynx.errors import NetlinkError
from netlynx.generic import Family, do, event
from netlynx.generic.declaration import DumpCommand
from netlynx.kernel import ConfigFlag, KernelSocket, VirtualKernel
from netlynx.kernel.audit import Audit
from netlynx.kernel.processes import Processes
from netlynx.netfilter import accounting, conntrack, helpers, hooks, timeouts
from netlynx.netfilter import log as packet_log
from netlynx.netfilter import queue as packet_queue
from netlynx.rdma import request as rdma_tables
from netlynx.route import vlan_messages
from netlynx.schema import Record, attr, string
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK, NLMSG
from netlynx.wire.message import Message
from netlynx.wireguard import WireGuard

sys.path.append(str(Path(__file__).parents[1]))  # a command knows of none of it
from cli.hostile import HOSTILE, hostile

kernel = VirtualKernel()


def refuse() -> None:
    if os.environ.get("HOSTILE_REFUSING"):
        raise NetlinkError(22, HOSTILE)


speakers: list[Callable[[], object]] = []  # called again and again: somebody may have begun to listen


def speak_for_ever() -> None:
    while True:
        time.sleep(0.1)
        for speak in list(speakers):
            with contextlib.suppress(NetlinkError):  # nobody listens
                speak()


def begin() -> None:
    """Have it speak; who runs this file once, and forks, calls this in each process."""
    threading.Thread(target=speak_for_ever, daemon=True).start()


begin()


def says(sock: Any, group: Any, record: Any) -> None:
    """Have a notification said to its groups."""
    data = event_message(group, record)
    speakers.extend([lambda number=number: sock.multicast(data, group=number) for number in group.numbers])


def event_message(group: Any, record: Any) -> Message:
    """A notification as it would come: its message type, and the record."""
    number = next(
        (number for number, (_, cls) in group.messages.items() if issubclass(type(record), cls)),
        group.unfoldings[0][1][0] if group.unfoldings else 0,  # a message that holds several
    )
    return Message(number & 0xFFFF, payload=encode(plan_of(type(record)), record))


# -- NETLINK_ROUTE -------------------------------------------------------------------------------------------------

LINK = hostile(route.Link, index=2, flags=route.LinkFlags.UP)
ADDRESS = hostile(route.Address, index=2, family=2, prefixlen=8, address="127.0.0.1")
ROUTE = hostile(route.Route, family=2, destination="10.0.0.0/8", oif=2)
NEIGHBOUR = hostile(route.Neighbour, index=2, family=2, destination="192.0.2.1")
FORWARDING = hostile(route.Neighbour, index=2, family=7, address="02:00:00:00:00:01")
RULE = hostile(route.Rule, family=2, table=254)
NEXTHOP = hostile(route.NextHopObject, id=5, oif=2)
LABEL = hostile(route.AddressLabel, family=10, index=2, prefix="fc00::/7", label=5)
JOB = hostile(route.CanGateway, source=2, destination=2, flags=0)
MCTP_ADDRESS = hostile(route.MctpAddress, index=2, address=8)
MCTP_ROUTE = hostile(route.MctpRoute, oif=2, destination=8, type=1)
MCTP_NEIGHBOUR = hostile(route.MctpNeighbour, index=2, destination=8)
PHONET_ADDRESS = hostile(route.PhonetAddress, index=2, address=8)
PHONET_ROUTE = hostile(route.PhonetRoute, oif=2, destination=8)
DCB = hostile(dcb.Device)
NEIGHBOUR_TABLE = hostile(route.NeighbourTable, family=2, index=2)
NETCONF = hostile(route.Netconf, family=2, index=2)
STATS = hostile(route.Stats, index=2)
BUCKET = hostile(route.NextHopObject, id=5, oif=2)
MULTICAST_ROUTE = hostile(route.Route, family=128, source="192.0.2.1", destination="233.252.0.1", iif=2)
REPORT = hostile(route.CacheReport, family=128)
PREFIX = hostile(route.AdvertisedPrefix, family=10, index=2, prefix="2001:db8::/64")

# A captive portal's address, which is any text.
ADVERTISEMENT = route.Advertisement(
    family=10, index=2, options_length=256, tail=bytes([37, 32]) + HOSTILE.encode().ljust(254, b"\0")
)

QDISC = hostile(tc.Qdisc, index=2, handle="1:")
CLASS = hostile(tc.Class, index=2, handle="1:1")
FILTER = hostile(tc.Filter, index=2, parent="ingress", chain=0, priority=1, handle=1)
CHAIN = hostile(tc.Chain, index=2, parent="ingress", chain=0)
ACTION = hostile(tc.Action, kind="mirred", data=tc.Mirred(index=1, redirect=2))

VLAN = vlan_messages.PortVlan(index=2, vlan=route.BridgeVlan(vid=7))
GROUPS = route.MdbGroup(bridge=2, entries=[route.MdbPort(index=2, group="239.1.1.1")])
NETWORK = route.Vni(index=2, vni=7)

routing = kernel.serve(NETLINK.ROUTE, groups=40, flags=ConfigFlag.NONROOT_RECV)
for heard, told in (
    (route.LINKS, LINK),
    (route.ADDRESSES, ADDRESS),
    (route.ROUTES, ROUTE),
    (route.NEIGHBOURS, NEIGHBOUR),
    (route.RULES, RULE),
    (route.NEXTHOPS, NEXTHOP),
    (route.VLANS, VLAN),
    (route.MDB, GROUPS),
    (route.VNIS, NETWORK),
    (route.NETCONFS, NETCONF),
    (route.STATS, STATS),
    (route.CACHE_REPORTS, REPORT),
    (route.PREFIXES, PREFIX),
    (route.MULTICAST_ROUTES, MULTICAST_ROUTE),
    (route.MULTICAST_ADDRESSES, route.Address(index=2, family=10, multicast="ff02::1")),
    (route.ANYCAST_ADDRESSES, route.Address(index=2, family=10, anycast="2001:db8::")),
    (route.ADVERTISEMENTS, ADVERTISEMENT),
    (route.NAMESPACE_IDS, route.NamespaceId(nsid=5)),
    (tc.QDISCS, QDISC),
    (tc.CLASSES, CLASS),
    (route.MCTP_ADDRESSES, MCTP_ADDRESS),
    (route.PHONET_ADDRESSES, PHONET_ADDRESS),
    (route.PHONET_ROUTES, PHONET_ROUTE),
    (dcb.CHANGES, DCB),
    (tc.FILTERS, FILTER),
    (tc.CHAINS, CHAIN),
    (tc.ACTIONS, tc.ActionList(actions=[ACTION])),
):
    says(routing.sock, heard, told)


def answers(service: Any, operation: Any, record: Any, *more: Any, family: int = 0) -> None:
    """Have an operation, and a dump of the same message type, answered with a record; the dump with more."""

    def one(request: Any) -> Any:
        refuse()
        return record

    def table(request: Any) -> Iterator[Any]:
        refuse()
        yield record
        yield from more

    how = {"record": type(operation.request), "reply": operation.reply_type, "family": family}
    service.do(operation.message_type, **how, get=True)(one)
    service.dump(operation.message_type, **how)(table)


for asked, told in (
    (route.links(), LINK),
    (route.addresses(), ADDRESS),
    (route.rules(), RULE),
    (route.nexthops(), NEXTHOP),
    (route.address_labels(), LABEL),
    (route.neighbour_tables(), NEIGHBOUR_TABLE),
    (route.port_vlans(), VLAN),
    (route.mdb(), GROUPS),
    (route.vnis(), NETWORK),
    (route.netconfs(), NETCONF),
    (route.stats(), STATS),
    (route.nexthop_buckets(), BUCKET),
    (route.namespace_ids(), route.NamespaceId(nsid=5)),
    (tc.qdiscs(), QDISC),
    (tc.classes(index=2), CLASS),
    (tc.filters(index=2), FILTER),
    (tc.chains(index=2), CHAIN),
    (tc.actions(kind="mirred"), tc.ActionList(actions=[ACTION])),
):
    answers(routing, asked, told)
answers(routing, route.neighbours(), NEIGHBOUR, FORWARDING)
answers(routing, route.routes(), ROUTE, MULTICAST_ROUTE)
answers(routing, dcb.ieee("x"), DCB)
for asked, told in (
    (route.can_gateways(), JOB),
    (route.mctp_addresses(), MCTP_ADDRESS),
    (route.mctp_routes(), MCTP_ROUTE),
    (route.mctp_neighbours(), MCTP_NEIGHBOUR),
    (route.phonet_addresses(), PHONET_ADDRESS),
    (route.phonet_routes(), PHONET_ROUTE),
):
    answers(routing, asked, told, family=told.family)


@routing.do(route.add(route.Link(name="x", kind="dummy")).message_type, record=route.Link)
def new_link(request: Any) -> None:
    raise NetlinkError(22, HOSTILE)


# -- NETLINK_NETFILTER ----------------------------------------------------------------------------------------------

FLOW = hostile(conntrack.Flow, family=2, original=conntrack.Tuple(source="192.0.2.1", destination="192.0.2.2"))
EXPECTATION = hostile(conntrack.Expectation, family=2)


filtering = kernel.serve(NETLINK.NETFILTER, groups=32, flags=ConfigFlag.NONROOT_RECV)
says(filtering.sock, conntrack.FLOWS, FLOW)
says(filtering.sock, conntrack.EXPECTATIONS, EXPECTATION)
says(filtering.sock, nftables.CHANGES, hostile(nftables.Table, family=1))
says(filtering.sock, nftables.TRACES, hostile(nftables.Trace, family=1, id=1))
answers(filtering, conntrack.flows(), FLOW)
answers(filtering, conntrack.expectations(), EXPECTATION)


@filtering.dump(ipset.sets().message_type, record=type(ipset.sets().request), reply=ipset.sets().reply_type)
def sets(request: Any) -> Iterator[Any]:
    refuse()
    yield hostile(ipset.Set if request.record.flags else ipset.Entry)


TABLE = {"family": 1, "table": HOSTILE}
answers(filtering, nftables.generation(), hostile(nftables.Generation, id=1))
answers(filtering, nftables.tables(), hostile(nftables.Table, family=1, userdata=nftables.comment(HOSTILE)))
answers(filtering, nftables.chains(), hostile(nftables.Chain, **TABLE, hook="input", priority=0))
answers(filtering, nftables.sets(), hostile(nftables.Set, **TABLE, key_type="ifname", key_len=16, data_type=None))
answers(filtering, nftables.objects(), hostile(nftables.Object, **TABLE, type="counter", data=nftables.Counter()))
answers(filtering, nftables.flowtables(), hostile(nftables.Flowtable, **TABLE))
RULE = hostile(nftables.Rule, **TABLE, expressions=[nftables.Lookup(sreg="reg-1", set=HOSTILE)])
answers(filtering, nftables.rules(), RULE)
NAMED = nftables.Set(**TABLE, name=HOSTILE, key_type="ifname", key_len=16)
HELD = nftables.ElementList(
    **TABLE, set=HOSTILE, elements=[nftables.WireElement(key=HOSTILE.encode().ljust(16, b"\0"))]
)
answers(filtering, nftables.elements(NAMED), HELD)


answers(filtering, conntrack.statistics(), hostile(conntrack.Statistics))
answers(filtering, conntrack.cpu_statistics(), hostile(conntrack.CpuStatistics))
ACCOUNT = hostile(accounting.Account, packets=1, bytes=2)
says(filtering.sock, accounting.QUOTAS, ACCOUNT)
answers(filtering, accounting.accounts(), ACCOUNT)
answers(filtering, timeouts.policies(), hostile(timeouts.Policy, protocol=6, timeouts=timeouts.Tcp(close=3)))
answers(filtering, helpers.helpers(), hostile(helpers.Helper, policies=[helpers.ExpectPolicy(name=HOSTILE, timeout=1)]))
hooked = hostile(
    hooks.HookFunction, family=2, hook=1, type=1, purpose=hooks.Chain(table=HOSTILE, name=HOSTILE, family=2)
)
answers(filtering, hooks.hooks("ipv4", "input"), hooked)


def hands_out(group: Any, record: Any) -> None:
    """Have packets of a group or queue sent to whoever binds it, and a verdict on them accepted."""

    data = event_message(group, record)

    def bound(request: Any) -> None:
        refuse()
        port = request.message.portid
        speakers.append(lambda: filtering.sock.unicast(data, to=port))

    filtering.do(group.begin[0].message_type, record=type(group.begin[0].request))(bound)


hands_out(packet_log.packets(1), hostile(packet_log.Packet))
hands_out(packet_queue.packets(1), hostile(packet_queue.Packet))
verdict = packet_queue.accept(hostile(packet_queue.Packet))
filtering.do(verdict.message_type, record=type(verdict.request))(lambda request: None)


# -- protocols that only tell, and one that lists ----------------------------------------------------------------------

telling = kernel.serve(NETLINK.SELINUX, groups=1)
for heard, told in (
    (selinux.EVENTS, selinux.Enforcement(enforcing=True)),
    (selinux.EVENTS, selinux.PolicyLoad(sequence=5)),
):
    says(telling.sock, heard, told)
storing = kernel.serve(NETLINK.SCSITRANSPORT, groups=32)
header = scsi.ScsiHeader(version=1, transport="fc", magic=0xA1B2, message=0x100, length=40)
says(storing.sock, scsi.EVENTS, scsi.FibreChannelEvent(header=header, host=3, code="link-up"))
initiating = kernel.serve(NETLINK.ISCSI, groups=32)
for group in (iscsi.EVENTS, iscsi.ADAPTERS):
    for number, (_, event_class) in group.messages.items():
        says(initiating.sock, group, event_class(type=number))
ciphering = kernel.serve(NETLINK.CRYPTO)
ALGORITHM = hostile(crypto.Algorithm, name=HOSTILE, driver=HOSTILE, module=HOSTILE)
answers(ciphering, crypto.algorithms(), ALGORITHM)
remote = kernel.serve(NETLINK.RDMA, groups=4)
answers(remote, rdma.devices(), hostile(rdma.Device, index=0))
answers(remote, rdma.links(0), hostile(rdma.Link, index=0, port=1))
answers(remote, rdma.resources(), hostile(rdma.Resources, index=0))
for table, told in (
    (rdma.queue_pairs, rdma_tables.QueuePairs),
    (rdma.cm_ids, rdma_tables.CmIds),
    (rdma.completion_queues, rdma_tables.CompletionQueues),
    (rdma.memory_regions, rdma_tables.MemoryRegions),
    (rdma.protection_domains, rdma_tables.ProtectionDomains),
    (rdma.contexts, rdma_tables.Contexts),
    (rdma.shared_receive_queues, rdma_tables.SharedReceiveQueues),
):
    answers(remote, table(0), hostile(told, index=0))
remote.dump(rdma.counters(0).message_type, record=rdma_tables.Wanted, reply=rdma.counters(0).reply_type)(
    lambda request: iter([hostile(rdma_tables.Counters, index=0)])
)
for asked in (rdma.statistics(0), rdma.countables(0), rdma.system(), rdma.bind(0, 17), rdma.unbind(0, 17, 1)):
    remote.do(asked.message_type, record=type(asked.request), reply=asked.reply_type)(
        lambda request, asked=asked: hostile(asked.reply)
    )
says(remote.sock, rdma.DEVICES, hostile(rdma.Notification, index=0, event="register"))
guarding = kernel.serve(NETLINK.XFRM, groups=8)
STATE = hostile(xfrm.State, family="inet", aead=xfrm.AeadAlgorithm(name=HOSTILE, key=b"key"))
answers(guarding, xfrm.states(), STATE)
answers(guarding, xfrm.policies(), hostile(xfrm.Policy))
for asked in (xfrm.state_database(), xfrm.policy_database(), xfrm.defaults()):
    guarding.do(asked.message_type, record=type(asked.request), reply=asked.reply_type, get=True)(
        lambda request, asked=asked: type(asked.request)()
    )
finding = kernel.serve(NETLINK.FIB_LOOKUP)


@finding.do(16, record=fib_lookup.Found, reply=16, get=True)
def find(request: Any) -> Any:
    refuse()
    return fib_lookup.Found(address="192.0.2.1", table=254, prefixlen=24, type="unicast")


SOCKETS = {
    (2, 6): hostile(diag.TcpSocket, family=2, state=10, source="192.0.2.1", destination="0.0.0.0"),
    (10, 6): hostile(diag.TcpSocket, family=10, state=10, source="::1", destination="::"),
    (1, 0): hostile(diag.UnixSocket, name=HOSTILE, inode=7),
    (17, 0): hostile(diag.PacketSocket, inode=8),
}
diagnosing = kernel.serve(NETLINK.SOCK_DIAG, groups=4)


@diagnosing.dump(20, reply=20)  # SOCK_DIAG_BY_FAMILY, of every family
def listed_sockets(request: Any) -> Iterator[Any]:
    refuse()
    found = SOCKETS.get(tuple(request.message.payload[:2]))
    if found is None:
        raise NetlinkError(2)
    yield found


# -- generic netlink -------------------------------------------------------------------------------------------------


def serve(family: type[Family]) -> None:
    """A family whose every command answers with hostile text, and which says all its notifications."""
    service = kernel.family(family)
    for command in service.declared.commands.values():
        service.handles(command)(listing(command) if isinstance(command, DumpCommand) else answering(command))
    for group in service.declared.events.values():
        for _, record in group.commands.values():
            speakers.append(lambda group=group, record=record: service.multicast(group, hostile(record)))


def answering(command: Any) -> Callable[[Any], Any]:
    def answer(request: Any) -> Any:
        refuse()
        return None if command.reply is None else hostile(command.reply)

    return answer


def listing(command: Any) -> Callable[[Any], Any]:
    def table(request: Any) -> Iterator[Any]:
        refuse()
        yield hostile(command.reply)

    return table


class Evil(Family, name=HOSTILE):
    class Said(Record):
        text: str | None = attr(1, string)

    say = do(1, reply=Said)
    said = event(2, Said, group=HOSTILE)


FAMILIES = (ethtool.Ethtool, ipvs.Ipvs, l2tp.L2tp, macsec.MacSec, netdev.Netdev, mptcp.MptcpPathManager)
FAMILIES += (drop_monitor.DropMonitor, psample.Psample)
FAMILIES += (ovs.OvsDatapath, ovs.OvsVport, ovs.OvsFlow, ovs.OvsMeter, ovs.OvsCtLimit)
for each in (*FAMILIES, devlink.Devlink, nl80211.Nl80211, taskstats.TaskStats, WireGuard, Evil):
    serve(each)

# -- processes and devices ------------------------------------------------------------------------------------------

UEVENT = f"{HOSTILE}@/{HOSTILE}\0ACTION={HOSTILE}\0SUBSYSTEM={HOSTILE}\0{HOSTILE}={HOSTILE}\0".encode()
uevents = kernel.protocol(NETLINK.KOBJECT_UEVENT, None, flags=ConfigFlag.NONROOT_RECV)
speakers.append(lambda: uevents._multicast(UEVENT, 1, 0))

auditing = Audit(kernel)
auditing.rules = [audit.Rule(conditions=(audit.Condition("key", "=", HOSTILE),))]
SAID = f"comm={HOSTILE.encode().hex().upper()} key=(null) {HOSTILE}"
speakers.append(lambda: auditing.log(("SYSCALL", SAID), ("PATH", f"name={HOSTILE.encode().hex().upper()}")))

processes = Processes(kernel)
speakers.append(lambda: processes.tell(hostile(connector.Comm, command=HOSTILE)))

letters = kernel.protocol(NETLINK.USERSOCK, None, groups=32, flags=ConfigFlag.NONROOT_RECV | ConfigFlag.NONROOT_SEND)
REFUSAL = struct.pack("=i", -22) + Message(1, payload=b"").pack()
REFUSAL += struct.pack("=HH", 4 + len(HOSTILE.encode()) + 1, 1) + HOSTILE.encode() + b"\0"
for data in (
    Message(16, payload=HOSTILE.encode()),
    Message(NLMSG.ERROR, flags=0x200, payload=REFUSAL),  # NLM_F_ACK_TLVS
):
    speakers.append(lambda data=data: letters.multicast(data, group=1))


@kernel.protocol(25)
def hello(sock: KernelSocket, message: Message) -> None:
    kernel.log(HOSTILE)
    sock.unicast(Message(16, payload=HOSTILE.encode()), to=message.portid)
    sock.unicast(Message(NLMSG.ERROR, flags=0x200, payload=REFUSAL), to=message.portid)
