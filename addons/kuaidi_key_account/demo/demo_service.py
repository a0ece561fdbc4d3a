# ruff: noqa: F821 - `env`, `datetime`, `dateutil` and `Command` are given
# Notes the clients' occasions, then plans service by the star and publishes it.
#
# Runs like demo_files.py, after demo_vip.py. Plans begin some months ago: what the
# buttons date today is dated back to the days on which it would have happened.

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
midnight = datetime.datetime.combine(today, datetime.time(0))
months = dateutil.relativedelta.relativedelta

# client, contact, kind, days from today, years ago, what it is called
OCCASIONS = """
xianyu|cai|birthday|2|44|蔡志鹏总经理生日
youhuitao|wang|birthday|5|42|王丽娟总监生日
haiyue||anniversary|6|16|海岳深圳分公司司庆
kangze|gu|birthday|9|45|顾建华主任生日
zhixing|fang|birthday|4|56|方文博主任生日
jinshang||celebration|12|0|锦裳成都西南仓启用仪式
haiyue|cheng|birthday|14|48|程思齐总经理生日
xianyu||celebration|16|0|鲜屿预制菜车间投产
youhuitao||anniversary|18|11|优汇淘店庆
meiju|liang|birthday|7|39|梁家豪总经理生日
fuyan|xie|birthday|20|33|谢雨晴生日
jinshang|huang|birthday|23|47|黄婉仪副总裁生日
zhengwu||anniversary|26|6|前湾区政务服务中心挂牌纪念日
chuangling||anniversary|27|14|创凌公司成立纪念日
chiteng|luo|birthday|33|50|罗振宇部长生日
yuanfan|yu|birthday|38|43|俞启明副总经理生日
yunshu|bai|birthday|47|41|白景行经理生日
shuxin|jiang|birthday|64|38|蒋文涛总监生日
chiteng||anniversary|96|22|驰腾股份上市纪念日
kangze|lu|birthday|128|36|陆晓雯经理生日
youhuitao|liu|birthday|-38|40|刘志强经理生日
chuangling|feng|birthday|-43|51|冯国栋总经理生日
jinshang|he|birthday|-29|37|何俊杰经理生日
kangze|shen|birthday|-66|49|沈明远总监生日
chiteng|deng|birthday|-52|44|邓海燕科长生日
xianyu||anniversary|-71|9|鲜屿冷链中心投用纪念日
fuyan||celebration|-34|0|芙颜品牌五周年直播
"""
# client, months since the plan began, days until it was published, its focus
PLANS = """
haiyue|13|6|单证寄递合规：本人签收与返单率 100%
yunshu|11|9|二手设备包装与投保条款讲清楚，一票一确认
chuangling|8|5|西北偏远县市配件时效，减少外网丢失
fuyan|6|8|控制破损与液体件退回，稳住直播大促货量
chiteng|5|4|备件急件两小时响应，周转箱回收率 95% 以上
xianyu|4|7|旺季锁车与温控记录，礼盒次日达
jinshang|3|3|升五星后首个服务年度：西南仓开仓与上新季到店时效
kangze|3|5|冷链可追溯，医院急件夜间值守
youhuitao|2|2|大促运力与华东分仓上线，退货当日上门
"""
# client, handler, service, on which of the coming days, yuan, content
EXTRA = """
chuangling|operations|need|3|600|配件包装跌落测试（压缩机、面板）
chuangling|manager|site_visit|8|2400|兰州、武威维修网点联合走访
youhuitao|sales|need|1|0|昆山分仓报价与合同附件
youhuitao|settlement|need|2|0|季度保价费与理赔抵扣核对
jinshang|sales_zhou|need|2|0|川渝门店补货价格测算
fuyan|finance|need|0|0|授信额度与还款进度核对
kangze|centre|need|1|0|VIP 服务开通满月回访
jinshang|centre|need|3|0|五星服务落实情况抽查
youhuitao|centre|need|4|0|VIP 年度服务质量回访
"""
SERVED = ["youhuitao", "jinshang", "chuangling", "kangze", "xianyu"]
SERVED += ["chiteng", "haiyue", "fuyan", "yunshu", "yetu"]
# the plan of this client was revised so many days ago
REVISED = 15


def date_back(records, moment):
    """Let what was said on these records and their clients today be said then."""
    for model, ids in (
        (records._name, records.ids),
        ("kuaidi.key.account", records.account_id.ids),
    ):
        env["mail.message"].search(
            [("model", "=", model), ("res_id", "in", ids), ("date", ">=", midnight)]
        ).write({"date": moment})


def publish(plan, moment):
    """Publish a plan as its account manager, some time ago."""
    plan.action_publish()
    plan = plan.sudo()
    plan.write({"date_published": moment})
    date_back(plan, moment)


