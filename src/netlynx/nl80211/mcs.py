"""Sets of MCS: which modulations a station knows, with how many streams. Source: IEEE 802.11-2020, 9.4.2.55.4,
9.4.2.157.3; 802.11ax, 9.4.2.248.4."""

from __future__ import annotations

_HT_MCS = 77  # indexes that there are, in 10 bytes
VHT_MCS = (7, 8, 9)
HE_MCS = (7, 9, 11)


def mcs_indexes(data: bytes) -> tuple[int, ...]:
    """The indexes whose bits are on in an MCS set of HT."""
    bits = int.from_bytes(data[:10], "little")
    return tuple(index for index in range(_HT_MCS) if bits >> index & 1)


def highest_mcs(data: bytes, values: tuple[int, int, int]) -> tuple[int, ...]:
    """Of 1, 2 … streams the highest MCS in a map of two bits each; 0 where there is none, which are left out at the
    end."""
    number = int.from_bytes(data[:2], "little")
    found = [(*values, 0)[number >> 2 * stream & 3] for stream in range(8)]
    while found and not found[-1]:
        found.pop()
    return tuple(found)
