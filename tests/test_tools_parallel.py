"""Stages of `make test` side by side: what is dealt out, shown, and ended."""

import os
import sys
import time
from unittest import mock

from tools import check, console, parallel, parts, places

from .tools_common import ToolCase


class TestParts(ToolCase):
    def setUp(self):
        super().setUp()
        self._patch(mock.patch.object(places, "ROOT", self.folder))
        for folder in parts.FOLDERS:
            (self.folder / folder).mkdir()

    def _write(self, name, tests, call="self.assertTrue(1)"):
        test = f"    def test_it(self):\n        {call}\n"
        path = self.folder / name
        path.write_text("class TestIt(TestCase):\n" + test * tests)

    def test_each_test_file_is_in_one_part(self):
        names = ["addons/test_a.py", "addons/b_test.py", "tests/test_c.py"]
        for name in names:
            self._write(name, 1)
        self._write("tests/common.py", 1)
        self._write("tests/test_tour.py", 1, "self.start_tour('/odoo', 'x')")
        for processes in range(1, 5):
            with self.subTest(processes=processes):
                dealt = parts.split(processes).values()
                self.assertCountEqual(
                    [name for files in dealt for name in files],
                    [*names, "tests/test_tour.py"],
                )

    def test_browsers_stand_apart(self):
        self._write("addons/test_click.py", 1, "self.browser_js('/odoo', '')")
        self._write("addons/test_http.py", 1, "self.url_open('/odoo')")
        self._write("addons/test_tour.py", 1, "self.start_tour('/odoo', 'x')")
        self.assertEqual(
            parts.split(2),
            {
                parts.BROWSER: ["addons/test_click.py", "addons/test_tour.py"],
                parts.OTHERS: ["addons/test_http.py"],
            },
        )

    def test_more_cores_share_each_kind_by_the_number_of_tests(self):
        for name, tests in (("a", 5), ("b", 9), ("c", 3), ("d", 1)):
            self._write(f"tests/test_{name}.py", tests)
        self.assertEqual(
            parts.split(4),
            {
                f"{parts.OTHERS} 1": ["tests/test_b.py"],
                f"{parts.OTHERS} 2": [f"tests/test_{name}.py" for name in "acd"],
            },
        )


class TestStages(ToolCase):
    def test_there_are_as_many_processes_as_cores_within_the_limit(self):
        for cores, processes in ((1, 1), (2, 2), (64, check.MOST_PROCESSES)):
            with (
                self.subTest(cores=cores),
                mock.patch.dict(os.environ, {"JOBS": ""}),
                mock.patch.object(os, "sched_getaffinity", return_value=range(cores)),
            ):
                self.assertEqual(check._processes(), processes)

    def test_another_number_of_processes_is_asked_for_by_jobs(self):
        with mock.patch.dict(os.environ, {"JOBS": "3"}):
            self.assertEqual(check._processes(), 3)
        for text in ("0", "5", "many", "-1"):
            with self.subTest(text), mock.patch.dict(os.environ, {"JOBS": text}):
                self._assert_fails(f"JOBS={text}: give", check._processes)

    def test_words_for_pytest_leave_the_tests_alone(self):
        files = {parts.BROWSER: ["tests/test_a.py"], parts.OTHERS: ["tests/test_b.py"]}
        install, *tests = check._jobs(files, ["-k", "grading"])
        self.assertEqual([job.name for job in tests], list(files))
        for job, (_name, [path]) in zip(tests, files.items(), strict=True):
            self.assertEqual(job.after, (install.name,))
            self.assertEqual(job.command[-3:], (path, "-k", "grading"))
            self.assertTrue(job.may_be_empty)
        self.assertTrue(tests[0].goes_on_after(tests[1]))
        tests = check._jobs(files, ["-k", "grading", "-x"])[1:]
        self.assertFalse(tests[0].goes_on_after(tests[1]))

    def test_every_stage_waits_for_stages_that_there_are(self):
        for processes in range(1, 5):
            jobs = check._jobs(parts.split(processes), [])
            names = {job.name for job in jobs}
            self.assertEqual(len(names), len(jobs))
            self.assertEqual(
                {name for job in jobs for name in job.after} - names, set()
            )
            self.assertFalse(any(job.may_be_empty for job in jobs))

    def test_the_reports_of_all_parts_become_one(self):
        places.LOGS.mkdir()
        for name in ("a", "b"):
            text = f"<testsuites><testsuite name='{name}'/></testsuites>"
            check._report(name).write_text(text)
        check._report("stopped").write_text("<testsuites><tests")
        check._merge_reports(["a", "b", "stopped", "never started"])
        merged = (places.LOGS / check.REPORT).read_text()
        self.assertIn('<testsuite name="a" /><testsuite name="b" />', merged)


