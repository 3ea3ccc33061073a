"""The numbers of the crypto layer: messages, attributes, types and flags of algorithms.

Source: linux/cryptouser.h; of types and flags, which no header for users has, include/linux/crypto.h of the kernel.
"""

from __future__ import annotations

from netlynx.schema import Constants, Enumeration, FlagSet


class CRYPTO_MSG(Constants):
    """Message types. Linux answers `GETSTAT` no more."""

    NEWALG = 16
    DELALG = 17
    UPDATEALG = 18
    GETALG = 19
    DELRNG = 20
    GETSTAT = 21


class CRYPTOCFGA(Constants):
    """Attributes of an algorithm."""

    UNSPEC = 0
    PRIORITY_VAL = 1
    REPORT_LARVAL = 2
    REPORT_HASH = 3
    REPORT_BLKCIPHER = 4
    REPORT_AEAD = 5
    REPORT_COMPRESS = 6
    REPORT_RNG = 7
    REPORT_CIPHER = 8
    REPORT_AKCIPHER = 9
    REPORT_KPP = 10
    REPORT_ACOMP = 11
    STAT_LARVAL = 12
    STAT_HASH = 13
    STAT_BLKCIPHER = 14
    STAT_AEAD = 15
    STAT_COMPRESS = 16
    STAT_RNG = 17
    STAT_CIPHER = 18
    STAT_AKCIPHER = 19
    STAT_KPP = 20
    STAT_ACOMP = 21
    REPORT_SIG = 22


class AlgorithmType(Enumeration):
    """What an algorithm is, by the lowest four bits of its flags (CRYPTO_ALG_TYPE_*)."""

    CIPHER = 1
    COMPRESSION = 2
    AEAD = 3
    LSKCIPHER = 4
    SKCIPHER = 5
    AKCIPHER = 6
    SIG = 7
    KPP = 8
    ACOMP = 10
    SCOMP = 11
    RNG = 12
    SHASH = 14
    AHASH = 15


TYPE_MASK = 0xF  # CRYPTO_ALG_TYPE_MASK


class AlgorithmFlags(FlagSet):
    """What else is to be said of an algorithm (CRYPTO_ALG_*); the lowest four bits are its `AlgorithmType`.

    LARVAL: it is being made or tested. DEAD, DYING: it is being removed. ASYNC: it may finish later. TESTED: it has
    passed its self-test, or has none. INSTANCE: a template made it of others, as ``cbc(aes)``. KERN_DRIVER_ONLY:
    hardware that programs cannot use by themselves. INTERNAL, FIPS_INTERNAL: only others are made of it.
    """

    LARVAL = 0x10
    DEAD = 0x20
    DYING = 0x40
    ASYNC = 0x80
    NEED_FALLBACK = 0x100
    DUP_FIRST = 0x200
    TESTED = 0x400
    INSTANCE = 0x800
    KERN_DRIVER_ONLY = 0x1000
    INTERNAL = 0x2000
    OPTIONAL_KEY = 0x4000
    NOLOAD = 0x8000
    ALLOCATES_MEMORY = 0x1_0000
    FIPS_INTERNAL = 0x2_0000
    REQ_VIRT = 0x4_0000
    NO_FALLBACK = 0x8_0000
