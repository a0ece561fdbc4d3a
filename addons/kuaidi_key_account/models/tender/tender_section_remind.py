from odoo import models
from odoo.tools.misc import format_date

SECTION_TYPE = "kuaidi_key_account.mail_activity_type_bid_section"


class KuaidiTenderSection(models.Model):
    """Tells owners what they have to write: one activity for each section."""

    _name = "kuaidi.tender.section"
    _inherit = ["kuaidi.tender.section"]

    # === BUSINESS METHODS === #

    def _update_activities(self):
        """Give each open section one activity of its owner, by its day.

        Called again it changes that one: nobody is told twice of a section.
        """
        activities_sudo = self._get_activities_sudo()
        known = activities_sudo.grouped("res_id")
        missing = self.browse()
        for section in self:
            if section.state == "done":
                continue
            activity_sudo = known.get(section.id, activities_sudo.browse())[:1]
            if not activity_sudo:
                missing += section
                continue
            values = section._prepare_activity()
            if activity_sudo.user_id.id == values["user_id"]:
                activity_sudo.date_deadline = values["date_deadline"]
            else:
                activity_sudo.unlink()
                missing += section
        activities_sudo.with_context(mail_activity_quick_update=True).create(
            [section._prepare_activity() for section in missing]
        )

    def _withdraw_activities(self):
        """Remove what owners were told, once the section is ready."""
        self._get_activities_sudo().unlink()

    def _get_activities_sudo(self):
        # sudo: activities of the system, whoever causes them
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", self.env.ref(SECTION_TYPE).id),
                    ("automated", "=", True),
                ]
            )
        )

    def _prepare_activity(self):
        self.ensure_one()
        owner = self.user_id
        # sudo: the language of a colleague
        told = self.with_context(lang=owner.sudo().lang or self.env.lang)
        today = self.env["kuaidi.deadline"]._get_today(self.company_id)
        return {
            "activity_type_id": self.env.ref(SECTION_TYPE).id,
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "user_id": owner.id,
            "date_deadline": self.date_due or today,
            "summary": told._get_activity_summary(),
        }

    def _get_activity_summary(self):
        # sudo: whoever writes a section knows for which tender
        values = {"section": self.name, "tender": self.tender_id.sudo().name}
        if self.date_due:
            return self.env._(
                "Write “%(section)s” for %(tender)s by %(date)s",
                date=format_date(self.env, self.date_due),
                **values,
            )
        return self.env._("Write “%(section)s” for %(tender)s", **values)
