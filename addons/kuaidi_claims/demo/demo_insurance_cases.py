# ruff: noqa: F821, E501 - `env`, `dateutil` are given; tables keep rows
# Leads the cases of insurers 2, 3 and 4 of the source to where they stand, by the
# buttons of those whose work it is; the clocks are dated back. Runs after the claims.
# Cases 2 and 3 go to their end: the insurer consents, the client is paid, the insurer
# pays.

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
head = env.ref("kuaidi_claims.user_claims")
finance = env.ref("kuaidi_key_account.user_finance")
director = env.ref("kuaidi_key_account.user_director")
operations = env.ref("kuaidi_key_account.user_operations")
centre = env.ref("kuaidi_key_account.user_centre")
bank = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
)
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
# of the cases that are settled with the client once the insurer has consented
SETTLED = {
    "986825": {
        "amount": 1492.8,
        "agreed": 1192.8,
        "link": "kuaidi_claims.case_link_linehaul",
        "consent": "保险公司理赔部王经理邮件，同意按发票金额与客户和解。",
        "inquiry": "兰州公司自行外包零担至张掖，货物在零担车上丢失，没有书面合同。",
        "liability": "兰州公司外包承运，无合同可追，由兰州公司对客户负责。",
        "claimed": "按发票金额全额赔付。",
        "offered": "按发票金额赔付，保险公司已书面同意。",
        "course": "零担承运人三次催办未书面答复；核实为丢失，客户提供商业发票。",
        "reason": "交付后丢失属实，按发票金额赔付。",
        "prevention": "网络外承运一律先签合同，未签的由发包网点承担全部损失。",
    },
    "0001878765": {
        "amount": 20000,
        "agreed": 18000,
        "link": "kuaidi_claims.case_link_linehaul",
        "consent": "保险公司理赔部王经理邮件，同意在两万元内与客户和解。",
        "inquiry": "途中被追尾致外箱变形，事故认定书与照片已附，责任属实。",
        "liability": "承运途中追尾，货损系碰撞所致；包装由我司完成。",
        "claimed": "按维修报价全额赔付。",
        "offered": "残值归客户，两万元内保险公司已书面同意。",
        "course": "保险公司首次拒赔后补交事故认定书，改按碰撞受理；客户两轮协商后同意两万元。",
        "reason": "损失属实且在维修报价之内；拒赔不免除我司对客户的赔付责任。",
        "prevention": "二手设备一律建议原厂包装或降额投保，干线车辆加装防追尾提醒。",
    },
}
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
    case.action_submit_papers()
    if waybill == "0001878765":
        case._refuse(
            "旧货未用原厂包装，按 B 条款承保；破碎不属碰撞、盗抢、水渍，不予赔付。"
        )
        case._reopen(
            "collision", "交警事故认定书：承运车辆途中被追尾，货损系碰撞所致。"
        )
        case.action_submit_papers()
    settled = SETTLED.get(waybill)
    if settled:
        case._record_consent(settled["amount"], settled["consent"])
        # the client is settled with, as the insurer consented
        inquiry = claim.inquiry_ids.with_user(operations)
        inquiry.write({"answer": settled["inquiry"]})
        inquiry.action_answer()
        claim = claim.with_user(officer)
        claim.write(
            {
                "liability": "ours",
                "liability_note": settled["liability"],
                "department_id": inquiry.department_id.id,
                "link_id": env.ref(settled["link"]).id,
                "amount_loss": loss,
                "amount_value": value,
            }
        )
        claim.action_assess()
        claim.write({"amount_assessed": settled["amount"]})
        claim.action_negotiate()
        offers = env["kuaidi.claim.offer"].with_user(officer)
        offers.create(
            {
                "claim_id": claim.id,
                "side": "client",
                "amount": loss,
                "date": claim.date_called + delta(hours=102),
                "note": settled["claimed"],
            }
        )
        offers.create(
            {
                "claim_id": claim.id,
                "amount": settled["amount"],
                "date": claim.date_called + delta(hours=104),
                "note": settled["offered"],
            }
        ).action_accept()
        claim.action_check_debts()
        claim.action_make_report()
        report = claim.report_id
        report.write(
            {name: settled[name] for name in ("course", "reason", "prevention")}
        )
        report.action_request_approval()
        for user in (head, director, centre)[: report.approval_level]:
            report.with_user(user).action_approve()
        env["kuaidi.claim.payout"].with_user(finance)._pay_out(
            claim.with_user(finance), "refund"
        )
        stages = {
            "evidence": (2, 20),
            "inquiry": (20, 40),
            "consensus": (100, 106),
            "report": (106, 108),
            "payment": (110, 118),
            "master": (0, 118),
            "insurer": (48, 60),
        }
        guarded = claim.sudo()
        for clock in guarded.clock_ids:
            start, stop = stages[clock.kind]
            clock.write({"date_start": guarded.date_called + delta(hours=start)})
            if clock.date_done:
                clock.write({"date_done": guarded.date_called + delta(hours=stop)})
        guarded.clock_ids._set_deadlines()
        # and the insurer pays what it agreed to
        case._agree(settled["agreed"])
        payment = (
            env["kuaidi.insurance.payment"]
            .with_user(finance)
            ._book(case.with_user(finance), "settlement")
            .sudo()
        )
        owed = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        received = env["account.bank.statement.line"].create(
            {
                "journal_id": bank.id,
                "payment_ref": "收 美亚财产保险上海分公司 赔款 " + waybill,
                "partner_id": owed.partner_id.id,
                "amount": settled["agreed"],
                "counterpart_account_id": owed.account_id.id,
            }
        )
        counterpart = received.move_id.line_ids.filtered_domain(
            [("account_id", "=", owed.account_id.id)]
        )
        (owed + counterpart).reconcile()
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
    if guarded.date_papers_sent:
        guarded.write({"date_papers_sent": called + delta(hours=60)})
    if guarded.date_decided:
        decided = 120 if settled else 100
        guarded.write({"date_decided": called + delta(hours=decided)})
