"""Disks that take nothing more: one that is full, one that may not be written, streams that are full or closed."""
import contextlib
import os
import re
import shutil
import subprocess

from terminal.checks import check
from terminal.servers import Server
from terminal.stage import SCRIPTS

LEASE = "/apis/coordination.k8s.io/v1/namespaces/envfactory-system/leases/envfactory"
FREE = {"spec": {"holderIdentity": "", "leaseDurationSeconds": 1, "renewTime": "2020-01-01T00:00:00.000000Z"}}
CLASSES = "/apis/envfactory.dev/v1alpha1/environmentclasses"

ROOM = "hint: make room on that disk, then run it again"
RIGHTS = "hint: see who may read and write there, or name another place"
KUBECONFIG = """apiVersion: v1
kind: Config
# What somebody has written by hand.
clusters: []
contexts: []
users: []
"""


def run(stage):
    stage.envfactory("create", "disk", "--class", "sandbox", "--wait")
    streams(stage)
    for part in (full, read_only):
        if os.getuid() == 0:
            part(stage)
        else:
            print(f"{part.__doc__.rstrip('.')}: left out, since only root may mount one")
    stage.envfactory("delete", "disk")


def fails(stage, words, says, code=1, **how):
    """The command fails with these lines alone, and leaves nothing of its own where short-lived files are."""
    run = stage.run(*words.split(), **how)
    ended = run.end()
    check(f"{words}: exit code {code}", ended == code, f"{ended}\n{run.text}")
    check(f"{words}: it says what is wrong, where, and what to do", re.fullmatch(says, run.err), run.err)
    run.close()


def goes_on(stage, words, says, **how):
    run = stage.run(*words.split(), **how)
    ended = run.end()
    check(f"{words}: it goes on", ended == 0 and re.search(says, run.out), f"{ended}\n{run.text}")
    run.close()


@contextlib.contextmanager
def mounted(path, *options):
    """A mount that is there for a while; None where this machine allows none, not even root."""
    os.makedirs(path, exist_ok=True)
    for command in options:
        done = subprocess.run(["mount", *command, path], capture_output=True, text=True)
        if done.returncode != 0:
            print(f"  left out, since nothing can be mounted here: {done.stderr.strip()}")
            subprocess.run(["umount", path], capture_output=True)
            yield None
            return
    try:
        yield path
    finally:
        subprocess.run(["umount", path], check=True)


# MARK: - A full disk


def full(stage):
    """A full disk."""
    print(full.__doc__.rstrip("."))
    with mounted(f"{stage.scratch}/full", ["-t", "tmpfs", "-o", "size=64k", "tmpfs"]) as disk:
        if disk:
            on_full_disk(stage, disk)


