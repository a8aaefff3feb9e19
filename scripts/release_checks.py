"""Checks what has been staged for a release: a folder in the layout of a Maven repository.

Usage: release_checks.py STAGED SOURCE VERSION; SOURCE is the checkout that it was built from.
"""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

GROUP = "io.github.phoenix-kt"
PARENT = "phoenix-kt-parent"
BOM = "phoenix-kt-bom"
FIELDS = (
    "modelVersion groupId artifactId version name description url licenses/license/name licenses/license/url "
    "developers/developer/name scm/connection scm/developerConnection scm/url"
).split()

BUNDLED = ("org.jetbrains.kotlin", "org.jetbrains.kotlinx", "io.ktor")
# Has no classes, and asks for nothing that is inside.
BESIDE_STANDALONE = "phoenix-kt-opentelemetry-sdk"
# Its jar has others' classes in it, too.
SPARK = "phoenix-kt-spark"
# The package of a library, as NOTICE has it, which leaves "spark" out; kotlinx has several.
SHADED_PACKAGE = re.compile(r"io/github/phoenixkt/(?:spark/)?(shaded/(?:kotlinx/)?\w+)/.*\.class$")


def parse(pom):
    """The POM without the namespace, which would be in every path."""
    root = ElementTree.parse(pom).getroot()
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def text(element, path):
    return (element.findtext(path) or "").strip()


class Module:
    """An artifact that is to be published: its name and packaging as the checkout has them, its files as staged."""

    def __init__(self, pom, staged, version):
        self.artifact = text(pom, "artifactId")
        self.packaging = text(pom, "packaging") or "jar"
        self.folder = staged / GROUP.replace(".", "/") / self.artifact / version
        self.stem = f"{self.artifact}-{version}"

    def file(self, suffix):
        return self.folder / (self.stem + suffix)


def published(source, staged, version):
    root = parse(source / "pom.xml")
    poms = [parse(source / module.text.strip() / "pom.xml") for module in root.iterfind("modules/module")]
    return [Module(pom, staged, version) for pom in poms if text(pom, "properties/maven.deploy.skip") != "true"]


def staged_artifacts(staged):
    return {folder.name for folder in (staged / GROUP.replace(".", "/")).glob("*") if folder.is_dir()}


def files(module, signed):
    wanted = [".pom"]
    if module.packaging == "jar":
        wanted += [".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json"]
    for suffix in wanted:
        for checksum in ("", ".sha1", ".md5"):
            if not module.file(suffix + checksum).is_file():
                yield f"{module.stem}{suffix}{checksum} is missing"
        if signed and not module.file(suffix + ".asc").is_file():
            yield f"{module.stem}{suffix} is not signed, but other files are"


def fields(module, pom):
    for path in FIELDS:
        if not text(pom, path):
            yield f"the POM has no {path}"
    if not text(pom, "url").startswith("https://"):
        yield "the POM's url is no https address"
    for element in pom.iter():
        if "${" in (element.text or ""):
            yield f"the POM has a property that nobody sets: {element.tag} {element.text.strip()}"
    for tag in ("repositories", "pluginRepositories", "distributionManagement", "profiles", "modules"):
        if pom.find(tag) is not None:
            yield f"the POM has {tag}"


def references(pom, artifacts, version):
    parent = pom.find("parent")
    if parent is not None and text(parent, "artifactId") not in artifacts:
        yield f"the parent {text(parent, 'artifactId')} is not staged"
    for element in pom.iter():
        if "SNAPSHOT" in (element.text or ""):
            yield f"the POM names a snapshot: {element.tag} {element.text.strip()}"
    for dependency in pom.iter("dependency"):
        group, artifact, wanted = (text(dependency, tag) for tag in ("groupId", "artifactId", "version"))
        if not wanted:
            yield f"the dependency {group}:{artifact} has no version"
        if group == GROUP and (artifact not in artifacts or wanted != version):
            yield f"the dependency {artifact}:{wanted} is not staged"
        if text(dependency, "scope") in ("test", "system"):
            yield f"the dependency {artifact} has the scope {text(dependency, 'scope')}"


def sbom(name, file, version):
    if not file.is_file():
        yield f"{name} is missing"
        return
    bom = json.loads(file.read_text())
    if bom["metadata"]["component"].get("version") != version:
        yield f"{name} is of another version"
    if not bom.get("components"):
        yield f"{name} names no component"
    for component in bom.get("components", ()):
        if component.get("version", "").endswith("-SNAPSHOT"):
            yield f"{name} names a snapshot: {component['name']}"


