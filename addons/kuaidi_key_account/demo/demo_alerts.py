# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil` are given; tables keep rows
# Judges the clients by the rules of today, and tells how earlier alerts ended.
#
# Runs like demo_files.py, after demo_insight.py, with dates of the past like there.

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
now = datetime.datetime.now()
months = dateutil.relativedelta.relativedelta
this_month = today.replace(day=1)
alerts = env["kuaidi.alert"]
changes = env["kuaidi.alert.change"]
figures = env["kuaidi.monthly.figure"]
deadlines = env["kuaidi.deadline"]
director = env.ref("kuaidi_key_account.user_director")

# client, kind, level, days ago it was raised, days it lasted, measure (or what
# happened), result, cause, what was learned
PAST = """
yetu|manual|4|196|40|tender|lost|price|年度比价前三个月没有做价格和时效的对标，首重高 0.6 元才知道。合同到期前 90 天必须先摸底报价。
yetu|volume_yoy|2|236|35|21.4|reduced|competitor|返修件保住了，电商件被迅峰速递分走三成。分流一出现就要找到采购总监，不能只跟仓库谈。
jinshang|volume_mom|2|262|16|24.8|recovered||
jinshang|contact_lost_days|3|318|9|17|saved|contact|何经理换岗后两周无人对接，由唐明哲上门重新建立联系。客户联系人变动当天就要登记替补。
chuangling|manual|4|74|21|legal|saved|claim|986825 超过 7 天没有结论，客户法务发函。先书面给出追偿时间表、暂扣款单独列示，冯总撤回函件。
xianyu|volume_mom|2|221|29|31.6|recovered||
xianyu|overdue_days|2|143|12|38|saved|settlement|平台回款日与付款日错开 10 天，改为每月 20 日付款后不再逾期。
chiteng|pay_delay_percent|3|176|18|62.5|saved|settlement|共享中心审批要 10 天，对账单提前到次月 2 日发出。
kangze|visit_late_days|1|288|6|16|recovered||
haiyue|volume_yoy|1|158|30|11.2|reduced|business|电子保单推广，纸质保单回不来；转做理赔单证和返单影像补量。
fuyan|contact_lost_days|3|204|44|19|reduced|price|毛经理半个月不接电话，找到时货已分出四成。价格低 12% 时只谈破损率没有用，先保住液体件和礼盒件。
yunshu|volume_mom|2|112|20|43.8|recovered||
youhuitao|plan_missed|1|97|4|1|recovered||
chuangling|plan_missed|1|251|33|3|saved|quality|季度协调会拖了三周，乡镇件超时没人答复，网点一度停发；补开协调会、河西走廊加密班次后恢复。
"""
# what the account manager does about the client that is leaving
PLAN = (
    "目标：两个月内把月票量稳在 3,000 票以上，欠款按期收回。\n"
    "1. 林晓峰约谢总当面谈（本周内）：只谈液体件和礼盒件，普通件不跟迅峰速递比价。\n"
    "2. 罗海涛提供近三个月破损对比，珍珠棉礼盒破损率低于对方一半，由毛经理带进比价会。\n"
    "3. 何淑敏收回书面还款计划，连续履约两期后恢复授信，否则转预付。\n"
    "4. 谢总同意后由郭总出面回访，承诺直播爆款当晚出库。"
)
OVERDUE_PLAN = (
    "每周收 1 万元，芙颜财务周五前付款；两期未履约即停授信，由何淑敏发催款函。"
)
MEDIA = (
    "白经理来电：保险公司再次拒赔，称本周五前没有书面赔付承诺，就把“80 万元设备受损、快递公司推诿”"
    "的经过和开箱照片交给行业媒体，并已约好记者。运单 0001878765，20 件中 6 件外箱变形，我司包装。"
)

# the company wants to know earlier than the rules it started with
rules = {}
for rule in env["kuaidi.alert.rule"].search([("company_id", "=", company.id)]):
    rules[rule.kind] = rule
rules["volume_yoy"].write({"threshold_yellow": 20, "threshold_orange": 35})
company.write(
    {
        "kuaidi_crisis_user_ids": [
            Command.set(
                [
                    env.ref("kuaidi_key_account.user_centre").id,
                    env.ref("base.user_admin").id,
                ]
            )
        ],
        "kuaidi_crisis_spokesperson_id": director.id,
    }
)

