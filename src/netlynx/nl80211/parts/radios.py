"""Radios: what they can do, how they are set, what they measured. Source: net/wireless/nl80211.c."""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any

from netlynx.engine.operation import Dump, Talk
from netlynx.errors import EncodeError, from_errno
from netlynx.generic import Family, do, dump, event

from ..merging import merged
from ..numbers.commands import NL80211_CMD as _C
from ..survey import Survey, SurveyFilter
from ..wiphy import Wiphy, WiphyKey, WiphyNamespace, WiphySettings


class Radios(Family, name="nl80211", version=1):
    """Radios: what they can do, how they are set, what they measured."""

    wiphy = do(_C.GET_WIPHY, request=WiphyKey, reply=Wiphy, reply_number=_C.NEW_WIPHY)
    wiphys = dump(_C.GET_WIPHY, request=WiphyKey, reply=Wiphy, reply_number=_C.NEW_WIPHY, match=("wiphy",))
    set_wiphy = do(_C.SET_WIPHY, request=WiphySettings, privileged="namespace")
    set_wiphy_namespace = do(_C.SET_WIPHY_NETNS, request=WiphyNamespace, privileged="namespace")
    surveys = dump(_C.GET_SURVEY, request=SurveyFilter, reply=Survey, reply_number=_C.NEW_SURVEY_RESULTS)
    wiphy_new = event(_C.NEW_WIPHY, Wiphy, group="config")
    wiphy_gone = event(_C.DEL_WIPHY, Wiphy, group="config")


set_wiphy = Radios.set_wiphy  # (wiphy=… or index=…, frequency=…, power=… and so on): what is None stays
set_wiphy_namespace = Radios.set_wiphy_namespace  # (wiphy=…, pid=… or fd=…): it goes there, with its interfaces


def wiphys() -> Talk[list[Wiphy]]:
    """All radios. Of each the kernel tells in many messages, which are put together."""
    asking = Radios.wiphys(split=True)

    def steps() -> Generator[Any, Any, list[Wiphy]]:
        return merged((yield asking))

    return Talk("nl80211.wiphys", steps)


def wiphy(number: int | None = None, *, index: int | str | None = None) -> Talk[Wiphy]:
    """One radio, by its number or by one of its interfaces. `NotFound` for one that there is not.

    Raises EncodeError for none or both of them.
    """
    if (number is None) == (index is None):
        raise EncodeError("give the radio's number or an interface of it", "nl80211.wiphy")
    asking = Radios.wiphys(wiphy=number, split=True) if index is None else Radios.wiphys(index=index, split=True)
    what = f"radio {number}" if index is None else f"radio with an interface {index}"

    def steps() -> Generator[Any, Any, Wiphy]:
        found = merged((yield asking))
        if not found:
            raise from_errno(errno.ENOENT, f"there is no {what}", asked="nl80211.wiphy")
        return found[0]

    return Talk("nl80211.wiphy", steps)


def surveys(index: int | str, *, radio: bool = False) -> Dump[Survey]:
    """What an interface measured on its channels; with `radio` of the radio as a whole, too, where it counts that."""
    return Radios.surveys(index=index, radio=radio)
