"""`crypto`: the algorithms of a virtual kernel as a table and as JSON; one by its driver; what is refused."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from command import Run

KERNEL = textwrap.dedent(
    """
    from netlynx.crypto import Algorithm, AlgorithmFlags, HashReport, SkcipherReport
    from netlynx.crypto.algorithm import Wanted
    from netlynx.errors import from_errno
    from netlynx.kernel import VirtualKernel
    from netlynx.wire.constants import NETLINK

    TESTED = AlgorithmFlags.TESTED
    KNOWN = [
        Algorithm(name="sha256", driver="sha256-generic", module="kernel", references=1, priority=100,
                  flags=TESTED | 14, hash=HashReport(type="shash", block_size=64, digest_size=32)),
        Algorithm(name="cbc(aes)", driver="cbc(aes-generic)", module="cbc", references=2, priority=-5,
                  flags=AlgorithmFlags.INSTANCE | 5,
                  skcipher=SkcipherReport(
                      type="skcipher", block_size=16, min_key_size=16, max_key_size=32, iv_size=16)),
    ]
    kernel = VirtualKernel()
    service = kernel.serve(NETLINK.CRYPTO)

    @service.do(19, record=Wanted, reply=19, get=True)
    def look(request):
        for each in KNOWN:
            if each.driver == request.record.driver:
                return each
        raise from_errno(2)

    @service.dump(19, record=Wanted, reply=19)
    def all(request):
        yield from KNOWN
    """
)


@pytest.fixture
def kernel(tmp_path: Path) -> str:
    path = tmp_path / "kernel.py"
    path.write_text(KERNEL)
    return str(path)


def test_algorithms_are_a_table(run: Run, kernel: str) -> None:
    lines = [line.split() for line in run("crypto", "--kernel", kernel).stdout.splitlines()]
    assert lines == [
        ["NAME", "DRIVER", "TYPE", "PRIORITY", "REFS", "MODULE", "BLOCK", "KEY", "IV", "DIGEST", "FLAGS"],
        ["sha256", "sha256-generic", "shash", "100", "1", "kernel", "64", "32"],
        ["cbc(aes)", "cbc(aes-generic)", "skcipher", "-5", "2", "cbc", "16", "16-32", "16", "instance,untested"],
    ]


def test_those_of_a_name_and_one_by_its_driver_are_json(run: Run, kernel: str) -> None:
    (named,) = json.loads(run("crypto", "cbc(aes)", "--json", "--kernel", kernel).stdout)
    (driven,) = json.loads(run("crypto", "--driver", "cbc(aes-generic)", "--json", "--kernel", kernel).stdout)
    assert named == driven
    assert (named["priority"], named["skcipher"]["max_key_size"]) == (-5, 32)
    assert json.loads(run("crypto", "md5", "--json", "--kernel", kernel).stdout) == []


def test_refusals_are_in_words_of_the_command_line(run: Run, kernel: str) -> None:
    said = run("crypto", "--driver", "md5-generic", "--kernel", kernel, status=1).stderr
    assert said == (
        "netlynx: crypto: No such file or directory (ENOENT). None is registered that fits: the kernel makes one, or "
        "loads the module that has it, when it is used or added\n"
    )
    said = run("crypto", "sha256", "--driver", "sha256-generic", "--kernel", kernel, status=2).stderr
    assert "a single one is not filtered: leave NAME out" in said
    assert "no name is longer than 63 bytes" in run("crypto", "--driver", "x" * 64, "--kernel", kernel, status=2).stderr
    assert "lists them" in run("monitor", "crypto", status=2).stderr


def test_a_kernel_without_the_protocol_says_what_has_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.py"
    path.write_text("from netlynx.kernel import VirtualKernel\nkernel = VirtualKernel()\n")
    assert "this kernel does not have the protocol" in run("crypto", "--kernel", str(path), status=1).stderr
