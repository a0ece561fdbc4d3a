# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil` and `Command` are given
# Owes, reminds, promises, contests and confirms, as finance and managers do.
#
# Runs like demo_files.py, after history_demo.xml: the ladder is climbed on past days,
# and nothing is mailed. Dates count back from today.

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
days = datetime.timedelta
months = dateutil.relativedelta.relativedelta
noon = datetime.time(4)
settlement = env.ref("kuaidi_key_account.user_settlement")
finance = env.ref("kuaidi_key_account.user_finance")
company.write(
    {
        "kuaidi_collector_id": settlement.id,
        "kuaidi_legal_user_id": finance.id,
    }
)

# client, days overdue, yuan before tax, what it is for
DEBTS = """
haiyue|-2|6840|司法鉴定材料专送补充结算
kangze|4|18600|临床试验冷链样本专送补充结算
zhixing|11|7320|秋季教材加班车补充结算
meiju|17|15800|智能小家电退货返仓补充结算
jinshang|33|42600|快闪店道具往返运输
shuxin|64|9800|机房搬迁尾款
yetu|131|46200|清仓退货逆向物流结算
"""
# step that is taken in person, client, what was said, what the client answered
TALKS = {
    1: ("电话提醒到期款项，核对户名与账号。", "财务已收到发票，本周排入付款计划。"),
    15: ("挂号信寄出催款函，随函附上月结对账单。", "法务签收，转财务处理。"),
    30: (
        "与客户财务负责人当面核对欠款，请对方给出分期方案。",
        "回款偏慢，承诺先付一半，余款下月结清。",
    ),
    60: ("法务复核合同、对账单与签收凭证，证据齐全。", ""),
    90: ("委托律师发函，限期付清本金。", "暂无书面答复。"),
    120: ("法务建议申请支付令，财务总监同意。", ""),
}


def account_of(key):
    return env.ref("kuaidi_key_account.account_" + key)


def open_case(key):
    return env["kuaidi.collection.case"].search(
        [("account_id", "=", account_of(key).id), ("state", "!=", "closed")]
    )


def open_lines(key):
    return env["account.move.line"].search(
        [
            ("partner_id", "=", account_of(key).partner_id.id),
            ("company_id", "=", company.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("amount_residual", ">", 0),
        ],
        order="date_maturity, id",
    )


def receive(key, line, amount, day):
    """Enter what the bank received, and settle an item with it."""
    entry = env["account.bank.statement.line"].create(
        {
            "journal_id": bank.id,
            "date": day,
            "payment_ref": f"收 {account_of(key).partner_id.name} 欠款",
            "partner_id": line.partner_id.id,
            "amount": amount,
            "counterpart_account_id": line.account_id.id,
        }
    )
    (
        line
        + entry.move_id.line_ids.filtered_domain(
            [("account_id", "=", line.account_id.id)]
        )
    ).reconcile()


def log(key, ago, channel, content, answer, user, **values):
    """Log a contact of some days ago, as whoever had it."""
    account = account_of(key)
    return (
        env["kuaidi.collection.action"]
        .with_user(user)
        .create(
            {
                "case_id": open_case(key).id,
                "date": datetime.datetime.combine(today - days(ago), noon),
                "channel": channel,
                "contact_id": account._get_settlement_contacts()[account.id].id,
                "content": content,
                "answer": answer,
                **values,
            }
        )
    )


bank = env["account.journal"].search(
    [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
)
tax = env["account.tax"].search(
    [
        ("company_id", "=", company.id),
        ("type_tax_use", "=", "sale"),
        ("amount_type", "=", "percent"),
        ("amount", "=", 6),
    ],
    limit=1,
)
values = []
for row in DEBTS.strip().split("\n"):
    key, overdue, amount, text = row.split("|")
    due = today - days(int(overdue))
    values.append(
        {
            "move_type": "out_invoice",
            "partner_id": account_of(key).partner_id.id,
            "company_id": company.id,
            "invoice_date": due - days(30),
            "date": due - days(30),
            "invoice_payment_term_id": False,
            "invoice_date_due": due,
            "invoice_user_id": account_of(key).manager_id.id,
            "ref": text,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": text,
                        "quantity": 1,
                        "price_unit": float(amount),
                        "tax_ids": [Command.set(tax.ids)],
                    }
                )
            ],
        }
    )
