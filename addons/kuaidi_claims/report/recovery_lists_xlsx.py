from odoo import models

from .claim_lists_xlsx import (
    VIEW_BATCH,
    ClaimAnalysisListXlsx,
    ClaimClockAnalysisListXlsx,
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


class InsuranceAnalysisListXlsx(models.AbstractModel):
    """Insurance cases with their outcome, a row each (2.17)."""

    _name = "report.kuaidi_claims.insurance_analysis_list_xlsx"
    _description = "Insurance Cases as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.insurance.analysis"
    _list_batch = VIEW_BATCH
    _list_columns = (
        "case_id",
        "claim_id",
        "date_called",
        "partner_id",
        "account_id.code",
        "manager_id",
        "type",
        "lane",
        "department_id",
        "insurer_id",
        "policy_id",
        "clause",
        "cause",
        "state",
        "is_refused",
        "refusal_reason",
        "is_reopened",
        "days_decision",
        "amount_loss",
        "amount_payable",
        "amount_agreed",
        "amount_paid",
        "amount_paid_client",
    )


class InsuranceResultListXlsx(models.AbstractModel):
    """Premium against payouts, by policy, client and month (2.17)."""

    _name = "report.kuaidi_claims.insurance_result_list_xlsx"
    _description = "Premium against Payouts as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.insurance.result"
    _list_batch = VIEW_BATCH
    _list_columns = (
        "month",
        "insurer_id",
        "policy_id",
        "account_id.code",
        "account_id",
        "manager_id",
        "shipment_count",
        "amount_sum",
        "amount_premium",
        "case_count",
        "amount_paid",
        "payout_percent",
    )


class InsurerClockListXlsx(models.AbstractModel):
    """Names the insurer beside its clocks."""

    _name = "report.kuaidi_claims.claim_clock_analysis_list_xlsx"
    _inherit = ["report.kuaidi_claims.claim_clock_analysis_list_xlsx"]

    _list_columns = (*ClaimClockAnalysisListXlsx._list_columns, "insurer_id")
