"""What `pedit` changes, in words: all that is read has them, and they mean what was read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlynx import tc
from netlynx.errors import EncodeError
from netlynx.tc.actions.pedit_words import FIELDS, HEADERS, Key, keys_of, words_of

WORD = st.integers(0, 2**32 - 1)
KEY = st.builds(
    Key,
    st.sampled_from([*HEADERS.values()]),
    st.sampled_from([0, 1]),
    st.one_of(WORD, st.sampled_from([0, 0xFFFFFFFF, 0xFFFF, 0xFFFF0000, 0x00FFFFFF, 0xF00FFFFF])),
    st.one_of(WORD, st.sampled_from([0, 5, 0x50000])),
    st.integers(-16, 16).map(lambda words: 4 * words),
    st.sampled_from([0, 0, 3]),
    st.sampled_from([0, 0, 15]),
    st.sampled_from([0, 0, 2]),
)


@given(st.lists(KEY, min_size=1, max_size=6))
def test_words_mean_the_keys_that_they_were_made_of(keys: list[Key]) -> None:
    texts = words_of(keys)
    assert [key for text in texts for key in keys_of(text)] == keys


VALUES = {"ip4": "192.0.2.1", "ip6": "2001:db8::1", "mac": "02:00:00:00:00:01", "hex": "0x3", "number": "3"}


def test_a_field_is_read_back_as_a_field() -> None:
    for header, fields in FIELDS.items():
        for name, field in fields.items():
            for what in (f"set {VALUES[field.form]}", f"add {VALUES[field.form]}", "invert"):
                assert words_of(keys_of(f"{header} {name} {what}")) == [f"{header} {name} {what}"]
            if field.size <= 4:
                text = f"{header} {name} set {VALUES[field.form]} retain 0x3"
                assert words_of(keys_of(text))[0].endswith(" retain 0x3")


SAME = {
    "IP SRC SET 192.0.2.1": "ip src set 192.0.2.1",
    "ip dsfield set 16": "ip tos set 0x10",
    "ip ttl decrement": "ip ttl add 255",
    "ip offset 8 u8 set 0x40": "ip ttl set 64",
    "tcp offset 0 and 0xffff0000 xor 80": "tcp dport set 80",
    "eth dst set 02-00-00-00-00-01": "eth dst set 02:00:00:00:00:01",
    "network offset 4 and 0 add 7 at 1 offmask 0xf shift 2": "network offset 4 and 0x00000000 add 0x00000007"
    " at 0x1 offmask 0xf shift 0x2",
}


def test_of_several_texts_for_the_same_one_is_kept() -> None:
    for given_, kept in SAME.items():
        assert tc.Pedit(keys=[given_]).keys == (kept,), given_


REFUSED = {
    "": "begins with",
    "icmp type set 3": "begins with one of",
    "ip source set 1.2.3.4": "no field 'source' in ip",
    "network src set 1.2.3.4": "no field 'src' in network",
    "ip src set": "ends in set VALUE",
    "ip src 1.2.3.4": "none of set",
    "ip src set 2001:db8::1": "no address of IPv4",
    "ip6 src set 192.0.2.1": "no address of IPv6",
    "ip ttl set 256": "more than 8 bits",
    "ip ttl set -1": "more than 8 bits",
    "ip ttl set 3 retain 0x1ff": "more than 8 bits",
    "ip ttl set 3 retain": "one mask stands behind retain",
    "ip ttl clear 3": "ends in set VALUE",
    "tcp dport set http": "no number",
    "eth dst set 02:00": "no hardware address",
    "ip offset 3 u16 set 5": "words of four bytes",
    "ip offset 2 u32 set 5": "words of four bytes",
    "ip offset 2 u64 set 5": "u8, u16 or u32",
    "ip offset 4 and 1": "u8, u16 or u32",
}


def test_what_is_no_key_is_refused_by_its_place() -> None:
    for text, said in REFUSED.items():
        with pytest.raises(EncodeError, match=said) as caught:
            tc.Pedit(keys=["ip ttl set 1", text])
        assert caught.value.path == "Pedit.keys[1]", text
