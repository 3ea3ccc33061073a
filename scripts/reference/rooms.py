"""The public rooms, in the order of the reference, and why the others are not in it."""

from __future__ import annotations

ROOMS: dict[str, tuple[str, ...]] = {
    "Connections and declarations": (
        "netlynx",
        "netlynx.schema",
        "netlynx.netns",
        "netlynx.wire.message",
        "netlynx.wire.constants",
        "netlynx.sql",
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
        "netlynx.devlink",
        "netlynx.ipvs",
        "netlynx.mptcp",
        "netlynx.netdev",
        "netlynx.nl80211",
        "netlynx.taskstats",
        "netlynx.tcp_metrics",
        "netlynx.wireguard",
        "netlynx.ynl",
        "netlynx.generate",
    ),
    "Sockets, devices, processes": (
        "netlynx.diag",
        "netlynx.uevent",
        "netlynx.connector",
        "netlynx.audit",
        "netlynx.xfrm",
        "netlynx.usersock",
        "netlynx.crypto",
        "netlynx.selinux",
        "netlynx.scsi",
        "netlynx.iscsi",
        "netlynx.tun",
    ),
    "What people look with": ("netlynx.topology",),
    "The kernel's half": (
        "netlynx.kernel",
        "netlynx.kernel.audit",
        "netlynx.kernel.ip_queue",
        "netlynx.kernel.processes",
        "netlynx.classical",
        "netlynx.capture",
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
    "trace": "what `netlynx trace` is made of",
    "transport": "what users need of it is in netlynx and netlynx.kernel",
}

# Rooms with more names than these have a page for each subject.
LARGE = 100

# What subjects are called where the files that declare them begin with more than a title: of each room, by file.
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
    "netlynx.route": {
        "constants": "Families and layers",
        "ensuring": "Ensuring that something is there",
        "kinds": "Kinds of links",
        "mctp": "MCTP",
        "mst": "Multiple spanning trees",
        "neighbour": "Neighbours and forwarding databases",
        "netconf": "Settings of interfaces",
        "netns_id": "IDs of namespaces",
        "nexthop": "Nexthop objects",
        "phonet": "Phonet",
        "port_vlan": "VLANs of bridges and ports",
        "router_discovery": "What routers advertise",
        "rule": "Rules",
        "segment_routing": "Segment routing",
        "stats": "Statistics of interfaces",
        "verbs": "Verbs: add, change, delete …",
        "vlan_options": "VLANs of whole bridges",
        "vni": "Networks of VXLAN devices",
    },
    "netlynx.tc": {
        "actions": "Kinds of actions",
        "ematches": "Conditions on packets",
        "filters": "Kinds of filters",
        "qdiscs": "Kinds of qdiscs and classes",
        "saving": "Saving and restoring",
        "units": "Rates, sizes and times",
        "verbs": "Verbs: add, change, delete …",
    },
    "netlynx.nftables": {
        "constants": "Constants",
        "datatypes": "Types of keys and values",
        "expressions": "Expressions",
        "monitor": "Changes of the ruleset",
        "others": "Hooks and commits",
        "ruleset": "The whole ruleset",
        "trace": "Packets traced",
        "transaction": "Transactions",
        "verbs": "Verbs: add, change, delete …",
    },
}

# What a room's page begins with: files whose subject most readers come for. The others follow by name.
FIRST = {
    "netlynx": ("client", "engine", "errors"),
    "netlynx.schema": ("record", "kinds"),
    "netlynx.route": ("link", "address", "route", "neighbour", "rule", "nexthop", "verbs", "ensuring"),
    "netlynx.tc": ("qdisc", "traffic_class", "filter", "action", "chain", "verbs", "qdiscs", "filters", "actions"),
    "netlynx.nftables": ("table", "chain", "rule", "set", "element", "object", "flowtable", "verbs", "transaction"),
    "netlynx.ethtool": ("operations",),
    "netlynx.kernel": ("virtual", "server"),
    "netlynx.generic": ("declaration",),
}
