from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .statement_generate import LINE_PRINT


class KuaidiStatement(models.Model):
    """Notices that entries were changed after a statement, and corrects it."""

    _name = "kuaidi.statement"
    _inherit = ["kuaidi.statement"]

    is_outdated = fields.Boolean(
        string="Entries Changed",
        compute="_compute_is_outdated",
        search="_search_is_outdated",
        help="Entries of the period or before it were changed, cancelled or entered"
        " since the statement was made. Applying a payment to an invoice changes no"
        " entry.",
    )
    amount_gap = fields.Monetary(
        string="Gap to the Statement Before",
        compute="_compute_amount_gap",
        help="Opening balance less the closing balance of the statement before: not 0"
        " where that one has to be corrected.",
    )
    next_version_ids = fields.One2many(
        comodel_name="kuaidi.statement",
        inverse_name="previous_id",
        string="Corrected By",
        readonly=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("fingerprint")
    def _compute_is_outdated(self):
        outdated = self._get_outdated()
        for statement in self:
            statement.is_outdated = statement in outdated

    def _search_is_outdated(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        found = Domain("id", "in", self._get_outdated_ids())
        domains = {True: found, False: ~found}
        return Domain.OR(domains[bool(wanted)] for wanted in value)

    @api.depends("amount_opening", "date_from", "account_id", "currency_id")
    def _compute_amount_gap(self):
        days_before = {
            statement: statement.date_from - timedelta(days=1)
            for statement in self
            if statement.date_from
        }
        former = self.search(
            Domain("account_id", "in", self.account_id.ids)
            & Domain("date_to", "in", list(days_before.values()))
            & self._get_current_domain()
        )
        closings = {
            (row.account_id, row.currency_id, row.date_to): row.amount_closing
            for row in former
        }
        for statement in self:
            key = (
                statement.account_id,
                statement.currency_id,
                days_before.get(statement),
            )
            statement.amount_gap = statement.amount_opening - closings.get(
                key, statement.amount_opening
            )

    # === ACTION METHODS === #

    def action_correct(self):
        """Make statements anew of the entries as they stand now; show the new ones.

        What the client was told stays on file, marked as corrected; a draft that it
        never got is replaced.

        :raise AccessError: for anybody but finance
        :raise UserError: when a statement was corrected already, is being sent, or no
            entry was changed
        """
        self._check_finance()
        # sudo: statements are guarded; who may correct them was checked above
        new_sudo = self.sudo()._correct()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_statement_action"
        )
        action["context"] = {}
        if len(new_sudo) == 1:
            return dict(action, views=[(False, "form")], res_id=new_sudo.id)
        return dict(action, domain=[("id", "in", new_sudo.ids)])

    # === BUSINESS METHODS === #

    def _correct(self):
        self._lock_fresh()
        outdated = self._get_outdated()
        for statement in self:
            reason = statement._get_correct_obstacle(outdated)
            if reason:
                raise UserError(reason)
        periods = [
            (rows.account_id, *period)
            for period, rows in self.grouped(
                lambda row: (row.date_from, row.date_to)
            ).items()
        ]
        unseen = self.filtered(lambda row: row.state == "draft" and not row.previous_id)
        (self - unseen).write({"state": "superseded"})
        unseen.mail_ids.unlink()
        unseen.unlink()
        self.env.flush_all()
        new = self.browse()
        for accounts, date_from, date_to in periods:
            new |= self._generate(accounts, date_from, date_to)
        return new

    def _get_correct_obstacle(self, outdated):
        """Return why this statement cannot be corrected now, or nothing."""
        self.ensure_one()
        name = self.display_name
        if self.state == "superseded":
            return self.env._("%(statement)s was corrected already.", statement=name)
        if self.state == "sending":
            return self.env._(
                "%(statement)s is being sent. Correct it in some minutes.",
                statement=name,
            )
        if self not in outdated:
            return self.env._(
                "No entry of %(statement)s was changed since it was made.",
                statement=name,
            )
        return None

    def _get_outdated(self):
        """Return those of these statements whose entries were changed since."""
        if not self.ids:
            return self.browse()
        return self & self.browse(self._get_outdated_ids(self.account_id))

    @api.model
    def _get_outdated_ids(self, accounts=None):
        """Return the ids of current statements whose entries were changed since.

        Entries and statements are sorted into one row of days, and each statement is
        compared with the sum up to its last day: one query, whatever their number.

        :param accounts: key accounts to look at; all by default
        """
        self._flush_sources()
        self.flush_model(["account_id", "currency_id", "date_to", "fingerprint"])
        self.flush_model(["state"])
        chosen = SQL("TRUE")
        if accounts is not None:
            chosen = SQL("account.id = ANY(%s)", accounts.ids)
        rows = self.env.execute_query(
            SQL(
                """
                WITH event AS (
                    SELECT NULL AS id, NULL AS fingerprint,
                           account.id AS account_id, line.currency_id,
                           line.date AS day, FALSE AS is_statement,
                           sum(%(print)s) AS part
                      FROM account_move_line line
                      JOIN res_partner partner ON partner.id = line.partner_id
                      JOIN kuaidi_key_account account
                        ON account.partner_id = partner.commercial_partner_id
                       AND account.company_id = line.company_id
                     WHERE line.account_id = ANY(ARRAY(
                               SELECT id FROM account_account
                                WHERE account_type = 'asset_receivable'
                           ))
                       AND line.parent_state = 'posted'
                       AND %(chosen)s
                     GROUP BY account.id, line.currency_id, line.date
                    UNION ALL
                    SELECT statement.id, statement.fingerprint, account.id,
                           statement.currency_id, statement.date_to, TRUE, 0
                      FROM kuaidi_statement statement
                      JOIN kuaidi_key_account account
                        ON account.id = statement.account_id
                     WHERE statement.state <> 'superseded' AND %(chosen)s
                ), compared AS (
                    SELECT id, fingerprint,
                           sum(part) OVER (
                               PARTITION BY account_id, currency_id
                               ORDER BY day, is_statement
                           ) AS now
                      FROM event
                )
                SELECT id FROM compared WHERE id IS NOT NULL AND now <> fingerprint
                """,
                print=LINE_PRINT,
                chosen=chosen,
            )
        )
        return [row[0] for row in rows]
