"""Captured routes, decoded field by field and encoded back. The bytes are a Linux 6.12 kernel's dump.

The namespace had d0 (index 3, 10.0.0.1/24, 2001:db8::1/64) and d2 (index 4, 10.9.0.1/24, 2001:db8:9::1/64).
"""

from __future__ import annotations

import struct

import pytest

from netlynx.codec._codec import Records, decode, encode, to_json
from netlynx.errors import DecodeError
from netlynx.route.constants import AddressFamily, Scope
from netlynx.route.encap import (
    EncapType,
    ErspanOption,
    IlaChecksum,
    IlaEncap,
    IlaHook,
    IlaIdentifier,
    IpEncap,
    MplsEncap,
    TunnelFlags,
    TunnelOptions,
)
from netlynx.route.metrics import LockedMetrics, Metrics, RouteFeatures
from netlynx.route.route import NextHop, Route
from netlynx.route.route_names import (
    RTA,
    NextHopFlags,
    RouteCacheInfo,
    RouteFlags,
    RouteProtocol,
    RouterPreference,
    RouteType,
)
from netlynx.route.segment_routing import (
    Seg6Action,
    Seg6Counters,
    Seg6Encap,
    Seg6FlavorOptions,
    Seg6Flavors,
    Seg6LocalEncap,
)
from netlynx.route.segments import Seg6Mode, Seg6Tunnel, SegmentRoutingHeader
from netlynx.schema.compile import plan_of

PLAN = plan_of(Route)
HEADER = 12
NESTED = 0x8000

