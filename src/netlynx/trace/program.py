"""The program that does with netlynx what another one did."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from netlynx.engine.decoding import Decoded, Decoder
from netlynx.engine.lexicon import is_control
from netlynx.trace.heard import Heard
from netlynx.trace.objects import protocol
from netlynx.trace.reading import Told
from netlynx.trace.recipes import Recipe, Recipes
from netlynx.trace.spelling import Spelling, quoted
from netlynx.wire.shown import shown

_BATCH = ("NFNL_MSG_BATCH_BEGIN", "NFNL_MSG_BATCH_END")
_SAY = '''

def say(protocol: int | str, datagram: str) -> None:
    """Send a datagram as it was sent, and print what comes back."""
    with netlynx.NetlinkSocket(protocol) as socket:
        socket.settimeout(0.5)
        socket.send(bytes.fromhex(datagram), raw=True)
        with contextlib.suppress(TimeoutError):
            while True:
                print(socket.recv())

'''
_WIDTH = 110  # columns of a comment


def program_of(told: Sequence[Told], command: Sequence[str], families: dict[int, str]) -> str:
    """The program for what was told of a command. It does what the kernel was asked for and did, in the same order."""
    spelling = Spelling(_interfaces(told))
    recipes = Recipes(Decoder(families), spelling)
    refused = _refusals(told)
    body: list[str] = []
    raw = False
    sent = [each for each in told if each.heard.sent and each.message is not None and not each.heard.peer]
    for heard, messages in groupby(sent, key=lambda each: each.heard):
        lines = [*_steps(heard, [*messages], recipes, refused)]
        raw = raw or any(line.startswith("say(") for line in lines)
        body += lines
    asked = f"What `{shlex.join(command)}` does" if command else "What the process did"
    imports = [*(["import contextlib", ""] if raw else []), "import netlynx", *spelling.imports()]
    within = "\n".join(f"    {line}" for line in body) if body else "    pass  # it said nothing to the kernel"
    return "\n".join(
        (
            *_comment(f"{asked}, with netlynx."),
            "",
            *imports,
            _SAY if raw else "",
            "with netlynx.connect() as nl:",
            within,
            "",
        )
    )


def _interfaces(told: Iterable[Told]) -> dict[int, str]:
    """The names of interfaces by number, as the kernel told them."""
    found = {}
    for each in told:
        if not each.heard.sent and each.message is not None and each.message.name == "RTM_NEWLINK":
            record = each.message.record
            if record is not None and record.index > 0 and record.name:
                found[record.index] = record.name
    return found


def _refusals(told: Iterable[Told]) -> dict[int, str]:
    """What the kernel said of requests that it refused, by their `id`: of those with a number, the last before."""
    asked: dict[tuple[int, int, int], Told] = {}
    found = {}
    for each in told:
        if each.message is None:
            continue
        key = each.heard.process, each.heard.descriptor, each.message.message.sequence
        if each.heard.sent:
            asked[key] = each
        elif each.message.error is not None and key in asked:
            found[id(asked[key])] = str(each.message.error)
    return found


def _steps(heard: Heard, messages: list[Told], recipes: Recipes, refused: dict[int, str]) -> Iterator[str]:
    """The lines for one datagram."""
    found: list[Recipe] = []
    for told in messages:
        message = told.message
        assert message is not None
        if _is_mark(message):
            continue
        why = told.heard.failure or refused.get(id(told))
        if why:
            yield from _comment(f"refused, {why}: {message}")
            continue
        recipe = recipes.find(message)
        if recipe is None:
            yield from _comment(str(message))
            yield f'say({_quoted(protocol(heard.protocol))}, "{heard.data.hex()}")'
            return
        found.append(recipe)
    if any(each.strict for each in found):
        yield "# What is there already was taken as it is; this refuses it."
    if len(found) > 1 and any(told.message is not None and told.message.name == _BATCH[0] for told in messages):
        yield "nl.do("
        yield "    nftables.transaction("
        yield "        ["
        yield from (f"            {each.source}," for each in found)
        yield "        ]"
        yield "    )"
        yield ")"
        return
    for each in found:
        if each.dumps:
            yield f"for each in nl.dump({each.source}):"
            yield "    print(each)"
        elif each.answers:
            yield f"print(nl.do({each.source}))"
        else:
            yield f"nl.do({each.source})"


def _quoted(number: str | int) -> str:
    return str(number) if isinstance(number, int) else quoted(number)


def _is_mark(message: Decoded) -> bool:
    """Whether a message asks for nothing, or for what netlynx asks by itself."""
    asked = message.name not in _BATCH and not message.name.startswith("nlctrl.")
    return not asked or is_control(message.protocol, message.message.type)


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        shown(" ".join(text.split())), _WIDTH, initial_indent="# ", subsequent_indent="#   ", break_long_words=False
    )
