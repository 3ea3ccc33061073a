"""Everything netlynx raises.

`NetlynxError` is the root. What the kernel refuses is a `NetlinkError`, an `OSError` with errno, the kernel's own
words and the attribute at fault; its subclasses are the builtin exceptions too, so ``except FileExistsError`` works.
What is wrong with the caller's values is an `EncodeError`, found before anything is sent; what is wrong with
received bytes is a `DecodeError`.
"""

from __future__ import annotations

import errno as _errno
import os

ENOTSUPP = 524  # the kernel's own (linux/errno.h), which some of its parts let out: the C library knows no words for it

_SHOWN = 5  # operations of a transaction whose errors are told one by one

TYPE_CHECKING = False  # checkers take it for true; importing typing would take longer than all of the rest
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from netlynx.engine.batch import BatchResult


class NetlynxError(Exception):
    """The root of all errors raised by netlynx itself.

    `batch` is the result so far of the batch that it ended. Errors that are not netlynx's have that attribute too when
    they come out of a batch.
    """

    batch: BatchResult[Any] | None = None


class EncodeError(NetlynxError, ValueError):
    """A value that cannot be sent; `path` names the field (``Route.metrics.mtu``). Nothing was sent."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message, path)
        self.message = message
        self.path = path

    def within(self, name: str) -> EncodeError:
        """Prefix the path with the enclosing field or record; returns the error itself."""
        joined = name if not self.path else f"{name}{self.path if self.path.startswith('[') else '.' + self.path}"
        self.path = joined
        self.args = (self.message, joined)
        return self

    def unwrapped(self) -> EncodeError:
        """Take the outermost name off the path; returns the error itself."""
        self.path = self.path.partition(".")[2]
        self.args = (self.message, self.path)
        return self

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class EncodeTypeError(EncodeError, TypeError):
    """A value of a type that its field cannot take."""


class DecodeError(NetlynxError, ValueError):
    """Bytes that are not a well-formed message.

    `offset` counts from the start of the decoded data, `path` names the record and field being decoded.
    """

    def __init__(self, message: str, offset: int = 0, path: str = "") -> None:
        super().__init__(message, offset, path)
        self.message = message
        self.offset = offset
        self.path = path

    def within(self, name: str, shift: int = 0) -> DecodeError:
        """Prefix the path and move the offset outwards; returns the error itself."""
        dot = "." if self.path and not self.path.startswith("[") else ""
        self.path = f"{name}{dot}{self.path}"
        self.offset += shift
        self.args = (self.message, self.offset, self.path)
        return self

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.message} (at byte {self.offset})"


class ConnectionClosed(NetlynxError, ConnectionError):
    """The connection, or the socket below it, was closed while or before it was used."""


class RequestTimeout(NetlynxError, TimeoutError):
    """Nothing came in time. A connection stays usable: it has discarded the socket that waited."""


class DumpInterrupted(NetlynxError):
    """The table changed while it was dumped, each time it was tried: what was read may lack or repeat entries.

    `records` is what the last attempt read (empty for a stream, whose records were handed out already),
    `attempts` how often it was tried. Source: NLM_F_DUMP_INTR, linux/netlink.h.
    """

    def __init__(self, asked: str, records: Sequence[Any] = (), attempts: int = 1) -> None:
        times = "once" if attempts == 1 else f"{attempts} times"
        super().__init__(
            f"{asked}: the table changed during the dump ({times}); what was read may lack or repeat entries. "
            'Ask again, or pass interrupted="accept" to take it as it is'
        )
        self.records = records
        self.attempts = attempts


class NetlinkError(NetlynxError, OSError):
    """The kernel said no.

    `errno` and `strerror` as for every `OSError`; `message` the kernel's own text (extended ACK) or ""; where a part of
    the kernel has numbers of its own, `symbol` is what it calls this one (``IPSET_ERR_EXIST``, else "") and `message`
    what it means; `line` is which of many things in one request it is about, where that is known; `attribute`
    the path of the attribute at fault (``Route.metrics.mtu``) or ""; `missing` the path of an attribute that
    should have been there or ""; `policy` what the kernel accepts for it, as text, or ""; `asked` the operation in
    words; `hint` what to do about it or "". Source: NLMSG_ERROR and NLMSGERR_ATTR_*, linux/netlink.h.
    """

    def __init__(
        self,
        errno: int,
        message: str = "",
        *,
        asked: str = "",
        attribute: str = "",
        missing: str = "",
        policy: str = "",
        hint: str = "",
        symbol: str = "",
        line: int = 0,
    ) -> None:
        super().__init__(errno, message if symbol else os.strerror(_errno.EOPNOTSUPP if errno == ENOTSUPP else errno))
        self.message = message
        self.symbol = symbol
        self.line = line
        self.asked = asked
        self.attribute = attribute
        self.missing = missing
        self.policy = policy
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.errno, self._details()))

    def _details(self) -> dict[str, Any]:
        names = ("message", "asked", "attribute", "missing", "policy", "hint", "symbol", "line")
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        text = f"{self.strerror} ({self.symbol or errno_name(self.errno or 0)})"
        if self.message and not self.symbol:
            text = f"{self.message} [{text}]"
        if self.attribute:
            text += f"; attribute {self.attribute}"
        if self.missing:
            text += f"; missing {self.missing}"
        if self.policy:
            text += f"; the kernel takes {self.policy}"
        if self.asked:
            text = f"{self.asked}: {text}"
        return f"{text}. {self.hint}" if self.hint else text


class AlreadyExists(NetlinkError, FileExistsError):
    """EEXIST: what was to be created is there already."""


class Ambiguous(NetlinkError):
    """The kernel would have removed another object than the one that is meant, or more. Nothing was sent."""


class NotFound(NetlinkError, FileNotFoundError):
    """ENOENT, ESRCH, ENODEV, ENXIO, EADDRNOTAVAIL: what was asked for is not there."""


class PermissionDenied(NetlinkError, PermissionError):
    """EPERM, EACCES: a capability is lacking, which `hint` then says; or it is not allowed as things are, `message`."""


class Busy(NetlinkError, BlockingIOError):
    """EBUSY, EAGAIN: in use, or not now."""


class NotSupported(NetlinkError):
    """EOPNOTSUPP, ENOTSUPP, EPROTONOSUPPORT, EAFNOSUPPORT: a device, or whatever it is about, or this kernel lacks it.

    Where it is known what would provide it, `hint` says so.
    """


class PortRefused(NetlinkError, ConnectionRefusedError):
    """ECONNREFUSED: nobody has that port ID."""


class StaleGeneration(NetlinkError):
    """ERESTART: changes were made for a state that is not there any more. Nothing was carried out; look again."""


class TransactionError(NetlinkError):
    """The kernel refused operations of a transaction, and carried out nothing of it.

    `errors` has the error of each that was refused by its position, from 0 on; errno, `message`, `attribute` and the
    rest are those of the first. `unheard` says that there may be further ones: the kernel had no room to tell of them,
    or their queue had none. `before` is how many operations were carried out all the same, where it was to be cut into
    several transactions (``split=``); `partly` says that of the next one a part was.
    """

    def __init__(
        self,
        errors: dict[int, NetlinkError],
        *,
        asked: str = "",
        unheard: bool = False,
        before: int = 0,
        partly: bool = False,
    ) -> None:
        first = errors[min(errors)]
        super().__init__(first.errno or 0, **first._details())
        self.asked = asked
        self.errors = errors
        self.unheard = unheard
        self.before = before
        self.partly = partly
        for note in getattr(first, "__notes__", ()):
            self.add_note(note)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild_transaction, (self.errors, self.asked, self.unheard, self.before, self.partly))

    def __str__(self) -> str:
        count = len(self.errors)
        refused = "one operation was" if count == 1 else f"{count} operations were"
        least = "at least " if self.unheard else ""
        outcome = carried_out(self.before, self.partly)
        shown = [f"operation {at + 1}, {error}" for at, error in list(self.errors.items())[:_SHOWN]]
        left = f"; and {count - _SHOWN} more, in `errors`" if count > _SHOWN else ""
        return f"{self.asked}: {outcome}, as {least}{refused} refused: {'; '.join(shown)}{left}"


class BufferOverrun(NetlinkError):
    """ENOBUFS: the receive queue was full and the kernel dropped messages; the socket stays usable."""


_BY_ERRNO: dict[int, type[NetlinkError]] = {
    _errno.EEXIST: AlreadyExists,
    _errno.ENOENT: NotFound,
    _errno.ESRCH: NotFound,
    _errno.ENODEV: NotFound,
    _errno.ENXIO: NotFound,
    _errno.EADDRNOTAVAIL: NotFound,
    _errno.EPERM: PermissionDenied,
    _errno.EACCES: PermissionDenied,
    _errno.EBUSY: Busy,
    _errno.EAGAIN: Busy,
    _errno.EOPNOTSUPP: NotSupported,
    _errno.EPROTONOSUPPORT: NotSupported,
    _errno.EAFNOSUPPORT: NotSupported,
    _errno.ECONNREFUSED: PortRefused,
    _errno.ENOBUFS: BufferOverrun,
    ENOTSUPP: NotSupported,
}


def errno_name(number: int) -> str:
    """What an errno is called; `errno.errorcode` has ENOTSUP, which the kernel does not say, and not `ENOTSUPP`."""
    if number == ENOTSUPP:
        return "ENOTSUPP"
    return "EOPNOTSUPP" if number == _errno.EOPNOTSUPP else _errno.errorcode.get(number, str(number))


def error_class(errno: int) -> type[NetlinkError]:
    """The subclass of `NetlinkError` that stands for an errno value."""
    return _BY_ERRNO.get(errno, NetlinkError)


def from_errno(errno: int, message: str = "", *, asked: str = "", hint: str = "") -> NetlinkError:
    """A `NetlinkError` of the class that fits `errno` (a positive number)."""
    return error_class(errno)(errno, message, asked=asked, hint=hint)


def from_error(error: OSError, asked: str) -> NetlynxError:
    """A `NetlinkError` for what a call was refused with; what `error` says and advises stays, if it is one.

    A wait that another process was too long for, or that was ended, stays what it is.
    """
    if isinstance(error, RequestTimeout):
        return RequestTimeout(f"{asked}: {error}")
    if isinstance(error, ConnectionClosed):
        return error
    said = (error.message, error.hint) if isinstance(error, NetlinkError) else ("", "")
    return from_errno(error.errno or _errno.EIO, said[0], asked=asked, hint=said[1])


def group_refused(error: OSError, number: int, asked: str) -> NetlynxError:
    """The error for a group that cannot be joined, as `from_error` gives it.

    EINVAL has one cause alone: the protocol has fewer groups. Source: netlink_setsockopt in net/netlink/af_netlink.c.
    """
    found = from_error(error, asked)
    if isinstance(found, NetlinkError) and found.errno == _errno.EINVAL and not found.message:
        found.message = f"the protocol has no group {number}"
    return found


def refuse(number: int) -> OSError:
    """The plain error that a system call ends with, of the builtin class that fits."""
    return OSError(number, os.strerror(number))


def _rebuild_transaction(
    errors: dict[int, NetlinkError], asked: str, unheard: bool, before: int, partly: bool
) -> TransactionError:
    return TransactionError(errors, asked=asked, unheard=unheard, before=before, partly=partly)


def carried_out(before: int, partly: bool) -> str:
    """What to say of a transaction that was refused, of which something was carried out before if it was cut."""
    if not before and not partly:
        return "nothing was carried out"
    part = f" and a part of operation {before + 1}" if partly else ""
    return f"of what it was cut into the first {before} operations{part} were carried out, nothing behind them"


def _rebuild(cls: type[NetlinkError], errno: int, details: dict[str, Any]) -> NetlinkError:
    return cls(errno, **details)
