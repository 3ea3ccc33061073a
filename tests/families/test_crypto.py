"""The crypto layer: algorithms listed, looked up, made, preferred and removed, on a virtual kernel that has some."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pyarrow
import pytest

import netlynx
from netlynx import crypto
from netlynx.crypto.algorithm import Nothing, Wanted
from netlynx.crypto.constants import CRYPTO_MSG
from netlynx.errors import NetlinkError
from netlynx.kernel import Request, VirtualKernel
from netlynx.schema.from_json import from_json
from netlynx.wire.constants import NETLINK, NLM_F

# One of each report, and two that do the same.
TYPED: dict[str, Any] = {
    "larval": crypto.LarvalReport(type="larval"),
    "hash": crypto.HashReport(type="shash", block_size=64, digest_size=32),
    "cipher": crypto.CipherReport(type="cipher", block_size=16, min_key_size=16, max_key_size=32),
    "skcipher": crypto.SkcipherReport(
        type="skcipher", iv_generator="<none>", block_size=16, min_key_size=16, max_key_size=32, iv_size=16
    ),
    "aead": crypto.AeadReport(type="aead", iv_generator="<none>", block_size=1, max_tag_size=16, iv_size=12),
    "compression": crypto.CompressionReport(type="scomp"),
    "rng": crypto.RandomReport(type="rng", seed_size=0),
    "akcipher": crypto.AkcipherReport(type="akcipher"),
    "kpp": crypto.KppReport(type="kpp"),
    "acomp": crypto.AcompReport(type="acomp"),
    "sig": crypto.SigReport(type="sig"),
}
FLAGS = crypto.AlgorithmFlags.TESTED


def one(name: str, driver: str, flags: int = FLAGS, priority: int = 100, **report: Any) -> crypto.Algorithm:
    return crypto.Algorithm(
        name=name, driver=driver, module="kernel", references=1, flags=flags, priority=priority, **report
    )


KNOWN = [
    *(one(f"an-{report}", f"{report}-generic", **{report: told}) for report, told in TYPED.items()),
    one("cbc(aes)", "cbc(aes-generic)", FLAGS | crypto.AlgorithmFlags.INSTANCE | 5, skcipher=TYPED["skcipher"]),
    one("cbc(aes)", "cbc-aes-aesni", FLAGS | crypto.AlgorithmFlags.ASYNC | 5, 400, skcipher=TYPED["skcipher"]),
]


class Layer:
    """A kernel's side that does what crypto/crypto_user.c does with the algorithms it has."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.known = list(KNOWN)
        self.asked: list[tuple[int, Wanted]] = []
        service = kernel.serve(NETLINK.CRYPTO)
        for message, answer in (
            (CRYPTO_MSG.NEWALG, self.add),
            (CRYPTO_MSG.UPDATEALG, self.change),
            (CRYPTO_MSG.DELALG, self.delete),
            (CRYPTO_MSG.GETSTAT, self.count),
        ):
            service.do(message, record=Wanted)(
                lambda request, message=message, answer=answer: answer(self.ask(request))
            )
        service.do(CRYPTO_MSG.DELRNG, record=Nothing)(lambda request: None)
        service.do(CRYPTO_MSG.GETALG, record=Wanted, reply=CRYPTO_MSG.GETALG, get=True)(self.look)
        service.dump(CRYPTO_MSG.GETALG, record=Wanted, reply=CRYPTO_MSG.GETALG)(lambda request: iter(self.known))

    def ask(self, request: Request) -> Wanted:
        wanted: Wanted = request.record
        self.asked.append((request.message.flags, wanted))
        return wanted

    def look(self, request: Request) -> crypto.Algorithm:
        return self.find(self.ask(request), exact=False)

    def find(self, wanted: Wanted, exact: bool = True) -> crypto.Algorithm:
        for each in self.known:
            if (each.flags ^ wanted.type) & wanted.mask:
                continue
            if each.driver == wanted.driver if wanted.driver else not exact and each.name == wanted.name:
                return each
        raise NetlinkError(2)

    def add(self, wanted: Wanted) -> None:
        self.known.append(one(wanted.name or wanted.driver, wanted.driver or f"{wanted.name}-generic"))

    def change(self, wanted: Wanted) -> None:
        found = self.find(wanted)
        self.known[self.known.index(found)] = msgspec.structs.replace(found, priority=wanted.priority)

    def delete(self, wanted: Wanted) -> None:
        found = self.find(wanted)
        if crypto.AlgorithmFlags.INSTANCE not in found.flags:
            raise NetlinkError(22)
        self.known.remove(found)

    def count(self, wanted: Wanted) -> None:
        raise NetlinkError(524)


