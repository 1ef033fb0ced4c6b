"""Virtual clusters on an API server without a node: from an Environment's creation until its release is applied."""

import time

from bare import bare_requests, halves
from figures import figure, percentile, taken
from server import ReadyWatch, waits

CLASSES = "/apis/envfactory.dev/v1alpha1/environmentclasses"
PATH = "/apis/envfactory.dev/v1alpha1/namespaces/bench-virtual/environments"
# A control plane of every kind of object that a chart may put into a namespace; no node has the label it waits for.
VALUES = {
    "controlPlane": {
        "statefulSet": {"scheduling": {"nodeSelector": {"bench.envfactory.dev/node": "none"}}},
        "backingStore": {"etcd": {"deploy": {"enabled": True}}},
    },
    "policies": {"resourceQuota": {"enabled": True}, "limitRange": {"enabled": True}},
}


def environment_class(repository, version, digest):
    chart = {"repository": repository, "name": "vcluster", "version": version, "digest": digest}
    return {
        "apiVersion": "envfactory.dev/v1alpha1", "kind": "EnvironmentClass", "metadata": {"name": "bench-virtual"},
        "spec": {
            "isolation": "VirtualCluster",
            "lifetime": {"default": "24h", "maximum": "72h", "retention": "1h"},
            "quota": {"hard": {"pods": "5"}},
            "network": {"mode": "Open"},
            "virtualCluster": {"chart": chart, "values": VALUES},
        },
    }


def environment(name):
    return {"apiVersion": "envfactory.dev/v1alpha1", "kind": "Environment",
            "metadata": {"name": name, "namespace": "bench-virtual"}, "spec": {"environmentClassName": "bench-virtual"}}


class VirtualClusters:
    names = ["env.virtual_applied_p50", "env.virtual_applied_p99", "env.virtual_burst", "env.virtual_settled_writes"]

    def __init__(self, server, loop, count):
        self.server, self.loop, self.count = server, loop, count

    def measure(self, repository, version, digest, settled_writes, quiet):
        """Takes every figure. What was made goes with the cluster: so many ends at once would meet the brake."""
        self.server.request("POST", "/api/v1/namespaces", {"metadata": {"name": "bench-virtual"}})
        self.server.request("POST", CLASSES, environment_class(repository, version, digest))
        self.first()
        taken(self.names[:2], self.applied)
        taken(self.names[2:3], self.burst)
        taken(self.names[3:], lambda: figure(self.names[3], settled_writes(), "", note=f"in {quiet} s"))

    def first(self):
        """The chart is there once one was applied: an operator fetches it once."""
        watch = ReadyWatch(self.server, PATH, "ReleaseReady")
        self.server.request("POST", PATH, environment("first"))
        if not watch.until_ready(["first"], 120):
            conditions = watch.objects["first"].get("status", {}).get("conditions", [])
            said = [condition["message"] for condition in conditions if condition["type"] == "Ready"]
            raise RuntimeError(f"the first was not applied after two minutes: {' '.join(said) or 'no condition Ready'}")

    def applied(self):
        """One a second: what a server of two processors keeps up with while others use them too."""
        seconds = waits(self.server, PATH, [environment(f"rated-{index}") for index in range(self.count)],
                        "ReleaseReady", per_second=1)
        for name, fraction in zip(self.names, (0.5, 0.99)):
            figure(name, percentile(seconds, fraction), "s", note=f"{self.count} virtual clusters at 1/s")

    def burst(self):
        """Between two halves of the same made by the bare loop, which thinks of nothing."""
        groups = bare_requests(self.server, PATH, "first", [f"virtual-{index}" for index in range(self.count)])
        before, after = halves(groups)
        peer = self.loop.seconds(*before)
        ours = self.burst_seconds()
        peer += self.loop.seconds(*after)
        figure("env.virtual_burst", self.count / ours, "1/s", "bare request loop", self.count / peer,
               larger_is_better=True,
               note=f"{self.count} virtual clusters, {sum(map(len, groups)) // self.count} requests each in the loop")

    def burst_seconds(self):
        """From the first create until the last release is applied."""
        names = [f"burst-{index}" for index in range(self.count)]
        watch = ReadyWatch(self.server, PATH, "ReleaseReady")
        began = time.time()
        self.loop.seconds([("POST", PATH, "application/json", environment(name)) for name in names])
        if not watch.until_ready(names, 300):
            raise RuntimeError(f"{sum(name not in watch.ready for name in names)} of {self.count} were not applied "
                               "after five minutes")
        return max(watch.ready[name] for name in names) - began
