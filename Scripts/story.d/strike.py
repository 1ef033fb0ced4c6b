"""Kills the operator at its next write for one environment: as soon as the audit log of its API server shows it.

Usage: strike.py AUDIT_LOG OFFSET BEGUN NAMESPACE ENVIRONMENT STATE_DIRECTORY SECONDS SPARED. What the server received
before BEGUN is passed over, and as many writes as are spared. The write is done, and its answer is on its way or lost; a
write that was refused is none. Ends with 1 where no write came in time.
"""

import json
import os
import signal
import sys
import time

LOG, OFFSET, BEGUN, NAMESPACE, ENVIRONMENT, STATE, SECONDS, SPARED = sys.argv[1:]
USER = "system:serviceaccount:envfactory-system:envfactory"
WRITES = {"create", "update", "patch", "delete", "deletecollection"}


def is_meant(line):
    if USER not in line:
        return False
    event = json.loads(line)
    place = event.get("objectRef", {})
    if event["user"]["username"] != USER or event["stage"] != "ResponseComplete" or event["verb"] not in WRITES:
        return False
    # What the operator before this one sent may be answered only now: striking for that would kill one that does not
    # lead yet.
    if event["requestReceivedTimestamp"] < BEGUN:
        return False
    if place.get("resource") == "environments":
        return place.get("name") == ENVIRONMENT
    if event["responseStatus"]["code"] >= 300:
        return False
    # A namespace's own name is in both places, or in the body alone while it is created.
    return place.get("namespace") == NAMESPACE or place.get("resource") == "namespaces"


def strike():
    try:
        os.remove(f"{STATE}/keeper")
        with open(f"{STATE}/pid", encoding="utf-8") as file:
            os.kill(int(file.read()), signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        pass


def main():
    end = time.monotonic() + float(SECONDS)
    spared = int(SPARED)
    rest = ""
    with open(LOG, encoding="utf-8") as log:
        log.seek(int(OFFSET))
        while time.monotonic() < end:
            rest += log.readline()
            if not rest.endswith("\n"):
                time.sleep(0.0005)
                continue
            line, rest = rest, ""
            if not is_meant(line):
                continue
            if spared == 0:
                strike()
                return 0
            spared -= 1
    return 1


sys.exit(main())