values = []
for row in OCCASIONS.strip().split("\n"):
    key, contact, kind, days, years, name = row.split("|")
    day = today + months(days=int(days))
    values.append(
        {
            "account_id": env.ref("kuaidi_key_account.account_" + key).id,
            "partner_id": contact
            and env.ref(f"kuaidi_key_account.contact_{key}_{contact}").id,
            "kind": kind,
            "date": day - months(years=int(years)),
            "name": name,
            "lead_days": 14 if kind == "celebration" else 7,
        }
    )
for key in SERVED[:-1]:
    account = env.ref("kuaidi_key_account.account_" + key)
    values.append(
        {
            "account_id": account.id,
            "kind": "anniversary",
            "date": account.date_entrusted,
            "name": "合作周年纪念",
        }
    )
env["kuaidi.occasion"].create(values)

plans = {}
moments = {}
for row in PLANS.strip().split("\n"):
    key, back, days, focus = row.split("|")
    account = env.ref("kuaidi_key_account.account_" + key)
    start = today - months(months=int(back))
    plan = (
        env["kuaidi.service.plan"]
        .with_user(account.manager_id)
        ._create_plans(account, date_from=start)
    )
    plan.write({"focus": focus})
    plans[key] = plan
    moments[key] = datetime.datetime.combine(
        start + months(days=int(days)), datetime.time(3, len(focus))
    )

# what clients need beyond the standard is added, for whoever is able to do it; on days
# of other lines, for these are worked, whatever the year's holidays
ahead = {}
for key in plans:
    ahead[key] = []
    bound = plans[key].line_ids.filtered_domain([("type_id.is_any_day", "=", False)])
    for day in sorted(set(bound.mapped("date_finish"))):
        if day > today + months(days=3):
            ahead[key].append(day)
for row in EXTRA.strip().split("\n"):
    key, who, kind, nth, cost, name = row.split("|")
    day = ahead[key][int(nth)]
    env["kuaidi.service.plan.line"].with_user(plans[key].manager_id).create(
        {
            "plan_id": plans[key].id,
            "type_id": env.ref("kuaidi_key_account.service_type_" + kind).id,
            "name": name,
            "date_finish": day,
            "handler_id": env.ref("kuaidi_key_account.user_" + who).id,
            "amount_cost": float(cost),
        }
    )
for key in plans:
    publish(plans[key], moments[key])

# after the parcel lost beyond Lanzhou: what was planned is moved, added and left out
plan = plans["chuangling"]
days = ahead["chuangling"]
lines = env["kuaidi.service.plan.line"].with_user(plan.manager_id)
review_type = env.ref("kuaidi_key_account.service_type_review")
phone_type = env.ref("kuaidi_key_account.service_type_phone")
plan.action_revise()
revision = plan.next_ids
moved = revision.line_ids.filtered_domain([("name", "=", "兰州、武威维修网点联合走访")])
moved.write({"date_start": days[1], "date_finish": days[1]})
coming = revision.line_ids.filtered_domain([("date_start", ">", today)])
moved = coming.filtered_domain([("type_id", "=", review_type.id)])[:1]
moved.write({"date_start": days[2], "date_finish": days[2]})
handed = coming.filtered_domain([("type_id", "=", phone_type.id)])[:2]
handed.write({"handler_id": plan.account_id.deputy_id.id})
revision.line_ids.filtered_domain(
    [("name", "=", "配件包装跌落测试（压缩机、面板）")]
).unlink()
lines.create(
    [
        {
            "plan_id": revision.id,
            "type_id": env.ref("kuaidi_key_account.service_type_coordination").id,
            "name": "张掖、酒泉自营派送评估会",
            "date_finish": days[0],
            "handler_id": env.ref("kuaidi_key_account.user_operations").id,
            "amount_cost": 300,
        },
        {
            "plan_id": revision.id,
            "type_id": env.ref("kuaidi_key_account.service_type_need").id,
            "name": "每月向谭经理书面通报 986825 追偿进度",
            "date_finish": days[4],
            "handler_id": plan.manager_id.id,
            "note": "结案前客户暂扣 1,492.80 元，只谈进度，不谈减免。",
        },
    ]
)
publish(revision, midnight - months(days=REVISED, hours=-6))

# the team has read of it since
env["mail.notification"].search(
    [("mail_message_id.model", "=", "kuaidi.service.plan")]
).write({"is_read": True})

# onboarding of the clients served for years went through back then
for key in SERVED:
    account = env.ref("kuaidi_key_account.account_" + key)
    for step in account.onboarding_step_ids:
        done = step.date_deadline - months(days=1, hours=7)
        step.write({"date_done": done, "note": False})
