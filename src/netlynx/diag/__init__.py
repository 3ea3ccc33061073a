"""The sockets of a host, as the kernel lists them: who talks to whom, and how it goes.

    from netlynx import diag

    for found in nl.dump(diag.tcp()):
        print(found.state, found.source, found.source_port, found.destination, found.destination_port)

Source: sock_diag(7), linux/sock_diag.h, linux/inet_diag.h, net/core/sock_diag.c.
"""

from __future__ import annotations

from netlynx.diag.constants import InetProtocol as InetProtocol
from netlynx.diag.constants import Shutdown as Shutdown
from netlynx.diag.constants import SocketFamily as SocketFamily
from netlynx.diag.constants import SocketState as SocketState
from netlynx.diag.constants import Timer as Timer
from netlynx.diag.inet import InetSocket as InetSocket
from netlynx.diag.inet import TcpSocket as TcpSocket
from netlynx.diag.inet import UdpSocket as UdpSocket
from netlynx.diag.listing import tcp as tcp
from netlynx.diag.listing import udp as udp
