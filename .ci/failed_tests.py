"""Prints a line "module class" for each test class with a failure in the Surefire reports of all modules."""

import pathlib
import xml.etree.ElementTree as ElementTree

for file in sorted(pathlib.Path().glob("*/target/surefire-reports/TEST-*.xml")):
    suite = ElementTree.parse(file).getroot()
    if any(case.find("failure") is not None or case.find("error") is not None for case in suite.iter("testcase")):
        print(file.parts[0], file.stem.removeprefix("TEST-"))
