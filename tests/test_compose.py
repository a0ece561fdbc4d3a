"""The container set-up, read from its files: no engine is needed."""

import re
import unittest

import yaml

from tools import places

PORTS_OF_ODOO = {"8069", "8072"}


def _read(name):
    return (places.ROOT / name).read_text(encoding="utf-8")


class TestCompose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.compose = yaml.safe_load(_read("docker-compose.yml"))
        cls.services = cls.compose["services"]

    def test_the_services_are_database_installer_and_odoo(self):
        self.assertEqual(set(self.services), {"db", "install", "odoo"})
        self.assertEqual(self.services["db"]["image"], "postgres:16")
        self.assertIn("\nFROM odoo:19.0\n", _read("Dockerfile"))
        self.assertEqual(self.services["odoo"]["build"], ".")
        self.assertEqual(
            self.services["install"]["image"], self.services["odoo"]["image"]
        )

    def test_both_addons_and_the_settings_are_mounted_read_only(self):
        for name in ("install", "odoo"):
            with self.subTest(service=name):
                mounts = self.services[name]["volumes"]
                self.assertIn("./addons:/srv/kuaidi/addons:ro", mounts)
                self.assertIn("./odoo.conf:/etc/odoo/odoo.conf:ro", mounts)
                for mount in mounts:
                    source = mount.split(":")[0]
                    if source.startswith("./"):
                        self.assertTrue((places.ROOT / source).exists(), source)
        # The addons path of odoo.conf is relative to this folder.
        self.assertEqual(self.services["odoo"]["working_dir"], "/srv/kuaidi")
        self.assertIn("\naddons_path = addons\n", _read("odoo.conf"))

    def test_the_installer_knows_all_our_addons(self):
        command = self.services["install"]["command"][0]
        for option in ("--init", "--update"):
            names = re.search(rf"{option}=(\S+)", command)[1].split(",")
            self.assertEqual(sorted(names), places.addon_names())

    def test_data_is_in_named_volumes(self):
        self.assertEqual(set(self.compose["volumes"]), {"db-data", "odoo-data"})
        self.assertIn(
            "db-data:/var/lib/postgresql/data", self.services["db"]["volumes"]
        )
        self.assertIn("odoo-data:/var/lib/odoo", self.services["odoo"]["volumes"])
        data = self.services["odoo"]["environment"]["ODOO_DATA_DIR"]
        self.assertEqual(data, "/var/lib/odoo")

    def test_lasting_services_have_health_checks_and_restart(self):
        for name in ("db", "odoo"):
            with self.subTest(service=name):
                self.assertTrue(self.services[name]["healthcheck"]["test"])
                self.assertEqual(self.services[name]["restart"], "unless-stopped")
        conditions = self.services["odoo"]["depends_on"]
        self.assertEqual(conditions["db"]["condition"], "service_healthy")
        self.assertEqual(
            conditions["install"]["condition"], "service_completed_successfully"
        )

    def test_logs_are_rotated(self):
        for name, service in self.services.items():
            with self.subTest(service=name):
                self.assertEqual(service["logging"]["driver"], "json-file")
                self.assertEqual(
                    set(service["logging"]["options"]), {"max-size", "max-file"}
                )

    def test_odoo_has_workers_and_stands_behind_a_proxy_on_loopback(self):
        command = self.services["odoo"]["command"]
        self.assertIn("--proxy-mode", command)
        self.assertIn("--workers=${ODOO_WORKERS:-4}", command)
        ports = self.services["odoo"]["ports"]
        self.assertEqual({port.rsplit(":", 1)[1] for port in ports}, PORTS_OF_ODOO)
        for port in ports:
            self.assertTrue(port.startswith("127.0.0.1:"), port)
        self.assertNotIn("ports", self.services["db"])

    def test_secrets_come_from_the_environment_without_a_default(self):
        example = _read(".env.example").splitlines()
        for service, variable, source in (
            ("db", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD"),
            ("odoo", "PASSWORD", "POSTGRES_PASSWORD"),
            ("install", "PASSWORD", "POSTGRES_PASSWORD"),
            ("install", "ADMIN_PASSWORD", "ADMIN_PASSWORD"),
        ):
            with self.subTest(service=service, variable=variable):
                value = self.services[service]["environment"][variable]
                self.assertEqual(value, f"${{{source}:?set it in .env}}")
                self.assertIn(f"{source}=", example)
        self.assertNotIn("passw", _read("odoo.conf"))
        self.assertIn("/.env", _read(".gitignore").splitlines())

    def test_the_image_takes_its_versions_from_our_requirements(self):
        dockerfile = _read("Dockerfile")
        start = re.search(r"sed '1,/\^(.*)\$?/d'", dockerfile)[1]
        head, ours = _read("requirements.txt").split(f"{start}\n")
        for line in (head + ours).splitlines():
            if line and not line.startswith("#"):
                self.assertRegex(line, r"^[\w.-]+==[\w.]+( ; .+)?$")
        names = {line.split("==")[0] for line in ours.splitlines() if line}
        self.assertLessEqual(
            {
                "docxcompose",
                "docxtpl",
                "holidays",
                "odoo-addon-base-tier-validation",
                "odoo-addon-report-xlsx",
            },
            names,
        )
        self.assertIn("--constraint requirements.txt", dockerfile)
        self.assertNotRegex(dockerfile, r"[\w-]+==")
