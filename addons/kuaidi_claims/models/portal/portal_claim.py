from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import plaintext2html

from ..claim.claim import CLOSED_STATES
from .portal_complaint import RATES
from .portal_request import PortalRefusal

EVIDENCE_STATES = ("received", "evidence", "inquiry", "assessment", "negotiation")
SETTLED_STATES = ("paid", "filed")
AGREED_STATES = ("consensus", "report", "to_approve", "approved", *SETTLED_STATES)
MOST_FILES_PER_PAPER = 20


class KuaidiClaim(models.Model):
    """The client confirms the result of a claim and rates it (2.16)."""

    _name = "kuaidi.claim"
    # the rating's own methods come before those of threads
    _inherit = ["rating.mixin", "kuaidi.claim"]

    date_client_confirmed = fields.Datetime(
        string="Confirmed by Client On", readonly=True, copy=False
    )
    portal_words = fields.Text(
        string="Typed on the Portal",
        readonly=True,
        copy=False,
        help="The client reads this again, whatever we write down beside it.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"date_client_confirmed", "portal_words"}


class KuaidiPortal(models.AbstractModel):
    """Lets clients claim, send what is asked for, and confirm the result (2.12)."""

    _name = "kuaidi.portal"
    _inherit = ["kuaidi.portal"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_claim_types(self):
        """Return what can have happened, by its code, in plain words."""
        return dict(
            self.env["kuaidi.claim"]._fields["type"]._description_selection(self.env)
        )

    @api.model
    def _file_claim(self, form, uploads):
        """File a claim of the user's client from a form, and return it.

        What the form does not offer is not read. Where somebody else claims the
        waybill already, a complaint is filed instead, for a person to look at; the
        client is told nothing of the other.

        :raise PortalRefusal: naming what is missing
        """
        account = self._get_account()
        values = {
            "type": self._read_choice(form, "type", self._get_claim_types()),
            "waybill_number": "".join(
                self._read_line(form, "waybill_number", limit=40).split()
            ).upper(),
            "goods": self._read_line(form, "goods"),
            "date_shipped": self._read_date(form, "date_shipped"),
            "amount_claimed": self._read_amount(
                form, "amount_claimed", account.company_id.currency_id
            ),
            "description": self._read_text(form, "description"),
            "phone": self._read_line(form, "phone", limit=40),
        }
        if not values["waybill_number"] or not values["description"]:
            raise PortalRefusal(
                self.env._("Enter the waybill number, and tell us what happened.")
            )
        files = self._read_files(uploads)
        other_sudo = self._find_open_claim(account, values)
        if not other_sudo:
            return self._create_claim(account, values, files)
        if other_sudo.filtered_domain(self._get_own_domain()):
            raise PortalRefusal(
                self.env._(
                    "You have claimed this waybill already: %(number)s. Add to that"
                    " claim.",
                    number=other_sudo.number,
                )
            )
        return self._create_complaint(
            account, self._prepare_complaint_instead(values), files
        )

    @api.model
    def _find_open_claim(self, account, values):
        # sudo: a waybill is claimed once, by whomever
        return (
            self.env["kuaidi.claim"]
            .sudo()
            .search(
                [
                    ("company_id", "=", account.company_id.id),
                    ("waybill_number", "=", values["waybill_number"]),
                    ("type", "=", values["type"]),
                    ("state", "not in", CLOSED_STATES),
                ],
                limit=1,
            )
        )

    @api.model
    def _prepare_complaint_instead(self, values):
        """Return the values of a complaint that says the same as a claim."""
        # sudo: the kinds of complaints
        types_sudo = self.env["kuaidi.complaint.type"].sudo()
        kind = types_sudo.search(
            [("claim_type", "=", values["type"])], limit=1
        ) or types_sudo.search([], limit=1)
        return {
            "type_id": kind.id,
            "waybill_number": values["waybill_number"],
            "description": values["description"],
            "phone": values["phone"],
            "compensation": values["amount_claimed"],
            "need": "compensation",
        }

    @api.model
    def _create_claim(self, account, values, files):
        officer = self._get_officer(account)
        claim_sudo = (
            self.env["kuaidi.claim"]
            .sudo()  # sudo: clients have no rights, the values were picked
            .with_context(mail_create_nosubscribe=True)
            .create(
                [
                    values
                    | {
                        "account_id": account.id,
                        "partner_id": account.partner_id.id,
                        "company_id": account.company_id.id,
                        "user_id": officer.id,
                        "portal_words": values["description"],
                        "contact_name": self.env.user.name,
                        "email": self.env.user.email,
                    }
                ]
            )
        )
        if files:
            paper_sudo = claim_sudo.evidence_ids.create(
                [
                    {
                        "claim_id": claim_sudo.id,
                        "title": self.env._("Sent with the claim"),
                        "is_required": False,
                    }
                ]
            )
            self._attach_evidence(paper_sudo, files)
        self._tell_officer(
            claim_sudo, lambda env: env._("A client filed a claim on the portal")
        )
        return claim_sudo

    @api.model
    def _tell_officer(self, claim_sudo, get_summary, note=False):
        """Give the officer of a claim something to do today, in their language.

        What is to be done already is not said twice.

        :param get_summary: function that returns the words in an environment
        :param note: plain text
        """
        officer = claim_sudo.user_id
        translated = claim_sudo.with_context(lang=officer.lang or self.env.lang)
        summary = get_summary(translated.env)
        if summary in claim_sudo.activity_ids.mapped("summary"):
            return
        translated.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=note and plaintext2html(note),
            user_id=officer.id,
            date_deadline=self.env["kuaidi.deadline"]._get_today(claim_sudo.company_id),
        )

    @api.model
    def _attach_evidence(self, paper_sudo, files):
        stored = self._store_files(files, paper_sudo)
        paper_sudo.write({"attachment_ids": [Command.link(file.id) for file in stored]})

    @api.model
    def _add_evidence(self, claim_sudo, form, uploads):
        """Add files to a paper that a claim of the client asks for.

        :raise PortalRefusal: for another paper, no file, or a claim that is decided
        """
        files = self._read_files(uploads)
        if not files:
            raise PortalRefusal(self.env._("Choose a picture or a PDF first."))
        claim_sudo.lock_for_update()
        claim_sudo.invalidate_recordset(["state"])
        paper_sudo = claim_sudo.evidence_ids.filtered(
            lambda paper: (
                str(paper.id) == form.get("paper_id") and paper.state != "waived"
            )
        )
        if not paper_sudo or claim_sudo.state not in EVIDENCE_STATES:
            raise PortalRefusal(self.env._("This paper is not asked for any more."))
        if len(paper_sudo.attachment_ids) + len(files) > MOST_FILES_PER_PAPER:
            raise PortalRefusal(
                self.env._(
                    "There are enough files of this paper. Please call us for more."
                )
            )
        self._attach_evidence(paper_sudo, files)
        claim_sudo._message_log(
            body=self.env._("Sent by the portal: %(paper)s", paper=paper_sudo.name)
        )
        self._tell_officer(
            claim_sudo, lambda env: env._("The client sent papers on the portal")
        )

    @api.model
    def _rate_claim(self, claim_sudo, form):
        """Take the confirmation of the result and the client's rating, once.

        :raise PortalRefusal: before the compensation is paid, or a second time
        """
        result = self._read_choice(form, "rating", RATES)
        feedback = self._read_text(form, "feedback", limit=1000)
        claim_sudo.lock_for_update()
        claim_sudo.invalidate_recordset(["state", "date_client_confirmed"])
        if claim_sudo.state not in SETTLED_STATES or claim_sudo.date_client_confirmed:
            raise PortalRefusal(
                self.env._("This result cannot be confirmed now, or was before.")
            )
        claim_sudo.date_client_confirmed = fields.Datetime.now()
        self._rate(claim_sudo, RATES[result], feedback)
        if result == "dissatisfied":
            self._tell_officer(
                claim_sudo,
                lambda env: env._("The client is not satisfied with the result"),
                note=feedback,
            )
