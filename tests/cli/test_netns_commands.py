"""`netlynx netns` and `netlynx altname`, beside ip(8)."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator

import pytest

import netlynx
from child import child
from conftest import Ip
from forking import forked
from netlynx import netns, route
from support import named_namespaces_refused, unique

pytestmark = pytest.mark.namespace


@pytest.fixture
def name() -> Iterator[str]:
    """A name that no namespace has, and none has afterwards."""
    if reason := named_namespaces_refused():
        pytest.skip(reason)
    name = unique("test")
    yield name
    for each in (name, f"{name}-2"):
        if netns.exists(each):
            netns.remove(each)


def said(*words: str, status: int = 0, where: netns.Where | None = None) -> str:
    done = forked(["netns", *words], where=where)
    assert done.returncode == status, done.stderr
    return str(done.stdout if not status else done.stderr)


def by_ip(*words: str) -> list[str]:
    return subprocess.run(["ip", "netns", *words], capture_output=True, text=True, check=True).stdout.split()


def test_namespaces_come_and_go(name: str) -> None:
    assert said("add", name, f"{name}-2") == f"added namespace {name}\nadded namespace {name}-2\n"
    assert {name, f"{name}-2"} <= {*by_ip("list")}
    listed = {row["name"]: row for row in json.loads(said("list", "--json"))}
    assert listed[name] == {"name": name, "nsid": None, "pids": 0}
    assert name in said("list")
    assert "a namespace has this name already" in said("add", name, status=1)
    assert said("delete", name, f"{name}-2").count("deleted namespace") == 2
    assert not {name, f"{name}-2"} & {*by_ip("list")}
    assert f"no namespace is called '{name}'" in said("delete", name, status=1)


def test_processes_are_known_by_their_namespace_and_namespaces_by_their_processes(name: str) -> None:
    said("add", name)
    with child(["sleep", "60"], where=name) as process:
        pid = str(process.pid)
        assert said("pids", name).split() == by_ip("pids", name) == [pid]
        assert said("identify", pid).split() == by_ip("identify", pid) == [name]
        assert said("attach", f"{name}-2", pid) == f"attached namespace {name}-2 to process {pid}\n"
        assert said("identify", pid).split() == [name, f"{name}-2"]
        process.kill()


def test_a_program_runs_in_one_with_its_exit_status(name: str) -> None:
    said("add", name)
    with netlynx.connect(netns=name) as nl:
        nl.do(route.add(route.Link(name="only-here", kind="bridge")))
    done = forked(["netns", "exec", name, "ip", "-o", "link", "show", "only-here"])
    assert (done.returncode, "only-here" in done.stdout) == (0, True)
    assert forked(["netns", "exec", name, "sh", "-c", "exit 3"]).returncode == 3
    assert forked(["netns", "exec", name, "sh", "-c", "kill -9 $$"]).returncode == 128 + signal.SIGKILL
    assert "no-such-program: No such file" in said("exec", name, "no-such-program", status=1)
    assert "no namespace is called" in said("exec", f"{name}-2", "true", status=1)


def test_an_id_is_given(name: str, namespace: netns.NetworkNamespace) -> None:
    said("add", name)
    assert said("set", name, "7", where=namespace) == f"namespace {name} has the ID 7\n"
    assert "assigned" in said("set", name, "auto", where=namespace, status=1)
    assert "no ID: a number, or auto" in said("set", name, "x", status=2)
    assert name in said("list", where=namespace)
    (row,) = (each for each in json.loads(said("list", "--json", where=namespace)) if each["name"] == name)
    assert row["nsid"] == 7


def test_links_get_and_lose_names(namespace: netns.NetworkNamespace, ip: Ip) -> None:
    long = "uplink-to-the-east-wing-of-the-house"
    ip("link add v0 type veth peer name v1")

    def altname(*words: str) -> subprocess.CompletedProcess[str]:
        return forked(["altname", *words], where=namespace)

    assert altname("add", "v0", long, "u2").stdout == f"added to v0: {long} u2\n"
    assert ip.json("link show v0")[0]["altnames"] == [long, "u2"]
    assert json.loads(altname("list", "--json").stdout) == [{"name": "v0", "alternative_names": [long, "u2"]}]
    assert [line.split() for line in altname("list").stdout.splitlines()[1:]] == [["v0", long, "u2"]]
    assert altname("delete", "u2", long).returncode == 0
    assert ip.json("link show v0")[0]["altnames"] == ["u2"]
    for words, why in ((("add", "v1", "v0"), "EEXIST"), (("delete", "v0", "no"), "ENOENT"), (("add", "no", "x"), "No")):
        refused = altname(*words)
        assert refused.returncode == 1
        assert why in refused.stderr
