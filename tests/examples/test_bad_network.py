"""The network is bad while the command runs, and as before afterwards. Kernels without netem have nothing run."""

from __future__ import annotations

import pytest

import netlynx
from netlynx import netns, tc
from programs import pair, started
from support import IN_GUEST

pytestmark = pytest.mark.namespace


def ended(where: netns.NetworkNamespace, *words: str) -> tuple[int, str, str]:
    with started(where, "bad_network", *words) as program:
        out, err = program.communicate()
    return program.returncode, out, err


@pytest.mark.guest
@pytest.mark.skipif(not IN_GUEST, reason="needs netem")
def test_it_is_bad_while_the_command_runs(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    pair(nl, "v0")

    def kinds() -> list[str | None]:
        return [each.kind for each in nl.dump(tc.qdiscs(index="v0"))]

    before = kinds()
    look = ["tc", "qdisc", "show", "dev", "v0"]
    status, out, err = ended(namespace, "v0", "--delay", "100ms", "--loss", "1%", "--", *look)
    assert (status, err) == (0, "")
    assert "netem" in out
    assert "delay 100ms loss 1%" in out
    assert kinds() == before
    assert ended(namespace, "v0", "--delay", "1ms", "--", "sh", "-c", "exit 3")[0] == 3
    assert ended(namespace, "v0", "--delay", "1ms", "--", "no-such-program")[0] == 1
    assert kinds() == before
    with started(
        namespace, "bad_network", "v0", "--delay", "1ms", "--", "sh", "-c", "echo on; exec sleep 60"
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "on\n"
        assert kinds() == ["netem"]
        program.terminate()
        program.wait()
    assert kinds() == before
    assert ended(namespace, "v0", "--delay", "1ms", "--", "sh", "-c", "kill -9 $$")[0] == 128 + 9
    nl.do(tc.impair("v0", loss="5%"))
    assert ended(namespace, "v0", "--delay", "1ms", "--", "true") == (1, "", "v0 has a bad network already\n")
    nl.do(tc.unimpair("v0"))
    nl.do(tc.add(tc.Qdisc(index="v0", handle="1:", kind="prio")))
    status, out, err = ended(namespace, "v0", "--delay", "1ms", "--", "echo", "ran")
    assert (status, out) == (1, "")
    assert "prio" in err
    assert kinds() == ["prio"]


def test_bad_words_are_refused_and_nothing_is_run(namespace: netns.NetworkNamespace) -> None:
    status, out, err = ended(namespace, "lo", "--delay", "100", "--", "echo", "ran")
    assert (status, out) == (1, "")
    assert "'100' has no unit" in err
    status, out, err = ended(namespace, "nope", "--delay", "1ms", "--", "echo", "ran")
    assert (status, out) == (1, "")
    assert "nope" in err
