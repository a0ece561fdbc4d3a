import base64

from freezegun import freeze_time

from odoo.fields import Command

from .claim_common import MORNING, ClaimCommon

TITLES = "运单号,发货日期,客户编号,货物名称,件数,是否旧货,包装,货物价值,保险金额,保险费"


class InsuranceCommon(ClaimCommon):
    """An insurer, its product and a policy in force in 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.code = "KA-H"
        cls.insurer = cls.env["kuaidi.insurer"].create(
            {"partner_id": cls._create_partner(name="Meiya Insurance").id}
        )
        cls.product = cls.env["kuaidi.insurance.product"].create(
            {
                "name": "Domestic cargo",
                "insurer_id": cls.insurer.id,
                "rate": 3,
                "currency_id": cls.env.ref("base.CNY").id,
                "limit_per_piece": 200000,
                "term_ids": [
                    Command.create(
                        {"name": "Fresh fruit", "effect": "excluded", "words": "水果"}
                    ),
                    Command.create(
                        {
                            "name": "Glass",
                            "effect": "special",
                            "goods_kind": "fragile",
                            "has_rate": True,
                            "rate": 8,
                            "has_deductible": True,
                            "deductible": 1000,
                        }
                    ),
                ],
            }
        )
        with freeze_time(MORNING):
            cls.policy = cls._create_policy()

    @classmethod
    def _create_policy(cls, is_running=True, **values):
        """Enter a policy, as the claims manager does, and put it in force."""
        count = cls.env["kuaidi.insurance.policy"].search_count([])
        policy = (
            cls.env["kuaidi.insurance.policy"]
            .with_user(cls.claims_manager)
            .create(
                {
                    "number": f"PICC{count + 1:06}",
                    "product_id": cls.product.id,
                    "company_id": cls.company.id,
                    "date_from": "2026-01-01",
                    "date_to": "2026-12-31",
                    **values,
                }
            )
        )
        if is_running:
            policy.action_start()
        return policy.with_env(cls.env)

    @classmethod
    def _declare(cls, waybill="SF1", **values):
        """Declare a shipment, as an officer enters it."""
        return (
            cls.env["kuaidi.insurance.shipment"]
            .with_user(cls.officer)
            .create(
                {
                    "policy_id": cls.policy.id,
                    "waybill_number": waybill,
                    "date_shipped": "2026-11-02",
                    "sum_insured": 10000,
                    **values,
                }
            )
            .with_env(cls.env)
        )

    @classmethod
    def _make_csv(cls, *lines, titles=TITLES):
        return "\n".join([titles, *lines]).encode()

    @classmethod
    def _upload(cls, content, user=None, policy=None):
        """Hand a file over as the form does; nothing of it is read yet."""
        user = user or cls.officer
        return (
            cls.env["kuaidi.insurance.import"]
            .with_user(user)
            .create(
                {
                    "policy_id": (policy or cls.policy).id,
                    "file": base64.b64encode(content),
                    "file_name": "declared.csv",
                }
            )
        )

    @classmethod
    def _read(cls, content, user=None, policy=None):
        """Have all rows of a file read, as the browser does; return the import."""
        wizard = cls._upload(content, user, policy)
        wizard.action_read()
        while not wizard.action_read_next()["is_done"]:
            continue
        return wizard

    def _get_counts(self, wizard):
        """Return the numbers of new, changed, unchanged and bad rows."""
        return (
            wizard.new_count,
            wizard.changed_count,
            wizard.same_count,
            wizard.bad_count,
        )

    def _get_bad(self, wizard):
        """Return (row, column, value, reason) of the bad rows."""
        return [
            (row.number, row.bad_column, row.bad_value, row.reason)
            for row in wizard.bad_row_ids
        ]
