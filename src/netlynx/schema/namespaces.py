"""Fields that tell a network namespace by a file descriptor: what they are given as, and who holds the descriptor.

A record has the name or path (opened by the connection, when and where it sends the record), or an open namespace of
its own: a duplicate of what it was given, which is the same namespace whatever becomes of the original's number.
Numbers are for the kernel alone: they are made for one operation, by who holds the namespace until its answer is there.
"""

from __future__ import annotations

import errno
import operator
import os
from typing import TYPE_CHECKING, Any

from netlynx.errors import EncodeError, EncodeTypeError, NetlinkError

if TYPE_CHECKING:
    from netlynx.netns import NetworkNamespace


class Descriptor(int):
    """The number that an operation says to the kernel, and the namespace that it stands for, held open with it."""

    namespace: NetworkNamespace | None = None

    @classmethod
    def of(cls, namespace: NetworkNamespace) -> Descriptor:
        """The number of an open namespace."""
        made = cls(namespace.fileno())
        made.namespace = namespace
        return made

    def __str__(self) -> str:
        return int.__repr__(self) if self.namespace is None else str(self.namespace)


def settled_namespace(value: Any) -> Any:
    """A name or path as text; of anything else a namespace opened for the record.

    Raises EncodeError for a number that is no open descriptor of a network namespace, or for what is no name,
    EncodeTypeError for what tells no namespace, NetlinkError where nothing more can be opened.
    """
    from netlynx import netns

    if isinstance(value, Descriptor):
        return value
    if isinstance(value, (str, os.PathLike)):
        return _name(os.fspath(value))
    if hasattr(value, "__index__") and not isinstance(value, (bool, netns.Pid)):
        value = netns.Fd(operator.index(value))
    elif isinstance(value, bool) or not (isinstance(value, netns.Pid) or hasattr(value, "fileno")):
        expected = "the name or path of a network namespace, an open one, or its file descriptor"
        raise EncodeTypeError(f"expected {expected}, not {type(value).__name__} {value!r}")
    try:
        return netns.open(value)
    except OverflowError:
        raise EncodeError(f"{value!r} is no file descriptor") from None
    except NetlinkError as error:
        if error.errno not in (errno.EBADF, errno.EINVAL, errno.ESRCH):
            raise
        raise EncodeError(f"{value!r} is no open network namespace: {error.message or error.strerror}") from error


def _name(value: Any) -> str:
    from netlynx import netns

    if not isinstance(value, str):
        raise EncodeTypeError(f"expected text, not {type(value).__name__} {value!r}")
    try:
        if "/" not in value:
            netns.exists(value)
        elif "\0" in value:
            raise ValueError(f"a path has no NUL in it: {value!r}")
    except ValueError as error:
        raise EncodeError(str(error)) from None
    return str(value)