env["account.move"].create(values).sorted("date").action_post()

# the ladder, once a week and on the last days: what is mailed counts as sent, what is
# done in person is logged, but for the last days
accounts = (
    env["kuaidi.key.account"]
    .with_context(active_test=False)
    .search([("company_id", "=", company.id)])
)
cases = env["kuaidi.collection.case"]
notices = env["kuaidi.dunning.notice"]
day = today - days(105)
while day <= today:
    if day.weekday() == 1 or (today - day).days < 5:
        cases._update_cases(accounts, day)
        claimed = notices._claim(accounts, day)
        asked = claimed.filtered_domain([("state", "=", "to_approve")])
        if asked and (today - day).days > 9:
            asked.with_user(finance).action_approve()
        moment = datetime.datetime.combine(day, noon)
        mailed = claimed._prepare(day)
        mailed._give_message_ids()
        mailed._mark_sent()
        mailed.write({"date": moment})
        for (case, step), group in claimed.grouped(
            lambda notice: (notice.case_id, notice.step_id)
        ).items():
            assigned = group.filtered_domain([("state", "=", "assigned")])
            if not assigned or not case or (today - day).days < 12:
                continue
            content, answer = TALKS.get(step.days, TALKS[1])
            user = case.manager_id if step.channel == "visit" else settlement
            contacts = case.account_id._get_settlement_contacts()
            env["kuaidi.collection.action"].with_user(user).create(
                {
                    "case_id": case.id,
                    "date": moment + months(days=2, hours=1),
                    "channel": assigned[:1].channel,
                    "contact_id": contacts[case.account_id.id].id,
                    "content": content,
                    "answer": answer,
                }
            )
    day += days(1)

# what was promised, and what came in of it
promises = env["kuaidi.payment.promise"]
# client, promised days ago, pays until (days from today), yuan, words
for row in """
fuyan|24|-16|15000|直播回款到账后先付最早一期
shuxin|30|-20|5000|先付一半，余款待机房验收
xianyu|16|-10|30000|中秋礼盒货款回笼后支付
zhixing|1|4|7000|教材款周五到账即付
jinshang|1|12|22000|月底付款批次先付一半
""".strip().split("\n"):
    key, ago, until, amount, note = row.split("|")
    account = account_of(key)
    promises.with_user(account.manager_id).create(
        {
            "case_id": open_case(key).id,
            "date_promised": today - days(int(ago)),
            "date_due": today + days(int(until)),
            "amount": float(amount),
            "contact_id": account._get_settlement_contacts()[account.id].id,
            "note": note,
        }
    )
receive("fuyan", open_lines("fuyan")[:1], 15000, today - days(18))
receive("shuxin", open_lines("shuxin")[:1], 5000, today - days(22))
promises._update_promises(accounts)
log(
    "fuyan",
    6,
    "call",
    "核对已到账 15,000 元，提醒其余四期欠款，告知已建议转为现付。",
    "谢总确认欠款属实，下周给出分期方案。",
    settlement,
    date_next=today + days(3),
)
log(
    "shuxin",
    15,
    "mail",
    "确认已付 5,000 元，催要验收单以便结清余款。",
    "蒋总监邮件回复：余款待验收单盖章后十日内支付。",
    account_of("shuxin").manager_id,
    proof="reply",
    date_delivered=today - days(15),
    date_next=today,
)
open_case("fuyan").write({"next_action": "索取分期还款方案，请谢总盖章"})
open_case("shuxin").write({"next_action": "催要机房验收单，约定余款付款日"})
open_case("fuyan").with_user(finance).action_advise_cash()

# what the client holds back for its claim is not chased
claimed = env["kuaidi.receivable.dispute"].with_user(
    account_of("chuangling").manager_id
)
claimed._raise(
    account_of("chuangling"),
    open_lines("chuangling")[:1],
    "claim",
    "运单 986825 家电配件在兰州以远丢失，客户从当期运费中扣下货值，待理赔结案后结清。",
)

