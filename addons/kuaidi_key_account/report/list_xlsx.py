import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.xlsx_list import OPTIONS, write_list

_logger = logging.getLogger(__name__)

# so many rows are in memory at a time
BATCH = 1_000
# 20,000 rows take some seconds, and a browser waits two minutes
MOST_ROWS = 300_000
KINDS = {
    "boolean": "text",
    "char": "text",
    "date": "date",
    "datetime": "date",
    "float": "amount",
    "integer": "count",
    "many2one": "text",
    "monetary": "amount",
    "selection": "text",
    "text": "text",
}
# of what no sum is made: means, the longest delay, amounts in several currencies
UNSUMMED = {"float": "ratio", "integer": "number", "monetary": "money"}


class ListXlsx(models.AbstractModel):
    """A long list as workbook: read by the batch, written row by row.

    Lists inherit it, and name their model and columns: stored fields, fields of a
    linked record (`account_id.code`), or a linked record for its name. What is empty
    in the database stays empty.
    """

    _name = "report.kuaidi_key_account.list_xlsx"
    _description = "List as Workbook"
    _inherit = ["report.report_xlsx.abstract"]

    _list_model = None
    _list_columns = ()
    _list_batch = BATCH

    # === BUSINESS METHODS === #

    @api.private
    def get_workbook_options(self):
        """Write row by row, and every text as text: never as formula or link."""
        return OPTIONS

    @api.private
    def generate_xlsx_report(self, workbook, data, objs):
        """Write the records of a domain that the user may read, in their order.

        :param data: dict of the `domain`, and of `list_context` where the list depends
            on the context
        :raise AccessError: for whoever may not export
        :raise UserError: for more rows than are written
        """
        self.env["kuaidi.list.export"]._check_exportable()
        model = self._get_list_model(data)
        ids = model.search(data["domain"], limit=MOST_ROWS + 1).ids
        if len(ids) > MOST_ROWS:
            raise UserError(
                self.env._(
                    "More than %(count)s rows: filter the list before you export it.",
                    count=MOST_ROWS,
                )
            )
        labels = model.fields_get(attributes=["string"])
        write_list(
            workbook,
            self.env._("List"),
            [
                (self._get_title(model, column, labels), self._get_kind(model, column))
                for column in self._list_columns
            ],
            self._iter_rows(model, ids),
            self.env._("Total"),
        )
        _logger.info(
            "User %s exported %s records of %s: %s",
            self.env.uid,
            len(ids),
            self._list_model,
            self._get_searched(data["domain"]) if len(ids) > 10 else ids,
        )

    def _get_searched(self, domain):
        """Return by which fields a list was searched: what was typed names people."""
        return sorted(
            {condition.field_expr for condition in Domain(domain).iter_conditions()}
        )

    def _get_list_model(self, data):
        """Return the model as the list showed it, by the keys that it names itself."""
        model = self.env[self._list_model]
        kept = data.get("list_context") or {}
        return model.with_context(
            **{key: kept[key] for key in model._list_context_keys if key in kept}
        )

    def _get_title(self, model, column, labels):
        name, _dot, part = column.partition(".")
        if not part:
            return labels[name]["string"]
        linked = self.env[model._fields[name].comodel_name]
        return linked.fields_get([part], ["string"])[part]["string"]

    def _get_kind(self, model, column):
        name, _dot, part = column.partition(".")
        if part:
            return "text"
        if name == "month":
            return "month"
        if name.endswith("_percent"):
            return "percent"
        field = model._fields[name]
        if field.type in UNSUMMED and not self._is_summed(model, field):
            return UNSUMMED[field.type]
        return KINDS[field.type]

    def _is_summed(self, model, field):
        if field.aggregator != "sum":
            return False
        # one of the company itself, or the record's own
        return field.type != "monetary" or bool(
            model._fields[field.get_currency_field(model)].related
        )

    def _iter_rows(self, model, ids):
        """Yield the values of each record, in the order of the ids."""
        for position in range(0, len(ids), self._list_batch):
            batch = ids[position : position + self._list_batch]
            rows = self._read_rows(model, batch)
            yield from (rows[record_id] for record_id in batch if record_id in rows)

    def _read_rows(self, model, ids):
        """Return lists of values by id, read by one query and one for each link."""
        names = [column.partition(".")[0] for column in self._list_columns]
        query = model.with_context(active_test=False)._search([("id", "in", ids)])
        columns = [model._field_to_sql(model._table, name, query) for name in names]
        id_field = model._field_to_sql(model._table, "id", query)
        records = self.env.execute_query(query.select(id_field, *columns))
        if not records:
            return {}
        found, *values = zip(*records, strict=True)
        for index, column in enumerate(self._list_columns):
            words = self._get_words(model, column, values[index])
            if words is not None:
                values[index] = [words.get(value) for value in values[index]]
        return dict(zip(found, zip(*values, strict=True), strict=True))

    def _get_words(self, model, column, values):
        """Return what is written for each value, or nothing where it is the value."""
        name, _dot, part = column.partition(".")
        field = model._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env))
        if field.type == "boolean":
            return {True: self.env._("Yes"), False: self.env._("No")}
        if field.type == "datetime":
            return {
                value: fields.Datetime.context_timestamp(self, value).date()
                for value in values
                if value
            }
        if field.type != "many2one":
            return None
        # sudo: as in every list, linked records are shown by name
        models_sudo = self.env[field.comodel_name].sudo()
        # field by field: the rest of them is not needed
        linked_sudo = models_sudo.with_context(prefetch_fields=False).browse(
            {value for value in values if value}
        )
        words = {
            record_sudo.id: record_sudo[part or "display_name"] or None
            for record_sudo in linked_sudo
        }
        linked_sudo.invalidate_recordset()
        return words
