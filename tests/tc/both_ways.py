"""Commands of tc(8) beside the records that say the same: what each of them sends, and what a kernel makes of it.

A file in `tables/` is a table, of one kind or a few that are kin:

    CASES = [Case("qdisc add dev v0 root handle 1: tbf rate 1mbit burst 5kb latency 70ms", Qdisc(…)), …]
    APART = {"2.4": "the rate table"}   # what tc sends besides, or otherwise, by its place, and why it does not matter
    ZEROS = {"2.1": "all is said"}      # what netlynx sends besides, where it is nothing but zeros
    HEADS = {"2": 24}                   # bytes of a struct that stands before attributes, by the place of those
    REPLAYED = False                    # where tc's own messages are unlike what a kernel tells
    QUEUES = 4                          # how many a device has to have (1 unless it is said)
    def shown(record) -> dict: …        # what `tc -j -s -d` says of a record, made of the record's own JSON

`captured/NAME.txt` has what tc sent for each command (`capture.py` writes it), `captured/NAME.told` what a kernel told
of it (`hearing.py` does). Of places, numbers of attributes are
joined with dots; ``2.1[0:4]`` are bytes of an attribute, of which ``2.1[0:4]<16`` may be up to 16 more than tc's.
`test_both_ways.py` tries all of it.
"""

from __future__ import annotations

import json
import re
import struct
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from netlynx import tc
from netlynx.engine.operation import Do
from netlynx.tc.verbs import changes

HERE = Path(__file__).parent
DEVICE, INDEX = "v0", 10
"""The device of which a table's commands and records speak, and its index where they are captured."""

_NESTED, _TYPE = 0x8000, 0x3FFF
_HEADER, _SHORT = 20, 4  # of struct tcmsg, and of tcamsg
_OF_ACTIONS = (48, 49, 50)  # RTM_*ACTION
_CREATING = 0x0700  # NLM_F_REPLACE, EXCL and CREATE


@dataclass(frozen=True)
class Case:
    """A command of tc less its first word, and the record that says the same to the verb that the command has.

    `apart` is of this one alone as the table's is of all. `before` are commands that have to be carried out on a kernel
    first. `listing` is what lists it there (the objects of that kind of the device, unless told), `read` the same of
    netlynx, `at_root` looks at the qdisc at the root alone. `only_sent` says why no kernel is asked, `not_told` what is
    missing in what one tells.
    """

    words: str
    record: Any
    before: Sequence[str] = ()
    listing: str = ""
    read: Callable[[int], Any] | None = None
    at_root: bool = False
    only_sent: str = ""
    not_told: str = ""
    apart: Mapping[str, str] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """What is changed: a qdisc, say."""
        return self.words.split()[0]

    def operation(self, index: int = INDEX) -> Do[None]:
        """What netlynx makes of it, on a device of this index (0: of no device)."""
        verb: Any = getattr(tc, self.words.split()[1])
        record = self.record.replace(index=index) if getattr(self.record, "index", 0) == INDEX else self.record
        made: Do[None] = verb(record)
        return made


def qdisc(words: str, data: Any = None, **more: Any) -> Case:
    """A qdisc at the root, 1:, of the kind and with the options that the words say."""
    made = tc.Qdisc(index=INDEX, handle="1:", kind=words.split()[0], data=data)
    return Case(f"qdisc add dev {DEVICE} root handle 1: {words}", made, **more)


Places = tuple[Mapping[str, str], Mapping[str, str], Mapping[str, int]]
"""What a table says of those: `apart`, `zeros`, `heads`."""


def at_root(words: str, data: Any = None, **more: Any) -> Case:
    """The same of a qdisc that has others in it from the start, which are not looked at."""
    return qdisc(words, data, read=lambda index: tc.qdiscs(index=index).where(parent="root"), at_root=True, **more)


