"""Rooms of `netlynx.families` on a kernel that has these families: beside `teamnl`, `teamd`, /proc and /sys."""

from __future__ import annotations

import errno
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from netlynx import generic
from netlynx.families import dpll, drbd, handshake, nfc, nfsd, pmcraid, smbd, tcm_user
from support import PATIENCE, load

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

NFSD = Path("/proc/fs/nfsd")


# -- the NFS server


@pytest.fixture
def server() -> Iterator[netlynx.Connection]:
    """A connection to the first network namespace, where the NFS server is stopped in the end."""
    load("nfsd")
    if not (NFSD / "threads").exists():
        subprocess.run(["mount", "-t", "nfsd", "nfsd", NFSD], check=True)
    Path("/var/lib/nfs").mkdir(parents=True, exist_ok=True)
    with netlynx.connect() as connection:
        yield connection
        connection.do(nfsd.set_threads(nfsd.Server(threads=(0,))))


def versions() -> dict[tuple[int, int], bool]:
    """What /proc/fs/nfsd/versions says of each: ``+3 +4 +4.1 -4.2``."""
    found = {}
    for word in (NFSD / "versions").read_text().split():
        major, _, minor = word[1:].partition(".")
        found[int(major), int(minor or 0)] = word[0] == "+"
    return found


def test_versions_of_the_nfs_server(server: netlynx.Connection) -> None:
    told = server.do(nfsd.get_version()).version
    assert {(each.major, each.minor): each.enabled for each in told}.items() <= versions().items()
    wanted = [nfsd.Version(major=4, minor=minor, enabled=minor != 1) for minor in (0, 1, 2)]
    server.do(nfsd.set_version(nfsd.ServerProto(version=wanted)))
    assert {key: on for key, on in versions().items() if key[0] == 4} == {(4, 0): True, (4, 1): False, (4, 2): True}
    assert {(each.major, each.minor) for each in server.do(nfsd.get_version()).version if each.enabled} == {
        (4, 0),
        (4, 2),
    }


def test_threads_listeners_and_who_is_served(server: netlynx.Connection) -> None:
    told = server.do(nfsd.get_version()).version
    server.do(nfsd.set_version(nfsd.ServerProto(version=[each.replace(enabled=each.major == 4) for each in told])))
    address = bytes([2, 0, 0x08, 0x01, 127, 0, 0, 1]) + bytes(8)  # struct sockaddr_in: port 2049 of 127.0.0.1
    server.do(nfsd.set_listener(nfsd.ServerSock(addr=[nfsd.Sock(addr=address, transport_name="tcp")])))
    assert (NFSD / "portlist").read_text().split() == ["tcp", "2049"]
    (listener,) = server.do(nfsd.get_listener()).addr
    assert (listener.transport_name, (listener.addr or b"")[:8]) == ("tcp", address[:8])
    server.do(nfsd.set_threads(nfsd.Server(threads=(3,), gracetime=20, leasetime=30, scope="netlynx")))
    assert (NFSD / "threads").read_text() == "3\n"
    assert (NFSD / "nfsv4leasetime").read_text() == "30\n"
    assert (NFSD / "nfsv4gracetime").read_text() == "20\n"
    read = server.do(nfsd.get_threads())
    assert (read.threads, read.leasetime, read.gracetime, read.scope) == ((3,), 30, 20, "netlynx")
    assert server.dump(nfsd.list_rpc_status()).all() == []


def test_the_pools_of_the_nfs_server(server: netlynx.Connection) -> None:
    told = server.do(nfsd.get_pool_mode())
    mode = Path("/sys/module/sunrpc/parameters/pool_mode")
    assert mode.read_text().strip() == told.mode
    server.do(nfsd.set_pool_mode(nfsd.PoolModeSetRequest(mode="pernode")))
    try:
        assert mode.read_text() == "pernode\n"
        assert server.do(nfsd.get_pool_mode()).mode == "pernode"
    finally:
        server.do(nfsd.set_pool_mode(nfsd.PoolModeSetRequest(mode=told.mode)))


def test_what_a_newer_kernel_has_is_refused_in_words(server: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NotSupported):
        server.do(nfsd.unlock_ip(nfsd.UnlockIp()))


