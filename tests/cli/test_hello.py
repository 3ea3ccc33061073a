"""`netlynx hello`: what it prints, line by line, and that it fails when something is wrong."""

from __future__ import annotations

import re

import pytest

from command import Run
from netlynx.cli.hello import classical, processes, router
from netlynx.cli.hello.steps import Failed
from netlynx.kernel import KernelSocket

CLASSICAL = ["send kernel:hello netlink!!", "kernel recv from user: hello netlink!!", "from kernel:hello users!!!"]


def test_the_classical_exchange() -> None:
    said: list[str] = []
    classical.talk(said.append)
    assert said == CLASSICAL


def test_the_same_between_two_processes() -> None:
    said: list[str] = []
    processes.talk(said.append)
    first, second, third = said
    other = re.fullmatch(r"send process (\d+):hello netlink!!", first)
    assert other is not None
    assert re.fullmatch(rf"process {other[1]} recv from process \d+: hello netlink!!", second)
    assert third == f"from process {other[1]}:hello users!!!"


def test_an_answer_that_is_not_the_right_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    unicast = KernelSocket.unicast
    monkeypatch.setattr(KernelSocket, "unicast", lambda self, data, *, to: unicast(self, "goodbye", to=to))
    with pytest.raises(Failed, match="the answer: 'goodbye' where 'hello users!!!' should be"):
        classical.talk(lambda text: None)


@pytest.mark.namespace
@pytest.mark.usefixtures("namespace")  # or skipped, where none can be made
def test_all_four_conversations(run: Run) -> None:
    done = run("hello")
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[2:5] == CLASSICAL
    heard = [line for line in lines if line.endswith("recv from group 1: hello everybody!!")]
    assert len(set(heard)) == 2
    unasked = {line for line in lines if line.startswith("from kernel, unasked:")}
    assert unasked == {
        f"from kernel, unasked:new link {router.NAME}",
        "from kernel, unasked:new address 192.0.2.1/24",
        "from kernel, unasked:new route 198.51.100.0/24 via 192.0.2.2",
    }
    third, fourth = (index for index, line in enumerate(lines) if line.startswith("from kernel:Link("))
    assert lines[third : third + 3] == lines[fourth : fourth + 3]
    assert [line[:2] for line in lines if re.match(r"\d\. ", line)] == ["1.", "2.", "3.", "4."]
    assert lines[-1] == "All four conversations went as they should."
