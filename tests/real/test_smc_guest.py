"""SMC in the guest: no device there can do it, so what is counted is how connections go on over TCP.

Debian has no smc-tools to compare with; what SMC's sockets say of themselves is.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator

import pytest

import netlynx
from forking import typed
from netlynx import EncodeError, netns, route
from netlynx.families import smc
from support import IN_GUEST, PATIENCE

pytestmark = pytest.mark.guest

IPPROTO_SMC = 256  # linux/in.h


@pytest.fixture(autouse=True)
def module() -> None:
    if not IN_GUEST:
        pytest.skip("identifiers are the whole machine's: `make test-vm` has one of its own")
    done = subprocess.run(["modprobe", "smc"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no smc: {done.stderr.strip()}")


@pytest.fixture
def talked(namespace: netns.NetworkNamespace) -> Iterator[netlynx.Connection]:
    """A namespace in which two sockets of SMC have talked over the loopback."""

    def sockets() -> tuple[socket.socket, socket.socket]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, IPPROTO_SMC)
        return socket.socket(*kind), socket.socket(*kind)

    with netlynx.connect(netns=namespace, timeout=PATIENCE) as nl:
        nl.do(route.up("lo"))
        server, client = netns.run_in(namespace, sockets)
        with server, client:
            server.bind(("127.0.0.1", 0))
            server.listen()
            client.connect(server.getsockname())
            accepted, _ = server.accept()
            with accepted:
                client.sendall(b"hello")
                assert accepted.recv(5) == b"hello"
                yield nl


def test_connections_that_go_on_over_tcp_are_counted(talked: netlynx.Connection) -> None:
    told = talked.dump(smc.fallbacks()).all()
    assert {each.server for each in told} == {False, True}
    assert sum(each.count or 0 for each in told if each.server) == 1
    assert sum(each.count or 0 for each in told if not each.server) == 1
    (counted,) = talked.dump(smc.statistics())
    assert counted.ism is not None
    assert counted.rdma is not None
    assert (counted.rdma.client_v1, counted.ism.tx_bytes) == (0, 0)
    for listing in (smc.rdma_groups, smc.rdma_links, smc.ism_groups, smc.devices, smc.ism_devices):
        assert talked.dump(listing()).all() == []


def test_what_the_host_has(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    (system,) = nl.dump(smc.system())
    assert (system.version, system.rdma_v2) == (2, True)
    shown = typed("family", "smc_gen_netlink", "dump", "get-sys-info", where=namespace)
    assert '"version":2' in shown.replace(" ", "")


def test_identifiers(nl: netlynx.Connection) -> None:
    with netlynx.connect(timeout=PATIENCE) as first:
        before = {each.ueid for each in first.dump(smc.ueids())}
        first.do(smc.add_ueid(ueid="EXAMPLE.ID"))
        assert {each.ueid for each in first.dump(smc.ueids())} == before | {"EXAMPLE.ID"}
        with pytest.raises(netlynx.AlreadyExists):
            first.do(smc.add_ueid(ueid="EXAMPLE.ID"))
        with pytest.raises(EncodeError, match=r"UserId.ueid: .*an identifier has 1 to 32 characters"):
            smc.add_ueid(ueid="A" * 33)
        first.do(smc.delete_ueid(ueid="EXAMPLE.ID"))
        first.do(smc.add_ueid(ueid="ANOTHER-ID"))
        first.do(smc.flush_ueids())
        assert first.dump(smc.ueids()).all() == []
        (system,) = first.dump(smc.seids())
        assert (system.seid, system.enabled) == (None, None)  # there is no device that would have one


def test_handshakes_are_limited(nl: netlynx.Connection) -> None:
    for asked, enabled in ((smc.enable_limitation, True), (smc.disable_limitation, False)):
        with netlynx.connect(timeout=PATIENCE) as first:
            first.do(asked())
            (told,) = first.dump(smc.limitations())
        assert told.enabled is enabled


def test_networks_have_names() -> None:
    with netlynx.connect(timeout=PATIENCE) as nl:
        nl.do(route.add(route.Link(name="smc0", kind="dummy")))
        try:
            nl.do(smc.add_pnetid(name="net1", link="smc0"))
            (found,) = nl.dump(smc.pnetids())
            assert (found.name, found.link) == ("NET1", "smc0")
            assert nl.dump(smc.pnetid(name="NET1")).all() == [found]
            assert nl.dump(smc.pnetid(name="NET2")).all() == []
            nl.do(smc.delete_pnetid(name="NET1"))
            nl.do(smc.add_pnetid(name="NET3", link="smc0"))
            nl.do(smc.flush_pnetids())
            assert nl.dump(smc.pnetids()).all() == []
        finally:
            nl.do(route.delete(route.Link(name="smc0")))
