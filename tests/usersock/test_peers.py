"""Peers in one process, sync: letters to ports and groups, requests and answers, on the virtual and the real kernel."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator

import pytest

import netlynx
from child import child, python
from netlynx import DecodeError, EncodeError, Overrun, RequestTimeout, netns
from netlynx.kernel import VirtualKernel
from netlynx.usersock import Letter, Peer
from support import PATIENCE, namespaces_refused
from usersock.greeting import RECORDS, Greeting

Make = Callable[..., Peer]


@pytest.fixture(params=["virtual", "real"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes peers that can talk to each other; they are closed at the end."""
    made: list[Peer] = []

    def on(**where: object) -> Make:
        def one(port: int = 0, groups: tuple[int, ...] = (), **more: object) -> Peer:
            made.append(Peer(port, groups, **where, **more))  # type: ignore[arg-type]  # as the test has it
            return made[-1]

        return one

    if request.param == "virtual":
        with VirtualKernel() as kernel:
            yield on(kernel=kernel)
    elif reason := namespaces_refused():
        pytest.skip(reason)
    else:
        with netns.anonymous() as namespace:
            yield on(netns=namespace)
    for peer in made:
        peer.close()


def received(peer: Peer) -> Letter:
    letter = peer.receive(timeout=PATIENCE)
    assert isinstance(letter, Letter)
    return letter


def answering(peer: Peer, answer: Callable[[Letter], object]) -> threading.Thread:
    """A thread that answers all letters until the peer is closed."""

    def serve() -> None:
        for letter in peer:
            assert isinstance(letter, Letter)
            answer(letter)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def test_the_classical_exchange(make: Make) -> None:
    server, client = make(100), make()
    client.send("hello netlink!!", to=100)
    letter = received(server)
    assert (letter.text, letter.sender, letter.group, letter.is_request) == ("hello netlink!!", client.port, 0, False)
    server.send("hello users!!!", to=letter.sender)
    assert received(client).text == "hello users!!!"


def test_the_kernel_vouches_for_the_sender(make: Make) -> None:
    server, client = make(), make()
    client.send(b"x", to=server.port)
    owner = received(server).owner
    assert owner is not None
    assert (owner.pid, owner.uid, owner.gid) == (os.getpid(), os.getuid(), os.getgid())


def test_records_arrive_as_records_and_all_else_as_bytes(make: Make) -> None:
    server, client = make(records=RECORDS), make(records=RECORDS)
    for content in (Greeting(text="hi", times=3), Greeting(note="rare fields have a class of their own")):
        client.send(content, to=server.port)
        letter = received(server)
        assert (letter.content, letter.type) == (content, 0x20)
    client.send(b"abc", to=server.port, type=0x21)
    letter = received(server)
    assert (letter.content, letter.type) == (b"abc", 0x21)


def test_a_group_hears_what_is_sent_to_it_but_for_the_sender(make: Make) -> None:
    one, other, sender = make(groups=(3,)), make(groups=(3, 32)), make(groups=(3,))
    sender.send(b"news", group=3)
    assert [(received(peer).content, peer.port) for peer in (one, other)] == [
        (b"news", one.port),
        (b"news", other.port),
    ]
    sender.send(b"both", group=32, to=one.port)
    assert (received(other).group, received(one).content) == (32, b"both")
    assert sender.drain() == []


def test_a_request_is_answered(make: Make) -> None:
    server, client = make(records=RECORDS), make(records=RECORDS)
    thread = answering(server, lambda letter: server.answer(letter, Greeting(text=letter.content.text.upper())))
    for word in ("one", "two"):
        assert client.request(Greeting(text=word), to=server.port, timeout=PATIENCE).content.text == word.upper()
    server.close()
    thread.join()


def test_many_threads_share_one_peer(make: Make) -> None:
    server, client = make(), make()
    thread = answering(server, lambda letter: server.answer(letter, letter.content[::-1]))
    wrong: list[bytes] = []

    def ask(number: int) -> None:
        for turn in range(50):
            word = f"{number}:{turn}".encode()
            answer = client.request(word, to=server.port, timeout=PATIENCE).content
            if answer.rstrip(b"\0") != word[::-1]:
                wrong.append(answer)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    server.close()
    thread.join()
    assert wrong == []


