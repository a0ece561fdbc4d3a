"""What the web client asks of the server for a list, a group and a form.

The specification is read from the views of the user, as the client does it: inline
lists of a form with their limits, the extra fields of widgets, nothing below a field
that is always invisible.
"""

import ast
import copy

from lxml import etree

PAGE = 80
COUNT_LIMIT = 10_001
SUBVIEW_LIMIT = 40
ACTIVITY_FIELDS = (
    "activity_exception_decoration",
    "activity_exception_icon",
    "activity_state",
    "activity_summary",
    "activity_type_icon",
    "activity_type_id",
)
WIDGET_DEPENDENCIES = {
    "image": ("write_date",),
    "kanban_activity": ACTIVITY_FIELDS,
    "list_activity": ACTIVITY_FIELDS,
}
# widgets of x2many fields that show names instead of a list; all others show a list
TAG_WIDGETS = (
    "many2many_avatar_user",
    "many2many_checkboxes",
    "many2many_tags",
    "many2many_tags_avatar",
)
PLAIN_WIDGETS = ("list_activity", "kanban_activity")
AGGREGATED_TYPES = ("float", "integer", "monetary")


def read_list(env, model, view_id=False):
    """Return the specification and the default order of a model's list view."""
    arch, fields = _load(env, model, "list", view_id)
    return _Specification(env, fields).read(arch, model), arch.get("default_order")


def read_count_limit(env, model):
    """Return the number of rows up to which a model's list view counts them."""
    arch, _fields = _load(env, model, "list")
    # the client asks for one more, to tell whether there are more
    return int(arch.get("count_limit", COUNT_LIMIT - 1)) + 1


def read_form(env, model, view_id=False):
    """Return the specification of a model's form view."""
    arch, fields = _load(env, model, "form", view_id)
    specification = _Specification(env, fields).read(arch, model)
    return {"display_name": {}} | specification


def search_list(
    env, model, specification, domain=(), order=None, count_limit=COUNT_LIMIT
):
    """Ask for the first page of a list; return what the client receives."""
    return env[model].web_search_read(
        list(domain),
        specification,
        limit=PAGE,
        order=order or "",
        count_limit=count_limit,
    )


def group_list(env, model, specification, groupby, domain=()):
    """Ask for a list's groups with the totals of its columns."""
    return env[model].web_read_group(
        list(domain),
        [groupby],
        get_aggregates(env[model], specification),
        limit=PAGE,
        unfold_read_specification=specification,
        unfold_read_default_limit=PAGE,
    )


def read_record(env, record, specification):
    """Ask for one record as its form shows it."""
    return record.with_env(env).web_read(specification)


def get_aggregates(model, specification):
    """Return the totals that a list asks for, of its numeric columns."""
    descriptions = model.fields_get(list(specification), ["aggregator", "type"])
    currencies = model.fields_get(list(specification), ["currency_field"])
    aggregates = []
    for name, description in descriptions.items():
        if (
            description.get("aggregator")
            and description["type"] in AGGREGATED_TYPES
            and model._fields[name].store
        ):
            aggregates.append(f"{name}:{description['aggregator']}")
            currency = currencies[name].get("currency_field")
            if currency:
                aggregates += [f"{currency}:array_agg_distinct", f"{name}:sum_currency"]
    return list(dict.fromkeys(aggregates))


def _load(env, model, view_type, view_id=False):
    loaded = env[model].get_views([(view_id, view_type)])
    arch = etree.fromstring(loaded["views"][view_type]["arch"])
    fields = {name: data["fields"] for name, data in loaded["models"].items()}
    return arch, fields


class _Specification:
    """Reads an arch into the specification of `web_read`."""

    def __init__(self, env, fields):
        self.env = env
        self.fields = fields

    def read(self, arch, model):
        specification = {}
        for node in arch.iterfind(".//field"):
            if next(node.iterancestors("field", "groupby"), None) is not None:
                continue
            name, widget = node.get("name"), node.get("widget")
            self._add(specification, model, name, self._read_field(node, model))
            for other in WIDGET_DEPENDENCIES.get(widget, ()):
                if other in self.env[model]._fields:
                    self._add(specification, model, other, {})
        return specification

    def _add(self, specification, model, name, spec):
        """Add a field, or what a second occurrence of it in the view shows."""
        if self.env[model]._fields[name].type == "many2one":
            spec.setdefault("fields", {"display_name": {}})
        specification.setdefault(name, {}).update(spec)

    def _read_field(self, node, model):
        field = self.env[model]._fields[node.get("name")]
        hidden = "True" in (node.get("invisible"), node.get("column_invisible")) or (
            node.get("invisible") == "1"
        )
        if field.type == "many2one":
            return {"fields": {} if hidden else {"display_name": {}}}
        if field.type not in ("one2many", "many2many") or hidden:
            return {}
        context = self._read_context(node)
        if node.get("widget") in PLAIN_WIDGETS:
            return {"fields": {}, "context": context}
        if node.get("widget") in TAG_WIDGETS:
            fields = {"display_name": {}}
            options = ast.literal_eval(node.get("options") or "{}")
            if options.get("color_field"):
                fields[options["color_field"]] = {}
            return {"fields": fields, "context": context}
        return self._read_subview(node, field.comodel_name, context)

    def _read_subview(self, node, comodel, context):
        if next(node.iterancestors("list", "kanban"), None) is not None:
            # a list shows the number of records only
            return {"fields": {}, "context": context}
        # copied: what stands around a subview does not belong to it
        views = {child.tag: copy.deepcopy(child) for child in node}
        mode = "kanban" if "kanban" in views and "list" not in views else "list"
        if mode in views:
            arch, reader = views[mode], self
        else:
            arch, fields = _load(self.env, comodel, mode)
            reader = _Specification(self.env, fields)
        specification = reader.read(arch, comodel)
        if "form" in views:
            specification = self.read(views["form"], comodel) | specification
        return {
            "fields": specification,
            "context": context,
            "limit": int(arch.get("limit") or SUBVIEW_LIMIT),
        }

    def _read_context(self, node):
        try:
            return ast.literal_eval(node.get("context") or "{}")
        except ValueError:
            # what depends on the record serves defaults of new lines
            return {}
