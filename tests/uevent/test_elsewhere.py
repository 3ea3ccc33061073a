"""The device of an event that was heard in another network namespace than /sys shows: refused, not read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import netlynx
from netlynx import netns, route, uevent
from netlynx.netns import seeing
from support import PATIENCE, namespaces_refused

pytestmark = pytest.mark.skipif(bool(namespaces_refused()), reason=namespaces_refused())

# In a namespace of its own: what /sys shows of the event of a link that is there, by mount (or none) of sysfs.
HEARD_AT_HOME = """
import netlynx
from netlynx import route, uevent
with netlynx.connect() as nl, nl.subscribe(uevent.events(subsystem="net", action="add")) as events:
    nl.do(route.add(route.Link(name="here0", kind="veth", mtu=9000)))
    event = events.get(30).record
    try:
        print(uevent.Device(event).attribute("mtu"))
    except netlynx.NotSupported:
        print("refused")
"""


def heard(space: netns.NetworkNamespace) -> uevent.Uevent:
    wanted = uevent.events(subsystem="net", action="add")
    with netlynx.connect(netns=space) as nl, nl.subscribe(wanted) as events:
        nl.do(route.add(route.Link(name="there0", kind="veth", mtu=9000)))
        event = events.get(PATIENCE)
    assert isinstance(event, netlynx.Event)
    return event.record


def test_the_device_of_another_namespace_is_refused_and_can_be_asked_for(tmp_path: Path) -> None:
    with netns.anonymous() as space:
        event = heard(space)
        assert event.namespace == space.inode
        with pytest.raises(netlynx.NotSupported, match=r"another one's.*sysfs="):
            uevent.Device(event)
        with pytest.raises(netlynx.NotSupported), netns.inside(space):  # where /sys stays what it was
            uevent.Device(event)
        (tmp_path / event.devpath[1:]).mkdir(parents=True)
        (tmp_path / event.devpath[1:] / "mtu").write_text("9000\n")
        assert uevent.Device(event, sysfs=tmp_path).attribute("mtu") == "9000"


@pytest.mark.parametrize(
    ("prepare", "told"), [("true", "refused"), ("mount -t sysfs sysfs /sys", "9000")], ids=["the host's", "its own"]
)
def test_it_is_sysfs_that_counts_and_not_where_the_process_is(prepare: str, told: str) -> None:
    line = f'{prepare} && exec "$0" -c "$1"'
    command = ["unshare", "-n", "-m", "sh", "-c", line, sys.executable, HEARD_AT_HOME]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == told


def test_which_namespace_sysfs_shows() -> None:
    own = os.stat("/proc/self/ns/net").st_ino
    shown = seeing.shows("/sys", own)
    with netns.anonymous() as space:
        assert not seeing.shows("/sys", space.inode)
        assert not netns.run_in(space, seeing.shows, "/sys", space.inode)
        assert netns.run_in(space, seeing.shows, "/sys", own) == shown
