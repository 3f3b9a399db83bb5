#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests docs/refresh.py, and docs/extract_examples.py beside it, in small projects. Usage: refresh_test.py REFRESH"""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

REFRESH = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/refresh.py").resolve()

# A stand-in for the program: its times and threads differ from run to run ($$ is the process).
ELECTION = """\
#!/bin/sh
case $1 in
verify)
    printf 'tolerates %s\\n\\n  workers   5\\n' "$2"
    printf '  method    exhaustive, avx2, %s threads\\n  seconds   0.%s\\n' $$ $$ ;;
json) printf '{"margin":%s,"seconds":1.%se-05,"ties":"abstain"}\\n' "$2" $$ ;;
refuse) echo answered; echo "election: refused" >&2; exit 1 ;;
environment) echo "colour ${NO_COLOR-wanted}, input '$(cat)', $(ls)" ;;
blanks) printf 'one  \\n\\n  two\\n' ;;
fence) echo '```' ;;
bytes) printf '\\377\\n' ;;
esac
"""
FIRST = """\
// SPDX-License-Identifier: MIT
// A comment.
// [program]
int main() {
    // [body]
    return 0;
    // [/body]
}
// [/program]
"""
PROGRAM = "int main() {\n    return 0;\n}\n"


def fence(marker, text, info="text"):
    return f"<!-- {marker} -->\n```{info}\n{text}```\n"


class Project(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = Path(temporary.name).resolve()
        for folder in ("docs", "examples", "build/bin/examples"):
            (self.root / folder).mkdir(parents=True)
        shutil.copy(REFRESH, self.root / "docs/refresh.py")
        self.write("examples/first.cpp", FIRST)
        self.write("build/bin/election", ELECTION).chmod(0o755)
        self.write("build/bin/examples/first", "#!/bin/sh\necho first\n").chmod(0o755)

    def write(self, name, text):
        path = self.root / name
        path.write_bytes(text.encode())
        return path

    def tree(self):
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in self.root.rglob("*") if path.is_file()}

    def run_refresh(self, *options):
        command = [sys.executable, "-B", str(self.root / "docs/refresh.py"), "--bin", str(self.root / "build/bin"), *options]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)

    def assert_fresh(self, readme):
        """Neither a check nor a refresh says or changes anything."""
        self.write("README.md", readme)
        before = self.tree()
        for options in (["--check"], []):
            done = self.run_refresh(*options)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            self.assertEqual(self.tree(), before)

    def assert_stale(self, readme, refreshed, line=2):
        """A check finds the fence in that line stale and changes nothing; a refresh makes of it what it should be."""
        self.write("README.md", readme)
        before = self.tree()
        done = self.run_refresh("--check")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertTrue(done.stdout.startswith(f"--- README.md:{line}\n+++ <!-- "), done.stdout)
        self.assertEqual(self.tree(), before)
        done = self.run_refresh()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f"README.md:{line}: refreshed\n", ""))
        self.assertEqual((self.root / "README.md").read_bytes().decode(), refreshed)
        self.assert_fresh(refreshed)

    def assert_fault(self, readme, message):
        """Both ways report it, in one line, and leave the document alone."""
        self.write("README.md", readme)
        for options in (["--check"], []):
            done = self.run_refresh(*options)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
            self.assertEqual(done.stderr.split("\n")[:-2], [message])
            self.assertEqual((self.root / "README.md").read_bytes().decode(), readme)


class Code(Project):
    def test_region(self):
        self.assert_fresh(fence("code: examples/first.cpp [program]", PROGRAM, "cpp"))
        self.assert_stale(fence("code: examples/first.cpp [program]", "int main() {}\n", "cpp"),
                          fence("code: examples/first.cpp [program]", PROGRAM, "cpp"))

    def test_region_loses_its_indentation(self):
        self.assert_fresh(fence("code: examples/first.cpp [body]", "return 0;\n", "cpp"))

    def test_whole_file(self):
        self.assert_fresh(fence("code: examples/first.cpp", "// A comment.\n" + PROGRAM, "cpp"))
        self.write("examples/run.sh", "#!/bin/sh\n# SPDX-License-Identifier: MIT\n# [run]\nrun\n# [/run]\n")
        self.assert_fresh(fence("code: examples/run.sh", "run\n", "sh"))
        self.assert_fresh(fence("code: examples/run.sh [run]", "run\n", "sh"))

    def test_missing(self):
        self.assert_fault(fence("code: examples/gone.cpp", "", "cpp"),
                          "README.md:1: the marker's file examples/gone.cpp does not exist")
        must = "must have one line '// [gone]' and, after it, one line '// [/gone]'"
        self.assert_fault("\n" + fence("code: examples/first.cpp [gone]", "", "cpp"),
                          f"README.md:2: examples/first.cpp {must}")


