"""What regulators allow. Source: net/wireless/nl80211.c."""

from __future__ import annotations

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.generic import Family, do, dump, event
from netlynx.schema.arguments import text_of

from ..numbers.commands import NL80211_CMD as _C
from ..regulatory import Regulation, RegulationHint, RegulationKey, RegulationRules


class Regulations(Family, name="nl80211", version=1):
    """What regulators allow."""

    regulation = do(_C.GET_REG, request=RegulationKey, reply=Regulation)
    regulations = dump(_C.GET_REG, reply=Regulation)
    request_regulation = do(_C.REQ_SET_REG, request=RegulationHint, privileged=True)
    set_regulation = do(_C.SET_REG, request=RegulationRules, privileged=True)
    reload_regulations = do(_C.RELOAD_REGDB, privileged=True)
    regulation_changed = event(_C.REG_CHANGE, Regulation, group="regulatory")
    wiphy_regulation_changed = event(_C.WIPHY_REG_CHANGE, Regulation, group="regulatory")


set_regulation = Regulations.set_regulation  # (country=…, rules=…): for a kernel that asked for them


def regulation(wiphy: int | None = None) -> Do[Regulation]:
    """The rules that hold: those of the host, or of a radio, which may have its own."""
    return Regulations.regulation(wiphy=wiphy)


def regulations() -> Dump[Regulation]:
    """The rules of the host, and of all radios that have their own."""
    return Regulations.regulations()


def set_country(country: str) -> Do[None]:
    """Tell the kernel which country the host is in, by two letters: it takes what is allowed there from its database.

    That happens later, and an event says so (`REGULATIONS`); a kernel that has no rules for it says nothing. ``00`` is
    what is allowed anywhere. Raises EncodeError.
    """
    given = text_of(country, "nl80211.set_country(country)").upper()
    if len(given) != 2 or not given.isascii() or not given.isalnum():
        raise EncodeError(f"a country is two letters such as DE, not {country!r}", "nl80211.set_country(country)")
    return Regulations.request_regulation(country=given)


def reload_regulations() -> Do[None]:
    """Have the kernel read its database of rules again, which may have changed."""
    return Regulations.reload_regulations()
