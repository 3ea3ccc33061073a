"""The sockets of a host, as the kernel lists them: who talks to whom, and how it goes.

    from netlynx import diag
    from netlynx.diag import where

    for found in nl.dump(diag.tcp(where.port == 443, states={"established"})):
        print(found.source, found.source_port, found.destination, found.info.rtt, "µs")

Source: sock_diag(7), linux/sock_diag.h, linux/inet_diag.h, net/core/sock_diag.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.late import names_of

if TYPE_CHECKING:
    from netlynx.diag.cgroups import cgroup_paths as cgroup_paths
    from netlynx.diag.conditions import Condition as Condition
    from netlynx.diag.conditions import where as where
    from netlynx.diag.constants import InetProtocol as InetProtocol
    from netlynx.diag.constants import Shutdown as Shutdown
    from netlynx.diag.constants import SocketFamily as SocketFamily
    from netlynx.diag.constants import SocketState as SocketState
    from netlynx.diag.constants import SocketType as SocketType
    from netlynx.diag.constants import Timer as Timer
    from netlynx.diag.ending import Destruction as Destruction
    from netlynx.diag.ending import destroy as destroy
    from netlynx.diag.ending import socket as socket
    from netlynx.diag.ends import DESTROYED_TCP as DESTROYED_TCP
    from netlynx.diag.ends import DESTROYED_UDP as DESTROYED_UDP
    from netlynx.diag.everything import AllSockets as AllSockets
    from netlynx.diag.everything import sockets as sockets
    from netlynx.diag.inet import DccpSocket as DccpSocket
    from netlynx.diag.inet import InetSocket as InetSocket
    from netlynx.diag.inet import MptcpSocket as MptcpSocket
    from netlynx.diag.inet import RawSocket as RawSocket
    from netlynx.diag.inet import SctpSocket as SctpSocket
    from netlynx.diag.inet import TcpSocket as TcpSocket
    from netlynx.diag.inet import UdpLiteSocket as UdpLiteSocket
    from netlynx.diag.inet import UdpSocket as UdpSocket
    from netlynx.diag.listing import Sockets as Sockets
    from netlynx.diag.listing import dccp as dccp
    from netlynx.diag.listing import mptcp as mptcp
    from netlynx.diag.listing import raw as raw
    from netlynx.diag.listing import sctp as sctp
    from netlynx.diag.listing import tcp as tcp
    from netlynx.diag.listing import udp as udp
    from netlynx.diag.listing import udplite as udplite
    from netlynx.diag.netlink_sockets import NetlinkProtocol as NetlinkProtocol
    from netlynx.diag.netlink_sockets import NetlinkSocket as NetlinkSocket
    from netlynx.diag.netlink_sockets import NetlinkState as NetlinkState
    from netlynx.diag.netlink_sockets import netlink as netlink
    from netlynx.diag.owners import Owner as Owner
    from netlynx.diag.owners import Owners as Owners
    from netlynx.diag.owners import owners as owners
    from netlynx.diag.packet_sockets import EtherType as EtherType
    from netlynx.diag.packet_sockets import FanoutType as FanoutType
    from netlynx.diag.packet_sockets import PacketInfo as PacketInfo
    from netlynx.diag.packet_sockets import PacketRing as PacketRing
    from netlynx.diag.packet_sockets import PacketSocket as PacketSocket
    from netlynx.diag.packet_sockets import packet as packet
    from netlynx.diag.protocols import MptcpInfo as MptcpInfo
    from netlynx.diag.protocols import SctpInfo as SctpInfo
    from netlynx.diag.smc_sockets import SmcSocket as SmcSocket
    from netlynx.diag.smc_sockets import smc as smc
    from netlynx.diag.splitting import Split as Split
    from netlynx.diag.tcp_info import TcpInfo as TcpInfo
    from netlynx.diag.tipc_sockets import TipcSocket as TipcSocket
    from netlynx.diag.tipc_sockets import tipc as tipc
    from netlynx.diag.unix_sockets import UnixQueue as UnixQueue
    from netlynx.diag.unix_sockets import UnixSocket as UnixSocket
    from netlynx.diag.unix_sockets import unix as unix
    from netlynx.diag.unix_sockets import unix_socket as unix_socket
    from netlynx.diag.vsock_sockets import VsockSocket as VsockSocket
    from netlynx.diag.vsock_sockets import vsock as vsock
    from netlynx.diag.xdp_sockets import XdpSocket as XdpSocket
    from netlynx.diag.xdp_sockets import XdpStatistics as XdpStatistics
    from netlynx.diag.xdp_sockets import xdp as xdp

# Where each public name lives. Loaded on first use: who lists one thing loads that.
_HOMES = {
    "cgroups": "cgroup_paths",
    "conditions": "Condition where",
    "constants": "InetProtocol Shutdown SocketFamily SocketState SocketType Timer",
    "ending": "destroy Destruction socket",
    "ends": "DESTROYED_TCP DESTROYED_UDP",
    "everything": "AllSockets sockets",
    "inet": "DccpSocket InetSocket MptcpSocket RawSocket SctpSocket TcpSocket UdpLiteSocket UdpSocket",
    "listing": "dccp mptcp raw sctp Sockets tcp udp udplite",
    "netlink_sockets": "netlink NetlinkProtocol NetlinkSocket NetlinkState",
    "owners": "Owner Owners owners",
    "packet_sockets": "EtherType FanoutType packet PacketInfo PacketRing PacketSocket",
    "protocols": "MptcpInfo SctpInfo",
    "smc_sockets": "smc SmcSocket",
    "splitting": "Split",
    "tcp_info": "TcpInfo",
    "tipc_sockets": "tipc TipcSocket",
    "unix_sockets": "unix unix_socket UnixQueue UnixSocket",
    "vsock_sockets": "vsock VsockSocket",
    "xdp_sockets": "xdp XdpSocket XdpStatistics",
}

__all__ = names_of(__name__, _HOMES)
