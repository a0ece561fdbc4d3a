import base64

from odoo import api, fields, models

from odoo.addons.kuaidi_key_account.tools.figure_sheets import write_bad_rows

from ..tools.shipment_sheets import write_template


class KuaidiInsuranceImport(models.TransientModel):
    """Hands out the workbook to fill in, and the one that says what to correct."""

    _name = "kuaidi.insurance.import"
    _inherit = ["kuaidi.insurance.import"]

    template_file = fields.Binary(compute="_compute_template_file", attachment=False)
    bad_rows_file = fields.Binary(compute="_compute_bad_rows_file", attachment=False)

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    def _compute_template_file(self):
        is_chinese = (self.env.lang or "").startswith("zh")
        content = write_template(
            is_chinese, self.env._("Shipments"), self.env._("Notes"), self._get_notes()
        )
        self.template_file = base64.b64encode(content)

    @api.depends("state", "bad_count")
    @api.depends_context("lang")
    def _compute_bad_rows_file(self):
        titles = [
            self.env._("Row"),
            self.env._("Waybill"),
            self.env._("Column"),
            self.env._("Value"),
            self.env._("What to Correct"),
        ]
        for wizard in self:
            content = write_bad_rows(
                self.env._("Bad Rows"),
                titles,
                (
                    (
                        row.number,
                        row.waybill_number,
                        row.bad_column,
                        row.bad_value,
                        row.reason,
                    )
                    for row in wizard._search_rows([("reason", "!=", False)])
                ),
            )
            wizard.bad_rows_file = base64.b64encode(content)

    # === ACTION METHODS === #

    def action_download_template(self):
        """Download the workbook to fill in."""
        return self._get_download_action(
            "template_file", self.env._("Declared Shipments.xlsx")
        )

    def action_download_bad_rows(self):
        """Download all bad rows, with what is wrong in them."""
        return self._get_download_action("bad_rows_file", self.env._("Bad Rows.xlsx"))

    # === BUSINESS METHODS === #

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

    def _get_download_action(self, field, file_name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{field}/{file_name}"
            "?download=true",
            "target": "download",
        }
