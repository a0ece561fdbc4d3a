from odoo import models

# each read makes these lists anew: few large reads
VIEW_BATCH = 50_000


class ClaimAnalysisListXlsx(models.AbstractModel):
    """Claims with their money, a row each (2.17)."""

    _name = "report.kuaidi_claims.claim_analysis_list_xlsx"
    _description = "Claims Analysis as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.claim.analysis"
    _list_batch = VIEW_BATCH
    _list_columns = (
        "claim_id",
        "date_called",
        "partner_id",
        "account_id.code",
        "manager_id",
        "type",
        "state",
        "lane",
        "branch_id",
        "department_id",
        "link_id",
        "liability",
        "is_insured",
        "amount_claimed",
        "amount_assessed",
        "amount_approved",
        "amount_paid",
        "days_taken",
        "user_id",
    )


class ClaimClockAnalysisListXlsx(models.AbstractModel):
    """Each step of claims, and whether it was in time (2.17)."""

    _name = "report.kuaidi_claims.claim_clock_analysis_list_xlsx"
    _description = "Claims in Time as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.claim.clock.analysis"
    _list_batch = VIEW_BATCH
    _list_columns = (
        "claim_id",
        "kind",
        "type",
        "is_insured",
        "account_id",
        "department_id",
        "user_id",
        "date_start",
        "days_taken",
        "in_time_percent",
    )


class ClaimLossListXlsx(models.AbstractModel):
    """Revenue and claims of clients by month (2.17)."""

    _name = "report.kuaidi_claims.claim_loss_list_xlsx"
    _description = "Loss Ratio as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.claim.loss"
    _list_batch = VIEW_BATCH
    _list_columns = (
        "account_id.code",
        "account_id",
        "manager_id",
        "level_id",
        "month",
        "pieces",
        "amount_revenue",
        "claim_count",
        "amount_claimed",
        "amount_paid",
        "loss_percent",
    )
