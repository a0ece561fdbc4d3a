"""The set-up ends with one sentence, and a half-made thing is made again."""

import errno
import os
import pathlib
import shutil
import socket
import sys
import tempfile
import time
from unittest import mock

from tools import (
    __main__ as entry,
)
from tools import console, odoo_source, places, postgres, serve, system_packages
from tools import virtualenv as environment

from .tools_common import ToolCase


class TestSentences(ToolCase):
    def test_a_failure_is_one_sentence_and_status_1(self):
        def fail(_arguments):
            raise console.Failure("Plug it in.")

        self.assertEqual(console.guarded(fail, []), 1)
        self.assertEqual(self.printed.getvalue(), "error: Plug it in.\n")

    def test_a_full_disk_is_named(self):
        def fail(_arguments):
            raise OSError(errno.ENOSPC, "No space left on device", "/some/file")

        self.assertEqual(console.guarded(fail, []), 1)
        self.assertIn("The disk is full.", self.printed.getvalue())
        self.assertNotIn("Traceback", self.printed.getvalue())

    def test_the_cause_is_read_from_a_programs_output(self):
        for output, words in (
            ("dpkg: write: No space left on device", "The disk is full"),
            ("Temporary failure resolving 'mirror'", "The network did not answer"),
            ("npm ERR! code ENOTFOUND", "The network did not answer"),
            ("ModuleNotFoundError: No module named 'x'", "Reinstall"),
        ):
            with self.subTest(output=output):
                script = f"print({output!r}); raise SystemExit(1)"
                command = [sys.executable, "-c", script]
                self._assert_fails(
                    words, console.run_logged, command, "x.log", "Reinstall."
                )

    def test_a_missing_program_is_named(self):
        command = ["no-such-program"]
        self._assert_fails(
            "no-such-program is missing", console.run_logged, command, "x.log", "Get."
        )

    def test_an_unknown_command_lists_the_known_ones(self):
        self._assert_fails("run, test, odoo", entry.main, ["fly"])

    def test_a_stopped_child_takes_its_own_children_along(self):
        pid_file = self.folder / "pid"
        script = f"sleep 60 & echo $! > {pid_file}; wait"
        with (
            mock.patch(
                "subprocess.Popen.communicate", side_effect=self._stop_once(pid_file)
            ),
            self.assertRaises(KeyboardInterrupt),
        ):
            console.run_child(["sh", "-c", script])
        self._assert_ends(pid_file)

    def _stop_once(self, pid_file):
        def stop():
            while not (pid_file.exists() and pid_file.read_text().strip()):
                time.sleep(0.05)
            raise KeyboardInterrupt

        return stop


class TestPort(ToolCase):
    def test_a_taken_port_is_refused_with_a_way_out(self):
        with socket.socket() as other:
            other.bind((serve.ADDRESS, 0))
            other.listen()
            port = other.getsockname()[1]
            sentence = self._assert_fails("is taken", serve.check_port, port)
            self.assertIn(f"make run PORT={port + 1}", sentence)
        serve.check_port(port)


class TestPython(ToolCase):
    def test_an_unsupported_python_looks_for_another(self):
        python = self.folder / "python3.12"
        python.write_text("#!/bin/sh\necho 3 12\n")
        python.chmod(0o755)
        with (
            mock.patch.object(sys, "version_info", (3, 9, 0)),
            mock.patch.dict(os.environ, {"PATH": f"{self.folder}:/usr/bin:/bin"}),
        ):
            self.assertEqual(environment.find_python(), str(python))

    def test_without_a_supported_python_the_versions_are_named(self):
        broken = self.folder / "python3.12"
        broken.write_text("#!/bin/sh\nexit 127\n")
        broken.chmod(0o755)
        with (
            mock.patch.object(sys, "version_info", (3, 9, 0)),
            mock.patch.dict(os.environ, {"PATH": str(self.folder)}),
        ):
            self._assert_fails("3.11 or 3.12 or 3.13", environment.find_python)

    def test_another_requirement_is_another_environment(self):
        with mock.patch.object(places, "ROOT", self.folder):
            for name in environment.REQUIREMENTS:
                (self.folder / name).write_text("one==1\n")
            first = environment._folder("source")
            self.assertEqual(environment._folder("source"), first)
            (self.folder / environment.REQUIREMENTS[1]).write_text("one==2\n")
            self.assertNotEqual(environment._folder("source"), first)

    def test_an_unfinished_environment_is_made_again(self):
        source = self.folder / "source"
        folder = environment._folder(source)
        (folder / "bin").mkdir(parents=True)
        with (
            mock.patch.object(odoo_source, "ensure", return_value=source),
            mock.patch.object(environment, "_make") as make,
        ):
            environment.ensure()
            make.assert_called_once_with(folder, source)
            make.reset_mock()
            (folder / environment.COMPLETE).touch()
            environment.ensure()
            make.assert_not_called()


