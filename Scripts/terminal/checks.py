"""What holds and what does not, a line for each."""
import sys

passed = 0
failures = []


def check(title, holds, detail=""):
    global passed
    print(f"  {'ok   ' if holds else 'FAIL '} {title}", flush=True)
    if holds:
        passed += 1
        return
    failures.append(title)
    if detail:
        print("        " + str(detail)[-4000:].replace("\n", "\n        "), flush=True)


def finish():
    """Says how it went, and ends the script with an exit code that says it too."""
    print(f"\n{passed} passed, {len(failures)} failed")
    sys.exit(1 if failures else 0)
