"""Shows scripts/walk pages and commands that are wrong in every way that it is there to notice."""

import importlib.machinery
import importlib.util
import os
import pathlib
import tempfile
import unittest

SCRIPT = str(pathlib.Path(__file__).parent.parent / "scripts/walk")
spec = importlib.util.spec_from_loader("walk", importlib.machinery.SourceFileLoader("walk", SCRIPT))
walk = importlib.util.module_from_spec(spec)
spec.loader.exec_module(walk)


class WalkTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        walk.ROOT = self.folder

    def blocks(self, text):
        (self.folder / "page.md").write_text(text)
        return list(walk.blocks("page.md"))

    def run_block(self, text):
        (block,) = self.blocks(text)
        return walk.run(block, 1, self.folder, self.folder, dict(os.environ))

    def test_blocks_have_their_place_and_their_mark(self):
        found = self.blocks(
            "```shell\none\n```\n\n```java\nnone\n```\n\n<!-- walk: 90 minutes -->\n```shell\ntwo\n```\n"
            "1. x\n\n   <!-- walk: no, it serves -->\n   ```shell\n   three\n   ```\n"
        )
        self.assertEqual(
            [(2, "one", 30, None), (11, "two", 90, None), (17, "three", 30, "it serves")],
            [(b.line, b.commands.strip(), b.minutes, b.reason) for b in found],
        )

    def test_pages_that_cannot_be_read_fail(self):
        for text in (
            "```bash\nx\n```\n",
            "```\nx\n```\n",
            "```shell\nx\n",
            "<!-- walk: never -->\n```shell\nx\n```\n",
            "<!-- walk: no, why -->\ntext\n```shell\nx\n```\n",
            "<!-- walk: no, why -->\n",
        ):
            with self.subTest(text), self.assertRaises(SystemExit):
                self.blocks(text)

    def test_commands_that_are_no_shell_or_call_what_is_not_there_fail(self):
        for text in ("```shell\nif\n```\n", "```shell\nscripts/absent\n```\n"):
            with self.subTest(text), self.assertRaises(SystemExit):
                walk.check(self.blocks(text))

    def test_the_command_that_fails_is_named_with_its_page(self):
        self.assertIsNone(self.run_block("```shell\ntrue # well\n```\n"))
        problem = self.run_block("```shell\necho before\nls absent-file\necho after\n```\n")
        self.assertTrue(problem.startswith("page.md:2: echo before\n  status 2, in: ls absent-file;"), problem)
        self.assertNotIn("\nafter", problem)

    def test_a_failure_within_a_pipe_is_one(self):
        self.assertIn("status 3", self.run_block("```shell\n(exit 3) | cat\n```\n"))

    def test_a_block_that_does_not_end_is_ended_with_what_it_has_started(self):
        problem = self.run_block("<!-- walk: 0 minutes -->\n```shell\nsleep 1000 & sleep 1000\n```\n")
        self.assertIn("not done after 0 minutes", problem)

    def test_what_a_block_leaves_running_is_ended(self):
        self.assertIsNone(self.run_block("```shell\nsleep 1000 & echo $!\n```\n"))
        pid = int((self.folder / "01.log").read_text())
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)


if __name__ == "__main__":
    unittest.main()
