#!/usr/bin/env python3
"""Runs one job of a workflow as its CI system would: its variables, its files, its shells, its rules of failure.

  run.py github WORKFLOW JOB EVENT.json DIRECTORY
  run.py gitlab PIPELINE JOB DIRECTORY

Of GitHub's expressions it knows what examples/ci uses, and fails at any other. Exits as the job does.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile

import yaml

ACTION = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../action.yml")


def read(path):
    with open(path) as file:
        return yaml.load(file, yaml.BaseLoader)


def assignments(path):
    """KEY=value lines, as GitHub reads GITHUB_ENV and GITHUB_OUTPUT; a line without = is an error there too."""
    pairs = {}
    with open(path) as file:
        for line in file.read().splitlines():
            if "=" not in line:
                sys.exit(f"invalid line in {os.path.basename(path)}: {line!r}")
            key, value = line.split("=", 1)
            pairs[key] = value
    return pairs


class Cancelled:
    """What a runner does with a job that is cancelled: the step's shell gets the signal, and a while to end."""

    process = None

    @classmethod
    def pass_on(cls, number, _):
        if cls.process:
            os.killpg(cls.process.pid, number)


def run(command, variables, directory):
    Cancelled.process = subprocess.Popen(command, env=variables, cwd=directory, start_new_session=True)
    code = Cancelled.process.wait()
    Cancelled.process = None
    return code if code >= 0 else 128 - code


class GitHub:
    def __init__(self, workflow, job, event, directory):
        self.workflow, self.directory, self.event = read(workflow), directory, json.load(open(event))
        self.job = self.workflow["jobs"][job]
        self.scratch = tempfile.mkdtemp(prefix="runner")
        request = self.event["pull_request"]
        self.context = {"github.workspace": directory, "github.event.action": self.event["action"],
                        "github.event.pull_request.number": str(request["number"])}
        self.variables = dict(os.environ)
        self.variables.update(
            GITHUB_ACTIONS="true", CI="true", GITHUB_REPOSITORY=request["base"]["repo"]["full_name"],
            GITHUB_SERVER_URL="https://github.com", GITHUB_EVENT_PATH=os.path.abspath(event),
            GITHUB_EVENT_NAME="pull_request", GITHUB_HEAD_REF=request["head"]["ref"],
            GITHUB_REF=f"refs/pull/{request['number']}/merge", GITHUB_SHA=request["head"]["sha"],
            GITHUB_WORKSPACE=directory, RUNNER_TEMP=os.path.join(self.scratch, "temp"))
        os.mkdir(self.variables["RUNNER_TEMP"])
        self.summaries = os.environ.get("SUMMARY", os.path.join(self.scratch, "summary"))

    def value(self, expression, more):
        known = {**self.context, **more}
        if expression not in known:
            sys.exit(f"unknown expression {expression!r}")
        return known[expression]

    def fill(self, text, more=None):
        return re.sub(r"\$\{\{\s*([\w.-]+)\s*\}\}", lambda found: self.value(found[1], more or {}), text)

    def holds(self, condition):
        if not condition:
            return True
        found = re.fullmatch(r"([\w.]+) (!=|==) '(\w+)'", condition)
        if not found:
            sys.exit(f"unknown condition {condition!r}")
        return (self.value(found[1], {}) == found[3]) == (found[2] == "==")

    def script(self, step, more):
        """One script, with files of its own; what it wrote into them is known to the steps that follow."""
        files = {}
        for name in ("GITHUB_ENV", "GITHUB_OUTPUT"):
            files[name] = tempfile.mkstemp(dir=self.scratch)[1]
        own = {key: self.fill(value, more) for key, value in step.get("env", {}).items()}
        path = tempfile.mkstemp(dir=self.scratch)[1]
        with open(path, "w") as file:
            file.write(self.fill(step["run"], more))
        # With 'shell: bash' a pipeline fails where a part of it does, without it alone at its end.
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"] if step.get("shell") == "bash" else ["bash", "-e"]
        variables = {**self.variables, **files, "GITHUB_STEP_SUMMARY": self.summaries, **own}
        code = run([*shell, path], variables, self.directory)
        self.variables.update(assignments(files["GITHUB_ENV"]))
        return code, assignments(files["GITHUB_OUTPUT"])

    def action(self, step):
        action = read(ACTION)
        inputs = {name: entry.get("default", "") for name, entry in action["inputs"].items()}
        for name, value in step.get("with", {}).items():
            if name not in inputs:
                sys.exit(f"unexpected input {name!r}")
            inputs[name] = self.fill(value)
        more = {f"inputs.{name}": value for name, value in inputs.items()}
        for inner in action["runs"]["steps"]:
            code, outputs = self.script(inner, more)
            if code:
                return code, {}
            more.update({f"steps.{inner['id']}.outputs.{name}": value for name, value in outputs.items()})
        return 0, {name: self.fill(entry["value"], more) for name, entry in action["outputs"].items()
                   if re.search(r"[\w.-]+(?=\s*\}\})", entry["value"])[0] in more}

    def run(self):
        if not self.holds(self.job.get("if")):
            return 0
        for key, value in {**self.workflow.get("env", {}), **self.job.get("env", {})}.items():
            self.variables[key] = self.fill(value)
        for step in self.job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                continue
            code, outputs = self.action(step) if "uses" in step else self.script(step, {})
            if code:
                return code
            for name, value in outputs.items():
                self.context[f"steps.{step.get('id')}.outputs.{name}"] = value
        return 0


def gitlab(pipeline, name, directory):
    job = read(pipeline)[name]
    variables = {**os.environ, "GITLAB_CI": "true", "CI": "true", "CI_PROJECT_DIR": directory}
    variables.update(job.get("variables", {}))
    # GitLab's runner ends at the first line that fails.
    code = run(["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])], variables, directory)
    report = job.get("artifacts", {}).get("reports", {}).get("dotenv")
    if code == 0 and report:
        with open(os.path.join(directory, report)) as file:
            for line in file.read().splitlines():
                if not re.fullmatch(r"[A-Za-z0-9_]+=[^'\"]*", line):
                    sys.exit(f"GitLab takes no such line in a dotenv report: {line!r}")
    return code


for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, Cancelled.pass_on)
sys.exit(GitHub(*sys.argv[2:]).run() if sys.argv[1] == "github" else gitlab(*sys.argv[2:]))