@dataclass(frozen=True)
class Table:
    """A file of `tables/`."""

    name: str
    cases: Sequence[Case]
    apart: Mapping[str, str] = field(default_factory=dict)
    zeros: Mapping[str, str] = field(default_factory=dict)
    heads: Mapping[str, int] = field(default_factory=dict)
    queues: int = 1
    shown: Callable[[dict[str, Any]], Any] | None = None
    replayed: bool = True

    def places(self, case: Case) -> Places:
        """Where messages may differ in a case."""
        return {**self.apart, **case.apart}, self.zeros, self.heads


def table(name: str) -> Table:
    """One table."""
    module: Any = import_module(f"tc.tables.{name}")
    found = {key: getattr(module, key.upper(), {}) for key in ("apart", "zeros", "heads")}
    more = {key: getattr(module, key.upper(), value) for key, value in (("queues", 1), ("replayed", True))}
    return Table(name, module.CASES, **found, **more, shown=getattr(module, "shown", None))


def names() -> list[str]:
    """Of all tables."""
    return sorted(path.stem for path in (HERE / "tables").glob("[a-z]*.py"))


class Sent(NamedTuple):
    """A message: its type, its flags, and what follows."""

    type: int
    flags: int
    payload: bytes


def captured(name: str) -> dict[str, Sent]:
    """What tc sent for each command of a table."""
    made: dict[str, Sent] = {}
    words = ""
    for line in (HERE / "captured" / f"{name}.txt").read_text().splitlines():
        if line.startswith("  "):
            kind, flags, payload = line.split()
            made[words] = Sent(int(kind), int(flags, 16), bytes.fromhex(payload))
        else:
            words = line
    return made


def told(sent: Sent, heads: Mapping[str, int]) -> bytes:
    """A qdisc's message as a kernel would tell of it: used twice, with statistics, and no nest is marked as one."""
    counted = struct.pack("=HH16s", 20, 1, b"") + struct.pack("=HH20s", 24, 3, b"")  # TCA_STATS_BASIC, TCA_STATS_QUEUE
    made = sent.payload[:16] + struct.pack("=I", 2)
    for number, value in attributes(sent.payload[_HEADER:]):
        start = heads.get(str(number & _TYPE), 0)
        inner = value
        if start:
            inner = value[:start] + b"".join(_packed(each & _TYPE, of) for each, of in attributes(value[start:]))
        made += _packed(number, inner)
    return made + _packed(7, counted)  # TCA_STATS2


def _packed(number: int, value: bytes) -> bytes:
    return struct.pack("=HH", len(value) + 4, number) + value + bytes(-len(value) % 4)


def heard(name: str) -> dict[str, list[bytes]]:
    """What a kernel told of each case of a table, when that was listed; nothing where that was not heard."""
    path, found, words = HERE / "captured" / f"{name}.told", dict[str, list[bytes]](), ""
    for line in path.read_text().splitlines() if path.exists() else ():
        if line.startswith("  "):
            found[words].append(bytes.fromhex(line))
        else:
            words = line
            found[words] = []
    return found


def read_by_tc(name: str) -> dict[str, Any]:
    """What tc lists of its own messages of a table, or of those that a kernel told, by the command; nothing where that
    was not tried."""
    path = HERE / "captured" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


# -- bytes beside bytes --------------------------------------------------------------------------------------------


def difference(made: Do[Any], theirs: Sent, places: Places) -> list[str]:
    """Where our message is not tc's. NLA_F_NESTED and the order of attributes are of no account."""
    found = []
    if made.message_type != theirs.type:
        found.append(f"type {made.message_type}, and not {theirs.type}")
    if made.flags & _CREATING != theirs.flags & _CREATING:
        found.append(f"flags {made.flags & _CREATING:#x}, and not {theirs.flags & _CREATING:#x}")
    start = header_size(theirs.type)
    if made.payload[:start] != theirs.payload[:start]:
        found.append(f"header {made.payload[:start].hex()}, and not {theirs.payload[:start].hex()}")
    found += _unlike(made.payload[start:], theirs.payload[start:], "", places)
    return found


def header_size(kind: int) -> int:
    """Bytes of the fixed header of messages of a type."""
    return _SHORT if kind in _OF_ACTIONS else _HEADER


