"""The public rooms, in the order of the reference, and why the others are not in it."""

from __future__ import annotations

ROOMS: dict[str, tuple[str, ...]] = {
    "Connections and declarations": (
        "netlynx",
        "netlynx.schema",
        "netlynx.netns",
        "netlynx.wire.message",
        "netlynx.wire.constants",
    ),
    "rtnetlink": ("netlynx.route", "netlynx.tc", "netlynx.dcb", "netlynx.fib_lookup"),
    "Netfilter": (
        "netlynx.nftables",
        "netlynx.nftables.words",
        "netlynx.netfilter",
        "netlynx.netfilter.conntrack",
        "netlynx.netfilter.queue",
        "netlynx.netfilter.log",
        "netlynx.netfilter.accounting",
        "netlynx.netfilter.timeouts",
        "netlynx.netfilter.helpers",
        "netlynx.netfilter.fingerprints",
        "netlynx.netfilter.hooks",
        "netlynx.netfilter.compat",
        "netlynx.ipset",
        "netlynx.firewall",
    ),
    "Generic netlink": (
        "netlynx.generic",
        "netlynx.ethtool",
        "netlynx.ipvs",
        "netlynx.mptcp",
        "netlynx.netdev",
        "netlynx.taskstats",
        "netlynx.tcp_metrics",
        "netlynx.wireguard",
        "netlynx.ynl",
    ),
    "Sockets, devices, processes": (
        "netlynx.diag",
        "netlynx.uevent",
        "netlynx.connector",
        "netlynx.audit",
        "netlynx.usersock",
        "netlynx.crypto",
        "netlynx.selinux",
        "netlynx.scsi",
        "netlynx.iscsi",
        "netlynx.tun",
    ),
    "The kernel's half": (
        "netlynx.kernel",
        "netlynx.kernel.audit",
        "netlynx.kernel.ip_queue",
        "netlynx.kernel.processes",
        "netlynx.classical",
        "netlynx.testing",
        "netlynx.module",
        "netlynx.vm",
    ),
}

# Folders of src/netlynx that are no rooms of the reference.
INNER = {
    "cli": "the command line, which is not imported",
    "client": "its names are those of netlynx",
    "codec": "what users need of it is in netlynx and netlynx.schema",
    "engine": "its names are those of netlynx",
    "transport": "what users need of it is in netlynx and netlynx.kernel",
}

# Rooms with more names than these have a page for each subject.
LARGE = 100

# What subjects are called where the files that declare them say it in words of their own: of each room, by file.
TITLES = {
    "netlynx": {
        "client": "Connections, and what they give",
        "engine": "Operations, and what comes of them",
        "errors": "Errors",
        "schema": "Records",
        "codec": "Records as text",
        "transport": "The plain socket",
        "wire": "Messages of the plain socket",
    },
}