class Output(Project):
    def test_output(self):
        self.assert_fresh(fence("output: election refuse || true", "answered\n"))
        self.assert_stale("Text\n\n" + fence("output: first && echo 2 | cat; echo 3", "old\n"),
                          "Text\n\n" + fence("output: first && echo 2 | cat; echo 3", "first\n2\n3\n"), 4)

    def test_no_output(self):
        self.assert_fresh(fence("output: true", ""))
        self.assert_stale(fence("output: true", "old\n"), fence("output: true", ""))

    def test_other_text_stays(self):
        text = ("# Title  \r\n\n" + fence("output: first", "{}\n") + "trailing  \n\n" + fence("output: first", "first\n") +
                "no end of line")
        self.assert_stale(text.format("old"), text.format("first"), 4)

    def test_several_fences(self):
        text = fence("output: first; first", "{}\n") + "words\n" + fence("output: first", "{}\n")
        self.write("README.md", text.format("old", "old"))
        self.assertEqual(self.run_refresh().stdout, "README.md:2: refreshed\nREADME.md:7: refreshed\n")
        self.assertEqual((self.root / "README.md").read_text(), text.format("first\nfirst", "first"))

    def test_in_a_list(self):
        text = "* item\n\n  <!-- output: election blanks -->\n  ```text\n{}  ```\n"
        self.assert_stale(text.format("  one\n"), text.format("  one\n\n    two\n"), 4)

    def test_surroundings(self):
        self.assert_fresh(fence("output: election environment", "colour 1, input '', first.cpp\n"))

    def test_commands_share_a_copy_of_the_examples(self):
        self.assert_fresh(fence("output: echo 101 > code.txt; ls", "code.txt\nfirst.cpp\n") +
                          fence("output: cat code.txt ../examples/code.txt", "101\n101\n"))
        self.assertFalse((self.root / "examples/code.txt").exists())

    def test_status(self):
        self.assert_fresh(fence("output (status 1): election refuse", "answered\n"))
        self.assert_fault(fence("output: election refuse", "answered\n"),
                          "README.md:1: `election refuse` has status 1, must be 0: election: refused")
        self.assert_fault(fence("output (status 1): first", "first\n"), "README.md:1: `first` has status 0, must be 1")
        self.assert_fault(fence("output: false; first", "first\n"), "README.md:1: `false; first` has status 1, must be 0")

    def test_both(self):
        self.assert_fresh(fence("output both (status 1): election refuse", "answered\nelection: refused\n"))
        self.assert_fresh(fence("output both: election refuse || first", "answered\nelection: refused\nfirst\n"))

    def test_unfit_output(self):
        self.assert_fault(fence("output: election fence", ""),
                          "README.md:1: the text has a line that begins with ```, which would end the fence")
        self.assert_fault(fence("output: election bytes", ""), "README.md:1: `election bytes` prints what is not UTF-8")


class Masks(Project):
    OLD = "tolerates {}\n\n  workers   5\n  method    exhaustive, sse2, 77 threads\n  seconds   77\n"

    def test_times_and_threads_do_not_count(self):
        self.assert_fresh(fence("output: election verify 1", self.OLD.format(1)))
        self.assert_fresh(fence("output: election json 3", '{"margin":3,"seconds":7,"ties":"abstain"}\n'))

    def test_one_thread_is_not_several(self):
        self.write("README.md", fence("output: election verify 1", self.OLD.format(1).replace("77 threads", "1 thread")))
        self.assertIn("-  method    exhaustive, sse2, 1 thread\n+  method    exhaustive, avx2, ",
                      self.run_refresh("--check").stdout)

    def test_other_changes_keep_the_old_ones(self):
        self.assert_stale(fence("output: election verify 2", self.OLD.format(1)),
                          fence("output: election verify 2", self.OLD.format(2)))

    def test_method_counts(self):
        self.write("README.md", fence("output: election verify 1", self.OLD.format(1).replace("exhaustive", "reference")))
        self.assertIn("-  method    reference, sse2, 77 threads\n+  method    exhaustive, avx2, ",
                      self.run_refresh("--check").stdout)

    def test_json_counts(self):
        self.write("README.md", fence("output: election json 3", '{"margin":4,"seconds":7,"ties":"abstain"}\n'))
        self.assertIn('-{"margin":4,"seconds":7,', self.run_refresh("--check").stdout)