def on_full_disk(stage, disk):
    write(f"{disk}/config", KUBECONFIG)
    # A page that has six bytes left, which are room for half a line.
    write(f"{disk}/lines", "line=1\n" * 584 + "x\n")
    fill(f"{disk}/filled")
    before = contents(disk)
    error = rf"error: cannot write {disk}/%s: No space left on device\n{ROOM}\n"
    up = "up --name disk --class sandbox -q"
    for variable in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        fails(stage, up, error % "lines", variables={variable: f"{disk}/lines"})
        check(f"{variable} holds no half line", contents(disk) == before, contents(disk).keys() ^ before.keys())
        fails(stage, up, error % variable, variables={variable: f"{disk}/{variable}"})
        os.remove(f"{disk}/{variable}")
    fails(stage, f"{up} --dotenv {disk}/dotenv", error % "dotenv")
    fails(stage, f"{up} --dotenv {disk}/lines", error % "lines")
    fails(stage, f"{up} --kubeconfig-file {disk}/config", error % "config")
    fails(stage, f"{up} --kubeconfig-file {disk}/new", error % "new")
    long = "long-" * 30
    fails(stage, f"{up} --kubeconfig-file {disk}/{long}", error % long)
    for into in ("config", "new"):
        fails(stage, f"kubeconfig disk --merge --into {disk}/{into}", error % into)
    fails(stage, "connect disk -- true", error % r"envfactory-\w+\.kubeconfig", variables={"TMPDIR": disk})
    check("no file has changed, and none has come", contents(disk) == before, contents(disk).keys() ^ before.keys())
    pulled(stage, disk, error)
    if shutil.which("openssl"):
        cached(stage, disk)
    else:
        print("  the operator's cache of charts: left out, since there is no openssl")
    # Who needs none of it goes on.
    everything = {name: disk for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")}
    goes_on(stage, "list -o name", "environment.envfactory.dev/disk\n", variables=everything)
    goes_on(stage, f"{up} --kubeconfig-file {stage.temporary}/k", "export KUBECONFIG=", variables=everything)
    os.remove(f"{stage.temporary}/k")
    check("no file has changed, and none has come", contents(disk) == before, contents(disk).keys() ^ before.keys())


def pulled(stage, disk, error):
    charts = stage.chart_repository(f"{stage.folder}/web")
    address = f"http://127.0.0.1:{charts.port}"
    fails(stage, f"chart pull web --repo {address} -d {disk}", error % r"web-1\.2\.3\.tgz")
    # Of a chart that is only looked at nothing is kept.
    goes_on(stage, f"chart show web --repo {address} --part values", "colour: blue", variables={"XDG_CACHE_HOME": disk})
    charts.close()


def cached(stage, disk):
    """An operator of its own keeps its charts there, or would: the play's has its own, and lends it the lease."""
    charts = stage.chart_repository(f"{SCRIPTS}/../Tests/Charts/vcluster-stand-in", is_secure=True)
    front = Server("front", stage.kubeconfig)
    os.makedirs(f"{disk}/cache", exist_ok=True)
    spec = front.ask("GET", f"{CLASSES}/preview")["spec"]
    spec["virtualCluster"]["chart"] = {"repository": charts.url, "name": "vcluster", "version": "0.36.900"}
    front.ask("POST", CLASSES, {"apiVersion": "envfactory.dev/v1alpha1", "kind": "EnvironmentClass",
                                "metadata": {"name": "cached"}, "spec": spec | {"parameters": []}})
    operator = stage.run(*f"operator --chart-cache {disk}/cache --journal {disk}/journal --chart-ca-file "
                         f"{charts.authority} --health-address 127.0.0.1:0".split())
    operator.until("waiting for the lease")
    # The other one may be there first.
    leads = any(front.ask("PATCH", LEASE, FREE) and operator.until('"leading"', 4) for _ in range(8))
    check("an operator whose cache and journal are there leads", leads, operator.text)
    goes_on(stage, "create cached --class cached", "cached")
    goes_on(stage, "wait cached --for condition=ReleaseReady", "ReleaseReady=True")
    operator.send("SIGTERM")
    check("it ends in order", operator.end() == 0, operator.text)
    told = rf"the cache of charts cannot be written, .* cannot write [^:]*{disk}/cache/[^:]*: No space left on device"
    check("it warns once, and names the file", len(re.findall(told, operator.text)) == 1, operator.text)
    check("it leaves nothing half written there", os.listdir(f"{disk}/cache") == [], os.listdir(f"{disk}/cache"))
    goes_on(stage, "delete cached --wait", "gone")
    front.ask("DELETE", f"{CLASSES}/cached")
    os.rmdir(f"{disk}/cache")
    os.remove(f"{disk}/journal")
    operator.close()
    front.close()
    charts.close()


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def fill(path):
    try:
        with open(path, "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
    except OSError:
        pass


def contents(folder):
    return {name: open(f"{folder}/{name}", "rb").read() for name in os.listdir(folder)}


# MARK: - A disk that may not be written


def read_only(stage):
    """A home that may not be written."""
    print(read_only.__doc__.rstrip("."))
    home = f"{stage.scratch}/read-only"
    os.makedirs(f"{home}/.kube")
    write(f"{home}/.kube/config", KUBECONFIG)
    with mounted(home, ["--bind", home], ["-o", "remount,bind,ro"]) as disk:
        if disk:
            in_read_only_home(stage, disk)


def in_read_only_home(stage, home):
    everything = {name: home for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    up = "up --name disk --class sandbox -q"
    error = rf"error: cannot make {home}/%s: Read-only file system\n{RIGHTS}\n"
    fails(stage, up, rf"error: cannot make the directory {home}/\.local: Read-only file system\n{RIGHTS}\n",
          variables=everything)
    fails(stage, "kubeconfig disk --merge --into " + f"{home}/.kube/config", error % r"\.kube/config\.lock",
          variables=everything)
    fails(stage, f"{up} --kubeconfig-file {home}/.kube/config",
          rf"error: cannot write {home}/\.kube/config: Read-only file system\n{RIGHTS}\n", variables=everything)
    fails(stage, "connect disk -- true", error % r"envfactory-\w+\.kubeconfig", variables=everything)
    fails(stage, f"{up} --dotenv {stage.folder}/nowhere/dotenv",
          rf"error: cannot write {stage.folder}/nowhere/dotenv: No such file or directory\n"
          r"hint: see whether its directory is there, and make it\n")
    with open(f"{home}/.kube/config") as file:
        check("the kubeconfig is as it was", file.read() == KUBECONFIG)
    check("nothing is left beside it", os.listdir(f"{home}/.kube") == ["config"], os.listdir(f"{home}/.kube"))
    goes_on(stage, "list -o name", "environment.envfactory.dev/disk\n", variables=everything)
    goes_on(stage, "kubeconfig disk", "current-context:", variables=everything)
    goes_on(stage, f"{up} --kubeconfig-file {stage.temporary}/k", "export KUBECONFIG=", variables=everything)
    os.remove(f"{stage.temporary}/k")
    goes_on(stage, "connect disk -- printenv KUBECONFIG", stage.temporary,
            variables=everything | {"TMPDIR": stage.temporary})


# MARK: - Streams


def streams(stage):
    """Streams that are full, or closed."""
    print(streams.__doc__.rstrip("."))
    for words in ("list", "help", "version", "get disk -o yaml", "kubeconfig disk", "class list", "completion bash"):
        with open("/dev/full", "w") as stream:
            fails(stage, words, f"error: cannot write to standard output: No space left on device\n{ROOM}\n",
                  stdout=stream)
    # A log that takes nothing is no reason to leave what was asked for half done.
    redirected(stage, "create logged --class sandbox --wait 2>/dev/full", 0, "environment.envfactory.dev/logged\n")
    redirected(stage, "lst 2>/dev/full", 2, "")
    # What is closed gives its number to the next file that is opened, which is not to be written to.
    merge = f"kubeconfig disk --merge --into {stage.folder}/closed"
    redirected(stage, f"{merge} >&-", 0, "")
    redirected(stage, f"{merge} 2>&-", 0, "envfactory-team-payments-disk\n")
    redirected(stage, "delete logged -q <&- >&- 2>&-", 0, "")
    with open(f"{stage.folder}/closed") as file:
        check("the file holds a kubeconfig and nothing else", file.read().startswith("apiVersion: v1\n"))
    redirected(stage, "list | head -n 1", 0, None)


def redirected(stage, line, code, out):
    run = subprocess.run(["bash", "-o", "pipefail", "-c", f"envfactory {line}"], env=stage.variables, cwd=stage.folder,
                         stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    line = line.replace(stage.folder + "/", "")
    check(f"{line}: exit code {code}", run.returncode == code, f"{run.returncode}\n{run.stdout}{run.stderr}")
    check(f"{line}: it prints what it should", out is None or run.stdout == out, run.stdout)
