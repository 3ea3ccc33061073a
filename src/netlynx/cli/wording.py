"""What errors say to somebody who typed a command: nothing of functions, fields and classes of Python.

The words of the kernel, and values that were given, stay as they are. All else is ours, and is put as the command line
has it: what was asked as it was typed, fields as lines of a batch have them, other commands in the place of functions.
"""

from __future__ import annotations

import re
import sys

from netlynx.cli.operations import KINDS
from netlynx.errors import DecodeError, DumpInterrupted, EncodeError, NetlinkError, NetlynxError

_TYPED = 72  # characters of what was typed that an error repeats
_OPERATION = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+\(.*?\)(?:\(.*?\))?(?=: )", re.DOTALL)

# What functions are called here.
_COMMANDS = {
    "links": "`netlynx links`",
    "link": "`netlynx links NAME`",
    "addresses": "`netlynx addresses`",
    "routes": "`netlynx routes`",
    "neighbours": "`netlynx neighbours`",
    "rules": "`netlynx rules`",
    "nexthops": "`netlynx nexthops`",
    "fdb": "`netlynx fdb`",
    "namespace_ids": "`netlynx nsids`",
    "address_labels": "`netlynx address-labels`",
    "neighbour_tables": "`netlynx neighbour-tables`",
    "stats": "`netlynx stats`",
    "interface_stats": "`netlynx stats NAME`",
    "netconfs": "`netlynx netconf`",
    "netconf": "`netlynx netconf`",
    "nexthop_buckets": "`netlynx nexthop-buckets`",
    "multicast_routes": "`netlynx multicast-routes`",
    "multicast_tables": "`netlynx multicast-tables`",
    "can_gateways": "`netlynx can-gateways`",
    "mctp_addresses": "`netlynx mctp-addresses`",
    "mctp_routes": "`netlynx mctp-routes`",
    "mctp_neighbours": "`netlynx mctp-neighbours`",
    "phonet_addresses": "`netlynx phonet-addresses`",
    "phonet_routes": "`netlynx phonet-routes`",
    "address_label": "`netlynx address-labels ADDRESS`",
    "port_vlans": "`netlynx bridge vlan`",
    "vlan_options": "`netlynx bridge vlan --global`",
    "mdb": "`netlynx bridge mdb`",
    "mdb_routers": "`netlynx bridge mdb --routers`",
    "vnis": "`netlynx bridge vni`",
    "mst_states": "`netlynx bridge mst`",
    "families": "`netlynx families`",
    "algorithms": "`netlynx crypto`",
    "algorithm": "`netlynx crypto --driver`",
    "flows": "`netlynx conntrack`",
    "expectations": "`netlynx conntrack --expectations`",
    "statistics": "`netlynx conntrack --statistics`",
    "services": "`netlynx ipvs`",
    "daemons": "`netlynx ipvs --daemons`",
    "qdiscs": "`netlynx qdiscs`",
    "qdisc": "`netlynx qdiscs`",
    "classes": "`netlynx classes NAME`",
    "filters": "`netlynx filters NAME`",
    "filter_": "`netlynx filters NAME`",
    "chains": "`netlynx chains NAME`",
    "actions": "`netlynx actions`",
    "action": "`netlynx actions`",
    "impair": "`netlynx impair`",
    "unimpair": "`netlynx impair --undo`",
    "setup": "`netlynx tc save`",
    "class_": "`netlynx classes NAME`",
    "add_alternative_names": "`altname add`",
    "delete_alternative_names": "`altname delete`",
    "set_bridge_port": "slave_data",
}
# Whole sentences that have no other words here.
_SENTENCES = {
    "The socket stays usable; read faster, or raise `receive_buffer`": (
        "What comes is heard further on; `sysctl net.core.rmem_default` says how much a queue holds"
    ),
    "ipset.set_(name) tells both": "`netlynx ipset list` tells both",
    "Raise `send_buffer`": "`sysctl net.core.wmem_default` says how much it holds",
    "With port=0 the kernel chooses a free one": "Without --port the kernel chooses a free one",
    ": vf=False leaves them out": "",
    "netlynx.tun makes them, by /dev/net/tun: tun.open(name), or tun.create(name) for one that stays": (
        "`ip tuntap add` makes them, by /dev/net/tun"
    ),
    "Open it with multi_queue=True": "It has one queue, which is taken",
    "a connection without netns= is in it": "without --netns, commands are in it",
    "Subscribe in each namespace: connect(netns=…)": "Listen in each namespace, with --netns",
    "Make it with kernel.namespace(name), or pass an opened one of this host (netns.open)": (
        "The program that serves the kernel makes them"
    ),
    "connect(netns=...) to the one they are in": "--netns names the one they are in",
    "connect(netns=…) to that one instead": "name that one with --netns",
    " (route.flush removes all that it lists, in the right order)": "",
    "route.change(Link(index=…, af_spec=AfSpec(inet=ipv4_settings(promote_secondaries=1))))": (
        "`sysctl net.ipv4.conf.NAME.promote_secondaries=1`"
    ),
    "connect to that namespace instead (netns=…)": "name that namespace with --netns",
    "by path, as netns.Pid or netns.Fd, or opened": "by its path, or by a process in it",
}
_KINDS = {record: kind for kind, record in KINDS.items()}
_ALL = re.compile(
    "|".join(
        (
            r"'(?:[^'\\]|\\.)*'",  # a value, as it is
            *(f"(?P<sentence{at}>{re.escape(each)})" for at, each in enumerate(_SENTENCES)),
            r"\broute\.(?P<verb>add|append|replace|change|delete|ensure)\b(?:\((?P<kind>\w*)\))?",
            r"\b(?:conntrack|mptcp|tc|tcp_metrics)\.(?P<other>add|replace|change|delete)\b(?:\(\w*\))?",
            r"\bnftables\.(?P<asked>[a-z_]+)\((?P<object>[A-Z]\w*)\)(?:\.(?P<within>[a-z_]\w*))?",
            r"\bnftables\.(?P<change>delete|flush)\((?:nftables\.)?(?P<thing>[A-Z]\w*)"
            r"(?:\(…(?:, (?P<having>\w+)=\[…\])?\))?\)",
            r"\btc\.flush\(tc\.(?P<flushed>\w+)s\(…\)\)",
            r"\brdma\.(?P<remote>\w+)\(\)",  # where commands are called as functions are
            r"\b[a-z_]+\.(?P<function>\w+)\((?:…|\.\.\.)?\)",
            rf"\b(?:route|conntrack)\.(?P<plain>{'|'.join(_COMMANDS)})\b(?!\()",
            r"\b[a-z_]+\.[a-z_]\w*\((?P<parameter>[a-z_]\w*)\)",
            r"is netns\.Pid\((?P<process>\d+)\) meant, a process in it, or netns\.Fd\(\d+\), an open file of it\?",
            r"\bFd\((?P<descriptor>\d+)\)",
            r"\b(?P<keyword>[a-z_]+)=(?=[\"'])",
            r"\b(?:route|conntrack)\.(?P<rest>[a-z_]+)\b(?!\()",
            r"\broute\.(?P<group>[A-Z][A-Z_]+)\b",
            r"\b[A-Z]\w*[a-z]\w*(?P<path>(?:\.[a-z_]\w*|\[\d+\])+)",
        )
    )
)


