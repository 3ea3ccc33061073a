"""Sets of every type beside ipset(8): what it made is saved here as it saves it, what is made here it reads.

This host's kernel may lack types, which the guest's has: there all of this runs again.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import Callable, Iterable
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import ipset, netns
from netlynx.ipset.parsing import entry_of, set_of, words_of

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

# For each type, with what ipset(8) makes and fills it.
TYPES: dict[str, tuple[str, ...]] = {
    "bitmap:ip": ("range 192.0.2.0/24 timeout 3000", "192.0.2.1 timeout 0", "192.0.2.8/30"),
    "bitmap:ip netmask": ("range 10.0.0.0/16 netmask 24 counters", "10.0.3.0 packets 3 bytes 99"),
    "bitmap:ip,mac": ("range 192.0.2.0-192.0.2.99 comment", "192.0.2.5,02:00:00:00:00:01 comment a", "192.0.2.6"),
    "bitmap:port": ("range 1000-2000", "1000-1003", "1999"),
    "hash:ip": (
        "hashsize 64 maxelem 1000 bucketsize 8 initval 0x1234 timeout 0 counters comment skbinfo",
        '10.0.0.1 packets 4 bytes 5 comment "a b" skbmark 0x10/0xff skbprio 1:10 skbqueue 3',
        "10.0.0.2 timeout 6000 skbmark 0x7",
        "10.0.0.16-10.0.0.19",
    ),
    "hash:ip netmask": ("netmask 24", "10.0.1.7"),
    "hash:ip bitmask": ("bitmask 255.0.255.0", "10.9.1.7"),
    "hash:ip inet6 mask": ("family inet6 bitmask ffff:ffff::", "2001:db8:1::7", "2001:db9::1"),
    "hash:mac": ("", "02:00:00:00:00:01", "AA:BB:CC:DD:EE:FF"),
    "hash:ip,mac": ("comment", "10.0.0.1,02:00:00:00:00:01 comment x"),
    "hash:net": ("", "10.0.0.0/8", "10.1.0.0/16 nomatch", "10.1.2.3", "10.2.0.0-10.2.0.130"),
    "hash:net inet6": ("family inet6 comment", '2001:db8::/32 comment "it\'s"', "::/1"),
    "hash:net,net": ("counters", "10.0.0.0/8,192.168.0.0/16", "10.1.0.0/16,192.168.0.0/24 nomatch"),
    "hash:net,net masks": ("netmask 24", "10.1.1.0/24,10.2.2.0/24"),
    "hash:ip,port": (
        "",
        "10.0.0.1,80",
        "10.0.0.1,udp:53",
        "10.0.0.1,icmp:echo-request",
        "10.0.0.1,icmp:17/3",
        "10.0.0.1,47:0",
        "10.0.0.1,sctp:80-82",
        "10.0.0.1,udplite:8",
    ),
    "hash:ip,port masks": ("netmask 24 timeout 5000 skbinfo", "10.0.1.7,tcp:1 skbqueue 2"),
    "hash:ip,port inet6": ("family inet6", "2001:db8::1,icmpv6:echo-request", "2001:db8::1,icmpv6:7/1"),
    "hash:ip,port,ip": ("timeout 4000", "10.0.0.1,80,10.0.0.2 timeout 100000"),
    "hash:ip,port,net": ("", "10.0.0.1,tcp:80,10.0.0.0/24", "10.0.0.1,tcp:80,10.0.0.7 nomatch"),
    "hash:ip,mark": ("markmask 0xffff", "10.0.0.1,0x123", "10.0.0.4-10.0.0.6,5"),
    "hash:net,port": ("", "10.0.0.0/8,tcp:80 nomatch", "10.0.0.0/24,udp:5-7"),
    "hash:net,port,net": ("", "10.0.0.0/8,tcp:80,10.0.0.0/24", "10.0.0.0/8,udp:80,10.0.0.4/30 nomatch"),
    "hash:net,iface": ("", "10.0.0.0/8,eth0", "10.1.0.0/16,physdev:eth1 nomatch", "10.2.0.0/16,eth wildcard"),
    "list:set": ("size 8 timeout 7000 counters", "one", "two before one", "three after two timeout 0"),
}
NAMED = ("one", "two", "three")  # sets that lists are of


@pytest.fixture(autouse=True)
def program(nl: netlynx.Connection) -> None:
    if shutil.which("ipset") is None:
        pytest.skip("no `ipset` to compare with: apt-get install ipset")
    try:
        nl.do(ipset.protocol())
    except netlynx.NetlinkError as error:
        pytest.skip(f"this kernel has no ipset: {error}")


def needs(nl: netlynx.Connection, kind: str) -> str:
    """The type that a case is of; the test is skipped where the kernel lacks it."""
    name = kind.split()[0]
    family = ipset.TYPES[name].family
    try:
        nl.do(ipset.set_type(name, family="ipv4" if family is None else family))
    except netlynx.NotSupported as error:
        pytest.skip(str(error).splitlines()[0])
    return name


def made_by_ipset(ip: Ip, kind: str) -> None:
    name = kind.split()[0]
    options, *entries = TYPES[kind]
    lines = [f"create {each} hash:ip" for each in NAMED] if name == "list:set" else []
    lines += [f"create s {name} {options}", *(f"add s {each}" for each in entries)]
    ip("restore", tool="ipset", stdin="\n".join(lines) + "\n")


def saved_here(nl: netlynx.Connection) -> list[str]:
    lines = []
    for each in nl.dump(ipset.sets()):
        lines.append(ipset.set_line(each))
        lines += [ipset.entry_line(entry) for entry in nl.dump(ipset.entries(each.name))]
    return lines


def timeless(lines: Iterable[str]) -> list[str]:
    """Lines whose timeouts may have gone on by a second or two while they were read."""
    words = [line.split() for line in lines]
    return [
        " ".join("…" if before == "timeout" and word not in ("0", "300") and line[0] == "add" else word
                 for before, word in zip(["", *line], line, strict=False))
        for line in words
    ]  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
def test_what_ipset_made_is_saved_as_it_saves_it(nl: netlynx.Connection, ip: Ip, kind: str) -> None:
    needs(nl, kind)
    made_by_ipset(ip, kind)
    theirs = ip("save", tool="ipset").splitlines()
    assert timeless(saved_here(nl)) == timeless(theirs)
    assert len(theirs) > len(TYPES[kind]) - 1


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_made_here_ipset_reads(nl: netlynx.Connection, ip: Ip, kind: str) -> None:
    """Of its own lines, and once more of the records that were read."""
    name = needs(nl, kind)
    made_by_ipset(ip, kind)
    theirs = ip("save", tool="ipset").splitlines()
    sets = nl.dump(ipset.sets()).all()
    entries = {each.name: nl.dump(ipset.entries(each.name)).all() for each in sets}
    for way in ("lines", "records", "one by one"):
        nl.do(ipset.flush_all())
        nl.do(ipset.destroy_all())
        if way == "lines":
            assert nl.do(ipset.restore(theirs)).done == len(theirs)
        else:
            for each in sets:
                nl.do(ipset.create(each))
                if way == "records":
                    nl.do(ipset.add_all(entries[each.name]))
                else:
                    for entry in entries[each.name]:
                        nl.do(ipset.add(entry))
        again = ip("save", tool="ipset").splitlines()
        # The kernel keeps entries in the order of its buckets, in which those of one may have changed places.
        order = (lambda lines: lines) if name == "list:set" else sorted
        assert order(timeless(again)) == order(timeless(theirs)), way
    for entry in entries["s"]:
        assert nl.do(ipset.test(entry)), entry
        nl.do(ipset.delete(entry))
    assert nl.count(ipset.entries("s")) == 0


@pytest.mark.parametrize("kind", TYPES)
def test_values_are_listed_as_they_were_given(nl: netlynx.Connection, kind: str) -> None:
    """Entries made here of the lines' words are those that are read, but for what the kernel takes apart or adds."""
    name = needs(nl, kind)
    options, *lines = TYPES[kind]
    for each in NAMED if name == "list:set" else ():
        nl.do(ipset.create(ipset.Set(name=each, type="hash:ip")))
    nl.do(ipset.create(set_of("s", name, words_of(options))))
    single = [line for line in lines if "-" not in line.replace("echo-request", "") and "/30" not in line.split(",")[0]]
    given = [entry_of("s", name, words[0], words[1:]) for words in map(words_of, single)]
    nl.do(ipset.add_all(given))
    found = nl.dump(ipset.entries("s")).all()
    assert len(found) == len(given)
    for each in found:
        same = [
            {field for field in each.__declarations__ if getattr(one, field) not in (None, getattr(each, field))}
            for one in given
        ]
        assert min(map(len, same)) <= ("mask" in kind or "timeout" in options), (each, same)
    assert nl.table(ipset.entries("s")).num_rows == nl.count(ipset.entries("s")) == len(given)