def test_a_mount_that_lacks_a_daemon_asks_who_listens_for_its_tls_handshake(
    server: netlynx.Connection, tmp_path: Path
) -> None:
    load("nfsv4", "tls")
    told = server.do(nfsd.get_version()).version
    server.do(nfsd.set_version(nfsd.ServerProto(version=[each.replace(enabled=each.major == 4) for each in told])))
    address = bytes([2, 0, 0x08, 0x01, 127, 0, 0, 1]) + bytes(8)
    server.do(nfsd.set_listener(nfsd.ServerSock(addr=[nfsd.Sock(addr=address, transport_name="tcp")])))
    server.do(nfsd.set_threads(nfsd.Server(threads=(2,))))
    options = "xprtsec=tls,vers=4.2,proto=tcp,addr=127.0.0.1,clientaddr=127.0.0.1,soft,timeo=50,retrans=1"
    asked: dict[Any, handshake.Accept] = {}
    with server.subscribe(handshake.TLSHD) as events:
        mounting = subprocess.Popen(["mount", "-i", "-t", "nfs4", "-o", options, "127.0.0.1:/", tmp_path])
        try:
            while handshake.MsgType.CLIENTHELLO not in asked:  # the server's half may be told first
                event = events.get(timeout=PATIENCE)
                assert isinstance(event, netlynx.Event)
                assert event.kind == "ready"
                each = server.do(handshake.accept(handler_class="tlshd"))
                asked[each.message_type] = each
            ours = asked[handshake.MsgType.CLIENTHELLO]
            assert ours.sockfd is not None
            with socket.socket(fileno=os.dup(ours.sockfd)) as given:  # a file of this process
                assert given.getpeername() == ("127.0.0.1", 2049)
            assert ours.auth_mode is handshake.Auth.UNAUTH
        finally:
            mounting.terminate()
            for each in asked.values():
                server.do(handshake.done(status=errno.EACCES, sockfd=each.sockfd))
                os.close(each.sockfd or -1)
            assert mounting.wait(PATIENCE) != 0


# -- near-field communication, on two devices that nfcsim joins


def test_two_simulated_devices_find_each_other(nl: netlynx.Connection) -> None:
    load("nfcsim")
    with netlynx.connect() as first:  # devices are of the first namespace
        devices = {each.name: each for each in first.dump(nfc.devices())}
        assert devices.keys() == {path.name for path in Path("/sys/class/nfc").iterdir()}
        one, other = (devices[name] for name in sorted(devices))
        assert first.do(nfc.device(index=one.index)) == one
        assert nfc.Protocols.NFC_DEP in (one.protocols or 0)
        with first.subscribe(nfc.EVENTS) as events:
            for each in (one, other):
                first.do(nfc.up(index=each.index))
            assert {each.powered for each in first.dump(nfc.devices())} == {True}
            first.do(nfc.start_poll(index=one.index, initiator_protocols="nfc-dep"))
            first.do(nfc.start_poll(index=other.index, target_protocols="nfc-dep"))
            while True:
                event = events.get(timeout=PATIENCE)
                assert isinstance(event, netlynx.Event)
                if event.kind == "targets_found":
                    break
            assert event.record.index == one.index
            (target,) = first.dump(nfc.targets(index=one.index))
            assert nfc.Protocols.NFC_DEP in (target.protocols or 0)
            first.do(nfc.link_up(index=one.index, target=target.target, communication="active"))
            while True:
                event = events.get(timeout=PATIENCE)
                assert isinstance(event, netlynx.Event)
                if event.kind == "link_is_up" and event.record.index == one.index:
                    break
            link = event.record
            assert isinstance(link, nfc.Link)
            assert (link.communication, link.mode) == (nfc.CommunicationMode.ACTIVE, nfc.RfMode.INITIATOR)
            assert first.do(nfc.llc_parameters(index=one.index)).index == one.index
            with pytest.raises(netlynx.NetlinkError, match="EINPROGRESS"):  # while the link is up
                first.do(nfc.set_llc_parameters(index=one.index, timeout=20))


# -- what programs do for the kernel's storage


def test_the_smb_server_is_started(nl: netlynx.Connection) -> None:
    load("ksmbd")
    port = 4455
    with netlynx.connect() as first:
        startup = smbd.Startup(
            min_prot="SMB2_10",
            max_prot="SMB3_11",
            tcp_port=port,
            server_string="netlynx",
            work_group="WORKGROUP",
            netbios_name="NETLYNX",
            smb2_max_credits=8192,
            max_connections=4,
        )
        first.do(smbd.start(startup=startup))
        _, state, told, *_ = Path("/sys/class/ksmbd-control/stats").read_text().split()
        assert state in ("startup", "running")
        assert int(told) == port
        first.do(smbd.answer_tree(tree=smbd.TreeResponse(handle=1)))  # which nobody asked for: it is not minded
        Path("/sys/class/ksmbd-control/kill_server").write_text("hard")


