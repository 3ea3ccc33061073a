"""The crypto layer of a real kernel: what is listed is what /proc/crypto says, and changes are seen there.

Changes are the whole machine's: they are tried on a kernel of our own alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import netlynx
from netlynx import crypto
from netlynx.crypto import Algorithm, AlgorithmFlags
from support import PATIENCE, in_child

# Modules that have algorithms of all kinds; where one is lacking, or built in, the others do.
MODULES = (
    *("crypto_user", "algif_skcipher", "aes_generic", "sha256_generic", "ghash_generic", "hmac", "ccm", "gcm", "cbc"),
    *(
        "ctr",
        "drbg",
        "jitterentropy_rng",
        "rsa_generic",
        "dh_generic",
        "ecdh_generic",
        "ecdsa_generic",
        "lz4",
        "deflate",
    ),
    *("blowfish_generic", "chacha20poly1305", "zstd"),
)
# What a line of /proc/crypto is called, and the field of a report that says the same.
SIZES = {
    "blocksize": "block_size",
    "min keysize": "min_key_size",
    "max keysize": "max_key_size",
    "ivsize": "iv_size",
    "maxauthsize": "max_tag_size",
    "digestsize": "digest_size",
    "seedsize": "seed_size",
}
REPORTS = ("larval", "hash", "cipher", "skcipher", "aead", "compression", "rng", "akcipher", "kpp", "acomp", "sig")


def shown() -> list[dict[str, str]]:
    """The entries of /proc/crypto, as lines and what they say."""
    entries = Path("/proc/crypto").read_text().strip().split("\n\n")
    return [dict(map(str.strip, line.split(":", 1)) for line in entry.splitlines()) for entry in entries]  # type: ignore[misc]


@pytest.fixture
def nl() -> Iterator[netlynx.Connection]:
    if os.environ.get("NETLYNX_TEST_MODULES"):  # a kernel of our own
        for module in MODULES:
            subprocess.run(["modprobe", "-q", module], timeout=PATIENCE)
    with netlynx.connect(timeout=PATIENCE) as connection:
        try:
            connection.count(crypto.algorithms())
        except netlynx.NotSupported:
            pytest.skip("this kernel lacks NETLINK_CRYPTO: CONFIG_CRYPTO_USER is not set")
        yield connection


@pytest.mark.every_kernel
def test_the_listing_is_what_proc_crypto_says_field_by_field(nl: netlynx.Connection) -> None:
    for _ in range(20):  # until nobody else has loaded or used any meanwhile
        expected, found = shown(), nl.dump(crypto.algorithms()).all()
        if expected == shown():
            break
    assert [each.driver for each in found] == [entry["driver"] for entry in expected]
    for each, entry in zip(found, expected, strict=True):
        told = [name for name in REPORTS if getattr(each, name) is not None]
        assert len(told) == 1, entry  # the kinds are all known
        report = getattr(each, told[0])
        said = {
            "name": each.name,
            "module": each.module,
            "priority": str(each.priority),
            "refcnt": str(each.references),
            "selftest": "passed" if each.is_tested else "unknown",
            "internal": "yes" if AlgorithmFlags.INTERNAL in each.flags else "no",
            "type": each.kind,
        }
        said |= {line: str(getattr(report, field)) for line, field in SIZES.items() if hasattr(report, field)}
        if "async" in entry:
            said["async"] = "yes" if AlgorithmFlags.ASYNC in each.flags else "no"
        assert {name: entry.get(name) for name in said} == said
        assert each.unknown == ()
        assert crypto.AlgorithmType(each.flags & 0xF).label == each.kind or told == ["larval"], entry


@pytest.mark.guest
def test_all_ways_of_reading_tell_of_all_kinds(nl: netlynx.Connection) -> None:
    for name, kind in (("gcm(aes)", "aead"), ("ctr(aes)", "skcipher")):
        with contextlib.suppress(netlynx.AlreadyExists):
            nl.do(crypto.add(Algorithm(name=name), type=kind))
    for _ in range(20):
        before, found = shown(), nl.dump(crypto.algorithms()).all()
        columns, counted = nl.table(crypto.algorithms()), nl.count(crypto.algorithms())
        lines = b"".join(nl.dump(crypto.algorithms()).json(after=b"\n")).splitlines()
        if before == shown():
            break
    assert len(columns) == counted == len(lines) == len(found)
    kinds = {each.kind for each in found}
    assert {"shash", "skcipher", "aead", "cipher", "rng", "akcipher", "kpp", "scomp"} <= kinds, kinds
    hashes = nl.dump(crypto.algorithms().where(hash={"digest_size": 32})).all()
    assert hashes
    told = {each.driver for each in found if each.hash is not None and each.hash.digest_size == 32}
    assert told <= {each.driver for each in hashes}
    assert all(each.hash is not None and each.hash.digest_size == 32 for each in hashes)
    for each in found:
        assert nl.do(crypto.algorithm(driver=each.driver)).kind == each.kind
        assert nl.do(crypto.algorithm(each.name, type=each.kind)).kind == each.kind


@pytest.mark.guest
def test_one_is_made_preferred_and_removed(nl: netlynx.Connection) -> None:
    def told(driver: str) -> dict[str, str] | None:
        return next((entry for entry in shown() if entry["driver"] == driver), None)

    made = Algorithm(driver="cbc(blowfish-generic)", priority=7)
    nl.do(crypto.add(made))
    read = nl.do(crypto.algorithm(driver=made.driver))
    assert (read.name, read.priority) == ("cbc(blowfish)", 7)
    assert read.kind in ("skcipher", "lskcipher")  # older kernels and newer ones
    assert AlgorithmFlags.INSTANCE in read.flags
    seen = told(made.driver)
    assert seen is not None
    assert seen["priority"] == "7"
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(crypto.add(made))
    nl.do(crypto.change(read.replace(priority=0x7FFF_FFFF)))
    seen = told(made.driver)
    assert seen is not None
    assert seen["priority"] == "2147483647"
    assert nl.do(crypto.algorithm(driver=made.driver)).priority == 0x7FFF_FFFF

    with socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET) as user:
        user.bind(("skcipher", made.driver))
        user.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, bytes(16))
        with pytest.raises(netlynx.Busy, match="It is in use"):
            nl.do(crypto.delete(read))
    nl.do(crypto.delete(read))
    assert told(made.driver) is None
    with pytest.raises(netlynx.NotFound):
        nl.do(crypto.delete(read))


@pytest.mark.guest
def test_a_change_has_what_was_made_of_it_made_again(nl: netlynx.Connection) -> None:
    nl.do(crypto.add(Algorithm(driver="ctr(blowfish-generic)")))
    base = nl.do(crypto.algorithm(driver="blowfish-generic"))
    nl.do(crypto.change(Algorithm(driver=base.driver, priority=base.priority)))
    with pytest.raises(netlynx.NotFound, match="makes one, or loads the module"):
        nl.do(crypto.algorithm(driver="ctr(blowfish-generic)"))
    nl.do(crypto.add(Algorithm(name="ctr(blowfish)"), type="skcipher"))
    assert nl.do(crypto.algorithm("ctr(blowfish)")).driver.startswith("ctr")


@pytest.mark.guest
def test_refusals_say_why(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NetlinkError, match="No template made it") as refused:
        nl.do(crypto.delete(Algorithm(driver="blowfish-generic")))
    assert refused.value.errno == errno.EINVAL
    with pytest.raises(netlynx.NotFound, match="Neither this kernel nor a module"):
        nl.do(crypto.add(Algorithm(name="no-such-thing")))
    with pytest.raises(netlynx.NotSupported, match="does not count"):
        nl.do(crypto.statistics(driver="blowfish-generic"))

    def unprivileged() -> str:
        os.setgid(65534)
        os.setuid(65534)
        with netlynx.connect(timeout=PATIENCE) as mine:
            assert mine.count(crypto.algorithms()) > 5  # anybody may read
            for operation in (
                crypto.add(Algorithm(driver="cbc(blowfish-generic)")),
                crypto.change(Algorithm(driver="blowfish-generic", priority=1)),
                crypto.delete(Algorithm(driver="blowfish-generic")),
                crypto.delete_default_rng(),
            ):
                with pytest.raises(netlynx.PermissionDenied, match="CAP_NET_ADMIN"):
                    mine.do(operation)
        return "refused"

    assert in_child(unprivileged) == "refused"


@pytest.mark.guest
def test_the_examples_of_the_page_run_as_they_stand(nl: netlynx.Connection) -> None:
    """Where the host lacks the protocol, `tests/test_readme.py` runs them until they are told so."""
    page = (Path(__file__).parents[2] / "docs" / "families.md").read_text()
    examples = [each for each in re.findall(r"^```python\n(.*?)^```", page, re.S | re.M) if "import crypto" in each]
    assert examples
    for code in examples:
        exec(compile(code, "docs/families.md", "exec"), {"__name__": "__main__"})


@pytest.mark.guest
def test_the_default_generator_is_forgotten(nl: netlynx.Connection) -> None:
    with contextlib.suppress(netlynx.Busy):  # somebody may use it
        nl.do(crypto.delete_default_rng())
