"""What manual pages say beside what help says: examples of each command, and what all of them share."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "sql": (
        """netlynx sql "select protocol, count(*) from routes group by 1\"""",
        "netlynx sql .schema links",
        """netlynx sql "select name, mtu from links where kind = 'veth'" --json""",
    ),
    "links": ("netlynx links", "netlynx links eth0 --json", "netlynx links --kind bridge"),
    "addresses": ("netlynx addresses", "netlynx addresses lo --family 6"),
    "routes": ("netlynx routes --table main", "netlynx routes 192.0.2.1", "netlynx routes --protocol static --lines"),
    "neighbours": ("netlynx neighbours", "netlynx neighbours --dev lo --proxy"),
    "rules": ("netlynx rules --family inet",),
    "nexthops": ("netlynx nexthops --groups", "netlynx nexthops 7"),
    "nexthop-buckets": ("netlynx nexthop-buckets 7",),
    "fdb": ("netlynx fdb --bridge br0",),
    "nsids": ("netlynx nsids --json",),
    "address-labels": ("netlynx address-labels", "netlynx address-labels 2001:db8::1"),
    "neighbour-tables": ("netlynx neighbour-tables lo",),
    "qdiscs": ("netlynx qdiscs", "netlynx qdiscs eth0 --invisible"),
    "classes": ("netlynx classes eth0 --parent 1:",),
    "filters": ("netlynx filters eth0 --parent ingress",),
    "chains": ("netlynx chains eth0 --parent ingress",),
    "actions": ("netlynx actions mirred",),
    "stats": ("netlynx stats lo --sets link",),
    "netconf": ("netlynx netconf lo --family inet",),
    "multicast-routes": ("netlynx multicast-routes --family inet6",),
    "multicast-tables": ("netlynx multicast-tables",),
    "dcb": ("netlynx dcb eth0 --object pfc",),
    "can-gateways": ("netlynx can-gateways vcan0",),
    "mctp-addresses": ("netlynx mctp-addresses",),
    "mctp-routes": ("netlynx mctp-routes --lines",),
    "mctp-neighbours": ("netlynx mctp-neighbours",),
    "phonet-addresses": ("netlynx phonet-addresses",),
    "phonet-routes": ("netlynx phonet-routes",),
    "families": ("netlynx families", "netlynx families ethtool"),
    "policy": ("netlynx policy ethtool", "netlynx policy ethtool 1 --json"),
    "conntrack": ("netlynx conntrack --protocol tcp --dport 443", "netlynx conntrack --mark 7/0xff --lines"),
    "conntrack-timeouts": ("netlynx conntrack-timeouts --default tcp",),
    "conntrack-helpers": ("netlynx conntrack-helpers",),
    "accounting": ("netlynx accounting",),
    "hooks": ("netlynx hooks --family ipv4 --hook input",),
    "ipvs": ("netlynx ipvs --stats",),
    "wifi": (
        "netlynx wifi scan wlan0",
        "netlynx wifi stations wlan0 --json",
        "netlynx wifi connect wlan0 guests",
    ),
    "xfrm": ("netlynx xfrm states --destination 192.0.2.0/24", "netlynx xfrm policies"),
    "wireguard": ("netlynx wireguard wg0 --show-keys",),
    "l2tp": ("netlynx l2tp", "netlynx l2tp --sessions"),
    "macsec": ("netlynx macsec", "netlynx macsec m0 --stats"),
    "tasks": ("netlynx tasks 1", "netlynx tasks --exits"),
    "drops": ("netlynx drops --reason NO_SOCKET", "netlynx drops --counts --duration 10", "netlynx drops --status"),
    "processes": ("netlynx processes exec nonzero-exit",),
    "crypto": ("netlynx crypto sha256",),
    "lookup": ("netlynx lookup 10.1.2.3 --table main",),
    "ethtool": ("netlynx ethtool", "netlynx ethtool eth0 features", "netlynx ethtool --dev eth0 features --json"),
    "monitor": (
        "netlynx monitor link route",
        "netlynx monitor flow --json",
        "netlynx monitor link route --to nats://hub.example --host web1",
    ),
    "uevents": ("netlynx uevents --subsystem net",),
    "sockets": (
        "netlynx sockets --listening --process",
        "netlynx sockets tcp 'info.rtt>=50000' --wide",
        "netlynx sockets tcp sport=8080 --kill --dry-run",
    ),
    "topology": (
        "netlynx topology",
        "netlynx topology --format svg",
        "netlynx topology --netns blue --unfold",
        "netlynx topology --serve 127.0.0.1:0",
    ),
    "exporter": (
        "netlynx exporter --listen 127.0.0.1:9969",
        "netlynx exporter --once --collect links --collect routes",
        "netlynx exporter --netns blue --netns red --without sockets",
        "netlynx exporter --otlp http://127.0.0.1:4318/v1/metrics --interval 30",
    ),
    "top": (
        "netlynx top",
        "netlynx top sockets --filter :443 --netns blue",
        "netlynx top links --once --sort drops",
        "netlynx top queues --lines --interval 5",
    ),
    "add": ("netlynx add link name=v0 kind=veth data.peer.name=v1", "netlynx add route destination=10.0.0.0/8 oif=lo"),
    "append": ("netlynx append route destination=10.0.0.0/8 oif=lo protocol=bgp",),
    "insert": ("netlynx insert nft-rule family=inet table=fw chain=input",),
    "replace": ("netlynx replace neighbour index=lo destination=192.0.2.2 address=02:00:00:00:00:02",),
    "change": ("netlynx change link name=lo flags=up mtu=1400",),
    "set": ("netlynx set mptcp-limits subflows=2",),
    "delete": ("netlynx delete link name=v0",),
    "destroy": ("netlynx destroy nft-table family=inet name=fw",),
    "flush": ("netlynx flush route table=100",),
    "batch": (
        "netlynx batch changes.jsonl",
        "netlynx batch --each 'replace route' routes.jsonl --netns blue",
    ),
    "impair": ("netlynx impair eth0 --delay 100ms --loss 1%", "netlynx impair eth0 --undo"),
    "send": ("netlynx send usersock hello --to 4242", "netlynx send 25 hello --wait 1"),
    "listen": ("netlynx listen usersock --port 4242",),
    "peer": ("netlynx peer --to 4242",),
    "protocols": ("netlynx protocols",),
    "ynl": ("netlynx ynl netdev --dump dev-get", "netlynx ynl netdev --list"),
    "trace": ("netlynx trace -- ip link show lo", "netlynx trace --json -- ip route", "netlynx trace --pid 4242"),
    "queue": ("netlynx queue 5 --drop",),
    "log": ("netlynx log 5 --count 10",),
    "hello": ("netlynx hello",),
    "completion": ("netlynx completion bash",),
    "capture": (
        "netlynx capture read netlink.pcap family=route kind=new",
        "netlynx capture read netlink.pcap dev=eth0 --lines",
        "netlynx capture write netlink.pcap --seconds 10",
    ),
    "netns": ("netlynx netns add blue", "netlynx netns exec blue ip link", "netlynx netns identify"),
    "altname": ("netlynx altname add v0 uplink-to-the-east", "netlynx altname list"),
    "audit": ("netlynx audit rules", "netlynx audit log --type SYSCALL"),
    "ovs": ("netlynx ovs flows dp0", "netlynx ovs ports dp0 --json"),
    "rdma": ("netlynx rdma links", "netlynx rdma qps rxe0 --json"),
    "devlink": ("netlynx devlink port", "netlynx devlink health pci/0000:03:00.0 --json"),
    "bridge": ("netlynx bridge vlan --statistics", "netlynx bridge mdb --bridge br0"),
    "ipset": ("netlynx ipset list --entries", "netlynx ipset save blocked"),
    "nft": ("netlynx nft list", "netlynx nft list table inet fw", "netlynx nft monitor"),
    "tc": ("netlynx tc save",),
    "family": (
        "netlynx family netdev dump queue-get index=eth0",
        "netlynx family netdev listen mgmt",
        "netlynx family generate netdev --out netdev",
    ),
    "fleet": (
        "netlynx fleet hosts --from nats://nats.example",
        "netlynx fleet events --host db1 --kind route --since 10m",
        """netlynx fleet sql "select host, count(*) from routes group by host\"""",
    ),
    "kernel": ("netlynx kernel serve hello.py --at hello.sock",),
    "module": ("netlynx module new hello --protocol 25",),
    "vm": ("netlynx vm run uname -a",),
}

