"""A kernel that stands in for this host's: for whoever names none, and for nobody else."""

from __future__ import annotations

import pytest

import netlynx
import toy
from netlynx.kernel import VirtualKernel
from netlynx.netns import Pid
from netlynx.testing import Recorder, default_kernel


def number_of(nl: netlynx.Connection) -> int | None:
    return nl.do(toy.entry(1)).number


def test_connections_of_all_kinds_use_it_until_the_block_ends() -> None:
    import anyio

    async def ask() -> None:
        async with netlynx.aconnect() as nl:
            assert (await nl.do(toy.entry(1))).number == 1

    with VirtualKernel() as kernel:
        toy.Table(kernel, toy.rows(2))
        with default_kernel(kernel) as given:
            assert given is kernel
            with netlynx.connect() as nl:
                assert number_of(nl) == 1
            anyio.run(ask)
            with netlynx.NetlinkSocket(toy.PROTOCOL) as sock:
                assert sock.port in [each.portid for each in kernel.sockets()]
        with pytest.raises(netlynx.NetlynxError), netlynx.connect() as nl:
            number_of(nl)


def test_the_innermost_one_counts_and_a_named_kernel_before_it() -> None:
    with VirtualKernel() as outer, VirtualKernel() as inner, VirtualKernel() as named:
        for kernel in (outer, inner, named):
            toy.Table(kernel, toy.rows(2))
        recorders = [Recorder(kernel) for kernel in (outer, inner, named)]
        with default_kernel(recorders[0]):
            with default_kernel(recorders[1]):
                with netlynx.connect() as nl:
                    number_of(nl)
                with netlynx.connect(kernel=recorders[2]) as nl:
                    number_of(nl)
            assert [len(recorder.asked) for recorder in recorders] == [0, 1, 1]
            with netlynx.connect() as nl:
                number_of(nl)
        assert [len(recorder.asked) for recorder in recorders] == [1, 1, 1]


@pytest.mark.parametrize("where", ["red", "/run/netns/blue", Pid(1)])
def test_names_of_namespaces_are_the_kernels_own(where: str | Pid) -> None:
    with VirtualKernel() as kernel, default_kernel(kernel):
        kernel.namespace("blue")
        with netlynx.connect(netns="blue") as nl, pytest.raises(netlynx.NotSupported):
            number_of(nl)  # it is there, with nothing in it
        with pytest.raises(netlynx.NotFound, match=r"has no such namespace; it has blue"):
            netlynx.connect(netns=where)


def test_an_opened_namespace_is_this_hosts(namespace: netlynx.netns.NetworkNamespace) -> None:
    from netlynx import route

    with VirtualKernel() as kernel, default_kernel(kernel), netlynx.connect(netns=namespace) as nl:
        assert nl.do(route.link(name="lo")).index == 1
