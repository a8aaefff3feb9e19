"""Fails when a tracked file names a package registry's host or a path of one machine."""

import pathlib
import re
import subprocess
import sys

RULES = {
    # Which mirror a build uses is for the settings of the machine.
    "host of a package registry": re.compile(
        r"\brepo\d*\.maven\.|\b(pypi|pythonhosted|npmjs|crates|sonatype|mvnrepository|gradle)\.(org|com|io)\b"
        r"|\b(proxy|sum)\.golang\b|\bdeb\.debian\b"
    ),
    "path of one machine": re.compile(r"(?<![\w.$}/-])/(work|root)/"),
}


def tracked_files():
    names = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    # This file spells out what it looks for.
    return (pathlib.Path(name) for name in names.split("\0") if name and name != ".ci/house_rules.py")


def problems(file):
    try:
        text = file.read_text()
    except (UnicodeDecodeError, FileNotFoundError):
        return
    for number, line in enumerate(text.splitlines(), 1):
        for rule, pattern in RULES.items():
            if pattern.search(line):
                yield f"{file}:{number}: {rule}: {line.strip()[:120]}"


def main():
    found = [problem for file in tracked_files() for problem in problems(file)]
    print("\n".join(found) or "nothing found")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
