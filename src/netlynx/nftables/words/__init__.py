"""Rules in nft's words: written in Python, compiled to the expressions that nft makes of the same words, and read back.

    from netlynx import nftables
    from netlynx.nftables.words import accept, counter, ct, ip, match, rule, tcp

    web = rule(
        "filter", "input", match(ip.saddr, "10.0.0.0/8"), match(tcp.dport, {80, 443}), counter(), accept, family="inet"
    )
    nl.do(nftables.transaction(nftables.add(each) for each in web))
    for each in nl.dump(nftables.rules(table="filter")):
        print(each)

Values are written as nft writes them, or as Python does: addresses also as objects of `ipaddress`, ranges as
``"80-90"`` or `range`, sets as sets or lists, maps as dicts, concatenations as tuples, names of sets as ``"@name"``.
What a word needs of the packet (that it is of IPv4, of TCP …) is asked before it, as nft does. Expressions of the
kernel may stand among words as they are. Source: nft(8); the expressions are those that nft 1.0.6 makes.
"""

from __future__ import annotations

from netlynx.nftables.words.looking import ah as ah
from netlynx.nftables.words.looking import arp as arp
from netlynx.nftables.words.looking import comp as comp
from netlynx.nftables.words.looking import concat as concat
from netlynx.nftables.words.looking import ct as ct
from netlynx.nftables.words.looking import dccp as dccp
from netlynx.nftables.words.looking import esp as esp
from netlynx.nftables.words.looking import ether as ether
from netlynx.nftables.words.looking import exthdr as exthdr
from netlynx.nftables.words.looking import fib as fib
from netlynx.nftables.words.looking import icmp as icmp
from netlynx.nftables.words.looking import icmpv6 as icmpv6
from netlynx.nftables.words.looking import igmp as igmp
from netlynx.nftables.words.looking import ip as ip
from netlynx.nftables.words.looking import ip6 as ip6
from netlynx.nftables.words.looking import ip_option as ip_option
from netlynx.nftables.words.looking import ipsec as ipsec
from netlynx.nftables.words.looking import jhash as jhash
from netlynx.nftables.words.looking import mapped as mapped
from netlynx.nftables.words.looking import meta as meta
from netlynx.nftables.words.looking import named as named
from netlynx.nftables.words.looking import numgen as numgen
from netlynx.nftables.words.looking import osf as osf
from netlynx.nftables.words.looking import raw as raw
from netlynx.nftables.words.looking import rt as rt
from netlynx.nftables.words.looking import sctp as sctp
from netlynx.nftables.words.looking import sctp_chunk as sctp_chunk
from netlynx.nftables.words.looking import socket as socket
from netlynx.nftables.words.looking import symhash as symhash
from netlynx.nftables.words.looking import tcp as tcp
from netlynx.nftables.words.looking import tcp_option as tcp_option
from netlynx.nftables.words.looking import th as th
from netlynx.nftables.words.looking import tunnel as tunnel
from netlynx.nftables.words.looking import udp as udp
from netlynx.nftables.words.looking import udplite as udplite
from netlynx.nftables.words.looking import vlan as vlan
from netlynx.nftables.words.rule_text import text_of_rule as text_of_rule
from netlynx.nftables.words.rules import rule as rule
from netlynx.nftables.words.saying import accept as accept
from netlynx.nftables.words.saying import add_to as add_to
from netlynx.nftables.words.saying import continue_ as continue_
from netlynx.nftables.words.saying import counter as counter
from netlynx.nftables.words.saying import ct_count as ct_count
from netlynx.nftables.words.saying import delete_from as delete_from
from netlynx.nftables.words.saying import dnat as dnat
from netlynx.nftables.words.saying import drop as drop
from netlynx.nftables.words.saying import dup as dup
from netlynx.nftables.words.saying import flow as flow
from netlynx.nftables.words.saying import fwd as fwd
from netlynx.nftables.words.saying import goto as goto
from netlynx.nftables.words.saying import jump as jump
from netlynx.nftables.words.saying import last as last
from netlynx.nftables.words.saying import limit as limit
from netlynx.nftables.words.saying import log as log
from netlynx.nftables.words.saying import masquerade as masquerade
from netlynx.nftables.words.saying import match as match
from netlynx.nftables.words.saying import notrack as notrack
from netlynx.nftables.words.saying import queue as queue
from netlynx.nftables.words.saying import quota as quota
from netlynx.nftables.words.saying import redirect as redirect
from netlynx.nftables.words.saying import reject as reject
from netlynx.nftables.words.saying import reset_tcp_option as reset_tcp_option
from netlynx.nftables.words.saying import return_ as return_
from netlynx.nftables.words.saying import set_ as set_
from netlynx.nftables.words.saying import snat as snat
from netlynx.nftables.words.saying import synproxy as synproxy
from netlynx.nftables.words.saying import tproxy as tproxy
from netlynx.nftables.words.saying import update as update
from netlynx.nftables.words.saying import use as use
from netlynx.nftables.words.saying import vmap as vmap
