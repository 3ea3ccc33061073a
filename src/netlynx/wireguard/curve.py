"""The public key that belongs to a private one: X25519 of RFC 7748, to see whether two keys are a pair.

Not for secrets that others could time: it is as fast as its numbers let it be.
"""

from __future__ import annotations

_PRIME = (1 << 255) - 19
_A24 = 121665
_BASE = 9


def public_bytes(private: bytes) -> bytes:
    """The public key of a private key of 32 bytes."""
    scalar = int.from_bytes(private, "little") & ~7 & ((1 << 254) - 1) | 1 << 254
    x, z, next_x, next_z = 1, 0, _BASE, 1
    for bit in reversed(range(255)):
        if scalar >> bit & 1:
            next_x, next_z, x, z = _step(next_x, next_z, x, z)
        else:
            x, z, next_x, next_z = _step(x, z, next_x, next_z)
    return (x * pow(z, _PRIME - 2, _PRIME) % _PRIME).to_bytes(32, "little")


def _step(x: int, z: int, next_x: int, next_z: int) -> tuple[int, int, int, int]:
    """Doubles the first point and adds the second to it (section 5)."""
    added, taken = x + z, x - z
    a, b = added * added % _PRIME, taken * taken % _PRIME
    cross, other = (next_x - next_z) * added % _PRIME, (next_x + next_z) * taken % _PRIME
    e = a - b
    return (
        a * b % _PRIME,
        e * (a + _A24 * e) % _PRIME,
        (cross + other) ** 2 % _PRIME,
        _BASE * (cross - other) ** 2 % _PRIME,
    )
