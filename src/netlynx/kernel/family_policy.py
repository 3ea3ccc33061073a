"""The policies of a declared family, made of its specification, and numbered as the kernel describes them.

Source: net/netlink/policy.c, genl_op_fill_in_reject_policy in net/netlink/genetlink.c.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from netlynx.generic.declaration import Family
from netlynx.generic.spec import AttributeSpec
from netlynx.schema.policy import AttributeType

from .policy import Policy, Rule

# What checks requests that take no attributes: the first one is refused for itself, others as unknown.
REJECT_ALL = Policy({1: Rule(AttributeType.INVALID, reject=True)}, 1)

_WIDTHS = {"uint": 8, "sint": 8} | {f"{sign}{8 * width}": width for sign in ("u", "s", "be") for width in (1, 2, 4, 8)}


# Of a large family they take tens of milliseconds, and a declaration does not change.
_MADE: WeakKeyDictionary[type[Family], dict[str, Policy]] = WeakKeyDictionary()


def policies_of(family: type[Family]) -> dict[str, Policy]:
    """The policy of each set of attributes, by the set's name; the same ones each time."""
    found = _MADE.get(family)
    if found is not None:
        return found
    spec = family.spec()
    made = {each.name: Policy() for each in spec.sets}
    for each in spec.sets:
        policy = made[each.name]
        policy.highest = each.highest
        for attribute in each.attributes:
            policy.rules[attribute.number] = _rule(attribute, made)
    _mark_arrays(list(made.values()))
    _MADE[family] = made
    return made


def _mark_arrays(policies: list[Policy]) -> None:
    """Note in which policies there are elements to look at; those of nests count for all around them."""
    found = True
    while found:
        found = False
        for policy in policies:
            rules = policy.rules.values()
            inside = any(isinstance(rule.nested, Policy) and rule.nested.arrays for rule in rules)
            if not policy.arrays and (inside or any(rule.each or rule.element for rule in rules)):
                policy.arrays = found = True


def _rule(attribute: AttributeSpec, made: dict[str, Policy]) -> Rule:
    big = attribute.type.startswith("be")
    name = attribute.type.replace("be", "u") if big else attribute.type
    low, high = attribute.minimum, attribute.maximum
    if attribute.type == "binary" and attribute.min_length:
        low, high = attribute.min_length, attribute.max_length
    element = attribute.element
    inside = element is not None and attribute.type == "nested"
    return Rule(
        kind=AttributeType[name.upper().replace("-", "_")],
        width=_WIDTHS.get(attribute.type, 0),
        longest=0 if attribute.type == "binary" and attribute.min_length else attribute.max_length or 0,
        nested=made[attribute.nested] if attribute.nested else None,
        low=low,
        high=high,
        mask=attribute.mask,
        big=big,
        element=_rule(element, made) if inside and element is not None else None,
        each=0 if inside or element is None else _size(element),
    )


def _size(element: AttributeSpec) -> int:
    """The bytes of each element of a packed array."""
    return _WIDTHS.get(element.type) or element.max_length or element.min_length or 0


class Numbering:
    """The numbers of policies in a description: in the order of operations, each followed by those of its nests."""

    def __init__(self) -> None:
        self.policies: list[Policy] = []

    def add(self, policy: Policy) -> None:
        """Number a policy and those inside of it, as far as they have no number."""
        self._append(policy)
        for each in self.policies:  # grows meanwhile
            for number in sorted(each.rules):
                inside = each.rules[number].nested
                if isinstance(inside, Policy):
                    self._append(inside)

    def number(self, policy: Policy) -> int:
        """The number that a policy got."""
        return next(number for number, each in enumerate(self.policies) if each is policy)

    def _append(self, policy: Policy) -> None:
        if not any(each is policy for each in self.policies):
            self.policies.append(policy)
