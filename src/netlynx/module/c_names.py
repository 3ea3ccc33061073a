"""What everything in a declared family is called in C."""

from __future__ import annotations

from netlynx.generic.spec import AttributeSpec, CommandSpec, EnumSpec, EventSpec, FamilySpec, OperationSpec, SetSpec
from netlynx.module.folder import ModuleError
from netlynx.module.names import C_KEYWORDS, snake

_OWN_MEMBERS = ("has", "attributes", "attributes_len")  # of the structs of values


class CNames:
    """The C names of a family's parts, for a module called `module`."""

    def __init__(self, module: str, spec: FamilySpec) -> None:
        self.module = module
        self.upper = module.upper()
        self.spec = spec

    def attribute(self, each: SetSpec, attribute: AttributeSpec) -> str:
        """The constant of an attribute's number: as declared, or made of the names of its set and field."""
        return attribute.c_name or f"{self.upper}_A_{snake(each.name).upper()}_{attribute.name.upper()}"

    def highest(self, each: SetSpec) -> str:
        """The constant of a set's highest number."""
        return f"{self.upper}_A_{snake(each.name).upper()}_MAX"

    def command(self, name: str) -> str:
        """The constant of a command, or of a notification, of that name."""
        return f"{self.upper}_CMD_{name.upper()}"

    def group(self, group: str) -> str:
        """The constant of a group's name; with _INDEX behind it, of its place."""
        return f"{self.upper}_GROUP_{_word(group).upper()}"

    def enumeration(self, enum: EnumSpec) -> str:
        """The tag of an enumeration; in capitals, what its members begin with."""
        return f"{self.module}_{snake(enum.name)}"

    def struct(self, name: str) -> str:
        """The struct of a fixed layout."""
        return f"struct {self.module}_{snake(name)}_data"

    @property
    def header(self) -> str:
        """The struct of the family's own header, "" without one."""
        return self.struct(self.spec.header.name) if self.spec.header else ""

    def values(self, name: str) -> str:
        """The struct of a set's values."""
        return f"struct {self.module}_{snake(name)}"

    def function(self, what: str, name: str) -> str:
        """A function that does something with a set: ``parse``, ``put``."""
        return f"{self.module}_{snake(name)}_{what}"

    def policy(self, name: str) -> str:
        """The policy of a set."""
        return f"{self.module}_{snake(name)}_policy"

    def handler(self, verb: str, operation: OperationSpec) -> str:
        """The developer's function for an operation."""
        return f"{self.module}_{verb}_{operation.name}"

    def notify(self, event: EventSpec) -> str:
        """The function that sends a notification."""
        return f"{self.module}_notify_{event.name}"


def field(name: str) -> str:
    """The member of a struct for a field."""
    return f"{name}_" if name in C_KEYWORDS or name in _OWN_MEMBERS else name


def verbs(command: CommandSpec) -> list[tuple[str, OperationSpec]]:
    """The verbs of a command, with what each does."""
    return [(verb, each) for verb, each in (("do", command.do), ("dump", command.dump)) if each is not None]


def declaration(result: str, name: str, *parameters: str) -> str:
    """The head of a function, in lines of 80 columns where that is possible."""
    lines = [f"{result} {name}("]
    for number, parameter in enumerate(parameters):
        text = parameter + (")" if number == len(parameters) - 1 else ",")
        joined = lines[-1] + ("" if lines[-1].endswith(("(", "\t")) else " ") + text
        if len(joined.expandtabs(8)) > 80 and number:
            lines.append(f"\t\t{text}")
        else:
            lines[-1] = joined
    return "\n".join(lines)


def check(spec: FamilySpec) -> None:
    """Raises ModuleError for names and numbers that C cannot have."""
    names = [each.name for each in spec.sets] + [attribute.name for each in spec.sets for attribute in each.attributes]
    names += [operation.name for command in spec.commands for _, operation in verbs(command)]
    for name in [*names, *(event.name for event in spec.events)]:
        if not (name.isascii() and name.isidentifier()):
            raise ModuleError(f"{spec.name}: {name!r} cannot be written in C: use the letters a to z, digits and _")
    for each in spec.sets:
        for attribute in each.attributes:
            if attribute.number < 1:
                raise ModuleError(f"{each.name}.{attribute.name} has the number 0, which means no attribute in C")


def _word(text: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text)
