"""Says things over netlink in many ways, for a tracer to hear: `talker.py WAY`."""

from __future__ import annotations

import array
import contextlib
import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

LINK, NOOP = 18, 1  # RTM_GETLINK, NLMSG_NOOP
libc = ctypes.CDLL(None, use_errno=True)


def request(number: int, index: int = 1) -> bytes:
    return struct.pack("=IHHIIBBHiII", 32, LINK, 1, number, 0, 0, 0, 0, index, 0, 0)


def opened() -> socket.socket:
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)


def ask(sock: socket.socket, number: int) -> bytes:
    sock.send(request(number))
    return sock.recv(65536)


def plainly() -> None:
    ask(opened(), 1)


def in_threads() -> None:
    def each(number: int) -> None:
        sock = opened()
        for at in range(20):
            ask(sock, number * 100 + at)

    threads = [threading.Thread(target=each, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def by_children() -> None:
    sock = opened()
    ask(sock, 1)
    if not os.fork():
        ask(sock, 2)
        os.write(sock.fileno(), request(3))
        os.read(sock.fileno(), 65536)
        os._exit(0)
    os.wait()
    subprocess.run([sys.executable, "-W", "ignore", __file__, "plainly"], check=True)


def as_files() -> None:
    """Writes and reads, through copies of the descriptor, one of them passed to itself."""
    sock = opened()
    os.write(sock.fileno(), request(1))
    os.read(sock.fileno(), 65536)
    other = os.dup(sock.fileno())
    os.writev(other, [request(2)[:10], request(2)[10:]])
    os.readv(other, [bytearray(8), bytearray(65536)])
    os.dup2(other, 0)
    os.write(0, request(3))
    os.read(0, 65536)
    ours, theirs = socket.socketpair()
    ours.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [other]))])
    _, control, _, _ = theirs.recvmsg(10, 100)
    passed = struct.unpack("i", control[0][2])[0]
    os.write(passed, request(4))
    os.read(passed, 65536)


def in_pieces() -> None:
    """Messages of several pieces, looked at before they are taken, and cut off."""
    sock = opened()
    sock.sendmsg([request(1)[:5], request(1)[5:20], b"", request(1)[20:]])
    sock.recv(100, socket.MSG_PEEK | socket.MSG_TRUNC)
    sock.recvmsg_into([bytearray(7), bytearray(65536)])
    sock.send(request(2))
    sock.recv(100, socket.MSG_TRUNC)
    sock.send(request(3))
    sock.recvmsg(100)
    with contextlib.suppress(BlockingIOError):
        sock.recv(100, socket.MSG_DONTWAIT)


class Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_char_p), ("length", ctypes.c_size_t))


class Many(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("pieces", ctypes.POINTER(Piece)),
        ("count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_long),
        ("size", ctypes.c_uint),
    )


def many_at_once() -> None:
    """sendmmsg and recvmmsg."""
    sock = opened()
    kept = [(Piece * 1)(Piece(request(number), 32)) for number in (1, 2, 3)]
    sent = (Many * 3)(*(Many(None, 0, pieces, 1) for pieces in kept))
    assert libc.sendmmsg(sock.fileno(), sent, 3, 0) == 3
    room = [ctypes.create_string_buffer(65536) for _ in range(5)]
    kept = [(Piece * 1)(Piece(ctypes.cast(each, ctypes.c_char_p), 65536)) for each in room]
    came = (Many * 5)(*(Many(None, 0, pieces, 1) for pieces in kept))
    assert libc.recvmmsg(sock.fileno(), came, 5, socket.MSG_DONTWAIT, None) == 3


def overrun() -> None:
    """Events of links, more than there is room for; told by a call that receives, and by SO_ERROR."""
    for way in ("recv", "SO_ERROR"):
        sock = opened()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        sock.bind((0, 1))
        for _ in range(10):
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            subprocess.run(["ip", "link", "set", "lo", "down"], check=True)
        if way == "recv":
            with contextlib.suppress(OSError):
                sock.recv(65536)
        else:
            sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def between() -> None:
    """From one program to another."""
    one, other = (socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2) for _ in "ab")
    one.bind((0, 0))
    other.bind((0, 0))
    one.sendto(struct.pack("=IHHII", 20, 77, 0, 5, 0) + b"meow", other.getsockname())
    other.recvfrom(100)


def with_filters_of_its_own() -> None:
    """A filter that ends the process where it asks for another one."""
    assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
    code = [(0x20, 0, 0, 0), (0x15, 0, 1, 317), (6, 0, 0, 0x80000000), (6, 0, 0, 0x7FFF0000)]
    instructions = b"".join(struct.pack("=HBBI", *each) for each in code)
    kept = ctypes.create_string_buffer(instructions)
    program = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", len(code), ctypes.addressof(kept)))
    assert libc.prctl(22, 2, program, 0, 0) == 0  # PR_SET_SECCOMP
    as_files()


def for_long() -> None:
    """A line from standard input, a question and an answer; a thread asks, too."""
    sock, other = opened(), opened()
    asked = threading.Semaphore(0)

    def elsewhere() -> None:
        while True:
            asked.acquire()
            ask(other, 1000)

    threading.Thread(target=elsewhere, daemon=True).start()
    print("ready", flush=True)
    for number, _ in enumerate(sys.stdin):
        os.write(sock.fileno(), request(number))
        sock.recv(65536)
        asked.release()
        print("asked", flush=True)


def until_told() -> None:
    """Until SIGTERM, which is told of."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(7))
    print("ready", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
