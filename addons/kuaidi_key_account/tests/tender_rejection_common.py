from odoo.fields import Command
from odoo.tests import freeze_time

from .tender_files import make_docx, make_pdf
from .tender_requirement_common import TODAY, TenderRequirementCommon


@freeze_time(f"{TODAY} 04:00:00")
class TenderRejectionCommon(TenderRequirementCommon):
    """A bid in preparation against which nothing speaks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tender.write(
            {
                "reference": "HN-2026-018",
                "amount_bid": 900_000,
                "amount_ceiling": 1_000_000,
                "amount_cost": 800_000,
                "validity_days": 90,
                "signatory_name": "Li Wei",
            }
        )
        cls.tender._move("preparing")
        cls.letter = cls._create_section(
            name="Bid Letter", needs_signature=True, needs_seal=True
        )

    @classmethod
    def _create_section(cls, tender=None, **values):
        """Create a section that is ready."""
        tender = tender or cls.tender
        section = cls.env["kuaidi.tender.section"].create(
            {
                "tender_id": tender.id,
                "name": "Section",
                "user_id": tender.user_id.id,
                "body": "<p>投标函</p>",
                **values,
            }
        )
        section._move_to("done")
        return section

    @classmethod
    def _create_asset(cls, **values):
        """File a paper in the library, with its scan."""
        file = cls._create_attachment("licence.pdf", make_pdf([["营业执照"]]))
        return cls.env["kuaidi.bid.asset"].create(
            {
                "name": "Express permit",
                "type_id": cls.env.ref(
                    "kuaidi_key_account.bid_asset_type_business_licence"
                ).id,
                "company_id": cls.company.id,
                "user_id": cls.sales.id,
                "attachment_ids": [Command.set(file.ids)],
                **values,
            }
        )

    @classmethod
    def _create_package(cls, tender=None, content=None, state="built"):
        """File a package as the build leaves it."""
        tender = tender or cls.tender
        attachment = cls._create_attachment(
            "1 Commercial.docx",
            make_docx(["投标函"], has_page_numbers=True)
            if content is None
            else content,
        )
        package = cls.env["kuaidi.tender.package"].create(
            {
                "tender_id": tender.id,
                "version": len(tender.package_ids) + 1,
                "state": state,
                "file_ids": [
                    Command.create(
                        {
                            "name": attachment.name,
                            "kind": "document",
                            "part": "commercial",
                            "attachment_id": attachment.id,
                            "checksum": "0" * 64,
                        }
                    )
                ],
            }
        )
        package.fingerprint = tender._get_bid_fingerprint()
        return package

    def _find(self, tender=None):
        """Check a bid, and return the codes and places of what is found."""
        tender = tender or self.tender
        tender._refresh_findings()
        return {
            (finding.rule_id.code, finding.res_model, finding.res_id)
            for finding in tender.finding_ids
        }

    def _find_codes(self, tender=None):
        return {code for code, _model, _id in self._find(tender)}
