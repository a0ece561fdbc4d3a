# ruff: noqa: F821 - `env`, `datetime`, `dateutil` and `Command` are given
# Completes what was planned for the past, and fills the coming fortnight.
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
        allowed_company_ids=company.ids,
    )
)
today = datetime.date.today()
now = datetime.datetime.now()
months = dateutil.relativedelta.relativedelta
plans = env["kuaidi.service.plan"]
all_lines = env["kuaidi.service.plan.line"]

# what was due in the past days and is still open is late, what is older was missed
LATE_DAYS = 12
# of the services that need no visit log, each so many was not delivered
MISSED_EACH = {
    "youhuitao": 11,
    "jinshang": 8,
    "chuangling": 9,
    "xianyu": 8,
    "chiteng": 6,
    "haiyue": 8,
    "fuyan": 2,
    "yunshu": 7,
}
# needs that are no longer served in this plan, and why
WAIVED = {
    "account_need_jinshang_4": "客户本季改用自有挂装箱，何经理书面确认。",
    "account_need_kangze_2": "冷链验证报告已随年度质量审计提交，不再单独安排。",
}
SHORTFALL = (
    "货量连续两季下滑、拖欠五期运费，服务费用须随收入压降：年末答谢会、部分分析报告和"
    "一次走访暂停，改为每周电话催收回访。还款计划履约两期后恢复三星标准。"
)
# the client was told to get less of these
REDUCED = {"thank_you": 1, "site_visit": 1, "report": 3}
# who, client, who takes part, days from today, hour (UTC), minutes, what about
MEETINGS = """
centre||manager,manager_tang,manager_wu,manager_xu,sales,operations|1|1|60|大客户服务周例会
centre||manager,manager_tang,manager_wu,manager_xu,sales,operations|8|1|60|大客户服务周例会
sales|meiju|liang,chenx|4|6|90|美居送装一体试发方案会
sales|youhuitao|sun,liu|6|2|60|昆山分仓接口与揽收评审
sales|haiyue|cheng|10|7|60|海岳专席服务报价说明
sales_zhou|yuanfan|yu,shi|7|3|60|远帆保税仓试运行数据说明
finance|fuyan|jin|2|3|60|芙颜还款计划逐期核对
finance|jinshang|lin|9|7|60|锦裳三个品牌分开开票对接
settlement|youhuitao|zhaom|3|6|60|优汇淘月度对账会
centre|kangze|gu|5|2|60|康泽 VIP 服务满月回访
operations|zhengwu|wei|3|8|45|政务窗口揽收时段现场确认
"""
# hours of the meetings, UTC; one after another through a handler's days
HOURS = ((1, 30), (6, 30), (3, 0), (8, 0))

keys = {}
for name in MISSED_EACH:
    keys[env.ref("kuaidi_key_account.account_" + name).id] = name

# needs that fall away
for name in WAIVED:
    line = all_lines.search(
        [
            ("need_id", "=", env.ref("kuaidi_key_account." + name).id),
            ("is_in_force", "=", True),
            ("state", "=", "planned"),
        ]
    )
    manager = line.account_id.manager_id
    env["kuaidi.plan.line.change"].with_user(manager).create(
        {
            "line_ids": [Command.set(line.ids)],
            "mode": "waive",
            "reason": WAIVED[name],
        }
    ).action_apply()

