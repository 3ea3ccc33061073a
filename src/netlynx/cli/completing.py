"""What values options and arguments take, for completion: the table that `make outlines` writes from the commands.

What a value is follows from the option's name, or from what stands for it in help; `NOTHING` has those of which nobody
can know which there are. The words themselves come from where they are declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any  # of the command-line library

from netlynx.cli.commands import paragraphs

# A source of `netlynx.cli.completion`; behind a colon, words. `*` goes on for all that follow.
SERVER = "words:nats://127.0.0.1:4222"
OPTIONS = {
    "--dev": "interface",
    "--bridge": "interface",
    "--iif": "interface",
    "--master": "interface",
    "--netns": "netns",
    "--kernel": "kernel",
    "--format": "words:table,json,lines,arrow,parquet,csv",
    "--spec": "files",
    "--at": "files",
    "--out": "files",
    "--policy": "files",
    "--history": "files",
    "--parquet": "files",
    "--spool": "files",
    "--credentials": "files",
    "--tls-ca": "files",
    "--tls-cert": "files",
    "--tls-key": "files",
    "--stream": "",
    "--host": "",
    "--from": SERVER,
}
PLACES = {"NAME": "interface", "NAMESPACE": "netns", "SET": "set", "FILE": "files", "FILE.py": "files", "DIR": "files"}
# What stands for values that nobody can list.
NOTHING = (
    *("ADDRESS", "ID", "HANDLE", "NUMBER", "PORT", "PORT|FROM-TO", "MARK", "MARK/MASK", "MARK[/MASK]", "ZONE", "TOS"),
    *("DEVICE", "REPORTER", "REGION", "COUNT", "PREFIX", "MIB"),
    *(
        "N",
        "MIB",
        "DRIVER",
        "PAGE",
        "BANK",
        "SECONDS",
        "TIME",
        "SHARE",
        "RATE",
        "PACKETS",
        "GROUP",
        "TEXT",
        "OPERATION",
    ),
    *(
        "VALUES",
        "BYTES",
        "MHZ",
        "KEY",
        "KEY=VALUE",
        "RULE",
        "MODE",
        "PID",
        "ALTNAME",
        "ID|auto",
        "COMMAND",
        "COMMAND...",
        "'VERB KIND'",
    ),
)


def exceptions() -> dict[tuple[str, str], str]:
    """What values are of a command's options and arguments, where their names do not tell."""
    from netlynx.cli import data_center, ethtool, watched
    from netlynx.cli.kinds import verbs_of
    from netlynx.cli.operations import KINDS, VERBS, declared
    from netlynx.cli.top.panes import PANES
    from netlynx.diag import SocketState
    from netlynx.metrics import COLLECTORS
    from netlynx.nl80211 import InterfaceType
    from netlynx.route import Link, RouteProtocol, RouteType
    from netlynx.schema.settle import kind_of
    from netlynx.wire.constants import NLM_F, PROTOCOLS
    from netlynx.ynl.finder import ROOMS

    for kind in KINDS:
        declared(kind)
    links = sorted(each for each in kind_of(Link, "data").choices or {} if isinstance(each, str))
    flags = sorted(name.removeprefix("NLM_F_").lower() for name in NLM_F.__c_names__)
    protocols = [each.name for each in PROTOCOLS.values() if each.name]
    writing = {}
    for verb in VERBS:
        writing[verb, "KIND"] = words(kind for kind in KINDS if verb in verbs_of(kind))
        writing[verb, "FIELD=VALUE"] = f"*field:{verb}"
    return {
        **writing,
        ("links", "--kind"): words(links),
        ("links", "--master"): "interface:none",
        ("routes", "--table"): "table",
        ("routes", "--type"): words(RouteType._label(each.name) for each in RouteType),
        ("routes", "--protocol"): words(RouteProtocol._label(each.name) for each in RouteProtocol),
        ("routes", "--ip-proto"): "words:icmp,tcp,udp,icmpv6",
        ("lookup", "--table"): "table",
        ("lookup", "--scope"): "words:global,link,host",
        ("multicast-routes", "--table"): "",
        ("actions", "KIND"): words(sorted(_kinds_of_actions())),
        ("stats", "--sets"): "words:link,xstats,xstats-slave,offload,afstats",
        ("stats", "--offload"): "words:cpu-hit,hw-stats-info,l3-stats",
        ("dcb", "--object"): words(data_center.OBJECTS),
        ("families", "NAME"): "family",
        ("family NAME", "NAME"): "family",
        ("family NAME", "do|dump|listen OPERATION FIELD=VALUE"): "*operation:do,dump,listen",
        ("family NAME", "--flag"): "words:create,excl,replace,append",
        ("family generate", "--called"): "",
        ("family generate", "SOURCE"): words(name.replace("_", "-") for name in ROOMS),
        ("policy", "FAMILY"): "family",
        ("conntrack", "--protocol"): "words:tcp,udp,icmp,icmpv6,sctp,dccp,gre,udplite",
        ("conntrack", "--status"): "words:expected,seen_reply,assured,confirmed,src_nat,dst_nat,dying,offload",
        ("conntrack-timeouts", "NAME"): "",
        ("ipset rename", "NAME"): "",
        ("conntrack-timeouts", "--default"): "words:tcp,udp,icmp,icmpv6,sctp,dccp,gre,udplite,generic",
        ("accounting", "NAME"): "",
        ("hooks", "--family"): "words:ipv4,ipv6,arp,netdev,bridge",
        ("hooks", "--hook"): "words:prerouting,input,forward,output,postrouting,ingress,egress",
        ("sql", "STATEMENT"): "words:.tables,.schema",
        ("drops", "--reason"): (
            "words:NO_SOCKET,NETFILTER_DROP,OTHERHOST,SOCKET_FILTER,SOCKET_RCVBUFF,IP_RPFILTER,IP_INNOROUTES,"
            "IP_OUTNOROUTES,IP_CSUM,TCP_CSUM,UDP_CSUM,TC_INGRESS,TC_EGRESS,XDP,QDISC_DROP,NEIGH_FAILED,NOT_SPECIFIED"
        ),
        ("processes", "KIND"): "*words:fork,exec,uid,gid,sid,ptrace,comm,coredump,exit,nonzero-exit",
        ("crypto", "NAME"): "",
        ("ethtool", "WHAT"): f"*{words(ethtool._SUBJECTS)}",
        ("monitor", "OBJECT"): f"*{words(watched.OBJECTS)}",
        ("monitor", "--to"): SERVER,
        ("fleet events", "--kind"): words(watched.OBJECTS),
        ("fleet events", "--namespace"): "",
        ("fleet events", "--room"): "",
        ("fleet sql", "STATEMENT"): "words:.tables,.schema",
        ("uevents", "--subsystem"): "words:net,block,usb,pci,tty,input",
        ("uevents", "--action"): "words:add,remove,change,move,online,offline,bind,unbind",
        (
            "sockets",
            "KIND|CONDITION",
        ): "*words:tcp,mptcp,udp,udplite,raw,sctp,dccp,inet,unix,packet,netlink,vsock,xdp,tipc,smc",
        ("sockets", "--state"): words(SocketState._label(each.name) for each in SocketState),
        ("sockets", "--netns"): "netns:all",
        ("impair", "--distribution"): "words:normal,pareto,paretonormal,experimental",
        ("send", "PROTOCOL"): words(protocols),
        ("send", "--flags"): words(flags),
        ("send", "--type"): "",
        ("listen", "PROTOCOL"): words(protocols),
        ("ynl", "FAMILY"): words(name.replace("_", "-") for name in ROOMS),
        ("ynl", "--flag"): "words:create,excl,replace,append",
        ("hello", "--on"): "words:all",
        ("top", "PANE"): words(PANES),
        ("top", "--sort"): words(column.name for pane in PANES.values() for column in pane.columns),
        ("top", "--filter"): "",
        ("topology", "--serve"): "words:127.0.0.1:0",
        ("exporter", "--listen"): "words:127.0.0.1:9969",
        ("exporter", "--collect"): words(COLLECTORS),
        ("exporter", "--without"): words(COLLECTORS),
        ("exporter", "--otlp"): "words:http://127.0.0.1:4318/v1/metrics",
        ("trace", "--pcap"): "files",
        ("devlink flash", "--component"): "",
        **{(f"ovs {name}", "DATAPATH"): "interface" for name in ("ports", "flows", "meters")},
        ("ovs meters", "METER"): "",
        ("devlink flash", "--overwrite"): "words:settings,identifiers",
        ("devlink reload", "--action"): "words:driver-reinit,fw-activate",
        ("devlink reload", "--limit"): "words:no-reset",
        ("devlink reload", "--to"): "netns",
        ("rdma countables", "--count"): "",
        ("rdma bind", "QP"): "",
        ("rdma unbind", "QP"): "",
        ("rdma unbind", "COUNTER"): "",
        ("xfrm states", "--protocol"): "words:esp,ah,comp,hao,route2",
        ("wifi wiphys", "RADIO"): "",
        ("wifi scan", "--ssid"): "",
        ("wifi country", "COUNTRY"): "",
        ("wifi connect", "SSID"): "",
        ("wifi add-interface", "--radio"): "interface",
        ("wifi add-interface", "--type"): words(each._label(each.name) for each in InterfaceType if each),
        ("wifi power-save", "STATE"): "words:on,off",
        ("completion", "SHELL"): "words:bash,zsh,fish",
        ("audit log", "--type"): "words:SYSCALL,EXECVE,PATH,CWD,USER_AUTH,USER_LOGIN,AVC,CONFIG_CHANGE",
        ("nft list", "WHAT"): "*ruleset:ruleset,tables,table,chain,set,map,flowtable,counter,quota,limit,synproxy",
        ("module new", "NAME"): "",
        ("module new", "--family"): "files",
        ("module new", "--protocol"): "",
    }


