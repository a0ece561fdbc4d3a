from odoo import models
from odoo.tools import ormcache


class ResCompany(models.Model):
    """Knows its working time without being read, as nearly every page asks for it."""

    _name = "res.company"
    _inherit = ["res.company"]

    # === BUSINESS METHODS === #

    def cache_invalidation_fields(self):
        return super().cache_invalidation_fields() | {"resource_calendar_id"}

    def _get_kuaidi_calendar_sudo(self):
        """Return the company's working time, in superuser mode."""
        # sudo: deadlines are the same for everybody, portal clients included
        return self.env["resource.calendar"].sudo().browse(self._get_calendar_id())

    @ormcache("self.id")
    def _get_calendar_id(self):
        # a company has a hundred fields more, which nobody needs here
        company_sudo = self.sudo().with_context(prefetch_fields=False)
        return company_sudo.resource_calendar_id.id
