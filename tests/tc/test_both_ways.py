"""The tables of `tables/`: what netlynx sends is what tc sends, and what either makes, both list the same."""

from __future__ import annotations

import contextlib
import pprint
import re
import shlex
import shutil
import subprocess
from typing import Any

import pytest

import netlynx
from netlynx import netns, route, tc
from netlynx.schema import replace_fields
from netlynx.testing.namespaces import new_namespace
from support import PATIENCE
from tc.agreeing import agrees
from tc.both_ways import (
    BEHIND,
    DEVICE,
    Case,
    Sent,
    ageless,
    captured,
    difference,
    heard,
    listings,
    names,
    read_by_tc,
    table,
    told,
    understood,
)

_READ = {
    "qdisc": lambda index: tc.qdiscs(index=index),
    "class": lambda index: tc.classes(index=index),
}
_REFUSED = re.compile(r"Command failed -:(\d+)")


@pytest.mark.parametrize("name", names())
def test_the_same_is_sent(name: str) -> None:
    found, sent = table(name), captured(name)
    assert [each.words for each in found.cases] == list(sent), "run tests/tc/capture.py"
    wrong = {}
    for case in found.cases:
        theirs = sent[case.words]
        unlike = difference(case.operation(), theirs, found.places(case))
        unlike += [f"read and sent again: {each}" for each in understood(theirs, case, found.places(case))]
        if unlike:
            wrong[case.words] = unlike
    say(wrong)


@pytest.mark.parametrize("name", [name for name in names() if read_by_tc(name) and not heard(name)])
def test_the_same_is_read(name: str) -> None:
    found, sent = table(name), captured(name)
    wrong = {}
    for words, theirs in read_by_tc(name).items():
        ours = found.shown(tc.Qdisc.from_bytes(told(sent[words], found.heads)).to_dict())
        if ours != theirs:
            wrong[words] = {"tc": theirs, "netlynx": ours}
    say(wrong)


@pytest.mark.parametrize("name", [name for name in names() if heard(name)])
def test_what_a_kernel_told_is_read_as_tc_reads_it(name: str) -> None:
    found, by_tc = table(name), read_by_tc(name)
    cls = type(found.cases[0].record)
    wrong, compared = {}, 0
    for words, messages in heard(name).items():
        records = [record for message in messages for record in records_of(cls, message)]
        ours = [found.shown(record.to_dict()) for record in records]
        if words not in by_tc:
            assert None in ours, words  # tc prints no JSON
        elif ours != by_tc[words]:
            wrong[words] = {"tc": by_tc[words], "netlynx": ours}
        compared += words in by_tc
    say(wrong)
    assert compared == len(by_tc)


def records_of(cls: Any, message: bytes) -> list[Any]:
    """The actions of a message, or the filter, if it is more than that a priority is there."""
    if cls is tc.Action:
        return [*tc.ActionList.from_bytes(message).actions]
    record = cls.from_bytes(message)
    return [record] if record.data is not None else []


def say(wrong: dict[str, Any]) -> None:
    """Fail with all that is wrong, in full."""
    if wrong:
        pytest.fail(
            "\n".join(f"{words}\n{pprint.pformat(what, width=160)}" for words, what in wrong.items()), pytrace=False
        )


def run(space: netns.NetworkNamespace, *words: str, stdin: str = "") -> tuple[str, str]:
    """What tc prints, and what it complains of."""
    done = netns.run_in(
        space, subprocess.run, ["tc", *words], input=stdin, capture_output=True, text=True, timeout=PATIENCE
    )
    return done.stdout, done.stderr