class TestOdooSource(ToolCase):
    def _fake_unpack(self, complete=True):
        """Stand in for apt-get and dpkg."""

        def run(command, *_arguments, **_options):
            if command[0] == "dpkg":
                release = pathlib.Path(command[3]) / odoo_source.PYTHON_FOLDER / "odoo"
                release.mkdir(parents=True, exist_ok=True)
                (release / "release.py").write_text("version_info = (19, 0)\n")
                if not complete:
                    (release / "font.ttf").symlink_to("nowhere")

        def download(_suite, _packages, downloads):
            (downloads / "odoo.deb").touch()

        self._patch(mock.patch.object(console, "run_logged", side_effect=run))
        self._patch(mock.patch.object(odoo_source, "_download", side_effect=download))
        self._patch(mock.patch.object(shutil, "which", return_value="/usr/bin/x"))

    def test_without_apt_get_the_other_ways_are_named(self):
        with mock.patch.object(shutil, "which", return_value=None):
            sentence = self._assert_fails("apt-get is missing", odoo_source.ensure)
        self.assertIn("ODOO_HOME", sentence)
        self.assertIn("Docker Compose", sentence)

    def test_a_nearly_full_disk_is_refused_before_the_download(self):
        usage = mock.Mock(free=1000)
        self._fake_unpack()
        with mock.patch.object(shutil, "disk_usage", return_value=usage):
            self._assert_fails("nearly full", odoo_source.ensure)
        odoo_source._download.assert_not_called()

    def test_a_half_unpacked_odoo_is_unpacked_again(self):
        partial = self.cache / f"{odoo_source.FOLDER}.partial"
        left = partial / odoo_source.PYTHON_FOLDER / "odoo" / "left.py"
        left.parent.mkdir(parents=True)
        left.touch()
        self._fake_unpack()
        found = odoo_source.ensure()
        self.assertEqual(
            found, self.cache / odoo_source.FOLDER / odoo_source.PYTHON_FOLDER
        )
        self.assertTrue((found / "odoo" / "release.py").exists())
        self.assertFalse((found / "odoo" / "left.py").exists())
        self.assertFalse(partial.exists())

    def test_a_link_to_nowhere_is_no_odoo(self):
        self._fake_unpack(complete=False)
        self._assert_fails("links to one that no package brought", odoo_source.ensure)
        self.assertFalse((self.cache / odoo_source.FOLDER).exists())

    def test_an_interrupted_unpacking_leaves_no_odoo(self):
        self._fake_unpack()
        console.run_logged.side_effect = KeyboardInterrupt
        with self.assertRaises(KeyboardInterrupt):
            odoo_source.ensure()
        self.assertFalse((self.cache / odoo_source.FOLDER).exists())
        # What was downloaded is kept for the next run.
        packages = self.cache / f"{odoo_source.FOLDER}.packages"
        self.assertTrue((packages / "odoo.deb").exists())

    def test_the_mirror_is_the_one_in_use(self):
        listing = (
            "https://packages.example/cloud/ stable main\n"
            "http://mirror.example/debian-security/ bookworm-security main\n"
            "http://mirror.example/debian/ bookworm-updates main\n"
            "http://mirror.example/debian/ bookworm main\n"
        )
        with mock.patch("subprocess.run", return_value=mock.Mock(stdout=listing)):
            self.assertEqual(odoo_source._mirror(), "http://mirror.example/debian/")
        with mock.patch("subprocess.run", return_value=mock.Mock(stdout="")):
            self._assert_fails("no Debian mirror", odoo_source._mirror)

    def test_odoo_home_is_used_in_both_layouts(self):
        for layout in ("", odoo_source.PYTHON_FOLDER):
            with self.subTest(layout=layout):
                home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
                package = home / layout / "odoo"
                package.mkdir(parents=True)
                release = package / "release.py"
                release.write_text("version_info = (19, 0, 0, 'final', 0, '')\n")
                with mock.patch.dict(os.environ, {"ODOO_HOME": str(home)}):
                    self.assertEqual(odoo_source.ensure(), package.parent.resolve())
                    release.write_text("version_info = (18, 0, 0, 'final', 0, '')\n")
                    self._assert_fails("is not Odoo 19.0", odoo_source.ensure)
                    release.unlink()
                    self._assert_fails("holds no odoo", odoo_source.ensure)


