#!/usr/bin/env python3
"""Reads and writes release Secrets without any of our code: the standard library, and what Helm's storage is known to be.

    release-reader.py read < secret.json       prints the release that a Secret holds, one JSON text
    release-reader.py write < release.json     prints the Secret that Helm would keep a release in
    release-reader.py list < secrets.json      prints revision and status of each release in a list of Secrets

`read` fails where a Secret is not one that Helm finds and reads: its name, type, labels, both base64s, gzip, and the
fields with the types that Helm's own structs have.
"""

import base64
import datetime
import gzip
import json
import re
import sys

STATUSES = {
    "unknown", "deployed", "uninstalled", "superseded", "failed", "uninstalling",
    "pending-install", "pending-upgrade", "pending-rollback",
}
PHASES = {"", "Unknown", "Running", "Succeeded", "Failed"}


def check(condition, message):
    if not condition:
        sys.exit(f"release-reader: {message}")


def check_time(value, name):
    """A time as Go reads it, or none as Helm 3 writes it."""
    check(isinstance(value, str), f"{name} is no text")
    if value:
        check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value), f"{name} is no time")
        datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", value).replace("Z", "+00:00"))


def check_files(files, name):
    check(files is None or isinstance(files, list), f"{name} is no list")
    for file in files or []:
        check(isinstance(file["name"], str), f"{name}: a file has no name")
        base64.b64decode(file["data"], validate=True)


def check_chart(chart):
    check(isinstance(chart, dict), "chart is no object")
    metadata = chart["metadata"]
    for key in ("name", "version", "apiVersion"):
        check(isinstance(metadata.get(key), str) and metadata[key], f"chart.metadata.{key} is missing")
    check_files(chart["templates"], "chart.templates")
    check_files(chart["files"], "chart.files")
    check(chart["values"] is None or isinstance(chart["values"], dict), "chart.values is no object")
    if chart["schema"] is not None:
        json.loads(base64.b64decode(chart["schema"], validate=True))
    if chart["lock"] is not None:
        check_time(chart["lock"]["generated"], "chart.lock.generated")


def check_hook(hook):
    for key in ("name", "kind", "path", "manifest"):
        check(isinstance(hook.get(key, ""), str), f"hook.{key} is no text")
    check(isinstance(hook.get("weight", 0), int), "hook.weight is no integer")
    check(all(isinstance(event, str) for event in hook.get("events", [])), "hook.events are no texts")
    run = hook["last_run"]
    check(run["phase"] in PHASES, f"hook.last_run.phase is {run['phase']!r}")
    for key in ("started_at", "completed_at"):
        check_time(run.get(key, ""), f"hook.last_run.{key}")


def check_release(release):
    info = release["info"]
    check(info["status"] in STATUSES, f"info.status is {info['status']!r}")
    for key in ("first_deployed", "last_deployed", "deleted"):
        check_time(info.get(key, ""), f"info.{key}")
    check(isinstance(release["version"], int), "version is no integer")
    check(isinstance(release.get("manifest", ""), str), "manifest is no text")
    check(isinstance(release.get("config") or {}, dict), "config is no object")
    check(release.get("apply_method", "") in ("", "csa", "ssa"), "apply_method is unknown")
    check_chart(release["chart"])
    for hook in release.get("hooks") or []:
        check_hook(hook)


def read(secret):
    packed = base64.b64decode(base64.b64decode(secret["data"]["release"], validate=True), validate=True)
    check(packed[:3] == b"\x1f\x8b\x08", "the release is no gzip")
    release = json.loads(gzip.decompress(packed))
    check_release(release)
    metadata = secret["metadata"]
    check(secret["type"] == "helm.sh/release.v1", f"the type is {secret['type']!r}")
    name = f"sh.helm.release.v1.{release['name']}.v{release['version']}"
    check(metadata["name"] == name, f"the name is {metadata['name']!r}, and not {name!r}")
    check(metadata["namespace"] == release["namespace"], "the namespace is another one")
    labels = metadata["labels"]
    expected = {
        "name": release["name"], "owner": "helm", "status": release["info"]["status"],
        "version": str(release["version"]),
    }
    for key, value in expected.items():
        check(labels.get(key) == value, f"label {key} is {labels.get(key)!r}, and not {value!r}")
    check(labels["createdAt"].isdigit(), "label createdAt is no number of seconds")
    return release


def write(release):
    packed = gzip.compress(json.dumps(release, separators=(",", ":")).encode(), 9)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "helm.sh/release.v1",
        "metadata": {
            "name": f"sh.helm.release.v1.{release['name']}.v{release['version']}",
            "namespace": release["namespace"],
            "labels": {
                "name": release["name"], "owner": "helm", "status": release["info"]["status"],
                "version": str(release["version"]), "modifiedAt": "1800000000",
            },
        },
        "data": {"release": base64.b64encode(base64.b64encode(packed)).decode()},
    }


def history(secrets):
    releases = sorted((read(secret) for secret in secrets["items"]), key=lambda release: release["version"])
    return "".join(f"{release['version']} {release['info']['status']}\n" for release in releases)


def main():
    verbs = {"read": read, "write": write}
    if sys.argv[1:] == ["list"]:
        sys.stdout.write(history(json.load(sys.stdin)))
        return
    if len(sys.argv) != 2 or sys.argv[1] not in verbs:
        sys.exit(__doc__)
    json.dump(verbs[sys.argv[1]](json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