def test_many_peers_ask_one_and_each_is_told_its_own(make: Make) -> None:
    server = make(records=RECORDS)
    clients = [make(records=RECORDS) for _ in range(200)]
    thread = answering(server, lambda letter: server.answer(letter, Greeting(times=letter.sender)))
    assert len({client.port for client in clients}) == 200
    answers = [client.request(Greeting(text="who am I?"), to=server.port, timeout=PATIENCE) for client in clients]
    assert [answer.content.times for answer in answers] == [client.port for client in clients]
    server.close()
    thread.join()


ASKING = """
import os, sys
from netlynx.netns import Pid
from netlynx.usersock import Peer
from usersock.greeting import RECORDS, Greeting

with Peer(records=RECORDS, netns=Pid(sys.argv[1])) as own:
    answer = own.request(Greeting(text="from afar", times=os.getpid()), to=int(sys.argv[2]), timeout=10)
    assert answer.owner.pid == int(sys.argv[3]), answer
    print(answer.content.text)
"""


def test_another_process_asks(namespace: netns.NetworkNamespace) -> None:
    with (
        child(["sleep", "infinity"], where=namespace) as holder,
        Peer(records=RECORDS, netns=namespace) as server,
        python(ASKING, str(holder.pid), str(server.port), str(os.getpid())) as process,
    ):
        letter = received(server)
        assert letter.owner is not None
        assert (letter.owner.pid, letter.content.times) == (process.pid, process.pid)
        server.answer(letter, Greeting(text="heard"))
        assert process.stdout is not None
        assert process.stdout.readline() == "heard\n"


def test_a_refusal_is_the_other_sides_error(make: Make) -> None:
    server, client = make(), make()
    thread = answering(server, lambda letter: server.refuse(letter, errno.ENOENT, "no such thing"))
    with pytest.raises(netlynx.NotFound, match=rf"a request to port {server.port}: no such thing"):
        client.request(b"?", to=server.port, timeout=PATIENCE)
    server.close()
    thread.join()
    with pytest.raises(ValueError, match="above 0"):
        client.refuse(Letter(b"", 1), 0)


def test_no_answer_is_a_timeout_and_a_late_one_is_a_letter(make: Make) -> None:
    server, client = make(), make()
    with pytest.raises(RequestTimeout, match=f"the answer of port {server.port} did not come in time"):
        client.request(b"?", to=server.port, timeout=0.01)
    request = received(server)
    assert request.is_request
    server.answer(request, b"late")
    late = received(client)
    assert (late.content, late.sequence, late.is_request) == (b"late", request.sequence, False)


def test_nobody_answers_in_anothers_name(make: Make) -> None:
    server, client, forger = make(), make(), make()
    outcome: list[object] = []
    thread = threading.Thread(target=lambda: outcome.append(client.request(b"?", to=server.port, timeout=PATIENCE)))
    thread.start()
    request = received(server)
    forger.answer(request, b"forged")
    forger.refuse(request, errno.EPERM)
    server.answer(request, b"true")
    thread.join()
    assert [letter.content for letter in outcome if isinstance(letter, Letter)] == [b"true"]
    assert client.strays == 2
    assert client.drain() == []


def test_letters_wait_while_an_answer_is_awaited(make: Make) -> None:
    server, client = make(), make()

    def answer(letter: Letter) -> None:
        server.send(b"by the way", to=letter.sender)
        server.answer(letter, b"yes")

    thread = answering(server, answer)
    assert client.request(b"?", to=server.port, timeout=PATIENCE).content == b"yes\0"[:3]
    assert received(client).text == "by the way"
    server.close()
    thread.join()


def test_requests_cross(make: Make) -> None:
    """Both count from 1: a request is never taken for the answer to one's own."""
    one, other = make(), make()
    outcome: list[Letter] = []
    thread = threading.Thread(target=lambda: outcome.append(one.request(b"1", to=other.port, timeout=PATIENCE)))
    thread.start()
    first = received(other)
    crossing = threading.Thread(target=lambda: outcome.append(other.request(b"2", to=one.port, timeout=PATIENCE)))
    crossing.start()
    second = received(one)
    assert first.sequence == second.sequence == 1
    other.answer(first, b"a")
    thread.join()
    one.answer(second, b"b")
    crossing.join()
    assert [letter.content for letter in outcome] == [b"a", b"b"]


def test_raw_letters_have_no_header(make: Make) -> None:
    server, client = make(raw=True), make(raw=True)
    client.send(b"x", to=server.port)
    assert received(server).content == b"x"
    with pytest.raises(ValueError, match="no sequence number"):
        client.request(b"?", to=server.port)
    with pytest.raises(ValueError, match="no header"):
        make(raw=True, records=RECORDS)


