"""Environments in the simulated cluster, made by a real operator process: in a burst, then a large number left alone.

Usage: simulated.py SERVER_COMMAND..., from the package's folder, where NAME's kubeconfig is that of the server, whose
command is one that answers every line of its input with the number of the operator's writes (Benchmarks serve). COUNT
is how many the burst makes, FLEET how many there are in the end, QUIET for how many seconds they are watched.
"""

import os
import subprocess
import sys
import time

from audit import operator_memory
from burst import burst, burst_seconds, define_peers
from figures import figure, taken, wanted
from server import RequestLoop, Server

NAME = os.environ["NAME"]
COUNT = int(os.environ.get("COUNT", "500"))
FLEET = int(os.environ.get("FLEET", "10000"))
QUIET = int(os.environ.get("QUIET", "60"))
KUBECTL = f".cluster/{NAME}/bin/kubectl"
KUBECONFIG = f".cluster/{NAME}/admin.kubeconfig"


class Simulated:
    """The process that serves the cluster."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        said = self.process.stdout.readline().strip()
        if said != "serving":
            raise RuntimeError(f"the simulated cluster is not served: {said}")

    def writes(self):
        """The operator's since this was last asked."""
        self.process.stdin.write("writes\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def settled(simulated, server, loop):
    """A large number, the last of them just made, until the operator is silent; then for as long as is asked for."""
    names = [f"fleet-{index}" for index in range(FLEET - COUNT - 1)]
    seconds = burst_seconds(server, loop, names, patience=1_800)
    simulated.writes()
    for _ in range(60):
        time.sleep(5)
        if simulated.writes() == 0:
            break
    time.sleep(QUIET)
    figure("env.settled_writes", simulated.writes(), "", note=f"{FLEET} environments, in {QUIET} s")
    resident, own = operator_memory(f".operator/{NAME}")
    figure("env.settled_rss", resident, "MB",
           note=f"{FLEET} environments, {own:.1f} MB of its own; {len(names)} of them made in {seconds:.0f} s")


def main():
    simulated = Simulated(sys.argv[1:])
    try:
        subprocess.run(["Scripts/operator", "up"], check=True, stdout=sys.stderr)
        kubectl = [KUBECTL, "--kubeconfig", KUBECONFIG]
        subprocess.run([*kubectl, "apply", "-f", "Benchmarks/class.yaml"], check=True, stdout=sys.stderr)
        server = Server(KUBECONFIG, KUBECTL)
        loop = RequestLoop(server)
        for name in ("bench", "bench-bare"):
            server.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
        define_peers(server, kubectl)
        taken(["env.burst_simulated"], burst, "env.burst_simulated", server, loop, COUNT)
        if wanted("env.settled_writes") or wanted("env.settled_rss"):
            taken(["env.settled_writes", "env.settled_rss"], settled, simulated, server, loop)
        subprocess.run(["Scripts/operator", "stop"], check=True)
    finally:
        simulated.end()


main()