@pytest.fixture
def kernel() -> VirtualKernel:
    return VirtualKernel()


@pytest.fixture
def layer(kernel: VirtualKernel) -> Layer:
    return Layer(kernel)


@pytest.fixture
def nl(kernel: VirtualKernel, layer: Layer) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel) as connection:
        yield connection


def test_all_are_listed_with_what_is_told_of_their_kind(nl: netlynx.Connection) -> None:
    found = nl.dump(crypto.algorithms()).all()
    assert found == KNOWN
    for report, told in TYPED.items():
        (each,) = nl.dump(crypto.algorithms().where(name=f"an-{report}"))
        assert (getattr(each, report), each.kind) == (told, told.type)


def test_a_kind_without_a_report_is_told_by_its_flags() -> None:
    for kind in crypto.AlgorithmType:
        assert crypto.Algorithm(flags=FLAGS | kind).kind == kind.label
    assert crypto.Algorithm(flags=FLAGS | 9).kind == ""


def test_a_listing_is_a_table_and_json_and_can_be_filtered(nl: netlynx.Connection) -> None:
    rows = pyarrow.table(nl.table(crypto.algorithms())).to_pylist()
    assert [(row["driver"], row["priority"]) for row in rows] == [(each.driver, each.priority) for each in KNOWN]
    assert rows[-1]["skcipher"]["iv_size"] == 16
    where = crypto.algorithms().where(skcipher={"iv_size": 16}, flags="async")
    assert [each.driver for each in nl.dump(where)] == ["cbc-aes-aesni"]
    (line,) = b"".join(nl.dump(where).json(after=b"\n")).splitlines()
    read = from_json(crypto.Algorithm, msgspec.json.decode(line))
    assert read == KNOWN[-1]


def test_one_is_looked_up_by_name_driver_type_and_flags(nl: netlynx.Connection, layer: Layer) -> None:
    def look(*name: str, **by: Any) -> str:
        return nl.do(crypto.algorithm(*name, **by)).driver

    assert look("cbc(aes)") == "cbc(aes-generic)"  # the first in the list, not the best
    assert look(driver="cbc-aes-aesni") == "cbc-aes-aesni"
    assert look("cbc(aes)", flags="async") == "cbc-aes-aesni"
    assert look("cbc(aes)", mask=["async", "instance"], flags="instance") == "cbc(aes-generic)"
    assert look("cbc(aes)", type="skcipher") == "cbc(aes-generic)"
    assert layer.asked[-1][1] == Wanted(name="cbc(aes)", type=5, mask=15)
    with pytest.raises(netlynx.NotFound, match="makes one, or loads the module"):
        look("cbc(aes)", type="shash")


def test_what_changes_says_what_the_kernel_compares_and_no_more(nl: netlynx.Connection, layer: Layer) -> None:
    nl.do(crypto.add(crypto.Algorithm(name="ctr(aes)"), type="skcipher"))
    assert layer.asked[-1] == (
        NLM_F.REQUEST | NLM_F.ACK | NLM_F.CREATE | NLM_F.EXCL,
        Wanted(name="ctr(aes)", type=5, mask=15),
    )
    read = nl.do(crypto.algorithm(driver="cbc-aes-aesni"))
    nl.do(crypto.change(read.replace(priority=50)))
    assert layer.asked[-1] == (NLM_F.REQUEST | NLM_F.ACK, Wanted(driver="cbc-aes-aesni", priority=50))
    assert nl.do(crypto.algorithm(driver="cbc-aes-aesni")).priority == 50
    nl.do(crypto.delete(nl.do(crypto.algorithm(driver="cbc(aes-generic)"))))
    assert layer.asked[-1][1] == Wanted(driver="cbc(aes-generic)")
    with pytest.raises(NetlinkError, match="No template made it"):
        nl.do(crypto.delete(read))
    nl.do(crypto.add(read.replace(priority=7)))
    assert layer.asked[-1][1] == Wanted(driver="cbc-aes-aesni", priority=7)
    assert crypto.delete_default_rng().payload == b""  # the kernel takes no other
    nl.do(crypto.delete_default_rng())


