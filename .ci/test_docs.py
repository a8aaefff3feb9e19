"""Damages a copy of the guides in every way that scripts/docs build is there to notice."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
DAMAGES = {
    "a page that does not exist": ("reading.md", "[x](nothing.md)"),
    "a heading that does not exist": ("reading.md", "[x](queue.md#nothing)"),
    "a file beside the guides": ("reading.md", "[x](../README.md)"),
    "a picture that does not exist": ("reading.md", "![x](images/nothing.png)"),
    "a page of the API reference that does not exist": ("reading.md", "[x](api/nothing.html)"),
    "a page that is not in the menu": ("nothing.md", "# Nothing"),
}


class DocsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.copy = pathlib.Path(folder.name)
        for name in ("docs", "scripts"):
            shutil.copytree(ROOT / name, self.copy / name)
        shutil.copy(ROOT / "mkdocs.yml", self.copy)

    def build(self):
        return subprocess.run([self.copy / "scripts/docs", "build"], capture_output=True, text=True, check=False)

    def test_the_guides_have_no_problem(self):
        done = self.build()
        self.assertEqual(0, done.returncode, done.stderr)

    def test_every_damage_is_noticed(self):
        for what, (page, text) in DAMAGES.items():
            with self.subTest(what):
                file = self.copy / "docs" / page
                before = file.read_text() if file.exists() else None
                file.write_text(f"{before or ''}\n{text}\n")
                self.assertNotEqual(0, self.build().returncode)
                file.unlink() if before is None else file.write_text(before)


if __name__ == "__main__":
    unittest.main()
