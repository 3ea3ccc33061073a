"""Algorithms with their keys, security contexts, and how sequence numbers are guarded: structs of any length.

Source: linux/xfrm.h, net/xfrm/xfrm_user.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.schema import Layout, binary, chars, enum, member, rest, string, takes, u8, u16, u32
from netlynx.xfrm.constants import XFRMA, ContextAlgorithm, ContextDomain

_NAME = 64  # bytes, the NUL at the end included


class Keyed:
    """For a layout with a key: how many bits it has follows from it."""

    __slots__ = ()

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        key = values.get("key")
        if isinstance(key, bytes) and (values.get("key_bits", 0) + 7) // 8 != len(key):
            return {**values, "key_bits": 8 * len(key)}
        return values


class Algorithm(Keyed, Layout, c="xfrm_algo"):
    """An algorithm by the name that /proc/crypto has for it (``cbc(aes)``), with its key.

    What compresses has none. The text of a record says only that there is one; a kernel in lockdown tells zeros.
    """

    name: str = member(chars(_NAME), c="alg_name")
    key_bits: int = member(u32, c="alg_key_len")
    key: bytes = member(rest(binary), c="alg_key", secret=True)


class AuthAlgorithm(Keyed, Layout, c="xfrm_algo_auth"):
    """An algorithm that authenticates, of whose result `length` bits are sent (0: as many as is usual)."""

    name: str = member(chars(_NAME), c="alg_name")
    key_bits: int = member(u32, c="alg_key_len")
    length: int = member(u32, c="alg_trunc_len")
    key: bytes = member(rest(binary), c="alg_key", secret=True)


class AeadAlgorithm(Keyed, Layout, c="xfrm_algo_aead"):
    """An algorithm that encrypts and authenticates (``rfc4106(gcm(aes))``), with `length` bits of check value.

    Of those of RFC 4106 and the like, the last bytes of the key are the salt: 4 of them, of CCM 3.
    """

    name: str = member(chars(_NAME), c="alg_name")
    key_bits: int = member(u32, c="alg_key_len")
    length: int = member(u32, c="alg_icv_len")
    key: bytes = member(rest(binary), c="alg_key", secret=True)


class SecurityContext(Layout, c="xfrm_user_sec_ctx"):
    """The label that packets have to have: of SELinux, unless given."""

    __differs__: ClassVar[dict[str, str]] = {"label": "stands behind the struct, which does not say so"}

    size: int = member(u16, c="len")  # bytes, those of the label among them
    attribute: int = member(u16, c="exttype")
    algorithm: takes.Member[ContextAlgorithm] = member(
        enum(ContextAlgorithm, u8), default=ContextAlgorithm.SELINUX, c="ctx_alg"
    )
    domain: takes.Member[ContextDomain] = member(enum(ContextDomain, u8), default=ContextDomain.LSM, c="ctx_doi")
    label_size: int = member(u16, c="ctx_len")
    label: str = member(rest(string))

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        size = len(str(values.get("label", "")).encode("utf-8", "surrogateescape"))
        return {**values, "size": 8 + size, "attribute": int(XFRMA.SEC_CTX), "label_size": size}

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        return cls(label=value) if isinstance(value, str) else value


class Replay(Layout, c="xfrm_replay_state"):
    """Numbers of packets: of the last that was sent, of the highest that came, and which of the 32 up to it came."""

    sent: int = member(u32, c="oseq")
    received: int = member(u32, c="seq")
    bitmap: int = member(u32, c="bitmap")

    @property
    def seen(self) -> frozenset[int]:
        """The numbers, from the highest down to 31 less, of packets that came."""
        return frozenset(self.received - back for back in range(min(32, self.received)) if self.bitmap >> back & 1)


class ReplayWindow(Layout, c="xfrm_replay_state_esn"):
    """The same with a window of any size, and, of a state with the flag ESN, with numbers of 64 bits.

    `window` is how many packets back one may come, at most 4096 and at most the bits of `bitmap`, which has room for
    them unless it is given. The bit of a packet is its number less 1, modulo the window.
    """

    words: int = member(u32, c="bmp_len")
    sent_low: int = member(u32, c="oseq")
    received_low: int = member(u32, c="seq")
    sent_high: int = member(u32, c="oseq_hi")
    received_high: int = member(u32, c="seq_hi")
    window: int = member(u32, c="replay_window")
    bitmap: takes.Several[int] = member(rest(u32), c="bmp")

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        window, bitmap = values.get("window", 0), values.get("bitmap") or ()
        if not bitmap and isinstance(window, int) and not isinstance(window, bool) and 0 < window <= _MOST:
            bitmap = (0,) * ((window + 31) // 32)
        return {**values, "bitmap": bitmap, "words": len(bitmap)}

    @property
    def sent(self) -> int:
        """The number of the last packet that was sent."""
        return self.sent_high << 32 | self.sent_low

    @property
    def received(self) -> int:
        """The highest number of a packet that came."""
        return self.received_high << 32 | self.received_low

    @property
    def seen(self) -> frozenset[int]:
        """The numbers within the window of packets that came."""
        last = (self.received_low - 1) % self.window if self.window else 0
        return frozenset(
            self.received - back
            for back in range(min(self.window, self.received))
            if _bit(self.bitmap, (last - back) % self.window)
        )


def _bit(words: tuple[int, ...], number: int) -> bool:
    return number < 32 * len(words) and bool(words[number // 32] >> number % 32 & 1)


_MOST = 4096  # XFRMA_REPLAY_ESN_MAX: bits of a window