def test_all_options_that_a_type_has_are_taken_and_told(nl: netlynx.Connection) -> None:
    for name, known in ipset.TYPES.items():
        base: dict[str, object] = {
            "name": "x",
            "type": name,
            "timeout": 100,
            "flags": ["counters", "comment", "skbinfo"],
        }
        if name.startswith("hash:"):
            base |= {"hashsize": 128, "maxelem": 77, "bucketsize": 10, "initval": 5, "flags": 0x78}
        base |= {"first": "10.0.0.0/24"} if "first" in known.options else {}
        base |= {"first_port": "5-9"} if "first_port" in known.options else {}
        base |= {"markmask": 0xFF00} if "markmask" in known.options else {}
        base |= {"size": 12} if "size" in known.options else {}
        base |= {"netmask": 28} if "netmask" in known.options else {}
        try:
            nl.do(ipset.create(ipset.Set(**base)))  # type: ignore[arg-type]
        except netlynx.NotSupported:
            continue
        found = nl.do(ipset.set_("x"))
        expected = ipset.Set(**base)  # type: ignore[arg-type]
        for field in expected.__declarations__:
            if (value := getattr(expected, field)) is not None:
                assert getattr(found, field) == value, (name, field)
        nl.do(ipset.destroy(found))


def add(**fields: Any) -> Any:
    return ipset.add(ipset.Entry(**{"set": "s", **fields}))


