"""Damages a made-up release in every way that scripts/release_checks.py is there to notice."""

import json
import pathlib
import re
import sys
import tempfile
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "scripts"))
import release_checks  # noqa: E402

VERSION = "1.0"
HEAD = f"""<modelVersion>4.0.0</modelVersion><groupId>{release_checks.GROUP}</groupId>
<artifactId>%s</artifactId><version>{VERSION}</version>%s"""
FIELDS = """<name>n</name><description>d</description><url>https://example.org/p</url>
<licenses><license><name>Apache-2.0</name><url>https://example.org/l</url></license></licenses>
<developers><developer><name>n</name></developer></developers>
<scm><connection>c</connection><developerConnection>c</developerConnection><url>u</url></scm>"""
PROJECT = '<project xmlns="http://maven.apache.org/POM/4.0.0">%s</project>'


def dependency(artifact, version=VERSION, group=release_checks.GROUP, scope="compile"):
    return f"""<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>
<version>{version}</version><scope>{scope}</scope></dependency>"""


def bom_json(version=VERSION, components=({"name": "ktor", "version": "3.3.3"},)):
    return json.dumps({"metadata": {"component": {"version": version}}, "components": list(components)})


def write_jar(file, content):
    with zipfile.ZipFile(file, "w") as jar:
        for name, data in content.items():
            jar.writestr(name, data)


class Release:
    """Two modules, `phoenix-kt-a` and the BOM, in a checkout and staged."""

    def __init__(self, folder):
        self.source = folder / "source"
        self.staged = folder / "staged"
        group = self.staged / "io/github/phoenix-kt"
        self.module = group / "phoenix-kt-a" / VERSION
        self.bom = group / "phoenix-kt-bom" / VERSION
        for path in (self.source / "a", self.source / "bom", self.source / "samples", self.module, self.bom):
            path.mkdir(parents=True)
        modules = "".join(f"<module>{name}</module>" for name in ("a", "bom", "samples"))
        self.write_pom(self.source / "pom.xml", "phoenix-kt-parent", f"<modules>{modules}</modules>")
        self.write_pom(self.source / "a/pom.xml", "phoenix-kt-a")
        self.write_pom(self.source / "bom/pom.xml", "phoenix-kt-bom", "<packaging>pom</packaging>")
        (self.source / "CHANGELOG.md").write_text(f"# Changelog\n\n## {VERSION} (not released yet)\n")
        skip = "<properties><maven.deploy.skip>true</maven.deploy.skip></properties>"
        self.write_pom(self.source / "samples/pom.xml", "phoenix-kt-samples", skip)
        ktor = dependency("ktor", "3.3.3", "io.ktor")
        self.write_pom(self.pom, "phoenix-kt-a", f"{FIELDS}<dependencies>{ktor}</dependencies>")
        managed = f"<dependencies>{dependency('phoenix-kt-a')}</dependencies>"
        self.write_pom(
            self.bom / f"phoenix-kt-bom-{VERSION}.pom",
            "phoenix-kt-bom",
            f"<packaging>pom</packaging>{FIELDS}<dependencyManagement>{managed}</dependencyManagement>",
        )
        self.jar = self.of_module(".jar")
        self.content = {
            "META-INF/MANIFEST.MF": "Automatic-Module-Name: io.github.phoenixkt.a\n",
            "META-INF/LICENSE": "l",
            "META-INF/NOTICE": "n",
            "io/github/phoenixkt/A.class": "a" * 100,
        }
        write_jar(self.jar, self.content)
        write_jar(self.of_module("-sources.jar"), {"io/github/phoenixkt/A.kt": "a"})
        write_jar(self.of_module("-javadoc.jar"), {"index.html": "a"})
        self.of_module("-cyclonedx.json").write_text(bom_json())
        self.all = self.staged / f"phoenix-kt-{VERSION}-cyclonedx.json"
        self.all.write_text(bom_json())
        for file in [*self.module.iterdir(), *self.bom.iterdir()]:
            for checksum in (".sha1", ".md5"):
                file.with_name(file.name + checksum).write_text("0")

    @staticmethod
    def write_pom(file, artifact, rest=""):
        file.write_text(PROJECT % (HEAD % (artifact, rest)))

    def of_module(self, suffix):
        return self.module / f"phoenix-kt-a-{VERSION}{suffix}"

    @property
    def pom(self):
        return self.of_module(".pom")

    def problems(self):
        return list(release_checks.problems(self.staged, self.source, VERSION))

    def replace(self, old, new, file=None):
        file = file or self.pom
        before = file.read_text()
        assert old in before, old
        file.write_text(before.replace(old, new))

    def add_dependency(self, added):
        self.replace("<dependencies>", "<dependencies>" + added)

    def change_jar(self, suffix=".jar", without=(), **added):
        content = dict(self.content if suffix == ".jar" else {}, **added)
        write_jar(self.of_module(suffix), {k: v for k, v in content.items() if k not in without})


