"""The benchmarks keep their hands off every database that is not theirs."""

import os
import subprocess
import sys
import unittest

from tools import places


class TestBenchmarks(unittest.TestCase):
    def _run(self, script, *arguments):
        return subprocess.run(
            [sys.executable, "-W", "ignore", f"benchmarks/{script}.py", *arguments],
            cwd=places.ROOT,
            # nobody listens here: a refusal comes before any connection
            env={**os.environ, "PGHOST": "127.0.0.1", "PGPORT": "9"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def test_a_database_of_another_name_is_refused(self):
        for name in ("demo", "bench", "bench_", "my_bench_1k"):
            for script, arguments in (("load", (name, "10", "100")), ("run", (name,))):
                with self.subTest(script=script, name=name):
                    done = self._run(script, *arguments)
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(f"{name} is no benchmark database.", done.stderr)

    def test_the_runner_names_its_groups_and_the_least_repetitions(self):
        for arguments in (("bench_1k", "4"), ("bench_1k", "5", "lists")):
            with self.subTest(arguments=arguments):
                done = self._run("run", *arguments)
                self.assertEqual(done.returncode, 1)
                self.assertIn("unchanged, new, naive, list, form", done.stderr)
                self.assertIn("plans, schedule, gap, service_report", done.stderr)
