from odoo import api, models
from odoo.exceptions import AccessError


class KuaidiGuardMixin(models.AbstractModel):
    """Some fields of it are written by buttons and by the system alone.

    An adopter names them in `_guarded_fields`, and calls `_check_not_typed` before it
    creates or writes anything.
    """

    _name = "kuaidi.guard.mixin"
    _description = "Guarded Fields Mixin"

    _guarded_fields = frozenset()

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        """Hook: return the fields that buttons and the system alone write."""
        return self._guarded_fields

    @api.model
    def _get_guarded_message(self):
        """Hook: return what is said to whoever writes a guarded field."""
        return self.env._("This moves by its buttons alone, it is not entered.")

    @api.model
    def _get_chatter_fields(self):
        """Return the fields of messages and activities, which go on in any state."""
        return frozenset(
            name
            for name in self._fields
            if name.startswith(("message_", "activity_", "my_activity_"))
        )

    def _check_not_typed(self, names):
        """Refuse guarded fields among the names of those that a user sends.

        :raise AccessError: for anybody but the system
        """
        if not self.env.su and self._get_guarded_fields() & set(names):
            raise AccessError(self._get_guarded_message())

    @api.model
    def _get_filled_names(self, vals_list):
        """Return the same without empty values: a form sends back what it shows."""
        filled = {name for vals in vals_list for name in vals if vals[name]}
        return filled | self._get_default_names()
