from odoo import fields, models
from odoo.tools import SQL

from .complaint import OPEN_STATES


class KuaidiKeyAccount(models.Model):
    """Shows the complaints of a client on its file."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    complaint_open_count = fields.Integer(
        string="Open Complaints", compute="_compute_form_counts"
    )
    complaint_late_count = fields.Integer(
        string="Late Complaints", compute="_compute_form_counts"
    )

    # === ACTION METHODS === #

    def action_view_complaints(self):
        """Show the client's complaints, the open ones first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_complaint_action"
        )
        return dict(
            action,
            domain=[("account_id", "=", self.id)],
            context={"default_account_id": self.id},
        )

    # === BUSINESS METHODS === #

    def _get_form_counts(self):
        names = ("account_id", "state", "date_next")
        complaints = self.env["kuaidi.complaint"]._fields
        return super()._get_form_counts() | {
            "complaint_open_count": SQL(
                "(SELECT count(*) FROM kuaidi_complaint"
                " WHERE account_id = account.id AND state = ANY(%s))",
                list(OPEN_STATES),
                to_flush=[complaints[name] for name in names],
            ),
            "complaint_late_count": SQL(
                "(SELECT count(*) FROM kuaidi_complaint"
                " WHERE account_id = account.id AND date_next < %s)",
                fields.Datetime.now(),
                to_flush=[complaints[name] for name in names],
            ),
        }
