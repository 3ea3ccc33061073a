"""One object changed by a command: words say the request that Python would make, and what cannot be said is refused."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from pathlib import Path
from typing import Any

import netlynx
from command import Run
from netlynx import (
    crypto,
    ethtool,
    fou,
    gtp,
    ila,
    ioam6,
    ipset,
    ipvs,
    l2tp,
    macsec,
    mptcp,
    nftables,
    ovs,
    rdma,
    route,
    seg6,
    tc,
    tcp_metrics,
    wireguard,
    xfrm,
)
from netlynx.cli import kinds
from netlynx.cli.needed import least
from netlynx.cli.operations import KINDS, VERBS, declared, function_of, request
from netlynx.engine.named import NamedDo
from netlynx.engine.operation import Do, Series, Talk
from netlynx.ethtool.bitset import Bits
from netlynx.ethtool.operations import One
from netlynx.ethtool.settings import Setting
from netlynx.generic.declaration import DoCommand
from netlynx.netfilter import accounting, conntrack, fingerprints, helpers, timeouts
from netlynx.schema.from_words import from_words
from netlynx.schema.to_words import to_words

KERNEL = ("--kernel", str(Path(__file__).parent / "kernel_batch.py"))
KEY = "A" * 43 + "="

_TUPLE = "original.source=192.0.2.1 original.destination=192.0.2.2 original.protocol=tcp original.source_port=1024 "
_TUPLE += "original.destination_port=80"
_FLOW = conntrack.Tuple(
    source="192.0.2.1", destination="192.0.2.2", protocol="tcp", source_port=1024, destination_port=80
)
_TUPLES = {
    name: conntrack.Tuple(
        source="192.0.2.1", destination="192.0.2.2", protocol="udp", source_port=5060, destination_port=port
    )
    for name, port in (("master", 5060), ("expected", 7000))
}
_MASTER, _EXPECTED = (
    f"{name}.source=192.0.2.1 {name}.destination=192.0.2.2 {name}.protocol=udp {name}.source_port=5060 "
    f"{name}.destination_port={port}"
    for name, port in (("master", 5060), ("expected", 7000))
)
_MASK = "mask.source=255.255.255.255 mask.destination=255.255.255.255 mask.protocol=udp "
_MASK += "mask.source_port=0 mask.destination_port=65535"
_BITS = conntrack.Tuple(
    source="255.255.255.255", destination="255.255.255.255", protocol="udp", source_port=0, destination_port=65535
)
_CHAIN = {"family": "inet", "table": "t", "chain": "c"}
_NAMED = {"family": "inet", "table": "t", "name": "x"}
_NAMED_WORDS = "family=inet table=t name=x"
_SERVICE = {"protocol": "tcp", "address": "192.0.2.1", "port": 80}
_STATE: dict[str, Any] = {"source": "192.0.2.1", "destination": "192.0.2.2", "spi": 9, "protocol": "esp"}
_STATE_WORDS = "source=192.0.2.1 destination=192.0.2.2 spi=0x9 protocol=esp"
_SERVICE_WORDS = "protocol=tcp address=192.0.2.1 port=80"

# Of each kind, what is said in words and in Python, by the verbs that it is said with.
SAID: dict[str, dict[str, tuple[str, Any]]] = {
    "link": {
        "add replace": (
            "name=v0 kind=vlan parent=2 data.id=5",
            route.Link(name="v0", kind="vlan", parent=2, data=route.Vlan(id=5)),
        ),
        "change": ("index=3 flags=up mtu=1400", route.Link(index=3, flags="up", mtu=1400)),
        "delete": ("name=v0", route.Link(name="v0")),
    },
    "address": {
        "add replace delete": (
            "index=2 address=192.0.2.1/24",
            route.Address(index=2, address="192.0.2.1", prefixlen=24),
        ),
    },
    "route": {
        "add append replace change delete": (
            "destination=10.0.0.0/8 metrics.mtu=1400 multipath.0.gateway=192.0.2.1 multipath.1.oif=3 "
            "multipath.1.weight=4",
            route.Route(
                destination="10.0.0.0/8",
                multipath=({"gateway": "192.0.2.1"}, {"oif": 3, "weight": 4}),
                metrics={"mtu": 1400},
            ),
        ),
    },
    "neighbour": {
        "add replace change": (
            "index=2 destination=192.0.2.2 address=02-00-00-00-00-02 state=permanent",
            route.Neighbour(index=2, destination="192.0.2.2", address="02:00:00:00:00:02", state="permanent"),
        ),
        "append": (
            "index=2 family=bridge address=00:00:00:00:00:00 destination=192.0.2.2 flags=self",
            route.Neighbour(
                index=2, family="bridge", address="00:00:00:00:00:00", destination="192.0.2.2", flags="self"
            ),
        ),
        "delete": ("index=2 destination=192.0.2.2", route.Neighbour(index=2, destination="192.0.2.2")),
    },
    "rule": {
        "add append delete": (
            "priority=100 source=10.0.0.0/8 table=main destination_ports=53-54",
            route.Rule(priority=100, source="10.0.0.0/8", table=254, destination_ports=(53, 54)),
        ),
    },
    "nexthop": {
        "add replace change": (
            "id=7 group.0.id=1 group.0.weight=3 group.1.id=2",
            route.NextHopObject(id=7, group=(route.NextHopMember(id=1, weight=3), route.NextHopMember(id=2))),
        ),
        "delete": ("id=7", route.NextHopObject(id=7)),
    },
    "namespace-id": {"add": ("pid=1 nsid=5", route.NamespaceId(pid=1, nsid=5))},
    "address-label": {
        "add replace delete": ("prefix=2001:DB8::/32 label=99", route.AddressLabel(prefix="2001:db8::/32", label=99)),
    },
    "neighbour-table": {
        "change": (
            "name=arp_cache family=inet threshold1=64",
            route.NeighbourTable(name="arp_cache", family="inet", threshold1=64),
        ),
    },
    "qdisc": {
        "add replace change": (
            "index=2 parent=root handle=1: kind=tbf data.rate=10mbit data.burst=32kb data.latency=50ms",
            tc.Qdisc(
                index=2,
                parent="root",
                handle=0x10000,
                kind="tbf",
                data={"rate": "10mbit", "burst": 32768, "latency": "50ms"},
            ),
        ),
        "delete": ("index=2 parent=root", tc.Qdisc(index=2, parent="root")),
    },
    "class": {
        "add replace change": (
            "index=2 parent=1: handle=1:10 kind=htb data.rate=1mbit",
            tc.Class(index=2, parent="1:", handle="1:10", kind="htb", data=tc.HtbClass(rate="1mbit")),
        ),
        "delete": ("index=2 handle=1:10", tc.Class(index=2, handle="1:10")),
    },
    "action": {
        "add replace": (
            "kind=gact index=5 data.control=drop",
            tc.Action(kind="gact", index=5, data=tc.Gact(control="drop")),
        ),
        "delete": ("kind=gact index=5", tc.Action(kind="gact", index=5)),
    },
    "nft-table": {
        "add": ("family=inet name=t flags=dormant", nftables.Table(family="inet", name="t", flags="dormant")),
        "change": ("family=inet name=t flags=", nftables.Table(family="inet", name="t", flags=0)),
        "delete destroy flush": ("family=inet name=t", nftables.Table(family="inet", name="t")),
    },
    "nft-chain": {
        "add": (
            f"{_NAMED_WORDS} type=filter hook=input priority=-5 policy=drop",
            nftables.Chain(**_NAMED, type="filter", hook="input", priority=-5, policy="drop"),
        ),
        "change": (f"{_NAMED_WORDS} policy=accept", nftables.Chain(**_NAMED, policy="accept")),
        "delete destroy flush": (_NAMED_WORDS, nftables.Chain(**_NAMED)),
    },
    "nft-rule": {
        "add insert": (
            "family=inet table=t chain=c expressions.0=counter expressions.1.name=immediate "
            "expressions.1.data.dreg=verdict expressions.1.data.data=drop",
            nftables.Rule(**_CHAIN, expressions=(nftables.Counter(), nftables.Immediate(dreg="verdict", data="drop"))),
        ),
        "replace": (
            "family=inet table=t chain=c handle=7 expressions.0=counter",
            nftables.Rule(**_CHAIN, handle=7, expressions=(nftables.Counter(),)),
        ),
        "delete destroy": ("family=inet table=t chain=c handle=7", nftables.Rule(**_CHAIN, handle=7)),
    },
    "nft-set": {
        "add": (
            f"{_NAMED_WORDS} key_type=ipv4_addr flags=interval,timeout timeout=60000",
            nftables.Set(**_NAMED, key_type="ipv4_addr", flags=["interval", "timeout"], timeout=60_000),
        ),
        "change": (f"{_NAMED_WORDS} key_type=ipv4_addr size=9", nftables.Set(**_NAMED, key_type="ipv4_addr", size=9)),
        "delete destroy flush": (_NAMED_WORDS, nftables.Set(**_NAMED)),
    },
    "nft-element": {
        "add delete destroy": (
            "family=inet table=t set=x type=inet_service key=80",
            nftables.Element(family="inet", table="t", set="x", type="inet_service", key=80),
        ),
    },
    "nft-elements": {
        "add delete destroy": (
            "family=inet table=t set=x elements.0.key.value=0050",
            nftables.ElementList(family="inet", table="t", set="x", elements=({"key": {"value": b"\0P"}},)),
        ),
    },
    "nft-object": {
        "add": (
            f"{_NAMED_WORDS} type=quota data.bytes=1000000",
            nftables.Object(**_NAMED, type="quota", data={"bytes": 1_000_000}),
        ),
        "change": (
            f"{_NAMED_WORDS} type=quota data.bytes=2",
            nftables.Object(**_NAMED, type="quota", data={"bytes": 2}),
        ),
        "delete destroy": (f"{_NAMED_WORDS} type=quota", nftables.Object(**_NAMED, type="quota")),
    },
    "nft-flowtable": {
        "add": (
            f"{_NAMED_WORDS} hook=ingress priority=0 devices=v0,v1",
            nftables.Flowtable(**_NAMED, hook="ingress", priority=0, devices=("v0", "v1")),
        ),
        "change delete": (f"{_NAMED_WORDS} devices=v0", nftables.Flowtable(**_NAMED, devices=("v0",))),
        "destroy": (_NAMED_WORDS, nftables.Flowtable(**_NAMED)),
    },
    "mdb": {"flush": ("bridge=3 vlan=5", route.MdbEntry(bridge=3, vlan=5))},
    "fdb": {"flush": ("index=3 vlan=5", route.Neighbour(index=3, vlan=5))},
    "ipset": {
        "add": (
            "name=s type=hash:net family=ipv4 timeout=0",
            ipset.Set(name="s", type="hash:net", family="ipv4", timeout=0),
        ),
        "delete flush": ("name=s", ipset.Set(name="s")),
    },
    "ipset-entry": {
        "add replace": (
            "set=s address=10.0.0.0/8 timeout=60 comment=mine",
            ipset.Entry(set="s", address="10.0.0.0/8", timeout=60, comment="mine"),
        ),
        "delete": ("set=s address=10.0.0.0/8", ipset.Entry(set="s", address="10.0.0.0/8")),
    },
    "flow": {
        "add replace": (f"{_TUPLE} timeout=60 mark=7", conntrack.Flow(original=_FLOW, timeout=60, mark=7)),
        "change": (f"{_TUPLE} mark=7", conntrack.Flow(original=_FLOW, mark=7)),
        "delete": (_TUPLE, conntrack.Flow(original=_FLOW)),
    },
    "expectation": {
        "add": (
            f"{_MASTER} {_EXPECTED} {_MASK} helper=sip",
            conntrack.Expectation(
                **_TUPLES,
                helper="sip",
                mask=_BITS,
            ),
        ),
        "change": (
            f"{_MASTER} {_EXPECTED} {_MASK} timeout=5",
            conntrack.Expectation(**_TUPLES, timeout=5, mask=_BITS),
        ),
        "delete": (_EXPECTED, conntrack.Expectation(expected=_TUPLES["expected"])),
    },
    "conntrack-timeout": {
        "add replace change": (
            "name=short family=ipv4 protocol=tcp timeouts.established=600",
            timeouts.Policy(name="short", family="ipv4", protocol="tcp", timeouts=timeouts.Tcp(established=600)),
        ),
        "set": (
            "family=ipv4 protocol=udp timeouts.replied=60",
            timeouts.Policy(family="ipv4", protocol="udp", timeouts=timeouts.Udp(replied=60)),
        ),
        "delete": ("name=short", timeouts.Policy(name="short")),
        "flush": ("", timeouts.Policy()),
    },
    "conntrack-helper": {
        "add": (
            "name=mine family=ipv4 protocol=udp queue=5 policies.0.name=first policies.0.most=4 policies.0.timeout=60",
            helpers.Helper(
                name="mine",
                family="ipv4",
                protocol="udp",
                queue=5,
                policies=(helpers.ExpectPolicy(name="first", most=4, timeout=60),),
            ),
        ),
        "change": (
            "name=mine family=ipv4 protocol=udp status=disabled",
            helpers.Helper(name="mine", family="ipv4", protocol="udp", status="disabled"),
        ),
        "delete": ("name=mine family=ipv4 protocol=udp", helpers.Helper(name="mine", family="ipv4", protocol="udp")),
        "flush": ("", helpers.Helper()),
    },
    "account": {
        "add": ("name=a flags=quota-bytes quota=1000", accounting.Account(name="a", flags="quota-bytes", quota=1000)),
        "delete": ("name=a", accounting.Account(name="a")),
        "flush": ("", accounting.Account()),
    },
    "fingerprint": {
        "add delete": (
            "genre=Mine version=1 ttl=64 length=60 window.meaning=plain window.value=5840",
            fingerprints.Finger(
                genre="Mine", version="1", ttl=64, length=60, window={"meaning": "plain", "value": 5840}
            ),
        ),
    },
    "ipvs-service": {
        "add": (f"{_SERVICE_WORDS} scheduler=rr", ipvs.Service(**_SERVICE, scheduler="rr")),
        "change": (f"{_SERVICE_WORDS} scheduler=wrr", ipvs.Service(**_SERVICE, scheduler="wrr")),
        "delete": (_SERVICE_WORDS, ipvs.Service(**_SERVICE)),
        "flush": ("", ipvs.Service()),
    },
    "ipvs-destination": {
        "add change": (
            "service.protocol=tcp service.address=192.0.2.1 service.port=80 address=10.0.0.1 port=80 "
            "forwarding=masq weight=3",
            ipvs.Destination(
                service=ipvs.ServiceKey(**_SERVICE), address="10.0.0.1", port=80, forwarding="masq", weight=3
            ),
        ),
        "delete": (
            "service.protocol=tcp service.address=192.0.2.1 service.port=80 address=10.0.0.1 port=80",
            ipvs.Destination(service=ipvs.ServiceKey(**_SERVICE), address="10.0.0.1", port=80),
        ),
    },
    "ipvs-daemon": {
        "add": ("state=master interface=eth0 sync_id=5", ipvs.Daemon(state="master", interface="eth0", sync_id=5)),
        "delete": ("state=master", ipvs.Daemon(state="master")),
    },
    "rdma-device": {
        "add": ("name=rxe0 driver=rxe netdev=eth0", rdma.Device(name="rxe0", driver="rxe", netdev="eth0")),
        "change": ("index=rxe0 name=rxe1", rdma.Device(index="rxe0", name="rxe1")),
        "delete": ("index=1", rdma.Device(index=1)),
    },
    "rdma-system": {"set": ("netns=exclusive", rdma.System(netns="exclusive"))},
    "rdma-counting": {
        "set": (
            "index=1 port=1 mode=auto criteria=type",
            rdma.Counting(index=1, port=1, mode="auto", criteria="type"),
        ),
    },
    "rdma-frmr-pool": {
        "set": ("index=mlx5_0 aging=60", rdma.FrmrPool(index="mlx5_0", aging=60)),
    },
    "xfrm-state": {
        "add": (
            f"{_STATE_WORDS} mode=tunnel aead.name=rfc4106(gcm(aes)) aead.key=0x{bytes(20).hex()} aead.length=128",
            xfrm.State(
                **_STATE,
                mode="tunnel",
                aead=xfrm.AeadAlgorithm(name="rfc4106(gcm(aes))", key=bytes(20), length=128),
            ),
        ),
        "change": (f"{_STATE_WORDS} if_id=3", xfrm.State(**_STATE, if_id=3)),
        "delete": (_STATE_WORDS, xfrm.State(**_STATE)),
        "flush": ("", xfrm.State()),
    },
    "xfrm-policy": {
        "add replace": (
            "direction=out selector.destination=10.0.0.0/8 templates.0.protocol=esp templates.0.family=inet",
            xfrm.Policy(
                direction="out",
                selector={"destination": "10.0.0.0/8"},
                templates=[{"protocol": "esp", "family": "inet"}],
            ),
        ),
        "delete": (
            "direction=out selector.destination=10.0.0.0/8",
            xfrm.Policy(direction="out", selector={"destination": "10.0.0.0/8"}),
        ),
        "flush": ("", xfrm.Policy()),
    },
    "xfrm-migration": {
        "change": (
            "direction=out selector.family=inet moves.0.old_source=192.0.2.1 moves.0.new_source=192.0.2.3",
            xfrm.Migration(
                direction="out",
                selector={"family": "inet"},
                moves=[{"old_source": "192.0.2.1", "new_source": "192.0.2.3"}],
            ),
        ),
    },
    "xfrm-replay": {
        "set": (
            "destination=192.0.2.2 spi=0x9 protocol=esp packet_threshold=5",
            xfrm.ReplayEvent(destination="192.0.2.2", spi=9, protocol="esp", packet_threshold=5),
        ),
    },
    "ipvs-timeouts": {"set": ("tcp=900 udp=300", ipvs.Timeouts(tcp=900, udp=300))},
    "wireguard": {
        "set": (
            f"name=wg0 listen_port=51820 peers.0.public_key={KEY} peers.0.allowed_ips.0.address=10.0.0.0 "
            "peers.0.allowed_ips.0.prefixlen=8 peers.0.flags=replace-allowedips",
            wireguard.Device(
                name="wg0",
                listen_port=51820,
                peers=[
                    wireguard.Peer(
                        public_key=KEY,
                        allowed_ips=[wireguard.AllowedIp(address="10.0.0.0", prefixlen=8)],
                        flags="replace-allowedips",
                    )
                ],
            ),
        ),
    },
    "fou-port": {
        "add": ("port=5555 protocol=ipip", fou.Port(port=5555, protocol="ipip")),
        "delete": ("port=5555", fou.Port(port=5555)),
    },
    "ila-mapping": {
        "add": ("match=2001:db8:0:1 locator=2001:db8:0:2", ila.Mapping(match="2001:db8:0:1", locator="2001:db8:0:2")),
        "delete": ("match=2001:db8:0:1", ila.Mapping(match="2001:db8:0:1")),
        "flush": ("", ila.Mapping()),
    },
    "gtp-context": {
        "add": (
            "index=3 peer=192.0.2.2 subscriber=10.9.0.1 local_tei=1 peer_tei=2",
            gtp.Context(index=3, peer="192.0.2.2", subscriber="10.9.0.1", local_tei=1, peer_tei=2),
        ),
        "delete": ("index=3 subscriber=10.9.0.1", gtp.Context(index=3, subscriber="10.9.0.1")),
    },
    "seg6-key": {
        "set": ("id=17 algorithm=sha256 secret=00ff", seg6.Key(id=17, algorithm="sha256", secret=b"\0\xff")),
        "delete": ("id=17", seg6.Key(id=17)),
    },
    "seg6-source": {"set": ("address=2001:db8::1", seg6.Source(address="2001:db8::1"))},
    "ioam6-namespace": {
        "add": ("id=5 data=7", ioam6.Namespace(id=5, data=7)),
        "delete": ("id=5", ioam6.Namespace(id=5)),
    },
    "ioam6-schema": {
        "add": ("id=3 data=00ff", ioam6.Schema(id=3, data=b"\0\xff")),
        "delete": ("id=3", ioam6.Schema(id=3)),
    },
    "ioam6-attachment": {"set": ("namespace=5 schema=3", ioam6.Attachment(namespace=5, schema=3))},
    "l2tp-tunnel": {
        "add": (
            "id=1 peer_id=2 encapsulation=ip local=192.0.2.1 remote=192.0.2.2",
            l2tp.Tunnel(id=1, peer_id=2, encapsulation="ip", local="192.0.2.1", remote="192.0.2.2"),
        ),
        "delete": ("id=1", l2tp.Tunnel(id=1)),
    },
    "l2tp-session": {
        "add": (
            "tunnel_id=1 id=11 peer_id=12 cookie=0011223344556677 name=east",
            l2tp.Session(tunnel_id=1, id=11, peer_id=12, cookie=bytes.fromhex("0011223344556677"), name="east"),
        ),
        "change": ("tunnel_id=1 id=11 lns_mode=true", l2tp.Session(tunnel_id=1, id=11, lns_mode=True)),
        "delete": ("tunnel_id=1 id=11", l2tp.Session(tunnel_id=1, id=11)),
    },
    "macsec-channel": {
        "add": ("index=3 sci=0200000000090001", macsec.ReceiveChannel(index=3, sci="0200000000090001")),
        "change": ("index=3 sci=1 active=false", macsec.ReceiveChannel(index=3, sci="1", active=False)),
        "delete": ("index=3 sci=1", macsec.ReceiveChannel(index=3, sci="1")),
    },
    "macsec-transmit-sa": {
        "add": (
            "index=3 an=0 pn=1 key=000102030405060708090a0b0c0d0e0f key_id=01 active=true",
            macsec.TransmitSa(index=3, an=0, pn=1, key=bytes(range(16)), key_id=b"\1", active=True),
        ),
        "change": ("index=3 an=0 active=true", macsec.TransmitSa(index=3, an=0, active=True)),
        "delete": ("index=3 an=0", macsec.TransmitSa(index=3, an=0)),
    },
    "macsec-receive-sa": {
        "add": (
            "index=3 sci=02:00:00:00:00:09/1 an=0 pn=1 key=000102030405060708090a0b0c0d0e0f key_id=01",
            macsec.ReceiveSa(index=3, sci="0200000000090001", an=0, pn=1, key=bytes(range(16)), key_id=b"\1"),
        ),
        "change": ("index=3 sci=1 an=0 pn=9", macsec.ReceiveSa(index=3, sci="1", an=0, pn=9)),
        "delete": ("index=3 sci=1 an=0", macsec.ReceiveSa(index=3, sci="1", an=0)),
    },
    "macsec-offload": {"set": ("index=3 offload=mac", macsec.Offload(index=3, offload="mac"))},
    "ovs-datapath": {
        "add": ("name=dp0 features=unaligned", ovs.Datapath(name="dp0", features="unaligned")),
        "change": ("name=dp0 features=", ovs.Datapath(name="dp0", features=0)),
        "delete": ("name=dp0", ovs.Datapath(name="dp0")),
    },
    "ovs-port": {
        "add": (
            "datapath=3 name=vx type=vxlan options.port=4789 options.extensions.gbp=true",
            ovs.Vport(datapath=3, name="vx", type="vxlan", options={"port": 4789, "extensions": {"gbp": True}}),
        ),
        "change": ("name=v0 upcall_pids=5,6", ovs.Vport(name="v0", upcall_pids=[5, 6])),
        "delete": ("datapath=3 number=1", ovs.Vport(datapath=3, number=1)),
    },
    "ovs-flow": {
        "add": (
            "datapath=3 match=in_port(1),eth(src=02:00:00:00:00:01) actions=set(ipv4(ttl=5)),2",
            ovs.Flow(datapath=3, match="in_port(1),eth(src=02:00:00:00:00:01)", actions="set(ipv4(ttl=5)),2"),
        ),
        "replace": (
            "datapath=3 key.in_port=1 mask.in_port=0xffffffff actions.0.output=2 actions.1.pop_vlan=true",
            ovs.Flow(datapath=3, match="in_port(1)", actions="2,pop_vlan"),
        ),
        "change": ("datapath=3 ufid=0102 clear=true", ovs.Flow(datapath=3, ufid=b"\1\2", clear=True)),
        "delete": ("datapath=3 key=in_port(1),eth()", ovs.Flow(datapath=3, key="in_port(1),eth()")),
    },
    "ovs-meter": {
        "set": (
            "datapath=3 id=5 kbps=true bands.0.rate=100",
            ovs.Meter(datapath=3, id=5, kbps=True, bands=[{"rate": 100}]),
        ),
        "delete": ("datapath=3 id=5", ovs.Meter(datapath=3, id=5)),
    },
    "ovs-ct-limit": {
        "set": ("zone=5 limit=10", ovs.ZoneLimit(zone=5, limit=10)),
        "delete": ("zone=-1", ovs.ZoneLimit(zone=-1)),
    },
    "mptcp-endpoint": {
        "add": ("address=192.0.2.1 flags=signal", mptcp.Endpoint(address="192.0.2.1", flags="signal")),
        "change": ("id=5 flags=backup", mptcp.Endpoint(id=5, flags="backup")),
        "delete": ("id=5", mptcp.Endpoint(id=5)),
        "flush": ("", mptcp.Endpoint()),
    },
    "mptcp-limits": {"set": ("subflows=4", mptcp.Limits(subflows=4))},
    "tcp-metrics": {
        "delete": ("address=192.0.2.1", tcp_metrics.Key(address="192.0.2.1")),
        "flush": ("", tcp_metrics.Key()),
    },
    "napi": {"set": ("id=513 defer_hard_irqs=4", declared("napi")[1](id=513, defer_hard_irqs=4))},
    "algorithm": {
        "add": ("name=cbc(aes)", crypto.Algorithm(name="cbc(aes)")),
        "change": ("driver=aes-generic priority=5", crypto.Algorithm(driver="aes-generic", priority=5)),
        "delete": ("driver=cbc(aes-generic)", crypto.Algorithm(driver="cbc(aes-generic)")),
    },
    "ethtool-rings": {"set": ("device=eth0 rx=512", ethtool.Rings(device="eth0", rx=512))},
    "ethtool-channels": {"set": ("device=eth0 combined=4", ethtool.Channels(device="eth0", combined=4))},
    "ethtool-coalesce": {"set": ("device=eth0 rx_usecs=8", ethtool.Coalesce(device="eth0", rx_usecs=8))},
    "ethtool-debug": {"set": ("device=eth0 messages=drv", ethtool.Debug(device="eth0", messages=Bits(on=("drv",))))},
    "ethtool-eee": {"set": ("device=eth0 enabled=off", ethtool.Eee(device="eth0", enabled=False))},
    "ethtool-features": {
        "set": (
            "device=eth0 wanted=rx-gro,-tx-generic-segmentation",
            ethtool.Features(device="eth0", wanted={"rx-gro": True, "tx-generic-segmentation": False}),
        ),
    },
    "ethtool-fec": {"set": ("device=eth0 auto=on", ethtool.Fec(device="eth0", auto=True))},
    "ethtool-linkinfo": {"set": ("device=eth0 port=tp", ethtool.LinkInfo(device="eth0", port="tp"))},
    "ethtool-linkmodes": {
        "set": (
            "device=eth0 autonegotiation=off speed=100",
            ethtool.LinkModes(device="eth0", autonegotiation=False, speed=100),
        ),
    },
    "ethtool-mm": {"set": ("device=eth0 pmac_enabled=on", ethtool.MacMerge(device="eth0", pmac_enabled=True))},
    "ethtool-module": {"set": ("device=eth0 power_policy=high", ethtool.Module(device="eth0", power_policy="high"))},
    "ethtool-pause": {"set": ("device=eth0 rx=on tx=off", ethtool.Pause(device="eth0", rx=True, tx=False))},
    "ethtool-plca": {"set": ("device=eth0 node_id=1", ethtool.Plca(device="eth0", node_id=1))},
    "ethtool-privflags": {
        "set": ("device=eth0 flags=x,-y", ethtool.PrivateFlags(device="eth0", flags={"x": True, "y": False}))
    },
    "ethtool-pse": {"set": ("device=eth0 priority=1", ethtool.Pse(device="eth0", priority=1))},
    "ethtool-rss": {
        "add": ("device=eth0", ethtool.Rss(device="eth0")),
        "set": ("device=eth0 context=1 key=0102", ethtool.Rss(device="eth0", context=1, key=b"\1\2")),
        "delete": ("device=eth0 context=1", ethtool.Rss(device="eth0", context=1)),
    },
    "ethtool-tsconfig": {"set": ("device=eth0 tx_types=on", ethtool.TimestampConfig(device="eth0", tx_types=["on"]))},
    "ethtool-wol": {"set": ("device=eth0 modes=magic", ethtool.WakeOnLan(device="eth0", modes=["magic"]))},
}


def sent(operation: Any) -> Any:
    """What would be sent, as far as that is known without asking anybody."""
    operation = operation.model if isinstance(operation, NamedDo) else operation
    if isinstance(operation, Talk):
        first = next(operation.steps())
        return operation.name, first.message_type, first.payload
    if isinstance(operation, Series):
        return [(each.message_type, each.flags, each.payload) for each in operation.make()]
    assert isinstance(operation, Do)
    return operation.message_type, operation.flags, operation.payload


def test_words_are_the_bytes_that_python_makes() -> None:
    wrong = []
    for kind, by_verbs in SAID.items():
        for verbs, (words, record) in by_verbs.items():
            for verb in verbs.split():
                try:
                    made = sent(request(verb, kind, from_words(declared(kind)[1], words.split())))
                    wanted = sent(request(verb, kind, record))
                except Exception as error:
                    wrong.append((kind, verb, repr(error)))
                    continue
                if made != wanted:
                    wrong.append((kind, verb, words))
    assert wrong == []


def test_of_a_kind_that_is_said_every_verb_is() -> None:
    said = {(kind, verb) for kind, by_verbs in SAID.items() for verbs in by_verbs for verb in verbs.split()}
    flushed = {(kind, "flush") for kind in kinds.LISTINGS}
    assert said == {(kind, verb) for kind in SAID for verb in kinds.verbs_of(kind)} - flushed
    assert len(said) > 120


def test_the_least_that_any_verb_takes_can_be_said() -> None:
    """Of kinds that nobody wrote down here, too: each verb takes words as it takes what its room asked for."""
    found = []
    for kind in KINDS:
        _, cls = declared(kind)
        for verb in kinds.verbs_of(kind):
            if (values := least(verb, kind)) is not None:
                record = cls(**values)
                assert sent(request(verb, kind, from_words(cls, to_words(record)))) == sent(request(verb, kind, record))
                found.append((verb, kind))
    assert len(found) > 100


NOT_ROOMS = {
    *("cli", "client", "codec", "engine", "errors", "generic", "kernel", "limits", "module", "netns", "schema"),
    *("testing", "transport", "vm", "wire", "ynl", "_version", "__main__", "classical", "usersock"),
}
# What is said in the words of the family's operations alone: an access point, a mesh, a radio are no daily matter.
NL80211 = {
    "abort_scan": "abort-scan",
    "add_mesh_path": "new-mpath",
    "add_station": "new-station",
    "cancel_frame_wait": "frame-wait-cancel",
    "cancel_remain_on_channel": "cancel-remain-on-channel",
    "change_interface": "set-interface",
    "delete_mesh_path": "del-mpath",
    "delete_station": "del-station",
    "join_mesh": "join-mesh",
    "leave_mesh": "leave-mesh",
    "reload_regulations": "reload-regdb",
    "remain_on_channel": "remain-on-channel",
    "set_channel": "set-channel",
    "set_mesh_config": "set-mesh-config",
    "set_mesh_path": "set-mpath",
    "set_quality": "set-cqm",
    "set_regulation": "set-reg",
    "set_station": "set-station",
    "set_wiphy": "set-wiphy",
    "set_wiphy_namespace": "set-wiphy-netns",
    "vendor": "vendor",
}
# What changes something and no verb reaches, with the reason.
OTHERWISE = {
    **dict.fromkeys(
        ("audit.add", "audit.delete"), "in the words of auditctl(8): `netlynx audit add` and `audit delete`"
    ),
    "audit.flush": "all rules of the machine, one by one: `netlynx audit rules` prints what `audit delete` takes",
    **dict.fromkeys(
        ("audit.set_status", "audit.set_features", "audit.reset_lost"), "they take arguments, and no record"
    ),
    "crypto.delete_default_rng": "no record says it: it takes nothing",
    **dict.fromkeys(("dcb.commit", "dcb.set_groups"), "they take a device's name, and no record"),
    **{f"drop_monitor.{verb}": "`netlynx drops`" for verb in ("configure", "end", "start", "stop")},
    "devlink.set_param": "`netlynx change devlink-param`",
    "devlink.recover": "`netlynx devlink recover`",
    "devlink.test_reporter": "`netlynx devlink recover --test`",
    "devlink.clear_dump": "`netlynx devlink dump --clear`",
    **dict.fromkeys(("devlink.take_occupancy", "devlink.clear_occupancy"), "`netlynx devlink occupancy`"),
    **{f"devlink.{verb}": f"`netlynx devlink {verb}`" for verb in ("split", "unsplit", "flash")},
    "diag.destroy": "`netlynx sockets --kill`, which shows what it ends",
    "ethtool.flash_module": "it begins what goes on for minutes, and tells by events how it goes",
    "ethtool.measure_cable": "`netlynx ethtool NAME --measure-cable`",
    "ethtool.test_cable": "`netlynx ethtool NAME --test-cable`",
    **dict.fromkeys(
        ("firewall.accept", "firewall.drop", "firewall.mode"), "verdicts are for who hears packets: none of this kernel"
    ),
    **dict.fromkeys(
        ("ipset.add_all", "ipset.delete_all", "ipset.replace_all", "ipset.restore"), "many: `netlynx ipset restore`"
    ),
    **dict.fromkeys(
        ("ipset.destroy_all", "ipset.flush_all"), "of the whole namespace; `netlynx ipset list` says what there is"
    ),
    **dict.fromkeys(("ipset.rename", "ipset.swap"), "they take two sets: `netlynx ipset rename` and `ipset swap`"),
    "gtp.echo": "what answers is an event: for a program that listens to it",
    "ipvs.zero": "`netlynx ipvs --zero`",
    "rdma.set_optional_counters": "`netlynx rdma countables --count`",
    "rdma.set_service_timeout": "for who answers the kernel's questions in a program of his own",
    "xfrm.expire": "for who tries a daemon: nobody ends a lifetime before its time otherwise",
    "ovs.execute": "a packet is bytes: for programs that are asked about some",
    "ovs.flush": "`netlynx flush ovs-flow` takes a listing",
    "xfrm.flush": "one by one, of a listing: `netlynx flush xfrm-state` takes one request",
    "xfrm.set_defaults": "it takes arguments, and no record",
    "xfrm.set_thresholds": "it takes arguments, and no record",
    **dict.fromkeys(
        ("netdev.bind_receive", "netdev.create_queue"), "they give what lives as long as the socket that asked"
    ),
    **dict.fromkeys(
        ("netfilter.transaction", "nftables.transaction", "nftables.changing"), "many: `netlynx nft restore`"
    ),
    "nftables.flush_ruleset": "all of the firewall: `netlynx nft restore` of an empty file that says so",
    "netfilter.conntrack.flush": "`netlynx flush flow` and `flush expectation` hand it a listing",
    "netfilter.expectation.flush_expectations": "`netlynx flush expectation`",
    **dict.fromkeys(
        [f"netfilter.expectation.{verb}_expectation" for verb in ("add", "change", "delete")], "conntrack's verbs"
    ),
    **dict.fromkeys(
        [f"netfilter.{room}.{verb}" for room in ("queue", "log") for verb in ("bind", "unbind", "configure")],
        "of a socket, which a command would take with it: `netlynx queue` and `netlynx log`",
    ),
    **dict.fromkeys(
        [f"netfilter.queue.{verb}" for verb in ("accept", "accept_up_to", "drop", "drop_up_to", "repeat", "requeue")],
        "verdicts: `netlynx queue` gives them",
    ),
    **dict.fromkeys(
        [f"netfilter.nfnetlink.{name}" for name in ("marks", "netfilter_do", "netfilter_series", "transaction")],
        "what rooms make their operations of",
    ),
    "netfilter.nfnetlink.transaction_of": "what rooms make their operations of",
    **{
        f"nl80211.{verb}_{what}": f"`netlynx wifi {command}`"
        for verb, what, command in (
            ("add", "interface", "add-interface"),
            ("delete", "interface", "delete-interface"),
            ("set", "country", "country"),
            ("set", "power_save", "power-save"),
        )
    },
    "nl80211.disconnect": "`netlynx wifi disconnect`",
    "nl80211.key": "it asks, and changes nothing",
    **dict.fromkeys(
        [f"nl80211.{step}" for step in ("authenticate", "associate", "deauthenticate", "disassociate")],
        "steps of a program that holds keys",
    ),
    **dict.fromkeys([f"nl80211.{verb}_key" for verb in ("add", "set", "delete")], "of a program that holds keys"),
    **{f"nl80211.{name}": f"`netlynx family nl80211 do {operation}`" for name, operation in NL80211.items()},
    **dict.fromkeys(
        ("route.add_alternative_names", "route.delete_alternative_names"), "names of a link are in no request of a link"
    ),
    **dict.fromkeys(
        ("route.add_vlans", "route.delete_vlans"), "`change link index=PORT family=bridge af_spec…` says the same"
    ),
    "route.set_bridge_port": "`change link index=PORT family=bridge protinfo…` says the same",
    **dict.fromkeys(("route.up", "route.down"), "`change link index=NAME flags=up`, and `flags= change=up`"),
    **dict.fromkeys(
        ("route.set_vlan_tunnels", "route.delete_vlan_tunnels", "route.set_mst_state"),
        "`change link index=PORT family=bridge af_spec…` says the same",
    ),
    "route.ensure": "it is handed an operation, and no record",
    "tc.remake": "many: `netlynx tc restore`",
    "tc.link": "of a qdisc that is there it makes another: `netlynx replace qdisc` does, too",
}
_ANSWER = re.compile(
    r"Do\[None\]|Do\[Any\]|Talk\[(None|int|Configured|Result|Restored|Ensured|Outcome|Destruction)|Flush|Transaction|Series"
)
_READING = {"diag.socket"}  # as its answer's class depends on what it is asked


def changing() -> dict[str, Any]:
    """What changes something, of every room: what answers no record, and what families call privileged."""
    found = {}
    for room in pkgutil.iter_modules(netlynx.__path__):
        if room.name in NOT_ROOMS:
            continue
        modules = [importlib.import_module(f"netlynx.{room.name}")]
        if room.name == "netfilter":
            names = [each.name for each in pkgutil.iter_modules(modules[0].__path__)]
            modules += [importlib.import_module(f"netlynx.netfilter.{name}") for name in names]
        for module in modules:
            for name, value in vars(module).items() if not hasattr(module, "__getattr__") else named(module):
                if not name.startswith("_") and changes(value, module.__name__):
                    found[f"{module.__name__.removeprefix('netlynx.')}.{name}"] = value
    return {name: value for name, value in found.items() if name not in _READING}


def named(module: Any) -> list[tuple[str, Any]]:
    return [(name, getattr(module, name)) for name in dir(module)]


def changes(value: Any, module: str) -> bool:
    if isinstance(value, type):
        return False
    if isinstance(value, DoCommand):
        return bool(value.privileged) and (value.reply is None or not value.title.endswith((".eeprom", ".get")))
    if isinstance(value, Setting):
        return True
    if isinstance(value, One):
        return value.command.reply is None
    own = getattr(value, "__module__", "")
    if not hasattr(value, "__globals__") or not own.startswith("netlynx."):
        return False
    if own.split(".")[1] != module.split(".")[1] or (".netfilter." in module and own != module):
        return False  # another room's, or another file's
    return _ANSWER.search(str(value.__annotations__.get("return", ""))) is not None


def test_all_that_changes_something_is_reached_by_a_verb_or_is_known_not_to_be() -> None:
    reached = {id(each) for each in reachable()}
    missing = {name for name, value in changing().items() if id(value) not in reached}
    assert missing == OTHERWISE.keys()


def test_what_can_be_deleted_can_be_flushed() -> None:
    """Of the rooms in which a listing is enough to do so."""
    able = {kind for kind in KINDS if kinds.room_of(kind) in ("route", "tc") and "delete" in kinds.verbs_of(kind)}
    assert {kind for kind in able if "flush" not in kinds.verbs_of(kind)} == set()
    for kind in kinds.LISTINGS:
        assert callable(getattr(declared(kind)[0], kinds.LISTINGS[kind])), kind


def reachable() -> list[Any]:
    made = [function_of(verb, kind) for kind in KINDS for verb in VERBS]
    return [each.args[0] if hasattr(each, "args") else each for each in made if each is not None]


def test_what_was_done_is_said_with_what_the_kernel_chose(run: Run) -> None:
    done = run("add", "route", "destination=10.0.0.0/8", "oif=eth0", *KERNEL)
    assert done.stdout.splitlines()[-1] == "added route destination=10.0.0.0/8 oif=eth0"
    done = run("delete", "route", "destination=10.0.0.0/8", "--json", *KERNEL, status=1)
    assert done.stdout == ""
    assert done.stderr.startswith("netlynx: delete route destination=10.0.0.0/8: it is not there [")
    done = run("add", "routes", "destination=10.1.0.0/16", "oif=eth0", "--json", *KERNEL)
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "verb": "add",
        "kind": "route",
        "told": False,
        "record": {"destination": "10.1.0.0/16", "oif": "eth0"},
    }


def test_what_cannot_be_said_is_refused_before_anything_is_asked(run: Run) -> None:
    where = ("--kernel", "unix:/nosuch")
    for words, said in (
        (
            "add route nexthp=5",
            "route has no field 'nexthp'; did you mean nexthop_id?; see `netlynx add route --help`",
        ),
        ("add route zzzzzz=5", "route has no field 'zzzzzz'; see `netlynx add route --help`"),
        (
            "add link kind=vlan data.id=70000",
            "data.id: 70000 is out of range for an unsigned 16-bit number (0 to 65535)",
        ),
        ("add link kind=vlan data.idd=7", "data: Vlan has no field 'idd'; did you mean id?"),
        ("add lnk name=v0", "Invalid value for KIND: 'lnk' is not a kind of object; did you mean link?"),
        ("append link name=v0", "append link: links have no order: use add"),
        ("set link name=v0", "set: there is no such request for link: it has add, replace, change, delete, flush"),
        ("add wireguard name=wg0", "add: there is no such request for wireguard: it has set"),
        ("change link index=3 qdisc=fq", "qdisc: the kernel tells this and takes no other: leave it out"),
        ("add link name=v0 kind=bridge --json --dry-run", "give --dry-run or --json"),
        ("flush route", "flush: say which"),
        ("flush mptcp-endpoint id=5", "id: it is for all of them, whatever they are: leave it out"),
        ("flush mptcp-limits", "flush: there is no such request for mptcp-limits: it has set"),
        ("add", "Missing argument 'KIND'"),
    ):
        refused = run(*words.split(), *where, status=2)
        assert said in refused.stderr, (words, refused.stderr)
        assert refused.stdout == ""


def test_a_name_that_no_interface_has_is_said_so(run: Run) -> None:
    done = run("add", "route", "destination=10.0.0.0/8", "oif=nope", *KERNEL, status=1)
    assert "no interface is called 'nope' here [No such device (ENODEV)]; attribute oif" in done.stderr


SHOWN = """\
RTM_NEWLINK REQUEST|ACK|ECHO|EXCL|CREATE on NETLINK_ROUTE (0), 88 bytes
  ifinfomsg family=unspec type=netrom index=0 flags= change=
  IFLA_IFNAME v0
  IFLA_LINKINFO
    IFLA_INFO_KIND veth
    IFLA_INFO_DATA
      VETH_INFO_PEER
        ifinfomsg family=unspec type=netrom index=0 flags= change=
        IFLA_IFNAME v1
  0000  58 00 00 00 10 00 0d 06 01 00 00 00 00 00 00 00
  0010  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  0020  07 00 03 00 76 30 00 00 30 00 12 80 09 00 01 00
  0030  76 65 74 68 00 00 00 00 20 00 02 80 1c 00 01 00
  0040  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  0050  07 00 03 00 76 31 00 00