def without_field(path):
    """Removes the innermost element of the path from the POM."""
    tag = path.rpartition("/")[2]
    around = path.split("/")[0]

    def damage(release):
        pom = release.pom.read_text()
        found = re.search(f"<{around}>.*?</{around}>", pom, re.DOTALL).group()
        release.replace(found, re.sub(f"<{tag}>[^<]*</{tag}>", "", found, count=1))

    return damage


DAMAGES = [
    *((f"the POM has no {path}", without_field(path)) for path in release_checks.FIELDS),
    *(
        (f"phoenix-kt-a-{VERSION}{suffix} is missing", lambda r, s=suffix: r.of_module(s).unlink())
        for suffix in (".pom", ".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json", ".jar.sha1", ".pom.md5")
    ),
    (f"phoenix-kt-a-{VERSION}.jar is not signed", lambda r: r.of_module(".pom.asc").write_text("0")),
    ("the POM's url is no https address", lambda r: r.replace("https://example.org/p", "http://example.org/p")),
    ("a property that nobody sets: url ${x}", lambda r: r.replace("https://example.org/p", "${x}")),
    ("the POM has repositories", lambda r: r.replace("<name>", "<repositories/><name>")),
    (
        "the parent phoenix-kt-parent is not staged",
        lambda r: r.replace("<name>", "<parent><artifactId>phoenix-kt-parent</artifactId></parent><name>"),
    ),
    ("names a snapshot: version 2-SNAPSHOT", lambda r: r.add_dependency(dependency("x", "2-SNAPSHOT", "g"))),
    ("the dependency g:x has no version", lambda r: r.add_dependency(dependency("x", "", "g"))),
    ("the dependency phoenix-kt-b:1.0 is not staged", lambda r: r.add_dependency(dependency("phoenix-kt-b"))),
    ("the dependency phoenix-kt-a:0.9 is not staged", lambda r: r.add_dependency(dependency("phoenix-kt-a", "0.9"))),
    ("the dependency x has the scope test", lambda r: r.add_dependency(dependency("x", "1", "g", "test"))),
    ("SBOM names no component", lambda r: r.of_module("-cyclonedx.json").write_text(bom_json(components=()))),
    ("SBOM is of another version", lambda r: r.of_module("-cyclonedx.json").write_text(bom_json("0.9"))),
    (
        "SBOM of all names a snapshot: k",
        lambda r: r.all.write_text(bom_json(components=[{"name": "k", "version": "1-SNAPSHOT"}])),
    ),
    ("SBOM of all is missing", lambda r: r.all.unlink()),
    ("the jar has no META-INF/LICENSE", lambda r: r.change_jar(without=["META-INF/LICENSE"])),
    ("the jar has no META-INF/NOTICE", lambda r: r.change_jar(without=["META-INF/NOTICE"])),
    ("the jar has no Automatic-Module-Name", lambda r: r.change_jar(without=["META-INF/MANIFEST.MF"])),
    ("a class of others at its own place: kotlin/A.class", lambda r: r.change_jar(**{"kotlin/A.class": "a"})),
    ("the sources jar has no sources", lambda r: r.change_jar("-sources.jar", x="y")),
    ("the javadoc jar has no index.html", lambda r: r.change_jar("-javadoc.jar", x="y")),
    (
        "a jar is damaged",
        lambda r: r.jar.write_bytes(r.jar.read_bytes().replace(b"a" * 100, b"b" * 100)),
    ),
    (
        "the BOM does not list phoenix-kt-a",
        lambda r: r.replace("<artifactId>phoenix-kt-a<", "<artifactId>x<", r.bom / f"phoenix-kt-bom-{VERSION}.pom"),
    ),
    ("CHANGELOG.md has no section", lambda r: r.replace(VERSION, "0.9", r.source / "CHANGELOG.md")),
    (
        "CHANGELOG.md has no section",
        lambda r: r.replace("not released yet", "Unreleased", r.source / "CHANGELOG.md"),
    ),
    ("phoenix-kt-samples: is staged, but no published module", lambda r: (r.module.parent.parent / "phoenix-kt-samples").mkdir()),
]

