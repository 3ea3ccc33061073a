"""The family ``team``: links that act as one. Options and ports as values are in `netlynx.families.team.options`."""

from .generated import *
from .options import EVENTS as EVENTS
from .options import Option as Option
from .options import OptionType as OptionType
from .options import options as options
from .options import options_of as options_of
from .options import ports as ports
from .options import ports_of as ports_of
from .options import set_option as set_option
