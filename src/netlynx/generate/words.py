"""What is said of things of which only the name is known: their names in words, and the units that names tell."""

from __future__ import annotations

import re

# What is short in names, and what it stands for.
_WORDS = {
    "acl": "access control list",
    "addr": "address",
    "addrs": "addresses",
    "attr": "attributes",
    "attrs": "attributes",
    "auth": "authentication",
    "caps": "capabilities",
    "cfg": "configuration",
    "cmd": "command",
    "conf": "configuration",
    "config": "configuration",
    "ctrl": "control",
    "del": "delete",
    "dest": "destination",
    "dev": "device",
    "dst": "destination",
    "freq": "frequency",
    "fw": "firmware",
    "hdr": "header",
    "hw": "hardware",
    "iface": "interface",
    "ifaces": "interfaces",
    "info": "information",
    "len": "length",
    "lim": "limits",
    "mcast": "multicast",
    "mgmt": "management",
    "msg": "message",
    "ntf": "notification",
    "num": "number",
    "ops": "operations",
    "opts": "options",
    "param": "parameter",
    "params": "parameters",
    "pkt": "packet",
    "pkts": "packets",
    "prio": "priority",
    "proto": "protocol",
    "reqs": "requests",
    "src": "source",
    "stat": "statistics",
    "stats": "statistics",
    "svc": "service",
    "sw": "software",
    "temp": "temperature",
    "val": "value",
    "vals": "values",
}
_CAPITALS = {
    *(
        "arp",
        "bpf",
        "cpu",
        "cpus",
        "crc",
        "dma",
        "dscp",
        "ecn",
        "eeprom",
        "fdb",
        "fec",
        "fib",
        "gro",
        "gso",
        "ht",
        "icmp",
    ),
    *("icmpv6", "id", "ids", "io", "ip", "ipv4", "ipv6", "irq", "lro", "mac", "mdb", "mpls", "mtu", "nat", "napi"),
    *("nfc", "nsh", "nvm", "numa", "pci", "pcp", "phc", "phy", "pid", "pps", "pse", "ptp", "ptr", "rss", "rtt", "rx"),
    *("sctp", "sfp", "tc", "tcp", "tls", "tos", "ttl", "tun", "tx", "udp", "uid", "url", "uuid", "vf", "vfs", "vlan"),
    *("vlans", "vni", "vrf", "vxlan", "wol", "xdp", "xps", "xsk"),
}
_UNITS = {
    "ns": "nanoseconds",
    "nsec": "nanoseconds",
    "nsecs": "nanoseconds",
    "us": "microseconds",
    "usec": "microseconds",
    "usecs": "microseconds",
    "ms": "milliseconds",
    "msec": "milliseconds",
    "msecs": "milliseconds",
    "sec": "seconds",
    "secs": "seconds",
    "seconds": "seconds",
    "mtu": "bytes",
    "bytes": "bytes",
    "hz": "hertz",
    "khz": "kilohertz",
    "mhz": "megahertz",
    "mw": "milliwatts",
    "mbm": "hundredths of dBm",
    "percent": "per cent",
    "ppm": "parts per million",
    "ppb": "parts per billion",
}


def parts(name: str) -> list[str]:
    """The parts of a name: of a spec's, or of a C constant's."""
    return [part for part in re.split(r"[^0-9a-z]+", name.lower()) if part]


def words(name: str) -> str:
    """A name in words: ``page-pool-stats`` is "page pool statistics"."""
    said = parts(name)
    if len(said) > 1 and said[0] in ("attr", "attrs"):  # what they are of comes first
        said = [*said[1:], said[0]]
    return " ".join(_WORDS.get(part) or (part.upper() if part in _CAPITALS else part) for part in said) or name


def sentence(text: str) -> str:
    """Words that begin with a capital."""
    return text[:1].upper() + text[1:]


def unit(name: str) -> str:
    """The unit that a name tells, or none."""
    last = parts(name)[-1:]
    return _UNITS.get(last[0], "") if (last and len(parts(name)) > 1) or last == ["mtu"] else ""
