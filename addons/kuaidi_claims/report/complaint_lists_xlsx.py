from odoo import models


class ComplaintListXlsx(models.AbstractModel):
    """Complaints with their clocks, verdict and call-back, a row each (2.11)."""

    _name = "report.kuaidi_claims.complaint_list_xlsx"
    _description = "Complaints as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.complaint"
    _list_columns = (
        "number",
        "date_received",
        "channel",
        "severity",
        "state",
        "account_id.code",
        "partner_id",
        "stars",
        "contact_name",
        "type_id",
        "waybill_number",
        "description",
        "user_id",
        "date_deadline",
        "date_answered",
        "is_breached",
        "date_legal",
        "is_legal_breached",
        "verdict",
        "verdict_note",
        "link_id",
        "department_id",
        "branch_id",
        "compensation",
        "reply",
        "callback_result",
        "callback_note",
        "reopen_count",
        "date_closed",
    )
