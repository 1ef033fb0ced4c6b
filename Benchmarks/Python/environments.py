"""Environments on a real API server, made at a rate, in a burst, left alone, and ended.

Usage: environments.py CLUSTER_DIRECTORY OPERATOR_DIRECTORY ENVFACTORY CHART_REPOSITORY CHART_VERSION CHART_DIGEST,
from the package's folder. COUNT is how many the burst makes, RATED how many are made at ten a second, VIRTUAL how many
virtual clusters are made each way, QUIET for how many seconds a settled operator is watched. Times are a watch's: ready, when it tells so; ended, when it tells that the end has begun.
"""

import datetime
import json
import os
import subprocess
import sys

from audit import operator_memory, settled_writes
from bare import peer_environment
from burst import KOPF, OURS, burst, define_peers, environment
from figures import alternating, figure, missing, percentile, taken, wanted
from server import ReadyWatch, RequestLoop, Server, at_a_rate, until, waits
from virtual import VirtualClusters

CLUSTER, OPERATOR, ENVFACTORY, REPOSITORY, CHART_VERSION, CHART_DIGEST = sys.argv[1:7]
COUNT = int(os.environ.get("COUNT", "500"))
RATED = int(os.environ.get("RATED", "200"))
QUIET = int(os.environ.get("QUIET", "60"))
VIRTUAL = int(os.environ.get("VIRTUAL", "40"))
KUBECTL = f"{CLUSTER}/bin/kubectl"
KUBECONFIG = f"{CLUSTER}/admin.kubeconfig"
LISTED = "/apis/envfactory.dev/v1alpha1/namespaces/bench-list/environments"
PEERS = os.path.expanduser(os.environ.get("ENVFACTORY_CACHE", "~/.cache/envfactory"))


# MARK: At ten a second, beside kopf

def kopf_waits(server):
    """What the same operator, written with kopf, takes; or why that is not known."""
    program = f"{PEERS}/kopf/bin/kopf"
    if not os.access(program, os.X_OK):
        return None, "no kopf: run Scripts/bench-peers"
    with open(".build/bench/kopf.log", "w", encoding="utf-8") as log:
        operator = subprocess.Popen(
            [program, "run", "--standalone", "--all-namespaces", "Benchmarks/Peers/kopf/operator.py"],
            stdout=log, stderr=log, env={**os.environ, "KUBECONFIG": KUBECONFIG})
    try:
        watch = ReadyWatch(server, KOPF)
        server.request("POST", KOPF, peer_environment("first"))
        if not watch.until_ready(["first"], 60):
            return None, "the kopf operator made nothing within a minute: see .build/bench/kopf.log"
        return waits(server, KOPF, [peer_environment(f"rated-{index}") for index in range(RATED)]), None
    except RuntimeError as error:
        return None, f"kopf: {error}"
    finally:
        operator.terminate()
        operator.wait()


def applied(server):
    ours = waits(server, OURS, [environment(f"rated-{index}") for index in range(RATED)])
    theirs, note = kopf_waits(server)
    for name, fraction in (("env.applied_p50", 0.5), ("env.applied_p99", 0.99)):
        peer = percentile(theirs, fraction) if theirs else None
        figure(name, percentile(ours, fraction), "s", "kopf" if theirs else None, peer, note=note)


# MARK: Settled

def settled():
    figure("env.settled_writes_real", settled_writes(CLUSTER, QUIET), "", note=f"in {QUIET} s")
    resident, own = operator_memory(OPERATOR)
    figure("env.settled_rss_real", resident, "MB",
           note=f"{environment_count()} environments, {own:.1f} MB of its own")


def environment_count():
    listed = subprocess.run([KUBECTL, "--kubeconfig", KUBECONFIG, "get", "--raw", OURS],
                            capture_output=True, check=True, text=True)
    return len(json.loads(listed.stdout)["items"])


# MARK: The end

def expired(server):
    """Few enough that the brake on many ends at once is not meant."""
    names = [f"ttl-{index}" for index in range(25)]
    watch = ReadyWatch(server, OURS)
    at_a_rate(server, OURS, [environment(name, "20s") for name in names])
    until(lambda: all(name in watch.ended for name in names), 90)
    late = []
    for name in names:
        if name in watch.ended:
            due = datetime.datetime.fromisoformat(watch.objects[name]["status"]["expiresAt"].replace("Z", "+00:00"))
            late.append(watch.ended[name] - due.timestamp())
    if len(late) < len(names):
        for name in ("env.ttl_late_p99", "env.ttl_early"):
            missing(name, f"{len(names) - len(late)} of {len(names)} had not begun to end after ninety seconds")
        return
    figure("env.ttl_late_p99", percentile(late, 0.99), "s", note=f"{len(names)} environments")
    figure("env.ttl_early", sum(value < 0 for value in late), "")


# MARK: The command line

def listed(server, loop):
    """A thousand environments, listed; no operator runs that would make anything for them."""
    watch = ReadyWatch(server, OURS)
    server.request("POST", OURS, environment("list-first"))
    watch.until_ready(["list-first"], 60)
    status = watch.objects["list-first"]["status"]
    subprocess.run(["Scripts/operator", "stop"], check=True)
    names = [f"listed-{index}" for index in range(1000)]
    loop.seconds([("POST", LISTED, "application/json", environment(name, namespace="bench-list")) for name in names],
                 [("PATCH", f"{LISTED}/{name}/status", "application/merge-patch+json", {"status": status})
                  for name in names])
    flags = ["--kubeconfig", KUBECONFIG, "-n", "bench-list"]
    ours, theirs = alternating(11, [ENVFACTORY, "list", *flags], [KUBECTL, "get", "environments", *flags])
    figure("cli.list", ours[0], "s", "kubectl get", theirs[0],
           note=f"{ours[1]:.2f} of the processor's, kubectl {theirs[1]:.2f}; the rest is the server's")


def main():
    server = Server(KUBECONFIG, KUBECTL)
    loop = RequestLoop(server)
    for name in ("bench", "bench-bare", "bench-list"):
        server.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    define_peers(server, [KUBECTL, "--kubeconfig", KUBECONFIG])
    rated = ["env.applied_p50", "env.applied_p99"]
    settling = ["env.settled_writes_real", "env.settled_rss_real"]
    ending = ["env.ttl_late_p99", "env.ttl_early"]
    if any(map(wanted, rated)):
        taken(rated, applied, server)
    if any(map(wanted, ["env.burst", *settling])):
        taken(["env.burst"], burst, "env.burst", server, loop, COUNT)
    if any(map(wanted, settling)):
        taken(settling, settled)
    if any(map(wanted, ending)):
        taken(ending, expired, server)
    virtual = VirtualClusters(server, loop, VIRTUAL)
    if any(map(wanted, virtual.names)):
        taken(virtual.names, virtual.measure, REPOSITORY, CHART_VERSION, CHART_DIGEST,
              lambda: settled_writes(CLUSTER, QUIET), QUIET)
    if wanted("cli.list"):
        taken(["cli.list"], listed, server, loop)


main()
