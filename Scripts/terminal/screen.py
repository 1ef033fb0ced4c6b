"""What a terminal makes of the bytes that it is sent."""
import re

from terminal.checks import check

# Moves, what is cleared, styles: a terminal that was sent no others is as it was before.
KNOWN = r"\x1b\[(\d*A|\d?K|J|\d*(;\d+)*m)|\r"


def expect_sane(title, text):
    """The last thing on a terminal is a whole line, in no style, on the screen where it began."""
    known = re.sub(KNOWN, "", text)
    check(f"{title}: nothing of the terminal is switched", "\x1b" not in known, repr(known[-300:]))
    styles = re.findall(r"\x1b\[([\d;]*)m", text)
    check(f"{title}: every style is ended", not styles or styles[-1] in ("", "0"), styles[-3:])
    check(f"{title}: it ends with a whole line", re.sub(KNOWN, "", text).endswith("\n"), repr(text[-80:]))


def final(text):
    """What stands there at the end, by line: without what was drawn anew, and without styles."""
    lines, row, column = [""], 0, 0
    for move, piece in re.findall(r"(\x1b\[[\d;]*[A-Za-z]|[\r\n])|([^\x1b\r\n]+)", text):
        if piece:
            lines[row] = lines[row][:column].ljust(column) + piece + lines[row][column + len(piece):]
            column += len(piece)
        elif move == "\r":
            column = 0
        elif move == "\n":
            row += 1
            if row == len(lines):
                lines.append("")
        elif move[-1] == "A":
            row = max(row - int(move[2:-1] or 1), 0)
        elif move[-1] == "K":
            lines[row] = "" if move[2:-1] == "2" else lines[row][:column]
        elif move[-1] == "J":
            lines[row + 1:] = []
            lines[row] = lines[row][:column]
    return "\n".join(lines)
