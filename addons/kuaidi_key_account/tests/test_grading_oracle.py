import json
import random
from collections import defaultdict
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .grading_common import THRESHOLDS, GradingCommon

ACCOUNTS = 1000
INVOICES_PER_ACCOUNT = 6


@tagged("post_install", "-at_install")
class TestGradingOracle(GradingCommon):
    """The set-based grading agrees with a loop that anybody can check by reading."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(20261101)
        cls.other_company = cls.env["res.company"].create(
            {"name": "Other Express", "currency_id": cls.env.ref("base.CNY").id}
        )
        cls.accounts = cls._create_portfolio()
        cls._clone_invoices()

    @classmethod
    def _create_portfolio(cls):
        """Create accounts, half of them with a branch contact that may be archived."""
        partners = cls.env["res.partner"].create(
            [{"name": f"Client {n}", "is_company": True} for n in range(ACCOUNTS)]
        )
        cls.env["res.partner"].create(
            [
                {
                    "name": "Branch",
                    "parent_id": partner.id,
                    "type": "delivery",
                    "active": bool(n % 4),
                }
                for n, partner in enumerate(partners)
                if n % 2
            ]
        )
        return cls.env["kuaidi.key.account"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "manager_id": cls.manager.id,
                }
                for partner in partners
            ]
        )

    @classmethod
    def _clone_invoices(cls):
        """Clone posted invoices by SQL with drawn amounts, dates, kinds and states."""
        moves = {
            "out_invoice": cls._create_invoice(cls.client, 100, "2026-01-01"),
            "out_refund": cls._create_invoice(
                cls.client, 100, "2026-01-01", move_type="out_refund"
            ),
            "out_receipt": cls._create_invoice(
                cls.client, 100, "2026-01-01", move_type="out_receipt"
            ),
        }
        cls.env.flush_all()
        columns = [
            name
            for name, field in cls.env["account.move"]._fields.items()
            if field.store and field.column_type and name != "id"
        ]
        rows = [
            dict(drawn, template=moves[drawn["template"]].id)
            for drawn in map(cls._draw_invoice, range(ACCOUNTS * INVOICES_PER_ACCOUNT))
        ]
        cls.env.execute_query(
            SQL(
                """
                INSERT INTO account_move (%s)
                SELECT %s
                  FROM jsonb_to_recordset(%s::jsonb) AS drawn (
                       template integer, name text, partner_id integer,
                       commercial_partner_id integer, company_id integer,
                       currency_id integer, state text, invoice_date date,
                       amount_untaxed_signed numeric
                  )
                  JOIN account_move template ON template.id = drawn.template
                RETURNING id
                """,
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(
                    SQL.identifier("drawn" if name in rows[0] else "template", name)
                    for name in columns
                ),
                json.dumps(rows, default=str),
            )
        )
        cls.env.invalidate_all()

    @classmethod
    def _draw_invoice(cls, number):
        draw = cls.random
        account = cls.accounts[number % ACCOUNTS]
        contacts = (
            account.partner_id
            | account.partner_id.with_context(active_test=False).child_ids
        )
        kind = draw.choices(
            ["out_invoice", "out_refund", "out_receipt"], weights=[8, 2, 1]
        )[0]
        # around the thresholds, so that many accounts lie close to a boundary
        amount = draw.choice(THRESHOLDS) * draw.choice([0.1, 0.25, 0.5, 1, 1, 1.5])
        amount = round(amount + draw.choice([0, 0, -0.01, 0.01]), 2)
        day = fields.Date.add(
            fields.Date.to_date("2025-10-25"), days=draw.randrange(0, 390)
        )
        boundary = draw.choice(
            [None, None, "2025-10-31", "2025-11-01", "2026-10-31", "2026-11-01"]
        )
        return {
            "template": kind,
            "name": f"ORACLE/{number}",
            "partner_id": draw.choice(contacts).id,
            "commercial_partner_id": account.partner_id.id,
            "company_id": (
                cls.other_company.id if draw.random() < 0.1 else cls.company.id
            ),
            "currency_id": draw.choice(
                [cls.env.ref("base.CNY").id, cls.env.ref("base.USD").id]
            ),
            "state": draw.choices(["posted", "draft", "cancel"], weights=[8, 1, 1])[0],
            "invoice_date": boundary or day,
            "amount_untaxed_signed": -amount if kind == "out_refund" else amount,
        }

    def _rate_slowly(self):
        """Return (revenue, stars) by account, invoice by invoice in plain Python."""
        revenue = defaultdict(Decimal)
        for move in self.env["account.move"].search([("name", "=like", "ORACLE/%")]):
            if move.company_id != self.company or move.state != "posted":
                continue
            if move.move_type not in ("out_invoice", "out_refund"):
                continue
            if not "2025-11-01" <= str(move.invoice_date) <= "2026-10-31":
                continue
            client = move.partner_id
            while client.parent_id and not client.is_company:
                client = client.parent_id
            revenue[client] += Decimal(str(move.amount_untaxed_signed))
        return {
            account: (
                revenue[account.partner_id],
                sum(revenue[account.partner_id] >= step for step in THRESHOLDS),
            )
            for account in self.accounts
        }

    def test_a_thousand_random_accounts_get_the_stars_of_the_slow_loop(self):
        expected = self._rate_slowly()
        ratings = self._grade(self.accounts)
        self.assertEqual(
            {
                rating.account_id: (
                    Decimal(str(rating.amount_revenue)),
                    rating.stars,
                )
                for rating in ratings
            },
            expected,
        )
        # the draw reaches every level, or the comparison would prove little
        self.assertEqual({stars for _amount, stars in expected.values()}, set(range(6)))
        ratings._on_approved()
        self.assertFalse(self._grade(self.accounts))
        self.assertEqual(
            {account: account.stars for account in self.accounts},
            {account: stars for account, (_amount, stars) in expected.items()},
        )
