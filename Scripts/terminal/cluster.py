"""The demo's cluster, which stays until it is told to go."""
import json
import os
import re
import signal
import subprocess
import sys
import time

from terminal.run import surroundings


class Cluster:
    def __init__(self, program, scratch):
        self.program = program
        self.log = open(f"{scratch}/demo.log", "w+")
        self.process = subprocess.Popen(
            [program, "demo", "--keep"], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env=surroundings(TMPDIR=scratch))

    def kubeconfig(self):
        for _ in range(900):
            told = re.search(r"export KUBECONFIG=(\S+)", self.said())
            if told:
                return told.group(1)
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.process.kill()
        sys.exit(f"The demo's cluster did not come up:\n{self.said()[-2000:]}")

    def said(self):
        with open(self.log.name) as log:
            return log.read()

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
