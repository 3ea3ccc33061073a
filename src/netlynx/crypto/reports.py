"""What the kernel says of an algorithm beside its name: a C struct for each kind, which begins with the kind in words.

Sizes are in bytes. Source: linux/cryptouser.h; the `report` functions in crypto/ of the kernel.
"""

from __future__ import annotations

from netlynx.schema import Layout, chars, member, u32

_NAME = 64  # CRYPTO_MAX_NAME


class LarvalReport(Layout, c="crypto_report_larval"):
    """An algorithm that is not there yet: it is being made, or tested."""

    type: str = member(chars(_NAME))


class HashReport(Layout, c="crypto_report_hash"):
    """A hash: ``shash`` (at once) or ``ahash`` (also later)."""

    type: str = member(chars(_NAME))
    block_size: int = member(u32, c="blocksize")
    digest_size: int = member(u32, c="digestsize")


class CipherReport(Layout, c="crypto_report_cipher"):
    """A cipher for single blocks, of which templates make others."""

    type: str = member(chars(_NAME))
    block_size: int = member(u32, c="blocksize")
    min_key_size: int = member(u32, c="min_keysize")
    max_key_size: int = member(u32, c="max_keysize")


class SkcipherReport(Layout, c="crypto_report_blkcipher"):
    """A symmetric cipher: ``skcipher``, or ``lskcipher`` for what lies in one piece."""

    type: str = member(chars(_NAME))
    iv_generator: str = member(chars(_NAME), c="geniv")
    block_size: int = member(u32, c="blocksize")
    min_key_size: int = member(u32, c="min_keysize")
    max_key_size: int = member(u32, c="max_keysize")
    iv_size: int = member(u32, c="ivsize")


class AeadReport(Layout, c="crypto_report_aead"):
    """A cipher that authenticates, too."""

    type: str = member(chars(_NAME))
    iv_generator: str = member(chars(_NAME), c="geniv")
    block_size: int = member(u32, c="blocksize")
    max_tag_size: int = member(u32, c="maxauthsize")
    iv_size: int = member(u32, c="ivsize")


class CompressionReport(Layout, c="crypto_report_comp"):
    """A compression: ``scomp``, in older kernels ``compression`` too."""

    type: str = member(chars(_NAME))


class RandomReport(Layout, c="crypto_report_rng"):
    """A generator of random numbers."""

    type: str = member(chars(_NAME))
    seed_size: int = member(u32, c="seedsize")


class AkcipherReport(Layout, c="crypto_report_akcipher"):
    """A cipher with a public key; in older kernels signatures (``sig``) too."""

    type: str = member(chars(_NAME))


class KppReport(Layout, c="crypto_report_kpp"):
    """A protocol to agree on a key."""

    type: str = member(chars(_NAME))


class AcompReport(Layout, c="crypto_report_acomp"):
    """A compression that may finish later."""

    type: str = member(chars(_NAME))


class SigReport(Layout, c="crypto_report_sig"):
    """A signature with a public key."""

    type: str = member(chars(_NAME))
