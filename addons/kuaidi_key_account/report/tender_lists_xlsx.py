from odoo import models


class TenderRequirementListXlsx(models.AbstractModel):
    """The requirement matrix of tenders, with our answers (TE-2)."""

    _name = "report.kuaidi_key_account.tender_requirement_list_xlsx"
    _description = "Requirements as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.tender.requirement"
    _list_columns = (
        "tender_id",
        "clause",
        "page",
        "part",
        "is_mandatory",
        "name",
        "score_max",
        "user_id",
        "date_due",
        "answer",
        "deviation",
        "deviation_note",
        "state",
        "answered_by_id",
        "checked_by_id",
    )
