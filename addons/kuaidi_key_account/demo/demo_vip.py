# ruff: noqa: F821 - `env`, `datetime`, `dateutil` and `Command` are given
# Runs VIP service of four clients: one served for long, one gained this month, one with
# too little volume that is about to be lost, and one request that waits for approval.
#
# Runs like demo_files.py, after demo_stars.py, with the same way of dating back.

company = env.ref("kuaidi_key_account.demo_company")
env = env(
    context=dict(
        env.context,
        lang="zh_CN",
        tz="Asia/Shanghai",
        tracking_disable=True,
        mail_create_nolog=True,
        mail_create_nosubscribe=True,
        allowed_company_ids=company.ids,
    )
)
today = datetime.date.today()
midnight = datetime.datetime.combine(today, datetime.time(0))
months = dateutil.relativedelta.relativedelta
centre = env.ref("kuaidi_key_account.user_centre")
assistant = env.ref("kuaidi_key_account.user_centre_zhao")
departments = env.ref("kuaidi_key_account.user_operations")
departments |= env.ref("kuaidi_key_account.user_settlement")
company.write({"kuaidi_vip_notify_user_ids": [Command.set(departments.ids)]})

NOTES = {
    "letter": "恭喜函已传真并随件寄出原件，客户回传签收",
    "manual": "已核对联系人及联络方式",
}
# client, days since the request (0: not decided yet), why, what is announced
REQUESTS = [
    (
        "fuyan",
        560,
        "月均运费 5 万元左右，直播场次稳定增长，品牌在华东有带动效应。",
        "专属客户经理与 7×24 小时服务专线\n夜间 22 点前出库当晚揽收\n破损先行赔付",
    ),
    (
        "youhuitao",
        690,
        "全年运费第一，双11单日峰值 4 万票，客户要求专席和优先运力。",
        "坂田仓驻场团队\n大促运力优先保障\n异常件 30 分钟内响应\n月度业务分析会",
    ),
    (
        "kangze",
        24,
        "近三个月月均运费 8 万元以上，冷藏件质量零事故，医院端扩围在即。",
        "冷藏箱优先调度\n夜间急件专车，2 小时上门\n温度记录当日回传\n理赔绿色通道",
    ),
    (
        "jinshang",
        0,
        "星级刚升至五星，门店补货全年稳定，拟以 VIP 服务锁定西南仓新增业务。",
        "上新季专车直送\n到店签收异常当日处理\n季度行业分享会",
    ),
]

for key, days, reason, offer in REQUESTS:
    account = env.ref("kuaidi_key_account.account_" + key)
    day = today - months(days=days)
    moment = midnight - months(days=days, hours=-7)
    vip = (
        env["kuaidi.vip"]
        .with_user(account.manager_id)
        .with_context(ir_sequence_date=str(day))
        .create({"account_id": account.id, "reason": reason, "service_offer": offer})
    )
    vip.action_request_approval()
    env.flush_all()
    if days:
        vip.with_user(centre).action_approve()
        for step in vip.with_user(assistant).establish_step_ids:
            if step.code == "departments":
                vip.with_user(assistant).action_tell_departments()
            else:
                step.write({"note": NOTES[step.code]})
                step.action_done()
    vip = vip.sudo()
    env.flush_all()
    if days:
        active = day + months(days=6)
        vip.write(
            {
                "date_requested": day,
                "date_approved": day + months(days=2),
                "date_active": active,
                "date_measured_from": vip._get_first_full_month(active),
            }
        )
        vip.review_ids.write({"reviewed_date": moment + months(days=2)})
        vip.step_ids.write({"date_done": moment + months(days=5)})
    env["mail.message"].search(
        [
            ("model", "=", "kuaidi.vip"),
            ("res_id", "=", vip.id),
            ("date", ">=", midnight),
        ]
    ).write({"date": moment + months(days=2) if days else midnight})

# the monthly check finds who fell below the volume two months in a row
vips = env["kuaidi.vip"].search(env["kuaidi.vip"]._get_check_domain(company))
vips._check_months(company)
