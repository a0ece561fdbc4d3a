# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil` are given; tables keep rows
# Draws up contracts of every kind and takes them as far as their users would.
#
# Runs like demo_files.py, after history_demo.xml: checked, approved and signed by the
# buttons that users press, then dated back to the days on which that happened.

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
midnight = datetime.datetime.combine(today, datetime.time(0))
months = dateutil.relativedelta.relativedelta
centre = env.ref("kuaidi_key_account.user_centre")
finance = env.ref("kuaidi_key_account.user_finance")
director = env.ref("kuaidi_key_account.user_director")
month_30 = env.ref("kuaidi_key_account.payment_term_month_30")
month_60 = env.ref("kuaidi_key_account.payment_term_month_60")

# client, kind, title, began (months ago), runs (months; 0 without end), how far it got
CONTRACTS = """
chuangling|master|创凌家电售后配件快递服务合同|34|12|running
xianyu|master|鲜屿冷链与礼盒寄递合同|16|24|running
fuyan|cooperation|芙颜直播电商寄递合作协议|14|24|running
yunshu|entrustment|云枢二手设备运输委托协议|30|0|running
zhengwu|authorisation|前湾区政务证照寄递授权书|5|12|running
youhuitao|safety|优汇淘寄递安全协议|38|0|running
jinshang|safety|锦裳寄递安全协议|10|24|running
kangze|other|康泽冷链箱与温度记录仪租用协议|9|18|running
chiteng|other|驰腾渝北工厂驻点服务协议|13|24|terminated
yetu|master|烨图数码渠道快递服务合同|17|12|expired
shuxin|master|蜀信快递服务合同|-1|12|to_approve
meiju|master|美居家居快递服务合同|-1|24|approved
yuanfan|master|远帆外贸样品快递服务合同|-2|12|draft
"""
MARKET = {
    "is_standard_term": True,
    "standard_term_proof": "赔偿条款加粗加框，甲方经办人逐条签字，留存讲解录音",
    "dispute_forum": "court",
    "dispute_body": "深圳市宝安区人民法院",
}
# what was agreed with each of them
CLAUSES = {
    "chuangling": {
        "is_tacit": True,
        "renewal_months": 12,
        "notice_days": 60,
        "amount_total": 960000,
        "amount_promised": 960000,
        "pieces_promised": 8600,
        "payment_term_id": month_30.id,
        "client_signatory": "冯国栋　总经理",
        "late_rule": "free",
        "late_grace_hours": 24,
        "pod_rule": "original",
        "pod_days": 15,
        "insurance_by": "company",
        "insurance_rate": 1.5,
        "clause_note": "1,000 元以下赔案 7 日内结案；未结赔案不得从运费中扣款，另行书面确认。",
    },
    "xianyu": {
        "notice_days": 45,
        "amount_total": 1480000,
        "amount_promised": 740000,
        "pieces_promised": 5200,
        "payment_term_id": month_30.id,
        "client_signatory": "蔡志鹏　总经理",
        "late_rule": "percent_day",
        "late_factor": 20,
        "late_max_percent": 100,
        "late_grace_hours": 6,
        "pod_rule": "electronic",
        "pod_days": 3,
        "insurance_by": "client",
        "is_recourse_waived": True,
        "clause_note": "旺季冷链车提前三十日锁定；全程温度记录随对账单提供。",
    },
    "fuyan": {
        "amount_total": 620000,
        "amount_promised": 310000,
        "pieces_promised": 6000,
        "credit_limit": 50000,
        "payment_term_id": month_30.id,
        "client_signatory": "谢雨晴　创始人",
        "compensation_rule": "freight",
        "compensation_factor": 5,
        "compensation_max": 300,
        "late_rule": "percent_day",
        "late_factor": 10,
        "late_max_percent": 50,
        "clause_note": "液体类须使用珍珠棉礼盒；逾期付款两期即停止授信，转为预付。",
    },
    "yunshu": {
        "notice_days": 60,
        "payment_term_id": month_30.id,
        "client_signatory": "白景行　经理",
        "compensation_rule": "weight",
        "compensation_factor": 60,
        "compensation_max": 20000,
        "pod_rule": "original",
        "pod_days": 10,
        "insurance_by": "company",
        "insurance_rate": 2.2,
        "dispute_forum": "arbitration",
        "dispute_body": "深圳国际仲裁院",
        "clause_note": "二手设备单件超过 1 万元且非原厂包装的，适用保险 B 条款，下单前书面告知。",
    },
    "zhengwu": {
        "is_public": True,
        "sme_status": "public",
        "amount_total": 198000,
        "amount_promised": 198000,
        "pieces_promised": 1600,
        "payment_term_id": month_30.id,
        "client_signatory": "丁海峰　综合科科长",
        "late_rule": "free",
        "pod_rule": "original",
        "pod_days": 5,
        "clause_note": "证照当面核验、封签交接；固定两名经背景审查的快递员。",
    },
    "kangze": {
        "amount_total": 86400,
        "payment_term_id": month_60.id,
        "client_signatory": "沈明远　物流总监",
        "clause_note": "租用冷链箱 120 只、温度记录仪 60 台，损坏按残值赔偿。",
    },
    "chiteng": {
        "amount_total": 288000,
        "notice_days": 60,
        "payment_term_id": month_60.id,
        "client_signatory": "罗振宇　供应链部部长",
        "clause_note": "驻点 2 人，两班；周转箱随车返回。",
    },
    "yetu": {
        "amount_total": 520000,
        "amount_promised": 520000,
        "pieces_promised": 3800,
        "payment_term_id": month_30.id,
        "client_signatory": "宋建平　采购总监",
        "late_rule": "percent_day",
        "late_factor": 10,
    },
    "shuxin": {
        "amount_total": 260000,
        "amount_promised": 260000,
        "pieces_promised": 2000,
        "credit_limit": 30000,
        "payment_term_id": month_60.id,
        "sme_status": "large",
        "client_signatory": "蒋文涛　总监",
        "is_tacit": True,
        "dispute_forum": "arbitration",
        "dispute_body": False,
    },
    "meiju": {
        "amount_total": 840000,
        "amount_promised": 420000,
        "pieces_promised": 2400,
        "payment_term_id": month_30.id,
        "client_signatory": "梁家豪　总经理",
        "late_rule": "percent_day",
        "late_factor": 15,
        "pod_rule": "original",
        "pod_days": 15,
        "insurance_by": "client",
    },
    "yuanfan": {"client_signatory": "俞启明　副总经理", "pieces_promised": 300},
}
# concerns that the review left to whoever approves
CONCERNS = {
    "shuxin": {
        "forum": "对方坚持仲裁但未写明仲裁委员会，签署前须补上全称。",
        "payment": "对方要求 60 日加月结，超过法定上限，已回函要求改为 30 日。",
    },
    "meiju": {"recourse": "客户投保，放弃追偿声明须由保险人书面出具，已发函索取。"},
    "fuyan": {"insurance": "客户不愿投保，改用限额赔偿并由其逐条签字。"},
}


