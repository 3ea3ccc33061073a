"""What regulators allow: on which frequencies, how strongly, how wide. Source: nl80211_put_regdom and nl80211_set_reg
in net/wireless/nl80211.c, regulatory.bin(5)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, enum, flag, indexed, nest, s8, string, takes, u8, u32
from netlynx.schema.facts import Facts

from .enums.regulation import DfsRegion, HintType, RegInitiator, RegType, RuleFlags
from .numbers.attributes import NL80211_ATTR as _A
from .numbers.attributes import OF_OTHERS
from .numbers.networks import NL80211_REG_RULE_ATTR as _R
from .units import dbm


class Rule(Record):
    """What is allowed in a range of frequencies."""

    __facts__: ClassVar[Facts] = Facts(attributes=_R, policy="reg_rule_policy")

    start: int | None = attr(_R.FREQ_RANGE_START, u32)  # kHz
    end: int | None = attr(_R.FREQ_RANGE_END, u32)  # kHz
    width: int | None = attr(_R.FREQ_RANGE_MAX_BW, u32)  # kHz at most
    gain: float | None = attr(_R.POWER_RULE_MAX_ANT_GAIN, dbm)  # dBi of an antenna at most
    power: float | None = attr(_R.POWER_RULE_MAX_EIRP, dbm)  # dBm at most
    cac_time: int | None = attr(_R.DFS_CAC_TIME, u32)  # milliseconds to look for radar; 0: as usual
    flags: takes.Flags[RuleFlags | None] = attr(_R.REG_RULE_FLAGS, enum(RuleFlags, u32))
    psd: int | None = attr(_R.POWER_RULE_PSD, s8)  # dBm in each MHz


class Regulation(Record, header=GenericHeader):
    """The rules that hold: those of the host, or of one radio that has its own (`wiphy`)."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    wiphy: int | None = attr(_A.WIPHY, u32)  # None: of the host
    country: str | None = attr(_A.REG_ALPHA2, string)  # two letters; 00: anywhere, 99: a driver's own, 98: several
    dfs: takes.Member[DfsRegion | None] = attr(_A.DFS_REGION, enum(DfsRegion, u8))
    rules: takes.Records[Rule] = attr(_A.REG_RULES, indexed(nest(Rule), first=0), default=())
    hint: takes.Member[HintType | None] = attr(_A.USER_REG_HINT_TYPE, enum(HintType, u32))
    self_managed: bool = attr(_A.WIPHY_SELF_MANAGED_REG, flag)
    initiator: takes.Member[RegInitiator | None] = attr(_A.REG_INITIATOR, enum(RegInitiator, u8))  # in events
    type: takes.Member[RegType | None] = attr(_A.REG_TYPE, enum(RegType, u8))  # in events


class RegulationKey(Record, header=GenericHeader):
    """Whose rules: those of a radio that has its own, else of the host."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    wiphy: int | None = attr(_A.WIPHY, u32)


class RegulationHint(Record, header=GenericHeader):
    """Where the host is: the kernel looks its rules up, and takes those that are stricter than the hardware's."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    country: str | None = attr(_A.REG_ALPHA2, string(2))
    hint: takes.Member[HintType | None] = attr(_A.USER_REG_HINT_TYPE, enum(HintType, u32))
    indoor: bool = attr(_A.REG_INDOOR, flag)
    owned: bool = attr(_A.SOCKET_OWNER, flag)  # for as long as the socket that asked for it is open


class RegulationRules(Record, header=GenericHeader):
    """Rules that a program hands to a kernel that has asked for them."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    country: str | None = attr(_A.REG_ALPHA2, string(2))
    dfs: takes.Member[DfsRegion | None] = attr(_A.DFS_REGION, enum(DfsRegion, u8))
    rules: takes.Records[Rule] = attr(_A.REG_RULES, indexed(nest(Rule), first=0), default=())