def test_what_is_no_message_is_an_error_in_its_place(make: Make) -> None:
    server, client, raw = make(), make(), make(raw=True)
    client.send(b"1", to=server.port)
    raw.send(b"nonsense that is long enough for a header", to=server.port)
    client.send(b"2", to=server.port)
    assert received(server).content == b"1"
    with pytest.raises(DecodeError, match=f"from port {raw.port} are no message"):
        server.receive(timeout=PATIENCE)
    assert received(server).content == b"2"


def test_a_record_that_cannot_be_read_is_an_error_in_its_place(make: Make) -> None:
    server, client = make(records=RECORDS), make()
    client.send(b"\x08\0\2\0\1", to=server.port, type=0x20)  # an attribute that is cut off
    client.send(b"2", to=server.port)
    with pytest.raises(DecodeError, match="Greeting"):
        server.receive(timeout=PATIENCE)
    assert received(server).content == b"2"


def test_a_full_queue_makes_the_sender_wait_and_nothing_is_lost(make: Make) -> None:
    server, client = make(), make()
    letter = bytes(10_000)
    sent = 0
    with pytest.raises(RequestTimeout, match="its queue stayed full"):  # noqa: PT012 # the last of them raises
        while sent < 1000:
            client.send(letter, to=server.port, timeout=0.01)
            sent += 1
    assert sent > 5
    more = threading.Thread(target=lambda: [client.send(letter, to=server.port, timeout=PATIENCE) for _ in range(50)])
    more.start()
    for _ in range(sent + 50):
        assert len(received(server).content) == 10_000
    more.join()
    assert server.drain() == []


def test_letters_to_a_group_that_were_lost_are_told(make: Make) -> None:
    listener, sender = make(groups=(1,)), make()
    listener.socket.receive_buffer = 5_000
    for number in range(100):
        sender.send(bytes(1000), group=1, type=0x20 + number)
    heard = listener.drain()
    assert heard[0] == Overrun(1)
    assert 0 < len(heard) < 100
    sender.send(b"later", group=1)
    assert received(listener).text == "later"


def test_who_is_not_there_and_what_has_no_type_are_refused(make: Make) -> None:
    client = make()
    with pytest.raises(netlynx.PortRefused):
        client.send(b"x", to=77)
    with pytest.raises(netlynx.PortRefused):
        client.request(b"x", to=77)
    with pytest.raises(EncodeError, match="no message type stands for Greeting; known records: none"):
        client.send(Greeting(text="hi"), to=77)
    with pytest.raises(ValueError, match="port 0 would be the kernel"):
        client.send(b"x")
    with pytest.raises(ValueError, match="16 to 65535, not 3"):
        make(records={3: Greeting})
    with pytest.raises(netlynx.NetlinkError, match="another socket has this port"):
        make(client.port)


def test_closing_wakes_everybody(make: Make) -> None:
    peer = make()
    raised: list[type[Exception]] = []

    def wait() -> None:
        try:
            peer.receive()
        except netlynx.ConnectionClosed as error:
            raised.append(type(error))

    threads = [threading.Thread(target=wait) for _ in range(4)]
    for thread in threads:
        thread.start()
    peer.close()
    for thread in threads:
        thread.join(PATIENCE)
    assert raised == [netlynx.ConnectionClosed] * 4
    assert list(peer) == []
    with pytest.raises(netlynx.ConnectionClosed):
        peer.send(b"x", to=1)


def test_many_letters_go_together_and_arrive_one_by_one(make: Make) -> None:
    server, client = make(records=RECORDS), make(records=RECORDS)
    words = [f"letter {number}" for number in range(1000)]
    assert client.send_all((Greeting(text=word) for word in words), to=server.port) == 1000
    assert [received(server).content.text for _ in words] == words
    assert client.send_all([], to=server.port) == 0
    assert client.send_all([bytes(20_000), b"x"], to=server.port) == 2
    assert [len(received(server).content), received(server).content] == [20_000, b"x"]


def test_a_letter_that_cannot_be_written_leaves_those_before_it_sent(make: Make) -> None:
    server, client = make(), make()
    wrong: list[bytes | Greeting] = [bytes(16_000), bytes(16_000), Greeting(text="of no type")]
    with pytest.raises(EncodeError, match="no message type"):
        client.send_all(wrong, to=server.port)
    assert len(server.drain()) == 1  # the second waited for what would go with it
    with pytest.raises(ValueError, match="one by one"):
        make(raw=True).send_all([b"x"], to=server.port)
