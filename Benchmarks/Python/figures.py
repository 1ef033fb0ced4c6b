"""Figures as `make bench` prints them, also appended to .build/bench.jsonl."""

import json
import os
import resource
import statistics
import subprocess
import time

ONLY = os.environ.get("ONLY", "")


def wanted(name):
    """Whether ONLY asks for a figure, or for one of the family that a name begins."""
    return name.startswith(ONLY) or ONLY.startswith(name)


def rounded(value):
    """Four digits at most where there is a fraction: no run is more exact."""
    return float(f"{value:.4g}") if abs(value) < 1000 else float(round(value, 1))


def figure(name, value, unit, peer=None, peer_value=None, larger_is_better=False, note=None):
    if not name.startswith(ONLY):
        return
    record = {"name": name, "value": rounded(value), "unit": unit}
    line = f"{name:<28}{rounded(value):>8g} {unit:<6}"
    if peer and value > 0 and peer_value > 0:
        ratio = value / peer_value if larger_is_better else peer_value / value
        record.update(ratio=rounded(ratio), peer=peer, peer_value=rounded(peer_value))
        line += f"{float(f'{ratio:.3g}'):>5g} × {peer}"
    if note:
        record["note"] = note
        line += f"  ({note})"
    keep(record, line)


def missing(name, note):
    """A figure that could not be taken says why."""
    if name.startswith(ONLY):
        keep({"name": name, "note": note}, f"{name:<28}       -   {note}")


def taken(names, body, *arguments):
    """Takes figures; where that fails, says why instead."""
    try:
        body(*arguments)
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        for name in names:
            missing(name, str(error))


def keep(record, line):
    print(line, flush=True)
    with open(".build/bench.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")


def percentile(values, fraction):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


def alternating(rounds, *commands):
    """The median seconds of each command and those of its processor, in turns, after a round that does not count."""
    times = [[] for _ in commands]
    for turn in range(rounds + 1):
        for command, taken in zip(commands, times):
            began, before = time.monotonic(), processor()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            if turn:
                taken.append((time.monotonic() - began, processor() - before))
    return [[statistics.median(column) for column in zip(*taken)] for taken in times]


def processor():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
