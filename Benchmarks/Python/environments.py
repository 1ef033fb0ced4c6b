"""Makes environments at ten a second on a real API server, and prints how long users waited.

Times are taken from a watch: ready, when the watch tells of it; ended, when the watch tells that the end has begun.
Usage: environments.py CLUSTER_DIRECTORY ENVFACTORY COUNT; figures go to descriptor 3 as JSON lines as well.
"""

import datetime
import json
import os
import statistics
import subprocess
import sys
import threading
import time

CLUSTER, ENVFACTORY, COUNT = sys.argv[1], sys.argv[2], int(sys.argv[3])
KUBECTL = [f"{CLUSTER}/bin/kubectl", "--kubeconfig", f"{CLUSTER}/admin.kubeconfig"]


def figure(name, value, unit, ratio=None, peer=None, peer_value=None):
    line = f"{name:<26} {value} {unit}"
    record = {"name": name, "value": value, "unit": unit}
    if ratio is not None:
        line += f"    {ratio} × {peer}"
        record.update(ratio=ratio, peer=peer, peer_value=peer_value)
    print(line, flush=True)
    os.write(3, (json.dumps(record) + "\n").encode())


def percentile(values, fraction):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


class Watch(threading.Thread):
    """Notes when each environment was first seen ready, and first seen to end."""

    def __init__(self):
        super().__init__(daemon=True)
        self.ready, self.ended, self.expires = {}, {}, {}
        self.process = subprocess.Popen(
            KUBECTL + ["get", "environments", "-n", "bench", "--watch", "-o", "json"],
            stdout=subprocess.PIPE, text=True)

    def run(self):
        decoder, text = json.JSONDecoder(), ""
        for line in self.process.stdout:
            text += line
            if line != "}\n":
                continue
            now = time.time()
            value, _ = decoder.raw_decode(text)
            text = ""
            self.note(value, now)

    def note(self, value, now):
        name, status = value["metadata"]["name"], value.get("status", {})
        self.expires[name] = status.get("expiresAt")
        for condition in status.get("conditions", []):
            if condition["type"] == "Ready" and condition["status"] == "True":
                self.ready.setdefault(name, now)
            if condition["type"] == "Terminated":
                self.ended.setdefault(name, now)


def create(name, ttl):
    manifest = {
        "apiVersion": "envfactory.dev/v1alpha1", "kind": "Environment",
        "metadata": {"name": name, "namespace": "bench"},
        "spec": {"environmentClassName": "bench", "ttl": ttl},
    }
    subprocess.run(KUBECTL + ["create", "-f", "-"], input=json.dumps(manifest), text=True, check=True,
                   stdout=subprocess.DEVNULL)
    return time.time()


def at_a_rate(names, ttl, per_second):
    """Starts a create every tenth of a second, whatever the ones before take; returns when each was accepted."""
    accepted, threads = {}, []
    began = time.time()
    for index, name in enumerate(names):
        time.sleep(max(0.0, began + index / per_second - time.time()))
        thread = threading.Thread(target=lambda name=name: accepted.update({name: create(name, ttl)}))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return accepted


def until(condition, seconds):
    end = time.time() + seconds
    while not condition() and time.time() < end:
        time.sleep(0.05)


def median_time(command, runs=7):
    times = []
    for _ in range(runs):
        began = time.time()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append(time.time() - began)
    return statistics.median(times)


def main():
    watch = Watch()
    watch.start()
    names = [f"bench-{index}" for index in range(COUNT)]
    accepted = at_a_rate(names, "24h", 10)
    until(lambda: all(name in watch.ready for name in names), 120)
    waits = [watch.ready[name] - accepted[name] for name in names if name in watch.ready]
    if len(waits) < COUNT:
        print(f"env.applied: {COUNT - len(waits)} of {COUNT} environments were not ready after two minutes")
    if waits:
        figure("env.applied_p50", round(max(0.0, percentile(waits, 0.5)), 3), "s")
        figure("env.applied_p99", round(max(0.0, percentile(waits, 0.99)), 3), "s")

    short = [f"ttl-{index}" for index in range(min(COUNT, 50))]
    at_a_rate(short, "30s", 10)
    until(lambda: all(name in watch.ended for name in short), 120)
    late = []
    for name in short:
        if name in watch.ended and watch.expires.get(name):
            due = datetime.datetime.fromisoformat(watch.expires[name].replace("Z", "+00:00")).timestamp()
            late.append(watch.ended[name] - due)
    if late:
        figure("env.ttl_late_p99", round(percentile(late, 0.99), 3), "s")
        figure("env.ttl_early", sum(1 for value in late if value < 0), "environments")

    flags = ["--kubeconfig", f"{CLUSTER}/admin.kubeconfig", "-n", "bench"]
    ours = median_time([ENVFACTORY, "list"] + flags)
    theirs = median_time(KUBECTL + ["get", "environments", "-n", "bench"])
    figure("cli.list", round(ours, 4), "s", round(theirs / ours, 2), "kubectl get", round(theirs, 4))
    watch.process.terminate()


main()
