"""What older kernels counted of an algorithm: how often it was used, for how many bytes, and how often in vain.

Only kernels that were built with CONFIG_CRYPTO_STATS did, and Linux has it no more: newer ones refuse to tell.
Source: struct crypto_stat_* of linux/cryptouser.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.crypto.algorithm import AlgorithmHeader
from netlynx.crypto.constants import CRYPTOCFGA, AlgorithmFlags
from netlynx.schema import Layout, Record, attr, chars, head, member, struct, takes, u64
from netlynx.schema.facts import Facts

_NAME = 64  # CRYPTO_MAX_NAME


class LarvalCounts(Layout, c="crypto_stat_larval"):
    """Of what is not there yet: nothing."""

    type: str = member(chars(_NAME))


class CipherCounts(Layout, c="crypto_stat_cipher"):
    """Of ciphers, for single blocks and symmetric ones; lengths in bytes."""

    type: str = member(chars(_NAME))
    encryptions: int = member(u64, c="stat_encrypt_cnt")
    encrypted_length: int = member(u64, c="stat_encrypt_tlen")
    decryptions: int = member(u64, c="stat_decrypt_cnt")
    decrypted_length: int = member(u64, c="stat_decrypt_tlen")
    errors: int = member(u64, c="stat_err_cnt")


class AeadCounts(CipherCounts, c="crypto_stat_aead"):
    """Of ciphers that authenticate; lengths in bytes."""


class AkcipherCounts(Layout, c="crypto_stat_akcipher"):
    """Of ciphers with a public key; lengths in bytes."""

    type: str = member(chars(_NAME))
    encryptions: int = member(u64, c="stat_encrypt_cnt")
    encrypted_length: int = member(u64, c="stat_encrypt_tlen")
    decryptions: int = member(u64, c="stat_decrypt_cnt")
    decrypted_length: int = member(u64, c="stat_decrypt_tlen")
    verifications: int = member(u64, c="stat_verify_cnt")
    signatures: int = member(u64, c="stat_sign_cnt")
    errors: int = member(u64, c="stat_err_cnt")


class CompressionCounts(Layout, c="crypto_stat_compress"):
    """Of compressions; lengths in bytes."""

    type: str = member(chars(_NAME))
    compressions: int = member(u64, c="stat_compress_cnt")
    compressed_length: int = member(u64, c="stat_compress_tlen")
    decompressions: int = member(u64, c="stat_decompress_cnt")
    decompressed_length: int = member(u64, c="stat_decompress_tlen")
    errors: int = member(u64, c="stat_err_cnt")


class HashCounts(Layout, c="crypto_stat_hash"):
    """Of hashes; the length in bytes."""

    type: str = member(chars(_NAME))
    hashes: int = member(u64, c="stat_hash_cnt")
    hashed_length: int = member(u64, c="stat_hash_tlen")
    errors: int = member(u64, c="stat_err_cnt")


class KppCounts(Layout, c="crypto_stat_kpp"):
    """Of protocols to agree on a key."""

    type: str = member(chars(_NAME))
    secrets_set: int = member(u64, c="stat_setsecret_cnt")
    keys_generated: int = member(u64, c="stat_generate_public_key_cnt")
    secrets_computed: int = member(u64, c="stat_compute_shared_secret_cnt")
    errors: int = member(u64, c="stat_err_cnt")


class RandomCounts(Layout, c="crypto_stat_rng"):
    """Of generators of random numbers; the length in bytes."""

    type: str = member(chars(_NAME))
    generations: int = member(u64, c="stat_generate_cnt")
    generated_length: int = member(u64, c="stat_generate_tlen")
    seeds: int = member(u64, c="stat_seed_cnt")
    errors: int = member(u64, c="stat_err_cnt")


class Counted(Record, header=AlgorithmHeader):
    """What was counted of one implementation of an algorithm, since it was registered."""

    __facts__: ClassVar[Facts] = Facts(attributes=CRYPTOCFGA)
    __omitted__: ClassVar[dict[str, str]] = {
        "CRYPTOCFGA_PRIORITY_VAL": "Algorithm has it",
        "CRYPTOCFGA_REPORT_*": "what an algorithm is, not how often it was used: Algorithm",
    }

    name: str = head(default="", always=True)
    driver: str = head(default="", always=True)
    module: str = head(default="")
    references: int = head()
    flags: takes.Flags[AlgorithmFlags] = head(default=AlgorithmFlags(0))
    larval: takes.Nested[LarvalCounts | None] = attr(CRYPTOCFGA.STAT_LARVAL, struct(LarvalCounts))
    hash: takes.Nested[HashCounts | None] = attr(CRYPTOCFGA.STAT_HASH, struct(HashCounts))
    skcipher: takes.Nested[CipherCounts | None] = attr(CRYPTOCFGA.STAT_BLKCIPHER, struct(CipherCounts))
    aead: takes.Nested[AeadCounts | None] = attr(CRYPTOCFGA.STAT_AEAD, struct(AeadCounts))
    compression: takes.Nested[CompressionCounts | None] = attr(CRYPTOCFGA.STAT_COMPRESS, struct(CompressionCounts))
    rng: takes.Nested[RandomCounts | None] = attr(CRYPTOCFGA.STAT_RNG, struct(RandomCounts))
    cipher: takes.Nested[CipherCounts | None] = attr(CRYPTOCFGA.STAT_CIPHER, struct(CipherCounts))
    akcipher: takes.Nested[AkcipherCounts | None] = attr(CRYPTOCFGA.STAT_AKCIPHER, struct(AkcipherCounts))
    kpp: takes.Nested[KppCounts | None] = attr(CRYPTOCFGA.STAT_KPP, struct(KppCounts))
    acomp: takes.Nested[CompressionCounts | None] = attr(CRYPTOCFGA.STAT_ACOMP, struct(CompressionCounts))
