from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .renewal_common import TODAY
from .tender_common import TenderCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderCoreReport(TenderCommon):
    """Win rates, rejections and effort, and the client's history of bids."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["kuaidi.tender.report"]
        reason = cls.env.ref("kuaidi_key_account.lost_reason_price")
        cls.won = cls._bring_to(cls._create_tender(partner_id=cls.client.id), "opened")
        cls._add_member(cls.won, cls.sales, "lead").hours = 12
        cls._add_member(cls.won, cls.manager, "price").hours = 3.5
        cls.won._win(amount=900000)
        cls.lost = cls._bring_to(cls._create_tender(is_government=True), "opened")
        cls.lost._lose(reason)
        cls.rejected = cls._bring_to(
            cls._create_tender(form="enquiry", is_government=True), "submitted"
        )
        cls.rejected._lose(reason, rejection=cls._get_reason("rejected_seal"))
        cls.left = cls._create_tender()
        cls.left._decide("no_bid", cls._get_reason("no_bid_time"), "")
        cls.open = cls._create_tender()
        cls.domain = [("company_id", "=", cls.company.id)]
        cls.env.flush_all()

    def test_win_rates_follow_from_the_counts(self):
        rows = {
            form: numbers
            for form, *numbers in self.report._read_group(
                self.domain,
                ["form"],
                ["tender_count:sum", "won_count:sum", "win_percent:avg"],
            )
        }
        self.assertEqual(rows["public"], [4, 1, 50])
        self.assertEqual(rows["enquiry"], [1, 0, 0])
        ((win, bid, hours),) = self.report._read_group(
            self.domain, [], ["win_percent:avg", "bid_percent:avg", "hours:sum"]
        )
        self.assertAlmostEqual(win, 100 / 3, 3)
        self.assertEqual((bid, hours), (60, 15.5))

    def test_effort_is_told_in_hours_and_money(self):
        self.env["kuaidi.tender.cost"].create(
            [
                {"tender_id": self.won.id, "name": "Documents", "amount": 500},
                {
                    "tender_id": self.lost.id,
                    "name": "Night before sealing",
                    "kind": "hours",
                    "hours": 8,
                    "amount": 800,
                },
            ]
        )
        self.env.flush_all()
        for tender, expected in (
            (self.won, (15.5, 500)),
            (self.lost, (8, 800)),
            (self.open, (0, 0)),
        ):
            row = self.report.browse(tender.id)
            self.assertEqual((row.hours, row.amount_effort), expected)

    def test_rows_tell_client_type_and_outcome(self):
        for tender, client_type, result in (
            (self.won, "other", "won"),
            (self.lost, "government", "lost"),
            (self.rejected, "government", "rejected"),
            (self.left, "other", "no_bid"),
            (self.open, "other", "open"),
        ):
            row = self.report.browse(tender.id)
            self.assertEqual((row.client_type, row.result), (client_type, result))
        self.account.sudo().stars = 4
        starred = self._create_tender(partner_id=self.client.id)
        self.assertEqual(starred.stars, 4)
        self.assertEqual(self.report.browse(starred.id).client_type, "star_4")

    def test_rejections_are_counted_by_reason(self):
        rows = self.report._read_group(
            [*self.domain, ("result", "=", "rejected")], ["rejection_id"], ["__count"]
        )
        self.assertEqual(rows, [(self._get_reason("rejected_seal"), 1)])

    def test_everybody_counts_what_they_may_read(self):
        for user, expected in (
            (self.centre, 5),
            (self.finance, 5),
            (self.sales, 5),
            (self.manager_2, 1),
            (self.sales_2, 0),
        ):
            with self.subTest(user.login):
                self.assertEqual(
                    self.report.with_user(user).search_count(self.domain), expected
                )

    def test_the_list_is_exported_by_those_who_may(self):
        rows = self.report.search(self.domain)
        action = rows.with_user(self.centre).action_export_list()
        self.assertEqual(action["report_name"], "kuaidi_key_account.tender_list_xlsx")
        content, kind = (
            self.env["ir.actions.report"]
            .with_user(self.centre)
            ._render_xlsx(
                action["report_name"], [], data={"domain": [("id", "in", rows.ids)]}
            )
        )
        self.assertEqual((content[:2], kind), (b"PK", "xlsx"))
        with self._refused(AccessError):
            rows.with_user(self.sales).action_export_list()

    def test_the_clients_form_counts_its_tenders(self):
        self.assertRecordValues(
            self.account, [{"tender_count": 1, "tender_won_count": 1}]
        )
        action = self.account.action_view_tenders()
        self.assertEqual(self.tenders.search(action["domain"]), self.won)

    def test_a_new_file_takes_the_former_tenders(self):
        self.assertFalse(self.lost.account_id)
        account = self._create_account(partner_id=self.issuer.id)
        self.assertEqual(self.lost.account_id, account)
        self.assertEqual(account.tender_count, 4)
