"""The family ``team``."""

from __future__ import annotations

from .generated import (
    GENL_CHANGE_EVENT_MC_GRP_NAME,
    STRING_MAX_LEN,
    TEAM_ATTR,
    TEAM_ATTR_ITEM,
    TEAM_ATTR_OPTION,
    TEAM_ATTR_PORT,
    TEAM_CMD,
    TEAM_ITEM_PORT,
    AttrOption,
    AttrPort,
    ItemOption,
    ItemPort,
    OptionsGetRequest,
    OptionsSetRequest,
    Team,
    TeamRecord,
)

__all__ = [
    "GENL_CHANGE_EVENT_MC_GRP_NAME",
    "STRING_MAX_LEN",
    "TEAM_ATTR",
    "TEAM_ATTR_ITEM",
    "TEAM_ATTR_OPTION",
    "TEAM_ATTR_PORT",
    "TEAM_CMD",
    "TEAM_ITEM_PORT",
    "AttrOption",
    "AttrPort",
    "ItemOption",
    "ItemPort",
    "OptionsGetRequest",
    "OptionsSetRequest",
    "Team",
    "TeamRecord",
    "get_options",
    "get_port_list",
    "noop",
    "set_options",
]

noop = Team.noop
set_options = Team.set_options
get_options = Team.get_options
get_port_list = Team.get_port_list