CAPTURES = [
    # ip route add 10.6.0.0/24 nexthop via 10.0.0.2 weight 3 nexthop via 10.0.0.3 dev d0 onlink
    #   nexthop dev d2 weight 256
    (
        "02180000fe0300010000000008000f00fe000000080001000a0600002c000900100000020300000008000500"
        "0a0000021000040003000000080005000a000003080000ff04000000",
        Route(
            family=AddressFamily.INET,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="10.6.0.0/24",
            multipath=(
                NextHop(oif=3, weight=3, gateway="10.0.0.2"),
                NextHop(oif=3, flags=NextHopFlags.ONLINK, gateway="10.0.0.3"),
                NextHop(oif=4, weight=256),
            ),
        ),
    ),
    # ip route add 10.4.0.0/24 via 10.0.0.2 metric 50 mtu lock 1400 advmss 1300 rtt 10ms rttvar 8ms
    #   congctl cubic features ecn hoplimit 5 quickack 1 initcwnd 10 rto_min 200ms
    (
        "02180000fe0300010000000008000f00fe000000080001000a04000008000600320000006000080008000100"
        "04200000080002007805000008000400500000000800050020000000080008001405000008000a0005000000"
        "08000b000a00000008000c000100000008000d00c800000008000f00010000000a0010006375626963000000"
        "080005000a0000020800040003000000",
        Route(
            family=AddressFamily.INET,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="10.4.0.0/24",
            metric=50,
            metrics=Metrics(
                lock=LockedMetrics.MTU | LockedMetrics.RTO_MIN,
                mtu=1400,
                rtt=80,
                rttvar=32,
                advmss=1300,
                hoplimit=5,
                initcwnd=10,
                features=RouteFeatures.ECN,
                rto_min=200,
                quickack=True,
                congestion_control="cubic",
            ),
            gateway="10.0.0.2",
            oif=3,
        ),
    ),
    # ip route add blackhole 10.5.0.0/24
    (
        "02180000fe0300060000000008000f00fe000000080001000a050000",
        Route(
            family=AddressFamily.INET,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.BLACKHOLE,
            flags=RouteFlags(0),
            table=254,
            destination="10.5.0.0/24",
        ),
    ),
    # ip route add 10.2.0.0/24 via inet6 2001:db8::5
    (
        "02180000fe0300010000000008000f00fe000000080001000a020000160012000a0020010db8000000000000"
        "00000000000500000800040003000000",
        Route(
            family=AddressFamily.INET,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="10.2.0.0/24",
            via="2001:db8::5",
            oif=3,
        ),
    ),
    # ip route add 10.3.0.0/24 nhid 5
    (
        "02180000fe0300010000000008000f00fe000000080001000a03000008001e0005000000080005000a0000020800040003000000",
        Route(
            family=AddressFamily.INET,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="10.3.0.0/24",
            nexthop_id=5,
            gateway="10.0.0.2",
            oif=3,
        ),
    ),
    # ip route add 10.1.0.0/24 encap ip id 100 dst 10.0.0.9 src 10.0.0.1 ttl 5 tos 4 key csum via 10.0.0.2
    (
        "02180000fe0300010000000008000f00fe000000080001000a010000080005000a0000020800040003000000"
        "380016000c0001000000000000000064080002000a000009080003000a000001050005000400000005000400"
        "0500000006000600000500000600150002000000",
        Route(
            family=AddressFamily.INET,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="10.1.0.0/24",
            gateway="10.0.0.2",
            oif=3,
            encap=IpEncap(
                id=100,
                destination="10.0.0.9",
                source="10.0.0.1",
                tos=4,
                ttl=5,
                flags=TunnelFlags.CSUM | TunnelFlags.KEY,
            ),
            encap_type=EncapType.IP,
        ),
    ),
    # ip route add 10.1.3.0/24 encap ip id 100 dst 10.0.0.9 erspan_opts 2:0:1:7 dev d0
    (
        "02180000fe03fd010000000008000f00fe000000080001000a0103000800040003000000580016000c000100"
        "0000000000000064080002000a00000908000300000000000500050000000000050004000000000006000600"
        "40000000200008001c0003000500010002000000050003000100000005000400070000000600150002000000",
        Route(
            family=AddressFamily.INET,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.LINK,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="10.1.3.0/24",
            oif=3,
            encap=IpEncap(
                id=100,
                destination="10.0.0.9",
                source="0.0.0.0",
                tos=0,
                ttl=0,
                flags=TunnelFlags.ERSPAN_OPT,
                options=TunnelOptions(erspan=ErspanOption(version=2, direction=1, hardware_id=7)),
            ),
            encap_type=EncapType.IP,
        ),
    ),
    # ip route add 10.1.5.0/24 encap mpls 100/200 ttl 9 via 10.0.0.2
    (
        "02180000fe0300010000000008000f00fe000000080001000a010500080005000a0000020800040003000000"
        "180016000c00010000064000000c810005000200090000000600150001000000",
        Route(
            family=AddressFamily.INET,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="10.1.5.0/24",
            gateway="10.0.0.2",
            oif=3,
            encap=MplsEncap(labels="100/200", ttl=9),
            encap_type=EncapType.MPLS,
        ),
    ),
    # ip route add 10.8.0.0/24 nexthop encap mpls 55 via 10.0.0.2 nexthop via inet6 2001:db8::5
    (
        "02180000fe0300010000000008000f00fe000000080001000a08000048000900240000000300000008000500"
        "0a0000020c001600080001000003710006001500010000002000000003000000160012000a0020010db80000"
        "000000000000000000050000",
        Route(
            family=AddressFamily.INET,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="10.8.0.0/24",
            multipath=(
                NextHop(oif=3, gateway="10.0.0.2", encap=MplsEncap(labels="55"), encap_type=EncapType.MPLS),
                NextHop(oif=3, via="2001:db8::5"),
            ),
        ),
    ),
    # ip route add 10.7.0.0/24 via 10.0.0.2 table 5000 tos 0x10 realms 3/4 src 10.0.0.1 metric 9 proto 77
    (
        "02180010fc4d00010000000008000f0088130000080001000a0700000800060009000000080007000a000001"
        "080005000a000002080004000300000008000b0004000300",
        Route(
            family=AddressFamily.INET,
            tos=16,
            protocol=77,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=5000,
            destination="10.7.0.0/24",
            metric=9,
            preferred_source="10.0.0.1",
            gateway="10.0.0.2",
            oif=3,
            realms=196612,
        ),
    ),
    # ip route add default via 10.0.0.2
    (
        "02000000fe0300010000000008000f00fe000000080005000a0000020800040003000000",
        Route(
            family=AddressFamily.INET,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="0.0.0.0/0",
            gateway="10.0.0.2",
            oif=3,
        ),
    ),
    # ip -6 route add 2001:db8:11::/64 encap seg6 mode encap segs 2001:db8::5,2001:db8::6 dev d0
    (
        "0a400000fe0300010000000008000f00fe0000001400010020010db800110000000000000000000008000600"
        "000400000800040003000000340016003000010001000000000404010100000020010db80000000000000000"
        "0000000620010db8000000000000000000000005060015000500000024000c00000000000000000000000000"
        "00000000000000000000000000000000000000000500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:11::/64",
            metric=1024,
            oif=3,
            encap=Seg6Encap(
                tunnel=Seg6Tunnel(
                    mode=Seg6Mode.ENCAP,
                    header_length=4,
                    routing_type=4,
                    segments_left=1,
                    last_entry=1,
                    segments=("2001:db8::5", "2001:db8::6"),
                )
            ),
            encap_type=EncapType.SEG6,
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -6 route add 2001:db8:12::/64 encap seg6 mode inline segs 2001:db8::5 dev d0
    (
        "0a400000fe0300010000000008000f00fe0000001400010020010db800120000000000000000000008000600"
        "0004000008000400030000003400160030000100000000000004040101000000000000000000000000000000"
        "0000000020010db8000000000000000000000005060015000500000024000c00000000000000000000000000"
        "00000000000000000000000000000000000000000500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:12::/64",
            metric=1024,
            oif=3,
            encap=Seg6Encap(
                tunnel=Seg6Tunnel(
                    header_length=4, routing_type=4, segments_left=1, last_entry=1, segments=("2001:db8::5", "::")
                )
            ),
            encap_type=EncapType.SEG6,
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -6 route add 2001:db8:14::/64 encap seg6local action End.B6.Encaps srh segs
    #   2001:db8::9,2001:db8::8 dev d0
    (
        "0a400000fe0300010000000008000f00fe0000001400010020010db800140000000000000000000008000600"
        "00040000080004000300000038001600080001000a0000002c000200000404010100000020010db800000000"
        "000000000000000820010db8000000000000000000000009060015000700000024000c000000000000000000"
        "0000000000000000000000000000000000000000000000000500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:14::/64",
            metric=1024,
            oif=3,
            encap=Seg6LocalEncap(
                action=Seg6Action.END_B6_ENCAP,
                header=SegmentRoutingHeader(
                    header_length=4,
                    routing_type=4,
                    segments_left=1,
                    last_entry=1,
                    segments=("2001:db8::9", "2001:db8::8"),
                ),
            ),
            encap_type=EncapType.SEG6_LOCAL,
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -6 route add 2001:db8:15::/64 encap seg6local action End.DX4 nh4 10.0.0.5 count dev d0
    (
        "0a400000fe0300010000000008000f00fe0000001400010020010db800150000000000000000000008000600"
        "0004000008000400030000003c0016000800010006000000080004000a00000528000a800c00020000000000"
        "000000000c00030000000000000000000c0004000000000000000000060015000700000024000c0000000000"
        "000000000000000000000000000000000000000000000000000000000500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:15::/64",
            metric=1024,
            oif=3,
            encap=Seg6LocalEncap(
                action=Seg6Action.END_DX4, nexthop4="10.0.0.5", counters=Seg6Counters(packets=0, bytes=0, errors=0)
            ),
            encap_type=EncapType.SEG6_LOCAL,
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -6 route add 2001:db8:16::/64 encap seg6local action End flavors psp,next-csid lblen 48
    #   nflen 16 dev d0
    (
        "0a400000fe0300010000000008000f00fe0000001400010020010db800160000000000000000000008000600"
        "0004000008000400030000002800160008000100010000001c000b8008000100120000000500020030000000"
        "0500030010000000060015000700000024000c00000000000000000000000000000000000000000000000000"
        "00000000000000000500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:16::/64",
            metric=1024,
            oif=3,
            encap=Seg6LocalEncap(
                action=Seg6Action.END,
                flavors=Seg6FlavorOptions(
                    operations=Seg6Flavors.PSP | Seg6Flavors.NEXT_CSID, block_bits=48, node_function_bits=16
                ),
            ),
            encap_type=EncapType.SEG6_LOCAL,
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -6 route add 2001:db8:17::/64 encap ila 3333:0:0:1 csum-mode adj-transport ident-type luid
    #   hook-type output via 2001:db8::5
    (
        "0a400000fe0300010000000008000f00fe0000001400010020010db800170000000000000000000008000600"
        "000400001400050020010db80000000000000000000000050800040003000000280016000c00010033330000"
        "00000001050007000000000005000800010000000500090000000000060015000300000024000c0000000000"
        "000000000000000000000000000000000000000000000000000000000500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:17::/64",
            metric=1024,
            gateway="2001:db8::5",
            oif=3,
            encap=IlaEncap(
                locator=3689292519746568193,
                checksum_mode=IlaChecksum.ADJUST_TRANSPORT,
                identifier_type=IlaIdentifier.LUID,
                hook=IlaHook.OUTPUT,
            ),
            encap_type=EncapType.ILA,
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -6 route add 2001:db8:18::/64 encap mpls 300 via 2001:db8::5
    (
        "0a400000fe0300010000000008000f00fe0000001400010020010db800180000000000000000000008000600"
        "000400001400050020010db800000000000000000000000508000400030000000c001600080001000012c100"
        "060015000100000024000c000000000000000000000000000000000000000000000000000000000000000000"
        "0500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:18::/64",
            metric=1024,
            gateway="2001:db8::5",
            oif=3,
            encap=MplsEncap(labels="300"),
            encap_type=EncapType.MPLS,
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -6 route add unreachable 2001:db8:22::/64
    (
        "0a400000fe0300070000000008000f00fe0000001400010020010db800220000000000000000000008000600"
        "00040000080004000100000024000c0000000000000000000000000000000000000000000000000000000000"
        "000000000500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNREACHABLE,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:22::/64",
            metric=1024,
            oif=1,
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -6 route add 2001:db8:23::/64 nexthop via 2001:db8::5 weight 2 nexthop via 2001:db8:9::5
    (
        "0a400000fe0300010000000008000f00fe0000001400010020010db800230000000000000000000008000600"
        "000400003c0009001c000001030000001400050020010db80000000000000000000000051c00000004000000"
        "1400050020010db800090000000000000000000524000c000000000000000000000000000000000000000000"
        "0000000000000000000000000500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:23::/64",
            metric=1024,
            multipath=(NextHop(oif=3, weight=2, gateway="2001:db8::5"), NextHop(oif=4, gateway="2001:db8:9::5")),
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -6 route add 2001:db8:24::/64 via 2001:db8::5 mtu 1400 hoplimit 9 pref high expires 300
    #   proto bgp metric 77 src 2001:db8::1
    (
        "0a400000feba00010000000008000f00fe0000001400010020010db800240000000000000000000014000700"
        "20010db800000000000000000000000114000800080002007805000008000a0009000000080006004d000000"
        "1400050020010db8000000000000000000000005080004000300000024000c0000000000000000002e750000"
        "00000000000000000000000000000000000000000500140001000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BGP,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:24::/64",
            metric=77,
            metrics=Metrics(mtu=1400, hoplimit=9),
            preferred_source="2001:db8::1",
            gateway="2001:db8::5",
            oif=3,
            cacheinfo=RouteCacheInfo(expires=29998),
            preference=RouterPreference.HIGH,
        ),
    ),
    # ip -6 route add 2001:db8:25::/64 from 2001:db8:9::/64 dev d0
    (
        "0a404000fe0300010000000008000f00fe0000001400010020010db800250000000000000000000014000200"
        "20010db80009000000000000000000000800060000040000080004000300000024000c000000000000000000"
        "0000000000000000000000000000000000000000000000000500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="2001:db8:25::/64",
            source="2001:db8:9::/64",
            metric=1024,
            oif=3,
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -6 route add default via 2001:db8::5
    (
        "0a000000fe0300010000000008000f00fe00000008000600000400001400050020010db80000000000000000"
        "00000005080004000300000024000c0000000000000000000000000000000000000000000000000000000000"
        "000000000500140000000000",
        Route(
            family=AddressFamily.INET6,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="::/0",
            metric=1024,
            gateway="2001:db8::5",
            oif=3,
            cacheinfo=RouteCacheInfo(),
            preference=RouterPreference.MEDIUM,
        ),
    ),
    # ip -f mpls route add 100 as 200/300 via inet 10.0.0.2 dev d0
    (
        "1c140000fe0300010000000008000100000641000c001300000c80000012c1000a00120002000a00000200000800040003000000",
        Route(
            family=AddressFamily.MPLS,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="100",
            new_destination="200/300",
            via="10.0.0.2",
            oif=3,
        ),
    ),
    # ip -f mpls route add 101 nexthop as 201 via inet 10.0.0.2 nexthop via inet6 2001:db8::5 dev d0
    (
        "1c140000fe030001000000000800010000065100400009001c0000000300000008001300000c91000a001200"
        "02000a00000200002000000003000000160012000a0020010db80000000000000000000000050000",
        Route(
            family=AddressFamily.MPLS,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="101",
            multipath=(NextHop(oif=3, new_destination="201", via="10.0.0.2"), NextHop(oif=3, via="2001:db8::5")),
        ),
    ),
    # ip -f mpls route add 102 via inet 10.0.0.2 ttl-propagate disabled
    (
        "1c140000fe03000100000000080001000006610005001a00000000000a00120002000a00000200000800040003000000",
        Route(
            family=AddressFamily.MPLS,
            tos=0,
            protocol=RouteProtocol.BOOT,
            scope=Scope.GLOBAL,
            type=RouteType.UNICAST,
            flags=RouteFlags(0),
            table=254,
            destination="102",
            ttl_propagate=False,
            via="10.0.0.2",
            oif=3,
        ),
    ),
]


def attributes(data: bytes, start: int) -> list[tuple[int, bytes]]:
    found = []
    while start < len(data):
        length, number = struct.unpack_from("=HH", data, start)
        found.append((number & ~NESTED, data[start + 4 : start + length]))
        start += (length + 3) & ~3
    return found


@pytest.mark.parametrize(("text", "expected"), CAPTURES)
def test_a_captured_route_reads_field_by_field(text: str, expected: Route) -> None:
    assert decode(PLAN, bytes.fromhex(text)) == expected
    assert expected.unknown == ()


@pytest.mark.parametrize(("text", "expected"), CAPTURES)
def test_a_captured_route_encodes_to_the_bytes_it_was_read_from(text: str, expected: Route) -> None:
    captured, encoded = bytes.fromhex(text), encode(PLAN, expected)
    assert encoded[:HEADER] == captured[:HEADER]
    ours, theirs = attributes(encoded, HEADER), attributes(captured, HEADER)
    if expected.family == AddressFamily.MPLS:  # the table stands in the header alone
        ours = [each for each in ours if each[0] != RTA.TABLE]
    if expected.family == AddressFamily.INET6:  # other order of priority, metrics and preferred source
        ours, theirs = sorted(ours), sorted(theirs)
    assert [number for number, _ in ours] == [number for number, _ in theirs]
    for (number, mine), (_, kernels) in zip(ours, theirs, strict=True):
        # The kernel leaves NLA_F_NESTED out in old nests; nothing else may differ.
        differing = {(a ^ b) for a, b in zip(mine, kernels, strict=True)}
        assert differing <= ({0, 0x80} if number in (RTA.METRICS, RTA.MULTIPATH, RTA.ENCAP) else {0})


def test_a_lookup_reads_too() -> None:
    # RTM_GETROUTE for 10.6.0.9
    text = (
        "02200000fe0000010002000008000f00fe000000080001000a06000908000400040000000800"
        "07000a090001080019000000000024000c00020000000000000000000000000000000000"
        "0000000000000000000000000000"
    )
    found = decode(PLAN, bytes.fromhex(text))
    assert (found.destination, found.oif, found.preferred_source) == ("10.6.0.9/32", 4, "10.9.0.1")
    assert (found.uid, found.flags) == (0, RouteFlags.CLONED)


def test_json_keeps_what_scripts_rely_on() -> None:
    text = to_json(Route(family=AddressFamily.INET, destination="10.0.0.0/8", type=RouteType.BLACKHOLE))
    keys = [
        "family",
        "destination",
        "gateway",
        "oif",
        "table",
        "protocol",
        "scope",
        "type",
        "metric",
        "source",
        "multipath",
    ]
    assert all(f'"{key}":' in text.decode() for key in keys)
    assert b'"type":"blackhole"' in text


def test_several_geneve_options_in_one_nest_are_all_there() -> None:
    # ip route add 10.1.1.0/24 encap ip id 100 dst 10.0.0.9 geneve_opts 0:1:01020304,2:3:05060708 dev d0
    text = (
        "02180000fe03fd010000000008000f00fe000000080001000a0101000800040003000000700016000c000100"
        "0000000000000064080002000a00000908000300000000000500050000000000050004000000000006000600"
        "0800000038000800340001000600010000000000050002000100000008000300010203040600010000020000"
        "050002000300000008000300050607080600150002000000"
    )
    found = decode(PLAN, bytes.fromhex(text)).encap.options.geneve
    assert len(found) == 1
    assert (found[0].classes, found[0].types) == ((0, 2), (1, 3))
    assert found[0].data == (bytes([1, 2, 3, 4]), bytes([5, 6, 7, 8]))


def test_a_tunnel_of_an_unknown_kind_stays_bytes() -> None:
    route = Route(family=AddressFamily.INET, destination="10.0.0.0/8", encap_type=99, encap=b"\x08\0\x01\0abcd")
    again = decode(PLAN, encode(PLAN, route))
    assert (again.encap_type, again.encap) == (99, b"\x08\0\x01\0abcd")


def test_a_thousand_routes_in_one_datagram() -> None:
    body = encode(PLAN, Route(family=AddressFamily.INET, destination="10.0.0.0/24", table=254, oif=1))
    data = b"".join(
        struct.pack("=IHHII", 16 + len(body), 24, 2, 7, 9) + body[:-13] + bytes([i & 255]) + body[-12:]
        for i in range(1000)
    )
    sink = Records(PLAN)
    assert sink.read(data, 0, len(data), 24, 7, 9)[0] == len(data)
    found = sink.take()
    assert sink.records == []
    assert len(found) == 1000
    assert all(route.oif == 1 and route.table == 254 for route in found)


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        (b"\x02\0\0", "Route"),
        (b"\x02" + bytes(11) + struct.pack("=HHHBBi", 12, RTA.MULTIPATH, 99, 0, 0, 1), "Route.multipath[0]"),
        (b"\x02" + bytes(11) + struct.pack("=HHHH", 8, RTA.METRICS, 60, 2), "Route.metrics"),
        (b"\x02" + bytes(11) + struct.pack("=HH", 400, RTA.OIF), "Route"),
    ],
)
def test_malformed_bytes_are_refused_with_the_place(payload: bytes, path: str) -> None:
    with pytest.raises(DecodeError) as refused:
        decode(PLAN, payload, strict=True)
    assert refused.value.path == path


def test_every_cut_of_a_capture_is_refused_or_read_but_never_crashes() -> None:
    for text, _ in CAPTURES:
        data = bytes.fromhex(text)
        for end in range(len(data)):
            try:
                decode(PLAN, data[:end])
            except DecodeError:
                continue
