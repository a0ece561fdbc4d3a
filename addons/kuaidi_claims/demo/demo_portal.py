# ruff: noqa: F821 - `env` and `datetime` are given
# Lets the client of the portal find every paper: the plan that it was handed, and a
# statement that waits for its answer. Runs after the accounts; nothing is mailed.

company = env.ref("kuaidi_key_account.demo_company")
env = env(
    context=dict(env.context, lang="zh_CN", allowed_company_ids=company.ids),
)
client = env.ref("kuaidi_key_account.client_youhuitao")
own = [("account_id.partner_id", "=", client.id), ("company_id", "=", company.id)]
plan = env["kuaidi.service.plan"].search([*own, ("state", "=", "published")], limit=1)
plan.write({"date_disclosed": plan.date_published + datetime.timedelta(days=1)})
statement = env["kuaidi.statement"].search([*own, ("state", "=", "draft")], limit=1)
statement.with_user(env.ref("kuaidi_key_account.user_settlement")).action_mark_sent()
