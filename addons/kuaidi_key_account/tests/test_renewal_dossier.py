import io

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfFileReader

from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalDossier(RenewalCommon):
    """Before a renewal everything known of the client stands on one page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["kuaidi.monthly.figure"]._upsert(
            [
                {
                    "account_id": cls.account.id,
                    "month": month,
                    "pieces": pieces,
                    "weight_kg": 2 * pieces,
                    "late_count": late,
                    "amount_revenue": 5 * pieces,
                }
                for month, pieces, late in (
                    ("2026-02-01", 900, 9),
                    ("2025-12-01", 600, 0),
                    ("2025-02-01", 1000, 5),
                    # not within two years
                    ("2024-02-01", 7777, 0),
                )
            ],
            cls.company,
        )
        cls.renewal = cls._create_renewal(
            pieces_promised=100, amount_promised=9000, stage="negotiating"
        )

    def test_volume_stands_against_promise_and_year_before(self):
        dossier = self.renewal.with_user(self.sales)._get_dossier()
        self.assertEqual(
            [dossier[part]["pieces"] for part in ("year", "before")], [1500, 1000]
        )
        letter = self.renewal._prepare_dossier()
        self.assertEqual(letter["tiles"][0]["value"], "1,500")
        self.assertEqual(
            [line["text"] for line in letter["tiles"][0]["lines"]],
            ["+50.0 % on the year before", "125 % of 1,200 promised"],
        )
        late = letter["columns"][0][0]["rows"][0]
        self.assertEqual(late, ["Late Parcels", "9", "0.600 %", "0.500 %"])

    def test_payment_is_told_from_what_was_paid(self):
        invoice = self._create_invoice(
            self.client, 1000, "2025-11-01", invoice_date_due="2025-12-01"
        )
        self._create_invoice(
            self.client, 300, "2026-01-01", invoice_date_due="2026-02-01"
        )
        credit = self._create_invoice(
            self.client, 1000, "2025-12-11", move_type="out_refund"
        )
        lines = (invoice | credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        money = self.renewal._get_dossier()["money"]
        self.assertEqual(
            (money["open"], money["overdue"], money["paid"], money["late_percent"]),
            (300, 300, 1000, 100),
        )
        self.assertEqual(round(money["late_days"]), 10)

    def test_needs_carriers_and_positions_are_named(self):
        self.env["kuaidi.account.competitor"].create(
            {"account_id": self.account.id, "name": "Yunfeng", "share_percent": 30}
        )
        self.env["kuaidi.account.need"].create(
            {"account_id": self.account.id, "name": "Night pick-up"}
        )
        self.renewal.position_ids[0].position_client = "5 % less"
        page = str(self.renewal.with_user(self.sales).dossier)
        for text in ("Yunfeng", "30 %", "Night pick-up"):
            self.assertIn(text, page)
        rows = self.renewal._prepare_dossier()["positions"]["rows"]
        self.assertEqual(rows[0][2], "5 % less")

    def test_the_number_of_queries_depends_on_nothing_the_client_has(self):
        counts = []
        # what is read once for all
        self.renewal._prepare_dossier()
        for number in (1, 15):
            self.env["kuaidi.account.competitor"].create(
                [
                    {"account_id": self.account.id, "name": f"Carrier {n}"}
                    for n in range(number)
                ]
            )
            for _number in range(number):
                self._create_invoice(self.client, 100, "2026-01-01")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.renewal._prepare_dossier()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 45)

    def test_the_dossier_is_printed(self):
        report = self.env.ref("kuaidi_key_account.renewal_dossier_report")
        content, kind = (
            self.env["ir.actions.report"]
            .with_user(self.sales)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report, self.renewal.ids)
        )
        self.assertEqual(kind, "pdf")
        pages = PdfFileReader(io.BytesIO(content)).pages
        text = "".join(page.extract_text() for page in pages).replace("\t", " ")
        self.assertIn(self.client.name, text)

    def test_strangers_get_no_dossier(self):
        stranger = self._create_user("kuaidi_stranger", "group_sales")
        with self.assertRaises(AccessError):
            self.renewal.with_user(stranger)._get_dossier()

    def test_the_termination_letter_is_for_what_ends(self):
        renewal = self.renewal.with_user(self.sales)
        with self._refused(UserError, "goes on as far as we know"):
            renewal.action_print_letter()
        renewal._lose(self.env.ref("kuaidi_key_account.lost_reason_price"))
        self.client.lang = "zh_CN"
        letter = renewal._prepare_termination()
        self.assertEqual(letter["lang"], "zh-CN")
        self.assertIn(renewal.contract_id.number, letter["number"])
        for secret in ("Prices of a competitor", "Stars"):
            self.assertNotIn(secret, str(letter))
        self.assertEqual(
            renewal.action_print_letter()["report_name"],
            "kuaidi_key_account.report_renewal_letter",
        )
        self.assertEqual(renewal.contract_id.date_to, fields.Date.to_date("2026-05-25"))
