"""What was measured on channels: noise, and how much of the time they were in use. Source: nl80211_send_survey in
net/wireless/nl80211.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, flag, interface, s8, takes, u32, u64
from netlynx.schema.facts import Facts

from .numbers.attributes import NL80211_ATTR as _A
from .numbers.attributes import OF_OTHERS
from .numbers.stations import NL80211_SURVEY_INFO as _S


class Survey(Record, header=GenericHeader):
    """One channel; times are in milliseconds, since the interface was there or the device began to count."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    frequency: int | None = attr((_A.SURVEY_INFO, _S.FREQUENCY), u32)  # MHz; None: of the radio as a whole
    frequency_offset: int | None = attr((_A.SURVEY_INFO, _S.FREQUENCY_OFFSET), u32)  # kHz more
    in_use: bool = attr((_A.SURVEY_INFO, _S.IN_USE), flag)
    noise: int | None = attr((_A.SURVEY_INFO, _S.NOISE), s8)  # dBm
    active: int | None = attr((_A.SURVEY_INFO, _S.TIME), u64)  # for which the radio was on it
    busy: int | None = attr((_A.SURVEY_INFO, _S.TIME_BUSY), u64)
    extension_busy: int | None = attr((_A.SURVEY_INFO, _S.TIME_EXT_BUSY), u64)
    receiving: int | None = attr((_A.SURVEY_INFO, _S.TIME_RX), u64)
    sending: int | None = attr((_A.SURVEY_INFO, _S.TIME_TX), u64)
    scanning: int | None = attr((_A.SURVEY_INFO, _S.TIME_SCAN), u64)
    receiving_own: int | None = attr((_A.SURVEY_INFO, _S.TIME_BSS_RX), u64)  # of the own network
    generation: int | None = attr(_A.GENERATION, u32)


class SurveyFilter(Record, header=GenericHeader):
    """Whose measurements."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    radio: bool = attr(_A.SURVEY_RADIO_STATS, flag)  # those of the radio as a whole, too
