from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_list


class KuaidiKeyAccount(models.Model):
    """What is agreed with the client in writing, at a glance."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    contract_ids = fields.One2many(
        comodel_name="kuaidi.contract",
        inverse_name="account_id",
        string="Contracts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    contract_count = fields.Integer(
        string="Contracts in Force",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    contract_open_count = fields.Integer(
        string="Contracts under Way",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    contract_end = fields.Date(
        string="Contract Until",
        compute="_compute_form_counts",
        groups="kuaidi_key_account.group_kuaidi_user",
        help="Last day of the master contract's current term.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su and {"partner_id", "company_id"} & vals.keys():
            self._check_contracts_stay(vals)
        return super().write(vals)

    # === ACTION METHODS === #

    def action_view_contracts(self):
        """Show the contracts of these clients, former versions hidden."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_contract_action"
        )
        return dict(
            action,
            domain=[("account_id", "in", self.ids)],
            context={
                "default_account_id": self[:1].id,
                "search_default_current": 1,
            },
        )

    def action_close(self):
        """Ask before a client with a contract in force is closed.

        A contract binds both sides until it ends, whatever our files say of the client.
        """
        if self.env.context.get("kuaidi_contracts_known"):
            return super().action_close()
        running = self._get_running_contracts()
        if not running:
            return super().action_close()
        self.check_access("write")
        return dict(
            self.env["ir.actions.act_window"]._for_xml_id(
                "kuaidi_key_account.kuaidi_account_close_action"
            ),
            context={"default_account_ids": self.ids},
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts_depends(self):
        return [
            *super()._get_form_counts_depends(),
            "contract_ids.state",
            "contract_ids.date_to",
        ]

    @api.model
    def _get_form_counts(self):
        contracts = self.env["kuaidi.contract"]._fields
        names = ("account_id", "state", "kind", "date_to")
        to_flush = [contracts[name] for name in names]
        return super()._get_form_counts() | {
            "contract_count": SQL(
                "(SELECT count(*) FROM kuaidi_contract"
                " WHERE account_id = account.id AND state = 'running')",
                to_flush=to_flush,
            ),
            "contract_open_count": SQL(
                "(SELECT count(*) FROM kuaidi_contract WHERE account_id = account.id"
                " AND state IN ('draft', 'to_approve', 'approved'))",
                to_flush=to_flush,
            ),
            "contract_end": SQL(
                "(SELECT max(date_to) FROM kuaidi_contract"
                " WHERE account_id = account.id AND state = 'running'"
                " AND kind = 'master')",
                to_flush=to_flush,
            ),
        }

    def _get_running_contracts(self):
        """Return the contracts in force with these clients."""
        # sudo: what is agreed binds, whoever may read it
        return (
            self.env["kuaidi.contract"]
            .sudo()
            .search([("account_id", "in", self.ids), ("state", "=", "running")])
        )

    def _check_contracts_stay(self, vals):
        """Refuse another client or company under a contract that was signed."""
        moved = self.filtered(
            lambda account: any(
                name in vals and vals[name] != account[name].id
                for name in ("partner_id", "company_id")
            )
        )
        # sudo: what is signed binds, whoever may read it
        signed = (
            self.env["kuaidi.contract"]
            .sudo()
            .search(
                [("account_id", "in", moved.ids), ("date_signed", "!=", False)], limit=3
            )
        )
        if signed:
            raise UserError(
                self.env._(
                    "%(contracts)s were signed with this client by this company: the"
                    " account stays with both. Open another account instead.",
                    contracts=format_list(self.env, signed.mapped("display_name")),
                )
            )

    def _get_contract_periods(self):
        """Answer from the master and cooperation contracts in force (SP-6).

        The first day is that of the earliest signed one, so that a service plan may
        span a renewal; the last one None where a contract has no end. Clients without
        such a contract are judged by the papers on file.
        """
        periods = super()._get_contract_periods()
        # sudo: the period binds the plan, whoever may read the contracts
        groups = (
            self.env["kuaidi.contract"]
            .sudo()
            ._read_group(
                domain=[
                    ("account_id", "in", self.ids),
                    ("kind", "in", ("master", "cooperation")),
                    ("state", "in", ("running", "expired", "terminated")),
                ],
                groupby=["account_id", "state"],
                aggregates=["date_from:min", "date_to:max", "__count", "date_to:count"],
            )
        )
        firsts, lasts = {}, {}
        for account, state, first, last, count, ending in groups:
            firsts[account.id] = min(first, firsts.get(account.id, first))
            if state == "running":
                lasts[account.id] = last if count == ending else None
        return periods | {
            account_id: (firsts[account_id], last) for account_id, last in lasts.items()
        }
