# ruff: noqa: F821, E501 - `env`, `dateutil` are given; tables keep rows
# Leads the cases of insurers 2, 3 and 4 of the source to where they stand, by the
# buttons of those whose work it is; the clocks are dated back. Runs after the claims.

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
        mail_notify_force_send=False,
        allowed_company_ids=company.ids,
    )
)
delta = dateutil.relativedelta.relativedelta
officer = env.ref("kuaidi_claims.user_officer")
finance = env.ref("kuaidi_key_account.user_finance")
accounts = env["account.account"].search(
    [
        ("account_type", "in", ("income_other", "income")),
        ("company_ids", "in", company.ids),
    ]
)
income = accounts.filtered(lambda account: account.name == "营业外收入")[:1]
company.write({"kuaidi_insurance_account_id": (income or accounts[:1]).id})

# waybill, cause, loss, value
ROWS = (
    ("986825", "missing", 1492.8, 1492.8),
    ("0001878765", "breakage", 23600, 800000),
    ("SX2026101508", "water", 260000, 1000000),
)
PAPERS = "保险单、运单、货物清单与发票、现场照片、事故经过、修理报价单"
for waybill, cause, loss, value in ROWS:
    claim = env["kuaidi.claim"].search(
        [("waybill_number", "=", waybill), ("company_id", "=", company.id)], limit=1
    )
    if waybill == "SX2026101508":
        claim.write({"is_packing_unfit": True})
    case = (
        env["kuaidi.insurance.case"]
        .with_user(officer)
        .create(
            {
                "claim_id": claim.id,
                "cause": cause,
                "amount_loss": loss,
                "amount_value": value,
            }
        )
    )
    case.action_notify()
    case.action_inspect()
    case._ask_papers(PAPERS)
    if waybill != "986825":
        case.action_submit_papers()
    if waybill == "0001878765":
        case._refuse(
            "旧货未用原厂包装，按 B 条款承保；破碎不属碰撞、盗抢、水渍，不予赔付。"
        )
        case._reopen(
            "collision", "交警事故认定书：承运车辆途中被追尾，货损系碰撞所致。"
        )
        case.action_submit_papers()
        case._record_consent(
            20000, "保险公司理赔部王经理邮件，同意在两万元内与客户和解。"
        )
        case._agree(18000)
        env["kuaidi.insurance.payment"].with_user(finance)._book(
            case.with_user(finance), "settlement"
        )
    if waybill == "SX2026101508":
        case._refuse(
            "木箱裸机、敞车运输，包装不当且提醒后未改；单件超限额未申报，不予赔付。"
        )
        case._close("拒赔理由成立：包装不当、超限额未申报。")
    # the days of the case lie between the call and now
    guarded = case.sudo()
    called = claim.date_called
    spans = {
        "case_notice": (0, 10),
        "case_inspection": (0, 30),
        "case_decision": (60, 100),
        "case_undisputed": (60, 110),
        "case_refusal": (95, 100),
        "case_payment": (120, 130),
        "case_limitation": (0, 130),
    }
    for clock in guarded.clock_ids:
        start, stop = spans[clock.kind]
        clock.write({"date_start": called + delta(hours=start)})
        if clock.date_done:
            clock.write({"date_done": called + delta(hours=stop)})
    guarded.clock_ids._set_deadlines()
    guarded.write(
        {
            "date_notified": called + delta(hours=10),
            "date_inspected": called + delta(hours=30),
            "date_papers_asked": called + delta(hours=48),
        }
    )
