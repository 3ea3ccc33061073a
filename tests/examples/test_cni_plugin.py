"""What a container runtime does with the plugin: ADD, CHECK, DEL, and all that can go wrong, in CNI's words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import netns, route
from programs import pair, run
from support import named_namespace

pytestmark = pytest.mark.namespace

CONFIG = {
    "cniVersion": "1.0.0",
    "name": "net",
    "type": "cni_plugin.py",
    "address": "10.1.0.2/32",
    "gateway": "10.1.0.1",
}


class Runtime:
    """Runs the plugin as a runtime does."""

    def __init__(self, host: netns.NetworkNamespace, container: str, patch: pytest.MonkeyPatch) -> None:
        self.host, self.path, self.patch = host, f"{netns.DIRECTORY}/{container}", patch

    def __call__(self, command: str, config: object = CONFIG, **variables: str) -> tuple[int, Any]:
        given = {"COMMAND": command, "CONTAINERID": "c1", "NETNS": self.path, "IFNAME": "eth0", **variables}
        with self.patch.context() as patch:
            for name, value in given.items():
                patch.setenv(f"CNI_{name}", value)
            stdin = config if isinstance(config, str) else json.dumps(config)
            status, out, err = run(self.host, "cni_plugin", stdin=stdin)
        assert err == ""
        return status, json.loads(out) if out else None


@pytest.fixture
def runtime(namespace: netns.NetworkNamespace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    with named_namespace() as container:
        yield Runtime(namespace, container, monkeypatch)


def test_a_container_is_connected_checked_and_disconnected(runtime: Runtime, nl: netlynx.Connection) -> None:
    status, result = runtime("ADD")
    assert (status, result["cniVersion"], result["routes"]) == (0, "1.0.0", [{"dst": "0.0.0.0/0", "gw": "10.1.0.1"}])
    assert result["ips"] == [{"address": "10.1.0.2/32", "gateway": "10.1.0.1", "interface": 1}]
    host, inside = result["interfaces"]
    assert (inside["name"], inside["sandbox"]) == ("eth0", runtime.path)
    assert nl.do(route.link(name=host["name"])).address == host["mac"]
    with netlynx.connect(netns=runtime.path) as within:
        assert within.do(route.link(name="eth0")).address == inside["mac"]
        found = within.do(route.route("192.0.2.1"))
        assert (found.gateway, found.preferred_source) == ("10.1.0.1", "10.1.0.2")
        assert runtime("CHECK") == (0, None)
        within.do(route.delete(route.Route(destination="default")))
    assert runtime("CHECK")[1]["msg"] == "LookupError: eth0 lacks the address 10.1.0.2/32 or the route by 10.1.0.1"
    assert runtime("DEL") == (0, None)
    assert runtime("DEL", NETNS="/run/netns/gone") == (0, None)  # again, when the namespace is gone
    assert nl.count(route.links().where(kind="veth")) == 0
    status, error = runtime("CHECK")
    assert (status, error["code"]) == (1, 100)
    assert "NotFound" in error["msg"]


def test_what_is_half_done_is_undone(runtime: Runtime, nl: netlynx.Connection) -> None:
    with netlynx.connect(netns=runtime.path) as within:
        pair(within, "other", "192.0.2.2/24")
        within.do(route.add(route.Route(destination="default", gateway="192.0.2.1")))  # in the way of the last step
        status, error = runtime("ADD")
        assert (status, error["code"], error["msg"][:14]) == (1, 100, "AlreadyExists:")
        assert nl.count(route.links().where(kind="veth")) == 0
        within.do(route.delete(route.Link(name="other")))
    assert runtime("ADD")[0] == 0  # as if nothing had been


def test_errors_have_the_codes_of_cni(runtime: Runtime) -> None:
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"config": {**CONFIG, "cniVersion": "0.3.1"}}, 1, "speaks 1.0.0"),
        ({"command": "EAT"}, 7, "EAT"),
        ({"config": "{"}, 6, "JSONDecodeError"),
        ({"config": {key: CONFIG[key] for key in ("cniVersion", "name", "gateway")}}, 7, "address"),
        ({"config": {**CONFIG, "address": "10.1.0.2.3"}}, 7, "Address.address"),
        ({"NETNS": "/run/netns/gone"}, 100, "/run/netns/gone"),
    ]
    for given, code, text in wrong:
        status, error = runtime(**{"command": "ADD", **given})
        assert (status, error["code"], error["cniVersion"]) == (1, code, "1.0.0"), given
        assert text in error["msg"], given
    assert runtime("VERSION", "") == (0, {"cniVersion": "1.0.0", "supportedVersions": ["1.0.0"]})
