# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil`, `b64decode` are given
# Recovers what claims have cost: case 2 of the source without a contract, another loss
# with one, and a report between outlets. Runs after the claims; nothing is mailed.

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
now = datetime.datetime.now().replace(microsecond=0)
delta = dateutil.relativedelta.relativedelta
officer = env.ref("kuaidi_claims.user_officer")
finance = env.ref("kuaidi_key_account.user_finance")
journal = env["account.journal"].search(
    [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
)
company.write({"kuaidi_recovery_journal_id": journal.id})
hired, carrier, lanzhou_company, pudong_outlet = env["res.partner"].create(
    [
        {"name": name, "is_company": True, "company_id": company.id}
        for name in (
            "张掖顺路零担货运部",
            "秦川干线物流有限公司",
            "兰州分公司（结算）",
            "上海浦东网点（结算）",
        )
    ]
)
units = {
    unit.name: unit
    for unit in env["kuaidi.case.department"].search([("company_id", "=", company.id)])
}
units["兰州分公司"].write({"partner_id": lanzhou_company.id})
units["上海浦东网点"].write({"partner_id": pudong_outlet.id})
claims = {
    claim.waybill_number: claim
    for claim in env["kuaidi.claim"].search([("company_id", "=", company.id)])
}
mine = env["kuaidi.recovery"].with_user(officer)

# case 2: lost by a carrier that was hired without a contract
lost = claims["986825"]
passed = mine.create(
    {
        "claim_id": lost.id,
        "target": "carrier",
        "debtor_id": hired.id,
        "department_id": units["兰州分公司"].id,
        "basis": "none",
        "cause": "兰州公司自行外包零担至张掖，货物在其车上丢失，双方没有书面合同。",
        "amount_demanded": lost.amount_claimed,
    }
)
passed.action_pass_on()
charged = mine.search([("origin_id", "=", passed.id)])
charged.action_demand()
# what the insurer leaves, the branch that hired the carrier pays
charged.write(
    {
        "answer": "无合同可追，由我公司承担。",
        "amount_agreed": lost.amount_paid - lost.insurance_case_id.amount_paid,
        "result": "保险赔款以外的损失由兰州公司承担，从运费结算中扣回。",
    }
)
charged.action_agree()

# the same where a contract stands behind it
paid = claims["MJ630415"]
owed = mine.create(
    {
        "claim_id": paid.id,
        "target": "carrier",
        "debtor_id": carrier.id,
        "basis": "contract",
        "contract_reference": "QC-GX-2026-018",
        "cause": "干线车辆急刹，整板倾倒压损 2 台，到车交接单有记录。",
        "amount_demanded": paid.amount_paid,
    }
)
owed.action_demand()
owed.write(
    {
        "answer": "认可事故，请求减免。",
        "amount_agreed": paid.amount_paid,
        "result": "按运输合同第 9 条全额赔付，对方盖章确认。",
    }
)
owed.action_agree()
bank = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
)
for recovery, waybill in ((charged, "986825"), (owed, "MJ630415")):
    recovery.with_user(finance).action_book()
    receivable = recovery.sudo().entry_ids._get_receivable_lines()
    debtor = receivable.partner_id
    received = env["account.bank.statement.line"].create(
        {
            "journal_id": bank.id,
            "payment_ref": "收 " + debtor.name + " " + waybill + " 赔款",
            "partner_id": debtor.id,
            "amount": recovery.amount_agreed,
            "counterpart_account_id": receivable.account_id.id,
        }
    )
    counterpart = received.move_id.line_ids.filtered_domain(
        [("account_id", "=", receivable.account_id.id)]
    )
    (receivable + counterpart).reconcile()

# one that waits for its debtor's answer, and one that is not demanded yet
waiting = mine.create(
    {
        "claim_id": claims["HC88050442"].id,
        "target": "outlet",
        "department_id": units["上海浦东网点"].id,
        "cause": "派送途中遗失，派件监控显示快件放在无人看管的车上。",
        "amount_demanded": claims["HC88050442"].amount_paid,
    }
)
waiting.action_demand()
mine.create(
    {
        "claim_id": claims["XY108811"].id,
        "target": "carrier",
        "debtor_id": carrier.id,
        "basis": "contract",
        "contract_reference": "QC-GX-2026-018",
        "cause": "冷藏车途中断电，到车温度记录超过合同约定。",
        "amount_demanded": claims["XY108811"].amount_approved,
    }
)

# one outlet reports another one, within a day of the arrival scan
picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
report = (
    env["kuaidi.arbitration"]
    .with_user(officer)
    .create(
        {
            "claim_id": claims["HC88120455"].id,
            "kind": "damage",
            "reporter_id": units["成都武侯网点"].id,
            "respondent_id": units["上海浦东网点"].id,
            "date_scan": now - delta(hours=18),
            "finding": "到件扫描时外箱已有水渍，内件漏液，拍照后照常派送。",
            "is_parcel_sent_on": True,
            "attachment_ids": [
                Command.create({"name": "到件照片.png", "raw": b64decode(picture)})
            ],
        }
    )
)
report.action_file()
