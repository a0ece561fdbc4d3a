from odoo import models

# each read makes these lists anew: few large reads
VIEW_BATCH = 50_000


class ReceivableItemListXlsx(models.AbstractModel):
    """What clients owe by due date, as of the day it is shown for (2.10)."""

    _name = "report.kuaidi_key_account.receivable_item_list_xlsx"
    _description = "Open Receivables as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.receivable.item"
    _list_batch = VIEW_BATCH
    _list_columns = (
        "account_id.code",
        "account_id",
        "manager_id",
        "level_id",
        "move_id",
        "kind",
        "date",
        "date_due",
        "days_overdue",
        "bucket",
        "currency_id",
        "amount_residual_currency",
        "amount_residual",
        "date_limitation",
    )


class ReceivableMonthListXlsx(models.AbstractModel):
    """Collected of due and days of sales by client and month (2.10)."""

    _name = "report.kuaidi_key_account.receivable_month_list_xlsx"
    _description = "Receivables by Month as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.receivable.month"
    _list_batch = VIEW_BATCH
    _list_columns = (
        "account_id.code",
        "account_id",
        "month",
        "manager_id",
        "level_id",
        "amount_invoiced",
        "amount_due",
        "amount_collected",
        "collection_percent",
        "amount_balance",
        "dso",
    )


class PaymentBehaviourListXlsx(models.AbstractModel):
    """How late each invoice was paid (2.10)."""

    _name = "report.kuaidi_key_account.payment_behaviour_list_xlsx"
    _description = "Payment Behaviour as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.payment.behaviour"
    _list_batch = VIEW_BATCH
    _list_columns = (
        "account_id.code",
        "account_id",
        "manager_id",
        "level_id",
        "move_id",
        "date_due",
        "date",
        "amount",
        "days_late",
    )


class StatementListXlsx(models.AbstractModel):
    """Statements with what became of them (2.10)."""

    _name = "report.kuaidi_key_account.statement_list_xlsx"
    _description = "Statements as List"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.statement"
    _list_columns = (
        "number",
        "revision",
        "account_id.code",
        "account_id",
        "manager_id",
        "date_from",
        "date_to",
        "currency_id",
        "amount_opening",
        "amount_invoiced",
        "amount_credited",
        "amount_paid",
        "amount_closing",
        "amount_overdue",
        "state",
        "date_sent",
        "date_opened",
        "date_answer_due",
        "date_reminded",
        "date_answered",
        "answered_by",
        "answer_channel",
    )


class CollectionCaseListXlsx(models.AbstractModel):
    """Collection cases with their step and what comes next (2.10)."""

    _name = "report.kuaidi_key_account.collection_case_list_xlsx"
    _description = "Collection Cases as Workbook"
    _inherit = ["report.kuaidi_key_account.list_xlsx"]

    _list_model = "kuaidi.collection.case"
    _list_columns = (
        "account_id.code",
        "account_id",
        "manager_id",
        "stars",
        "collector_id",
        "state",
        "amount_open",
        "amount_overdue",
        "date_oldest_due",
        "step_id",
        "date_step",
        "date_next_action",
        "next_step_id",
        "next_channel",
        "next_action",
        "broken_promise_count",
        "date_hold_until",
        "hold_reason",
        "date_limitation",
        "is_cash_only",
        "date_opened",
        "date_closed",
    )
