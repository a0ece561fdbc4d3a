from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.kuaidi_key_account.models.account.file_import_mixin import (
    IMPORT_STATES,
)

from ..tools.shipment_columns import find_columns, parse_rows
from ..tools.shipment_sheets import get_template_columns


class KuaidiInsuranceImport(models.TransientModel):
    """One list of declared shipments on its way into the database (IN-2)."""

    _name = "kuaidi.insurance.import"
    _inherit = ["kuaidi.file.import.mixin"]
    _description = "Import Declared Shipments"

    _open_fields = frozenset({"policy_id", "file", "file_name"})
    _target_model = "kuaidi.insurance.shipment"

    state = fields.Selection(selection=IMPORT_STATES)
    policy_id = fields.Many2one(
        comodel_name="kuaidi.insurance.policy",
        required=True,
        ondelete="cascade",
        domain="[('state', '!=', 'draft'), ('kind', '=', 'cargo')]",
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    preview_ids = fields.Many2many(comodel_name="kuaidi.insurance.import.row")
    bad_row_ids = fields.Many2many(comodel_name="kuaidi.insurance.import.row")

    # === ACTION METHODS === #

    def action_view_shipments(self):
        """Show what was declared under the policy."""
        return self.policy_id.action_view_shipments()

    # === BUSINESS METHODS === #

    def _get_file_texts(self):
        return {
            "title": self.env._("Import Declared Shipments"),
            "no_file": self.env._("Choose the file with the shipments first."),
            "empty": self.env._("The file has titles and no shipments below them."),
            "same": self.env._(
                "All %(count)s good rows were declared before: nothing changes.",
                count=self.good_count,
            ),
            "done": self.env._(
                "%(new)s shipments were added and %(changed)s changed.",
                new=self.new_count,
                changed=self.changed_count,
            ),
            "sheet": self.env._("Shipments"),
            "template": self.env._("Declared Shipments.xlsx"),
            "row": self.env._("Waybill"),
            "notes": self._get_notes(),
        }

    def _get_notes(self):
        """Return the lines of the template's second sheet."""
        return [
            self.env._("Delete the sample row before you fill in shipments."),
            self.env._(
                "One row for each waybill. Waybill, day of shipping and sum insured"
                " have to be given; the client code where the client has a key account."
            ),
            self.env._("Write days like 2026-10-05 or 2026年10月5日, amounts in yuan."),
            self.env._(
                "Kind of goods: 文件, 服装, 电子产品, 家电, 机械, 易碎品, 食品, 药品,"
                " 贵重物品, 其他. Packing: 原厂, 自备, 我司."
            ),
            self.env._(
                "Used goods above the policy's limit a piece without the packing of"
                " their factory are covered less: the sender gets a notice."
            ),
            self.env._(
                "A row replaces what was declared for its waybill: an empty cell"
                " empties what was there. The same file twice changes nothing."
            ),
        ]

    def _get_template_columns(self, is_chinese):
        return get_template_columns(is_chinese)

    def _check_readable(self):
        """Refuse policies that shipments cannot be declared to."""
        if self.policy_id.state == "draft" or self.policy_id.kind != "cargo":
            raise UserError(
                self.env._(
                    "Policy %(policy)s is no cargo policy in force. Choose one that"
                    " is.",
                    policy=self.policy_id.number,
                )
            )

    def _find_columns(self, rows):
        return find_columns(rows)

    def _judge_rows(self, rows, columns):
        policy = self.policy_id
        last = min(policy.date_to, policy.date_ended or policy.date_to)
        found = parse_rows(rows, columns, policy.date_from, last)
        self._match_clients(found, columns.labels)
        self._apply_policy(found)
        return found

    def _merge_rows(self, source):
        return self.env["kuaidi.insurance.shipment"]._merge(source, self.policy_id)
