"""For MkDocs: puts the API reference, if scripts/docs reference has written it, beside the guides, as the folder api."""

import pathlib

from mkdocs.structure.files import File

REFERENCE = pathlib.Path(__file__).resolve().parent.parent / "target/reference"
# What is shown where there is none yet, so that the link to it is checked in any case.
NONE = "<!doctype html><title>API reference</title><p>It has not been built: <code>scripts/docs reference</code> writes it."


def on_files(files, config):
    if (REFERENCE / "index.html").is_file():
        for file in REFERENCE.rglob("*"):
            if file.is_file():
                path = f"api/{file.relative_to(REFERENCE).as_posix()}"
                files.append(File.generated(config, path, abs_src_path=str(file)))
    else:
        files.append(File.generated(config, "api/index.html", content=NONE))
    return files
