"""The replayer: a kernel that answers from what a recorder saved."""

from __future__ import annotations

import os
from typing import Self

from netlynx.engine.messages import family_numbers, in_brief
from netlynx.transport.recording import Open, Receive, Recording
from netlynx.transport.replay import AtEnd, ReplayKernel


class Replayer(ReplayKernel):
    """A kernel that answers from a recording: ``netlynx.connect(kernel=replayer)``; there is no other kernel.

    `recording` is the path of a file that `Recorder.save` wrote, or a `Recording`. Requests have to come in the order
    of the recording, or, with ``ordered=False``, in any. Sequence numbers and port IDs need not be the same. A batch
    has to be made of the same operations in the same datagrams (128 operations, unless `window` says fewer).

    A request that does not fit raises `UnexpectedRequest`, an AssertionError that no ``except netlynx.NetlynxError``
    catches; as a context manager it raises the first one again at the end, should the program have caught it.
    Subscriptions get the notifications of the recording, overruns included; whoever waits after the last one gets
    `RecordingEnded`, which ends programs that would listen for ever, or with ``at_end="wait"`` waits. `left` are
    the exchanges that nobody asked for yet.

    Raises OSError, and DecodeError for a file that is no recording.
    """

    def __init__(
        self, recording: Recording | str | os.PathLike[str], *, ordered: bool = True, at_end: AtEnd = "raise"
    ) -> None:
        if not isinstance(recording, Recording):
            recording = Recording.load(recording)
        protocols = {step.socket: step.protocol for step in recording if isinstance(step, Open)}
        families: dict[int, str] = {}
        for step in recording:
            if isinstance(step, Receive):
                families |= family_numbers(protocols.get(step.socket, 0), step.data)
        super().__init__(
            recording,
            ordered=ordered,
            at_end=at_end,
            describe=lambda protocol, data: in_brief(protocol, data, families),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.check()

    def check(self) -> None:
        """Raise what did not fit the recording, whoever caught it before. Raises UnexpectedRequest."""
        if self.unexpected:
            raise self.unexpected[0]

    def assert_finished(self) -> None:
        """Assert that all requests of the recording were made, and none besides. Raises AssertionError."""
        self.check()
        if self.left:
            missing = [f"{each.number:3}. {self._describe(each.protocol, each.request)}" for each in self.left]
            raise AssertionError(
                f"{len(missing)} requests of {self.recording.name} were not made:\n" + "\n".join(missing)
            )
