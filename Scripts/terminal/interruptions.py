"""Commands that are interrupted, by the key of a terminal and by a signal off it, wherever they are just then."""
import json
import os
import re
import time

from terminal.checks import check
from terminal.screen import expect_sane, final
from terminal.servers import Server, Silent

SIZE = (100, 24)
INTERRUPT = b"\x03"
# How soon a command has to be over.
PATIENCE = 5
MODEL = ["--model", "gemma", "--host", "10.9.9.9:8080"]


def run(stage):
    for part in (unanswered, waiting, at_work, reading, twice, full):
        print(part.__doc__.rstrip("."))
        part(stage)


def interrupted(stage, words, reached, code=130, says="error: interrupted", terminals=(True, False), **how):
    """Runs a command until it has come so far, on a terminal and off it, and interrupts it."""
    for on_terminal in terminals:
        title = f"{words}, by {'Ctrl-C' if on_terminal else 'SIGTERM'}"
        run = stage.run(*words.split(), size=SIZE if on_terminal else None, **how)
        is_there = reached(run)
        # A process that does not come so far is told of by how it ends.
        check(f"{title}: it comes so far", is_there and not run.is_over, run.text)
        began = time.monotonic()
        run.press(INTERRUPT) if on_terminal else run.send("SIGTERM")
        ended = run.end(limit=PATIENCE)
        check(f"{title}: it ends within {PATIENCE} s", ended is not None, run.text)
        wanted = code if isinstance(code, int) else code[on_terminal]
        took = time.monotonic() - began
        check(f"{title}: exit code {wanted} ({took:.1f} s)", ended == wanted, f"{ended}\n{run.text}")
        expect_left_well(stage, title, run, on_terminal)
        # A terminal shows the key as well.
        said = final(run.text).replace("^C", "") if on_terminal else run.text
        check(f"{title}: it says how it stands", re.search(says, said), run.text)
        run.close()


def expect_left_well(stage, title, run, on_terminal):
    if on_terminal:
        # A program that says nothing at its end leaves the terminal's own echo of the key alone in the line.
        expect_sane(title, re.sub(r"\^C$", "\n", run.text))
        check(f"{title}: the terminal's modes are as before", run.modes_are_as_before)
    else:
        check(f"{title}: no half line and no escape sequence",
              all(text.endswith("\n") or not text for text in (run.out, run.err)) and "\x1b" not in run.text, run.text)
    check(f"{title}: no process is left", not run.left, run.left)
    check(f"{title}: no file is left", not os.listdir(stage.temporary), os.listdir(stage.temporary))


def says(pattern):
    return lambda run: run.until(pattern)


def after(seconds):
    """Where nothing is said that could be waited for."""
    return lambda run: run.listen(seconds) or True


# MARK: - Stages


def unanswered(stage):
    """A server that takes the connection and says nothing."""
    silent = Silent()
    kubeconfig = f"{stage.scratch}/silent.kubeconfig"
    with open(stage.kubeconfig) as file, open(kubeconfig, "w") as other:
        other.write(re.sub(r"https://127\.0\.0\.1:\d+", f"https://127.0.0.1:{silent.port}", file.read()))
    for words in ("up --name i --class sandbox", "create i --class sandbox --wait", "connect i", "connect i -- true",
                  "wait i", f"inference create i {' '.join(MODEL)} --wait", "inference wait i", "logs -f i",
                  "delete i --wait", "down --name i", "list", "doctor"):
        interrupted(stage, words, lambda run: silent.is_asked(), variables={"KUBECONFIG": kubeconfig},
                    says="^error: interrupted( while .* was being created: it may be there all the same)?\n"
                         "(hint: .*\n)*$")
    # The operator ends as it does when nobody has a use for it any more.
    interrupted(stage, "operator --health-address 127.0.0.1:0", says("filling caches"), code=0, says='"stopped"',
                variables={"KUBECONFIG": kubeconfig})
    silent.close()


def waiting(stage):
    """An environment that is not ready, since the operator is paused."""
    stage.envfactory("create", "old", "--class", "sandbox", "--wait")
    stage.envfactory("pause")
    begun = says("waiting for|i-o")
    for name, kind in (("i-t", True), ("i-o", False)):
        one = (kind,)
        interrupted(
            stage, f"create {name} --class sandbox --wait", begun, terminals=one,
            says=f"environment.envfactory.dev/{name}\n(.*\n)*error: interrupted before environment {name} was ready: "
                 f"it goes on without you\nhint: 'envfactory wait {name}' waits for it again\n"
                 f"hint: 'envfactory delete {name}' takes it away\n$")
        interrupted(
            stage, f"up --name up-{name} --class sandbox", begun, terminals=one,
            says=f"environment up-{name} created in namespace team-payments\n(.*\n)*error: interrupted before "
                 f"environment up-{name} was ready: it goes on without you\n"
                 "hint: the same 'envfactory up' goes on with it, 'envfactory down' takes it away\n$")
        interrupted(
            stage, f"inference create {name} {' '.join(MODEL)} --wait", begun, terminals=one,
            says=f"inferenceendpoint.envfactory.dev/{name}\n(.*\n)*error: interrupted before .*\n"
                 f"hint: 'envfactory inference wait {name}' waits for it again\n"
                 f"hint: 'envfactory inference delete {name}' takes it away\n$")
    still = "hint: 'envfactory wait i-t' waits for it again\n$"
    for words in ("wait i-t", "connect i-t --wait", "connect i-t --wait -- true", "kubeconfig i-t --wait"):
        interrupted(stage, words, after(0.5), says=still)
    interrupted(stage, "inference wait i-t", after(0.5), says="'envfactory inference wait i-t'")
    interrupted(stage, "delete old --wait", after(0.5),
                says="interrupted before environment old was gone.*\nhint: 'envfactory wait old --for gone' waits")
    stage.envfactory("unpause")
    # What was said is true: each goes on by itself, and is taken up, and goes.
    for words in ("wait i-t", "up --name up-i-t --class sandbox", "wait old --for gone", "down --name up-i-t",
                  "down --name up-i-o", "delete i-t", "delete i-o", "inference delete i-t i-o"):
        run = stage.run(*words.split())
        check(f"then envfactory {words} does as it was said", run.end() == 0, run.text)
        run.close()


