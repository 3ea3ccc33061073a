"""What one way of reading says, all say: the same messages as records, JSON, a number, columns, and filtered.

`check` holds for any payloads of a record; `python -m fuzz.ways` makes strange ones for every declared record, for as
long as it is told (`make ways`).
"""

from __future__ import annotations

import argparse
import itertools
import struct
import sys
import time
from ipaddress import ip_address, ip_network
from random import Random
from typing import Any

from netlynx.codec import _codec
from netlynx.errors import DecodeError, EncodeError
from netlynx.schema import Layout, Record
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Code, Option
from netlynx.schema.record import replace_fields
from netlynx.schema.tags import tags_of

from .strange import Strange

TYPE, SEQUENCE, PORT = 24, 1, 1
HEADER = struct.Struct("=IHHII")


def in_messages(payloads: list[bytes]) -> bytes:
    """The datagram of these payloads."""
    heads = (HEADER.pack(HEADER.size + len(each), TYPE, 2, SEQUENCE, PORT) for each in payloads)
    return b"".join(head + each + bytes(-len(each) & 3) for head, each in zip(heads, payloads, strict=True))


def check(cls: Any, payloads: list[bytes], random: Random, rows: Any = None) -> None:
    """Raise AssertionError where the ways of reading these payloads do not agree.

    `rows` is a function from a sink of columns and records to complaints about what is in its columns.
    """
    plan = plan_of(cls)
    sound: list[bytes] = []
    found: list[Any] = []
    for payload in payloads:
        try:
            found.append(_codec.decode(plan, payload))
        except DecodeError:
            for sink in (_codec.Records(plan), _codec.Columns(plan), _codec.Json(plan)):
                _read(sink, sound)
            outcomes = [_outcome(sink, [*sound, payload]) for sink in _sinks(plan)]
            assert outcomes.count(outcomes[0]) == len(outcomes), (cls, payload.hex(), outcomes)
            continue
        sound.append(payload)
    _agree(cls, plan, sound, found, None, rows)
    for _ in range(4 if found else 0):
        wanted = condition(random.choice(found), random)
        try:
            conditions = _codec.Filter(plan, tuple(wanted.items()))
        except EncodeError as error:
            if not _cannot_be_given(error) and not any(_kind(cls, name).code is Code.HOOK for name in wanted):
                raise AssertionError(cls, wanted, str(error)) from error
            continue
        kept = [each for each in found if fits_all(each, wanted)]
        _agree(cls, plan, sound, kept, conditions, rows, wanted)


def _sinks(plan: Any, conditions: Any = None) -> list[Any]:
    return [kind(plan, conditions) for kind in (_codec.Records, _codec.Columns, _codec.Json)]


def _read(sink: Any, payloads: list[bytes]) -> Any:
    data = in_messages(payloads)
    assert sink.read(data, 0, len(data), TYPE, SEQUENCE, PORT)[0] == len(data)
    return sink


def _outcome(sink: Any, payloads: list[bytes]) -> tuple[str, int, str]:
    try:
        _read(sink, payloads)
    except DecodeError as error:
        return error.message, error.offset, error.path
    return "", 0, ""


def _agree(
    cls: Any, plan: Any, payloads: list[bytes], wanted: list[Any], conditions: Any, rows: Any, said: Any = None
) -> None:
    about = (cls, said, [each.hex() for each in payloads])
    records, columns, json = (_read(sink, payloads) for sink in _sinks(plan, conditions))
    assert records.records == wanted, (*about, records.records, wanted)
    problems = [repr(each) for each in wanted]  # notes are not compared
    assert [repr(each) for each in records.records] == problems, about
    counter = _read(_codec.Counter(conditions), payloads)
    assert counter.count == json.count == len(wanted), (*about, counter.count, json.count, len(wanted))
    separate = _codec.Json(plan, conditions, b"\n")
    assert bytes(memoryview(_read(separate, payloads).take())) == _codec.to_json_lines(wanted, b"\n"), about
    if rows is None:
        columns.finish()
        return
    complaints = rows(columns, wanted)
    assert not complaints, (*about, complaints)


