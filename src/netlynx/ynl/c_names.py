"""What C calls the constants of a spec: its prefixes where it gives some, else those that the kernel's own generator
makes up for specs of the kind genetlink.

Source: tools/net/ynl/pyynl/ynl_gen_c.py.
"""

from __future__ import annotations

from netlynx.ynl.text import AttributeText, Definition, SetText, SpecText

# Enums of which C has some entries only: linux/openvswitch.h knows no OVS_FRAG_TYPE_ANY.
_BESIDES = {("ovs_flow", "ovs-frag-type")}


def attribute_prefix(spec: SpecText, of: SetText) -> str:
    """What the constants of a set's attributes begin with."""
    if of.name_prefix is not None:
        return _constant(of.name_prefix)
    return _constant(f"{spec.name}-a-" if of.name == spec.name else f"{spec.name}-a-{of.name}-")


def attribute_name(spec: SpecText, of: SetText, each: AttributeText) -> str:
    """The constant of an attribute."""
    prefix = attribute_prefix(spec, of) if each.name_prefix is None else _constant(each.name_prefix)
    return prefix + _constant(each.name)


def command_prefix(spec: SpecText, heard: bool = False) -> str:
    """What the constants of commands begin with; of those that are `heard` alone, they may have another one."""
    of = spec.operations
    given = of.async_prefix if heard and of.async_prefix is not None else of.name_prefix
    return _constant(f"{spec.name}-cmd-" if given is None else given)


def member_prefix(spec: SpecText, of: Definition) -> str | None:
    """What the constants of an enum's entries begin with; None where it is not known."""
    if (spec.name, of.name) in _BESIDES:
        return None
    if of.name_prefix is not None:
        return _constant(of.name_prefix)
    return _constant(f"{spec.name}-{of.name}-") if spec.protocol in ("genetlink", "genetlink-c") else None


def _constant(name: str) -> str:
    return name.upper().replace("-", "_")