def full(stage):
    """A class that has no room."""
    # Those that are there stay, and so do these: more than thirty that end within a minute would pull the brake.
    there = [item for item in json.loads(stage.envfactory("list", "-o", "json"))["items"]
             if item["spec"]["environmentClassName"] == "sandbox" and "deletionTimestamp" not in item["metadata"]]
    names = [f"full-{number}" for number in range(10 - len(there))]
    for name in names:
        stage.envfactory("create", name, "--class", "sandbox", "-q")
    for name in names:
        stage.envfactory("wait", name, "-q")
    for words, name in (("up --name i-f --class sandbox", "i-f"), ("create i-g --class sandbox --wait", "i-g")):
        interrupted(stage, words, says("has 10 of 10 environments"), terminals=(True,),
                    says=f"error: interrupted before environment {name} was ready: it goes on without you\n")
    run = stage.run(*"up --name i-f --timeout 2s".split())
    late = (r"(?m)^error: environment i-f is not ready after 2s: Accepted is False \(LimitReached\): namespace "
            "team-payments has 10 of 10 environments of class sandbox: ready ends first, at")
    is_told = run.end() == 8 and re.search(late, run.err)
    check("without room the time runs out, and it says who goes first", is_told, run.text)
    run.close()


def at_work(stage):
    """An environment that is ready: a command in it, a forwarded port, a log, an answer."""
    front, model = Server("front", stage.kubeconfig), Server("model")
    stage.envfactory("create", "ready", "--class", "sandbox", "--wait")
    shown = f"{stage.scratch}/front.kubeconfig"
    with open(shown, "w") as file:
        file.write(FRONT % front.port)
    # Ctrl-C is the program's own, and ends it as it ends everywhere.
    for name in ("ready", "pr-43"):
        interrupted(stage, f"connect {name} -- sh {stage.folder}/work.sh", says("at work"), says="at work\n$",
                    code={True: 130, False: 143})
    shell(stage)
    interrupted(stage, "logs -f pr-43", says("it goes on"), variables={"KUBECONFIG": shown},
                says="it goes on\nerror: interrupted\n$")
    interrupted(stage, "events ready --watch", says("is ready"), says="is ready.\nerror: interrupted\n$")
    # Nobody can say whether it was made.
    interrupted(stage, "create unheard --class sandbox", after(0.7), variables={"KUBECONFIG": shown},
                terminals=(True,), says="error: interrupted while environment unheard was being created: it may be "
                "there all the same\nhint: 'envfactory get unheard' shows it, 'envfactory delete unheard' takes")
    stage.envfactory("inference", "create", "gemma", *MODEL)
    chat = f"inference chat gemma for ever --url http://127.0.0.1:{model.port}"
    interrupted(stage, chat, says("and so on"), says="and so on *\n+error: interrupted\n$")
    interrupted(stage, "simulate --scenario many --seeds 1000", says("many"), says="error: interrupted\n$")
    stage.envfactory("inference", "delete", "gemma")
    front.close()
    model.close()


def shell(stage):
    """A shell in an environment is not ended by Ctrl-C, which is for what runs in it."""
    title = "connect ready, with a shell"
    run = stage.run("connect", "ready", size=SIZE, variables={"SHELL": "/bin/sh", "PS1": "prompt: ", "ENV": ""})
    check(f"{title}: it asks", run.until("prompt: "), run.text)
    run.press(b"echo half")
    run.press(INTERRUPT)
    run.listen(0.3)
    run.press(b"echo st''ill here\n")
    check(f"{title}: Ctrl-C ends a line alone", run.until(r"still here\r\nprompt: $"), run.text)
    run.press(b"exit 3\n")
    check(f"{title}: it ends as the shell does", run.end(limit=PATIENCE) == 3, f"{run.code}\n{run.text}")
    expect_left_well(stage, title, run, True)
    run.close()


def reading(stage):
    """Standard input, where nobody types."""
    for words in ("create -f -", "diff -f -", "inference chat gemma -", "chart render web -f -"):
        interrupted(stage, words, after(0.5), terminals=(True,), says="^error: interrupted\n$")


def twice(stage):
    """A second time, where the first cannot end it: a pipe that nobody opens."""
    pipe = f"{stage.folder}/pipe"
    os.mkfifo(pipe)
    run = stage.run("create", "-f", pipe, size=SIZE)
    run.listen(0.5)
    run.press(INTERRUPT)
    run.listen(0.3)
    check("it is still there after the first", not run.is_over, run.text)
    run.press(INTERRUPT)
    check("the second ends it at once, with 130", run.end(limit=1) == 130, f"{run.code}\n{run.text}")
    check("the terminal's modes are as before", run.modes_are_as_before)
    run.close()
    os.unlink(pipe)


FRONT = """apiVersion: v1
kind: Config
clusters: [{name: front, cluster: {server: "http://127.0.0.1:%d"}}]
contexts: [{name: front, context: {cluster: front, user: nobody}}]
users: [{name: nobody, user: {}}]
current-context: front
"""
