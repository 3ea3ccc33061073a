"""`send`, `listen` and `protocols`: on a virtual kernel, and between processes on the real one."""

from __future__ import annotations

import json
import re

import pytest

from child import running
from command import KERNEL, Run
from netlynx.transport.netlink_socket import NetlinkSocket


def test_the_kernel_answers_and_its_log_is_shown(run: Run) -> None:
    done = run("send", "25", "hello netlink!!", "--kernel", KERNEL, "--count", "1")
    assert done.stdout == "from kernel  type 3 (NLMSG_DONE)  flags 0x0  sequence 0  hello users!!!\n"
    assert re.fullmatch(r"kernel log: \[ +\d+\.\d+\] kernel recv from user: hello netlink!!\n", done.stderr)


def test_json_and_standard_input(run: Run) -> None:
    done = run("send", "25", "--kernel", KERNEL, "--count", "1", "--json", stdin="hello netlink!!")
    assert json.loads(done.stdout) == {
        "portid": 0,
        "group": 0,
        "type": 3,
        "flags": 0,
        "sequence": 0,
        "errno": 0,
        "text": "hello users!!!",
        "payload": b"hello users!!!".hex(),
    }
    assert "hello netlink!!" in done.stderr


def test_nothing_that_comes_back_is_status_1(run: Run) -> None:
    done = run("send", "25", "hi", "--kernel", KERNEL, "--wait", "0.05", "--count", "2", status=1)
    assert "netlynx: 1 of 2 messages came back, then nothing for 0.05 s" in done.stderr


def test_an_acknowledgement_and_an_error_are_said_in_words(run: Run) -> None:
    nlmsg = ("--kernel", KERNEL, "--count", "1", "--sequence", "7")
    done = run("send", "route", "00" * 16, "--hex", "--type", "18", "--flags", "request", *nlmsg)
    assert "type 2 (NLMSG_ERROR)  flags 0x200  sequence 7  nobody knows it [No such device (ENODEV)]" in done.stdout
    done = run("send", "route", "--type", "1", "--flags", "ack", *nlmsg)
    assert done.stdout.endswith("sequence 7  acknowledged\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("send", "nonsense", "hi"),
        ("send", "32", "hi"),
        ("send", "25", "zz", "--hex"),
        ("send", "25", "hi", "--flags", "reqest"),
        ("send", "25", "hi", "--to", "port"),
        ("send", "25", "hi", "--group", "33"),
        ("listen", "25", "--count", "0"),
    ],
)
def test_values_that_cannot_be_are_wrong_usage(arguments: tuple[str, ...], run: Run) -> None:
    assert "Invalid value" in run(*arguments, "--kernel", KERNEL, status=2).stderr


def test_a_port_that_nobody_has_is_an_error(run: Run) -> None:
    done = run("send", "usersock", "hi", "--to", "0xfffffff0", status=1)
    assert done.stderr.startswith("netlynx: send 20 bytes to port 4294967280 on NETLINK_USERSOCK (2): nobody is there")
    assert done.stderr.count("\n") == 1


def test_two_processes_talk_through_the_real_kernel(run: Run) -> None:
    with NetlinkSocket("usersock") as free:
        port = free.port + 1_000_000
    with running("listen", "usersock", "--port", str(port), "--count", "2") as other:
        assert other.stderr is not None
        assert other.stderr.readline() == f"listening on NETLINK_USERSOCK (2), port {port}\n"
        run("send", "usersock", "hello", "--to", str(port), "--type", "0x40", "--sequence", "3")
        run("send", "usersock", "00ff1b", "--hex", "--to", str(port))
        output, errors = other.communicate()
    assert (other.returncode, errors) == (0, "")
    first, second = output.splitlines()
    assert re.fullmatch(r"from port \d+  type 64  flags 0x0  sequence 3  hello", first)
    assert second.endswith("  00ff1b")


def test_protocols_of_a_virtual_kernel(run: Run) -> None:
    listed = {each["number"]: each for each in json.loads(run("protocols", "--json", "--kernel", KERNEL).stdout)}
    assert [number for number, each in listed.items() if each["opens"]] == [0, 2, 16, 25]
    assert (listed[25]["name"], listed[16]["name"], listed[3]["opens"]) == (None, "generic", False)
    assert "Linux 3.5" in listed[3]["gone"]
    assert (listed[0]["room"], listed[25]["room"]) == ("route", None)
    table = run("protocols", "--kernel", KERNEL).stdout
    assert re.search(r"^ +2  usersock +yes    usersock +messages between processes", table, re.M)
