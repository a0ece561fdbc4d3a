from odoo import models

from .claim_lists_xlsx import (
    VIEW_BATCH,
    ClaimAnalysisListXlsx,
    ClaimLossListXlsx,
)

NET_COLUMNS = ("amount_insured", "amount_recovered", "amount_net")


class NetAnalysisListXlsx(models.AbstractModel):
    """Adds what came back to the list of claims."""

    _name = "report.kuaidi_claims.claim_analysis_list_xlsx"
    _inherit = ["report.kuaidi_claims.claim_analysis_list_xlsx"]

    _list_columns = (*ClaimAnalysisListXlsx._list_columns, *NET_COLUMNS)


class NetLossListXlsx(models.AbstractModel):
    """Adds what came back to clients and months."""

    _name = "report.kuaidi_claims.claim_loss_list_xlsx"
    _inherit = ["report.kuaidi_claims.claim_loss_list_xlsx"]

    _list_columns = (*ClaimLossListXlsx._list_columns, *NET_COLUMNS, "net_percent")


class RecoveryAnalysisListXlsx(models.AbstractModel):
    """What was demanded of whom, a row each (2.17)."""

    _name = "report.kuaidi_claims.recovery_analysis_list_xlsx"
    _description = "Recoveries Analysis as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.recovery.analysis"
    _list_batch = VIEW_BATCH
    _list_columns = (
        "claim_id",
        "date_called",
        "partner_id",
        "account_id.code",
        "manager_id",
        "lane",
        "claim_department_id",
        "target",
        "debtor_id",
        "department_id",
        "subject",
        "basis",
        "state",
        "date_demanded",
        "days_taken",
        "amount_demanded",
        "amount_agreed",
        "amount_recovered",
        "user_id",
    )