SHADED = "io/github/phoenixkt/shaded/"
NOTICE = "io.github.phoenixkt.shaded.kotlin\nio.github.phoenixkt.shaded.kotlinx.io, io.github.phoenixkt.shaded.ktor\n"
BUNDLED = [{"group": group, "name": "n", "version": "1"} for group in release_checks.BUNDLED]


def standalone(notice=NOTICE, components=BUNDLED, dependencies="", folder=SHADED):
    """What is wrong with a standalone jar with this notice, bill of materials and POM."""
    pom = release_checks.ElementTree.fromstring(f"<project>{dependencies}</project>")
    jar = {f"{folder}{name}.class": b"" for name in ("kotlin/A", "kotlin/io/A", "kotlinx/io/A", "ktor/A")}
    return list(release_checks.standalone(pom, {**jar, "META-INF/NOTICE": notice.encode()}, components))


class ReleaseChecksTest(unittest.TestCase):
    def release(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Release(pathlib.Path(folder.name))

    def test_a_complete_release_has_no_problem(self):
        self.assertEqual([], self.release().problems())

    def test_every_damage_is_noticed(self):
        for message, damage in DAMAGES:
            with self.subTest(message):
                release = self.release()
                damage(release)
                self.assertTrue(any(message in problem for problem in release.problems()), release.problems())

    def test_a_section_of_the_changelog_may_have_its_date(self):
        release = self.release()
        release.replace("not released yet", "2026-12-01", release.source / "CHANGELOG.md")
        self.assertEqual([], release.problems())

    def test_a_snapshot_is_no_release(self):
        release = self.release()
        found = list(release_checks.problems(release.staged, release.source, "1.0-SNAPSHOT"))
        self.assertIn("1.0-SNAPSHOT is a snapshot", found)

    def test_a_standalone_jar_names_what_is_inside(self):
        optional = dependency("phoenix-kt-java").replace("<scope>", "<optional>true</optional><scope>")
        allowed = dependency("phoenix-kt-java-standalone") + dependency(release_checks.BESIDE_STANDALONE)
        allowed += dependency("slf4j-api", group="org.slf4j")
        self.assertEqual([], standalone(dependencies=optional + allowed))
        self.assertEqual(
            ["NOTICE does not name io.github.phoenixkt.shaded.kotlin"],
            standalone(NOTICE.replace("shaded.kotlin\n", "shaded\n")),
        )
        self.assertEqual(
            ["NOTICE does not name io.github.phoenixkt.shaded.kotlin"],
            standalone(NOTICE.replace("shaded.kotlin\n", "shaded\n"), folder="io/github/phoenixkt/spark/shaded/"),
        )
        self.assertEqual(["SBOM names nothing of io.ktor"], standalone(components=BUNDLED[:2]))
        self.assertEqual(
            ["the POM asks for ktor, which is inside", "the POM asks for phoenix-kt-java, which is inside"],
            standalone(dependencies=dependency("ktor", group="io.ktor") + dependency("phoenix-kt-java")),
        )


if __name__ == "__main__":
    unittest.main()
