"""The tracer: what happens at each stop of a program that is traced.

A program is traced with a filter of seccomp(2) that it starts with: it stops at the calls of sockets, and at whatever
gives it a socket of netlink. For the descriptor of such a socket it gets a filter more, with which it stops where it
reads or writes there; so other files cost it nothing. Where it cannot be given one, because it has filters of its own
or is traced from its midst, its process stops at every call.

Source: ptrace(2), seccomp(2).
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import time
from collections import deque
from collections.abc import Callable

from netlynx.trace import carried
from netlynx.trace.filters import AF_NETLINK, of_descriptor
from netlynx.trace.heard import Heard
from netlynx.trace.numbers import COPIES, DEEDS, FILES, Deed, Machine
from netlynx.trace.tasks import Call, Process, Task, gains, is_narrow, number_of
from netlynx.transport._calls import Tracing

CONTINUE, CALLS = 7, 24  # PTRACE_CONT, PTRACE_SYSCALL: sys/ptrace.h
DETACH, SEIZE, INTERRUPT, LISTEN = 17, 0x4206, 0x4207, 0x4208
_FORK, _VFORK, _CLONE, _EXEC, _SECCOMP, _STOP = 1, 2, 3, 4, 7, 128  # PTRACE_EVENT_*
_AT_CALL = signal.SIGTRAP | 0x80  # PTRACE_O_TRACESYSGOOD
_STOPPING = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
_AGAIN = range(512, 532)  # ERESTARTSYS and its like: the call is made once more; linux/errno.h
_WATCHED = 8  # descriptors of a process with a filter each, before one is for all
_HELD = 64 << 20  # bytes that are held until there is time to show them
_QUIET = 2  # milliseconds without a call, after which there is time
_AF_UNIX = 1

TRACES_CLONES = 1 | 8  # PTRACE_O_TRACESYSGOOD, TRACECLONE
TRACES_CHILDREN = 2 | 4  # TRACEFORK, TRACEVFORK
TRACES_PROGRAMS = 0x10 | 0x80  # TRACEEXEC, TRACESECCOMP
ENDS_WITH_US = 0x100000  # PTRACE_O_EXITKILL: without who traces it, its filter would refuse its calls


class Tracer:
    """Follows tasks until none is left, or until it is told to let go.

    `files` says whether reads and writes are looked at, `follow` whether what children say is told. `note` is told what
    a person has to know; `heard` collects what the programs said.
    """

    def __init__(self, machine: Machine, *, files: bool, follow: bool, note: Callable[[str], object]) -> None:
        self.machine = machine
        self.files = files
        self.follow = follow
        self.note = note
        self.heard: deque[Heard] = deque()
        self.held = 0  # bytes of `heard`
        self.tasks: dict[int, Task] = {}
        self.processes: dict[int, Process] = {}
        self.root = 0
        self.status: int | None = None  # of the root, as waitpid(2) tells it
        self._first: Process | None = None
        self._parents: dict[int, Process] = {}  # of children that have not introduced themselves
        self._met: deque[tuple[int, int]] = deque()  # stops that were met out of turn

    def add(self, number: int, process: Process) -> Task:
        """Know a task."""
        self._first = self._first or process
        self.processes[process.number] = process
        task = self.tasks[number] = Task(number, process)
        return task

    def run(self, show: Callable[[], bool], *, until: Callable[[], object], patience: float) -> None:
        """Wait and look until no task is left or `until` says so.

        `show` is called when there is time: the programs are quiet, or what was heard is older than `patience` seconds.
        It says whether there is more for it.
        """
        pause = -1
        while not until():
            try:
                number, status = self._met.popleft() if self._met else Tracing.wait(pause)
            except InterruptedError:
                continue
            except ChildProcessError:
                break
            if number:
                self.stopped(number, status)
                pause = _QUIET
                while self._is_late(patience) and show():
                    pass
            else:
                pause = 0 if show() else -1
        while show():
            pass

    def _is_late(self, patience: float) -> bool:
        """Whether something has to be shown though there is no time for it."""
        return self.held > _HELD or (bool(self.heard) and time.time() - self.heard[0].time > patience)

    def take(self) -> Heard | None:
        """The next that was heard and whose end is known."""
        if not self.heard or not self.heard[0].known:
            return None
        found = self.heard.popleft()
        self.held -= len(found.data)
        return found

    def stopped(self, number: int, status: int) -> None:
        """Look at a task that stopped or ended, and let it go on."""
        try:
            deliver = self._seen(number, status)
            if deliver is not None and (task := self.tasks.get(number)) is not None:
                whole = task.process.whole and task.process.shown
                Tracing.request(CALLS if whole or task.call is not None else CONTINUE, number, deliver)
        except ProcessLookupError:
            pass  # it was killed; its end will be told

    def _seen(self, number: int, status: int) -> int | None:
        """Look at a task that stopped or ended: the signal that is to be delivered, None where it does not go on."""
        if not os.WIFSTOPPED(status):
            self._ended(number, status)
            return None
        event, number_of_signal = status >> 16, os.WSTOPSIG(status)
        task = self.tasks.get(number) or self._newcomer(number)
        if event == _STOP:
            if number_of_signal in _STOPPING:
                Tracing.request(LISTEN, number)
                return None
        elif event == _SECCOMP:
            self._begins(task)
        elif event == _EXEC:
            self._becomes(task)
        elif number_of_signal == _AT_CALL:
            self._at_call(task)
        elif event in (_FORK, _VFORK, _CLONE):
            # The child introduces itself by its first stop: perhaps earlier, perhaps when its parent has ended.
            if (child := Tracing.message(number)) not in self.tasks:
                self._parents[child] = task.process
        else:
            return number_of_signal
        return 0

    def _newcomer(self, number: int) -> Task:
        """A thread or a child of who is traced already, at its first stop."""
        group = number_of(number, "Tgid") or number
        process = self.processes.get(group)
        if process is None:
            parent = self._parents.get(number) or self.processes.get(number_of(number, "PPid") or 0) or self._first
            assert parent is not None  # only who is traced has children here
            process = parent.child(group, shown=parent.shown and self.follow)
        self._parents.pop(number, None)
        return self.add(number, process)

    def _ended(self, number: int, status: int) -> None:
        if number == self.root:
            self.status = status
        task = self.tasks.pop(number, None)
        if task is None:
            return
        self._forget_call(task)
        task.close()
        if number == task.process.number:
            self.processes.pop(number, None)

    @staticmethod
    def _forget_call(task: Task) -> None:
        """Whatever its call sent will not be told how that went."""
        for each in task.call.heard if task.call is not None else ():
            each.known = True
        task.call = None

    def _becomes(self, task: Task) -> None:
        """A process became another program; of its threads, the one that did that is left, as the first of them."""
        before = Tracing.message(task.number)
        if before != task.number and (gone := self.tasks.pop(before, None)) is not None:
            gone.close()
        self._forget_call(task)
        task.close()
        process = task.process
        process.named()
        if task.number == self.root and not process.filters:
            process.filters = number_of(task.number, "Seccomp_filters") or 0
        if not process.shown:
            return
        program = f"/proc/{process.number}/exe"
        if is_narrow(program):
            self.note(f"{process.program} ({process.number}) is a 32-bit program: what it says is not seen")
        elif os.geteuid() and (how := gains(program)):
            who = f"{process.program} ({process.number})"
            self.note(f"{who} is {how}, and runs without that, as it is traced: run netlynx as root")

    # --- calls -------------------------------------------------------------------------------------------------------

    def _at_call(self, task: Task) -> None:
        where, machine, number, args = Tracing.call_of(task.number)
        if where == 2:
            if task.call is not None:
                call, task.call = task.call, None
                self._ends(task, call, number)
        elif machine == self.machine.audit:
            self._forget_call(task)
            self._begin(task, number, args)

    def _begins(self, task: Task) -> None:
        """At a stop of the filter; one that stops at every call did so already."""
        if task.process.shown and not (task.process.whole and task.call is not None):
            self._forget_call(task)
            _, _, number, args = Tracing.call_of(task.number)
            self._begin(task, number, args)

    def _begin(self, task: Task, number: int, args: tuple[int, ...]) -> None:
        """Before a call: what it sends is there already."""
        name = self.machine.names.get(number)
        if name is None or not task.process.shown or (name in FILES and not self.files):
            return
        deed = DEEDS[name]
        if deed is Deed.HIDES:
            if not task.process.told:
                task.process.told = True
                who = f"{task.process.program} ({task.process.number})"
                self.note(f"{who} uses io_uring: what it sends and receives that way is not seen")
            return
        if deed is Deed.MAKES:
            if self.files and not task.process.whole:
                task.call = Call(name, args)
            return
        call = Call(name, args)
        found = task.socket(call.descriptor)
        if found is None:
            return
        family, protocol, port = found
        if family == AF_NETLINK:
            call.socket = protocol, port
            task.call = call
            if deed is Deed.SENDS:
                self._sends(task, call)
        elif family == _AF_UNIX and name in ("recvmsg", "recvmmsg") and self.files and not task.process.whole:
            task.call = call  # descriptors may come along

    def _sends(self, task: Task, call: Call) -> None:
        try:
            datagrams = carried.sent(task.number, call.name, call.args)
        except OSError as error:
            if error.errno != errno.EFAULT:
                raise
            return
        for data, peer, group, length in datagrams:
            item = self._item(task, call, sent=True)
            item.data, item.peer, item.group, item.length, item.known = data, peer, group, length, False
            call.heard.append(item)
            self._keep(item)

    def _ends(self, task: Task, call: Call, result: int) -> None:
        """Behind a call: what it received is there, and how it went."""
        if call.socket is None:
            self._made(task, call, result)
        elif DEEDS[call.name] is Deed.SENDS:
            self._was_sent(task, call, result)
        elif DEEDS[call.name] is Deed.ASKS:
            self._was_asked(task, call, result)
        elif result < 0:
            if -result not in _AGAIN:
                self._failed(task, call, -result)
        elif not carried.peeks(call.name, call.args):
            with contextlib.suppress(OSError):
                for data, peer, group, length in carried.received(task.number, call.name, call.args, result):
                    item = self._item(task, call, sent=False)
                    item.data, item.peer, item.group, item.length = data, peer, group, length
                    self._keep(item)

    def _was_sent(self, task: Task, call: Call, result: int) -> None:
        many = call.name == "sendmmsg"
        done = len(call.heard) if result >= 0 and not many else max(result, 0)
        for at, each in enumerate(call.heard):
            each.known = True
            if at == done and result < 0 and -result not in _AGAIN:
                each.error = -result
            elif at >= done:  # it will be sent again, or was not reached
                self._drop(each)
        if not call.heard and result < 0 and -result not in _AGAIN:
            self._failed(task, call, -result)

    def _was_asked(self, task: Task, call: Call, result: int) -> None:
        """SO_ERROR: an overrun that is told so is not told again by a call that receives."""
        if result < 0 or not call.args[3]:
            return
        with contextlib.suppress(OSError):
            found = int.from_bytes(Tracing.read(task.number, call.args[3], 4), "little")
            if found:
                self._failed(task, call, found)

    def _failed(self, task: Task, call: Call, number: int) -> None:
        item = self._item(task, call, sent=DEEDS[call.name] is Deed.SENDS)
        item.error = number
        self._keep(item)

    def _item(self, task: Task, call: Call, *, sent: bool) -> Heard:
        protocol, port = call.socket or (0, 0)
        process = task.process
        return Heard(
            time.time(),
            process.number,
            task.number,
            process.program,
            call.descriptor,
            protocol,
            port,
            sent,
            call.name,
        )

    def _keep(self, item: Heard) -> None:
        self.heard.append(item)
        self.held += len(item.data)

    def _drop(self, item: Heard) -> None:
        self.heard.remove(item)
        self.held -= len(item.data)

    # --- descriptors -------------------------------------------------------------------------------------------------

    def _made(self, task: Task, call: Call, result: int) -> None:
        """Behind a call that may have given the process a socket of netlink."""
        if result < 0:
            return
        made = [result]
        if call.name not in ("socket", "fcntl", "pidfd_getfd", *COPIES):
            try:
                made = [*carried.passed(task.number, call.name, call.args, result)]
            except OSError:
                return
        for each in made:
            found = task.socket(each)
            if found is not None and found[0] == AF_NETLINK:
                self._watch(task, each)

    def _watch(self, task: Task, descriptor: int) -> None:
        """Have a process stop where it reads or writes a descriptor."""
        process = task.process
        if process.whole or descriptor in process.watched or None in process.watched:
            return
        one = descriptor if len(process.watched) < _WATCHED else None
        if number_of(task.number, "Seccomp_filters") != process.filters:
            self._watch_all(task)  # filters of its own may refuse it one more
            return
        failed, status = Tracing.add_filter(task.number, of_descriptor(self.machine, one))
        if failed == 0:
            process.watched.add(one)
            process.filters += 1
        elif failed > 0:
            self._watch_all(task)
        elif status:
            self._met.append((task.number, status))
            raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))

    def _watch_all(self, task: Task) -> None:
        """Have a process stop at all of its calls."""
        task.process.whole = True
        for each in self.tasks.values():
            if each.process is task.process and each is not task:
                with contextlib.suppress(ProcessLookupError):
                    Tracing.request(INTERRUPT, each.number)

    def let_go(self) -> None:
        """Leave the tasks, which run on as if nobody had looked."""
        left = set(self.tasks)
        for number in left:
            with contextlib.suppress(ProcessLookupError):
                Tracing.request(INTERRUPT, number)
        while left:
            try:
                number, status = Tracing.wait()
            except InterruptedError:
                continue
            except ChildProcessError:
                return
            with contextlib.suppress(ProcessLookupError):
                stays = os.WIFSTOPPED(status) and status >> 16 == _STOP
                deliver = 0 if stays else self._seen(number, status)
                if deliver is not None:
                    Tracing.request(DETACH, number, deliver)
            left.discard(number)