# how former alerts ended, before this night's run: it keeps quiet where it should
for row in PAST.strip().split("\n"):
    key, kind, level, ago, lasted, measure, result, cause, lesson = row.split("|")
    account = env.ref("kuaidi_key_account.account_" + key)
    rule = rules[kind]
    raised = now.replace(hour=18, minute=2) - months(days=int(ago))
    ended = raised + months(days=int(lasted), hours=-10)
    by_hand = kind == "manual"
    number = 1 if by_hand else float(measure)
    alert = alerts.create(
        {
            "account_id": account.id,
            "rule_id": rule.id,
            "rule_version": 1,
            "level": level,
            "measure": number,
            "manual_reason": measure if by_hand else False,
            "owner_id": account.manager_id.id,
            "date_raised": raised,
            "date_told": raised,
            "date_deadline": deadlines._get_due(
                raised, rule._get_workdays(level), "workday", company
            ),
            "is_crisis": measure == "legal",
            "date_crisis": raised if measure == "legal" else False,
            "spokesperson_id": director.id if measure == "legal" else False,
            "state": "closed",
            "result": result,
            "cause": cause or False,
            "lesson": lesson or False,
            "date_done": ended,
            "closed_by_id": account.manager_id.id if cause else False,
            "quiet_until": ended.date() + months(days=rule.quiet_days)
            if cause
            else False,
        }
    )
    step = {"alert_id": alert.id, "measure": number, "rule_version": 1}
    changes.create(
        [
            step | {"date": raised, "event": "raised", "level": level},
            step | {"date": ended, "event": "closed", "level_before": level},
        ]
    )

# this night's run, as the schedule makes it
runs = env["kuaidi.alert.run"]._get_runs_of_today()
for run in runs:
    run._process_batch(5000)
open_alerts = alerts.search(
    [("state", "=", "open"), ("company_id", "=", company.id)], order="id"
)

# most came up in the nights before it; their time runs since then
number = 0
for alert in open_alerts:
    number += 1
    raised = now - months(days=number % 4, hours=5)
    alert.write(
        {
            "date_raised": raised,
            "date_deadline": deadlines._get_due(
                raised, alert.rule_id._get_workdays(alert.level), "workday", company
            ),
        }
    )
    alert.change_ids.write({"date": raised})

# the client that is leaving has come down month by month
account = env.ref("kuaidi_key_account.account_fuyan")
pieces = {}
for figure in figures.search([("account_id", "=", account.id)]):
    pieces[figure.month] = figure.pieces
of_client = open_alerts.filtered_domain([("account_id", "=", account.id)])
leaving = of_client.filtered_domain([("kind", "=", "volume_yoy")])
leaving.change_ids.unlink()
level = False
for ago in (6, 5, 4, 3, 2, 1):
    month = this_month - months(months=ago)
    before = pieces[month - months(years=1)]
    measure = 100 * (before - pieces[month]) / before
    reached = leaving.rule_id._get_level(measure)
    if not reached or reached == level:
        continue
    moment = datetime.datetime.combine(
        month + months(months=1, days=4), datetime.time(18, 2)
    )
    moment = min(moment, now - months(hours=5))
    event = "raised" if not level else "risen" if reached > level else "fallen"
    changes.create(
        {
            "alert_id": leaving.id,
            "date": moment,
            "event": event,
            "level_before": level,
            "level": reached,
            "measure": measure,
            "rule_version": 2,
        }
    )
    if not level:
        leaving.write({"date_raised": moment})
    leaving.write(
        {
            "date_deadline": deadlines._get_due(
                moment, leaving.rule_id._get_workdays(reached), "workday", company
            )
        }
    )
    level = reached
leaving.with_user(account.manager_id).write({"rescue_plan": PLAN})
owed = of_client.filtered_domain([("kind", "=", "pay_delay_percent")])
owed.with_user(account.manager_id).write({"rescue_plan": OVERDUE_PLAN})

# owners are told, and late ones brought before the CRM centre
open_alerts._tell_owners()
for alert in open_alerts:
    alert.write({"date_told": alert.date_raised})
alerts.search(alerts._get_escalation_domain())._escalate()

# a client turns to the media over the claim that nobody settles
account = env.ref("kuaidi_key_account.account_yunshu")
env["kuaidi.alert.raise"].with_user(account.manager_id).create(
    {"account_id": account.id, "reason": "media", "description": MEDIA}
).action_raise()
crisis = account.alert_ids.filtered_domain([("is_crisis", "=", True)])
crisis.with_user(account.manager_id).write(
    {
        "rescue_plan": "郭总统一对外，其他人不回复媒体和客户提问。\n"
        "1. 今天下班前由郭总致电白经理，确认先行书面承诺赔付。\n"
        "2. 许文静备齐碰撞记录、行车记录仪视频和木箱封箱照片。\n"
        "3. 法务准备说明稿，周五前与客户签赔付协议。"
    }
)
