"""Where commands are run: the demo's cluster, a home, and folders that hold nothing else."""
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from terminal.cluster import Cluster
from terminal.run import Run, surroundings

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
FILES = os.path.join(SCRIPTS, "terminal/files")
NAMESPACE = "team-payments"


class Stage:
    def __init__(self, program):
        self.scratch = tempfile.mkdtemp(prefix="test-terminal-")
        self.folder, self.temporary = f"{self.scratch}/checkout", f"{self.scratch}/tmp"
        for name in ("bin", "home", "tmp", "checkout", "cluster"):
            os.makedirs(f"{self.scratch}/{name}")
        os.symlink(program, f"{self.scratch}/bin/envfactory")
        self.cluster = Cluster(f"{self.scratch}/bin/envfactory", f"{self.scratch}/cluster")

    def fresh_folder(self):
        """The folder that commands are run in, with what is in it at the beginning: a checkout."""
        shutil.rmtree(self.folder)
        shutil.copytree(FILES, self.folder)
        os.rename(f"{self.folder}/git", f"{self.folder}/.git")

    def begin(self):
        self.kubeconfig = self.cluster.kubeconfig()
        self.variables = surroundings(
            PATH=f"{self.scratch}/bin:{os.environ['PATH']}", HOME=f"{self.scratch}/home", TMPDIR=self.temporary,
            KUBECONFIG=self.kubeconfig, ENVFACTORY_NAMESPACE=NAMESPACE)
        # What varies in paths.
        self.places = [(self.kubeconfig, "<kubeconfig>"), (self.scratch, "<scratch>")]
        self.wait_for_the_clock()
        # It ended in the play, and its record would go in the middle of what follows.
        self.envfactory("delete", "try-parser", "--wait", "--ignore-not-found")

    def wait_for_the_clock(self):
        """The play's clock is behind, and hurries until it has caught up, and then some."""
        for _ in range(300):
            made = json.loads(self.envfactory("create", "clock", "--class", "sandbox", "--dry-run", "-o", "json"))
            stamp = datetime.datetime.fromisoformat(made["metadata"]["creationTimestamp"])
            if (datetime.datetime.now(datetime.timezone.utc) - stamp).total_seconds() < 1:
                return
            time.sleep(0.1)
        sys.exit("The cluster's clock did not catch up with this machine's.")

    def envfactory(self, *words):
        """What a command prints that only prepares something."""
        run = subprocess.run(["envfactory", *words], env=self.variables, capture_output=True, text=True, timeout=60)
        if run.returncode != 0:
            sys.exit(f"envfactory {' '.join(words)} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
        return run.stdout

    def run(self, *words, size=None, variables=None, **how):
        """A run that is looked at while it goes on."""
        return Run(["envfactory", *words], self.variables | (variables or {}), size=size, directory=self.folder, **how)

    def chart_repository(self, chart, is_secure=False):
        return ChartRepository(tempfile.mkdtemp(dir=self.scratch), chart, is_secure)

    def end(self):
        self.cluster.end()
        shutil.rmtree(self.scratch, ignore_errors=True)


class ChartRepository:
    def __init__(self, folder, chart, is_secure):
        program, self.authority = f"{SCRIPTS}/chart-repository", f"{folder}/ca.crt"
        subprocess.run([program, "pack", chart, "--to", f"{folder}/charts"], check=True, stdout=subprocess.DEVNULL)
        secrets = []
        if is_secure:
            secrets = ["--certificate", self.authority, "--key", f"{folder}/tls.key"]
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=charts",
                 "-addext", "subjectAltName=IP:127.0.0.1", "-out", self.authority, "-keyout", f"{folder}/tls.key"],
                check=True, capture_output=True)
        self.process = subprocess.Popen(
            [program, "serve", f"{folder}/charts", *secrets], stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"https?://[^\s/]+", self.process.stdout.readline()).group(0)
        self.port = int(self.url.rsplit(":", 1)[1])

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
