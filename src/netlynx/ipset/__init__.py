"""ipset: sets of addresses, nets, ports and more, in which rules of iptables look packets up.

    from netlynx import ipset

    nl.do(ipset.create(ipset.Set(name="blocked", type="hash:net", timeout=0)))
    nl.do(ipset.add(ipset.Entry(set="blocked", address="203.0.113.0/24", timeout=600)))
    for entry in nl.dump(ipset.entries("blocked")):
        print(entry.address, entry.prefixlen, entry.timeout)

Source: ipset(8), linux/netfilter/ipset/ip_set.h, net/netfilter/ipset/.
"""

from __future__ import annotations

from netlynx.ipset.changes import add as add
from netlynx.ipset.changes import delete as delete
from netlynx.ipset.changes import replace as replace
from netlynx.ipset.changes import test as test
from netlynx.ipset.constants import EntryFlags as EntryFlags
from netlynx.ipset.constants import Extensions as Extensions
from netlynx.ipset.entries import Entry as Entry
from netlynx.ipset.entries import SkbMark as SkbMark
from netlynx.ipset.many import add_all as add_all
from netlynx.ipset.many import delete_all as delete_all
from netlynx.ipset.many import replace_all as replace_all
from netlynx.ipset.operations import create as create
from netlynx.ipset.operations import destroy as destroy
from netlynx.ipset.operations import destroy_all as destroy_all
from netlynx.ipset.operations import entries as entries
from netlynx.ipset.operations import flush as flush
from netlynx.ipset.operations import flush_all as flush_all
from netlynx.ipset.operations import protocol as protocol
from netlynx.ipset.operations import rename as rename
from netlynx.ipset.operations import set_ as set_
from netlynx.ipset.operations import set_type as set_type
from netlynx.ipset.operations import sets as sets
from netlynx.ipset.operations import swap as swap
from netlynx.ipset.protocols import IpProtocol as IpProtocol
from netlynx.ipset.restoring import Restored as Restored
from netlynx.ipset.restoring import restore as restore
from netlynx.ipset.sets import Protocol as Protocol
from netlynx.ipset.sets import Set as Set
from netlynx.ipset.sets import SetType as SetType
from netlynx.ipset.text import entry_line as entry_line
from netlynx.ipset.text import set_line as set_line
from netlynx.ipset.types import TYPES as TYPES
from netlynx.ipset.types import Type as Type
