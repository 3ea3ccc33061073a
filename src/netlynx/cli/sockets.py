"""Plain sockets: send a message to anybody, print what comes. Any protocol number works."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from netlynx.cli.form import json_text
from netlynx.cli.options import Kernel, Netns, target
from netlynx.cli.stdout import check_output, note, read_input, tell, words, write
from netlynx.errors import BufferOverrun, DecodeError, NetlinkError
from netlynx.wire.constants import NLM_F, NLMSG, protocol_label, protocol_number

if TYPE_CHECKING:
    from netlynx.transport.netlink_socket import NetlinkSocket
    from netlynx.wire.message import Message


def _protocol(text: str | int) -> int:
    try:
        return protocol_number(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _number(text: str | int) -> int:  # a default that is one already goes through it too
    try:
        return int(str(text), 0)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no number") from None


def _flags(text: str | int) -> int:
    """Flags of a message header: names of NLM_F, or a number, or several joined by commas."""
    flags = 0
    for word in str(text).split(","):
        known = NLM_F.__c_names__.get(f"NLM_F_{word.strip().upper()}")
        try:
            flags |= int(word, 0) if known is None else known
        except ValueError:
            names = ", ".join(sorted(name.removeprefix("NLM_F_").lower() for name in NLM_F.__c_names__))
            raise typer.BadParameter(f"{word!r} is neither a number nor one of {names}") from None
    return flags


_Protocol = Annotated[int, typer.Argument(parser=_protocol, metavar="PROTOCOL", help="A number or name: 25, usersock.")]
_Port = Annotated[
    int,
    typer.Option("--port", parser=_number, metavar="PORT", help="The own port ID; the kernel chooses one for 0."),
]
_Hex = Annotated[bool, typer.Option("--hex", help="Payloads are hexadecimal digits.")]
_Raw = Annotated[bool, typer.Option("--raw", help="Payloads are all there is: no struct nlmsghdr around them.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
_Count = Annotated[int | None, typer.Option("--count", metavar="N", min=1, help="End after N messages.")]


def send(
    protocol: _Protocol,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The payload; standard input if none.")] = None,
    to: Annotated[
        int, typer.Option("--to", parser=_number, metavar="PORT", help="The receiver's port ID; 0 is the kernel.")
    ] = 0,
    group: Annotated[
        int | None, typer.Option("--group", metavar="GROUP", min=1, max=32, help="Multicast to a group.")
    ] = None,
    port: _Port = 0,
    type: Annotated[int, typer.Option("--type", parser=_number, metavar="TYPE", help="The message type.")] = 0,
    flags: Annotated[
        int, typer.Option("--flags", parser=_flags, metavar="FLAGS", help="Its flags: request,ack,dump … or a number.")
    ] = 0,
    sequence: Annotated[int, typer.Option("--sequence", metavar="N", min=0, help="Its sequence number.")] = 0,
    hex: _Hex = False,
    raw: _Raw = False,
    wait: Annotated[
        float | None,
        typer.Option("--wait", metavar="SECONDS", min=0, help="Print what comes back, until nothing came so long."),
    ] = None,
    count: _Count = None,
    json: _Json = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Send one message, to the kernel unless told otherwise.

    With --wait the status is 1 if nothing came back, or less than --count.
    """
    payload = _payload(text, hex)
    with _open(protocol, port, [], netns, kernel) as sock:
        sock.send(payload, to=to, group=group or 0, type=type, flags=flags, sequence=sequence, raw=raw)
        if wait is not None or count is not None:
            came = _receive(sock, count, wait, raw=raw, hex=hex, json=json)
            if came < (count or 1):
                tell(f"{came} of {count or 1} messages came back, then nothing for {wait} s")
                raise typer.Exit(1)