def words(names: Any) -> str:
    """A source of words."""
    return f"words:{','.join(dict.fromkeys(names))}"


def _kinds_of_actions() -> Iterator[str]:
    from netlynx import tc
    from netlynx.schema.settle import kind_of

    return (each for each in kind_of(tc.Action, "data").choices or {} if isinstance(each, str))


def source_of(command: str, name: str, help: str, known: dict[tuple[str, str], str]) -> str | None:
    """The source of a value; `name` is the option, or what stands for an argument. None where nothing tells."""
    if (command, name) in known:
        return known[command, name]
    if name == "--family":
        return words(re.findall(r"\b(inet6?|mpls|bridge|ipv[46]|arp|netdev)\b", help))
    return OPTIONS.get(name, PLACES.get(name))


def commands(group: Any, *before: str) -> Iterator[tuple[str, Any]]:
    """Every command, and every group of them."""
    yield " ".join(before), group
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *before, name)
        else:
            yield " ".join((*before, name)), command


def values(name: str, command: Any, known: dict[tuple[str, str], str]) -> Iterator[tuple[Any, str | None]]:
    """Each parameter of a command, with the source of its values; an empty one for a flag and for what nobody lists."""
    for each in command.params:
        if each.param_type_name == "argument":
            called = (each.metavar or each.name.upper()).replace("…", "").strip("[]")
            found = source_of(name, called, each.help or "", known)
        elif each.is_flag:
            found = ""
            called = each.opts[0]
        else:
            called = each.metavar or each.name.upper()
            found = source_of(name, each.opts[0], each.help or "", known)
        yield each, "" if found is None and called in NOTHING else found


