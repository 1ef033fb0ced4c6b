"""What the API server's audit log and the machine say about the operator."""

import json
import time

USER = "system:serviceaccount:envfactory-system:envfactory"


def operator_writes(cluster, offset):
    """Writes of the operator's in the audit log from an offset on, leases aside; and where the log ends."""
    count = 0
    with open(f"{cluster}/audit.log", encoding="utf-8") as log:
        log.seek(offset)
        for line in iter(log.readline, ""):
            event = json.loads(line)
            count += (event["user"]["username"] == USER and event["stage"] == "ResponseComplete"
                      and event["objectRef"]["resource"] != "leases")
        return count, log.tell()


def settled_writes(cluster, seconds):
    """Writes in so many seconds, after the operator was silent for five, or a minute has gone by."""
    _, offset = operator_writes(cluster, 0)
    for _ in range(12):
        time.sleep(5)
        writes, offset = operator_writes(cluster, offset)
        if writes == 0:
            break
    time.sleep(seconds)
    return operator_writes(cluster, offset)[0]


def operator_memory(directory):
    """What its process holds, in megabytes: all that is resident, and what of it is its own."""
    with open(f"{directory}/pid", encoding="utf-8") as file:
        pid = file.read().strip()
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        fields = dict(line.split(":", 1) for line in file)
    return [int(fields[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "RssAnon")]