def without(sent: Sent, apart: Mapping[str, str], heads: Mapping[str, int]) -> bytes:
    """A message's payload less the attributes that `apart` names as a whole: so they are not kept."""
    payload, first = sent.payload, header_size(sent.type)

    def kept(data: bytes, place: str) -> bytes:
        start = heads.get(place, 0)
        made = data[:start]
        for number, value in attributes(data[start:]):
            here = f"{place}.{number & _TYPE}".lstrip(".")
            if here not in apart:
                deeper = any(each.startswith(f"{here}.") and "[" not in each for each in apart)
                inner = kept(value, here) if deeper else value
                made += _packed(number, inner)
        return made

    return payload[:first] + kept(payload[first:], "")


def attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Types, with their flags, and payloads."""
    at = 0
    while at + 4 <= len(data):
        length, number = struct.unpack_from("=HH", data, at)
        assert 4 <= length <= len(data) - at, f"an attribute of {length} bytes where {len(data) - at} are"
        yield number, data[at + 4 : at + length]
        at += length + 3 & ~3
    assert not data[at:], f"{data[at:].hex()} is behind the attributes"


def _unlike(ours: bytes, theirs: bytes, place: str, places: Places) -> list[str]:
    apart, zeros, heads = places
    sides: list[dict[int, list[tuple[bool, bytes]]]] = []
    start = heads.get(place, 0)
    found = [] if ours[:start] == theirs[:start] else _of_bytes(ours[:start], theirs[:start], place, apart)
    for data in (ours[start:], theirs[start:]):
        side: dict[int, list[tuple[bool, bytes]]] = {}
        for number, value in attributes(data):
            side.setdefault(number & _TYPE, []).append((bool(number & _NESTED), value))
        sides.append(side)
    for number in sorted(sides[0].keys() | sides[1].keys()):
        here = f"{place}.{number}".lstrip(".")
        mine, his = sides[0].get(number, []), sides[1].get(number, [])
        if here in apart:
            continue
        if here in zeros and not his and not any(any(value) for _, value in mine):
            continue
        if len(mine) != len(his):
            found.append(
                f"attribute {here} is there {len(mine)} times, and not {len(his)}: {[v.hex() for _, v in mine or his]}"
            )
            continue
        for (nested, one), (_, other) in zip(mine, his, strict=True):
            if one == other:
                continue
            found += _unlike(one, other, here, places) if nested else _of_bytes(one, other, here, apart)
    return found


def _of_bytes(ours: bytes, theirs: bytes, place: str, apart: Mapping[str, str]) -> list[str]:
    sides = [bytearray(ours), bytearray(theirs)]
    for key in apart:
        where, _, span = key.partition("[")
        if where == place and span:
            first, last, more = (int(each or 0) for each in re.split("[]:]", span.replace("<", "")))
            mine, his = (int.from_bytes(side[first:last], sys.byteorder) for side in sides)
            if not more or 0 <= mine - his < more:
                for side in sides:
                    side[first:last] = bytes(last - first)
    if sides[0] == sides[1]:
        return []
    return [f"{place}: {ours.hex()}, and not {theirs.hex()}"]


def understood(sent: Sent, case: Case, places: Places) -> list[str]:
    """What is lost of tc's message when it is read as a record, and sent again."""
    cls: Any = type(case.record)
    verbs = changes.registry[cls]
    record = (tc.ActionList if cls is tc.Action else cls).from_bytes(sent.payload)
    again = Do("", 0, verbs.new, sent.flags, record, record.to_bytes())
    return difference(again, sent._replace(type=verbs.new), places)


# -- what a kernel has ---------------------------------------------------------------------------------------------


AGES = ("installed", "last_used", "first_used")  # of actions, in seconds
_AGE = re.compile(rf'("(?:{"|".join(AGES)})":)\d+')
_HARDWARE = re.compile(r',"used_hw_stats":\[[^]]*\]')  # of actions that were listed by themselves before
_BARE = re.compile(r'"options":\{([^"{}]+?) *\}')  # of kinds that tc 6.1 knows in text alone
_SEVERAL = ("match", "success", "control_action")  # of keys of `u32`, of `police`
BEHIND = {"class": "qdisc show dev lo"}
"""What is asked behind a listing that tc 6.1 prints as text in any case: it prints an empty list."""