def date_back(records, moment):
    """Let what was said on these records today be said then."""
    env["mail.message"].search(
        [
            ("model", "=", records._name),
            ("res_id", "in", records.ids),
            ("date", ">=", midnight),
        ]
    ).write({"date": moment})


def answer(contract, key):
    """Answer the checklist as the account manager, with the concerns there are."""
    remarks = {}
    for name, remark in CONCERNS.get(key, {}).items():
        point = env.ref("kuaidi_key_account.contract_check_point_" + name)
        remarks[point.id] = remark
    for check in contract.check_ids:
        remark = remarks.get(check.point_id.id)
        if remark:
            check.write({"answer": "concern", "remark": remark})
        elif check.point_id.code in ("insurance", "recourse") and not check.hint:
            check.write({"answer": "none"})
        else:
            check.write({"answer": "ok"})


def approve(contract):
    """Let the CRM centre decide, and finance where credit is given."""
    contract.action_request_approval()
    contract.with_user(centre).action_approve()
    if contract.sudo().credit_limit:
        contract.with_user(finance).action_approve()


def sign(contract, day, shelf):
    """Register the signature of a day, with a copy of the paper on file."""
    contract = contract.sudo()
    file = contract.account_id.document_ids.attachment_ids[:1]
    copied = file.copy(
        {
            "name": contract.title + ".pdf",
            "res_model": contract._name,
            "res_id": contract.id,
        }
    )
    contract.write(
        {
            "attachment_ids": [Command.set(copied.ids)],
            "original_location": f"总部档案室 B 区 5 排 {shelf:02d} 号",
        }
    )
    contract._sign(day)
    moment = datetime.datetime.combine(day, datetime.time(2, 20 + shelf))
    contract.check_ids.write({"date_checked": moment - months(days=6)})
    contract.review_ids.write({"reviewed_date": moment - months(days=3)})
    date_back(contract, moment)
    date_back(contract.document_ids, moment)


# the contract of the client lost since is one of the time before its file was closed
lost = env.ref("kuaidi_key_account.account_yetu")
lost.write({"state": "formal"})
shelf = 0
made = {}
for row in CONTRACTS.strip().split("\n"):
    key, kind, title, ago, length, step = row.split("|")
    shelf += 1
    account = env.ref("kuaidi_key_account.account_" + key)
    start = today.replace(day=1) - months(months=int(ago))
    if key == "chuangling":
        start = start.replace(day=15)
    signed = start - months(days=6)
    terms = dict(MARKET, company_signatory=director.name + "　" + director.function)
    if kind != "safety":
        terms.update(CLAUSES.get(key, {}))
    contract = (
        env["kuaidi.contract"]
        .with_user(account.manager_id)
        .with_context(ir_sequence_date=str(signed))
        .create(
            dict(
                terms,
                account_id=account.id,
                kind=kind,
                title=title,
                date_from=start,
                is_open_ended=length == "0",
                date_to=length != "0"
                and start + months(months=int(length)) - months(days=1),
            )
        )
    )
    made[key] = contract
    if step == "draft":
        contract.check_ids[:3].write({"answer": "ok"})
        continue
    answer(contract, key)
    if step == "to_approve":
        contract.action_request_approval()
        continue
    approve(contract)
    if step == "approved":
        continue
    sign(contract, signed, shelf)

# the on-site service at Yubei ends early, since the client moves its plant
wizard = env["kuaidi.contract.terminate"].with_user(made["chiteng"].manager_id)
wizard.create(
    {
        "contract_id": made["chiteng"].id,
        "termination_by": "both",
        "date_given": today - months(days=75),
        "date_end": today - months(days=5),
        "reason": "渝北工厂搬迁，驻点服务改由涪陵网点承接",
    }
).action_confirm()

# what ended or went on tacitly since is told by the nightly run
env["kuaidi.contract"].search(
    [("state", "=", "running"), ("date_to", "<", today)]
)._update_terms()

lost.write({"state": "closed"})

# after the parcel lost beyond Lanzhou the client wants slow lines named in the contract
former = made["chuangling"]
former.action_amend()
version = former.next_ids
version.write(
    {
        "late_grace_hours": 12,
        "pod_days": 10,
        "amount_promised": 1040000,
        "clause_note": "1,000 元以下赔案 5 日内结案；西北偏远县市单列时限；未结赔案不得从运费中扣款，另行书面确认。",
    }
)
answer(version, "chuangling")
approve(version)
sign(version, today - months(days=24), 3)
