"""Fails when a test was skipped although the real servers were there, or when no real-server test ran.

Reads the Surefire reports of all modules. A test may be skipped only if .ci/allowed-skips names it, with a reason.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

ALLOWED = pathlib.Path(".ci/allowed-skips")
REAL_SERVER_TEST = re.compile(r"^Real|RealServer|Live")


def allowed_skips():
    allowed = set()
    for line in ALLOWED.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        test, separator, reason = line.partition(" : ")
        if not separator or not reason.strip():
            sys.exit(f"{ALLOWED}: no reason given: {line}")
        allowed.add(test.strip())
    return allowed


def simple_name(case):
    return case.get("classname", "").rsplit(".", 1)[-1]


def main():
    suites = [ElementTree.parse(file).getroot() for file in sorted(pathlib.Path().glob("*/target/surefire-reports/*.xml"))]
    cases = [case for suite in suites for case in suite.iter("testcase")]
    skipped = [f'{case.get("classname")}#{case.get("name")}' for case in cases if case.find("skipped") is not None]
    real = [case for case in cases if case.find("skipped") is None and REAL_SERVER_TEST.search(simple_name(case))]
    allowed = allowed_skips()

    problems = [f"skipped: {test}" for test in skipped if test not in allowed]
    if not real:
        problems.append("no real-server test ran")
    for problem in problems:
        print(problem)
    for test in sorted(allowed - set(skipped)):
        print(f"note: {ALLOWED} names {test}, which was not skipped")
    print(f"{len(real)} tests ran against a real server")

    counts = {key: sum(int(suite.get(key, 0)) for suite in suites) for key in ("tests", "failures", "errors", "skipped")}
    print("Tests run: {tests}, Failures: {failures}, Errors: {errors}, Skipped: {skipped}".format(**counts))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