# ---------------------------------------------------------------------------------------------- conditions


def condition(record: Any, random: Random) -> dict[str, Any]:
    """A condition on some field, of which the record's own value has to do with."""
    if not type(record).__declarations__:
        return {}
    name = random.choice([*type(record).__declarations__])
    value = getattr(record, name)
    kind = _kind(type(record), name)
    forms: list[Any] = [value, value, None]
    elements = [*value] if isinstance(value, tuple) else [value]
    if elements and elements[0] is not value:
        forms.append(random.choice(elements))
    for each in elements[:1]:
        if kind.code is Code.HOOK and not kind.is_shown:
            break
        if isinstance(each, int) and not isinstance(each, bool):
            forms += [{each, 1}]
            # Members of one of several enumerations are no numbers, nor is what a function makes of each of a list.
            if kind.code is not Code.SELECT and (kind.item is None or kind.item.code is not Code.HOOK):
                forms += [range(each, each + 2), range(0, 256, 2)]
            if kind.values is not None and issubclass(kind.values, int) and hasattr(kind.values, "labels"):
                forms += [[kind.values(each)], {kind.values(each & -each), kind.values(0)}]
        if isinstance(each, str):
            forms += [{each, None}]
            if kind.code in (Code.IP, Code.VIA) or (kind.item and kind.item.code in (Code.IP, Code.VIA)):
                address = ip_address(each)
                forms += [
                    str(ip_network(f"{each}/{random.choice((0, 9, 31, address.max_prefixlen))}", strict=False))
                ] * 2
                forms += [ip_network(f"{each}/{address.max_prefixlen - 1}", strict=False)]
        if isinstance(each, bytes) and kind.code is Code.BINARY and each:
            bit = random.randrange(8 * min(len(each), kind.width or len(each)))
            forms += [bit, {bit, 1}] + ([[bit, 0]] if value is each else [])
        if isinstance(each, (Record, Layout)):
            forms += [condition(_as_sent(_wrapped(kind, each)), random)] * 3
    return {name: random.choice(forms)}


def _wrapped(kind: Any, value: Any) -> Any:
    """What conditions are on: of a tagged record, what messages wrap it in."""
    kind = kind.item or kind
    return tags_of(kind.target()).write(value) if kind.options & Option.TAGGED and value is not None else value


def _kind(cls: Any, name: str) -> Any:
    declaration = cls.__declarations__[name]
    return declaration.kind or cls.__header__.__declarations__[declaration.header or name].kind


def fits_all(record: Any, wanted: dict[str, Any]) -> bool:
    """What `where` promises, said on a decoded record."""
    return all(_fits(type(record), name, getattr(record, name), each) for name, each in wanted.items())


def _fits(cls: Any, name: str, value: Any, wanted: Any) -> bool:
    kind = _kind(cls, name)
    default = cls.__declarations__[name].default
    if isinstance(wanted, (set, frozenset)):
        return any(_fits(cls, name, value, each) for each in wanted)
    if wanted is None:
        return value is None or (value == default and (kind.code is Code.FLAG or default == ()))
    if _is_flags(kind) and isinstance(wanted, (int, list)):
        bits = 0
        for each in wanted if isinstance(wanted, list) else [wanted]:
            bits |= int(each)
        return isinstance(value, int) and (value & bits == bits if bits else value == 0)
    if isinstance(wanted, (tuple, list)) and kind.code is not Code.BINARY:
        return value in (wanted, _as_sent(wanted))
    if value in (wanted, _as_sent(wanted)) or (not isinstance(wanted, dict) and value == _sent_in(cls, name, wanted)):
        return True
    return any(_is(kind, each, wanted) for each in (value if isinstance(value, tuple) else (value,)))


