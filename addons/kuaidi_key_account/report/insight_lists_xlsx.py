from odoo import models


class MonthlyFigureListXlsx(models.AbstractModel):
    """The monthly figures as operations gave them (AN-3, AN-5)."""

    _name = "report.kuaidi_key_account.monthly_figure_list_xlsx"
    _description = "Monthly Figures as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.monthly.figure"
    _list_columns = (
        "account_id.code",
        "account_id",
        "month",
        "manager_id",
        "industry_id",
        "pieces",
        "weight_kg",
        "amount_revenue",
        "late_count",
        "damaged_count",
        "lost_count",
        "accident_count",
    )


class ClientReviewListXlsx(models.AbstractModel):
    """The monthly analyses of many clients, a row each (AN-3 to AN-6)."""

    _name = "report.kuaidi_key_account.client_review_list_xlsx"
    _description = "Monthly Client Analyses as List"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.client.review"
    _list_columns = (
        "account_id.code",
        "account_id",
        "month",
        "manager_id",
        "state",
        "has_figure",
        "pieces",
        "pieces_last_month",
        "change_month_percent",
        "pieces_last_year",
        "change_year_percent",
        "weight_kg",
        "amount_revenue",
        "late_count",
        "late_percent",
        "damaged_count",
        "damaged_percent",
        "lost_count",
        "lost_percent",
        "accident_count",
        "accident_percent",
        "complaint_count",
        "claim_count",
        "visit_count",
        "line_done_count",
        "line_missed_count",
        "amount_receivable",
        "amount_overdue",
        "forecast_pieces",
        "forecast_error_percent",
        "date_due",
        "note_cause",
        "note_action",
    )
