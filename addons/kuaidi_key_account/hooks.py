from odoo.tools import SQL

ADDON = "kuaidi_key_account"


def uninstall_hook(env):
    """Part from what belongs to accounts, contracts, prices, tenders and debts."""
    part_from(env, ADDON)


def part_from(env, addon):
    """Remove what would be left of an addon, and keep the meetings of its users.

    Approvals and approvers know their documents by the name of the model, and would
    stay where the documents are no more. Meetings would be deleted with the model of
    the document that they are about; they are their attendees' all the same.

    :param addon: name of the addon that is uninstalled
    """
    names = [
        name for name, model in env.registry.items() if model._original_module == addon
    ]
    domain = [("model", "in", names)]
    env["tier.review"].search(domain).unlink()
    env["tier.definition"].with_context(active_test=False).search(domain).unlink()
    # in SQL, because nobody is to be invited anew and no plan is to follow
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            UPDATE calendar_event
               SET res_model_id = NULL, res_model = NULL, res_id = NULL
             WHERE res_model IN %s
            """,
            tuple(names),
        )
    )
    env.invalidate_all()
