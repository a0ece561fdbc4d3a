from odoo import api, models

# of which a number alone would tell something
GUARDED = (
    "account.move",
    "account.move.line",
    "account.payment",
    "crm.lead",
    "res.company",
)


class Base(models.AbstractModel):
    """Lets a form of ours name only records that its user may read.

    Fields that show something of a named record read it as superuser, so that whoever
    may see the form sees it whole. Nobody shall learn in this way what stands in a
    record whose number they guessed. It stands here and not in a mixin, as the one
    model that forgot to inherit it would be the hole.
    """

    _inherit = "base"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if self._guards_names() and self._transient:
            for vals in vals_list:
                self._keep_named_records(vals)
        return super().create(vals_list)

    def write(self, vals):
        if self._guards_names() and self._transient:
            self._keep_named_records(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        if self._guards_names():
            kept = self._keep_named_records(values)
            field_names = [
                name for name in field_names if name in kept or name not in values
            ]
            values = kept
        return super().onchange(values, field_names, fields_spec)

    # === BUSINESS METHODS === #

    @api.model
    def _guards_names(self):
        return self._name.startswith("kuaidi.") and not self.env.su

    def _keep_named_records(self, values):
        """Check that the user may read the records that values and defaults name.

        :param dict values: as `create`, `write` or `onchange` gets them
        :return: the values without those of calculated fields that the user may not
            read: Odoo calculates them again
        :raise AccessError: when another field names a record that is not the user's
        """
        defaults = {
            name.removeprefix("default_"): value
            for name, value in self.env.context.items()
            if name.startswith("default_")
        }
        kept = dict(values)
        for name, value in (defaults | values).items():
            field = self._fields.get(name)
            if field is None or not field.relational:
                continue
            comodel = self.env[field.comodel_name]
            if field.type == "one2many":
                for command in value or ():
                    if len(command) > 2 and isinstance(command[2], dict):
                        comodel._keep_named_records(command[2])
            elif field.type == "many2one" and comodel._is_guarded_name():
                record = comodel.browse(value if type(value) is int else ())
                # sudo: what a record names already is shown with it
                foreign = record - self.sudo()[name]
                if not foreign or foreign.has_access("read"):
                    continue
                if not (field.compute and field.readonly):
                    foreign.check_access("read")
                kept.pop(name, None)
        return kept

    @api.model
    def _is_guarded_name(self):
        return self._name.startswith("kuaidi.") or self._name in GUARDED
