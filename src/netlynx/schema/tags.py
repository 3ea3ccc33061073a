"""Values that messages wrap in a tag and what it stands for, and that are themselves what it stands for.

    class UnknownExpression(Record):
        name: str | None = attr(NFTA_EXPR.NAME, string)
        data: Record | bytes | None = attr(NFTA_EXPR.DATA, select("name", {"cmp": nest(Compare), …}))

    expressions: tuple[Record, ...] = attr(…, multi(tagged(UnknownExpression)))

A field of that kind holds a `Compare` where the message says ``{name: "cmp", data: {…}}``; whose class says what the
tag is. What the wrapping record alone can say stays one: a tag that is not known, a value without one, more beside it.
In JSON, in columns and in conditions of `where` it is the wrapping record in any case, as in the message.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from netlynx.errors import EncodeTypeError
from netlynx.schema.kinds import Code
from netlynx.schema.record import Record, class_of


class Tags:
    """What a wrapping record says: which of its fields is the tag, which the value, and the classes of those."""

    def __init__(self, wrapper: Any) -> None:
        """Raises TypeError for a class with more than a tag and a value, or with a class that two tags stand for."""
        kinds = {name: declaration.kind for name, declaration in wrapper.__declarations__.items()}
        values = [name for name, kind in kinds.items() if kind is not None and kind.code is Code.SELECT]
        if len(values) != 1 or {*kinds} != {*values, kinds[values[0]].selector}:
            raise TypeError(f"{wrapper.__name__}: expected a tag and what it chooses, and nothing else")
        self.wrapper = wrapper
        self.value = values[0]
        self.tag: str = kinds[self.value].selector
        choices = kinds[self.value].choices or {}
        self.classes: dict[Any, Any] = {tag: choice.target() for tag, choice in choices.items()}
        self.tags: dict[Any, Any] = {cls: tag for tag, cls in self.classes.items()}
        if len(self.tags) != len(self.classes):
            raise TypeError(f"{wrapper.__name__}: of each class there can be one tag")
        self.bare = frozenset(tag for tag, cls in self.classes.items() if not cls.__declarations__)

    def read(self, wrapped: Any) -> Any:
        """What a wrapping record stands for: the value, or itself where `write` would say less of that."""
        tag, value = getattr(wrapped, self.tag), getattr(wrapped, self.value)
        if wrapped.unknown:
            return wrapped
        if tag in self.bare and value is None:
            return self.classes[tag]()
        return value if isinstance(value, Record) and (tag not in self.bare or value.unknown) else wrapped

    def write(self, value: Any) -> Any:
        """The wrapping record of a value. A class without fields is said by its tag alone.

        Raises EncodeTypeError for what has no tag.
        """
        if isinstance(value, self.wrapper):
            return value
        cls = class_of(value)
        tag = self.tags.get(cls)
        if tag is None:
            raise EncodeTypeError(f"expected a record such as {self.some()}, not {type(value).__name__} {value!r}")
        said = value if tag not in self.bare or value.unknown else None
        return self.wrapper(**{self.tag: tag, self.value: said})

    def some(self) -> str:
        """A few of the classes, in words."""
        return " or ".join(cls.__name__ for cls in list(self.tags)[:2])


@cache
def tags_of(wrapper: Any) -> Tags:
    """The tags of a wrapping record's class."""
    return Tags(wrapper)