def add_all(**fields: Any) -> Any:
    return ipset.add_all([ipset.Entry(**{"set": "s", **fields})])


def create(**fields: Any) -> Any:
    return ipset.create(ipset.Set(**fields))


N, E, F, B, S = netlynx.NotFound, netlynx.NetlinkError, netlynx.AlreadyExists, netlynx.Busy, netlynx.NotSupported
NET = {"address": "12.0.0.0/8"}

# What is asked for, the class of the error, and words of it; the set `s` is a hash:net with two entries at most.
ERRORS: dict[str, tuple[Callable[[], Any], type[netlynx.NetlinkError], str]] = {
    "entry twice": (lambda: add(address="10.0.0.0/8"), F, "IPSET_ERR_EXIST"),
    "entry not there": (lambda: ipset.delete(ipset.Entry(set="s", address="99.0.0.0/8")), N, "not there"),
    "full": (lambda: add_all(**NET), E, "full.*HASH_FULL.*maxelem"),
    "no such set": (lambda: add(**NET, set="t"), N, r"ENOENT.*There is no set t\b"),
    "no such set of many": (lambda: ipset.add_all([ipset.Entry(set="t", **NET)]), N, r"There is no set t\b"),
    "no such set for a member": (lambda: add(set="t", name="s"), N, r"There is no set t\b"),
    "no such set to list": (lambda: ipset.set_("t"), N, r"There is no set t\b"),
    "no such set to flush": (lambda: ipset.flush("t"), N, r"There is no set t\b"),
    "no such set to destroy": (lambda: ipset.destroy("t"), N, r"There is no set t\b"),
    "no such set to destroy in a line": (lambda: ipset.restore(["destroy t"]), N, r"There is no set t\b"),
    "no such set to rename": (lambda: ipset.rename("t", "z"), N, r"There is no set t\b"),
    "no such set to swap": (lambda: ipset.swap("t", "s"), N, r"There is no set t\b"),
    "no such set in a line": (lambda: ipset.restore(["add t 10.0.0.0/8"]), N, r"There is no set t\b"),
    "set twice": (lambda: create(name="s", type="hash:ip"), F, "EEXIST.*There is a set s already: destroy it"),
    "no such type": (lambda: create(name="t", type="hash:x", family="ipv4"), S, "FIND_TYPE.*hash:ip"),
    "no timeouts": (lambda: add(**NET, timeout=3), E, "ERR_TIMEOUT.*Make it with a timeout"),
    "no counters": (lambda: add(**NET, packets=3), E, "flag counters"),
    "no comments": (lambda: add(**NET, comment="x"), E, "flag comment"),
    "no skbinfo": (lambda: add(**NET, skbqueue=3), E, "flag skbinfo"),
    "other family": (lambda: add_all(address="2001:db8::/32"), E, "hash:net and of ipv4 have no address such"),
    "other family of one": (lambda: add(address="2001:db8::/32"), E, "another family"),
    "bad length": (lambda: add(address="12.0.0.0/33"), E, "prefix length"),
    "other fields": (lambda: add(mac="02:00:00:00:00:01"), E, "takes other fields"),
    "other fields of many": (lambda: add_all(**NET, port=1), E, "hash:net have no port"),
    "in use": (lambda: ipset.destroy("s"), B, "in use.*list of sets"),
    "rename to one": (lambda: ipset.rename("u", "s"), F, "second set is there"),
    "rename of one": (lambda: ipset.rename("s", "z"), B, "cannot be renamed"),
    "swap with none": (lambda: ipset.swap("s", "z"), N, "second set is not there"),
    "swap of types": (lambda: ipset.swap("s", "p"), E, "different types"),
    "out of range": (lambda: add_all(set="p", port=99), E, "outside of the set's range"),
    "no such member": (lambda: add(set="l", name="zz"), E, "no set of that name.*IPSET_ERR_NAME"),
    "list in a list": (lambda: add(set="l", name="l"), E, "IPSET_ERR_LOOP"),
    "large range": (lambda: create(name="t", type="bitmap:ip", first="10.0.0.0/8"), E, "65536"),
    "unknown listing": (lambda: ipset.set_("zz"), N, "ENOENT"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors_say_what_is_meant(nl: netlynx.Connection, case: str) -> None:
    for each in (
        ipset.Set(name="s", type="hash:net", maxelem=2),
        ipset.Set(name="u", type="hash:net"),
        ipset.Set(name="p", type="bitmap:port", first_port="5-9"),
        ipset.Set(name="l", type="list:set"),
    ):
        nl.do(ipset.create(each))
    nl.do(ipset.add_all(ipset.Entry(set="s", address=each) for each in ("10.0.0.0/8", "11.0.0.0/8")))
    nl.do(ipset.add(ipset.Entry(set="l", name="s")))
    make, error, said = ERRORS[case]
    with pytest.raises(error, match=said) as caught:
        nl.do(make())
    assert type(caught.value) is error


def test_a_set_that_need_not_be_there_is_destroyed(nl: netlynx.Connection) -> None:
    nl.do(ipset.create(ipset.Set(name="s", type="hash:net")))
    for _ in range(2):
        nl.do(ipset.destroy("s", missing_ok=True))
    assert nl.do(ipset.restore(["-exist destroy s", "destroy s -exist"])).done == 2


def test_of_many_the_one_that_is_refused_is_named_and_the_rest_goes_on(nl: netlynx.Connection) -> None:
    nl.do(ipset.create(ipset.Set(name="s", type="hash:ip", maxelem=100_000)))
    entries = [ipset.Entry(set="s", address=f"10.0.{n >> 8}.{n & 255}") for n in range(3000)]
    bad = (0, 700, 701, 2999)
    nl.do(ipset.add_all(entries[at] for at in bad))
    with pytest.raises(netlynx.AlreadyExists, match=r"10\.0\.2\.188.*there already") as caught:
        nl.do(ipset.add_all(entries[1:]))
    assert caught.value.batch is not None
    assert (caught.value.batch.done, len(caught.value.batch)) == (699, 700)
    assert nl.count(ipset.entries("s")) == 4 + 699
    result = nl.do(ipset.add_all(entries[700:], on_error="continue"))
    assert sorted(result.errors) == [0, 1, 2299]
    assert result.done == nl.count(ipset.entries("s")) - 4 - 699 == 2297
    assert len(nl.do(ipset.delete_all(entries))) == 3000
    assert nl.count(ipset.entries("s")) == 0
    assert str(nl.do(ipset.delete_all(entries[:2], on_error="stop"))) == "0 carried out, 1 refused"


def test_of_many_in_vain_all_are_told_of(nl: netlynx.Connection) -> None:
    entries = [ipset.Entry(set="none", address=f"10.0.0.{n}") for n in range(5)]
    result = nl.do(ipset.add_all(entries, on_error="continue"))
    assert [type(error) for error in result.errors.values()] == [netlynx.NotFound] * 5
    nl.do(ipset.create(ipset.Set(name="none", type="hash:ip")))
    with pytest.raises(ZeroDivisionError) as caught:
        nl.do(ipset.add_all(entry if n < 3 else 1 // 0 for n, entry in enumerate(entries)))  # type: ignore[misc]
    assert caught.value.batch.done == nl.count(ipset.entries("none")) == 3  # type: ignore[attr-defined]


def test_restoring_says_which_lines_were_refused(nl: netlynx.Connection) -> None:
    lines = [
        "# a comment",
        "create s hash:ip,port timeout 0",
        "",
        "add s 10.0.0.1,80",
        "add s 10.0.0.1,tcp:80",
        "add s 10.0.0.1",
        'add s 10.0.0.2,80 comment "not for this one"',
        "add t 10.0.0.1,80",
        "frobnicate s",
        "add s 10.0.0.3,nosuchport",
        "-exist add s 10.0.0.1,80 timeout 90",
        "del s 10.0.0.9,80",
        "-exist del s 10.0.0.9,80",
        'add s 10.0.0.4,80 comment "open',
        "rename s r",
        "add r 10.0.0.5,udp:53",
    ]
    done = nl.do(ipset.restore(lines, on_error="continue"))
    assert sorted(done.errors) == [5, 6, 7, 8, 9, 10, 12, 14]
    assert done.done == 6
    assert nl.count(ipset.entries("r")) == 2
    nl.do(ipset.destroy_all())
    with pytest.raises(netlynx.AlreadyExists) as caught:
        nl.do(ipset.restore(lines))
    assert caught.value.line == 5
    assert "line 5; 2 lines carried out, 1 refused; nothing behind line 5" in caught.value.__notes__
    assert nl.count(ipset.entries("s")) == 1


def test_packets_are_matched(nl: netlynx.Connection, ip: Ip, namespace: netns.NetworkNamespace) -> None:
    """A rule of iptables counts in the set what is sent to its addresses, and to no other."""
    if shutil.which("iptables") is None:
        pytest.skip("no `iptables` to match with: apt-get install iptables")
    ip("link set lo up")
    nl.do(ipset.create(ipset.Set(name="s", type="hash:net", flags=["counters"])))
    nl.do(
        ipset.add_all(
            [
                ipset.Entry(set="s", address="127.1.0.0/16"),
                ipset.Entry(set="s", address="127.1.2.0/24", flags=["nomatch"]),
            ]
        )
    )
    try:
        ip("-A OUTPUT -m set --match-set s dst -j DROP", tool="iptables")
    except RuntimeError as error:
        pytest.skip(f"no rules about sets here: {error}")
    for address in ("127.1.1.1", "127.1.1.2", "127.1.2.3", "127.2.0.1"):
        with contextlib.suppress(OSError), netns.socket_in(namespace, socket.AF_INET, socket.SOCK_DGRAM, 0) as sock:
            sock.sendto(b"x", (address, 9))  # EPERM where it is dropped
    matched = {each.address: each.packets for each in nl.dump(ipset.entries("s"))}
    assert matched["127.1.0.0"] == 2
    with pytest.raises(netlynx.Busy):
        nl.do(ipset.destroy("s"))
    ip("-F OUTPUT", tool="iptables")
    nl.do(ipset.destroy("s"))


def test_many_entries_take_no_memory(nl: netlynx.Connection) -> None:
    """Added and listed as they come: neither way holds more than a message."""
    import tracemalloc

    nl.do(ipset.create(ipset.Set(name="s", type="hash:ip", maxelem=1 << 20, hashsize=1 << 15)))
    count = 40_000
    tracemalloc.start()
    nl.do(ipset.add_all(ipset.Entry(set="s", address=f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}") for n in range(count)))
    assert sum(1 for _ in nl.dump(ipset.entries("s"))) == count
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 << 20  # all of them as records would take half as much again
