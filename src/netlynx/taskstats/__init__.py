"""What processes have used: time, memory, I/O, and what they have waited for; told on request, and when they end.

    from netlynx import taskstats

    usage = nl.do(taskstats.process(1))
    print(usage.stats.command, usage.stats.user_time)

Source: linux/taskstats.h, kernel/taskstats.c, Documentation/accounting/taskstats.rst. Delays are counted with the
kernel parameter ``delayacct`` or the sysctl ``kernel.task_delayacct``. It takes CAP_NET_ADMIN, in the initial
namespaces.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Group
from netlynx.generic import Family, GenericHeader, do
from netlynx.generic.message import generic_do
from netlynx.schema import (
    Constants,
    Layout,
    Record,
    attr,
    chars,
    member,
    raw,
    s8,
    s64,
    string,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.arguments import text_of
from netlynx.schema.facts import Facts, NoFacts
from netlynx.wire.constants import NETLINK


class TASKSTATS_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    GET = 1
    NEW = 2


class TASKSTATS_CMD_ATTR(Constants):
    """Attributes of requests."""

    UNSPEC = 0
    PID = 1
    TGID = 2
    REGISTER_CPUMASK = 3
    DEREGISTER_CPUMASK = 4


class TASKSTATS_TYPE(Constants):
    """Attributes of answers."""

    UNSPEC = 0
    PID = 1
    TGID = 2
    STATS = 3
    AGGR_PID = 4
    AGGR_TGID = 5
    NULL = 6


class Moment(Layout, c="__kernel_timespec"):
    """When something happened, on the clock of the host (`struct __kernel_timespec`)."""

    __facts__: ClassVar[NoFacts] = NoFacts("struct __kernel_timespec of linux/time_types.h: two numbers of 64 bits")

    seconds: int = member(s64)  # since 1970
    nanoseconds: int = member(s64)


class Stats(Layout, c="taskstats"):
    """What a task, or all threads of a group together, have used; times of waiting with how often they waited.

    Kernels know a shorter or longer part of it, as `version` says; what they do not know is 0. Of a group the kernel
    sums up the delays and the switches only. Version 15 (Linux 6.13) had other members in the middle and cannot be read
    like this.
    """

    __differs__: ClassVar[dict[str, str]] = {
        "nice": "a nice value, -20 to 19, in an unsigned byte",
        "pad": "and the four bytes behind it, as `uid` is aligned to 8",
    }

    version: int = member(u16, c="version")  # the kernel's version of this struct
    exit_code: int = member(u32, c="ac_exitcode")  # as wait(2) gives it
    flags: int = member(u8, c="ac_flag")
    nice: int = member(s8, c="ac_nice")
    cpu_count: int = member(u64, c="cpu_count")  # how often it waited for a CPU
    cpu_delay: int = member(u64, c="cpu_delay_total")  # ns, waiting for a CPU
    blkio_count: int = member(u64, c="blkio_count")
    blkio_delay: int = member(u64, c="blkio_delay_total")  # ns, waiting for block I/O
    swapin_count: int = member(u64, c="swapin_count")
    swapin_delay: int = member(u64, c="swapin_delay_total")  # ns, waiting for pages to be swapped in
    cpu_run_real: int = member(u64, c="cpu_run_real_total")  # ns on CPUs, by the wall clock
    cpu_run_virtual: int = member(u64, c="cpu_run_virtual_total")  # ns on CPUs, without what a hypervisor took
    command: str = member(chars(32), c="ac_comm")  # the first bytes of its name
    policy: int = member(u8, c="ac_sched")  # scheduling policy, sched(7)
    pad: bytes = member(raw(7), c="ac_pad")
    uid: int = member(u32, c="ac_uid")
    gid: int = member(u32, c="ac_gid")
    pid: int = member(u32, c="ac_pid")
    ppid: int = member(u32, c="ac_ppid")
    began_32: int = member(u32, c="ac_btime")  # s since 1970, 32 bits; see `began`
    elapsed: int = member(u64, c="ac_etime")  # µs since it began
    user_time: int = member(u64, c="ac_utime")  # µs
    system_time: int = member(u64, c="ac_stime")  # µs
    minor_faults: int = member(u64, c="ac_minflt")
    major_faults: int = member(u64, c="ac_majflt")
    rss_time: int = member(u64, c="coremem")  # MB·µs of resident memory
    vm_time: int = member(u64, c="virtmem")  # MB·µs of virtual memory
    peak_rss: int = member(u64, c="hiwater_rss")  # KiB
    peak_vm: int = member(u64, c="hiwater_vm")  # KiB
    read_chars: int = member(u64, c="read_char")  # bytes read
    write_chars: int = member(u64, c="write_char")  # bytes written
    read_calls: int = member(u64, c="read_syscalls")
    write_calls: int = member(u64, c="write_syscalls")
    read_bytes: int = member(u64, c="read_bytes")  # from storage
    write_bytes: int = member(u64, c="write_bytes")  # to storage
    cancelled_write_bytes: int = member(u64, c="cancelled_write_bytes")
    voluntary_switches: int = member(u64, c="nvcsw")
    involuntary_switches: int = member(u64, c="nivcsw")
    user_time_scaled: int = member(u64, c="ac_utimescaled")  # µs, by the CPU's frequency
    system_time_scaled: int = member(u64, c="ac_stimescaled")  # µs
    cpu_run_scaled: int = member(u64, c="cpu_scaled_run_real_total")  # ns
    freepages_count: int = member(u64, c="freepages_count")
    freepages_delay: int = member(u64, c="freepages_delay_total")  # ns, reclaiming memory
    thrashing_count: int = member(u64, c="thrashing_count")
    thrashing_delay: int = member(u64, c="thrashing_delay_total")  # ns, waiting for thrashing pages
    began: int = member(u64, c="ac_btime64")  # s since 1970
    compact_count: int = member(u64, c="compact_count")
    compact_delay: int = member(u64, c="compact_delay_total")  # ns, compacting memory
    tgid: int = member(u32, c="ac_tgid")
    group_elapsed: int = member(u64, c="ac_tgetime")  # µs since the thread group began
    program_device: int = member(u64, c="ac_exe_dev")  # number of the device that the program is on
    program_inode: int = member(u64, c="ac_exe_inode")
    wpcopy_count: int = member(u64, c="wpcopy_count")
    wpcopy_delay: int = member(u64, c="wpcopy_delay_total")  # ns, copying on write
    irq_count: int = member(u64, c="irq_count")
    irq_delay: int = member(u64, c="irq_delay_total")  # ns, interrupted
    cpu_delay_max: int = member(u64, c="cpu_delay_max")  # ns
    cpu_delay_min: int = member(u64, c="cpu_delay_min")  # ns
    blkio_delay_max: int = member(u64, c="blkio_delay_max")  # ns
    blkio_delay_min: int = member(u64, c="blkio_delay_min")  # ns
    swapin_delay_max: int = member(u64, c="swapin_delay_max")  # ns
    swapin_delay_min: int = member(u64, c="swapin_delay_min")  # ns
    freepages_delay_max: int = member(u64, c="freepages_delay_max")  # ns
    freepages_delay_min: int = member(u64, c="freepages_delay_min")  # ns
    thrashing_delay_max: int = member(u64, c="thrashing_delay_max")  # ns
    thrashing_delay_min: int = member(u64, c="thrashing_delay_min")  # ns
    compact_delay_max: int = member(u64, c="compact_delay_max")  # ns
    compact_delay_min: int = member(u64, c="compact_delay_min")  # ns
    wpcopy_delay_max: int = member(u64, c="wpcopy_delay_max")  # ns
    wpcopy_delay_min: int = member(u64, c="wpcopy_delay_min")  # ns
    irq_delay_max: int = member(u64, c="irq_delay_max")  # ns
    irq_delay_min: int = member(u64, c="irq_delay_min")  # ns
    cpu_delay_max_at: takes.Nested[Moment | None] = member(struct(Moment), c="cpu_delay_max_ts")
    blkio_delay_max_at: takes.Nested[Moment | None] = member(struct(Moment), c="blkio_delay_max_ts")
    swapin_delay_max_at: takes.Nested[Moment | None] = member(struct(Moment), c="swapin_delay_max_ts")
    freepages_delay_max_at: takes.Nested[Moment | None] = member(struct(Moment), c="freepages_delay_max_ts")
    thrashing_delay_max_at: takes.Nested[Moment | None] = member(struct(Moment), c="thrashing_delay_max_ts")
    compact_delay_max_at: takes.Nested[Moment | None] = member(struct(Moment), c="compact_delay_max_ts")
    wpcopy_delay_max_at: takes.Nested[Moment | None] = member(struct(Moment), c="wpcopy_delay_max_ts")
    irq_delay_max_at: takes.Nested[Moment | None] = member(struct(Moment), c="irq_delay_max_ts")


class Request(Record, header=GenericHeader):
    """Whose statistics are wanted; or for which CPUs those of tasks that end."""

    __facts__: ClassVar[Facts] = Facts(attributes=TASKSTATS_CMD_ATTR, policy="taskstats_cmd_get_policy")

    pid: int | None = attr(TASKSTATS_CMD_ATTR.PID, u32)
    tgid: int | None = attr(TASKSTATS_CMD_ATTR.TGID, u32)
    register: str | None = attr(TASKSTATS_CMD_ATTR.REGISTER_CPUMASK, string)  # such as 0-3,8
    deregister: str | None = attr(TASKSTATS_CMD_ATTR.DEREGISTER_CPUMASK, string)


_PID, _TGID = TASKSTATS_TYPE.AGGR_PID, TASKSTATS_TYPE.AGGR_TGID


class Usage(Record, header=GenericHeader):
    """Statistics of a task, of a thread group, or of both when the last thread of a group has ended."""

    __facts__: ClassVar[Facts] = Facts(attributes=TASKSTATS_TYPE)
    __omitted__: ClassVar[dict[str, str]] = {"TASKSTATS_TYPE_NULL": "padding before a struct"}

    pid: int | None = attr((_PID, TASKSTATS_TYPE.PID), u32)
    stats: takes.Nested[Stats | None] = attr((_PID, TASKSTATS_TYPE.STATS), struct(Stats))
    tgid: int | None = attr((_TGID, TASKSTATS_TYPE.TGID), u32)
    group_stats: takes.Nested[Stats | None] = attr((_TGID, TASKSTATS_TYPE.STATS), struct(Stats))


class TaskStats(Family, name="TASKSTATS", version=1):
    """The family ``TASKSTATS``."""

    get = do(TASKSTATS_CMD.GET, request=Request, reply=Usage, reply_number=TASKSTATS_CMD.NEW, privileged=True)


def process(pid: int) -> Do[Usage]:
    """What one task (a thread, or a process of one thread) has used, in `Usage.stats`. Raises EncodeError.

    A PID that nobody has is errno ESRCH.
    """
    return TaskStats.get(pid=pid)


def group(tgid: int) -> Do[Usage]:
    """What all threads of a process have used together, those that have ended too, in `Usage.group_stats`.

    Raises EncodeError.
    """
    return TaskStats.get(tgid=tgid)


def exits(cpus: str) -> Group[Usage]:
    """What tasks have used that end on these CPUs, such as ``"0-3,8"``, to subscribe to.

    The last thread of a group brings the group's statistics too. The kernel sends to the socket that asked: where the
    listener is too slow, it hears of an `Overrun`. /sys/devices/system/cpu/possible says which CPUs there are; with
    others the subscription fails with EINVAL. It is told in the initial network namespace alone: a subscription in
    another one raises NotSupported. Raises EncodeError.
    """
    name = "taskstats.exits"
    cpus = text_of(cpus, "taskstats.exits(cpus)")
    register = generic_do(name, "TASKSTATS", TASKSTATS_CMD.GET, Request(register=cpus), version=1)
    return Group(
        name,
        NETLINK.GENERIC,
        (),
        {},
        family="TASKSTATS",
        commands={int(TASKSTATS_CMD.NEW): ("exit", Usage)},
        begin=(register,),
        initial_only=True,  # genlmsg_unicast(&init_net, …), kernel/taskstats.c
    )
