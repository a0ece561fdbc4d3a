from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import ormcache


class Base(models.AbstractModel):
    """Keeps what users write in our records within one company.

    Whoever works in two companies could tie them together, and whoever guesses a number
    could name what is another company's. Odoo checks the fields that ask for it; ours
    are checked all, whenever users write them.
    """

    _name = "base"
    _inherit = ["base"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self._guards_company():
            return super().create(vals_list)
        following = self._get_following_fields()
        vals_list = [
            {name: value for name, value in vals.items() if name not in following}
            for vals in vals_list
        ]
        self = self._without_defaults(following)
        records = super().create(vals_list)
        records._check_one_company({name for vals in vals_list for name in vals})
        return records

    def write(self, vals):
        if not self._guards_company():
            return super().write(vals)
        following = self._get_following_fields()
        vals = {name: value for name, value in vals.items() if name not in following}
        for name in self._get_owner_fields() & vals.keys():
            # record rules look at the record as it was: nobody moves it out of sight
            comodel = self.env[self._fields[name].comodel_name]
            comodel.browse(vals[name] or ()).check_access("read")
        res = super().write(vals)
        self._check_one_company(vals.keys())
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_default_names(self):
        """Return the names of the fields that the context proposes a value for."""
        return {
            name.removeprefix("default_")
            for name in self.env.context
            if name.startswith("default_")
        }

    @api.model
    def _get_typed_names(self, vals_list):
        """Return the fields that the values of new records and the context name."""
        return set().union(*vals_list) | self._get_default_names()

    def _without_defaults(self, names):
        """Return these records without what the context proposes for the fields."""
        defaults = {f"default_{name}" for name in names}
        if defaults.isdisjoint(self.env.context):
            return self
        return self.with_env(
            self.env(
                context={
                    name: value
                    for name, value in self.env.context.items()
                    if name not in defaults
                }
            )
        )

    @api.model
    def _guards_company(self):
        return (
            self._guards_names()
            and not self._transient
            and not self._abstract
            and "company_id" in self._fields
        )

    @api.model
    @ormcache()
    def _get_following_fields(self):
        """Return the names of stored fields that repeat those of a linked record.

        Nobody types them: values that a client sends for them are not taken.
        """
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.related and field.store and field.readonly
        )

    @api.model
    @ormcache()
    def _get_owner_fields(self):
        """Return the names of the links by which a record gets its company."""
        names = set()
        field = self._fields["company_id"]
        while field.related:
            name = field.related.split(".")[0]
            names.add(name)
            field = self._fields[name]
        return frozenset(name for name in names if not self._fields[name].related)

    @api.model
    @ormcache()
    def _get_company_fields(self):
        """Return the names of the links to what may belong to a company.

        Files have none: whoever may read a file may attach it.
        """
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.type in ("many2one", "many2many")
            and field.store
            and not field.check_company
            and field.comodel_name not in ("ir.attachment", "res.company")
            and {"company_id", "company_ids"}
            & self.env[field.comodel_name]._fields.keys()
        )

    def _check_one_company(self, names):
        """Check that the named fields lead to nothing of another company.

        :raise UserError: for a record that names one of another company
        """
        for name in self._get_company_fields() & names:
            # sudo: what is named is judged whether or not the user may see it
            for record in self.sudo():
                linked = record[name].with_context(active_test=False)
                domain = linked and linked._check_company_domain(record.company_id)
                if domain and linked != linked.filtered_domain(domain):
                    raise UserError(
                        self.env._(
                            "“%(field)s” of %(record)s belongs to another company."
                            " Choose one of %(company)s.",
                            field=self._fields[name]._description_string(self.env),
                            record=record.display_name,
                            company=record.company_id.name
                            or self.env._("all companies"),
                        )
                    )