# what takes no visit log is completed by its handler, but for some
domain = [
    ("is_in_force", "=", True),
    ("state", "=", "planned"),
    ("date_finish", "<", today),
]
counts = {}
dates = {}
late = today - months(days=LATE_DAYS)
for line in all_lines.search(domain + [("type_id.is_visit", "=", False)]):
    key = keys.get(line.account_id.id)
    counts[key] = counts.get(key, 0) + 1
    each = MISSED_EACH.get(key)
    if each and counts[key] % each == each // 2:
        continue
    if each and line.date_finish > today - months(days=60 // each):
        continue  # those who miss much are late with the latest, too
    day = line.date_finish
    if counts[key] % 5 == 2:
        day = line.date_start
    elif counts[key] % 5 == 4 and day.weekday() < 3:
        day = min(day + months(days=2), today)
    dates.setdefault((line.handler_id, day), all_lines)
    dates[line.handler_id, day] |= line
for handler, day in dates:
    lines = dates[handler, day]
    lines.with_user(handler).action_done()
    lines.write({"date_done": day})

# what nobody made up for was missed, and its manager says so
for line in all_lines.search(domain + [("date_finish", "<", late)]):
    line.with_user(line.account_id.manager_id).action_missed()

# the former version keeps what was delivered while it was in force
revision = plans.search([("revision", ">", 1), ("state", "=", "published")])
for line in revision.line_ids:
    if line.date_done and line.date_done < revision.date_published.date():
        line.origin_line_id.write(
            {
                "state": "done",
                "date_done": line.date_done,
                "visit_id": line.visit_id.id,
            }
        )
    elif line.state == "missed":
        line.origin_line_id.write({"state": "missed"})

# last year's plan is over; the new one waits for the fourth star
account = env.ref("kuaidi_key_account.account_haiyue")
ended = account.plan_ids
ended.with_user(account.manager_id).action_close()
draft = plans.with_user(account.manager_id)._create_plans(account)
draft.write({"focus": "专席服务：对接总公司全国寄递集采"})
# of a client on expected revenue: costly services late in the year
account = env.ref("kuaidi_key_account.account_zhixing")
draft = plans.with_user(account.manager_id)._create_plans(account)
draft.write({"focus": "春秋开学季零淋湿、零折角"})

# the client that pays late is to get less than its star entitles to
account = env.ref("kuaidi_key_account.account_fuyan")
plan = account.plan_ids.with_user(account.manager_id)
plan.action_revise()
revision = plan.next_ids
coming = revision.line_ids.filtered_domain(
    [("state", "=", "planned"), ("date_finish", ">", today)]
).sorted("date_finish")
dropped = all_lines
for name in REDUCED:
    service_type = env.ref("kuaidi_key_account.service_type_" + name)
    lines = coming.filtered_domain([("type_id", "=", service_type.id)])
    dropped |= lines[: REDUCED[name]]
dropped.with_user(account.manager_id).unlink()
revision.write({"shortfall_reason": SHORTFALL, "focus": "控制成本，先收欠款"})
revision.action_request_approval()

# the coming fortnight: activities and meetings, those of late lines as well
domain = [
    ("is_in_force", "=", True),
    ("state", "=", "planned"),
    ("date_scheduled", "=", False),
    ("date_start", "<=", today + months(days=company.kuaidi_plan_horizon_days)),
]
all_lines.search(domain, order="date_start, id")._schedule()

# handlers put their meetings at hours of their own, with the client's people
quiet = {
    "kuaidi_line_moves": True,
    "no_mail_to_attendees": True,
    "dont_notify": True,
    "mail_create_nosubscribe": True,
}
number = 0
for line in all_lines.search(
    [("calendar_event_id", "!=", False)], order="handler_id, date_finish, id"
):
    hour, minute = HOURS[number % len(HOURS)]
    number += 1
    contacts = line.account_id.contact_ids.filtered_domain(
        [("decision_role", "in", ("decider", "user"))]
    )
    line.calendar_event_id.with_context(**quiet).write(
        {
            "start": datetime.datetime.combine(
                line.date_finish, datetime.time(hour, minute)
            ),
            "partner_ids": [
                Command.link(partner.id) for partner in contacts.partner_id
            ],
        }
    )

# meetings of the past weeks stand in the calendars too
visits = env["kuaidi.visit"].search(
    [
        ("plan_line_id.type_id.is_meeting", "=", True),
        ("date", ">", now - months(days=35)),
    ]
)
values = []
for visit in visits:
    partners = visit.contact_ids | visit.participant_ids.partner_id
    values.append(
        {
            "name": visit.plan_line_id.display_name,
            "start": visit.date,
            "stop": visit.date + months(minutes=visit.duration_minutes),
            "user_id": visit.user_id.id,
            "partner_ids": [Command.set((partners | visit.user_id.partner_id).ids)],
        }
    )
events = env["calendar.event"].with_context(**quiet).create(values)
for visit, event in zip(visits, events, strict=True):
    visit.write({"calendar_event_id": event.id})
    visit.plan_line_id.write({"calendar_event_id": event.id})

# and what colleagues have agreed on besides the plans
values = []
for row in MEETINGS.strip().split("\n"):
    who, key, names, ahead, hour, minutes, name = row.split("|")
    user = env.ref("kuaidi_key_account.user_" + who)
    partners = user.partner_id
    for contact in filter(None, names.split(",")):
        prefix = f"contact_{key}_" if key else "user_"
        guest = env.ref("kuaidi_key_account." + prefix + contact)
        partners |= guest if key else guest.partner_id
    day = today + months(days=int(ahead))
    day += months(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    start = datetime.datetime.combine(day, datetime.time(int(hour)))
    values.append(
        {
            "name": name,
            "start": start,
            "stop": start + months(minutes=int(minutes)),
            "user_id": user.id,
            "partner_ids": [Command.set(partners.ids)],
        }
    )
env["calendar.event"].with_context(**quiet).create(values)
# colleagues have accepted, and so has everybody who was there
attendees = env["calendar.attendee"]
attendees.search(
    [
        ("event_id.user_id.company_id", "=", company.id),
        "|",
        ("partner_id.user_ids.share", "=", False),
        ("event_id.start", "<", now),
    ]
).write({"state": "accepted"})

# birthdays and anniversaries of these days that no plan takes care of
occasions = env["kuaidi.occasion"]
occasions.search(occasions._get_due_domain())._remind()
