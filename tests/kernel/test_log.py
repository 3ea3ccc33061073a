"""The kernel's log."""

from __future__ import annotations

import threading

import pytest

from netlynx.kernel import VirtualKernel


def test_the_ring_keeps_the_newest_lines_and_counts_all() -> None:
    kernel = VirtualKernel(log_size=2)
    for number in range(5):
        kernel.log(f"line {number}")
    assert len(kernel.messages) == 2
    assert [(entry.sequence, entry.text) for entry in kernel.messages] == [(3, "line 3"), (4, "line 4")]


def test_a_line_looks_as_dmesg_prints_it() -> None:
    kernel = VirtualKernel()
    kernel.log("hello")
    (entry,) = kernel.messages
    assert str(entry).startswith("[    0.")
    assert str(entry).endswith("] hello")


def test_following_gives_what_is_there_and_what_comes_until_the_kernel_ends() -> None:
    kernel = VirtualKernel()
    kernel.log("before")
    lines: list[str] = []
    started = threading.Event()

    def follow() -> None:
        for entry in kernel.messages.follow(timeout=30):
            lines.append(entry.text)
            started.set()

    follower = threading.Thread(target=follow)
    follower.start()
    assert started.wait(30)
    kernel.log("after")
    kernel.close()
    follower.join(30)
    assert lines == ["before", "after"]


def test_following_what_is_new_starts_now_and_gives_up_after_a_while() -> None:
    kernel = VirtualKernel()
    kernel.log("old")
    lines = kernel.messages.follow(timeout=0.01, new=True)
    kernel.log("new")
    assert next(lines).text == "new"
    with pytest.raises(TimeoutError):
        next(lines)