class TestParallel(ToolCase):
    def setUp(self):
        super().setUp()
        places.LOGS.mkdir()

    def _job(self, name, script, **values):
        return parallel.Job(name, (sys.executable, "-c", script), **values)

    def _run(self, *jobs, slots=2):
        return parallel.run(jobs, slots, dict(os.environ))

    def _sleeper(self, pid_file):
        """Return a script that starts a long child and waits for it."""
        return (
            "import subprocess; subprocess.run("
            f"['sh', '-c', 'echo $$ > {pid_file}; exec sleep 60'])"
        )

    def _until(self, path):
        """Return a script that waits until a file has text, for ten seconds at most."""
        return (
            "import pathlib, time\n"
            f"path, end = pathlib.Path({str(path)!r}), time.monotonic() + 10\n"
            "while time.monotonic() < end and not (path.exists() and path.read_text()):"
            " time.sleep(0.02)\n"
        )

    def test_jobs_that_need_nothing_of_each_other_run_at_once(self):
        first, second = self.folder / "first", self.folder / "second"
        results = self._run(
            *(
                self._job(
                    mine.name,
                    f"import pathlib; pathlib.Path({str(mine)!r}).write_text('x')\n"
                    + self._until(other)
                    + "print(int(path.exists()))",
                )
                for mine, other in ((first, second), (second, first))
            )
        )
        self.assertEqual([result.count for result in results.values()], [1, 1])

    def test_one_slot_runs_one_after_the_other_in_their_order(self):
        journal = self.folder / "journal"
        script = (
            "with open({!r}, 'a') as file: file.write('{} ')\n"
            "import time; time.sleep(0.05)\n"
            "with open({!r}, 'a') as file: file.write('{} ')\nprint(1)"
        )
        self._run(
            *(
                self._job(name, script.format(str(journal), name, str(journal), name))
                for name in "abc"
            ),
            slots=1,
        )
        self.assertEqual(journal.read_text().split(), list("aabbcc"))

    def test_a_job_waits_for_those_it_needs(self):
        made = self.folder / "made"
        results = self._run(
            self._job(
                "late",
                f"import pathlib; print(len(pathlib.Path({str(made)!r}).read_text()))",
                after=("early",),
            ),
            self._job(
                "early",
                f"import pathlib; print(pathlib.Path({str(made)!r}).write_text('123'))",
            ),
        )
        self.assertEqual([*results], ["early", "late"])
        self.assertEqual(results["late"].count, 3)

    def test_what_a_job_prints_stands_together(self):
        script = (
            "import sys, time\n"
            "for number in range(5):\n"
            "    print('{0}', number, file=sys.stderr, flush=True)\n"
            "    time.sleep(0.02)\n"
            "print(5)"
        )
        self._run(*(self._job(name, script.format(name)) for name in ("one", "two")))
        printed = self.printed.getvalue()
        for name in ("one", "two"):
            block = "".join(f"{name} {number}\n" for number in range(5))
            self.assertRegex(printed, rf"=== {name}: passed, \d+ s\n{block}")

    def test_long_jobs_are_named_now_and_then(self):
        with mock.patch.object(parallel, "TELL_EVERY", 0.1):
            self._run(
                *(self._job(n, "import time; time.sleep(1); print(1)") for n in "ab")
            )
        self.assertRegex(self.printed.getvalue(), r"\n  \.\.\. a \d s, b \d s\n")

    def test_a_failure_stops_the_others_and_stands_at_the_end(self):
        pid_file = self.folder / "pid"
        fail = (
            self._until(pid_file)
            + "import sys; print('no way', file=sys.stderr); sys.exit(1)"
        )
        sentence = self._assert_fails(
            "^bad failed",
            self._run,
            self._job("bad", fail),
            self._job("endless", self._sleeper(pid_file)),
            self._job("never", "print(1)", after=("bad",)),
        )
        self.assertNotIn("endless", sentence)
        self._assert_ends(pid_file)
        printed = self.printed.getvalue()
        self.assertNotIn("- never", printed)
        self.assertRegex(printed, r"=== bad: failed, \d+ s\nno way\n$")

    def test_parts_of_a_stage_go_on_when_one_of_them_failed(self):
        fail = "import sys; print('{}', file=sys.stderr); sys.exit(1)"
        self._assert_fails(
            "^first, second failed",
            lambda: self._run(
                self._job("first", fail.format("one"), stage="Tests"),
                self._job("second", fail.format("two"), stage="Tests"),
                self._job("passing", "print(7)", stage="Tests"),
                self._job("other", "print(7)"),
                slots=1,
            ),
        )
        printed = self.printed.getvalue()
        self.assertRegex(printed, r"(?s)passing: passed.*first: failed, \d+ s\none\n")
        self.assertRegex(printed, r"second: failed, \d+ s\ntwo\n$")
        self.assertNotIn("- other", printed)

    def test_a_job_without_any_check_fails(self):
        self._assert_fails("^idle failed", self._run, self._job("idle", "print(0)"))
        self.assertIn("It ran no check at all.", self.printed.getvalue())
        results = self._run(self._job("idle", "print(0)", may_be_empty=True))
        self.assertEqual(results["idle"].count, 0)

    def test_a_killed_job_names_the_signal(self):
        script = "import os; os.kill(os.getpid(), 9)"
        self._assert_fails("^killed failed", self._run, self._job("killed", script))
        self.assertIn("Signal 9 ended it.", self.printed.getvalue())

    def test_ctrl_c_ends_all_with_their_children(self):
        pid_files = [self.folder / "one", self.folder / "two"]

        def stop(_runs):
            while not all(path.exists() and path.read_text() for path in pid_files):
                time.sleep(0.02)
            raise KeyboardInterrupt

        with (
            mock.patch.object(parallel, "_wait_for_one", side_effect=stop),
            self.assertRaises(KeyboardInterrupt),
        ):
            self._run(*(self._job(p.name, self._sleeper(p)) for p in pid_files))
        for path in pid_files:
            self._assert_ends(path)

    def test_a_job_that_does_not_end_when_asked_is_killed(self):
        pid_file = self.folder / "pid"
        deaf = (
            "import os, pathlib, signal, time\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            f"pathlib.Path({str(pid_file)!r}).write_text(str(os.getpid()))\n"
            "time.sleep(60)"
        )
        fail = self._until(pid_file) + "raise SystemExit(1)"
        with mock.patch.object(parallel, "STOP_LIMIT", 0.1):
            self._assert_fails(
                "^bad failed",
                self._run,
                self._job("bad", fail),
                self._job("deaf", deaf),
            )
        self._assert_ends(pid_file)

    def test_nobody_watches_a_stage_tick(self):
        with (
            mock.patch.object(console, "TICK", 20),
            mock.patch.dict(check.STAGES, {"style": lambda: 3}),
            mock.patch("builtins.print") as printed,
        ):
            check.main(["style"])
            self.assertIsNone(console.TICK)
        printed.assert_called_once_with(3)
