"""Environments made at once, beside the bare request loop."""

import subprocess
import time

from bare import bare_requests, halves
from figures import figure
from server import ReadyWatch, until

OURS = "/apis/envfactory.dev/v1alpha1/namespaces/bench/environments"
KOPF = "/apis/bench.envfactory.dev/v1/namespaces/bench/benchenvironments"


def environment(name, ttl="24h", namespace="bench"):
    return {"apiVersion": "envfactory.dev/v1alpha1", "kind": "Environment",
            "metadata": {"name": name, "namespace": namespace}, "spec": {"environmentClassName": "bench", "ttl": ttl}}


def define_peers(server, kubectl):
    """The kind whose objects the kopf operator, or nobody, reconciles."""
    definition = "Benchmarks/Peers/kopf/definition.yaml"
    subprocess.run([*kubectl, "apply", "-f", definition], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*kubectl, "wait", "--for=condition=Established", "--timeout=30s", "-f", definition],
                   check=True, stdout=subprocess.DEVNULL)
    until(lambda: server.answers(KOPF), 30)


def burst(figure_name, server, loop, count):
    """Makes so many at once, between two halves of the same made by the bare loop: so both meet the same machine."""
    name = "burst-first"
    watch = ReadyWatch(server, OURS)
    server.request("POST", OURS, environment(name))
    if not watch.until_ready([name], 60):
        raise RuntimeError(f"{name} was not ready after a minute")
    groups = bare_requests(server, OURS, name, [f"bare-{index}" for index in range(count)])
    before, after = halves(groups)
    peer = loop.seconds(*before)
    ours = burst_seconds(server, loop, [f"burst-{index}" for index in range(count)])
    peer += loop.seconds(*after)
    figure(figure_name, count / ours, "1/s", "bare request loop", count / peer, larger_is_better=True,
           note=f"{count} environments, {sum(map(len, groups)) // count} requests each in the bare loop")


def burst_seconds(server, loop, names, patience=300):
    """From the first create until the last is ready."""
    watch = ReadyWatch(server, OURS)
    began = time.time()
    loop.seconds([("POST", OURS, "application/json", environment(name)) for name in names])
    if not watch.until_ready(names, patience):
        late = [name for name in names if name not in watch.ready]
        raise RuntimeError(f"{len(late)} of {len(names)} were not ready after {patience} s")
    return max(watch.ready[name] for name in names) - began
