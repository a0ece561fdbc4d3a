from contextlib import contextmanager

from odoo.fields import Command
from odoo.tests import freeze_time

from .common import KuaidiCommon

# a Monday, at noon in Shanghai
TODAY = "2026-03-02"


@freeze_time(f"{TODAY} 04:00:00")
class TenderRequirementCommon(KuaidiCommon):
    """A tender of a sales user, with a colleague in its team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales_2 = cls._create_user("kuaidi_sales_2", "group_sales")
        cls.issuer = cls._create_partner(name="Haina Appliances Tenders")
        cls.tender = cls._create_tender()
        cls.tender.member_ids = [
            Command.create({"user_id": cls.manager.id, "part": "technical"})
        ]
        cls.asset = cls.env["kuaidi.bid.asset"].create(
            {
                "name": "Business licence",
                "type_id": cls.env.ref(
                    "kuaidi_key_account.bid_asset_type_business_licence"
                ).id,
                "company_id": cls.company.id,
                "user_id": cls.sales.id,
            }
        )

    @classmethod
    def _create_tender(cls, **values):
        """Create a tender of the sales user, to be handed in on 1 April 2026."""
        return cls.env["kuaidi.tender"].create(
            {
                "name": "National parcel service",
                "partner_id": cls.issuer.id,
                "company_id": cls.company.id,
                "user_id": cls.sales.id,
                "date_deadline": "2026-04-01 01:00:00",
                **values,
            }
        )

    @classmethod
    def _create_requirement(cls, tender=None, **values):
        """Create a requirement; its clause is counted on."""
        tender = tender or cls.tender
        number = len(tender.requirement_ids) + 1
        return cls.env["kuaidi.tender.requirement"].create(
            {
                "tender_id": tender.id,
                "clause": f"3.{number}",
                "name": f"投标人须满足要求{number}。",
                "sequence": number,
                **values,
            }
        )

    @contextmanager
    def _refused(self, error, message=""):
        """Expect a refusal, and read anew afterwards what is in the database."""
        with self.assertRaisesRegex(error, message), self.cr.savepoint():
            yield
        self.env.invalidate_all()