"""


def test_a_message_is_shown_and_not_sent(run: Run) -> None:
    """Nobody is there to be asked, either."""
    nobody = ("--kernel", "unix:/nosuch")
    assert run("add", "link", "name=v0", "kind=veth", "data.peer.name=v1", "--dry-run", *nobody).stdout == SHOWN
    shown = run("add", "route", "destination=10.0.0.0/8", "oif=eth0", "--dry-run", *KERNEL).stdout
    assert shown.startswith("look up eth0\nRTM_NEWROUTE ")  # the kernel's own line first: a name is looked up
    assert "  RTA_OIF 2\n" in shown
    assert "route 10.0.0.0/8" not in shown.splitlines()
    shown = run("add", "nft-table", "family=inet", "name=t", "--dry-run", *nobody).stdout
    heads = [line.partition(" on ")[0] for line in shown.splitlines() if line[0] != " "]
    assert heads == [
        "NFNL_MSG_BATCH_BEGIN REQUEST|ACK",
        "NFT_MSG_NEWTABLE REQUEST|ACK|ECHO|EXCL|CREATE",
        "NFNL_MSG_BATCH_END REQUEST|ACK",
    ]


def test_no_secret_is_shown(run: Run) -> None:
    words = ("set", "wireguard", "name=wg0", f"private_key={KEY}", "--dry-run", "--kernel", "unix:/nosuch")
    shown = run(*words).stdout
    assert shown.startswith("wireguard.set REQUEST|ACK on NETLINK_GENERIC (16), ")
    assert "WGDEVICE_A_PRIVATE_KEY (hidden)\n" in shown
    assert "  0020  .. .. .. .. .. .. .. .. .. .. .. .. .. .. .. ..\n" in shown
    assert KEY not in shown


def test_everything_that_is_sent_can_be_shown() -> None:
    """By the kernel's names, to the last byte, for each kind and verb."""
    from netlynx.cli.message_text import lines_of

    for kind, by_verbs in SAID.items():
        for verbs, (_, record) in by_verbs.items():
            made = request(verbs.split()[0], kind, record)
            if isinstance(made, Do):
                lines = list(lines_of(made))
                size = sum(int(found[1]) for line in lines if (found := re.search(r", (\d+) bytes$", line)))
                rows = [line.split()[1:] for line in lines if re.match(r"  [0-9a-f]{4}  ", line)]
                assert sum(map(len, rows)) == size, kind
                assert size, kind
                assert not [line for line in lines if "attribute " in line], (kind, lines)


def test_help_tells_of_every_kind_and_field() -> None:
    from netlynx.cli.writing_help import told

    for verb in VERBS:
        listed = "\n".join(told(verb, []))
        assert [
            kind
            for kind in KINDS
            if (verb in kinds.verbs_of(kind)) != bool(re.search(rf"(?<![\w-]){kind}(,|$)", listed, re.MULTILINE))
        ] == []
    for kind in KINDS:
        for verb in kinds.verbs_of(kind):
            lines = list(told(verb, [kind]))
            assert all(len(line) < 200 for line in lines), kind
            assert len(lines) > 3, kind
