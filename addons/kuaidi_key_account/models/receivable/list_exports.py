from odoo import models


class KuaidiReceivableItem(models.Model):
    """The ageing is exported as of the day that it is shown for."""

    _name = "kuaidi.receivable.item"
    _inherit = ["kuaidi.receivable.item", "kuaidi.list.export"]

    _list_report = "kuaidi_key_account.receivable_item_list_report"
    _list_context_keys = ("kuaidi_date",)


class KuaidiReceivableMonth(models.Model):
    """Months are exported by the list, a row for each client and month."""

    _name = "kuaidi.receivable.month"
    _inherit = ["kuaidi.receivable.month", "kuaidi.list.export"]

    _list_report = "kuaidi_key_account.receivable_month_list_report"


class KuaidiPaymentBehaviour(models.Model):
    """Payments are exported by the list, with the days that they were late."""

    _name = "kuaidi.payment.behaviour"
    _inherit = ["kuaidi.payment.behaviour", "kuaidi.list.export"]

    _list_report = "kuaidi_key_account.payment_behaviour_list_report"


class KuaidiStatement(models.Model):
    """Statements are exported by the list, a row each."""

    _name = "kuaidi.statement"
    _inherit = ["kuaidi.statement", "kuaidi.list.export"]

    _list_report = "kuaidi_key_account.statement_list_report"


class KuaidiCollectionCase(models.Model):
    """Cases are exported by the list, a row each."""

    _name = "kuaidi.collection.case"
    _inherit = ["kuaidi.collection.case", "kuaidi.list.export"]

    _list_report = "kuaidi_key_account.collection_case_list_report"
