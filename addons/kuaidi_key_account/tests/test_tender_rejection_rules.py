from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .tender_files import make_docx
from .tender_rejection_common import TenderRejectionCommon
from .tender_requirement_common import TODAY


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderRejectionRules(TenderRejectionCommon):
    """Each ground for rejection is found where it is, and only there (IR 51)."""

    def setUp(self):
        super().setUp()
        self._create_package()

    def _check(self, code, place, change, undo=None):
        """Check that a change makes a finding at a place, and that undoing ends it."""
        self.assertNotIn(code, self._find_codes())
        change()
        self.assertIn((code, place._name, place.id), self._find())
        if undo:
            undo()
            self.assertNotIn(code, self._find_codes())

    def test_a_bid_that_is_right_has_no_finding(self):
        self.assertEqual(self._find_codes(), set())
        self.assertTrue(self.tender.date_checked)

    def test_requirements(self):
        line = self._create_requirement(is_mandatory=True, answer="Yes.")
        line.with_user(self.sales).action_answer()
        line.with_user(self.manager).action_check()
        self._check(
            "requirement_unanswered",
            line,
            lambda: line.with_user(self.sales).action_reopen(),
            lambda: line.with_user(self.sales).action_answer(),
        )
        self.assertIn("requirement_unchecked", self._find_codes())
        line.with_user(self.manager).action_check()
        self.assertNotIn("requirement_unchecked", self._find_codes())
        self._check(
            "requirement_negative",
            line,
            lambda: line.write({"deviation": "negative"}),
            lambda: line.write({"deviation": "positive"}),
        )
        scored = self._create_requirement()
        self._check(
            "requirement_points",
            scored,
            lambda: scored.write({"score_max": 5}),
            lambda: scored.write({"score_max": 0}),
        )

    def test_evidence(self):
        asset = self._create_asset()
        self.letter.sudo().asset_ids = asset
        line = self._create_requirement(asset_ids=[Command.set(asset.ids)])
        # the bid is valid until 30 June
        self._check(
            "evidence_expired",
            self.letter,
            lambda: asset.write({"date_expiry": "2026-06-29"}),
            lambda: asset.write({"date_expiry": "2026-06-30"}),
        )
        self.assertNotIn(
            "evidence_expired", {code for code, _m, i in self._find() if i == line.id}
        )
        self._check(
            "evidence_missing",
            line,
            lambda: asset.write({"attachment_ids": [Command.clear()]}),
        )
        self._check(
            "evidence_former", line, lambda: asset.sudo().write({"state": "superseded"})
        )

    def test_sections(self):
        self._check(
            "section_unfinished",
            self.letter,
            lambda: self.letter._move_to("in_work"),
            lambda: self.letter.write({"is_mandatory": False}),
        )
        self._check(
            "signature_missing",
            self.tender,
            lambda: self.letter.write({"needs_signature": False}),
            lambda: self.letter.write({"needs_signature": True}),
        )

    def test_prices(self):
        tender = self.tender
        for code, values, right in (
            ("price_ceiling", {"amount_bid": 1_000_000.01}, {"amount_bid": 1_000_000}),
            ("price_cost", {"amount_bid": 799_999.99}, {"amount_bid": 800_000}),
            ("price_missing", {"amount_bid": 0}, {"amount_bid": 900_000}),
        ):
            with self.subTest(code=code):
                self._check(
                    code,
                    tender,
                    lambda values=values: tender.write(values),
                    lambda right=right: tender.write(right),
                )
        lot = self.env["kuaidi.tender.lot"].create(
            {
                "tender_id": tender.id,
                "number": "1",
                "name": "East",
                "amount_bid": 900_000,
                "amount_ceiling": 900_000,
            }
        )
        self._check(
            "price_two",
            tender,
            lambda: lot.write({"amount_bid": 899_999}),
            lambda: lot.write({"amount_bid": 900_000}),
        )
        self._check(
            "price_ceiling",
            lot,
            lambda: lot.write({"amount_ceiling": 899_999}),
            lambda: lot.write({"amount_ceiling": 0}),
        )

    def test_a_second_price_in_the_bid_letter(self):
        letter = self.letter.sudo()
        self._check(
            "price_two",
            self.letter,
            lambda: letter.write({"body": "<p>投标总价：<b>人民币 890,000</b> 元</p>"}),
            lambda: letter.write({"body": "<p>投标总价（大写）：玖拾万元整</p>"}),
        )

    def test_bonds(self):
        line = self._create_requirement(
            is_mandatory=True, name="未按要求提交投标保证金的，其投标将被否决。"
        )
        self.assertIn(("bond_missing", line._name, line.id), self._find())
        bond = self.env["kuaidi.tender.bond"].create(
            {"tender_id": self.tender.id, "amount_asked": 18_000}
        )
        codes = self._find_codes()
        self.assertNotIn("bond_missing", codes)
        self.assertLessEqual({"bond_unpaid", "bond_account"}, codes)
        account = self.env["res.partner.bank"].create(
            {
                "acc_number": "6222 0001",
                "partner_id": self.company.partner_id.id,
                "kuaidi_is_basic_account": True,
            }
        )
        bond.sudo().write({"bank_account_id": account.id, "state": "paid"})
        self.assertFalse({c for c in self._find_codes() if c.startswith("bond")})
        bond.sudo().amount = 17_000
        self.assertIn(("bond_amount", bond._name, bond.id), self._find())

    def test_a_performance_bond_is_no_bid_bond(self):
        self._create_requirement(is_mandatory=True, name="中标后提交履约保证金。")
        self.assertNotIn("bond_missing", self._find_codes())

    def test_validity(self):
        line = self._create_requirement(name="投标有效期为90日历天。")
        self._check(
            "validity_short",
            line,
            lambda: self.tender.write({"validity_days": 60}),
            lambda: self.tender.write({"validity_days": 120}),
        )
        self._check(
            "validity_short",
            self.tender,
            lambda: self.tender.write({"validity_days": 0}),
        )

    def test_copies(self):
        line = self._create_requirement(name="正本一份，副本四份。")
        self._check(
            "copies_wrong",
            line,
            lambda: self.tender.write({"copy_count": 5}),
            lambda: self.tender.write({"copy_count": 4}),
        )
        self._check(
            "copies_wrong",
            self.tender,
            lambda: self.tender.write({"original_count": 0}),
        )

    def test_the_name_on_papers_and_in_texts(self):
        asset = self._create_asset()
        self.letter.sudo().asset_ids = asset
        self._check(
            "name_differs",
            self.letter,
            lambda: asset.write({"holder_name": "Shunda Express (Suzhou)"}),
            lambda: asset.write({"holder_name": " SHUNDA  Express"}),
        )
        self.env["res.company"].create({"name": "Yunfeng Express"})
        letter = self.letter.sudo()
        self._check(
            "name_differs",
            self.letter,
            lambda: letter.write({"body": "<p>Yunfeng <b>Express</b> promises</p>"}),
            lambda: letter.write({"body": "<p>We promise</p>"}),
        )

    def test_the_name_in_the_built_document(self):
        self.env["res.company"].create({"name": "云峰快递有限公司"})
        package = self._create_package(
            content=make_docx(["投标人：云峰快递有限公司"], has_page_numbers=True)
        )
        self.assertEqual(
            self._find(),
            {("name_differs", package._name, package.id)},
        )

    def test_powers(self):
        self._check(
            "power_missing",
            self.tender,
            lambda: self.tender.write({"signatory_name": False}),
            lambda: self.tender.write({"signatory_name": "Li Wei"}),
        )
        self._check(
            "power_missing",
            self.tender,
            lambda: self.tender.write({"proxy_name": "Chen Jie"}),
            lambda: self._create_section(name="法定代表人授权书"),
        )

    def test_the_package(self):
        package = self.tender.package_ids
        self._check(
            "pages_missing",
            package,
            lambda: package.file_ids.attachment_id.write(
                {"raw": make_docx(["投标函"])}
            ),
        )
        self._check(
            "package_old",
            package,
            lambda: self.letter.sudo().write({"body": "<p>Another text</p>"}),
        )
        package.state = "failed"
        self.assertIn("package_missing", self._find_codes())

    def test_what_is_put_right_is_gone_and_what_stays_keeps_its_date(self):
        self.tender.amount_bid = 0
        self.tender.signatory_name = False
        with freeze_time("2026-03-03 04:00:00"):
            self._find()
            first = self.tender.finding_ids
            self.assertEqual(len(first), 3)
        self.tender.signatory_name = "Li Wei"
        self._find()
        left = self.tender.finding_ids
        self.assertEqual(len(first.exists()), 2)
        self.assertEqual(left, first.exists())
        self.assertEqual(
            set(map(str, left.mapped("date_found"))), {"2026-03-03 04:00:00"}
        )

    def test_rules_are_switched_off_by_company_and_change_their_gravity(self):
        self.tender.amount_cost = 950_000
        rule = self.env.ref("kuaidi_key_account.check_rule_price_cost")
        self._find()
        self.assertEqual(self.tender.blocker_count, 1)
        rule.with_user(self.centre).severity = "warning"
        self._find()
        self.assertEqual((self.tender.blocker_count, self.tender.warning_count), (0, 1))
        rule.with_user(self.centre).off_company_ids = self.company
        self.assertEqual(self._find_codes(), set())
        rule.off_company_ids = False
        rule.active = False
        self.assertEqual(self._find_codes(), set())

    def test_nobody_types_findings_or_invents_rules(self):
        self.tender.amount_cost = 950_000
        self._find()
        finding = self.tender.finding_ids
        rule = finding.rule_id
        for user in (self.sales, self.manager, self.centre, self.finance):
            for act in (
                lambda record: record.write({"severity": "warning"}),
                lambda record: record.unlink(),
                lambda record: record.create({"tender_id": self.tender.id}),
            ):
                with self.subTest(user=user.login), self._refused(AccessError):
                    act(finding.with_user(user))
        with self._refused(AccessError):
            rule.with_user(self.sales).severity = "warning"
        with self._refused(AccessError):
            rule.with_user(self.centre).code = "x"
        with self._refused(AccessError):
            self.tender.with_user(self.sales).date_checked = TODAY
        with self._refused(AccessError):
            self.tender.with_user(self.sales_2).action_check_bid()
        self.assertEqual(
            (finding.severity, rule.severity, rule.code),
            ("blocker", "blocker", "price_cost"),
        )

    def test_the_button_opens_the_place(self):
        line = self._create_requirement(is_mandatory=True)
        self.tender.with_user(self.sales).action_check_bid()
        finding = self.tender.finding_ids.filtered(lambda f: f.res_id == line.id)
        action = finding.with_user(self.sales).action_open_place()
        self.assertEqual((action["res_model"], action["res_id"]), (line._name, line.id))
        with self._refused(AccessError):
            finding.with_user(self.sales_2).action_open_place()

    def test_more_requirements_take_no_more_queries(self):
        def count(number):
            for _line in range(number):
                self._create_requirement(is_mandatory=True)
            self.tender._refresh_findings()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self.tender._refresh_findings()
            self.env.flush_all()
            return self.cr.sql_log_count - start

        self.assertLessEqual(count(40), count(4) + 2)
