"""What commands say as a whole, compared with what is kept in Tests/Terminal and written anew with RENEW=1.

A file is a list of commands. After each follow the lines of standard output, those of standard error behind '2> ', and
the exit code; then the screen of a terminal, where it shows something else than both together. What differs from run
to run stands there under a name in angle brackets.
"""
import difflib
import os
import re

from terminal.checks import check
from terminal.screen import expect_sane, final

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/Terminal")

SPAN = r"(?:\d+[dhms]){1,4}"
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
# What varies, and what stands for it. Spans of time are replaced where they count from now, and nowhere else.
VARYING = [
    # YAML writes one in quotes that would be read as a number.
    (r"(?<!\")\"?\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b\"?", "<uid>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC", "<time>"),
    (rf"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ({MONTHS}) +\d+ \d\d:\d\d:\d\d \d{{4}}", "<time>"),
    (r"\b(env|inf)-([a-z0-9-]+)-[0-9a-f]{8}\b", r"\1-\2-<hash>"),
    # By the path of the checkout.
    (r"(payments-fix-rounding)-[0-9a-f]{8}\b", r"\1-<hash>"),
    (r"(127\.0\.0\.1|localhost):\d+", r"\1:<port>"),
    (r"\b(resourceVersion: |\"resourceVersion\": )\"\d+\"", r'\1"<version>"'),
    (r"simulated\.[0-9a-f]{64}", "<token>"),
    (r"[A-Za-z0-9+/]{100,}={0,2}", "<base64>"),
    (r"(envfactory-demo_)[0-9a-f]{16}", r"\1<id>"),
    (r"envfactory-[0-9a-f]{20,}\.kubeconfig", "envfactory-<id>.kubeconfig"),
    (rf"([,;]) in {SPAN}\b", r"\1 in <span>"),
    (rf"\({SPAN} ago\)", "(<span> ago)"),
    (rf"(waiting for .*) \({SPAN}\)", r"\1 (<span>)"),
    (rf"(?m)^{SPAN}\t", "<span>\t"),
]
# Columns of tables of which every cell varies.
COLUMNS = {"AGE": "<age>", "LAST SEEN": "<age>", "EXPIRES-IN": "<span>", "VIRTUAL": "<span>", "SLOWEST": "<span>",
           "REQUESTS": "<n>", "WRITES": "<n>", "SECONDS": "<n>"}
HEADINGS = re.compile(r" *[A-Z][A-Z-]*(?: [A-Z-]+)*(?: {3,}[A-Z][A-Z-]*(?: [A-Z-]+)*)+…?")


class Normaliser:
    """Replaces what varies; `places` are paths of this run and what they are called."""

    def __init__(self, places):
        self.places = places

    def text(self, text):
        for path, name in self.places:
            text = text.replace(path, name)
        return "\n".join(self.lines(text.split("\n")))

    def lines(self, lines):
        done = []
        while lines:
            if HEADINGS.fullmatch(lines[0]):
                size = next((index for index, line in enumerate(lines) if not line.strip()), len(lines))
                done += self.table(lines[:size])
                lines = lines[size:]
            else:
                done.append(plain(lines[0]))
                lines = lines[1:]
        return done

    def table(self, lines):
        """The same table as wide as its cells are now; a row that does not stand in its columns stays as it is."""
        starts = [found.start() for found in re.finditer(r"(?:(?<=   )|^ *)(?=[A-Z])", lines[0])]
        starts = [start if lines[0][start:start + 1] != " " else len(lines[0]) - len(lines[0].lstrip())
                  for start in starts]
        if any(line[start - 1:start].strip() for line in lines for start in starts if start):
            return [plain(line) for line in lines]
        rows = [[line[start:end].strip() for start, end in zip(starts, starts[1:] + [None])] for line in lines]
        headings = rows[0]
        for row in rows[1:]:
            for index, heading in enumerate(headings):
                varies = heading in COLUMNS and row[index] not in ("", "<none>")
                row[index] = COLUMNS[heading] if varies else plain(row[index])
        widths = [max(len(row[index]) for row in rows) + 3 for index in range(len(headings))]
        return [" " * starts[0] + "".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                for row in rows]


def plain(line):
    for pattern, name in VARYING:
        line = re.sub(pattern, name, line)
    return line


def settled(text):
    """Progress without what may have been too short to be seen: what was waited for in between."""
    return re.sub(rf"(?m)^{SPAN}\twait  .*\n", "", text)


def shown(text, mark):
    if not text:
        return ""
    lines = text.split("\n")
    end = "" if lines[-1] == "" else f"{mark}(no line feed)\n"
    lines = lines[:-1] if lines[-1] == "" else lines
    return "".join(f"{mark}{line}\n" if line else mark.rstrip() + "\n" for line in lines) + end


def visible(text):
    return text.replace("\x1b", "\\e").replace("\x07", "\\a")


class Transcript:
    """The commands of one file, each run off a terminal and then on one."""

    def __init__(self, name, normaliser):
        self.name, self.normaliser = name, normaliser
        self.entries = []

    def take(self, title, off, on, first=None):
        """Adds what a command said off a terminal and on one; of `first` lines where the rest is told elsewhere."""
        check(f"{title}: no escape sequence off a terminal", "\x1b" not in off.text, repr(off.text[-300:]))
        check(f"{title}: the same exit code on a terminal", on.code == off.code, f"{off.code}, {on.code}\n{on.text}")
        if on.text:
            expect_sane(title, on.text)
        out, err = (self.cut(self.normaliser.text(text), first) for text in (off.out, settled(off.err)))
        screen = self.cut(self.normaliser.text(final(on.text)), first)
        entry = f"$ {title}\n{shown(out, '')}{shown(err, '2> ')}[{off.code}]\n"
        if sorted(screen.split("\n")) != sorted((out + err).split("\n")):
            entry += "on a terminal:\n" + shown(visible(screen), "   ")
        self.entries.append((title, entry))

    @staticmethod
    def cut(text, first):
        lines = text.split("\n")
        return text if first is None or len(lines) <= first else "\n".join(lines[:first] + ["<more>", ""])

    def compare(self):
        path = os.path.join(FOLDER, f"{self.name}.txt")
        told = "\n".join(entry for _, entry in self.entries)
        if os.environ.get("RENEW"):
            os.makedirs(FOLDER, exist_ok=True)
            with open(path, "w") as file:
                file.write(told)
            return
        expected = read(path)
        for title, entry in self.entries:
            # The same command may say something else later.
            wanted = expected[f"$ {title}"].pop(0) if expected.get(f"$ {title}") else None
            entry = entry.rstrip("\n")
            lines = [(wanted or "").split("\n"), entry.split("\n")]
            difference = "\n".join(difflib.unified_diff(*lines, "expected", "said", lineterm=""))
            check(f"{title}: as a whole", entry == wanted, difference)
        others = [entry for entries in expected.values() for entry in entries]
        check(f"{self.name}.txt holds nothing else", not others, "\n".join(others))


def read(path):
    """The entries of a file by their first line."""
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        texts = re.split(r"(?m)^(?=\$ )", file.read())
    entries = {}
    for text in filter(None, texts):
        entries.setdefault(text.split("\n", 1)[0], []).append(text.rstrip("\n"))
    return entries
