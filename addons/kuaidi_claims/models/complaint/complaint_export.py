from odoo import models


class KuaidiComplaint(models.Model):
    """Complaints are exported by the list, a row each."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint", "kuaidi.list.export"]

    _list_report = "kuaidi_claims.complaint_list_report"