def listings(text: str) -> list[Any]:
    """What several commands of ``tc -j -batch`` printed, one behind the other: the JSON of each, or what its text says.

    Text ends where the JSON of the command begins that is behind it. What is text in the midst of JSON (tc 6.1 prints
    conditions, and some options, that way) is left as it is, up to the next listing. Ages are none: they move.
    """
    decoder, made, at = json.JSONDecoder(object_pairs_hook=repeated), [], 0
    text = _BARE.sub(r'"options":{"text":"\1"}', _HARDWARE.sub("", _AGE.sub(r"\g<1>0", text.strip())))
    while at < len(text):
        start = text.index("[", at)
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError:
            end = text.find("]\n[", start) + 1 or len(text)
            value = [{"text": text[start:end]}]
        words = text[at:start].strip()
        made.append(_classes(words) if words else value)
        at = end
    return made


def ageless(shown: Any) -> Any:
    """What was made of a record, less what `listings` leaves out."""
    if isinstance(shown, list):
        return [ageless(each) for each in shown]
    if isinstance(shown, dict):
        return {name: 0 if name in AGES else ageless(value) for name, value in shown.items() if name != "used_hw_stats"}
    return shown


def repeated(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, where what tc says of several things by one name is a list."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made and name in _SEVERAL:
            value = [*(made[name] if isinstance(made[name], list) else [made[name]]), value]
        made[name] = value
    return made


def _classes(text: str) -> list[dict[str, Any]]:
    """Classes as tc prints them: the words of the first line, and what is counted in those below."""
    made = []
    for block in re.split(r"\n(?=class )", text):
        first, *rest = block.splitlines()
        made.append({"words": first.split()[1:], "statistics": [line.split() for line in rest if line.strip()]})
    return made


def rate(number: int) -> str:
    """Bits a second as tc prints them: cut to a few digits. Source: tc_print_rate in iproute2's tc/tc_util.c."""
    unit = 0
    while number >= 1000 and unit < 4 and not (number % 1000 and number < 1_000_000):
        number, unit = number // 1000, unit + 1
    return f"{number}{' KMGT'[unit].strip()}bit"


def shown_class(record: dict[str, Any], words: Sequence[Any], *statistics: str) -> dict[str, Any]:
    """What ``tc -s -d class`` says of a class, of whose kind the words and further lines are, by the record's JSON."""
    place = ["root"] if record["parent"] == "root" else ["parent", record["parent"]]
    leaf = [] if record["leaf"] == "none" else ["leaf", record["leaf"]]
    basic, queue = record["statistics"]["basic"], record["statistics"]["queue"]
    counts = f"(dropped {queue['drops']}, overlimits {queue['overlimits']} requeues {queue['requeues']})"
    lines = [
        f"Sent {basic['bytes']} bytes {basic['packets']} pkt {counts}",
        f"backlog {queue['backlog']}b {queue['qlen']}p requeues {queue['requeues']}",
        *statistics,
    ]
    head = [record["kind"], record["handle"], *place, *leaf, *words]
    return {"words": head, "statistics": [line.split() for line in lines]}


class Near:
    """A number that tc cuts or rounds before it prints it: in what it says, with a unit of size or not, so far off."""

    def __init__(self, number: float, off: float) -> None:
        self.number, self.off = number, off

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            found = re.match(r"([0-9.]+)([KMG]?)b", other)
            other = float(found[1]) * 1024 ** " KMG".index(found[2] or " ") if found else None
        return isinstance(other, int | float) and abs(other - self.number) <= self.off

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{self.number} ± {self.off}"


def near(number: float) -> Near:
    """A fraction, of which tc prints six digits."""
    return Near(number, abs(number) * 1e-5)


def micro(seconds: float) -> int:
    """Whole microseconds."""
    return round(seconds * 1e6)


def options_of(
    data: Mapping[str, Any], times: Sequence[str] = (), rates: Sequence[str] = (), **renamed: str
) -> dict[str, Any]:
    """Options as tc has them: times in microseconds, rates in bytes, names of its own, flags only where they are so."""
    made: dict[str, Any] = {}
    for name, value in data.items():
        said = micro(value) if name in times else value // 8 if name in rates else value
        if said is not False:
            made[renamed.get(name, name)] = said
    return made


COUNTED = {
    "choke": "early pdrop other marked matched",
    "codel": ("maxpacket count lastcount ldelay=delay*1000000 drop_next drop_overlimit ecn_mark dropping? ce_mark?"),
    "fq": (
        "flows inactive=inactive_flows next_packet_delay?=time_next_delayed_flow gc=gc_flows "
        "highprio=highprio_packets retrans?=tcp_retrans throttled=throttled|throttled_flows "
        "latency?=unthrottle_latency*1000000000 ce_mark? flows_plimit? pkts_too_long? "
        "alloc_errors?=allocation_errors horizon_drops? horizon_caps?"
    ),
    "fq_codel": (
        "maxpacket drop_overlimit new_flow_count ecn_mark ce_mark? memory_used?=memory_usage "
        "drop_overmemory? new_flows_len old_flows_len"
    ),
    "fq_pie": (
        "pkts_in=packets_in overlimit overmemory dropped ecn_mark new_flow_count new_flows_len "
        "old_flows_len memory_used=memory_usage"
    ),
    "hhf": "drop_overlimit hh_overlimit tot_hh=hh_tot_count cur_hh=hh_cur_count",
    "pie": (
        "delay=delay*1000000 avg_dq_rate@rate_estimating=rate pkts_in=packets_in overlimit dropped maxq ecn_mark"
        " prob=probability/64"
    ),
    "red": "early pdrop other marked",
    "sfb": "earlydrop penaltydrop bucketdrop queuedrop childdrop marked maxqlen maxprob avgprob",
}
"""What tc lists of what a kind counts, by the names of ours: NAME=OURS where they differ. With ``?`` it is left out
where it is 0, with ``@OURS`` where that is 0; ``*1000000`` is times as many, ``/64`` a share of all that so many bits
hold, ``|`` the first that is not 0.
"""


def counted(kind: str, app: Mapping[str, Any]) -> dict[str, Any]:
    """What tc lists of what a qdisc has counted of its own."""
    made: dict[str, Any] = {}
    for word in COUNTED.get(kind, "").split():
        name, _, place = word.partition("=")
        said, _, condition = name.rstrip("?").partition("@")
        fields, sign, number = re.fullmatch(r"([a-z0-9_|]+)([*/]?)(\d*)", place or said).groups()  # type: ignore[union-attr]
        value = next((app[each] for each in fields.split("|") if app[each]), 0)
        if sign == "*":
            value = round(value * int(number))
        elif sign == "/":
            value = near(value / ((1 << int(number)) - 1))
        if name.endswith("?") and isinstance(value, int):
            value = max(value, 0)
        if (value or not name.endswith("?")) and (not condition or app[condition]):
            made[said] = value
    return made


def shown_qdisc(record: dict[str, Any], options: Mapping[str, Any] | None) -> dict[str, Any]:
    """What ``tc -j -s -d qdisc`` says of a qdisc, of whose kind the `options` are, from the record's own JSON."""
    made: dict[str, Any] = {"kind": record["kind"], "handle": record["handle"]}
    if record["parent"] == "root":
        made["root"] = True
    else:
        made["parent"] = record["parent"]
    if record.get("references", 0) not in (0, 1):
        made["refcnt"] = record["references"]
    made["options"] = dict(options or {})
    statistics = record["statistics"]
    made |= {"bytes": statistics["basic"]["bytes"], "packets": statistics["basic"]["packets"]}
    queue = statistics["queue"]
    made |= {key: queue[key] for key in ("drops", "overlimits", "requeues", "backlog", "qlen")}
    if "app" in statistics:
        made |= counted(record["kind"], statistics["app"])
    return made