STATUS = (
    ("0", "What was asked for was done. That a reader went away, as head(1) does, is no error."),
    ("1", "The kernel, or this machine, refused it; one line on standard error says what and why."),
    ("2", "The command was used in a wrong way; one line on standard error says how, and nothing was done."),
    ("130", "It was interrupted (Ctrl-C) before it was done."),
)
ENVIRONMENT = (
    ("NETLYNX_KERNEL", "The kernel to talk to where --kernel does not say: host, FILE.py or unix:PATH."),
    ("NETLYNX_SPECS", "Folders with kernel specs, with colons between them, for netlynx-ynl(1)."),
    ("NETLYNX_DEBUG", "Where it is set, to anything but 0, messages that go or come are told on standard error."),
    ("NO_COLOR", "Where it is set, nothing is coloured."),
    ("COLUMNS", "The columns of the terminal, where they are not those that the terminal tells."),
)
FILES = (
    ("/run/netns", "Network namespaces with names, as ip-netns(8) makes them."),
    ("/etc/iproute2/rt_tables, rt_tables.d", "Names of routing tables; also below /usr/share/iproute2."),
)
TABLES = (
    "On a terminal a table is as wide as that. Where it has more, columns that tell least are left out, and a line on "
    "standard error names them; a cell that is much longer than others stands below its row, behind the title of its "
    "column. --wide prints all columns, each row in one line. Where no terminal is, every table is printed so."
)
ABOUT = (
    "netlynx lists and changes what the Linux kernel tells and takes over netlink: links, addresses, routes and all "
    "else of networking, and much beside it. Each command has a page of its own.",
    "Listings print a table, with --json one JSON array, with --lines a JSON object a line. They take the name of an "
    "interface in its place or as --dev NAME, and --netns names the network namespace to ask in. To list takes no "
    "privilege, but for a few commands whose pages say so; changes want CAP_NET_ADMIN.",
    TABLES,
)
