from odoo.fields import Command
from odoo.tests import freeze_time

from .service_common import TODAY, ServiceCommon

# zone code: first kilogram and each further one, in yuan, and the floor of the first
TARIFF = {"HN": (8, 2, 4), "HD": (10, 4, 5), "PY": (20, 15, 10)}


@freeze_time(f"{TODAY} 04:00:00")
class PriceCommon(ServiceCommon):
    """A tariff in force since January, and a client of three stars with a contract.

    Clients of three stars: sales may give 15 %, the account manager 20 %, the CRM
    centre 30 %.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        zones = cls.env["kuaidi.price.zone"].search(
            [("company_id", "=", cls.company.id)]
        )
        cls.zones = {zone.code: zone for zone in zones}
        # a company's zones are named in the language of its making
        cls.zones["HN"].name = "South China"
        cls.zones["HD"].name = "East China"
        cls.tariff = cls._create_tariff()
        cls.tariff.with_user(cls.centre).action_start()
        cls.account.member_ids = [
            Command.create({"user_id": cls.sales.id, "role": "sales"})
        ]
        cls.contract = cls._create_contract()

    @classmethod
    def _create_tariff(cls, **values):
        return cls.env["kuaidi.price.agreement"].create(
            {
                "is_standard": True,
                "company_id": cls.company.id,
                "date_from": "2026-01-01",
                "line_ids": [
                    Command.create(
                        {
                            "zone_id": cls.zones[code].id,
                            "weight_first": 1,
                            "amount_first": first,
                            "weight_continued": 1,
                            "amount_continued": continued,
                            "amount_floor": floor,
                            "amount_floor_continued": 1,
                        }
                    )
                    for code, (first, continued, floor) in TARIFF.items()
                ],
                "surcharge_ids": [
                    Command.create(
                        {
                            "name": "Oversize",
                            "kind": "piece",
                            "condition": "oversize",
                            "threshold": 120,
                            "amount": 10,
                        }
                    ),
                ],
                **values,
            }
        )

    @classmethod
    def _create_contract(cls, account=None, state="running", **values):
        contract = cls.env["kuaidi.contract"].create(
            {
                "account_id": (account or cls.account).id,
                "kind": "master",
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                **values,
            }
        )
        contract.sudo().state = state
        return contract

    @classmethod
    def _quote(cls, discount=0.0, user=None, **values):
        """Draft special prices from the tariff; remote regions are left out."""
        agreement = (
            cls.env["kuaidi.price.agreement"]
            .with_user(user or cls.sales)
            .create(
                {
                    "account_id": cls.account.id,
                    "date_from": TODAY,
                    "discount_percent": discount,
                    "request_reason": "40,000 parcels a month, a competitor asks less.",
                    **values,
                }
            )
        )
        return agreement

    @classmethod
    def _get_line_of(cls, agreement, code):
        return agreement.line_ids.filtered(lambda line: line.zone_id.code == code)
