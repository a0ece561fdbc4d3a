from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_list


class KuaidiAccountHandover(models.TransientModel):
    """Moves a leaver's accounts, and all that is open on them, to a successor."""

    _name = "kuaidi.account.handover"
    _description = "Hand Over Accounts"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, default=lambda self: self.env.company
    )
    from_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Leaver",
        required=True,
        domain="[('share', '=', False)]",
        context={"active_test": False},
    )
    to_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Successor",
        required=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id),"
        " ('id', '!=', from_user_id)]",
    )
    account_ids = fields.Many2many(
        comodel_name="kuaidi.key.account",
        string="Accounts",
        compute="_compute_account_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', candidate_account_ids)]",
    )
    candidate_account_ids = fields.Many2many(
        comodel_name="kuaidi.key.account", compute="_compute_candidate_account_ids"
    )
    activity_count = fields.Integer(
        string="Open Activities", compute="_compute_activity_count"
    )
    reason = fields.Char(required=True)

    # === COMPUTE METHODS === #

    @api.depends("from_user_id", "company_id")
    def _compute_candidate_account_ids(self):
        for wizard in self:
            wizard.candidate_account_ids = wizard._search_accounts()

    @api.depends("from_user_id", "company_id")
    def _compute_account_ids(self):
        chosen = self.browse().account_ids.browse(
            self.env.context.get("default_account_ids", [])
        )
        for wizard in self:
            accounts = wizard._search_accounts()
            wizard.account_ids = (accounts & chosen) or accounts

    @api.depends("from_user_id", "account_ids")
    def _compute_activity_count(self):
        for wizard in self:
            wizard.activity_count = len(wizard._get_activities())

    # === ACTION METHODS === #

    def action_hand_over(self):
        """Move everything in one transaction and tell the successor.

        :raise AccessError: when somebody else's accounts are handed over by a user
            who does not belong to the CRM centre
        :raise UserError: when there is nothing to hand over, or the successor cannot
            work in the company
        """
        self.ensure_one()
        if self.from_user_id != self.env.user and not self.env.user.has_group(
            "kuaidi_key_account.group_crm_centre"
        ):
            raise AccessError(
                self.env._(
                    "You can hand over your own accounts. Those of %(user)s are handed"
                    " over by the CRM centre.",
                    user=self.from_user_id.name,
                )
            )
        self._check_successor()
        accounts = self.account_ids & self._search_accounts()
        if not accounts:
            raise UserError(
                self.env._(
                    "%(user)s serves none of these accounts (any more): there is"
                    " nothing to hand over.",
                    user=self.from_user_id.name,
                )
            )
        # sudo: the right to hand over was checked above; a successor's own activities
        # and team rows are not the leaver's to write
        wizard = self.sudo()
        wizard.account_ids = accounts
        activity_count = wizard._move_activities()
        wizard._move_roles(accounts.sudo())
        wizard._tell(accounts.sudo(), activity_count)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_key_account_action"
        )
        action["domain"] = [("id", "in", accounts.ids)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _check_successor(self):
        to_user = self.to_user_id
        if to_user == self.from_user_id:
            raise UserError(self.env._("Choose a successor other than the leaver."))
        if (
            not to_user.active
            or to_user.share
            or self.company_id not in to_user.company_ids
            or not to_user.has_group("kuaidi_key_account.group_kuaidi_user")
        ):
            raise UserError(
                self.env._(
                    "%(user)s cannot take accounts over: the successor is an active"
                    " user of %(company)s with a key-account role.",
                    user=to_user.name,
                    company=self.company_id.name,
                )
            )

    def _search_accounts(self):
        """Return the accounts that the leaver serves in any part, closed ones too."""
        self.ensure_one()
        if not self.from_user_id:
            return self.env["kuaidi.key.account"]
        return self.env["kuaidi.key.account"].search(
            [
                ("company_id", "=", self.company_id.id),
                "|",
                "|",
                "|",
                ("manager_id", "=", self.from_user_id.id),
                ("deputy_id", "=", self.from_user_id.id),
                ("member_ids.user_id", "=", self.from_user_id.id),
                ("leadership_ids", "in", self.from_user_id.ids),
            ]
        )

    def _get_handover_records(self):
        """Hook: return the records whose open activities move along with the accounts.

        Later rooms add their records of these accounts.
        """
        self.ensure_one()
        return [self.account_ids]

    def _get_activities(self):
        """Return the leaver's open activities on everything that is handed over."""
        self.ensure_one()
        # sudo: counts and moves the leaver's activities, whoever may read them
        activities = self.env["mail.activity"].sudo()
        for records in self._get_handover_records():
            activities |= activities.search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("user_id", "=", self.from_user_id.id),
                ]
            )
        return activities

    def _move_activities(self):
        """Give the leaver's open activities to the successor; return their number."""
        activities = self._get_activities()
        activities.write({"user_id": self.to_user_id.id})
        return len(activities)

    def _move_roles(self, accounts):
        """Put the successor wherever the leaver stood in the teams."""
        old, new = self.from_user_id, self.to_user_id
        managed = accounts.filtered(lambda account: account.manager_id == old)
        deputised = accounts.filtered(lambda account: account.deputy_id == old)
        # a successor who was the deputy of an account leaves that place free
        (managed.filtered(lambda account: account.deputy_id == new)).deputy_id = False
        managed.manager_id = new
        (deputised.filtered(lambda account: account.manager_id != new)).deputy_id = new
        (
            deputised.filtered(lambda account: account.manager_id == new)
        ).deputy_id = False
        for member in accounts.member_ids.filtered(lambda row: row.user_id == old):
            twin = member.account_id.member_ids.filtered(
                lambda row, role=member.role: row.user_id == new and row.role == role
            )
            if twin:
                member.unlink()
            else:
                member.user_id = new
        accounts.filtered(lambda account: old in account.leadership_ids).write(
            {"leadership_ids": [Command.unlink(old.id), Command.link(new.id)]}
        )

    def _tell(self, accounts, activity_count):
        """Write a line into each client log and one task for the successor."""
        body = self.env._(
            "%(old)s handed this account over to %(new)s, with all open activities."
            " Reason: %(reason)s",
            old=self.from_user_id.name,
            new=self.to_user_id.name,
            reason=self.reason,
        )
        accounts._message_log_batch(bodies=dict.fromkeys(accounts.ids, body))
        accounts.message_subscribe(partner_ids=self.to_user_id.partner_id.ids)
        accounts.message_unsubscribe(partner_ids=self.from_user_id.partner_id.ids)
        accounts[0].activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self.to_user_id.id,
            summary=self.env._(
                "%(count)s accounts taken over from %(user)s",
                count=len(accounts),
                user=self.from_user_id.name,
            ),
            note=Markup("<p>%s</p><p>%s</p>")
            % (
                format_list(self.env, accounts.mapped("display_name")),
                self.env._(
                    "%(count)s open activities are yours now.", count=activity_count
                ),
            ),
        )
