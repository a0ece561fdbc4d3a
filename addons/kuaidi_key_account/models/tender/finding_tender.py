from collections import namedtuple

from odoo import api, fields, models
from odoo.tools import SQL

# a ground by its code, the record where it is, the words, and the value that is wrong
Found = namedtuple("Found", "code record text detail", defaults=("",))


class KuaidiTender(models.Model):
    """Looks through a bid for what would have it rejected (废标检查, IR 51)."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    finding_ids = fields.One2many(
        comodel_name="kuaidi.tender.finding",
        inverse_name="tender_id",
        string="Findings",
        readonly=True,
    )
    date_checked = fields.Datetime(
        string="Looked Through On", readonly=True, copy=False
    )
    blocker_count = fields.Integer(
        string="Grounds for Rejection", compute="_compute_form_counts"
    )
    warning_count = fields.Integer(
        string="Things to Look At", compute="_compute_form_counts"
    )

    # === ACTION METHODS === #

    def action_check_bid(self):
        """Look through the bid, and show what was found.

        :raise AccessError: for whoever does not work on the tender
        """
        self.ensure_one()
        self.check_access("write")
        self._refresh_findings()
        return self.action_view_findings()

    def action_view_findings(self):
        """Show what the last check found."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_tender_finding_action"
        )
        return action | {"domain": [("tender_id", "=", self.id)]}

    # === BUSINESS METHODS === #

    def _collect_findings(self):
        """Hook: return what would have this one bid rejected.

        Called in superuser mode: a bid is looked through whole, whoever of the team
        asks. The words are read by the whole team.

        :rtype: list[Found]
        """
        self.ensure_one()
        return []

    def _refresh_findings(self):
        """Find anew, and store: what stays keeps its date, what is right is gone."""
        rules_model = self.env["kuaidi.tender.check.rule"]
        rules = {
            company: rules_model._get_rules(company) for company in self.company_id
        }
        # sudo: the bid is looked through whole, and findings are the system's
        for tender in self.sudo():
            found = tender._prepare_findings(rules[tender.company_id])
            known = {finding.key: finding for finding in tender.finding_ids}
            gone = [known[key].id for key in known.keys() - found.keys()]
            self.env["kuaidi.tender.finding"].sudo().browse(gone).unlink()
            for key in known.keys() & found.keys():
                changed = {
                    name: value
                    for name, value in found[key].items()
                    if name in ("name", "severity") and known[key][name] != value
                }
                if changed:
                    known[key].write(changed)
            tender.finding_ids.create(
                [vals for key, vals in found.items() if key not in known]
            )
            tender.date_checked = fields.Datetime.now()
        self.invalidate_recordset(["finding_ids"])

    def _prepare_findings(self, rules):
        """Return the values of what is found, by key."""
        self.ensure_one()
        found = {}
        for code, record, text, detail in self._collect_findings():
            rule = rules.get(code)
            if not rule:
                continue
            key = f"{code}:{record._name}:{record.id}:{detail}"
            found[key] = {
                "tender_id": self.id,
                "rule_id": rule.id,
                "severity": rule.severity,
                "name": text,
                "res_model": record._name,
                "res_id": record.id,
                "key": key,
            }
        return found

    @api.model
    def _get_form_counts(self):
        findings = self.env["kuaidi.tender.finding"]
        severity = SQL.identifier(
            "finding", "severity", to_flush=findings._fields["severity"]
        )

        def count(kind):
            return SQL(
                "(SELECT count(*) FROM kuaidi_tender_finding finding"
                " WHERE finding.tender_id = tender.id AND %s = %s)",
                severity,
                kind,
            )

        return super()._get_form_counts() | {
            "blocker_count": count("blocker"),
            "warning_count": count("warning"),
        }

    @api.model
    def _get_form_counts_depends(self):
        return [*super()._get_form_counts_depends(), "finding_ids.severity"]

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"date_checked", "finding_ids"}
