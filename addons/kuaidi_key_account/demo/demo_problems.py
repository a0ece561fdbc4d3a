# ruff: noqa: F821 - `env`, `datetime` and `dateutil` are given
# Follows up what clients raised on visits, and records the gifts of the year.
#
# Runs like demo_files.py, after demo_visits.py, with dates of the past like there.

company = env.ref("kuaidi_key_account.demo_company")
env = env(
    context=dict(
        env.context,
        lang="zh_CN",
        tz="Asia/Shanghai",
        tracking_disable=True,
        mail_create_nolog=True,
        mail_create_nosubscribe=True,
        mail_auto_subscribe_no_notify=True,
        mail_activity_quick_update=True,
        allowed_company_ids=company.ids,
    )
)
today = datetime.date.today()
months = dateutil.relativedelta.relativedelta
centre = env.ref("kuaidi_key_account.user_centre")

# client, contact, days ago, gift, yuan, who gave it, why, what the CRM centre decided
GIFTS = """
haiyue|yao|118|定制书签笔记本|68|manager_tang|年度客户回顾纪念|
kangze|lu|86|护手霜套装|76|manager_tang|夜间值守致谢|
jinshang|huang|84|广绣小屏风|480|manager_tang|升五星纪念，由郭总在客户回顾会上公开赠送，双方登记。|yes
xianyu|cai|71|冷链中心纪念日花篮|199|manager|客户纪念日|
kangze|gu|58|中秋月饼礼盒|168|manager_tang|中秋节|
jinshang|he|57|中秋月饼礼盒|168|manager_tang|中秋节|
youhuitao|wang|57|凤凰单丛茶 100 克|128|manager|中秋节|
chiteng|deng|52|永川秀芽茶|98|manager_wu|生日|
chuangling|feng|43|紫砂茶杯|158|manager|生日|
youhuitao|liu|38|训练用足球|139|manager_wu|生日|
jinshang|he|29|保温杯|89|manager_tang|生日|
fuyan|xie|25|进口香氛礼盒|520|manager|谢总重视品质，拟在面谈还款时赠送，缓和关系。|no
xianyu|cai|0|白瓷茶具一套|360|manager|生日，公开赠送并登记，超过单件标准。|
"""
REFUSAL = "欠款期间不送超标准礼品，面谈还款与礼品无关，改送手写贺卡。"


def noon(day):
    return datetime.datetime.combine(day, datetime.time(4, day.day))


def date_messages(model, records, moment):
    """Let what was said on the records today be said then."""
    env["mail.message"].search(
        [("model", "=", model), ("res_id", "in", records.ids)]
    ).write({"date": moment})


def find_visit(account, day):
    """Return the last visit of the three weeks before, if there is one."""
    return env["kuaidi.visit"].search(
        [
            ("account_id", "=", account.id),
            ("date", "<", noon(day) + months(hours=12)),
            ("date", ">", noon(day) - months(days=21)),
        ],
        limit=1,
    )


problems = env["kuaidi.problem"]
for text in env.ref("kuaidi_key_account.demo_problem_rows").raw.decode().splitlines():
    row = (text + "||||").split("|")[:8]
    key, ago, owner, term, name, description, lasted, result = row
    account = env.ref("kuaidi_key_account.account_" + key)
    user = env.ref("kuaidi_key_account.user_" + owner)
    day = today - months(days=int(ago))
    day -= months(days=max(0, day.weekday() - 4))
    visit = find_visit(account, day)
    due = day + months(days=int(term))
    due -= months(days=max(0, due.weekday() - 4))
    problem = problems.with_user(visit.user_id or account.manager_id).create(
        {
            "account_id": account.id,
            "visit_id": visit.id,
            "name": name,
            "description": description,
            "owner_id": user.id,
            "date_due": due,
        }
    )
    if lasted:
        done = noon(day + months(days=int(lasted.lstrip("x"))))
        if lasted.startswith("x"):
            problem.with_user(user).write({"cancel_reason": result})
            problem.with_user(user).action_cancel()
        else:
            problem.with_user(user).write({"result": result})
            problem.with_user(user).action_done()
        problem.sudo().write({"date_done": done})
        date_messages("kuaidi.problem", problem, done)
    problems |= problem

# what is late was brought before the CRM centre the day after
late = problems.search(problems._get_escalation_domain())
late._escalate()
for problem in late:
    problem.write({"date_escalated": problem.date_deadline + months(hours=9)})

for text in GIFTS.strip().split("\n"):
    key, contact, ago, name, amount, giver, reason, decision = text.split("|")
    account = env.ref("kuaidi_key_account.account_" + key)
    day = today - months(days=int(ago))
    visit = find_visit(account, day)
    gift = (
        env["kuaidi.gift"]
        .with_user(env.ref("kuaidi_key_account.user_" + giver))
        .create(
            {
                "account_id": account.id,
                "partner_id": env.ref(f"kuaidi_key_account.contact_{key}_{contact}").id,
                "visit_id": visit.id if (day - visit.date.date()).days < 4 else False,
                "name": name,
                "amount": float(amount),
                "date": day,
                "reason": reason,
            }
        )
    )
    gift.action_record()
    env.flush_all()
    if decision == "yes":
        gift.with_user(centre).action_approve()
    elif decision == "no":
        gift.sudo().review_ids.write({"comment": REFUSAL})
        gift.with_user(centre).action_refuse()
    env.flush_all()
    moment = noon(day) + months(days=1 if decision else 0)
    if gift.state != "to_approve":
        gift.sudo().write({"date_decided": moment})
        gift.sudo().review_ids.write({"reviewed_date": moment})
        date_messages("kuaidi.gift", gift, moment)
