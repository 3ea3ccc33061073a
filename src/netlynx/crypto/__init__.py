"""The kernel's crypto layer (NETLINK_CRYPTO): its algorithms, which implementation of one is preferred, what is made.

    from netlynx import crypto

    for each in nl.dump(crypto.algorithms().where(name="sha256")):
        print(each.driver, each.priority, each.kind, each.hash.digest_size)

Source: linux/cryptouser.h, crypto/crypto_user.c.
"""

from .algorithm import Algorithm
from .constants import AlgorithmFlags, AlgorithmType
from .counted import (
    AeadCounts,
    AkcipherCounts,
    CipherCounts,
    CompressionCounts,
    Counted,
    HashCounts,
    KppCounts,
    LarvalCounts,
    RandomCounts,
)
from .reports import (
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
from .requests import add, algorithm, algorithms, change, delete, delete_default_rng, statistics

__all__ = [
    "AcompReport",
    "AeadCounts",
    "AeadReport",
    "AkcipherCounts",
    "AkcipherReport",
    "Algorithm",
    "AlgorithmFlags",
    "AlgorithmType",
    "CipherCounts",
    "CipherReport",
    "CompressionCounts",
    "CompressionReport",
    "Counted",
    "HashCounts",
    "HashReport",
    "KppCounts",
    "KppReport",
    "LarvalCounts",
    "LarvalReport",
    "RandomCounts",
    "RandomReport",
    "SigReport",
    "SkcipherReport",
    "add",
    "algorithm",
    "algorithms",
    "change",
    "delete",
    "delete_default_rng",
    "statistics",
]