def words(error: BaseException, *, asked: bool = True) -> str:
    """The error in words. Without `asked`, its reader knows of which operation it is told."""
    if isinstance(error, OSError) and not isinstance(error, NetlynxError) and error.strerror:
        return error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"
    if isinstance(error, DumpInterrupted):
        return f"{typed()}: the table changed during the dump; what was read may lack or repeat entries: ask again"
    if isinstance(error, NetlinkError):
        return _of_kernel(error, asked)
    if isinstance(error, EncodeError):
        return refused(error.message, error.path)
    text = str(error) or type(error).__name__
    operation = _OPERATION.match(text)
    if operation is None:
        return text if isinstance(error, DecodeError) else translated(text)
    return f"{typed()}{translated(text[operation.end() :])}" if asked else translated(text[operation.end() + 2 :])


def _of_kernel(error: NetlinkError, asked: bool) -> str:
    """What the kernel says stays; where in what was sent, and what to do about it, is said as here."""
    is_operation = _OPERATION.match(f"{error.asked}: ") is not None
    return str(
        NetlinkError(
            error.errno or 0,
            error.message,
            asked=(typed() if asked else "") if is_operation else _place(error.asked),
            attribute=translated(error.attribute),
            missing=translated(error.missing),
            policy=error.policy,
            hint=translated(error.hint),
            symbol=error.symbol,
        )
    )


def refused(message: str, path: str) -> str:
    """Why a value is refused, behind its place."""
    place = translated(path)
    place = "" if re.fullmatch(r"[A-Z]\w*[a-z]\w*", place) else place  # a record as a whole
    return f"{place}: {translated(message)}" if place else translated(message)


def translated(text: str) -> str:
    """Our own words, in which things of Python become what they are on the command line."""
    return _ALL.sub(_other, text)


def _other(found: re.Match[str]) -> str:
    said = found.groupdict()
    for at, other in enumerate(_SENTENCES.values()):
        if said[f"sentence{at}"]:
            return other
    if said["asked"]:
        kind = _KINDS.get(f"nftables.{said['object']}", said["object"].lower())
        return " ".join(filter(None, (said["asked"], kind, said["within"])))
    if said["verb"] or said["other"]:
        kind = said["kind"] or ""
        return " ".join(filter(None, (said["verb"] or said["other"], _KINDS.get(kind, kind.lower()))))
    if said["change"]:
        having = f" with {said['having']}" if said["having"] else ""
        return f"{said['change']} {said['thing'].lower()}{having}"
    if said["flushed"]:
        return f"`netlynx flush {said['flushed']}`"
    if said["remote"]:
        return f"`netlynx rdma {said['remote']}`"
    if name := said["function"] or said["plain"] or said["rest"]:
        return _COMMANDS.get(name, name.replace("_", " "))
    if said["descriptor"]:
        return f"descriptor {said['descriptor']}"
    if said["process"]:
        return f"for process {said['process']}, give it as pid"
    if said["keyword"]:
        return f"{'--' if said['keyword'] == 'netns' else ''}{said['keyword']} "
    if said["group"]:
        return said["group"].lower().replace("_", " ")
    if said["parameter"]:
        return said["parameter"]
    return said["path"].lstrip(".") if said["path"] else found[0]


def typed() -> str:
    """The command as it was typed, up to its options."""
    line: list[str] = []
    for word in sys.argv[1:]:
        if not word.startswith("-"):
            line.append(word)
        elif line:
            break
    for before, word in zip(sys.argv, sys.argv[1:], strict=False):
        if before == "--dev":
            line += (before, word)  # which says as much as NAME in its place
    text = " ".join(line)
    return text if len(text) <= _TYPED else f"{text[:_TYPED]}…"


def _place(asked: str) -> str:
    """What was asked, where it is no operation: an option, as it was typed, or words of ours."""
    if asked.startswith("--"):
        return asked
    said = translated(asked)
    return _spelt_out(said) if said.startswith("join ") else said


def _spelt_out(joined: str) -> str:
    """What is joined, without the dots and capitals of a name in Python: ``join selinux events``."""
    return joined.replace(".", " ").replace("_", " ").lower()
