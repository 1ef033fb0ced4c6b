"""What every command says, off a terminal and on one."""
import json
import re
import shlex

from terminal.checks import check
from terminal.commands import COMMANDS, ELSEWHERE
from terminal.run import Run
from terminal.servers import Nobody, Server
from terminal.stage import FILES
from terminal.transcripts import Normaliser, Transcript

# Wide enough for every message, however long its neighbours are.
WIDTH = 400


def run(stage):
    servers = {"model": Server("model"), "charts": stage.chart_repository(f"{FILES}/web"), "nobody": Nobody()}
    addresses = {name: f"http://127.0.0.1:{server.port}" for name, server in servers.items()}
    try:
        for name, commands in COMMANDS.items():
            print(name)
            commands = [(entry, {}) if isinstance(entry, str) else entry for entry in commands]
            off, on = (all_said(stage, commands, addresses, width) for width in (None, WIDTH))
            transcript = Transcript(name, Normaliser(stage.places))
            for (line, how), first, second in zip(commands, off, on):
                if "-o json" in line:
                    check(f"envfactory {line}: it is JSON alone", is_json(first.out), first.out)
                transcript.take(title(line, how), first, second, how.get("first"))
            transcript.compare()
    finally:
        for server in servers.values():
            server.close()
    usage(stage)


def all_said(stage, commands, addresses, width):
    stage.fresh_folder()
    return [said(stage, line, how, addresses, width) for line, how in commands]


def said(stage, line, how, addresses, width):
    line = line.format(**addresses)
    words = ["envfactory", *shlex.split(line)]
    size = (how.get("width", width), 50) if width else None
    if size and "stdin" in how:
        words = ["sh", "-c", f'printf %s "$0" | envfactory {line}', how["stdin"].decode()]
    variables = {name: value.format(**addresses) for name, value in how.get("variables", {}).items()}
    run = Run(words, stage.variables | variables, size=size, directory=stage.folder,
              stdin=None if size else how.get("stdin"))
    run.end()
    check(f"envfactory {line}: nothing is left of it", not run.left and run.modes_are_as_before, run.left)
    run.close()
    return run


def is_json(text):
    try:
        json.loads(text)
        return True
    except ValueError:
        return False


def title(line, how):
    before = "".join(f"{name}={value} " for name, value in how.get("variables", {}).items())
    given = how["stdin"].decode() if "stdin" in how else None
    first = given.strip().split("\n")[0] if given is not None else ""
    narrow = f"    (on a terminal of {how['width']} columns)" if "width" in how else ""
    return f"{before}envfactory {line}".rstrip() + (f" <<< {shlex.quote(first)}" if given is not None else "") + narrow


def usage(stage):
    """Every command of the help is among those above, and refuses an option that it does not know."""
    listed = Run(["envfactory", "help"], stage.variables)
    listed.end()
    listed.close()
    names = re.findall(r"(?m)^  ([a-z]+(?: [a-z]+)?)  +[A-Z]", listed.out.split("Commands:")[1])
    lines = [entry if isinstance(entry, str) else entry[0] for entries in COMMANDS.values() for entry in entries]
    for name in names:
        told = name in ELSEWHERE or any(line == name or line.startswith(name + " ") for line in lines)
        check(f"{name} is among the commands that are run here", told)
        wrong = Run(["envfactory", *name.split(), "--no-such-option"], stage.variables)
        wrong.end()
        wrong.close()
        # What else is missing is told in the same breath.
        expected = (r"error: there is no option --no-such-option here: remove it\n(  - .* is missing.*\n)*"
                    rf"hint: see 'envfactory help {name}'\n")
        holds = wrong.code == 2 and not wrong.out and re.fullmatch(expected, wrong.err)
        check(f"{name} refuses an option that there is not", holds, f"[{wrong.code}]\n{wrong.text}")
