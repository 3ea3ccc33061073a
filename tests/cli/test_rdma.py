"""`rdma`: lists of a virtual kernel's devices, resources and counters, and what is changed by words."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from command import Run

KERNEL = textwrap.dedent(
    """
    from netlynx import NetlinkError, rdma
    from netlynx.kernel import VirtualKernel
    from netlynx.rdma.listing import number
    from netlynx.rdma.numbers import RDMA_NLDEV_CMD as C
    from netlynx.rdma.request import Counters, QueuePairs, Wanted
    from netlynx.wire.constants import NETLINK

    kernel = VirtualKernel()
    service = kernel.serve(NETLINK.RDMA)
    DEVICE = {"index": 0, "name": "mlx5_0"}
    how = {"record": Wanted}

    @service.dump(number(C.GET), **how, reply=number(C.GET))
    def devices(request):
        yield rdma.Device(
            **DEVICE, ports=2, node_type="ca", protocol="roce", firmware="16.35.2000", dim=True,
            node_guid="409b:50ff:fe06:d49e",
        )

    @service.dump(number(C.PORT_GET), **how, reply=number(C.PORT_GET))
    def links(request):
        yield rdma.Link(**DEVICE, port=1, state="ACTIVE", physical_state="LINK_UP", netdev="eth0")
        yield rdma.Link(**DEVICE, port=2, state="DOWN", physical_state="DISABLED")

    @service.dump(number(C.RES_QP_GET), **how, reply=number(C.RES_QP_GET))
    def pairs(request):
        details = [{"name": "sqid", "type": "u32", "value": 26, "hex": True}]
        pair = rdma.QueuePair(port=1, number=17, remote=18, type="RC", state="RTS", pd=1, pid=4711, details=details)
        yield QueuePairs(**DEVICE, entries=[pair, rdma.QueuePair(number=1, type="GSI", state="RTS", kernel="ib_core")])

    @service.dump(number(C.STAT_GET), **how, reply=number(C.STAT_GET))
    def counters(request):
        values = [{"name": "rx_bytes", "value": 5}, {"name": "rx_errors", "value": 0}]
        counter = rdma.Counter(port=1, number=5, mode="auto", queue_pairs=[{"number": 17}], values=values)
        yield Counters(**DEVICE, entries=[counter])

    @service.do(number(C.STAT_GET), **how, reply=number(C.STAT_GET), get=True)
    def statistics(request):
        if request.record.port == 1:
            return rdma.Statistics(**DEVICE, port=1, values=[{"name": "sent_pkts", "value": 12}])
        raise NetlinkError(22)

    @service.do(number(C.STAT_GET_STATUS), **how, reply=number(C.STAT_GET_STATUS), get=True)
    def countables(request):
        raise NetlinkError(22)

    @service.do(number(C.STAT_DEL), **how, reply=number(C.STAT_SET))
    def unbind(request):
        raise NetlinkError(2)

    @service.do(number(C.SET), record=rdma.Device)
    def change(request):
        raise NetlinkError(95 if request.record.netns_fd is not None else 22)

    @service.do(number(C.STAT_SET), **how, reply=number(C.STAT_SET))
    def bind(request):
        return rdma.Bound(counter=6)

    @service.do(number(C.SYS_GET), **how, reply=number(C.SYS_GET), get=True)
    def system(request):
        return rdma.System(netns="shared", privileged_qkey=False, monitor=True, copy_on_fork=True)
    """
)


@pytest.fixture
def kernel(tmp_path: Path) -> str:
    path = tmp_path / "kernel.py"
    path.write_text(KERNEL)
    return str(path)


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("devices", ["mlx5_0 0 ca roce 2 16.35.2000 409b:50ff:fe06:d49e yes"]),
        ("links mlx5_0", ["mlx5_0 1 ACTIVE LINK_UP eth0", "mlx5_0 2 DOWN DISABLED"]),
        ("qps", ["mlx5_0 1 17 18 RC RTS 1 4711 sqid=0x1a", "mlx5_0 1 GSI RTS [ib_core]"]),
        ("counters", ["mlx5_0 1 5 auto 17 rx_bytes 5", "rx_errors 0"]),
        ("statistics", ["mlx5_0 1 sent_pkts 12"]),
        ("system", ["netns shared", "privileged qkey no", "monitor yes", "copy on fork yes"]),
    ],
)
def test_lists_fit_a_terminal(run: Run, kernel: str, words: str, rows: list[str]) -> None:
    said = run("rdma", *words.split(), "--kernel", kernel, COLUMNS="80").stdout
    lines = said.splitlines()
    assert [" ".join(each.split()) for each in lines[1:]] == rows
    assert max(map(len, lines)) <= 80


def test_json_has_all_of_it(run: Run, kernel: str) -> None:
    pairs = json.loads(run("rdma", "qps", "--json", "--kernel", kernel).stdout)
    assert pairs[0]["details"] == [{"name": "sqid", "hex": True, "type": "u32", "value": 26}]
    assert [each["kernel"] for each in pairs if "kernel" in each] == ["ib_core"]
    said = run("sql", "select pid from rdma_queue_pairs where type = 'RC'", "--json", "--kernel", kernel).stdout
    assert json.loads(said) == [{"pid": 4711}]


def test_what_is_wrong_is_said(run: Run, kernel: str) -> None:
    said = run("rdma", "qps", "none", "--kernel", kernel, status=1)
    assert "no RDMA device is called 'none' here; there are mlx5_0" in said.stderr
    said = run("rdma", "statistics", "mlx5_0", "--kernel", kernel, status=1)
    assert "its driver counts nothing there" in said.stderr
    said = run("change", "rdma-device", "index=7", "name=x", "--kernel", kernel, status=1)
    assert "no such device here: `netlynx rdma devices` lists those that there are" in said.stderr
    said = run("change", "rdma-device", "index=7", "netns_fd=/proc/self/ns/net", "--kernel", kernel, status=1)
    assert "or its driver cannot leave one" in said.stderr
    said = run("rdma", "countables", "mlx5_0", "--kernel", kernel, status=1)
    assert "its driver counts nothing there" in said.stderr
    said = run("rdma", "unbind", "mlx5_0", "17", "5", "--kernel", kernel, status=1)
    assert "no such queue pair, or no such counter" in said.stderr
    words = ("countables", "0", "--count", "x", "--count-none")
    assert "says the contrary of --count" in run("rdma", *words, "--kernel", kernel, status=2).stderr


def test_queue_pairs_are_bound_by_words(run: Run, kernel: str) -> None:
    said = run("rdma", "bind", "mlx5_0", "17", "--kernel", kernel).stdout
    assert said.startswith("queue pair 17 is bound to counter 6")
    shown = run("add", "rdma-device", "name=rxe0", "driver=rxe", "netdev=eth0", "--dry-run", "--kernel", kernel).stdout
    assert "RDMA_NLDEV_CMD_NEWLINK" in shown
