"""WireGuard: devices, their keys, peers and allowed networks.

    from netlynx import route, wireguard

    nl.do(route.add(route.Link(name="wg0", kind="wireguard")))
    nl.do(wireguard.configure(wireguard.Device(name="wg0", private_key=key, listen_port=51820, peers=[
        wireguard.Peer(public_key=theirs, endpoint="192.0.2.7:51820", allowed_ips=wireguard.allowed("10.0.0.0/8")),
    ])))
    print(nl.do(wireguard.device("wg0")).peers)

Source: linux/wireguard.h, drivers/net/wireguard/netlink.c, wg(8).
"""

from .device import AllowedIp, AllowedIpFlags, Device, DeviceFlags, Handshake, Peer, PeerFlags, allowed
from .talks import Configured, WireGuard, configure, device, devices
from .texts import NO_KEY

__all__ = [
    "NO_KEY",
    "AllowedIp",
    "AllowedIpFlags",
    "Configured",
    "Device",
    "DeviceFlags",
    "Handshake",
    "Peer",
    "PeerFlags",
    "WireGuard",
    "allowed",
    "configure",
    "device",
    "devices",
]
