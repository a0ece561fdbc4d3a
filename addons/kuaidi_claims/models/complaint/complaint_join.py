from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain

from .complaint import OPEN_STATES, RANKS


class KuaidiComplaint(models.Model):
    """Joins complaints on one waybill: the second call adds to the first."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]

    joined_id = fields.Many2one(
        comodel_name="kuaidi.complaint",
        string="Joined To",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    joined_ids = fields.One2many(
        comodel_name="kuaidi.complaint",
        inverse_name="joined_id",
        string="Further Calls",
    )
    joined_count = fields.Integer(
        string="Further Calls (count)", compute="_compute_joined_count"
    )

    # === COMPUTE METHODS === #

    @api.depends("joined_ids")
    def _compute_joined_count(self):
        groups = self._read_group(
            [("joined_id", "in", self.ids)], ["joined_id"], ["__count"]
        )
        counts = {complaint.id: count for complaint, count in groups}
        for complaint in self:
            complaint.joined_count = counts.get(complaint.id, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create complaints so that one on each waybill is open, the others joined.

        Where a colleague takes in the same waybill in this very second, the database
        refuses the second one, and Odoo runs its request again: then it is joined.

        :raise ConcurrencyError: for that second try
        """
        by_position = {}
        for wave in self._split_by_waybill(vals_list):
            try:
                # the refusal is to come up here, not at the end of the request
                with self.env.cr.savepoint():
                    created = super().create([vals_list[place] for place in wave])
            except UniqueViolation as error:
                if "waybill_open_uniq" not in str(error):
                    raise
                raise ConcurrencyError(
                    self.env._(
                        "A colleague has just taken in a complaint on this waybill."
                        " Try again: yours is added to it."
                    )
                ) from error
            by_position |= dict(zip(wave, created.ids, strict=True))
        return self.browse(by_position[place] for place in range(len(vals_list)))

    # === ACTION METHODS === #

    def action_view_joined(self):
        """Show the further calls on this complaint."""
        self.ensure_one()
        return self.joined_ids._get_records_action(name=self.env._("Further Calls"))

    # === BUSINESS METHODS === #

    @api.model
    def _take_in(self, values):
        """Take a complaint in, from whatever channel, and return the one in work.

        Where the waybill has an open complaint, the new one is kept, joined to it, and
        that is returned. Portal and imports call this.

        :param dict values: fields of the complaint that its taker may enter
        :return: the complaint that is worked on
        """
        complaint = self.create([values])
        # sudo: the first caller's case may be another account manager's
        return complaint.sudo().joined_id.with_env(self.env) or complaint

    @api.model
    def _mark_known_waybills(self, vals_list):
        """Let complaints be joined to the open ones on their waybills."""
        found = self._find_open_by_waybill(vals_list)
        for vals in vals_list:
            first = found.get((vals["company_id"], vals["waybill_number"]))
            if first:
                vals.update(state="joined", joined_id=first.id)

    @api.model
    def _split_by_waybill(self, vals_list):
        """Return lists of positions; no list names a waybill twice."""
        waves, places = [], {}
        for position, vals in enumerate(vals_list):
            waybill = self._normalize_waybill(vals.get("waybill_number"))
            place = 0
            if waybill:
                key = (vals.get("company_id"), waybill)
                place = places[key] = places.get(key, -1) + 1
            while len(waves) <= place:
                waves.append([])
            waves[place].append(position)
        return waves

    @api.model
    def _find_open_by_waybill(self, vals_list):
        """Return the open complaints on the waybills, by (company id, waybill)."""
        waybills = {vals["waybill_number"] for vals in vals_list} - {False}
        if not waybills:
            return {}
        # sudo: a waybill is known whoever has taken the first call
        found = self.sudo().search(
            Domain("waybill_number", "in", list(waybills)) & self._get_open_domain()
        )
        return {(row.company_id.id, row.waybill_number): row for row in found}

    def _check_waybill_free(self, number):
        """Refuse to give these complaints a waybill that another one is open on."""
        if not number:
            return
        for complaint in self.filtered(lambda row: row.state in OPEN_STATES):
            # sudo: the other one may be a colleague's
            other = self.sudo().search(
                Domain(
                    [
                        ("waybill_number", "=", number),
                        ("company_id", "=", complaint.company_id.id),
                        ("id", "!=", complaint.id),
                    ]
                )
                & self._get_open_domain(),
                limit=1,
            )
            if other:
                raise UserError(
                    self.env._(
                        "%(other)s is open on waybill %(waybill)s. Join this complaint"
                        " to it by the button.",
                        other=other.number,
                        waybill=number,
                    )
                )

    def _tell_first_call(self):
        """Add what joined complaints say to the ones that are worked on.

        Called in superuser mode: the log of the first one tells of the second call, and
        the harder severity of both counts.
        """
        for complaint in self.filtered("joined_id"):
            first = complaint.joined_id
            first.message_post(
                body=self.env._(
                    "Another call on this waybill, %(number)s by %(caller)s:"
                    " %(description)s",
                    number=complaint.number,
                    caller=complaint.contact_name or complaint.phone or "–",
                    description=complaint.description or "–",
                ),
                author_id=self.env.user.partner_id.id,
            )
            values = complaint._get_values_for_first()
            if (
                RANKS[complaint.severity] > RANKS[first.severity]
                and complaint.severity != "crisis"
            ):
                values["severity"] = complaint.severity
            if values:
                first.write(values)
            if first.state == "answered":
                first._reopen(
                    self.env._(
                        "The client complained again: %(number)s",
                        number=complaint.number,
                    )
                )

    def _get_values_for_first(self):
        """Hook: return what the first complaint did not know yet."""
        self.ensure_one()
        first = self.joined_id
        values = {
            name: self[name]
            for name in ("contact_name", "phone", "email", "need", "compensation")
            if self[name] and not first[name]
        }
        if not first.account_id and self.account_id:
            values["account_id"] = self.account_id.id
        return values

    def _join(self, target):
        """Join open complaints to another open one of the company; nothing is lost.

        :raise UserError: when one of them is not open, or of another company
        """
        self.ensure_one()
        self._check_may_work()
        target.check_access("write")
        # sudo: the state is guarded, who may was checked above
        both = (self | target).sudo()
        both.lock_for_update()
        both.invalidate_recordset(["state"])
        if self == target or any(row.state not in OPEN_STATES for row in both):
            raise UserError(
                self.env._("Both complaints have to be open, and not be the same.")
            )
        if self.company_id != target.company_id:
            raise UserError(
                self.env._("Both complaints have to be of the same company.")
            )
        complaint = self.sudo()
        complaint.step_ids.filtered(
            lambda step: step.state in ("waiting", "running")
        ).write({"state": "dropped"})
        complaint.joined_ids.write({"joined_id": target.id})
        complaint.write(
            {
                "state": "joined",
                "joined_id": target.id,
                "date_done": fields.Datetime.now(),
                "step_id": False,
            }
        )
        complaint._complete_activities()
        complaint._update_next()
        complaint._tell_first_call()
        return target