class Form(Project):
    def test_accepted(self):
        self.assert_fresh("```sh\na\n```\n~~~json\n```\n~~~\n```cmake\n```\n```bash\n```\n````console\n```\n````\n"
                          "a `<!-- output -->` in words, and ``` in them\n<!-- a comment -->\n" +
                          fence("by hand: a drawing", "any\n") + fence("by hand: why", "any\n", "cpp"))

    def test_faults(self):
        forms = "the marker has none of the forms that docs/refresh.py lists: "
        needs = "needs a marker: code, output or by hand; docs/refresh.py has the forms"
        for text, message in [
            ("```\na\n```\n", "README.md:1: the fence must say what it holds: text, cpp, sh, ..."),
            ("\n```text\na\n```\n", f"README.md:2: a fence of text {needs}"),
            ("```cpp\na\n```\n", f"README.md:1: a fence of cpp {needs}"),
            ("<!-- by hand: why -->\n\n~~~text\n~~~\n", "README.md:1: a marker must stand on the line before a fence"),
            ("<!-- output: first -->\nwords\n", "README.md:1: a marker must stand on the line before a fence"),
            ("```C++\n```\n", "README.md:1: write cpp instead of C++"),
            ("```txt\n```\n", "README.md:1: write text instead of txt"),
            (fence("output first", ""), f"README.md:1: {forms}<!-- output first -->"),
            (fence("output (status x): first", ""), f"README.md:1: {forms}<!-- output (status x): first -->"),
            (fence("by hand", ""), f"README.md:1: {forms}<!-- by hand -->"),
            ("words\n```sh\na\n", "README.md:2: the fence is not closed"),
            ("> ```text\n> a\n", "README.md:1: a fence must begin its line"),
            ("1. ```cpp\n", "README.md:1: a fence must begin its line"),
        ]:
            with self.subTest(text=text):
                self.write("README.md", text)
                self.assertIn(message, self.run_refresh("--check").stderr.split("\n"))

    def test_every_document_is_read(self):
        self.write("README.md", "")
        for name in ("docs/guide.md", "CONTRIBUTING.md"):
            path = self.write(name, fence("output: first", "old\n") + "[a](gone.md)\n")
            done = self.run_refresh("--check")
            self.assertIn(f"--- {name}:2\n", done.stdout)
            self.assertIn(f"{name}:5: the link (gone.md) leads to no file\n", done.stderr)
            path.unlink()
        (self.root / "README.md").unlink()
        self.assertIn("README.md:1: is missing\n", self.run_refresh("--check").stderr)

    def test_fences_of_contributing_are_free(self):
        self.write("CONTRIBUTING.md", "```\nany\n```\n```text\nany\n```\n")
        self.assert_fresh("")

    def test_program_is_missing(self):
        (self.root / "build/bin/election").unlink()
        self.write("README.md", "")
        done = self.run_refresh("--check")
        self.assertEqual(done.returncode, 2)
        self.assertIn("has no program election", done.stderr)


