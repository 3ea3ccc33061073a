"""Recordings as files: lines that people can read, and refused by name and line when they are not that."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlynx
import toy
from netlynx.kernel import VirtualKernel
from netlynx.testing import Recorder, Recording, Replayer
from netlynx.transport.conversation import bare
from netlynx.transport.recording import Close, Join, Leave, Open, Receive, Refusal, Send
from netlynx.wire.message import Message, parse_messages

HEADING = f'{{"netlynx_recording":1,"byteorder":"{sys.byteorder}"}}\n'


def test_a_file_says_in_words_what_its_bytes_are(tmp_path: Path) -> None:
    with VirtualKernel() as kernel:
        toy.Table(kernel, toy.rows(2))
        recorder = Recorder(kernel)
        with netlynx.connect(kernel=recorder) as nl:
            nl.dump(toy.entries()).all()
            with pytest.raises(netlynx.NotFound):
                nl.do(toy.entry(9))
    recorder.save(tmp_path / "said.jsonl")
    heading, *steps = map(json.loads, (tmp_path / "said.jsonl").read_text().splitlines())
    assert heading["netlynx_recording"] == 1
    assert [step["step"] for step in steps] == ["open", "send", "receive", "send", "receive", "close"]
    assert [step.get("says") for step in steps[1:]] == [
        ["18 REQUEST|DUMP"],
        ["16 MULTI", "16 MULTI", "NLMSG_DONE MULTI"],
        ["18 REQUEST"],
        ["NLMSG_ERROR ENOENT: no such entry"],
        None,
    ]
    assert len(steps[2]["hex"].split()) == 3  # messages stand apart


words = st.text('aé"\n', max_size=5)
refusals = st.none() | st.builds(Refusal, st.sampled_from(["EPERM", "ENOBUFS", "77"]), words, words)
numbers = st.integers(0, 2**32 - 1)
hexadecimal = st.binary().map(bytes.hex)
steps = st.one_of(
    st.builds(Open, socket=numbers, protocol=st.integers(0, 31), port=numbers, error=refusals),
    st.builds(Join, socket=numbers, group=numbers, error=refusals),
    st.builds(Leave, socket=numbers, group=numbers),
    st.builds(Send, socket=numbers, hex=hexadecimal, portid=numbers, error=refusals, says=st.just(("GET",))),
    st.builds(Receive, socket=numbers, hex=hexadecimal, length=numbers, sender=numbers, groups=numbers, error=refusals),
    st.builds(Close, socket=numbers),
)


@given(st.lists(steps))
def test_what_is_saved_is_read_again(steps: list[object]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        Recording(steps).save(f"{folder}/said.jsonl")  # type: ignore[arg-type]  # they are steps
        again = Recording.load(f"{folder}/said.jsonl")
    assert list(map(repr, again)) == list(map(repr, steps))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: not a recording"),
        ("hello\n", "line 1: not a recording"),
        ('{"netlynx_recording":2,"byteorder":"little"}', "its format is 2, this netlynx reads 1"),
        ('{"netlynx_recording":1,"byteorder":"mixed"}', "made on a mixed-endian machine"),
        (HEADING + '{"step":"sing","socket":1}', "line 2: .*sing"),
        (HEADING + '{"step":"close","socket":1}\n{"step":"close"}', "line 3: .*socket"),
        (HEADING + '{"step":"send","socket":1,"hex":"0g"}', "line 2: .*non-hexadecimal"),
    ],
)
def test_what_is_no_recording_is_refused_with_file_and_line(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "said.jsonl"
    path.write_text(text)
    with pytest.raises(netlynx.DecodeError, match=problem) as caught:
        Replayer(path)
    assert str(path) in str(caught.value)


def test_a_step_of_a_socket_that_was_never_opened_is_refused() -> None:
    with pytest.raises(netlynx.DecodeError, match="socket 3 is used and was never opened"):
        Replayer(Recording([Close(socket=3)]))


messages = st.builds(Message, st.integers(16, 0xFFFF), st.integers(0, 0xFFFF), numbers, numbers, st.binary(max_size=40))


@given(st.lists(messages), st.binary(max_size=20))
def test_requests_are_the_same_whatever_their_numbers(sent: list[Message], rest: bytes) -> None:
    data = b"".join(message.pack() for message in sent)
    stripped = bare(data)
    assert bare(stripped) == stripped
    assert [(each.type, each.flags, each.payload) for each in parse_messages(stripped)] == [
        (each.type, each.flags, each.payload) for each in sent
    ]
    assert len(bare(data + rest)) == len(data + rest)  # whatever else is sent
