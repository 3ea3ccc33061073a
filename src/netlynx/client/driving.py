"""Who drives conversations (`netlynx.engine.steps`): one loop for threads and the same for tasks, and nothing else.

`ways` says how each kind of step is waited for, by `who` waits, until a `deadline`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from netlynx.engine.steps import Ended, Handed, Otherwise, Step, Steps, ended

if TYPE_CHECKING:
    from netlynx.transport.deadline import Deadline

Ways: TypeAlias = Mapping[type, Callable[[Any, Any, "Deadline | None"], Any]]  # Any: each step's own, and its answer
AsyncWays: TypeAlias = Mapping[type, Callable[[Any, Any, "Deadline | None"], Awaitable[Any]]]


def advance(steps: Steps[Any], ways: Ways, who: object = None, deadline: Deadline | None = None) -> Handed | Ended:
    """Wait for whatever a conversation wants until it hands something out or ends.

    It is told of all that goes wrong meanwhile, Ctrl-C included: what is to be done then is said there.
    """
    step: Step | None
    answer: Any = None
    error: BaseException | None = None
    while True:
        try:
            while True:
                if error is None:
                    step = steps.send(answer)
                else:
                    try:
                        step = steps.throw(error)
                    finally:
                        error = None  # which holds this frame
                if type(step) is Handed:
                    return step
                answer = ways[type(step)](who, step, deadline)
        except StopIteration as end:
            return Ended(end.value)
        except BaseException as raised:
            step = None  # which may hold the error, too
            if ended(steps):
                raise
            error = raised


async def aadvance(
    steps: Steps[Any], ways: AsyncWays, who: object = None, deadline: Deadline | None = None
) -> Handed | Ended:
    """As `advance`, told of cancellation as well."""
    step: Step | None
    answer: Any = None
    error: BaseException | None = None
    while True:
        try:
            while True:
                if error is None:
                    step = steps.send(answer)
                else:
                    try:
                        step = steps.throw(error)
                    finally:
                        error = None
                if type(step) is Handed:
                    return step
                answer = await ways[type(step)](who, step, deadline)
        except StopIteration as end:
            return Ended(end.value)
        except BaseException as raised:
            step = None
            if ended(steps):
                raise
            error = raised


OTHERWISE: Ways = {Otherwise: lambda who, step, deadline: step.how(*step.arguments)}
"""For conversations that want nothing else: of either kind."""
