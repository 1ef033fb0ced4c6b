"""The figures of the program itself: its size, and its start.

Usage: program.py ENVFACTORY
"""

import os
import sys

from figures import alternating, figure, wanted


def main():
    program = sys.argv[1]
    if wanted("binary.size"):
        figure("binary.size", os.path.getsize(program) / 1e6, "MB")
    if wanted("cli.version"):
        ((seconds, own),) = alternating(31, [program, "version", "--client"])
        figure("cli.version", seconds, "s", note=f"{own:.4f} of the processor's")


main()