def listen(
    protocol: _Protocol,
    group: Annotated[
        list[int] | None, typer.Option("--group", metavar="GROUP", min=1, help="Join a multicast group; repeatable.")
    ] = None,
    port: _Port = 0,
    hex: _Hex = False,
    raw: _Raw = False,
    wait: Annotated[
        float | None, typer.Option("--wait", metavar="SECONDS", min=0, help="End when nothing came so long.")
    ] = None,
    count: _Count = None,
    json: _Json = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Print the messages that come to a port and to multicast groups, until Ctrl-C.

    With --count and --wait the status is 1 if fewer came.
    """
    check_output()
    with _open(protocol, port, group or [], netns, kernel) as sock:
        groups = f", groups {' '.join(map(str, group))}" if group else ""
        note(f"listening on {protocol_label(protocol)}, port {sock.port}{groups}")
        try:
            came = _receive(sock, count, wait, raw=raw, hex=hex, json=json)
        except KeyboardInterrupt:
            return
        if count is not None and came < count:
            tell(f"{came} of {count} messages came, then nothing for {wait} s")
            raise typer.Exit(1)


def _payload(text: str | None, hex: bool) -> bytes:
    data = read_input() if text is None else os.fsencode(text)
    if not hex:
        return data
    try:
        return bytes.fromhex(data.decode())
    except ValueError:
        raise typer.BadParameter("with --hex the payload is pairs of hexadecimal digits", param_hint="TEXT") from None


@contextlib.contextmanager
def _open(protocol: int, port: int, groups: list[int], netns: str | None, kernel: str) -> Iterator[NetlinkSocket]:
    """A socket; what a virtual kernel of ours has logged in the end is printed to stderr, as it would be in dmesg."""
    from netlynx.transport.netlink_socket import NetlinkSocket

    asked = target(kernel, netns)
    log = getattr(asked["kernel"], "messages", ())
    with NetlinkSocket(protocol, port, groups, **asked) as sock:
        for option in ("ext_ack", "pktinfo"):
            with contextlib.suppress(NetlinkError):  # an old kernel has no extended acknowledgements
                setattr(sock, option, True)
        try:
            yield sock
        finally:
            for entry in log:
                note(f"kernel log: {entry}")


def _receive(sock: NetlinkSocket, count: int | None, wait: float | None, *, raw: bool, hex: bool, json: bool) -> int:
    """Print messages until there were `count`, or none for `wait` seconds; how many there were."""
    sock.settimeout(wait)
    came = 0
    while came != count:
        try:
            message = sock.recv(raw=raw)
        except (TimeoutError, BlockingIOError):
            break
        except BufferOverrun as error:
            tell(f"overrun: {words(error)}")
        except DecodeError as error:
            tell(f"{error.message.partition(';')[0]}; --raw takes any")
        else:
            came += 1
            write(_as_json(message) if json else _as_text(message, raw=raw, hex=hex), flush=True)
    return came


def _as_text(message: Message, *, raw: bool, hex: bool) -> str:
    source = message.source
    sender = source.portid if source is not None else 0
    group = f", group {source.group}" if source is not None and source.group else ""
    words = [f"from {f'port {sender}' if sender else 'kernel'}{group}"]
    if not raw:
        words.append(f"type {_type(message.type)}  flags {message.flags:#x}  sequence {message.sequence}")
        if message.type == NLMSG.ERROR:
            return "  ".join([*words, _outcome(message)])
    words.append((None if hex else _text(message)) or message.payload.hex())
    return "  ".join(words)


def _text(message: Message) -> str | None:
    """The payload as text, NULs in it as spaces (uevents have them between words); None if it is none."""
    text = message.text.replace("\0", " ")
    return text if text.isprintable() and (text or not message.payload) else None


def _type(number: int) -> str:
    names = {int(value): name for name, value in NLMSG.__c_names__.items() if value < NLMSG.MIN_TYPE}
    return f"{number} ({names[number]})" if number in names else str(number)


def _outcome(message: Message) -> str:
    """What an NLMSG_ERROR says: done, or the error with the kernel's words."""
    from netlynx.errors import from_errno
    from netlynx.wire.message import parse_acknowledgement

    answer = parse_acknowledgement(message)
    return str(from_errno(answer.errno, answer.text)) if answer.errno else "acknowledged"


def _as_json(message: Message) -> str:
    source = message.source
    fields = {
        "portid": source.portid if source is not None else 0,
        "group": source.group if source is not None else None,
        "type": message.type,
        "flags": message.flags,
        "sequence": message.sequence,
        "errno": message.errno,
        "text": _text(message),
        "payload": message.payload.hex(),
    }
    return json_text(fields)
