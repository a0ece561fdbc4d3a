from odoo import models
from odoo.exceptions import AccessError


class KuaidiListExport(models.AbstractModel):
    """A list that is exported whole, however long it is.

    The list's button calls `action_export_list`; `_list_report` names the report of
    type XLSX, whose model inherits `report.kuaidi_key_account.list_xlsx`. What the list
    shows depends on no key of the context but `_list_context_keys`.
    """

    _name = "kuaidi.list.export"
    _description = "Exported List"

    _list_report = None
    _list_context_keys = ()

    # === ACTION METHODS === #

    def action_export_list(self):
        """Return the workbook of the chosen records, or of all that the search finds.

        :raise AccessError: for whoever may not export
        """
        self._check_exportable()
        self.check_access("read")
        domain = self.env.context.get("active_domain") or []
        if self:
            domain = [("id", "in", self.ids)]
        data = {"domain": domain}
        kept = {
            key: self.env.context[key]
            for key in self._list_context_keys
            if self.env.context.get(key)
        }
        if kept:
            data["list_context"] = kept
        return self.env.ref(self._list_report).report_action(
            [], data=data, config=False
        )

    # === BUSINESS METHODS === #

    def _check_exportable(self):
        """Refuse those whom Odoo does not let export either."""
        if not self.env.user.has_group("base.group_allow_export"):
            raise AccessError(
                self.env._("You may not export lists. Ask an administrator for it.")
            )
