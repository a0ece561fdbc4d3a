from odoo import api, fields, models
from odoo.tools import SQL


class KuaidiKeyAccount(models.Model):
    """The client's tenders that we answered, at a glance (issue F)."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    tender_count = fields.Integer(
        string="Tenders of the Client",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    tender_won_count = fields.Integer(
        string="Tenders Won from the Client",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        for account in accounts:
            account._adopt_tenders()
        return accounts

    # === ACTION METHODS === #

    def action_view_tenders(self):
        """Show the bid history of these clients."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_tender_action"
        )
        return dict(
            action,
            domain=[("account_id", "in", self.ids)],
            context={"search_default_groupby_state": 1},
            view_mode="list,kanban,form",
            views=[(False, "list"), (False, "kanban"), (False, "form")],
        )

    # === BUSINESS METHODS === #

    def _adopt_tenders(self):
        """Take the tenders that the client issued before its file was opened."""
        # sudo: a client's history belongs to its file, whoever opens it
        self.env["kuaidi.tender"].sudo().search(
            [
                ("account_id", "=", False),
                ("company_id", "=", self.company_id.id),
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ]
        ).write({"account_id": self.id})

    @api.model
    def _get_form_counts(self):
        to_flush = [
            self.env["kuaidi.tender"]._fields[name] for name in ("account_id", "state")
        ]
        of_account = SQL(
            "(SELECT count(*) FROM kuaidi_tender WHERE account_id = account.id",
            to_flush=to_flush,
        )
        return super()._get_form_counts() | {
            "tender_count": SQL("%s)", of_account),
            "tender_won_count": SQL("%s AND state = 'won')", of_account),
        }
