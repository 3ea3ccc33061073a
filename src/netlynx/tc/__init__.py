"""Traffic control: qdiscs, classes, filters and actions. Source: linux/rtnetlink.h, linux/pkt_sched.h, tc(8)."""

from netlynx.tc.handle import FilterParent as FilterParent
from netlynx.tc.handle import Handle as Handle
from netlynx.tc.qdisc import QDISCS as QDISCS
from netlynx.tc.qdisc import Qdisc as Qdisc
from netlynx.tc.qdisc import qdisc as qdisc
from netlynx.tc.qdisc import qdiscs as qdiscs
from netlynx.tc.qdiscs import Fifo as Fifo
from netlynx.tc.traffic_class import CLASSES as CLASSES
from netlynx.tc.traffic_class import Class as Class
from netlynx.tc.traffic_class import class_ as class_
from netlynx.tc.traffic_class import classes as classes
from netlynx.tc.units import Rate as Rate
from netlynx.tc.units import Size as Size
from netlynx.tc.units import Time as Time
from netlynx.tc.verbs import add as add
from netlynx.tc.verbs import change as change
from netlynx.tc.verbs import delete as delete
from netlynx.tc.verbs import flush as flush
from netlynx.tc.verbs import link as link
from netlynx.tc.verbs import replace as replace
