from odoo import models


class KuaidiMonthlyFigure(models.Model):
    """Figures are exported by the list, as they came."""

    _name = "kuaidi.monthly.figure"
    _inherit = ["kuaidi.monthly.figure", "kuaidi.list.export"]

    _list_report = "kuaidi_key_account.monthly_figure_list_report"


class KuaidiClientReview(models.Model):
    """Analyses are exported by the list, a row each."""

    _name = "kuaidi.client.review"
    _inherit = ["kuaidi.client.review", "kuaidi.list.export"]

    _list_report = "kuaidi_key_account.client_review_list_report"
