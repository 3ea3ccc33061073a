"""An algorithm of the kernel's crypto layer, as it is listed and as requests name it.

Source: struct crypto_user_alg of linux/cryptouser.h, crypto/crypto_user.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.crypto.constants import CRYPTOCFGA, TYPE_MASK, AlgorithmFlags, AlgorithmType
from netlynx.crypto.reports import (
    AcompReport,
    AeadReport,
    AkcipherReport,
    CipherReport,
    CompressionReport,
    HashReport,
    KppReport,
    LarvalReport,
    RandomReport,
    SigReport,
    SkcipherReport,
)
from netlynx.schema import Layout, Record, attr, chars, enum, head, member, s32, struct, takes, u32
from netlynx.schema.facts import Facts, NoFacts

_NAME = 64  # CRYPTO_MAX_NAME, the NUL at the end included


class AlgorithmHeader(Layout, c="crypto_user_alg"):
    """The fixed header of every message."""

    name: str = member(chars(_NAME), c="cru_name")
    driver: str = member(chars(_NAME), c="cru_driver_name")
    module: str = member(chars(_NAME), c="cru_module_name")
    type: takes.Flags[AlgorithmFlags] = member(enum(AlgorithmFlags, u32), c="cru_type")
    mask: takes.Flags[AlgorithmFlags] = member(enum(AlgorithmFlags, u32), c="cru_mask")
    references: int = member(u32, c="cru_refcnt")
    flags: takes.Flags[AlgorithmFlags] = member(enum(AlgorithmFlags, u32), c="cru_flags")


class Algorithm(Record, header=AlgorithmHeader):
    """One implementation of an algorithm (`crypto_user_alg` + `CRYPTOCFGA_*`), as a line of /proc/crypto tells of it.

    `name` is what it does (``cbc(aes)``), `driver` which implementation it is (``cbc-aes-aesni``): of one name there
    are several, and the kernel takes the one with the highest `priority`. `module` is where it is from, ``kernel`` if
    it is built in. `references` counts its users, itself among them. One of the reports says more, according to what
    it is; `kind` is that in a word.

    To name one in a request, `driver` is enough.

    Source: crypto_report_one in crypto/crypto_user.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=CRYPTOCFGA, policy="crypto_policy")
    __omitted__: ClassVar[dict[str, str]] = {"CRYPTOCFGA_STAT_*": "what older kernels counted: Counted"}
    __differs__: ClassVar[dict[str, str]] = {
        "priority": "the kernel keeps it as an int (cra_priority), and so does /proc/crypto"
    }

    name: str = head(default="", always=True)
    driver: str = head(default="", always=True)
    module: str = head(default="", read_only=True)
    references: int = head(read_only=True)
    flags: takes.Flags[AlgorithmFlags] = head(default=AlgorithmFlags(0), read_only=True)
    priority: int | None = attr(CRYPTOCFGA.PRIORITY_VAL, s32)
    larval: takes.Nested[LarvalReport | None] = attr(CRYPTOCFGA.REPORT_LARVAL, struct(LarvalReport), read_only=True)
    hash: takes.Nested[HashReport | None] = attr(CRYPTOCFGA.REPORT_HASH, struct(HashReport), read_only=True)
    cipher: takes.Nested[CipherReport | None] = attr(CRYPTOCFGA.REPORT_CIPHER, struct(CipherReport), read_only=True)
    skcipher: takes.Nested[SkcipherReport | None] = attr(
        CRYPTOCFGA.REPORT_BLKCIPHER, struct(SkcipherReport), read_only=True
    )
    aead: takes.Nested[AeadReport | None] = attr(CRYPTOCFGA.REPORT_AEAD, struct(AeadReport), read_only=True)
    compression: takes.Nested[CompressionReport | None] = attr(
        CRYPTOCFGA.REPORT_COMPRESS, struct(CompressionReport), read_only=True
    )
    rng: takes.Nested[RandomReport | None] = attr(CRYPTOCFGA.REPORT_RNG, struct(RandomReport), read_only=True)
    akcipher: takes.Nested[AkcipherReport | None] = attr(
        CRYPTOCFGA.REPORT_AKCIPHER, struct(AkcipherReport), read_only=True
    )
    kpp: takes.Nested[KppReport | None] = attr(CRYPTOCFGA.REPORT_KPP, struct(KppReport), read_only=True)
    acomp: takes.Nested[AcompReport | None] = attr(CRYPTOCFGA.REPORT_ACOMP, struct(AcompReport), read_only=True)
    sig: takes.Nested[SigReport | None] = attr(CRYPTOCFGA.REPORT_SIG, struct(SigReport), read_only=True)

    @property
    def kind(self) -> str:
        """What it is: ``shash``, ``skcipher``, ``rng`` …, as its report says; without one, as its flags do."""
        for each in _REPORTS:
            report = getattr(self, each)
            if report is not None:
                return str(report.type)
        number = int(self.flags) & TYPE_MASK
        return AlgorithmType(number).label if number in AlgorithmType.__members__.values() else ""

    @property
    def is_tested(self) -> bool:
        """Whether it has passed its self-test, or has none."""
        return AlgorithmFlags.TESTED in self.flags


class Nothing(Layout):
    """What a request without a payload says: the kernel refuses to be told an algorithm there."""

    __facts__: ClassVar[NoFacts] = NoFacts("no bytes, hence no struct")


class Wanted(Record, header=AlgorithmHeader):
    """An algorithm as a request names it: of the bits of `mask`, its flags have those of `type`."""

    __facts__: ClassVar[Facts] = Facts(attributes=CRYPTOCFGA, policy="crypto_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "CRYPTOCFGA_REPORT_*": "the kernel does not look at it: Algorithm",
        "CRYPTOCFGA_STAT_*": "what older kernels counted: Counted",
    }
    __differs__: ClassVar[dict[str, str]] = {"priority": "the kernel keeps it as an int (cra_priority)"}

    name: str = head(default="")
    driver: str = head(default="")
    type: takes.Flags[AlgorithmFlags] = head(default=AlgorithmFlags(0))
    mask: takes.Flags[AlgorithmFlags] = head(default=AlgorithmFlags(0))
    priority: int | None = attr(CRYPTOCFGA.PRIORITY_VAL, s32)


_REPORTS = (
    *("larval", "hash", "cipher", "skcipher", "aead", "compression"),
    *("rng", "akcipher", "kpp", "acomp", "sig"),
)
