"""The memory of large tables comes from elsewhere (`arenas.pxi`): it holds what it should, and all of it goes back."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

PRELUDE = """
import ctypes, gc, struct, sys, threading
from pathlib import Path

from netlynx.route import Route, RouteProtocol
from netlynx.schema.compile import plan_of
from netlynx.codec import _codec

PLAN = plan_of(Route)
ROWS = 256  # of a datagram


def datagram(number):
    payloads = (
        _codec.encode(PLAN, Route(destination=f"10.{number & 255}.{row}.0/24", gateway="192.0.2.1", oif=number + 1,
                                  family=2, protocol=RouteProtocol.STATIC))
        for row in range(ROWS)
    )
    return b"".join(struct.pack("=IHHII", 16 + len(each), 24, 2, 7, 8) + each for each in payloads)


DATAGRAMS = [datagram(number) for number in range(8)]


def table(rows):
    sink = _codec.Records(PLAN)
    for number in range(rows // ROWS):
        data = DATAGRAMS[number % 8]
        sink.read(data, 0, len(data), 24, 7, 8)
    return sink.take()


def is_right(record, number):
    part, row = number // ROWS % 8, number % ROWS
    return (record.destination, record.gateway, record.oif) == (f"10.{part}.{row}.0/24", "192.0.2.1", part + 1)


def resident():
    gc.collect()
    getattr(ctypes.CDLL(None), "malloc_trim", id)(0)  # what the C library keeps of lists is not meant
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
"""


def run(script: str, **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + textwrap.dedent(script)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_a_million_records_take_what_they_need_and_give_it_back() -> None:
    run("""
        table(20 * ROWS)
        before = resident()
        for _ in range(3):
            records = table(4000 * ROWS)
            taken = resident() - before
            assert len(records) == 4000 * ROWS
            assert 100 < taken < 230, taken
            assert all(is_right(records[number], number) for number in range(0, len(records), 1009))
            del records
            left = resident() - before
            assert left < 4, left
    """)


def test_some_records_outlive_the_others() -> None:
    run("""
        before = resident()
        some = table(400 * ROWS)[::1000]
        others = [table(400 * ROWS) for _ in range(3)]
        del others[1]
        assert all(is_right(record, number * 1000) for number, record in enumerate(some))
        assert all(is_right(record, number) for number, record in enumerate(others[1]))
        del others[0], some[::2]
        assert all(is_right(record, (2 * number + 1) * 1000) for number, record in enumerate(some))
        del some, others
        left = resident() - before
        assert left < 4, left
    """)


@pytest.mark.parametrize("allocator", ["malloc", "debug", "malloc_debug", "pymalloc_debug"])
def test_any_of_pythons_allocators_will_do(allocator: str) -> None:
    run(
        """
        for _ in range(2):
            records = table(100 * ROWS)
            assert all(is_right(record, number) for number, record in enumerate(records))
            del records
        """,
        PYTHONMALLOC=allocator,
    )


def test_threads_take_memory_meanwhile() -> None:
    run("""
        sys.setswitchinterval(1e-5)
        wrong = []

        def read():
            for _ in range(3):
                records = table(200 * ROWS)
                wrong.extend(number for number, record in enumerate(records) if not is_right(record, number))

        def fill():
            for _ in range(20):
                texts = [f"text {number}" for number in range(40_000)]
                wrong.extend(number for number, text in enumerate(texts) if text != f"text {number}")

        threads = [threading.Thread(target=target) for target in (read, read, fill)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
    """)


def test_a_child_process_goes_on_with_its_copy() -> None:
    run("""
        import os
        records = table(200 * ROWS)
        child = os.fork()
        if child == 0:
            kept = records[::7]
            del records
            more = table(200 * ROWS)
            good = all(is_right(record, number) for number, record in enumerate(more))
            os._exit(0 if good and all(is_right(record, 7 * number) for number, record in enumerate(kept)) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert all(is_right(record, number) for number, record in enumerate(records))
    """)
