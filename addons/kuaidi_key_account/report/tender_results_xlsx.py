from odoo import models


class TenderListXlsx(models.AbstractModel):
    """What became of tenders, a row each (2.8)."""

    _name = "report.kuaidi_key_account.tender_list_xlsx"
    _description = "Tenders as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.tender.report"
    _list_columns = (
        "tender_id",
        "partner_id",
        "account_id.code",
        "form",
        "client_type",
        "date",
        "result",
        "lost_reason_id",
        "rejection_id",
        "bidder_count",
        "price_rank",
        "rank",
        "score",
        "amount_budget",
        "amount_bid",
        "amount_award",
        "hours",
        "amount_effort",
        "user_id",
    )
