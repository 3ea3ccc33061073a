"""The sockets of a subscription: opened, made members of their groups, or refused where nothing would be heard."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from netlynx.client.ear import Ear
from netlynx.client.hearing import Hearing, WideEar
from netlynx.engine.dialogue import DialogueFeed
from netlynx.engine.operation import Group
from netlynx.engine.subscription import CountingFeed, SubscriptionFeed
from netlynx.errors import NetlynxError, NotSupported, PermissionDenied, group_refused
from netlynx.transport.pool import Lease, SocketPool

if TYPE_CHECKING:
    from netlynx.generic.family import FamilyInfo


def open_ears(
    pool: SocketPool, groups: tuple[Group[Any], ...], hearing: Hearing, families: Mapping[str, FamilyInfo]
) -> list[Ear | WideEar]:
    """One socket for each protocol, member of its groups; they are never shared with requests. Raises NetlinkError.

    `families` are those of generic netlink that the groups name.
    """
    if not groups:
        raise ValueError("subscribe to at least one group, such as route.LINKS")
    ears: list[Ear | WideEar] = []
    listener = WideEar if hearing.all_namespaces else Ear
    leases: list[Lease] = []
    try:
        for protocol in dict.fromkeys(group.protocol for group in groups):
            own = [group for group in groups if group.protocol == protocol]
            lease = pool.fresh(protocol)
            leases.append(lease)
            _check_place(own, lease)
            _check_needs(own, lease)
            hearing.apply(lease.transport)
            make = next((group.feed for group in own if group.feed is not None), None)
            _check_feeds(own)
            if any(group.family for group in own):
                ears.append(listener(lease, _family_feed(own, families, lease)))
                continue
            feed: SubscriptionFeed
            if make is not None:
                feed = make(own)
                if isinstance(feed, CountingFeed):
                    feed.quiet = not hearing.overruns
            else:
                feed = DialogueFeed(own) if any(group.begin for group in own) else SubscriptionFeed(own)
            ears.append(listener(lease, feed))
            program = feed.filter()
            if program:
                lease.transport.attach_filter(program)
            for group in own:
                for number in group.numbers:
                    try:
                        lease.transport.join(number)
                    except OSError as error:
                        raise _not_let_in(error, number, group, lease) from error
    except BaseException:
        for lease in leases:
            lease.transport.close()
        raise
    return ears


def _check_feeds(own: list[Group[Any]]) -> None:
    """Raises ValueError for groups of one protocol whose messages cannot be read on one socket."""
    feeds = {group.feed for group in own if group.feed is not None}
    if len(feeds) > 1 or (feeds and any(group.begin for group in own)):
        names = ", ".join(group.name for group in own)
        raise ValueError(f"they are not read in the same way: subscribe to one at a time of {names}")


def _not_let_in(error: OSError, number: int, group: Group[Any], lease: Lease) -> NetlynxError:
    """The error for a group that could not be joined; for want of a capability it says of which."""
    refused = group_refused(error, number, f"join group {group.name}")
    if isinstance(refused, PermissionDenied) and group.takes:
        from netlynx.netns.privileges import Capability, lacks

        refused.hint = lacks(Capability[group.takes])
    elif isinstance(refused, PermissionDenied) and not refused.hint and hasattr(lease.transport, "namespace"):
        from netlynx.netns.privileges import Capability, has, lacking

        refused.hint = lacking() if has(Capability.CAP_NET_ADMIN) is False else ""
    return refused


def _check_place(own: list[Group[Any]], lease: Lease) -> None:
    """Raises NotSupported for what the kernel says in its initial namespace alone, on a socket in another one."""
    group = next((group for group in own if group.initial_only), None)
    place = getattr(lease.transport, "namespace", None)
    if group is None or place is None:
        return
    from netlynx.netns.seeing import is_initial, process_elsewhere

    elsewhere = process_elsewhere(group.initial_process)
    if elsewhere:
        raise NotSupported(
            errno.EOPNOTSUPP,
            f"the kernel tells these to processes in its initial {elsewhere} namespace alone; this one is in another",
            asked=f"join {group.name}",
        )
    inode = place()
    if inode is not None and is_initial(inode) is False:
        raise NotSupported(
            errno.EOPNOTSUPP,
            "the kernel tells these in its initial network namespace alone, and the socket is in another one",
            asked=f"join {group.name}",
            hint="Where the initial one is the process's own, a connection without netns= is in it",
        )


def _check_needs(own: list[Group[Any]], lease: Lease) -> None:
    """Raises NotSupported for what a part of this host's kernel would say that is not in use."""
    group = next((group for group in own if group.needs is not None), None)
    if group is None or group.needs is None or not hasattr(lease.transport, "namespace"):
        return
    try:
        with open("/proc/filesystems") as file:
            known = {line.split()[-1] for line in file if line.strip()}
    except OSError:
        return  # it cannot be seen
    if group.needs.filesystem not in known:
        raise NotSupported(errno.EOPNOTSUPP, group.needs.otherwise, asked=f"join {group.name}")


def _family_feed(own: list[Group[Any]], families: Mapping[str, FamilyInfo], lease: Lease) -> SubscriptionFeed:
    """What reads the notifications of generic netlink. Raises NetlinkError.

    A family whose kernel side sends to the one socket that asked for it is not followed when its module is reloaded:
    that has to be asked for anew.
    """
    from netlynx.generic.known import FamilyFeed, numbers_of  # on first use, as in the shells

    if not any(group.begin for group in own):
        return FamilyFeed(own, families, lease.transport.join)
    for group in own:
        for number in numbers_of(group, families[group.family]):
            lease.transport.join(number)
    return DialogueFeed(own, {name: info.id or 0 for name, info in families.items()})
