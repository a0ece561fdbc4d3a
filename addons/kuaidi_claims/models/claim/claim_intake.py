from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_list

# fewer digits are no number that one client is found by
LEAST_PHONE_DIGITS = 7


class KuaidiClaim(models.Model):
    """Takes a claim in: finds the client, checks the waybill, knows earlier claims."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    earlier_claim_ids = fields.Many2many(
        comodel_name="kuaidi.claim",
        string="Earlier Claims on This Waybill",
        compute="_compute_earlier_claim_ids",
    )
    repeat_reason = fields.Text(
        string="Why It Is Claimed Again",
        copy=False,
        tracking=True,
        help="Needed where the waybill was claimed before, of whatever kind.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id")
    def _compute_account_id(self):
        """Find the client's account; one that was chosen for the client stays."""
        accounts = self._find_accounts(self.partner_id)
        for claim in self:
            client = claim.partner_id.commercial_partner_id
            if client and claim.account_id.partner_id != client:
                claim.account_id = accounts.get((client.id, claim.company_id.id))
            else:
                claim.account_id = claim.account_id

    @api.depends("account_id")
    def _compute_partner_id(self):
        """Take the client of the account; a contact person of it stays."""
        for claim in self:
            client = claim.account_id.partner_id
            if client and claim.partner_id.commercial_partner_id != client:
                claim.partner_id = client
            else:
                claim.partner_id = claim.partner_id

    @api.depends("waybill_number", "company_id")
    def _compute_earlier_claim_ids(self):
        numbers = [
            "".join(number.split()).upper()
            for number in self.mapped("waybill_number")
            if number
        ]
        found = self.search(
            [
                ("waybill_number", "in", numbers),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        for claim in self:
            number = "".join((claim.waybill_number or "").split()).upper()
            claim.earlier_claim_ids = found.filtered(
                lambda other, number=number, claim=claim: (
                    other.waybill_number == number
                    and other.company_id == claim.company_id
                    and other != claim._origin
                    and (not claim._origin or other.id < claim._origin.id)
                )
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("is_declared", "amount_declared")
    def _check_declared(self):
        for claim in self:
            if claim.is_declared and not claim.amount_declared:
                raise ValidationError(
                    self.env._(
                        "The goods were declared: enter the declared value of waybill"
                        " %(waybill)s, or untick it.",
                        waybill=claim.waybill_number,
                    )
                )
            if claim.amount_declared and not claim.is_declared:
                raise ValidationError(
                    self.env._(
                        "Waybill %(waybill)s has a declared value, so tick that the"
                        " goods were declared.",
                        waybill=claim.waybill_number,
                    )
                )

    @api.constrains("date_shipped", "date_signed", "date_called")
    def _check_dates(self):
        service = self.env["kuaidi.deadline"]
        now = fields.Datetime.now()
        for claim in self:
            today = service._get_today(claim.company_id)
            called = service._get_local_date(claim.date_called, claim.company_id)
            if claim.date_called > now:
                raise ValidationError(
                    self.env._("The client cannot have called in the future.")
                )
            if claim.date_shipped and claim.date_shipped > min(today, called):
                raise ValidationError(
                    self.env._(
                        "Waybill %(waybill)s cannot be shipped after the client called"
                        " about it. Check the day of shipping.",
                        waybill=claim.waybill_number,
                    )
                )
            if claim.date_signed and (
                claim.date_signed > today
                or (claim.date_shipped and claim.date_signed < claim.date_shipped)
            ):
                raise ValidationError(
                    self.env._(
                        "Waybill %(waybill)s is signed for between the day of shipping"
                        " and today. Check the day of the signature.",
                        waybill=claim.waybill_number,
                    )
                )

    @api.constrains("type", "pieces_sent", "pieces_received")
    def _check_shortage(self):
        for claim in self:
            if (
                claim.type == "shortage"
                and claim.pieces_sent
                and claim.pieces_received >= claim.pieces_sent
            ):
                raise ValidationError(
                    self.env._(
                        "All %(count)s pieces of waybill %(waybill)s were received, so"
                        " none is missing. Correct the counts or what happened.",
                        count=claim.pieces_sent,
                        waybill=claim.waybill_number,
                    )
                )

    @api.constrains("type", "signer")
    def _check_signed(self):
        for claim in self:
            if claim.type == "loss" and claim.signer:
                raise ValidationError(
                    self.env._(
                        "Waybill %(waybill)s was signed for by %(signer)s, so the"
                        " shipment is not lost. Was it delivered to the wrong person,"
                        " or are pieces missing?",
                        waybill=claim.waybill_number,
                        signer=claim.signer,
                    )
                )

    @api.constrains("account_id", "partner_id")
    def _check_client(self):
        for claim in self:
            client = claim.account_id.partner_id
            if client and claim.partner_id.commercial_partner_id != client:
                raise ValidationError(
                    self.env._(
                        "%(partner)s does not belong to key account %(account)s.",
                        partner=claim.partner_id.display_name,
                        account=claim.account_id.display_name,
                    )
                )

    # === ONCHANGE METHODS === #

    @api.onchange("phone")
    def _onchange_phone(self):
        """Find who calls by the number, as long as no client is entered."""
        if self.phone and not self.partner_id:
            caller = self._find_caller(self.phone)
            if caller:
                self.partner_id = caller.commercial_partner_id
                if not caller.is_company:
                    self.contact_name = self.contact_name or caller.name
                self.email = self.email or caller.email

    @api.onchange("earlier_claim_ids")
    def _onchange_earlier_claim_ids(self):
        """Warn of what was claimed before, while the client is on the phone."""
        if self.earlier_claim_ids and not self.repeat_reason:
            return {
                "warning": {
                    "title": self.env._("Claimed before"),
                    "message": self._get_repeat_message(),
                }
            }
        return None

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Enter who is not known yet as a person, from what was said on the phone."""
        names = ("partner_id", "account_id")
        has_default = any(self.env.context.get(f"default_{name}") for name in names)
        for vals in vals_list:
            name = (vals.get("contact_name") or "").strip()
            if name and not (has_default or any(map(vals.get, names))):
                vals["partner_id"] = self._find_or_create_person(name, vals).id
        return super().create(vals_list)

    # === ACTION METHODS === #

    def action_view_earlier_claims(self):
        """Show the claims that were raised on the same waybill before."""
        self.ensure_one()
        return self.earlier_claim_ids._get_records_action(
            name=self.env._("Earlier Claims on This Waybill")
        )

    # === BUSINESS METHODS === #

    @api.model
    def _find_accounts(self, partners):
        """Return the accounts of clients by (id of the client, id of the company)."""
        clients = partners.commercial_partner_id
        if not clients:
            return {}
        return {
            (account.partner_id.id, account.company_id.id): account
            for account in self.env["kuaidi.key.account"].search(
                [("partner_id", "in", clients.ids)]
            )
        }

    @api.model
    def _find_caller(self, phone):
        """Return the partner with a phone number, however it is written.

        :return: the one whose client has a key account first; empty when none is known
        """
        partners = self.env["res.partner"]
        digits = "".join(char for char in phone or "" if char.isdigit())
        if len(digits) < LEAST_PHONE_DIGITS:
            return partners
        # the same number is written with and without the country's
        country = str(self.env.company.country_id.phone_code or "")
        national = digits.removeprefix("00").removeprefix(country) or digits
        found = partners.search(
            Domain(
                "phone_mobile_search", "in", [digits, national, f"+{country}{national}"]
            )
            & Domain("company_id", "in", [False, self.env.company.id]),
            limit=10,
        )
        accounts = self._find_accounts(found)
        return found.sorted(
            lambda partner: (
                (partner.commercial_partner_id.id, self.env.company.id) not in accounts
            )
        )[:1]

    @api.model
    def _find_or_create_person(self, name, vals):
        """Return who calls by that number under that name, entered where unknown."""
        caller = self._find_caller(vals.get("phone"))
        if caller.name == name:
            return caller
        self.check_access("create")
        # sudo: claims officers keep no contacts, but whoever claims is one
        person = (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": name,
                    "phone": vals.get("phone"),
                    "email": vals.get("email"),
                    "company_id": vals.get("company_id") or self.env.company.id,
                }
            )
        )
        return person.with_env(self.env)

    def _get_repeat_message(self):
        self.ensure_one()
        return self.env._(
            "Waybill %(waybill)s was claimed before: %(claims)s. Look there first, and"
            " write down why it is claimed again.",
            waybill=self.waybill_number,
            claims=format_list(
                self.env, self.earlier_claim_ids.mapped(lambda c: c._get_summary())
            ),
        )

    def _get_summary(self):
        """Return number, kind and state of the claim in a few words."""
        self.ensure_one()
        types = dict(self._fields["type"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(number)s (%(type)s, %(state)s)",
            number=self.number,
            type=types[self.type],
            state=states[self.state],
        )
