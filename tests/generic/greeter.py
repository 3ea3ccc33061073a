"""A family of the tests' own, declared once: client, virtual kernel and policies are made of it."""

from __future__ import annotations

from netlynx.generic import Family, do, dump, event
from netlynx.kernel import VirtualKernel
from netlynx.schema import (
    Bitfield32,
    Enumeration,
    FlagSet,
    Record,
    attr,
    be16,
    between,
    binary,
    bitfield32,
    enum,
    flag,
    indexed,
    masked,
    multi,
    nest,
    s32,
    string,
    u8,
    u32,
)


class Mood(Enumeration):
    GOOD = 1
    BAD = 2


class Tone(FlagSet):
    LOUD = 1
    FAST = 4


class Place(Record):
    city: str | None = attr(1, string(30))
    size: int | None = attr(3, between(u8, 1, 9))
    inner: Place | None = attr(2, nest(lambda: Place))


class Greeter(Family, name="greeter", version=1):
    """Says hello."""

    class Greeting(Record):
        text: str | None = attr(1, string(40))
        count: int | None = attr(2, between(u32, 1, 10))
        mood: Mood | None = attr(3, enum(Mood, u8))
        tone: Tone | None = attr(4, enum(Tone, u32))
        place: Place | None = attr(5, nest(Place))
        places: tuple[Place, ...] = attr(6, indexed(nest(Place)), default=())
        tags: tuple[str, ...] = attr(7, multi(string))
        bits: Bitfield32 | None = attr(9, masked(bitfield32, 3))
        quiet: bool = attr(10, flag)
        port: int | None = attr(11, be16)
        key: bytes | None = attr(12, between(binary, 4, 4))
        offset: int | None = attr(13, between(s32, -5, 5))

    hello = do(1, request=Greeting, reply=Greeting, required=("text",))
    all = dump(1, reply=Greeting)
    said = event(3, Greeting, group="news")
    reset = do(4, privileged=True)
    listed = dump(5, request=Greeting, reply=Greeting, match=("mood",))


class Greeted:
    """The kernel's side: greets, counts, and tells who listens."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.rows = [Greeter.Greeting(text=f"n{number}", mood=Mood(1 + number % 2)) for number in range(1000)]
        self.resets = 0
        self.service = kernel.family(Greeter)

        @self.service.hello
        def hello(request):
            self.service.said(Greeter.Greeting(text="heard"))
            return Greeter.Greeting(text=f"hello {request.record.text}", count=3)

        @self.service.all
        def all(request):
            yield from self.rows

        @self.service.listed
        def listed(request):
            return (row for row in self.rows if request.record.mood in (None, row.mood))

        @self.service.handles(Greeter.reset)
        def reset(request):
            self.resets += 1
