from odoo import api, fields, models
from odoo.tools import SQL

from .requirement import OPEN_STATES


class KuaidiTender(models.Model):
    """What the document of a tender asks for, and how much of it is answered."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    requirement_ids = fields.One2many(
        comodel_name="kuaidi.tender.requirement",
        inverse_name="tender_id",
        string="Requirements",
    )
    requirement_count = fields.Integer(
        string="Number of Requirements", compute="_compute_form_counts"
    )
    open_mandatory_count = fields.Integer(
        string="★ Unanswered",
        compute="_compute_form_counts",
        help="Mandatory requirements without an answer: each has the bid rejected.",
    )
    coverage = fields.Float(
        string="Coverage (%)",
        compute="_compute_form_counts",
        help="Answered requirements among all, in percent.",
    )

    # === ACTION METHODS === #

    def action_view_requirements(self):
        """Show the requirements of this tender, grouped by part."""
        self.ensure_one()
        return self._get_requirement_action({"search_default_groupby_part": 1})

    def action_view_open_mandatory(self):
        """Show the mandatory requirements that nobody has answered."""
        self.ensure_one()
        return self._get_requirement_action(
            {"search_default_mandatory": 1, "search_default_unanswered": 1}
        )

    def action_import_requirements(self):
        """Open the import of a tender document.

        :raise AccessError: for whoever may not work on the tender
        :raise UserError: when the bid is sealed
        """
        self.ensure_one()
        self.check_access("write")
        self._check_not_frozen()
        wizard = self.env["kuaidi.tender.requirement.import"].create(
            {"tender_id": self.id}
        )
        return wizard._get_form_action()

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts(self):
        requirements = self.env["kuaidi.tender.requirement"]
        state = SQL.identifier(
            "requirement", "state", to_flush=requirements._fields["state"]
        )
        mandatory = SQL.identifier(
            "requirement", "is_mandatory", to_flush=requirements._fields["is_mandatory"]
        )
        is_open = SQL("%s = ANY(%s)", state, list(OPEN_STATES))

        def count(expression):
            return SQL(
                "(SELECT %s FROM kuaidi_tender_requirement requirement"
                " WHERE requirement.tender_id = tender.id)",
                expression,
            )

        return super()._get_form_counts() | {
            "requirement_count": count(SQL("count(*)")),
            "open_mandatory_count": count(
                SQL("count(*) FILTER (WHERE %s AND %s)", mandatory, is_open)
            ),
            "coverage": count(
                SQL(
                    "round(100.0 * count(*) FILTER (WHERE NOT (%s))"
                    " / nullif(count(*), 0), 1)::float8",
                    is_open,
                )
            ),
        }

    @api.model
    def _get_form_counts_depends(self):
        return [
            *super()._get_form_counts_depends(),
            "requirement_ids.state",
            "requirement_ids.is_mandatory",
        ]

    def _get_deviation_table(self, part):
        """Return the deviation table (偏离表) of a part of the bid.

        :param str part: ``commercial``, ``technical``, ``price`` or ``form``
        :return: a dict of plain text for each requirement, in their order: ``number``,
            ``clause``, ``page``, ``requirement``, ``answer``, ``deviation`` (the word
            of the user's language), ``note``
        :rtype: list[dict]
        """
        self.ensure_one()
        lines = self.env["kuaidi.tender.requirement"].search(
            [("tender_id", "=", self.id), ("part", "=", part)]
        )
        words = dict(lines._fields["deviation"]._description_selection(self.env))
        return [
            {
                "number": str(number),
                "clause": line.clause or "",
                "page": str(line.page or ""),
                "requirement": line.name,
                "answer": line.answer or "",
                "deviation": words[line.deviation],
                "note": line.deviation_note or "",
            }
            for number, line in enumerate(lines, 1)
        ]

    def _get_requirement_action(self, context):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_tender_requirement_action"
        )
        action["domain"] = [("tender_id", "=", self.id)]
        action["context"] = {"default_tender_id": self.id, **context}
        action["display_name"] = self.env._(
            "Requirements of %(tender)s", tender=self.display_name
        )
        return action
