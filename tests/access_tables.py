"""Who may do what in our addons, read from the registry, as three tables.

They stand in docs/security; test_access_matrix.py compares them with the product.
"""

import ast
import csv
import inspect
import pathlib

from odoo.api import Environment
from odoo.http import _generate_routing_rules
from odoo.models import BaseModel

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "docs" / "security"
ADDONS = ("kuaidi_key_account", "kuaidi_claims")
ROLES = {
    "portal": "base.group_portal",
    "internal": "base.group_user",
    "account_manager": "kuaidi_key_account.group_account_manager",
    "sales": "kuaidi_key_account.group_sales",
    "finance": "kuaidi_key_account.group_finance",
    "crm_centre": "kuaidi_key_account.group_crm_centre",
    "admin": "kuaidi_key_account.group_kuaidi_admin",
    "claims_officer": "kuaidi_claims.group_claims_officer",
    "claims_manager": "kuaidi_claims.group_claims_manager",
}
OPERATIONS = ("read", "write", "create", "unlink")
LETTERS = dict(zip(OPERATIONS, "rwcd", strict=True))
TABLES = ("models", "methods", "routes")


def is_ours(thing):
    """Tell whether a class or function is defined in one of our addons."""
    parts = thing.__module__.split(".")
    return parts[:2] == ["odoo", "addons"] and parts[2] in ADDONS


def get_own_models(env):
    """Return the classes of the models that our addons define, by name."""
    return {
        name: model
        for name, model in sorted(env.registry.items())
        if model._original_module in ADDONS
    }


def get_kind(model):
    """Return how a model keeps its records."""
    if model._abstract:
        return "abstract"
    if model._transient:
        return "transient"
    return "stored" if model._auto else "view"


def get_public_methods(env):
    """Return the functions of our addons that can be called from outside.

    Those that every model has, like `write`, stand in the table of models.

    :return: dict of the function by names of model and method
    """
    found = {}
    for name, model in sorted(env.registry.items()):
        own_classes = [part for part in model.mro() if is_ours(part)]
        for method in sorted({key for part in own_classes for key in vars(part)}):
            function = getattr(model, method)
            if (
                method.startswith("_")
                or not inspect.isfunction(function)
                or hasattr(BaseModel, method)
                or any(
                    getattr(getattr(part, method, None), "_api_private", False)
                    for part in model.mro()
                )
            ):
                continue
            found[name, method] = function
    return found


def get_own_routes():
    """Return the routes that our controllers define or change.

    :return: list of path and endpoint
    """
    modules = ["base", "web", "portal", "report_xlsx", *ADDONS]
    return sorted(
        (
            (url, endpoint)
            for url, endpoint in _generate_routing_rules(modules, nodb_only=False)
            if any(
                is_ours(part) and endpoint.func.__name__ in vars(part)
                for part in type(endpoint.func.__self__).mro()
            )
        ),
        key=lambda pair: (pair[0], sorted(pair[1].routing["methods"] or ())),
    )


def make_models(env: Environment):
    """Return the rows of the table of models and roles."""
    access = _read_access(env)
    rules = _read_rules(env)
    groups = {
        role: set((group := env.ref(xmlid)).ids) | set(group.all_implied_ids.ids)
        for role, xmlid in ROLES.items()
    }
    rows = [["model", "kind", "company", *ROLES]]
    for name, model in get_own_models(env).items():
        if model._abstract:
            rows.append([name, "abstract", "", *("" for _role in ROLES)])
            continue
        cells = [
            "".join(
                _get_letter(operation, access, rules, model, ids)
                for operation in OPERATIONS
            )
            for ids in groups.values()
        ]
        rows.append([name, get_kind(model), _get_company(rules, name), *cells])
    return rows


def make_methods(env: Environment):
    """Return the rows of the table of methods that can be called from outside."""
    rows = [["model", "method", "on"]]
    for (name, method), function in get_public_methods(env).items():
        on = "model" if getattr(function, "_api_model", False) else "records"
        rows.append([name, method, on])
    return rows


def make_routes(_env: Environment):
    """Return the rows of the table of routes."""
    rows = [["path", "methods", "auth", "type", "csrf", "readonly", "handler"]]
    for url, endpoint in get_own_routes():
        routing = endpoint.routing
        readonly = routing.get("readonly", False)
        rows.append(
            [
                url,
                " ".join(sorted(routing["methods"] or ["any"])),
                routing["auth"],
                routing["type"],
                _say(routing.get("csrf", routing["type"] == "http")),
                "depends" if callable(readonly) else _say(readonly),
                endpoint.func.__name__,
            ]
        )
    return rows


def make(env: Environment, table):
    """Return the rows of a table, with its head."""
    return {"models": make_models, "methods": make_methods, "routes": make_routes}[
        table
    ](env)


def read(table):
    """Return the rows of a table as they were reviewed."""
    with _get_path(table).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(env: Environment):
    """Write the tables anew, to be reviewed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        with _get_path(table).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(make(env, table))


def _get_path(table):
    return FOLDER / f"access-{table}.csv"


def _say(flag):
    return "yes" if flag else "no"


def _read_access(env):
    """Return the groups that may do an operation on a model; None is everybody."""
    found = {}
    for access in env["ir.model.access"].search([]):
        for operation in OPERATIONS:
            if access[f"perm_{operation}"]:
                groups = found.setdefault((access.model_id.model, operation), set())
                groups.add(access.group_id.id or None)
    return found


def _read_rules(env):
    """Return the rules by model and operation, as groups, domain and fields."""
    found = {}
    for rule in env["ir.rule"].search([]):
        for operation in OPERATIONS:
            if rule[f"perm_{operation}"]:
                rules = found.setdefault((rule.model_id.model, operation), [])
                rules.append((set(rule.groups.ids), rule.domain_force or "[]"))
    return found


def _get_letter(operation, access, rules, model, ids):
    """Return a capital for all records of the company, a small letter for some."""
    letter = LETTERS[operation]
    groups = access.get((model._name, operation), set())
    if None not in groups and not groups & ids:
        return "-"
    if model._transient:
        # a dialogue is the user's own, by the override of ir.rule
        return letter
    of_model = rules.get((model._name, operation), [])
    limits = [
        domain
        for groups, domain in of_model
        if not groups and not _is_of_company(domain)
    ]
    of_role = [domain for groups, domain in of_model if groups & ids]
    if of_role and not any(_is_everything(domain) for domain in of_role):
        limits.append(of_role)
    return letter if limits else letter.upper()


def _get_company(rules, name):
    """Tell how a model is kept apart by company."""
    domains = [
        domain
        for groups, domain in rules.get((name, "read"), [])
        if not groups and "company_ids" in domain
    ]
    if not domains:
        return "no"
    return "or none" if any("False" in domain for domain in domains) else "yes"


def _is_of_company(domain):
    return "company_ids" in domain and "user" not in domain.replace("user_id.", "")


def _is_everything(domain):
    try:
        return ast.literal_eval(domain.strip()) in ([], [(1, "=", 1)])
    except ValueError:
        return False
