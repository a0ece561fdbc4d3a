import re

from dateutil.relativedelta import relativedelta
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

TOKEN = re.compile(r"[0-9a-f]{32}")
LIMITS = {
    "case": "kuaidi_portal_case_limit",
    "change": "kuaidi_portal_change_limit",
}
# a page of a browser that is open for longer is sent anew
KEPT_DAYS = 7


class PortalRefusal(UserError):
    """A refusal whose words a client may read."""


class PortalLimitReached(UserError):
    """More was sent within an hour than one person may."""


class KuaidiPortalRequest(models.Model):
    """One form that somebody at a client sent: counted, and taken once (2.16)."""

    _name = "kuaidi.portal.request"
    _description = "Form Sent by a Client"
    _order = "id desc"
    _rec_name = "token"

    user_id = fields.Many2one(
        comodel_name="res.users", required=True, ondelete="cascade"
    )
    sequence = fields.Integer(
        required=True,
        help="Counts the forms of one person. Two that arrive at once cannot have the"
        " same, so that no limit is passed in between.",
    )
    kind = fields.Selection(
        selection=[("case", "New Case"), ("change", "Other Change")], required=True
    )
    token = fields.Char(required=True)
    date = fields.Datetime(required=True)
    res_model = fields.Char(string="Model of the Result")
    res_id = fields.Many2oneReference(string="Result", model_field="res_model")

    _token_uniq = models.UniqueIndex("(user_id, token)", "This form was sent already.")
    _sequence_uniq = models.UniqueIndex("(user_id, sequence)")
    _count_idx = models.Index("(user_id, kind, date)")

    # === BUSINESS METHODS === #

    @api.model
    def _is_token(self, token):
        """Return whether this is what our forms carry."""
        return isinstance(token, str) and bool(TOKEN.fullmatch(token))

    @api.model
    def _admit(self, kind, token):
        """Count a form of the user and return its row, and whether it is a new one.

        Called before anything is changed. Of two that arrive at the same moment the
        second is run again by Odoo, and then sees the first.

        :param str kind: ``case`` or ``change``
        :param str token: of the form, see `_is_token`
        :return: the row in superuser mode, and False where the form was sent before
        :raise PortalLimitReached: for more forms within an hour than the company takes
        :raise ConcurrencyError: for that second one
        """
        # sudo: clients see nothing of this table
        rows_sudo = self.sudo()
        own = [("user_id", "=", self.env.uid)]
        known_sudo = rows_sudo.search([*own, ("token", "=", token)])
        if known_sudo:
            return known_sudo, False
        now = fields.Datetime.now()
        count = rows_sudo.search_count(
            [*own, ("kind", "=", kind), ("date", ">", now - relativedelta(hours=1))]
        )
        # sudo: settings of the company
        if count >= self.env.user.company_id.sudo()[LIMITS[kind]]:
            raise PortalLimitReached(
                self.env._("Too much was sent within an hour. Try again later.")
            )
        last_sudo = rows_sudo.search(own, order="sequence desc", limit=1)
        try:
            with self.env.cr.savepoint():
                row_sudo = rows_sudo.create(
                    {
                        "user_id": self.env.uid,
                        "sequence": last_sudo.sequence + 1,
                        "kind": kind,
                        "token": token,
                        "date": now,
                    }
                )
        except UniqueViolation as error:
            raise ConcurrencyError(
                self.env._("Another form is just being taken. Try again.")
            ) from error
        return row_sudo, True

    def _note_result(self, record):
        """Keep what became of the form: who sends it again is led there."""
        self.write({"res_model": record._name, "res_id": record.id})

    @api.autovacuum
    def _gc_old(self):
        """Forget forms that nobody sends again."""
        limit = fields.Datetime.now() - relativedelta(days=KEPT_DAYS)
        self.search([("date", "<", limit)], limit=10_000).unlink()
