from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.misc import format_amount

from .renewal import OPEN_STAGES


class KuaidiRenewal(models.Model):
    """Clients of public procurement: little may be added without a tender (2.7).

    Government Procurement Law, articles 31 (3) and 49: what is bought in addition from
    the same supplier stays within 10 % of the original amount.
    """

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    amount_original = fields.Monetary(
        string="Original Contract Amount",
        compute="_compute_public_extension",
        compute_sudo=True,
        help="Of the contract that was tendered, or made first.",
    )
    amount_extension = fields.Monetary(
        string="Extensions with This One",
        compute="_compute_public_extension",
        compute_sudo=True,
        help="What was added to the original contract since, and what this renewal adds"
        " for its term.",
    )
    extension_percent = fields.Float(
        string="Extensions (%)",
        digits=(16, 1),
        aggregator=None,
        compute="_compute_public_extension",
        compute_sudo=True,
    )
    is_tender_needed = fields.Boolean(
        string="Tender Needed", compute="_compute_public_extension", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "amount_expected",
        "contract_id.is_public",
        "contract_id.amount_total",
        "stage",
        "tender_lead_id.won_status",
        "term_months",
    )
    def _compute_public_extension(self):
        for renewal in self:
            if not renewal.contract_id.is_public:
                renewal.amount_original = renewal.amount_extension = 0
                renewal.extension_percent = 0
                renewal.is_tender_needed = False
                continue
            original, added = renewal._get_extensions()
            asked = renewal.amount_expected * renewal.term_months / 12
            allowed = renewal.company_id.kuaidi_public_extension_percent
            renewal.amount_original = original
            renewal.amount_extension = added + asked
            renewal.extension_percent = (
                100 * (added + asked) / original if original else 0
            )
            is_beyond = renewal.currency_id.compare_amounts(
                added + asked, original * allowed / 100
            )
            renewal.is_tender_needed = (
                renewal.stage in OPEN_STAGES
                and is_beyond > 0
                and not renewal._is_tender_won()
            )

    # === BUSINESS METHODS === #

    def _get_extensions(self):
        """Return the amount of the original contract, and what was added since.

        A contract that came of a tender is an original one.

        :return: pair (yuan, yuan)
        """
        self.ensure_one()
        contract, added = self.contract_id, 0
        while True:
            if contract.previous_id:
                former = contract.previous_id
                added += max(contract.amount_total - former.amount_total, 0)
            elif contract.predecessor_id and not contract._is_from_tender():
                former = contract.predecessor_id
                added += contract.amount_total
            else:
                return contract.amount_total, added
            contract = former

    def _needs_tender(self):
        """Tell whether the law asks for a tender before this renewal (2.7)."""
        self.ensure_one()
        return self.is_tender_needed

    def _is_tender_won(self):
        """Hook: tell whether the tender of this renewal was won."""
        self.ensure_one()
        return self.tender_lead_id.won_status == "won"

    def _get_tender_message(self):
        """Return why the renewal cannot be made without a tender, with the law."""
        self.ensure_one()
        return self.env._(
            "%(renewal)s buys under the Government Procurement Law: what is added to"
            " the original contract of %(original)s without a tender stays within"
            " %(percent)s %% (articles 31 (3) and 49). With this renewal it would be"
            " %(extension)s. Put it out to tender.",
            renewal=self.display_name,
            original=format_amount(self.env, self.amount_original, self.currency_id),
            percent=round(self.company_id.kuaidi_public_extension_percent, 1),
            extension=format_amount(self.env, self.amount_extension, self.currency_id),
        )

    def _retender(self):
        """Move the renewal to its tender, and make the tender once."""
        self.ensure_one()
        message = self._get_tender_message() if self.is_tender_needed else False
        self._move("retender")
        if not self.sudo().tender_lead_id:
            self._create_tender()
        if message:
            # sudo: written by the system, whoever renews
            self.sudo()._message_log(body=message)

    def _create_tender(self):
        """Hook: make the tender of this renewal; here an opportunity for it."""
        self.ensure_one()
        # sudo: the forecast is the company's, whoever sees the opportunity
        renewal_sudo = self.sudo()
        values = renewal_sudo._prepare_lead() | {
            "name": self.env._(
                "Tender of %(client)s", client=self.account_id.display_name
            ),
            "description": self._get_tender_message() if self.is_public else False,
            "tag_ids": [
                Command.link(self.env.ref("kuaidi_key_account.crm_tag_tender").id)
            ],
        }
        renewal_sudo.tender_lead_id = self.env["crm.lead"].sudo().create(values).id