class TestSystemPackages(ToolCase):
    def test_nothing_missing_installs_nothing(self):
        with (
            mock.patch.object(system_packages, "missing", return_value=[]),
            mock.patch.object(system_packages, "install") as install,
        ):
            system_packages.ensure(browser=True)
        install.assert_not_called()

    def test_without_apt_get_the_packages_are_named(self):
        with mock.patch.object(shutil, "which", return_value=None):
            self._assert_fails(
                "no apt-get. .* chromium wkhtmltopdf",
                system_packages.install,
                ["chromium", "wkhtmltopdf"],
            )

    def test_without_the_right_to_install_the_command_is_given(self):
        with (
            mock.patch.object(os, "geteuid", return_value=1000),
            mock.patch.object(shutil, "which", return_value="/usr/bin/x"),
            mock.patch("subprocess.run", return_value=mock.Mock(returncode=1)),
        ):
            self._assert_fails(
                "`sudo apt-get install chromium`", system_packages.install, ["chromium"]
            )

    def test_serving_goes_on_without_the_packages_for_letters(self):
        with (
            mock.patch.object(system_packages, "missing", return_value=["x"]),
            mock.patch.object(
                system_packages, "install", side_effect=console.Failure("No.")
            ),
        ):
            system_packages.ensure_if_possible()
        self.assertIn("Printing PDF letters", self.printed.getvalue())


class TestPostgres(ToolCase):
    def test_the_socket_of_a_deep_checkout_is_elsewhere(self):
        short = self.folder / "postgres"
        with mock.patch.object(postgres, "CLUSTER", short):
            self.assertEqual(postgres._socket_folder(), short)
        deep = self.folder / ("x" * 100) / "postgres"
        with mock.patch.object(postgres, "CLUSTER", deep):
            folder = postgres._socket_folder()
        self.assertNotEqual(folder, deep)
        self.assertLessEqual(len(str(folder / ".s.PGSQL.5432")), postgres.SOCKET_LIMIT)

    def test_pg_variables_take_the_place_of_the_embedded_server(self):
        with mock.patch.dict(os.environ, {"PGHOST": "db.example"}):
            with (
                mock.patch.object(postgres, "_start") as start,
                postgres.running() as variables,
            ):
                self.assertEqual(variables, {})
            start.assert_not_called()

    def test_the_last_user_stops_the_server(self):
        without = {name: "" for name in postgres.VARIABLES}
        with (
            mock.patch.dict(os.environ, without),
            mock.patch.object(places, "STATE", self.folder),
            mock.patch.object(postgres, "CLUSTER", self.folder / "postgres"),
            mock.patch.object(postgres, "GUARD", self.folder / "guard"),
            mock.patch.object(postgres, "USERS", self.folder / "users"),
            mock.patch.object(postgres, "_start"),
            mock.patch.object(postgres, "_stop") as stop,
        ):
            (self.folder / "postgres").mkdir()
            with postgres.running():
                with postgres.running():
                    self._assert_fails("is in use", postgres.stop_unused)
                stop.assert_not_called()
            stop.assert_called_once_with()

    def test_a_lock_is_waited_for(self):
        waiting = mock.Mock()
        path = self.folder / "lock"
        with places.locked(path, waiting):
            waiting.assert_not_called()
            with mock.patch("fcntl.flock", side_effect=[BlockingIOError, None]):
                with places.locked(path, waiting):
                    waiting.assert_called_once_with()
