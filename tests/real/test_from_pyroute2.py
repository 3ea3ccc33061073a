"""What docs/from/pyroute2.md pairs does the same to the kernel, and what it says of pyroute2 is so."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from netlynx import route
from pairs import DOCS, different, run
from support import IN_GUEST, PATIENCE, needs_root

PAGE = "pyroute2.md"
try:
    import pyroute2  # noqa: F401
except ImportError:
    THERE: list[str] = []
else:
    THERE = ["there"]
MISSING = "pyroute2, the other side of the table, is not installed"

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel, needs_root]


@pytest.mark.timeout(600)
def test_both_sides_of_every_row_do_the_same() -> None:
    outcomes = run(PAGE, [*THERE, "python"], guest=IN_GUEST)
    wrong = different(PAGE, outcomes, guest=IN_GUEST)
    assert not wrong, "\n".join(wrong)
    if not THERE:
        pytest.skip(MISSING)


TOOLS = """
import os, threading


def fails(call, kind):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(call)


def descriptors():
    return len(os.listdir("/proc/self/fd"))

"""

THEIRS = """
from pyroute2 import IPRoute, NetlinkError


ipr = IPRoute()
ipr.link("set", index=1, mtuu=1400)  # a name that is misspelt
lo = ipr.get_links()[0]
assert lo.get("nothing") is None and lo.get_attr("IFLA_NOTHING") is None
assert ipr.link_lookup(ifname="v9") == []
assert type(ipr.get_links()) is tuple
assert (lo["state"], lo.get_attr("IFLA_OPERSTATE")) == ("down", "DOWN")
error = fails(lambda: ipr.route("add", dst="10.0.0.0/8", gateway="192.0.2.1"), NetlinkError)
assert (error.code, str(error)) == (101, "(101, 'Network is unreachable')") and not isinstance(error, OSError)

before = descriptors()
for _ in range(8):
    thread = threading.Thread(target=ipr.get_links)
    thread.start()
    thread.join()
assert descriptors() >= before + 8  # a socket for each thread that used it

events, heard = IPRoute(), []
events.bind()
other = threading.Thread(target=lambda: heard.extend(events.get()), daemon=True)
other.start()
ipr.link("add", ifname="i0", kind="ifb")
assert [msg["event"] for msg in events.get()] == ["RTM_NEWLINK"]
assert heard == []

small = IPRoute(rcvbuf=4096)
small.bind()
for mtu in range(1000, 1500):
    ipr.link("set", index=2, mtu=mtu)
assert fails(lambda: list(small.get()), OSError).errno == 105
os._exit(0)
"""

OURS = """
import netlynx
from netlynx import route


with netlynx.connect() as nl:
    assert "did you mean mtu" in str(fails(lambda: route.Link(index=1, mtuu=1400), TypeError))
    lo = nl.do(route.link(name="lo"))
    fails(lambda: lo.nothing, AttributeError)
    fails(lambda: nl.do(route.link(name="v9")), netlynx.NotFound)
    lost = fails(lambda: nl.do(route.add(route.Route(destination="10.0.0.0/8", gateway="192.0.2.1"))), OSError)
    assert lost.errno == 101 and "gateway" in str(lost)

    def ask():
        return nl.dump(route.links()).all()

    ask()
    before = descriptors()
    for _ in range(8):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert descriptors() == before

    heard = []
    with nl.subscribe(route.LINKS) as events:
        thread = threading.Thread(target=lambda: heard.append(events.get(timeout=60)))
        thread.start()
        nl.do(route.add(route.Link(name="i0", kind="ifb")))
        thread.join()
        assert [event.kind for event in heard] == ["new"]

    with nl.subscribe(route.LINKS, receive_buffer=8192) as events:
        nl.batch(route.change(route.Link(name="i0", mtu=mtu)) for mtu in range(1000, 1500))
        kinds = [type(event) for event in events.drain()]
        assert netlynx.Event in kinds and netlynx.Overrun in kinds
"""


@pytest.mark.parametrize("code", [OURS, THEIRS], ids=["netlynx", "pyroute2"])
def test_what_is_said_to_be_different_is(code: str) -> None:
    if code is THEIRS and not THERE:
        pytest.skip(MISSING)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    words = ["unshare", "--net", sys.executable, "-W", "ignore", "-c", TOOLS + code]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, env=environment)
    assert done.returncode == 0, done.stderr


def test_programs_of_theirs_run() -> None:
    if not THERE:
        pytest.skip(MISSING)
    programs = re.findall(r"^```py\n(.*?)^```", (DOCS / "from" / PAGE).read_text(), re.S | re.M)
    assert programs
    for program in programs:
        words = ["unshare", "--net", sys.executable, "-W", "ignore", "-c", program]
        done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, program + done.stderr


def written_out(option: str, words: dict[str, str]) -> str:
    """An option's name as the page has it written: without its kind, and with no word in short."""
    return "_".join(words.get(word, word) for word in option.partition("_")[2].split("_"))


def test_the_names_of_options_that_differ_are_those_that_are_told() -> None:
    if not THERE:
        pytest.skip(MISSING)
    from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg

    page = (DOCS / "from" / PAGE).read_text()
    said = re.search(r"^Words that are short there .*?another\s+name:$", page, re.S | re.M)
    table = re.search(r"^\| kind \| there, here \|\n\|---\|---\|\n(.*?)\n\n", page, re.S | re.M)
    assert said is not None
    assert table is not None
    words = dict(re.findall(r"`(\w+)`\s`(\w+)`", said[0]))
    assert len(words) == said[0].count("`") // 4
    told = {
        kind: dict(re.findall(r"`(\w+)` `(\w+)`", cell)) for kind, cell in re.findall(r"\| (\w+) \| (.*) \|", table[1])
    }
    used: set[str] = set()
    for kind in (*told, "vlan", "vrf", "geneve"):
        fields = {int(field.path[0]): name for name, field in getattr(route, kind.title()).__declarations__.items()}
        different = {}
        for place, entry in enumerate(ifinfmsg.ifinfo.data_map[kind].nla_map):
            number, theirs = entry if isinstance(entry[0], int) else (place, entry[0])
            option = theirs.removeprefix("IFLA_").lower()
            if number in fields and written_out(option, words) == fields[number]:
                used.update(option.split("_")[1:])
            elif number in fields:
                different[option] = fields[number]
        assert told.get(kind, {}) == different, kind
    assert words.keys() <= used
