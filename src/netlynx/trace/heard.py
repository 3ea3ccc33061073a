"""What is heard: datagrams that a program sent or received, and calls that failed."""

from __future__ import annotations

import errno

import msgspec


class Heard(msgspec.Struct, eq=False):
    """One datagram of one socket of a program, or a call on such a socket that failed.

    | field | meaning |
    |---|---|
    | `time` | seconds since 1970, when the call that sent it began, or the one that received it ended |
    | `process`, `task` | process and thread ID |
    | `program` | what the process is called (`comm`) |
    | `descriptor`, `protocol`, `port` | of the socket; the port as it was before the call, 0 for none yet |
    | `sent` | whether the program sent it, to the kernel or to another program; else it received it |
    | `call` | the system call |
    | `data` | the datagram, as far as the program has it |
    | `peer` | the port at the other end: 0 is the kernel |
    | `group` | the multicast group that it was sent to, or came from; 0 for none |
    | `length` | its true length; more than `data` has where the program had less room, -1 where only that is known |
    | `error` | an errno, where the call failed; 0 for none |
    | `known` | whether how the call went is known: False while a program still sends |
    """

    time: float
    process: int
    task: int
    program: str
    descriptor: int
    protocol: int
    port: int
    sent: bool
    call: str
    data: bytes = b""
    peer: int = 0
    group: int = 0
    length: int = 0
    error: int = 0
    known: bool = True

    @property
    def failure(self) -> str:
        """The errno by name; "" where the call did not fail."""
        return errno.errorcode.get(self.error, str(self.error)) if self.error else ""
