"""Writes Dokka's configurations for the API reference: one for each published module, and one for the site of all.

Usage: reference_helper.py modules                            prints the folders of the modules that have an API
       reference_helper.py configure WORK SITE DOKKA          writes WORK/*.json; prints what of DOKKA, the class path
                                                              of Dokka, is for its JVM, then the files in order

A module's own class path is in its target/reference.classpath.
"""

import json
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# In the order in which a reader meets them.
SOURCES = ("src/main/kotlin", "src/main/java", "src/generated/java")
# Of Dokka's class path: what makes one site of several modules, and what Dokka itself needs. The rest are its plugins.
OF_THE_SITE = ("all-modules-page-plugin", "templating-plugin")
OF_DOKKA = ("dokka-core", "kotlin-", "kotlinx-coroutines", "annotations", "jackson-", "woodstox-", "stax2-")
VISIBLE = ["PUBLIC", "PROTECTED"]
INTERNAL = {
    "matchingRegex": r"io\.github\.phoenixkt\.(internal|rows|spark\.(options|read|write))",
    "suppress": True,
    "includeNonPublic": False,
    "reportUndocumented": False,
    "skipDeprecated": False,
    "documentedVisibilities": VISIBLE,
}


def text(pom, tag):
    without_parent = re.sub(r"<parent>.*?</parent>", "", pom, flags=re.DOTALL)
    found = re.search(rf"<{tag}>([^<]*)</{tag}>", without_parent)
    return found.group(1).strip() if found else ""


class Module:
    def __init__(self, folder):
        self.folder = ROOT / folder
        self.pom = (self.folder / "pom.xml").read_text()
        self.artifact = text(self.pom, "artifactId")
        self.roots = [self.folder / source for source in SOURCES if (self.folder / source).is_dir()]

    @property
    def has_api(self):
        """Not where there is only a page on the package, to say that the module is for its dependencies."""
        files = (file for root in self.roots for file in root.rglob("*") if file.suffix in (".kt", ".java"))
        return "<maven.deploy.skip>true" not in self.pom and any(f.name != "package-info.java" for f in files)

    def description(self, work):
        """A page for Dokka that says what the module is for, and what its packages are."""
        page = work / f"{self.artifact}.md"
        packages = self.folder / "packages.md"
        page.write_text(
            f"# Module {self.artifact}\n\n{text(self.pom, 'description')}\n\n"
            + (packages.read_text() if packages.is_file() else "")
        )
        return page

    def configuration(self, work, plugins):
        class_path = (self.folder / "target/reference.classpath").read_text().split(os.pathsep)
        return {
            "moduleName": self.artifact,
            "outputDir": str(work / self.artifact),
            "offlineMode": True,
            "finalizeCoroutines": False,
            "delayTemplateSubstitution": True,
            "pluginsClasspath": plugins,
            "sourceSets": [
                {
                    "sourceSetID": {"scopeId": self.artifact, "sourceSetName": "main"},
                    "displayName": "JVM",
                    "analysisPlatform": "jvm",
                    "jdkVersion": 17,
                    "languageVersion": "2.2",
                    "sourceRoots": [str(root) for root in self.roots],
                    "classpath": class_path,
                    "includes": [str(self.description(work))],
                    "documentedVisibilities": VISIBLE,
                    "reportUndocumented": True,
                    "perPackageOptions": [INTERNAL],
                    "noJdkLink": True,
                    "noStdlibLink": True,
                }
            ],
        }


def modules():
    pom = (ROOT / "pom.xml").read_text()
    return [m for m in map(Module, re.findall(r"^    <module>([^<]+)</module>", pom, re.MULTILINE)) if m.has_api]


def site(work, folder, plugins):
    version = text((ROOT / "pom.xml").read_text(), "version")
    return {
        "moduleName": "phoenix-kt",
        "moduleVersion": version,
        "outputDir": folder,
        "offlineMode": True,
        "finalizeCoroutines": False,
        "pluginsClasspath": plugins,
        "modules": [
            {
                "name": module.artifact,
                "relativePathToOutputDirectory": module.artifact,
                "includes": [str(work / f"{module.artifact}.md")],
                "sourceOutputDirectory": str(work / module.artifact),
            }
            for module in modules()
        ],
    }


def configure(work, folder, class_path):
    page = (ROOT / "docs/api-reference.md").read_text()
    unnamed = [m.artifact for m in modules() if f"`{m.artifact}`" not in page]
    if unnamed:
        sys.exit(f"docs/api-reference.md does not name {', '.join(unnamed)}")
    jars = class_path.split(os.pathsep)
    of_site = [jar for jar in jars if pathlib.Path(jar).name.startswith(OF_THE_SITE)]
    own = [jar for jar in jars if pathlib.Path(jar).name.startswith(OF_DOKKA)]
    plugins = [jar for jar in jars if jar not in of_site + own]
    print(os.pathsep.join(own))
    configurations = [(m.artifact, m.configuration(work, plugins)) for m in modules()]
    configurations.append(("site", site(work, folder, plugins + of_site)))
    for name, configuration in configurations:
        file = work / f"{name}.json"
        file.write_text(json.dumps(configuration, indent=2))
        print(file)


if __name__ == "__main__":
    if sys.argv[1] == "modules":
        print(",".join(module.folder.name for module in modules()))
    else:
        configure(pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4])
