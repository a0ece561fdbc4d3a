from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KuaidiReceivableDispute(models.Model):
    """Names the complaint or claim that contested items are about (2.10)."""

    _inherit = "kuaidi.receivable.dispute"

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('account_id', '=', account_id)]",
    )
    complaint_id = fields.Many2one(
        comodel_name="kuaidi.complaint",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('account_id', '=', account_id)]",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("claim_id", "complaint_id")
    def _check_case_is_the_clients(self):
        # sudo: whoever names a case need not read it whole
        for dispute in self.sudo():
            for case in (dispute.claim_id, dispute.complaint_id):
                if case and case.account_id != dispute.account_id:
                    raise ValidationError(
                        self.env._(
                            "%(case)s is no case of %(client)s.",
                            case=case.display_name,
                            client=dispute.account_id.display_name,
                        )
                    )
