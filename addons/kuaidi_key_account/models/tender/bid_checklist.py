from odoo import models
from odoo.tools import format_datetime
from odoo.tools.misc import formatLang

from .tender_member import PARTS


class KuaidiTenderPackage(models.Model):
    """Says what is looked through by hand before a bid is closed (2.8)."""

    _name = "kuaidi.tender.package"
    _inherit = ["kuaidi.tender.package"]

    # === BUSINESS METHODS === #

    def _prepare_checklist(self):
        """Return what the checklist shows, in the language of the environment."""
        self.ensure_one()
        # sudo: the checklist is whole, whoever of the team has it built
        tender = self.tender_id.sudo().with_context(lang=self.env.lang)
        sections = tender.section_ids.sorted(lambda s: (s.part_order, s.sequence, s.id))
        labels = dict(sections._fields["part"]._description_selection(self.env))
        states = dict(sections._fields["state"]._description_selection(self.env))
        zone = tender.company_id.resource_calendar_id.tz or "Asia/Shanghai"
        mandatory = tender.requirement_ids.filtered("is_mandatory")
        answered = mandatory.filtered(lambda r: r.state in ("answered", "checked"))
        return {
            "title": self.env._("Checklist of the Bid"),
            "facts": [
                (self.env._("Project"), tender.name),
                (self.env._("Tender Number"), tender.reference or ""),
                (self.env._("Issuer"), tender.partner_id.name or ""),
                (self.env._("Bidder"), tender.company_id.name),
                (
                    self.env._("Bid Deadline"),
                    format_datetime(self.env, tender.date_deadline, tz=zone)
                    if tender.date_deadline
                    else "",
                ),
                (
                    self.env._("Bid Price"),
                    formatLang(
                        self.env, tender.amount_bid, currency_obj=tender.currency_id
                    ),
                ),
                (self.env._("Bid Validity (Days)"), str(tender.validity_days)),
                (
                    self.env._("Originals and copies"),
                    f"{tender.original_count} + {tender.copy_count}",
                ),
                (
                    self.env._("★ requirements answered"),
                    f"{len(answered)} / {len(mandatory)}",
                ),
            ],
            "parts": [
                {
                    "name": labels[part],
                    "rows": [
                        {
                            "name": section.name,
                            "owner": section.user_id.name,
                            "state": states[section.state],
                            "is_done": section.state == "done",
                            "needs_signature": section.needs_signature,
                            "needs_seal": section.needs_seal,
                        }
                        for section in sections
                        if section.part == part
                    ],
                }
                for part, _label in PARTS
            ],
        }
