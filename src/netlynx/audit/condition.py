"""What has to fit: a field compared with a value, or with another field. Source: auditctl(8), kernel/auditfilter.c."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from netlynx.errors import EncodeError
from netlynx.schema.arguments import text_of

from . import fields, values
from .fields import COMPARISONS, FIELDS, OPERATORS


class Condition(msgspec.Struct, frozen=True):
    """A field compared with a value: ``Condition("auid", ">=", 1000)``.

    `field` is a name of auditctl(8): ``pid uid euid suid fsuid gid egid sgid fsgid auid pers arch msgtype ppid
    sessionid exit success path perm dir filetype fstype obj_uid obj_gid exe saddr_fam devmajor devminor inode a0 a1 a2
    a3 key subj_… obj_…``, or a number that is not known here. `operator` is one of ``= != < <= > >= & &=``.

    A value is a text where the field is one (`path`, `dir`, `exe`, `key`, `subj_…`, `obj_…`), else a number, and is
    given as auditctl takes it, too: ``"root"`` and ``"unset"`` for users, ``"b64"`` for `arch`, ``"wa"`` for `perm`,
    ``"-EACCES"`` for `exit`, ``"USER_LOGIN"`` for `msgtype`. Raises EncodeError for what the field cannot be.
    """

    field: str
    operator: str
    value: int | str

    def __post_init__(self) -> None:
        known = FIELDS.get(self.field)
        if known is None and not text_of(self.field, "Condition.field").isdecimal():
            raise EncodeError(f"{self.field!r} is no field: they are {', '.join(FIELDS)}", "Condition.field")
        if self.operator not in OPERATORS:
            raise EncodeError(f"{self.operator!r} is none of {' '.join(OPERATORS)}", "Condition.operator")
        kind = known.kind if known else fields.SIGNED
        msgspec.structs.force_setattr(self, "value", values.given(kind, self.value, f"Condition.{self.field}"))

    @property
    def number(self) -> int:
        """The field's number."""
        known = FIELDS.get(self.field)
        return known.number if known else int(self.field)


class Comparison(msgspec.Struct, frozen=True):
    """Two fields compared with each other: ``Comparison("uid", "!=", "euid")``.

    Raises EncodeError for two that the kernel cannot compare, and for an operator but ``=`` and ``!=``.
    """

    left: str
    operator: str
    right: str

    def __post_init__(self) -> None:
        if (self.left, self.right) not in COMPARISONS:
            if (self.right, self.left) not in COMPARISONS:
                known = ", ".join("/".join(pair) for pair in COMPARISONS)
                raise EncodeError(f"the kernel compares {known}; not {self.left} and {self.right}", "Comparison")
            left, right = self.right, self.left
            msgspec.structs.force_setattr(self, "left", left)
            msgspec.structs.force_setattr(self, "right", right)
        if self.operator not in ("=", "!="):
            raise EncodeError(f"fields are compared by = and !=, not by {self.operator!r}", "Comparison.operator")


Part: TypeAlias = Condition | Comparison