def test_a_device_of_the_scsi_target_is_added_and_answered_for(nl: netlynx.Connection) -> None:
    load("target_core_user")
    if not Path("/sys/kernel/config/target").exists():
        subprocess.run(["mount", "-t", "configfs", "none", "/sys/kernel/config"], check=True)
    core = Path("/sys/kernel/config/target/core/user_0/disk")
    with netlynx.connect() as first, first.subscribe(tcm_user.EVENTS) as events:
        first.do(tcm_user.set_features(answers=True))
        core.mkdir(parents=True)
        (core / "control").write_text("dev_size=1048576,dev_config=netlynx/disk")
        enabling = subprocess.Popen(["sh", "-c", f"echo 1 > {core}/enable"])
        event = events.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert event.kind == "added"
        assert event.record.name == "tcm-user/0/disk/netlynx/disk"
        assert enabling.poll() is None  # until it is answered for
        first.do(tcm_user.added_done(device_id=event.record.device_id, status=0))
        assert enabling.wait(PATIENCE) == 0
        assert (core / "enable").read_text() == "1\n"
        removing = subprocess.Popen(["rmdir", core])
        event = events.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert event.kind == "removed"
        first.do(tcm_user.removed_done(device_id=event.record.device_id, status=0))
        assert removing.wait(PATIENCE) == 0


def test_a_resource_of_drbd(nl: netlynx.Connection) -> None:
    load("drbd")
    with netlynx.connect() as first:
        assert first.dump(drbd.resources()).all() == []
        context = drbd.Context(resource_name="r0")
        with first.subscribe(drbd.EVENTS) as events:
            assert first.do(drbd.new_resource(context=context)).code == drbd.NO_ERROR
            event = events.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert event.kind == "told_resource_state"
        assert event.record.context is not None
        assert event.record.context.resource_name == "r0"
        (told,) = first.dump(drbd.resources())
        assert told.context is not None
        assert told.context.resource_name == "r0"
        volume = drbd.Context(resource_name="r0", volume=0)
        assert first.do(drbd.new_minor(minor=7, context=volume)).code == drbd.NO_ERROR
        assert re.search(r"^ 7: cs:", Path("/proc/drbd").read_text(), re.M)
        (device,) = first.dump(drbd.devices())
        assert device.minor == 7
        again = first.do(drbd.new_resource(context=drbd.Context(resource_name="no/good")))
        assert again.code != drbd.NO_ERROR
        assert again.said is not None
        assert again.said.info_text
        assert first.do(drbd.delete_minor(minor=7)).code == drbd.NO_ERROR
        assert first.do(drbd.delete_resource(context=context)).code == drbd.NO_ERROR
        assert first.dump(drbd.resources()).all() == []


def test_adapters_that_are_not_there_are_listened_to(nl: netlynx.Connection) -> None:
    load("pmcraid")
    with netlynx.connect() as first, first.subscribe(pmcraid.EVENTS) as events:
        assert events.drain() == []


# -- families that only answer here


def has(nl: netlynx.Connection, family: str) -> None:
    """The test is skipped on a kernel without a family that no module brings."""
    try:
        nl.do(generic.family(family))
    except netlynx.NotFound:
        pytest.skip(f"this kernel has no family {family}")


def test_nobody_waits_for_a_handshake(nl: netlynx.Connection) -> None:
    has(nl, "handshake")
    assert {"none", "tlshd"} <= {group.name for group in nl.do(generic.family("handshake")).groups}
    with nl.subscribe(handshake.TLSHD), pytest.raises(netlynx.NetlinkError, match="EAGAIN"):
        nl.do(handshake.accept(handler_class="tlshd"))
    with pytest.raises(netlynx.NetlinkError, match=r"EBADF|EINVAL"):
        nl.do(handshake.done(status=0, sockfd=999))


def test_there_is_no_clock_device(nl: netlynx.Connection) -> None:
    has(nl, "dpll")
    assert nl.dump(dpll.list_device()).all() == []
    assert nl.dump(dpll.list_pin()).all() == []
    with pytest.raises(netlynx.NetlinkError):
        nl.do(dpll.get_device(id=1))


@pytest.mark.parametrize(
    "name", ["net-shaper", "ovpn", "psp", "drm-ras", "dev-energymodel", "binder", "lockd", "sunrpc"]
)
def test_what_this_kernel_has_not_is_said(nl: netlynx.Connection, name: str) -> None:
    """Newer than 6.12, or not chosen by Debian. Whoever runs this on a kernel that has it, let him try it there."""
    with pytest.raises(netlynx.NotFound, match=name):
        nl.do(generic.family(name))
