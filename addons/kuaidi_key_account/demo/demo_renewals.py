# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil` are given; tables keep rows
# Contracts that come up for renewal, taken by their users to different steps.
#
# Runs like demo_files.py, after history_demo.xml: dates count back from today.

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
contracts = env["kuaidi.contract"]
renewals = env["kuaidi.renewal"]

# client, days until the notice date, months of the term, promised against what it
# brought in (percent), expected of the next term (percent), public, to which step
ROWS = """
jinshang|78|12|100|100||upcoming
chiteng|41|24|110|105||evaluated
youhuitao|24|12|95|108||negotiating
zhengwu|35|12|90|160|public|negotiating
haiyue|-6|12|120|90||upcoming
kangze|58|12|100|115||renewed
zhixing|12|12|105|100||lost
"""
EVALUATION = {
    "chiteng": "售后备件时效是罗部长最看重的，近一年月结付款平均晚 9 天。续签意愿强，要求把冷门线路时效写进合同。",
    "youhuitao": "王总监认可大促保障，但刘经理手里有迅峰速递的报价，首重低 0.4 元。保住首重价、让续重价是最省的办法。",
    "zhengwu": "政务大厅寄递量稳定，付款及时。本期扩容 60% 以上，超过原合同 10%，须走采购程序。",
    "kangze": "温控件零破损，质量部评分 98。愿意续签一年，另加 GSP 年审资料配合条款。",
}
PROPOSAL = {
    "youhuitao": "首重价不变，1 公斤以上续重每公斤让 0.2 元；月票量满 3 万票再返 3%；赔付时限由 7 天缩短为 5 天。账期 30 天不变。",
    "zhengwu": "按新的采购需求编制投标方案，沿用现有网点专人专车。",
    "kangze": "价格不变，增加冷链数据按月报送，年审资料 3 个工作日内提供。",
}
POSITIONS = {
    "youhuitao": [
        (
            "续重每公斤让 0.2 元",
            "0.3 元",
            "首重、续重各让 0.4 元",
            "首重 5.8 元、续重 1.6 元",
            "",
        ),
        ("月票量 2.6 万票起", "2.4 万票", "不作承诺", "不要求", "2.5 万票"),
        ("月结 30 天", "45 天", "月结 60 天", "月结 45 天", ""),
        (
            "华南 24 小时、华东 48 小时",
            "",
            "大促当天出仓",
            "48 小时",
            "大促前 7 天报量",
        ),
        ("未保价 5 倍运费", "7 倍", "按实际损失", "3 倍", ""),
        ("驻仓 1 人", "驻仓 2 人", "驻仓 2 人，周日不停", "无", "驻仓 2 人"),
    ],
}

for row in ROWS.strip().splitlines():
    name, left, length, promised, expected, public, step = row.split("|")
    account = env.ref(f"kuaidi_key_account.account_{name}")
    year = env["kuaidi.monthly.figure"].search(
        [("account_id", "=", account.id), ("month", ">=", today - months(months=12))]
    )
    revenue = account.amount_revenue_year or 200000
    pieces = sum(year.mapped("pieces")) or 30000
    end = today + days(int(left) + 30)
    running = contracts.search(
        [
            ("account_id", "=", account.id),
            ("kind", "=", "master"),
            ("state", "=", "running"),
        ]
    )
    start = end + days(1) - months(months=int(length))
    contract = contracts.create(
        {
            "account_id": account.id,
            "kind": "cooperation" if running else "master",
            "title": f"{account.partner_id.name}快递服务合同（{start.year} 年）",
            "date_from": start,
            "date_to": end,
            "notice_days": 30,
            "amount_promised": round(revenue * int(promised) / 100, -4),
            "pieces_promised": round(pieces * int(promised) / 1200, -2),
            "amount_total": round(revenue, -4),
            "is_public": bool(public),
            "client_signatory": account.contact_ids[:1].partner_id.name,
            "company_signatory": account.manager_id.name,
            "state": "running",
            "date_signed": start - days(9),
        }
    )
    # the term before, which this contract renewed
    ended = start - days(1)
    former = contracts.create(
        {
            "account_id": account.id,
            "kind": contract.kind,
            "title": f"{account.partner_id.name}快递服务合同（{start.year - 1} 年）",
            "date_from": start - months(months=12),
            "date_to": ended,
            "notice_days": 30,
            "amount_promised": round(revenue * 0.8, -4),
            "amount_total": round(revenue * 0.8, -4),
            "state": "expired",
            "date_signed": start - months(months=12) - days(12),
            "date_ended": ended,
        }
    )
    contract.write({"predecessor_id": former.id})
    decided = datetime.datetime.combine(ended - days(40), datetime.time(8))
    renewals.create(
        {
            "account_id": account.id,
            "contract_id": former.id,
            "term": 1,
            "stage": "renewed",
            "stars": account.stars,
            "owner_id": account.manager_id.id,
            "date_notice": ended - days(30),
            "date_end": ended,
            "date_opened": ended - days(110),
            "date_close": ended - days(40),
            "date_stage": decided,
            "date_done": decided,
            "likelihood": 100,
            "amount_promised": former.amount_promised,
            "amount_revenue": round(revenue * 0.87, 2),
            "amount_expected": contract.amount_promised,
            "amount_renewed": contract.amount_promised,
            "successor_id": contract.id,
        }
    )
    renewal = contract._open_renewal()
    manager = renewal.with_user(account.manager_id)
    if step == "upcoming":
        continue
    if step == "lost":
        manager.env["kuaidi.renewal.lose"].create(
            {
                "renewal_id": renewal.id,
                "lost_reason_id": env.ref("kuaidi_key_account.lost_reason_price").id,
                "competitor": "迅峰速递",
                "lost_note": "合同到期前 90 天就要摸清对手报价，不能等客户比完价再谈。",
                "date_winback": today + days(180),
            }
        ).action_lose()
        continue
    manager.write({"evaluation": EVALUATION[name]})
    manager.action_evaluate()
    if step == "evaluated":
        continue
    manager.write(
        {
            "proposal": PROPOSAL[name],
            "likelihood": 80 if step == "renewed" else 65,
            "amount_expected": round(revenue * int(expected) / 100, -4),
        }
    )
    for line, values in zip(
        manager.position_ids, POSITIONS.get(name, []), strict=False
    ):
        us, limit, client, competitor, agreed = values
        line.write(
            {
                "position_us": us,
                "limit_us": limit,
                "position_client": client,
                "position_competitor": competitor,
                "agreement": agreed,
            }
        )
    manager.action_negotiate()
    if step == "renewed":
        manager.action_renew()
renewals._remind(company)