@pytest.mark.anyio
async def test_tasks_ask_the_same(kernel: VirtualKernel, layer: Layer) -> None:
    async with netlynx.aconnect(kernel=kernel) as nl:
        assert await nl.dump(crypto.algorithms()).all() == KNOWN
        read = await nl.do(crypto.algorithm(driver="cbc-aes-aesni"))
        await nl.do(crypto.change(read.replace(priority=50)))
        assert (await nl.do(crypto.algorithm(driver="cbc-aes-aesni"))).priority == 50
        done = await nl.batch([crypto.add(crypto.Algorithm(name=f"x{n}")) for n in range(20)])
        assert not done.errors
        assert await nl.count(crypto.algorithms()) == len(KNOWN) + 20


@pytest.mark.parametrize("ask", [crypto.statistics("sha256"), crypto.statistics(driver="sha256-generic")], ids=str)
def test_statistics_are_gone_in_words(nl: netlynx.Connection, ask: Any) -> None:
    with pytest.raises(
        netlynx.NotSupported, match=r"Operation not supported \(ENOTSUPP\)\. This kernel does not count"
    ):
        nl.do(ask)


NAMED = crypto.Algorithm(name="sha256", driver="sha256-generic")
LONG = "x" * 64


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: crypto.algorithm(), r"crypto\.algorithm\(name\)"),
        (lambda: crypto.algorithm("sha256", driver="sha256-generic"), r"crypto\.algorithm\(name\)"),
        (lambda: crypto.algorithm(""), r"crypto\.algorithm\(name\)"),
        (lambda: crypto.algorithm(driver=LONG), r"crypto\.algorithm\(driver\): no name is longer than 63"),
        (lambda: crypto.algorithm("x", type="hash"), r"crypto\.algorithm\(type\)"),
        (lambda: crypto.algorithm("x", flags=5), r"crypto\.algorithm\(flags\).*give a type"),
        (lambda: crypto.algorithm("x", mask=15), r"crypto\.algorithm\(mask\).*give a type"),
        (
            lambda: crypto.algorithm("x", flags="async", mask="tested"),
            r"crypto\.algorithm\(flags\): async: not in `mask`",
        ),
        (lambda: crypto.statistics(driver=""), r"crypto\.statistics\(driver\)"),
        (lambda: crypto.add(crypto.Algorithm()), r"Algorithm\.name"),
        (lambda: crypto.add(NAMED), r"Algorithm\.name: the kernel looks at the driver alone"),
        (lambda: crypto.add(crypto.Algorithm(name="x", priority=1)), r"Algorithm\.priority"),
        (lambda: crypto.add(crypto.Algorithm(driver="x", module="y")), r"Algorithm\.module: the kernel tells this"),
        (lambda: crypto.add(crypto.Algorithm(driver="x", rng=TYPED["rng"])), r"Algorithm\.rng: the kernel tells this"),
        (lambda: crypto.add(crypto.Algorithm(driver=LONG)), r"Algorithm\.driver"),
        (lambda: crypto.add(crypto.Algorithm(driver="x"), flags="async", mask=0), r"crypto\.add\(flags\)"),
        (lambda: crypto.change(crypto.Algorithm(name="x", priority=1)), r"Algorithm\.driver"),
        (lambda: crypto.change(crypto.Algorithm(driver="x")), r"Algorithm\.priority"),
        (lambda: crypto.change(crypto.Algorithm(driver="x", priority=-1)), r"Algorithm\.priority: -1 is no priority"),
        (lambda: crypto.change(crypto.Algorithm(driver="x", priority=1 << 31)), r"Algorithm\.priority"),
        (lambda: crypto.change(crypto.Algorithm(driver="x", priority="high")), r"Algorithm\.priority"),
        (lambda: crypto.delete(crypto.Algorithm(driver="x", priority=1)), r"Algorithm\.priority: the kernel does not"),
        (lambda: crypto.delete(crypto.Algorithm(name="x")), r"Algorithm\.driver"),
    ],
)
def test_what_the_kernel_would_ignore_or_refuse_is_refused_by_name(make: Any, path: str) -> None:
    with pytest.raises(netlynx.EncodeError, match=path):
        make()


def test_what_was_read_cannot_be_changed_where_the_kernel_does_not(nl: netlynx.Connection) -> None:
    read = nl.do(crypto.algorithm(driver="cbc-aes-aesni"))
    for verb in (crypto.add, crypto.change, crypto.delete):
        for changes in ({"name": "other"}, {"references": 5}, {"skcipher": None}, {"flags": 0}):
            with pytest.raises(netlynx.EncodeError, match=rf"Algorithm\.{next(iter(changes))}"):
                verb(read.replace(**changes, priority=3))