def entries(file):
    with zipfile.ZipFile(file) as jar:
        return {name: jar.read(name) for name in jar.namelist() if not name.endswith("/")}


def jars(module):
    try:
        main, sources, pages = (entries(module.file(suffix)) for suffix in (".jar", "-sources.jar", "-javadoc.jar"))
    except zipfile.BadZipFile as damage:
        yield f"a jar is damaged: {damage}"
        return
    for name in ("META-INF/LICENSE", "META-INF/NOTICE"):
        if not main.get(name, b"").strip():
            yield f"the jar has no {name}"
    if b"Automatic-Module-Name: io.github.phoenixkt" not in main.get("META-INF/MANIFEST.MF", b""):
        yield "the jar has no Automatic-Module-Name"
    classes = [name for name in main if name.endswith(".class") and not name.endswith("/package-info.class")]
    for name in classes:
        if not name.startswith("io/github/phoenixkt/"):
            yield f"the jar has a class of others at its own place: {name}"
    if classes and not any(name.endswith((".java", ".kt")) for name in sources):
        yield "the sources jar has no sources"
    if classes and "index.html" not in pages:
        yield "the javadoc jar has no index.html"


def standalone(pom, jar, components):
    """Of a jar with others' classes in it: they are named, and users do not get them a second time."""
    for dependency in pom.iter("dependency"):
        group, artifact = text(dependency, "groupId"), text(dependency, "artifactId")
        thin = group == GROUP and not artifact.endswith("-standalone") and artifact != BESIDE_STANDALONE
        if (thin or group.startswith(BUNDLED)) and text(dependency, "optional") != "true":
            yield f"the POM asks for {artifact}, which is inside"
    notice = jar["META-INF/NOTICE"].decode()
    found = (SHADED_PACKAGE.match(name) for name in jar)
    packages = {"io.github.phoenixkt." + match.group(1).replace("/", ".") for match in found if match}
    for package in sorted(packages):
        if not re.search(rf"{re.escape(package)}(?![\w.])", notice):
            yield f"NOTICE does not name {package}"
    if packages:
        for group in BUNDLED:
            if group not in {component.get("group") for component in components}:
                yield f"SBOM names nothing of {group}"


def bom_lists_all(pom, artifacts):
    managed = {text(dependency, "artifactId") for dependency in pom.iter("dependency")}
    for artifact in sorted(artifacts - {BOM} - managed):
        yield f"the BOM does not list {artifact}"


def changelog(source, version):
    """A rehearsal may come before the date is known."""
    heading = rf"^## {re.escape(version)} \((\d{{4}}-\d\d-\d\d|not released yet)\)$"
    if not re.search(heading, (source / "CHANGELOG.md").read_text(), re.MULTILINE):
        yield f"CHANGELOG.md has no section \"## {version} (YYYY-MM-DD)\""


def problems(staged, source, version):
    if "SNAPSHOT" in version:
        yield f"{version} is a snapshot"
    yield from changelog(source, version)
    modules = published(source, staged, version)
    artifacts = staged_artifacts(staged)
    # Without a key, nothing is signed; with one, everything.
    signed = any(staged.rglob("*.asc"))
    for unknown in sorted(artifacts - {module.artifact for module in modules}):
        yield f"{unknown}: is staged, but no published module"
    yield from sbom("SBOM of all", staged / f"phoenix-kt-{version}-cyclonedx.json", version)
    for module in modules:
        missing = list(files(module, signed))
        yield from (f"{module.artifact}: {problem}" for problem in missing)
        if missing:
            continue
        pom = parse(module.file(".pom"))
        found = [*fields(module, pom), *references(pom, artifacts, version)]
        if module.packaging == "jar":
            found += [*jars(module), *sbom("SBOM", module.file("-cyclonedx.json"), version)]
        if (module.artifact.endswith("-standalone") or module.artifact == SPARK) and not found:
            components = json.loads(module.file("-cyclonedx.json").read_text())["components"]
            found += standalone(pom, entries(module.file(".jar")), components)
        if module.artifact == BOM:
            found += bom_lists_all(pom, artifacts)
        yield from (f"{module.artifact}: {problem}" for problem in found)


def main():
    staged, source, version = sys.argv[1:]
    found = list(problems(pathlib.Path(staged), pathlib.Path(source), version))
    print("\n".join(found) or "the release is complete")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
