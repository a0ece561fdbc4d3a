from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

from ..complaint.complaint import KuaidiComplaint as Complaint
from .portal_request import PortalRefusal

RATES = {"satisfied": 5, "neutral": 3, "dissatisfied": 1}


class KuaidiComplaint(models.Model):
    """Keeps who complains online from becoming the client of another's complaint."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]
    _guarded_fields = Complaint._guarded_fields | {"portal_words"}

    portal_words = fields.Text(
        string="Typed on the Portal",
        readonly=True,
        copy=False,
        help="The client reads this again, whatever we write down beside it.",
    )

    # === BUSINESS METHODS === #

    def _get_values_for_first(self):
        """Add nothing to a complaint that is not known to be the same client's."""
        same = self.joined_id.partner_id.commercial_partner_id
        if self.channel == "portal" and same != self.partner_id.commercial_partner_id:
            return {}
        return super()._get_values_for_first()


class KuaidiPortal(models.AbstractModel):
    """Lets clients complain, see what became of it, and say if it helped (2.11)."""

    _name = "kuaidi.portal"
    _inherit = ["kuaidi.portal"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_complaint_types(self):
        """Return id and name of the types that a client may choose from."""
        # sudo: names alone are shown
        types_sudo = self.env["kuaidi.complaint.type"].sudo().search([])
        return {str(row.id): row.name for row in types_sudo}

    @api.model
    def _file_complaint(self, form, uploads):
        """File a complaint of the user's client from a form, and return it.

        What the form does not offer is not read. The client's own record is returned
        also where the waybill has an open complaint that this one is joined to.

        :raise PortalRefusal: naming what is missing
        """
        account = self._get_account()
        types = self._get_complaint_types()
        values = {
            "type_id": int(self._read_choice(form, "type_id", types)),
            "waybill_number": self._read_line(form, "waybill_number", limit=40),
            "description": self._read_text(form, "description"),
            "phone": self._read_line(form, "phone", limit=40),
        }
        if not values["description"]:
            raise PortalRefusal(self.env._("Tell us what happened."))
        files = self._read_files(uploads)
        return self._create_complaint(account, values, files)

    @api.model
    def _create_complaint(self, account, values, files):
        complaint_sudo = (
            self.env["kuaidi.complaint"]
            .sudo()  # sudo: clients have no rights, the values were picked
            .with_context(mail_create_nosubscribe=True)
            .create(
                [
                    values
                    | {
                        "account_id": account.id,
                        "company_id": account.company_id.id,
                        "channel": "portal",
                        # a complaint is taken in even where nobody is found
                        "user_id": self._find_officer(account).id,
                        "portal_words": values["description"],
                        "contact_name": self.env.user.name,
                        "email": self.env.user.email,
                    }
                ]
            )
        )
        if files:
            stored = self._store_files(files, complaint_sudo)
            complaint_sudo._message_log(
                body=self.env._("Files sent with the complaint."),
                attachment_ids=stored.ids,
            )
        return complaint_sudo

    @api.model
    def _rate_complaint(self, complaint_sudo, form):
        """Take the client's word on an answer, once, as a call-back does.

        :raise PortalRefusal: before the answer, after the close, or a second time
        """
        result = self._read_choice(form, "rating", RATES)
        feedback = self._read_text(form, "feedback", limit=1000)
        complaint_sudo.lock_for_update()
        complaint_sudo.invalidate_recordset(["state", "callback_result"])
        if complaint_sudo.state != "answered" or complaint_sudo.callback_result:
            raise PortalRefusal(
                self.env._("This answer cannot be rated now, or was rated before.")
            )
        self._rate(complaint_sudo, RATES[result], feedback)

    @api.model
    def _rate(self, record_sudo, rate, feedback):
        """Apply Odoo's rating to a record; nobody outside follows it by that."""
        rating_sudo = (
            self.env["rating.rating"]
            .sudo()  # sudo: clients rate what the caller knows to be theirs
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id(record_sudo._name),
                    "res_id": record_sudo.id,
                    "partner_id": self.env.user.partner_id.id,
                    "rated_partner_id": record_sudo.user_id.partner_id.id,
                    "is_internal": True,
                }
            )
        )
        record_sudo.with_context(mail_create_nosubscribe=True).rating_apply(
            rate,
            rating=rating_sudo,
            feedback=feedback or None,
            subtype_xmlid="mail.mt_note",
        )
        # whoever logs in rates: no link to Odoo's rating page is left
        rating_sudo.access_token = False

    @api.model
    def _get_complaint_filters(self):
        """Return label and domain of the filters of the list."""
        return {
            "all": (self.env._("All"), Domain.TRUE),
            "open": (
                self.env._("In Work"),
                Domain("state", "in", ["new", "in_work", "joined"]),
            ),
            "answered": (self.env._("Answered"), Domain("state", "=", "answered")),
            "closed": (self.env._("Closed"), Domain("state", "=", "closed")),
        }

    @api.model
    def _get_complaint_stage(self, complaint_sudo):
        """Return title, explanation and what is asked of the client, in plain words."""
        ask = self.env._("Tell us whether the answer helps you.")
        in_work = (
            self.env._("In Work"),
            self.env._("A colleague looks into it and answers you."),
            "",
        )
        return {
            "new": (
                self.env._("Taken In"),
                self.env._("We have your complaint. A colleague takes it up soon."),
                "",
            ),
            "in_work": in_work,
            "joined": in_work,
            "answered": (
                self.env._("Answered"),
                self.env._("Please read our answer below."),
                "" if complaint_sudo.callback_result else ask,
            ),
            "closed": (self.env._("Closed"), self.env._("Nothing is left to do."), ""),
        }[complaint_sudo.state]

    @api.model
    def _prepare_complaint_rows(self, complaints_sudo):
        """Return what the list shows of complaints: texts alone."""
        rows = []
        for complaint in complaints_sudo:
            title, _text, todo = self._get_complaint_stage(complaint)
            rows.append(
                {
                    "id": complaint.id,
                    "number": complaint.number,
                    "date": format_datetime(
                        self.env, complaint.date_received, dt_format="short"
                    ),
                    "waybill": complaint.waybill_number or "",
                    "subject": complaint.type_id.name,
                    "stage": title,
                    "todo": todo,
                }
            )
        return rows

    @api.model
    def _prepare_complaint_page(self, complaint_sudo):
        """Return what the page of a complaint shows: texts alone, picked one by one.

        What we write down stays with us: the words of the client are those that they
        typed.
        """
        title, text, todo = self._get_complaint_stage(complaint_sudo)
        is_answered = complaint_sudo.state in ("answered", "closed")
        # sudo: the files of one record that is the client's own
        files_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", complaint_sudo._name),
                    ("res_id", "=", complaint_sudo.id),
                ],
                order="id",
            )
        )
        return self._prepare_complaint_rows(complaint_sudo)[0] | {
            "stage": title,
            "text": text,
            "todo": todo,
            "words": complaint_sudo.portal_words or "",
            "reply": complaint_sudo.reply or "" if is_answered else "",
            "can_rate": bool(todo),
            "is_rated": bool(complaint_sudo.callback_result),
            "files": self._prepare_files(files_sudo),
        }

    @api.model
    def _prepare_files(self, files_sudo):
        return [
            {"id": file.id, "name": file.name}
            for file in self._filter_own_files(files_sudo)
        ]