def module() -> str:
    """The text of `netlynx.cli.outlines.words`."""
    from typer.main import get_command

    from netlynx.cli.app import app

    known = exceptions()
    lines = [
        '"""What completion knows of commands; written by `make outlines` (netlynx.cli.completing)."""',
        "",
        "# fmt: off",
        "# For each command what it does, its options and arguments: what their values are, and what they are for.",
        "COMMANDS: dict[str, tuple[str, dict[str, tuple[str, str]], tuple[str, ...]]] = {",
    ]
    groups = {}
    for name, command in commands(get_command(app)):
        about = _first(command.help)
        options, places = {}, []
        for each, source in values(name, command, known):
            if each.param_type_name == "argument":
                places.append(source or "")
            else:
                takes = source or ("" if each.is_flag else "?")
                options[max(each.opts, key=len)] = (takes, _first(each.help))
        options["--help"] = ("", "Show this message and exit.")
        if hasattr(command, "commands"):
            groups[name] = (about, {option: help for option, (_, help) in options.items()})
        else:
            lines.append(f"    {name!r}: ({about!r}, {options!r}, {tuple(places)!r}),")
    lines.append("}")
    lines.append("GROUPS: dict[str, tuple[str, dict[str, str]]] = {")
    lines += (f"    {name!r}: {said!r}," for name, said in groups.items())
    return "\n".join([*lines, "}", ""])


def _first(text: str | None) -> str:
    """The first sentence, in ASCII, as a shell shows it beside a word."""
    said = next(iter(paragraphs(text or "")), "").replace("…", "...")
    return re.split(r"(?<=[^.])[.:;] ", said)[0].rstrip(".").encode("ascii", "ignore").decode()
