"""The sockets of a host, as the kernel lists them: who talks to whom, and how it goes.

    from netlynx import diag
    from netlynx.diag import where

    for found in nl.dump(diag.tcp(where.port == 443, states={"established"})):
        print(found.source, found.source_port, found.destination, found.info.rtt, "µs")

Source: sock_diag(7), linux/sock_diag.h, linux/inet_diag.h, net/core/sock_diag.c.
"""

from __future__ import annotations

from netlynx.diag.cgroups import cgroup_paths as cgroup_paths
from netlynx.diag.conditions import Condition as Condition
from netlynx.diag.conditions import where as where
from netlynx.diag.constants import InetProtocol as InetProtocol
from netlynx.diag.constants import Shutdown as Shutdown
from netlynx.diag.constants import SocketFamily as SocketFamily
from netlynx.diag.constants import SocketState as SocketState
from netlynx.diag.constants import Timer as Timer
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
from netlynx.diag.protocols import MptcpInfo as MptcpInfo
from netlynx.diag.protocols import SctpInfo as SctpInfo
from netlynx.diag.splitting import Split as Split
from netlynx.diag.tcp_info import TcpInfo as TcpInfo
