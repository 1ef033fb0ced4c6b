"""Programs run as people run them: in front of a terminal, and off it."""
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time

LIMIT = 60
# What of this machine's own would be seen in a run.
PRIVATE = ("NO_COLOR", "KUBECONFIG", "ENVFACTORY_KUBECONFIG", "ENVFACTORY_CONTEXT", "ENVFACTORY_NAMESPACE",
           "ENVFACTORY_ID_TOKEN", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "ZDOTDIR")
# What says that this is a run of a CI system, which it may well be.
PIPELINES = ("CI", "GITHUB_", "GITLAB_", "GITEA_", "FORGEJO_", "RUNNER_", "ACTIONS_")


def surroundings(**variables):
    """The variables of a run: this machine's without what is somebody's own; None takes one away."""
    kept = {name: value for name, value in os.environ.items()
            if name not in PRIVATE and not name.startswith(PIPELINES)}
    kept |= {"TERM": "xterm-256color", **variables}
    return {name: value for name, value in kept.items() if value is not None}


class Run:
    """A run of a program: `out` and `err` are what it says; on a terminal, which shows both, `out` is all of it."""

    def __init__(self, command, environment, size=None, directory=None, stdin=None, stdout=None):
        self.began = time.monotonic()
        self.code = None
        if size:
            self.program = OnTerminal(command, environment, size, directory)
        else:
            self.program = OffTerminal(command, environment, directory, stdin, stdout)
        # By name, what is read and what was.
        self.readers = self.program.readers
        self.open = list(self.readers.values())
        self.said = {reader: b"" for reader in self.open}

    def text_of(self, name):
        return self.said.get(self.readers.get(name), b"").decode(errors="replace")

    @property
    def out(self):
        return self.text_of("out")

    @property
    def err(self):
        return self.text_of("err")

    @property
    def text(self):
        return self.out + self.err

    @property
    def is_over(self):
        return self.program.poll() is not None

    def read(self, seconds):
        """Takes what comes; False once nothing will come any more."""
        ready, _, _ = select.select(self.open, [], [], seconds)
        for reader in ready:
            try:
                piece = os.read(reader, 65536)
            except OSError:
                piece = b""
            if piece:
                self.said[reader] += piece
            else:
                self.open.remove(reader)
        return bool(self.open)

    def until(self, pattern, limit=LIMIT):
        """Waits until it has said that; False where it ends or the time is over before."""
        end = time.monotonic() + limit
        while not re.search(pattern, self.text) and time.monotonic() < end:
            if not self.read(0.02) or self.is_over:
                break
        return bool(re.search(pattern, self.text)) and not self.is_over

    def listen(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.read(0.02):
            pass

    def end(self, limit=LIMIT):
        """Waits for the end; returns the exit code, None where it had to be killed."""
        end = time.monotonic() + limit
        while not self.is_over and time.monotonic() < end:
            self.read(0.02) or time.sleep(0.01)
        is_late = not self.is_over
        if is_late:
            self.program.kill()
        self.took = time.monotonic() - self.began
        # What was said last may still be on its way; a program that was left behind may hold the pipe for long.
        while self.open and select.select(self.open, [], [], 0.03)[0] and self.read(0):
            pass
        self.code = None if is_late else self.program.wait()
        return self.code

    def send(self, name):
        self.program.send(getattr(signal, name))

    def press(self, byte):
        """A key of the terminal's."""
        os.write(self.readers["out"], byte)

    @property
    def modes_are_as_before(self):
        return self.program.modes_are_as_before

    @property
    def left(self):
        """The processes that are left of its session."""
        command = ["ps", "-s", str(self.program.session), "-o", "pid=,args="]
        found = subprocess.run(command, capture_output=True, text=True)
        return [line for line in found.stdout.splitlines() if line.split()[0] != str(self.program.holder)]

    def close(self):
        self.program.close()
        for reader in self.readers.values():
            os.close(reader)


class OffTerminal:
    """With a pipe for each stream, as programs and CI systems run it; output may go into a file."""

    def __init__(self, command, environment, directory, stdin, stdout):
        self.process = subprocess.Popen(
            command, env=environment, cwd=directory, start_new_session=True,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=stdout or subprocess.PIPE, stderr=subprocess.PIPE)
        if stdin is not None:
            self.process.stdin.write(stdin)
            self.process.stdin.close()
        self.session, self.holder = self.process.pid, None
        self.readers = {}
        for name, stream in (("out", self.process.stdout), ("err", self.process.stderr)):
            if stream:
                self.readers[name] = os.dup(stream.fileno())
                stream.close()
        self.modes_are_as_before = True

    def poll(self):
        return self.process.poll()

    def wait(self):
        return self.process.wait()

    def send(self, number):
        self.process.send_signal(number)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self):
        pass


class OnTerminal:
    """In front of a terminal of its own, as a shell's job: what is typed becomes the signals that it means.

    Whoever leads the session stays until it was looked at: with its leader a terminal loses its modes.
    """

    def __init__(self, command, environment, size, directory):
        master, self.terminal = os.openpty()
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.modes = termios.tcgetattr(self.terminal)
        told, self.teller = os.pipe()
        self.waiter, hold = os.pipe()
        self.session = os.fork()
        if self.session == 0:
            os.close(told)
            os.close(hold)
            os.close(master)
            try:
                self.lead(command, environment, directory)
            finally:
                os._exit(1)
        os.close(self.teller)
        os.close(self.waiter)
        self.holder, self.told, self.hold, self.readers = self.session, told, hold, {"out": master}
        self.heard = b""
        self.code = None
        while b"\n" not in self.heard:
            self.hear()
        self.process = int(self.heard.split(b"\n")[0])

    def lead(self, command, environment, directory):
        os.setsid()
        fcntl.ioctl(self.terminal, termios.TIOCSCTTY, 0)
        for number in (signal.SIGTTOU, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        process = os.fork()
        if process == 0:
            try:
                os.setpgid(0, 0)
                os.tcsetpgrp(self.terminal, os.getpid())
                # Python itself ignores the last one.
                for number in (signal.SIGTTOU, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
                    signal.signal(number, signal.SIG_DFL)
                for stream in (0, 1, 2):
                    os.dup2(self.terminal, stream)
                os.closerange(3, 256)
                os.chdir(directory or ".")
                os.execvpe(command[0], command, environment)
            finally:
                os._exit(127)
        os.write(self.teller, f"{process}\n".encode())
        _, status = os.waitpid(process, 0)
        # As a shell takes its terminal back.
        os.tcsetpgrp(self.terminal, os.getpgrp())
        os.write(self.teller, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os.read(self.waiter, 1)
        os._exit(0)

    def hear(self):
        piece = os.read(self.told, 100)
        if not piece:
            raise SystemExit("no program could be started on a terminal")
        self.heard += piece

    def poll(self):
        if self.code is None:
            if select.select([self.told], [], [], 0)[0]:
                self.hear()
            lines = self.heard.split(b"\n")
            self.code = int(lines[1]) if len(lines) > 2 else None
        return self.code

    def wait(self):
        while self.poll() is None:
            select.select([self.told], [], [])
        return self.code

    def send(self, number):
        if self.poll() is None:
            os.kill(self.process, number)

    def kill(self):
        if self.poll() is None:
            os.killpg(self.process, signal.SIGKILL)
        self.wait()

    @property
    def modes_are_as_before(self):
        return termios.tcgetattr(self.terminal) == self.modes

    def close(self):
        os.close(self.hold)
        os.waitpid(self.session, 0)
        os.close(self.told)
        os.close(self.terminal)
