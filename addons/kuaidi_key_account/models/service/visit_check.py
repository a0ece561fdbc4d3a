from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import format_datetime

# clocks of phones and servers differ
FUTURE_TOLERANCE = timedelta(minutes=5)


class KuaidiVisit(models.Model):
    """What a visit log has to be, and what it should be."""

    _name = "kuaidi.visit"
    _inherit = ["kuaidi.visit"]

    # === CONSTRAINT METHODS === #

    @api.constrains("date")
    def _check_not_in_future(self):
        limit = fields.Datetime.now() + FUTURE_TOLERANCE
        for visit in self:
            if visit.date > limit:
                raise ValidationError(
                    self.env._(
                        "A visit is logged after it took place, and %(date)s is still"
                        " to come. Plan a meeting in the calendar instead, and log the"
                        " visit from it.",
                        date=format_datetime(self.env, visit.date),
                    )
                )

    @api.constrains("date", "date_next_contact")
    def _check_next_contact_follows(self):
        for visit in self:
            if (
                visit.date_next_contact
                and visit.date_next_contact < visit._get_local_date()
            ):
                raise ValidationError(
                    self.env._("The next contact cannot be before this one.")
                )

    @api.constrains("account_id", "contact_ids")
    def _check_contacts_belong_to_client(self):
        for visit in self:
            # sudo: a contact may be out of the user's sight, its client counts
            client_sudo = visit.account_id.sudo().partner_id
            for contact in visit.sudo().contact_ids:
                if contact.commercial_partner_id != client_sudo:
                    raise ValidationError(
                        self.env._(
                            "%(contact)s does not belong to %(client)s. Choose a"
                            " contact of this client.",
                            contact=contact.display_name,
                            client=client_sudo.display_name,
                        )
                    )

    @api.constrains("account_id", "user_id", "participant_ids")
    def _check_visitors_work_here(self):
        for account, visits in self.grouped("account_id").items():
            account._check_works_here(visits.user_id | visits.participant_ids)

    @api.constrains("account_id", "plan_line_id")
    def _check_line_of_account(self):
        # sudo: a wrong line is refused, whoever may see it
        for visit in self.sudo().filtered("plan_line_id"):
            if visit.plan_line_id.account_id != visit.account_id:
                raise ValidationError(
                    self.env._(
                        "The planned line is one of another client than %(account)s."
                        " Choose a line of this client.",
                        account=visit.account_id.display_name,
                    )
                )

    @api.constrains("account_id", "calendar_event_id")
    def _check_event_of_account(self):
        # sudo: a wrong meeting is refused, whoever may see it
        events_sudo = self.sudo().calendar_event_id
        accounts = events_sudo._get_kuaidi_accounts()
        for visit in self.sudo().filtered("calendar_event_id"):
            clients = accounts[visit.calendar_event_id]
            if clients and visit.account_id not in clients:
                raise ValidationError(
                    self.env._(
                        "The meeting is one with another client than %(account)s."
                        " Choose a meeting with this client.",
                        account=visit.account_id.display_name,
                    )
                )

    @api.constrains("photo_ids")
    def _check_photo_count(self):
        for visit in self:
            # sudo: counting needs no right to read each file
            if len(visit.sudo().photo_ids) > self._photos_max:
                raise ValidationError(
                    self.env._(
                        "A visit keeps up to %(count)s photos. Remove some of them.",
                        count=self._photos_max,
                    )
                )

    # === BUSINESS METHODS === #

    def _get_warnings(self):
        """Return what a visit log lacks, in sentences; it is saved all the same.

        A proper visit takes a while, has a purpose and a reaction (VI-1, VI-5); of a
        call it is enough to write what was said.
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        minutes = company.sudo().kuaidi_visit_minutes
        warnings = []
        if self.is_onsite and self.duration_minutes < minutes:
            warnings.append(
                self.env._(
                    "The visit took less than %(minutes)s minutes.", minutes=minutes
                )
            )
        if not self.purpose and (self.is_onsite or not self.reaction_note):
            warnings.append(self.env._("Say what the visit was for."))
        if not self.reaction:
            warnings.append(self.env._("Say how the client reacted."))
        return warnings

    def _check_client_stays(self, vals):
        """A log stands in one client's history, with its line, problems and gifts."""
        if "account_id" in vals and any(
            vals["account_id"] != visit.account_id.id for visit in self
        ):
            raise UserError(
                self.env._(
                    "A visit stays with its client. Log it anew on the other account;"
                    " who logged this one may delete it on the same day, later the CRM"
                    " centre."
                )
            )

    def _check_photos_are_own(self):
        """Refuse files that belong to another record: its access rules apply to them.

        :raise ValidationError: naming the file
        """
        for visit in self:
            # sudo: where a file belongs is looked up before the user may read it
            for photo in visit.sudo().photo_ids:
                if (photo.res_model, photo.res_id) != (self._name, visit.id):
                    raise ValidationError(
                        self.env._(
                            "%(name)s belongs to another document. Upload the photo"
                            " here.",
                            name=photo.name,
                        )
                    )

    def _get_wrong_file_message(self, attachment):
        return self.env._(
            "%(name)s is no photo, or not what it claims to be. Attach pictures as"
            " JPEG, PNG or WebP.",
            name=attachment.name,
        )