hold = (
    env["kuaidi.collection.hold"]
    .with_user(settlement)
    .create(
        {
            "case_id": open_case("zhengwu").id,
            "date_until": today + days(6),
            "reason": "国库集中支付系统升级，本周暂停拨款，恢复后即付",
        }
    )
)
hold.action_hold()


def scan(name, key, user):
    """Upload a scanned paper as a user does."""
    file = account_of(key).sudo().document_ids.attachment_ids[:1]
    return (
        env["ir.attachment"].with_user(user).create({"name": name, "datas": file.datas})
    )


# statements of last month: confirmed, contested, sent, and two still to be sent
last_day = today.replace(day=1) - days(1)
statements = env["kuaidi.statement"]._generate(
    accounts, last_day.replace(day=1), last_day
)
of_client = {}
for statement in statements:
    of_client[statement.account_id] = statement
kept_back = account_of("youhuitao") | account_of("meiju")
sent = statements.filtered_domain([("account_id", "not in", kept_back.ids)])
sent.with_user(settlement).action_mark_sent()
sent_on = min(today, last_day + days(2))
service = env["kuaidi.deadline"]
sent.write(
    {
        "date_sent": datetime.datetime.combine(sent_on, datetime.time(2)),
        "date_answer_due": service._get_due(
            datetime.datetime.combine(sent_on, datetime.time(2)),
            company.kuaidi_statement_workdays,
            "workday",
            company,
        ),
    }
)
for key in ("kangze", "chiteng", "jinshang", "zhixing"):
    of_client[account_of(key)].write(
        {"date_opened": datetime.datetime.combine(sent_on, datetime.time(6, 40))}
    )
answers = env["kuaidi.statement.answer"]
answered = min(today, last_day + days(5))
confirmed = of_client[account_of("kangze")]
answers.with_user(settlement).create(
    {
        "statement_id": confirmed.id,
        "state": "confirmed",
        "date_answered": answered,
        "answered_by": "沈明远　物流总监",
        "answer_channel": "sealed",
        "attachment_ids": [
            Command.set(
                scan(f"对账单盖章回执 {confirmed.number}.pdf", "kangze", settlement).ids
            )
        ],
    }
).action_save()
contested = answers.with_user(account_of("chiteng").manager_id).create(
    {
        "statement_id": of_client[account_of("chiteng")].id,
        "state": "disputed",
        "date_answered": answered,
        "answered_by": "向阳　财务主管",
        "answer_channel": "mail",
    }
)
for line in contested.line_ids:
    if line.amount_open > 0:
        line.write(
            {
                "reason": "service",
                "note": "川渝急件 6 票超过 8 小时到达，按合同减免运费后再付",
            }
        )
        break
contested.action_save()

# the client lost since does not pay: a formal letter, then a payment order
written = today - days(48)
letter = (
    env["kuaidi.collection.letter"]
    .with_user(settlement)
    .create(
        {
            "case_id": open_case("yetu").id,
            "kind": "formal",
            "days_to_pay": 10,
            "demands_interest": True,
            "text": "贵司自合同到期后未再付款，我司多次电话及邮件催告未果。",
        }
    )
)
letter.sudo().write({"date": written})
letter.sudo()._calculate()
letter.action_send()
letter.sudo().action_id.write({"date": datetime.datetime.combine(written, noon)})
env["kuaidi.collection.letter.delivery"].with_user(settlement).create(
    {
        "letter_id": letter.id,
        "proof": "ems",
        "tracking_ref": "1168902337715",
        "date_delivered": written + days(3),
        "attachment_ids": [
            Command.set(scan("EMS 回执与函件复印件.pdf", "yetu", settlement).ids)
        ],
    }
).action_confirm()
filed = today - days(24)
env["kuaidi.legal.step"].with_user(finance).create(
    {
        "case_id": open_case("yetu").id,
        "kind": "order",
        "court": "北京市朝阳区人民法院",
        "reference": f"({filed.year})京0105民督 318 号",
        "date_filed": filed,
        "date_accepted": filed + days(5),
        "date_issued": filed + days(14),
        "date_served": filed + days(18),
        "state": "served",
        "note": "对方收到支付令之日起十五日内不清偿又不提出异议的，申请强制执行。",
    }
)
cases._update_cases(accounts)
