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
import time

from audit import settled_writes
from bare import bare_requests, halves, peer_environment
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
OURS = "/apis/envfactory.dev/v1alpha1/namespaces/bench/environments"
LISTED = "/apis/envfactory.dev/v1alpha1/namespaces/bench-list/environments"
KOPF = "/apis/bench.envfactory.dev/v1/namespaces/bench/benchenvironments"
PEERS = os.path.expanduser(os.environ.get("ENVFACTORY_CACHE", "~/.cache/envfactory"))


def environment(name, ttl="24h", namespace="bench"):
    return {"apiVersion": "envfactory.dev/v1alpha1", "kind": "Environment",
            "metadata": {"name": name, "namespace": namespace}, "spec": {"environmentClassName": "bench", "ttl": ttl}}


def define_peers(server):
    """The kind whose objects the kopf operator, or nobody, reconciles."""
    kubectl = [KUBECTL, "--kubeconfig", KUBECONFIG]
    definition = "Benchmarks/Peers/kopf/definition.yaml"
    subprocess.run([*kubectl, "apply", "-f", definition], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*kubectl, "wait", "--for=condition=Established", "--timeout=30s", "-f", definition],
                   check=True, stdout=subprocess.DEVNULL)
    until(lambda: server.answers(KOPF), 30)


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


# MARK: In a burst, beside the bare request loop

def burst(server, loop):
    """Makes COUNT at once, between two halves of the same made by the bare loop: so both meet the same machine."""
    name = "burst-first"
    watch = ReadyWatch(server, OURS)
    server.request("POST", OURS, environment(name))
    if not watch.until_ready([name], 60):
        raise RuntimeError(f"{name} was not ready after a minute")
    groups = bare_requests(server, OURS, name, [f"bare-{index}" for index in range(COUNT)])
    before, after = halves(groups)
    peer = loop.seconds(*before)
    ours = burst_seconds(server, loop)
    peer += loop.seconds(*after)
    figure("env.burst", COUNT / ours, "1/s", "bare request loop", COUNT / peer, larger_is_better=True,
           note=f"{COUNT} environments, {sum(map(len, groups)) // COUNT} requests each in the bare loop")


def burst_seconds(server, loop):
    """From the first create until the last is ready."""
    names = [f"burst-{index}" for index in range(COUNT)]
    watch = ReadyWatch(server, OURS)
    began = time.time()
    loop.seconds([("POST", OURS, "application/json", environment(name)) for name in names])
    if not watch.until_ready(names, 300):
        raise RuntimeError(f"{len([name for name in names if name not in watch.ready])} of {COUNT} were not ready "
                           "after five minutes")
    return max(watch.ready[name] for name in names) - began


# MARK: Settled

def settled():
    figure("env.settled_writes", settled_writes(CLUSTER, QUIET), "", note=f"in {QUIET} s")
    with open(f"{OPERATOR}/pid", encoding="utf-8") as file:
        pid = file.read().strip()
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        fields = dict(line.split(":", 1) for line in file)
    own = int(fields["RssAnon"].split()[0]) * 1024 / 1e6
    figure("env.settled_rss_real", int(fields["VmRSS"].split()[0]) * 1024 / 1e6, "MB",
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
    define_peers(server)
    rated = ["env.applied_p50", "env.applied_p99"]
    settling = ["env.settled_writes", "env.settled_rss_real"]
    ending = ["env.ttl_late_p99", "env.ttl_early"]
    if any(map(wanted, rated)):
        taken(rated, applied, server)
    if any(map(wanted, ["env.burst", *settling])):
        taken(["env.burst"], burst, server, loop)
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