def _is(kind: Any, value: Any, wanted: Any) -> bool:
    if value is None:
        return False
    if isinstance(wanted, dict):
        value = _wrapped(kind, value)
        if not isinstance(value, (Record, Layout)):
            return bool(value == wanted)
        return all(each in value.__declarations__ for each in wanted) and fits_all(value, wanted)
    if isinstance(wanted, range):
        return isinstance(value, int) and value in wanted
    item = kind.item or kind
    if item.code in (Code.IP, Code.VIA) and isinstance(value, str) and (not isinstance(wanted, str) or "/" in wanted):
        network = ip_network(str(wanted))
        return ip_address(value).version == network.version and ip_address(value) in network
    if kind.code is Code.BINARY and isinstance(wanted, (int, list)):
        mask = 0
        for bit in [wanted] if isinstance(wanted, int) else wanted:
            mask |= 1 << bit
        return int.from_bytes(value, "little") & mask == mask
    return value in (wanted, _as_sent(wanted))


def _sent_in(cls: Any, name: str, value: Any) -> Any:
    """What is read of a record that is sent with this value: a function may write less, an empty list nothing."""
    plan = plan_of(cls)
    if _kind(cls, name).code is Code.PREFIX:  # whose family is said elsewhere
        return value
    try:
        made = cls(**{name: value})
        settled = getattr(made, name)
        if type(settled) is type(value) and settled != value:  # a length that follows from another field, say
            return value
        return getattr(_codec.decode(plan, _codec.encode(plan, made)), name)
    except (EncodeError, DecodeError, TypeError):
        return value


def _as_sent(value: Any) -> Any:
    """What a message would say that a value was sent in: a struct that a kernel tells in part goes in full."""
    if isinstance(value, tuple):
        return tuple(_as_sent(each) for each in value)
    if isinstance(value, Record):
        return replace_fields(value, **{name: _as_sent(getattr(value, name)) for name in value.__declarations__})
    if not isinstance(value, Layout):
        return value
    try:
        return type(value).from_bytes(value.to_bytes())
    except EncodeError:  # what only a kernel can make
        return value


def _is_flags(kind: Any) -> bool:
    return kind.code is Code.INTEGER and not kind.options & Option.MULTI and hasattr(kind.values, "labels")


def _cannot_be_given(error: EncodeError) -> bool:
    """Whether a refusal is of a value that only a kernel can make: a number wider than declared, text too long. (What a
    function makes of a payload may be one that it would not take.)"""
    said = error.message
    return any(words in said for words in _TOO_MUCH)


_TOO_MUCH = (
    "out of range",
    "are the most",
    "bytes where",
    "takes no",
    "at most",
    "longer",
    "must be a number from 0 to",
    "say which program",
)


# ---------------------------------------------------------------------------------------------- by hand


def main() -> int:
    """Check strange messages of every declared record for a while; 1 where something does not agree."""
    from .targets import chosen

    parser = argparse.ArgumentParser(prog="ways", description="All ways of reading the same messages, compared.")
    parser.add_argument("--seconds", type=float, default=60, metavar="N", help="how long (default: 60)")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="begin with this one (default: the time)")
    parser.add_argument("--only", default="", metavar="TEXT", help="records with this in their name")
    asked = parser.parse_args()
    classes = [cls for cls in chosen()[1] if asked.only in f"{cls.__module__}.{cls.__qualname__}"]
    until, first = time.monotonic() + asked.seconds, time.time_ns() if asked.seed is None else asked.seed
    for done, (seed, cls) in enumerate((seed, cls) for seed in itertools.count(first) for cls in classes):
        if time.monotonic() > until:
            print(f"{done} times {len(classes)} records: all agreed")
            return 0
        try:
            once(cls, seed)
        except Exception:
            print(f"--seed {seed} --only {cls.__module__}.{cls.__qualname__}", file=sys.stderr)
            raise
    return 0


def once(cls: Any, seed: int, rows: Any = None) -> None:
    """Check some messages of a class, the same for the same seed."""
    random = Random(seed)
    strange = Strange(random, random.choice((0.0, 0.1, 0.3)))
    messages = [strange.message(cls) for _ in range(random.randrange(1, 5))]
    check(cls, [random.choice(messages) for _ in range(5)], random, rows)


if __name__ == "__main__":
    raise SystemExit(main())