class Links(Project):
    def setUp(self):
        super().setUp()
        self.write("docs/guide.md", "# The *guide* to `verify()`, n² and Δ*\n\n## Same\n\n## Same\n\nSetext "
                                    '[link](guide.md)\n---\n<a id="own"></a>\n\n```sh\n# no heading\n```\n'
                                    "[up](../README.md#title) [root](/examples/first.cpp)\n")

    def test_accepted(self):
        self.assert_fresh("# Title\n[a](docs/guide.md) ![b](examples/first.cpp) [`c`](docs) [d](#title) [e](docs/../docs)\n"
                          "[f](docs/guide.md#the-guide-to-verify-n-and-δ) [g](docs/guide.md#same)\n"
                          "[h](docs/guide.md#same-1)\n"
                          "[i](docs/guide.md#setext-link) [j](docs/guide.md#own) [k](examples/first.cpp#L3-L9 \"title\")\n"
                          "[l](https://example.org/x#y) [m](mailto:a@b) `[n](gone)` <!-- [o](gone) --> [p][q] A[w](#title)\n"
                          "\n[q]: docs/guide.md\n[^1]: gone\n\n<img src=\"examples/first.cpp\">\n```sh\n[r](gone)\n```\n")

    def test_faults(self):
        for text, what in [
            ("[a](gone.md)", "(gone.md) leads to no file"),
            ("![a](gone.png)", "(gone.png) leads to no file"),
            ("[![a](gone.png)](docs)", "(gone.png) leads to no file"),
            ("[a]: gone.md", "(gone.md) leads to no file"),
            ('<img alt="a" src="gone.png">', "(gone.png) leads to no file"),
            ("[a](#gone)", "(#gone) names no heading of README.md"),
            ("[a](docs/guide.md#same-2)", "(docs/guide.md#same-2) names no heading of docs/guide.md"),
            ("[a](docs/guide.md#no-heading)", "(docs/guide.md#no-heading) names no heading of docs/guide.md"),
            ("[a](examples/first.cpp#L10)", "(examples/first.cpp#L10) names a line behind the end of the file"),
            ("[a](examples/first.cpp#main)", "(examples/first.cpp#main) has an anchor that is no line of a file"),
            ("[a](../gone)", "(../gone) leads out of the project"),
            ("[a]()", "() is empty"),
        ]:
            with self.subTest(text=text):
                self.assert_fault(f"# Title\n\nwords\n\n{text}\n", f"README.md:5: the link {what}")


class Examples(Project):
    """docs/extract_examples.py."""

    def extract(self, header, *left_out):
        (self.root / "include/election").mkdir(parents=True, exist_ok=True)
        self.write("include/election/a.hpp", header)
        command = [sys.executable, "-B", str(REFRESH.with_name("extract_examples.py")), "include", "examples.cpp", *left_out]
        done = subprocess.run(command, cwd=self.root, stderr=subprocess.PIPE, encoding="utf-8", check=False)
        return (self.root / "examples.cpp").read_text() if done.returncode == 0 else done.stderr

    def test_each_in_a_function_of_its_own(self):
        program = self.extract("/// Text.\n/// \\code\n/// #include <map>\n/// f();\n/// \\endcode\nvoid f();\n"
                               "class c {\n    /// \\code\n    /// if (x) {\n    ///     g();\n    /// }\n"
                               "    /// \\endcode\n};\n")
        self.assertIn("#include <map>\n", program)
        self.assertIn('void example_1() {\n#line 3 "include/election/a.hpp"\n\n    f();\n}\n', program)
        self.assertIn('void example_2() {\n#line 9 "include/election/a.hpp"\n    if (x) {\n        g();\n    }\n}\n',
                      program)
        self.assertIn('    run("include/election/a.hpp:9", example_2);\n', program)

    def test_folders_left_out(self):
        (self.root / "include/election/b").mkdir(parents=True, exist_ok=True)
        self.write("include/election/b/c.hpp", "/// \\code\n/// left_out();\n/// \\endcode\n")
        self.assertIn("left_out();", self.extract("/// \\code\n/// f();\n/// \\endcode\n"))
        self.assertNotIn("left_out();", self.extract("/// \\code\n/// f();\n/// \\endcode\n", "election/b"))

    def test_faults(self):
        alone = "\\code and \\endcode must stand alone on a /// line"
        for header, message in [
            ("/// Text.\n", f"{self.root}/include: no header has an example"),
            ("/// \\code\n/// f();", "include/election/a.hpp:1: \\code without \\endcode"),
            ("/// \\code\n/// f();\nvoid f();\n", "include/election/a.hpp:3: the comment ends inside an example"),
            ("///\n/// \\endcode\n", "include/election/a.hpp:2: \\endcode without \\code"),
            ("/// \\code\n/// \\code\n", "include/election/a.hpp:2: \\code inside an example"),
            ("/// \\code\n///\n/// \\endcode\n", "include/election/a.hpp:3: the example is empty"),
            ("/// Text. \\code f(); \\endcode\n", f"include/election/a.hpp:1: {alone}"),
            ("/** \\code\n", f"include/election/a.hpp:1: {alone}"),
        ]:
            with self.subTest(header=header):
                self.assertEqual(self.extract(header), message + "\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
