"""Lines of ``ipset save`` carried out: sets made, entries added some hundreds to a message, each error with its line.

Source: ipset(8), its command restore.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

from netlynx.engine.batch import BatchResult, OnError
from netlynx.engine.operation import Talk
from netlynx.errors import EncodeError, NetlinkError, NetlynxError
from netlynx.ipset import operations
from netlynx.ipset.changes import made
from netlynx.ipset.many import Lot, check_iterable
from netlynx.ipset.parsing import entry_of, set_of, words_of
from netlynx.ipset.sets import Set

_EXIST = {"-exist", "-!", "--exist"}
_COMMANDS = {
    "create": "create",
    "n": "create",
    "-N": "create",
    "add": "add",
    "-A": "add",
    "del": "delete",
    "-D": "delete",
    "flush": "flush",
    "-F": "flush",
    "destroy": "destroy",
    "x": "destroy",
    "-X": "destroy",
    "rename": "rename",
    "e": "rename",
    "-E": "rename",
    "swap": "swap",
    "w": "swap",
    "-W": "swap",
    "COMMIT": "",
    "quit": "quit",
}
_ARGUMENTS = {"flush": (0, 1), "destroy": (0, 1), "rename": (2, 2), "swap": (2, 2)}


class Restored:
    """What became of lines: `done` were carried out, `errors` are those of the others, by line from 1 on.

    Where one line was refused and the rest was not to be tried, `stopped` is its number: what stands behind it was not
    carried out.
    """

    def __init__(self) -> None:
        self.done = 0
        self.errors: dict[int, NetlynxError] = {}
        self.stopped: int | None = None

    def __repr__(self) -> str:
        return f"<Restored: {self}>"

    def __str__(self) -> str:
        rest = "" if self.stopped is None else f"; nothing behind line {self.stopped}"
        lines = "line" if self.done == 1 else "lines"
        return f"{self.done} {lines} carried out, {len(self.errors)} refused{rest}"


Steps = Generator[Any, Any, Any]


def restore(lines: Iterable[str], *, on_error: OnError = "raise", exist_ok: bool = False) -> Talk[Restored]:
    """Carry out lines of ``ipset save``, as ``ipset restore`` does: create, add, del, flush, destroy, rename, swap.

    Any iterable of lines will do, an open file, too; a message's worth is held at a time. Empty lines, and those that
    begin with ``#``, are skipped. With `exist_ok`, and in lines that begin with ``-exist``, what is there already is no
    error. At a line that is refused or cannot be understood it ends: with "raise" by the error, which has the number of
    its `line` in a note, with "stop" by a result; what stands before it was carried out. With "continue" it goes on.
    """
    if on_error not in ("raise", "stop", "continue"):
        raise ValueError(f"on_error is 'raise', 'stop' or 'continue', not {on_error!r}")
    check_iterable(lines, "ipset.restore(lines)", str)
    return Talk("ipset.restore", lambda: _Restoring(on_error, exist_ok).steps(lines))


class _Restoring:
    """What is known while lines are read."""

    def __init__(self, on_error: OnError, exist_ok: bool) -> None:
        self.result = Restored()
        self._on_error = on_error
        self._exist_ok = exist_ok
        self._types: dict[str, str] = {}  # of sets, by name
        self._lot: Lot | None = None
        self._lines: list[int] = []  # of what is in the lot
        self._quit = False

    def steps(self, lines: Iterable[str]) -> Generator[Any, Any, Restored]:
        """Carry them out."""
        for number, line in enumerate(lines, 1):
            try:
                yield from self._line(number, line)
            except NetlynxError as error:
                if isinstance(error, NetlinkError | EncodeError):
                    yield from self._send()
                    self._refused(number, error)
                else:
                    raise
            if self._quit or self._ended:
                break
        if not self._ended:
            yield from self._send()
        if self._on_error == "raise" and self.result.errors:
            first = min(self.result.errors)
            refused = self.result.errors[first]
            refused.add_note(f"line {first}; {self.result}")
            raise refused
        return self.result

    @property
    def _ended(self) -> bool:
        return bool(self.result.errors) and self._on_error != "continue"

    def _refused(self, number: int, error: NetlynxError) -> None:
        if self._ended:
            return
        if isinstance(error, NetlinkError):
            error.line = number
        self.result.errors[number] = error
        if self._ended:
            self.result.stopped = number

    def _line(self, number: int, line: str) -> Steps:
        words = words_of(line)
        if not words or words[0].startswith("#"):
            return
        exist_ok = self._exist_ok
        if not _EXIST.isdisjoint(words):
            exist_ok = True
            words = [word for word in words if word not in _EXIST]
        command = _COMMANDS.get(words[0]) if words else None
        if command is None:
            known = ", ".join(dict.fromkeys(each for each in _COMMANDS.values() if each))
            raise EncodeError(f"{words[0] if words else line.strip()!r} is none of {known}")
        if command in ("add", "delete"):
            yield from self._entry(number, command, exist_ok, words[1:])
            return
        yield from self._send()
        if self._ended or not command:
            return
        if command == "quit":
            self._quit = True
            return
        yield self._operation(command, exist_ok, words[1:])
        self.result.done += 1

    def _entry(self, number: int, command: str, exist_ok: bool, words: list[str]) -> Steps:
        if len(words) < 2:
            raise EncodeError(f"{command} wants a set and an entry")
        name, element, *options = words
        if name not in self._types:
            yield from self._send()
            if self._ended:
                return
            found: Set = yield operations.set_(name)
            self._types[name] = found.type or ""
        entry = entry_of(name, self._types[name], element, options)
        verb = ("discard" if command == "delete" else "replace") if exist_ok else command
        operation = made(verb, entry)
        if self._lot is not None and self._lot.takes(operation, entry):
            self._lines.append(number)
            return
        yield from self._send()
        self._lot, self._lines = Lot(operation, entry), [number]

    def _send(self) -> Steps:
        """Carry out the entries that are gathered."""
        lot, self._lot = self._lot, None
        if lot is None or self._ended:
            return
        result: BatchResult[None] = BatchResult()
        yield from lot.carried_out(result, self._on_error == "continue")
        self.result.done += result.done
        for place, error in result.errors.items():
            self._refused(self._lines[place], error)

    def _operation(self, command: str, exist_ok: bool, words: list[str]) -> Any:
        if command == "create":
            if len(words) < 2:
                raise EncodeError("create wants a name and a type")
            made = set_of(words[0], words[1], words[2:])
            self._types[words[0]] = words[1]
            return operations.create(made, exist_ok=exist_ok)
        least, most = _ARGUMENTS[command]
        if not least <= len(words) <= most:
            raise EncodeError(f"{command} has {len(words)} words behind it, and wants {most}")
        self._types.clear()  # names stand for other sets now
        if not words:
            return operations.flush_all() if command == "flush" else operations.destroy_all()
        if command == "destroy":
            return operations.destroy(*words, missing_ok=exist_ok)
        return getattr(operations, command)(*words)
