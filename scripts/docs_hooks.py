"""For MkDocs: puts the API reference, if scripts/docs reference has written it, beside the guides, as the folder api."""

import pathlib
import re
import urllib.parse

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

REFERENCE = pathlib.Path(__file__).resolve().parent.parent / "target/reference"
# What is shown where there is none yet, so that the link to it is checked in any case.
NONE = "<!doctype html><title>API reference</title><p>It has not been built: <code>scripts/docs reference</code> writes it."
# To a file of the site, without the anchor.
LINK = re.compile(r'(?:href|src)="(?![a-z]+:)([^"#?]+)')


def on_files(files, config):
    if (REFERENCE / "index.html").is_file():
        for file in REFERENCE.rglob("*"):
            if file.is_file():
                path = f"api/{file.relative_to(REFERENCE).as_posix()}"
                files.append(File.generated(config, path, abs_src_path=str(file)))
    else:
        files.append(File.generated(config, "api/index.html", content=NONE))
    return files


def on_post_build(config):
    """MkDocs does not see links that lead out of the folder of the guides."""
    site = pathlib.Path(config.site_dir)
    dead = [
        f"{page.relative_to(site)}: {link}"
        for page in site.rglob("*.html")
        if "api" not in page.relative_to(site).parts and page.name != "404.html"
        for link in LINK.findall(page.read_text())
        if not (page.parent / urllib.parse.unquote(link)).resolve().is_relative_to(site)
        or not (page.parent / urllib.parse.unquote(link)).exists()
    ]
    if dead:
        raise PluginError("dead links:\n" + "\n".join(sorted(set(dead))))
