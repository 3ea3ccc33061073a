"""Talk to other processes over NETLINK_USERSOCK, a line at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netlynx.cli.form import json_text
from netlynx.cli.options import JsonLines, Kernel, Netns, target
from netlynx.cli.stdout import check_output, input_of_bytes, note, tell, words, write
from netlynx.errors import ConnectionClosed, DecodeError, RequestTimeout

if TYPE_CHECKING:
    from netlynx.engine.operation import Overrun
    from netlynx.usersock import Letter, Peer


def peer(
    port: Annotated[int, typer.Option("--port", metavar="PORT", min=0, help="The own port ID; 0: any.")] = 0,
    group: Annotated[
        list[int] | None, typer.Option("--group", metavar="GROUP", min=1, max=32, help="Join a group; repeatable.")
    ] = None,
    to: Annotated[
        int, typer.Option("--to", metavar="PORT", min=0, help="Send the lines of standard input to this port.")
    ] = 0,
    to_group: Annotated[
        int, typer.Option("--to-group", metavar="GROUP", min=0, max=32, help="Send them to this group.")
    ] = 0,
    request: Annotated[bool, typer.Option("--request", help="Each line is a request: wait for its answer.")] = False,
    answer: Annotated[
        str | None, typer.Option("--answer", metavar="TEXT", help="Answer requests with this; {} is what was asked.")
    ] = None,
    count: Annotated[int | None, typer.Option("--count", metavar="N", min=1, help="End after N letters.")] = None,
    json: JsonLines = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Exchange letters with other processes through the kernel, and print those that come, until Ctrl-C.

    With --to or --to-group it ends with standard input, unless --count letters are still to come. Joining groups
    takes CAP_NET_ADMIN.
    """
    from netlynx.usersock import Peer

    if request and not to:
        raise typer.BadParameter("a request goes to one port: give --to", param_hint="--request")
    with Peer(port, group or (), **target(kernel, netns)) as own:
        note(f"peer at port {own.port}")
        if request:
            _ask(own, to, json)
            return
        sending = bool(to or to_group)
        if not sending:
            check_output()
        printing = threading.Thread(target=_print, args=(own, answer, count, json), daemon=sending)
        try:
            if sending and count is not None:
                printing.start()
                _send(own, to, to_group)
                printing.join()
            elif sending:
                _send(own, to, to_group)
            else:
                _print(own, answer, count, json)
        except KeyboardInterrupt:
            return


def _send(own: Peer, to: int, group: int) -> None:
    for line in input_of_bytes():
        own.send(line.removesuffix(b"\n"), to=to, group=group)


def _ask(own: Peer, to: int, json: bool) -> None:
    """Print the answer to each line. Raises typer.Exit when there was none."""
    for line in input_of_bytes():
        try:
            letter = own.request(line.removesuffix(b"\n"), to=to)
        except RequestTimeout as error:
            tell(words(error))
            raise typer.Exit(1) from None
        write(_as_json(letter) if json else as_text(letter), flush=True)


def _print(own: Peer, answer: str | None, count: int | None, json: bool) -> None:
    from netlynx.usersock import Letter

    for letter in islice(arriving(own), count):
        if not isinstance(letter, Letter):
            write(_overrun(letter, json), flush=True)
            continue
        write(_as_json(letter) if json else as_text(letter), flush=True)
        if answer is not None and letter.is_request:
            own.answer(letter, answer.replace("{}", letter.text))


def arriving(own: Peer) -> Iterator[Letter | Overrun]:
    """What comes until the peer is closed; what is no message is told of."""
    while True:
        try:
            yield own.receive()
        except ConnectionClosed:
            return
        except DecodeError as error:
            tell(error.message)


def as_text(letter: Letter) -> str:
    """Who says what, in a line."""
    owner = letter.owner
    who = f" (process {owner.pid}, user {owner.uid})" if owner is not None else ""
    group = f", group {letter.group}" if letter.group else ""
    return f"from port {letter.sender}{who}{group}: {letter.text}"


def fields(letter: Letter) -> dict[str, Any]:
    """A letter as an object of JSON."""
    owner = letter.owner
    return {
        "sender": letter.sender,
        "group": letter.group,
        "type": letter.type,
        "sequence": letter.sequence,
        "request": letter.is_request,
        "pid": owner.pid if owner is not None else None,
        "uid": owner.uid if owner is not None else None,
        "gid": owner.gid if owner is not None else None,
        "text": letter.text,
        "payload": bytes(letter.content).hex(),
    }


def _as_json(letter: Letter) -> str:
    return json_text(fields(letter))


def _overrun(overrun: Overrun, json: bool) -> str:
    if json:
        return json_text({"overrun": overrun.count})
    return f"overrun: letters to groups were lost ({overrun.count})"