def devices(nl: netlynx.Connection, many: int, queues: int = 1) -> list[int]:
    """The indices of so many devices, c0 and so on."""
    queued: dict[str, Any] = {"num_tx_queues": queues, "num_rx_queues": queues}
    for pair in range(-(-many // 2)):
        other = route.Link(name=f"c{2 * pair + 1}", **queued)
        nl.do(route.add(route.Link(name=f"c{2 * pair}", kind="veth", data=route.Veth(peer=other), **queued)))
    numbers = {link.name: link.index for link in nl.dump(route.links())}
    return [numbers[f"c{each}"] for each in range(many)]


def on_device(words: str, number: int) -> str:
    """A command for another device than the one that it is written for."""
    return re.sub(rf"\bdev {DEVICE}\b", f"dev c{number}", words)


def made_by_tc(space: netns.NetworkNamespace, lines: list[str]) -> dict[int, str]:
    """Carry out commands; those that failed, with the error."""
    _, errors = run(space, "-force", "-batch", "-", stdin="".join(f"{line}\n" for line in lines))
    failed: dict[int, str] = {}
    text = ""
    for line in errors.splitlines():
        if found := _REFUSED.match(line):
            failed[int(found[1]) - 1] = text.strip()
            text = ""
        else:
            text += f"{line}\n"
    return failed


def listed(space: netns.NetworkNamespace, cases: dict[int, Case]) -> dict[int, Any]:
    """What tc lists of each case."""
    asked = []
    for number, case in cases.items():
        listing = on_device(case.listing or f"{case.what} show dev {DEVICE}", number)
        asked += [listing, *([BEHIND[listing.split()[0]]] if listing.split()[0] in BEHIND else [])]
    out, errors = run(space, "-j", "-s", "-d", "-batch", "-", stdin="".join(f"{line}\n" for line in asked))
    found = listings(out)
    assert len(found) == len(cases), (errors, out[:500])
    # tc 6.1 takes "show dev DEVICE root" once in a batch.
    return {
        number: [each for each in listing if each.get("root")] if cases[number].at_root else listing
        for number, listing in zip(cases, found, strict=True)
    }


@pytest.mark.namespace
@pytest.mark.every_kernel
@pytest.mark.skipif(shutil.which("tc") is None, reason="needs tc")
@pytest.mark.parametrize("name", names())
def test_a_kernel_has_the_same(name: str) -> None:
    found = table(name)
    cases = {number: case for number, case in enumerate(found.cases) if not case.only_sent}
    if not cases:
        pytest.skip("no kernel is asked of these: " + "; ".join({each.only_sent for each in found.cases}))
    before = [on_device(line, number) for number, case in cases.items() for line in case.before]
    wrong: dict[str, Any] = {}
    with new_namespace() as one, new_namespace() as other, contextlib.ExitStack() as open_ones:
        theirs, ours = (open_ones.enter_context(netlynx.connect(netns=each)) for each in (one, other))
        indices = devices(theirs, len(found.cases), found.queues)
        assert devices(ours, len(found.cases), found.queues) == indices
        failed = made_by_tc(one, [*before, *(on_device(case.words, number) for number, case in cases.items())])
        if len(failed) == len(before) + len(cases):
            pytest.skip(f"this kernel has none of them: {next(iter(failed.values()))}")
        made_by_tc(other, before)
        for place, (number, case) in enumerate(list(cases.items()), len(before)):
            refused = refusal(ours, case.operation(indices[number]))
            if place in failed or refused:
                del cases[number]
                if not (place in failed and refused):
                    wrong[case.words] = f"tc: {failed.get(place, 'made')}; netlynx: {refused or 'made'}"
        by_tc, by_us = listed(one, cases), listed(other, cases)
        for number, case in cases.items():
            if by_tc[number] != by_us[number]:
                wrong[case.words] = {"made by tc": by_tc[number], "made by netlynx": by_us[number]}
                continue
            have = theirs.dump((case.read or _READ[case.what])(indices[number])).all()
            if found.shown is not None:
                shown = ageless([found.shown(each.to_dict()) for each in have])
                # tc lists a row for each priority of filters, which says nothing of them.
                rows = [row for row in by_tc[number] if case.what != "filter" or "options" in row]
                if None not in shown and shown != rows:
                    wrong[case.words] = {"tc": rows, "netlynx": shown}
            if case.record.data is not None and case.what == "filter" and "canid" not in case.words:
                asked = asked_of(case.operation(indices[number]))
                if not any(type(each.data) is type(asked) and agrees(asked, each.data) for each in have):
                    wrong[case.words] = {"asked": asked.to_dict(), "read": [each.to_dict() for each in have]}
        whole = {number: case for number, case in cases.items() if not case.not_told}
        queues = {number: case for number, case in whole.items() if case.words.startswith("qdisc")}
        for number in queues:
            sent_back(theirs, ours, indices[number])
        for number, listing in listed(other, queues).items():
            if listing != by_tc[number]:
                wrong.setdefault(cases[number].words, {"made by tc": by_tc[number], "sent back": listing})
    say(wrong)


_OTHERWISE = ("flags", "fd", "eth_type", "enc_options_mask")


def asked_of(operation: Any) -> Any:
    """What a filter was asked to be, less what a kernel says otherwise: where it works, a program's descriptor, what is
    within VLANs and PPPoE, masks of more than there is, and the order of identifiers of CAN."""
    data = getattr(operation, "model", operation).request.data
    return replace_fields(data, **{name: None for name in _OTHERWISE if name in data.__declarations__})


def sent_back(source: netlynx.Connection, target: netlynx.Connection, index: int) -> None:
    """Make the qdisc of a device anew in another namespace, of what is read of it."""
    (read,) = source.dump(tc.qdiscs(index=index).where(parent="root"))
    target.do(tc.delete(tc.Qdisc(index=index, parent="root")))
    if isinstance(read.data, tc.Gred):
        for verb, data in zip((tc.add, *[tc.change] * 16), read.data.steps, strict=False):
            target.do(verb(read.replace(data=data)))
    else:
        (made,) = tc.remade(tc.Setup(qdiscs=(read,)))
        target.do(tc.add(made))


def refusal(nl: netlynx.Connection, operation: Any) -> str:
    """What the kernel says of an operation that it does not carry out."""
    try:
        nl.do(operation)
    except netlynx.NetlinkError as error:
        return str(error)
    return ""


def test_every_case_has_words_of_its_own() -> None:
    for name in names():
        words = [each.words for each in table(name).cases]
        assert len({*words}) == len(words) > 0, name
        assert all(shlex.split(each)[1] in ("add", "replace", "change", "link", "delete", "del") for each in words)


def test_a_difference_is_seen() -> None:
    found, nowhere = table("tbf"), ({}, {}, {})
    made = found.cases[0].operation()
    same = Sent(made.message_type, made.flags, made.payload)
    assert not difference(made, same, nowhere)
    for at in range(len(made.payload)):
        payload = bytearray(made.payload)
        payload[at] ^= 1
        try:
            unlike = difference(made, same._replace(payload=bytes(payload)), nowhere)
        except AssertionError as error:
            unlike = [str(error)]
        assert unlike, at
