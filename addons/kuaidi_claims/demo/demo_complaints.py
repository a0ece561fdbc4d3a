# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil` are given; tables keep rows
# Takes complaints in, leads them by the officers' own buttons to where they stand,
# and dates them back: the clocks show what an ordinary day shows.

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
head = env.ref("kuaidi_claims.user_claims")
director = env.ref("kuaidi_key_account.user_director")
operations = env.ref("kuaidi_key_account.user_operations")
company.write(
    {
        "kuaidi_complaint_manager_id": head.id,
        "kuaidi_complaint_director_id": director.id,
    }
)

# branch or department, code, kind, belongs to
UNITS = """
lanzhou|兰州分公司|931001|branch|
transit|中转部||department|lanzhou
shenzhen|深圳坂田网点|755018|branch|
courier|派送二组||department|shenzhen
guangzhou|广州分拨中心|020900|branch|
beijing|北京朝阳网点|010033|branch|
shanghai|上海浦东网点|021077|branch|
zhengzhou|郑州转运中心|371900|branch|
chengdu|成都武侯网点|028026|branch|
service|总部客服部|100001|department|
"""
# client, type, severity, hours since the receipt, channel, mood, need, caller, phone,
# waybill, unit, link, state, hours to the answer, verdict, satisfaction, what happened
ROWS = """
youhuitao|delay|simple|0.4|hotline|anxious|solution|刘志强|138 0000 2102|YH20261122018|||new||||大促返货 36 票停在广州分拨两天没动，仓库等货上架。
jinshang|attitude|simple|1.7|wechat|angry|respect|何俊杰|138 0000 2202||||new||||快递员在天河门店当着顾客的面说“爱收不收”，店长要求道歉。
fuyan|damage|complex|3.5|hotline|angry|compensation|毛宇轩|138 0000 2802|HC88120455|||new||||礼盒 12 套漏液，外箱有水渍，收货时已拍照，要求按结算价赔 2,640 元。
haiyue|misdelivery|complex|7|portal|calm|solution|姚静|138 0000 2702|HC88120311|||new||||保单原件签收人不是收件人，客户不认识“张三”，要求查清去向。
kangze|delay|complex|21.5|hotline|anxious|solution|陆晓雯|138 0000 2402|KZ2026112101|zhengzhou|linehaul|in_work||||冷链箱在郑州中转超时 9 小时，药房等货，要求提供温度记录。
zhixing|short|complex|16|hotline|calm|solution|彭佳琪|138 0000 3002|HC88119902|guangzhou|sorting|in_work||||一票 18 件只到 16 件，学校开学教材，要求今天查到。
xianyu|loss|complex|11|manager|anxious|compensation|叶秋萍|138 0000 2502|XY110067|shanghai|transit|in_work||||冻品 3 箱无到件扫描，货值 1,860 元，客户已给收件人补发。
yuanfan|weight|simple|1.2|email|calm|solution|史婷婷|138 0000 3502||service|settlement|in_work||||10 月账单 41 票计费重量高于电子秤记录，附对比表。
chiteng|delay|simple|4.5|hotline|angry|solution|邓海燕|138 0000 2602|CT4410982|chengdu|delivery|in_work||||4S 店等件停工，承诺次日达已经第三天，要求今天上午送到。
meiju|damage|alert|5|hotline|angry|compensation|陈晓琳|138 0000 3402|MJ660218|beijing|delivery|in_work||||智能马桶盖 8 件碎裂，业主群已发照片，客户要求 48 小时内给出方案，否则停发。
yunshu|damage|crisis|30|manager|angry|compensation|白景行|138 0000 2901|0001878765|lanzhou|linehaul|in_work||||20 件服务器中 6 件外箱变形，维修报价超过 2 万元，客户称周五前没有书面承诺就交给行业媒体。
chuangling|loss|complex|230|hotline|angry|compensation|谭永康|138 0000 2303|986825|lanzhou|agent|in_work||||张掖乡镇件由零担转运后丢失，配件货值 1,492.80 元，催了三次没有书面答复。
|remote|simple|1.4|hotline|anxious|solution|马先生|139 0000 7712|HC88120477|||new||||收件人在甘南牧区，网点说不派送，要求明天送到镇上。
|billing|simple|26|site_315|angry|respect|李女士|139 0000 8856|HC88118004|shenzhen|service|answered|1.5|our_fault||到付运费与下单页面不一致，多收 6 元，客服电话没人接。
yetu|attitude|simple|27|hotline|angry|respect|韩雪|138 0000 3402|HC88118233|beijing|service|answered|1.8|our_fault||返修件催件三次，座席三次说“再等等”，没有一次回电。
ruize|damage|complex|44|email|calm|compensation|曾庆华|138 0000 3601|RZ90113|zhengzhou|packing|answered|20|our_fault|dissatisfied|精密量具外箱完好内件移位，要求按校准费 680 元赔付。
shuxin|damage|complex|70|manager|calm|solution|蒋文涛|138 0000 3101|SX202610|chengdu|packing|answered|23|not_our_fault||小型机雨淋损失复议：客户认为敞车篷布是我司安排，要求重新定责。
zhengwu|delay|simple|120|mayor|calm|solution|魏小兰|138 0000 3202|QW551207|shenzhen|delivery|closed|1.1|our_fault|satisfied|证照寄递超时一天，办事群众投诉到市长信箱。
jinshang|short|complex|210|hotline|anxious|solution|何俊杰|138 0000 2202|JS771203|guangzhou|sorting|closed|9|our_fault|satisfied|门店调拨 24 件少 1 件，分拨扫描有记录，当晚找回补送。
youhuitao|misdelivery|complex|330|portal|angry|solution|刘志强|138 0000 2102|YH20261101|shenzhen|signoff|closed|19|our_fault|neutral|放丰巢未经同意，收件人退款后包裹才取出。
haiyue|attitude|simple|505|hotline|angry|respect|姚静|138 0000 2702||beijing|service|closed|1.6|our_fault|satisfied|派件员拒绝在单证上签时间。
kangze|delay|complex|690|hotline|anxious|solution|陆晓雯|138 0000 2402|KZ2026102201|zhengzhou|linehaul|closed|31|our_fault|neutral|冷链车机械故障改配，晚 7 小时，温度未超限，答复超过 24 小时。
zhixing|wrong|complex|820|email|calm|solution|彭佳琪|138 0000 3002|HC88090117|guangzhou|sorting|closed|22|our_fault|satisfied|两所学校的教材标签贴反，双方都已拍照，当周换回。
fuyan|delay|simple|1130|wechat|anxious|solution|毛宇轩|138 0000 2802|HC88070966|shanghai|delivery|closed|1.9|not_our_fault|satisfied|收件人三次改约，系统有改约记录，已向客户说明。
chiteng|loss|complex|1410|hotline|angry|compensation|邓海燕|138 0000 2602|CT4398801|chengdu|transit|closed|23|our_fault|satisfied|保险杠一件丢失，按声明价值赔付，已转理赔。
xianyu|damage|alert|1640|hotline|angry|compensation|叶秋萍|138 0000 2502|XY108811|shanghai|linehaul|closed|30|our_fault|neutral|冰袋破裂，海产 40 箱升温，两次协商后折价接受。
|other|simple|1980|outlet|noisy|vent|王先生|139 0000 1203||shenzhen|service|closed|0.6|not_our_fault|satisfied|在网点大声要求退运费，所寄物品属禁寄品，已解释并退回。
"""
REPLY = {
    "our_fault": "经核查，此事系我司作业不到位所致，给您带来不便，我们诚恳道歉。相关责任人已按制度处理，后续由专人跟进到您满意为止。",
    "not_our_fault": "经核查扫描记录、通话记录和现场照片，我司各环节均按约定操作。具体经过附后，我们仍愿意协助您处理后续事宜。",
}
NOTES = {
    "satisfied": "客户接受处理结果。",
    "neutral": "客户接受，但认为答复可以更快。",
    "dissatisfied": "客户不接受答复，要求主管回电。",
}
LADDER_NOTES = (
    "客户情绪激动，已安抚；运单、照片、业主群截图已收齐。",
    "核对为预警级，指定北京朝阳网点处理，要求一小时内回话。",
    "网点已上门看货，8 件中 6 件碎裂、2 件外观完好；派件员承认装车时倒置。",
)

units = {}
for line in UNITS.strip().split("\n"):
    key, name, code, kind, parent = line.split("|")
    units[key] = env["kuaidi.case.department"].create(
        {
            "name": name,
            "code": code or False,
            "kind": kind,
            "parent_id": units[parent].id if parent else False,
            "company_id": company.id,
            "manager_id": head.id if key == "service" else operations.id,
            "contact_user_id": officer.id if key == "service" else False,
        }
    )

# large clients are answered sooner
env["kuaidi.complaint.sla"].create(
    [
        {
            "company_id": company.id,
            "severity": "complex",
            "stars_min": 4,
            "hours": 12,
            "warn_hours": 2,
        },
        {
            "company_id": company.id,
            "severity": "simple",
            "stars_min": 5,
            "hours": 1,
            "warn_hours": 0.25,
        },
    ]
)

complaints = env["kuaidi.complaint"]
mine = complaints.with_user(officer)
by_waybill = {}
for line in ROWS.strip().split("\n")[::-1]:
    (
        client,
        kind,
        severity,
        hours,
        channel,
        mood,
        need,
        caller,
        phone,
        waybill,
        unit,
        link,
        state,
        answer,
        verdict,
        result,
        story,
    ) = line.split("|")
    received = now - delta(minutes=int(60 * float(hours)))
    account = (
        client and client != "ruize" and env.ref("kuaidi_key_account.account_" + client)
    )
    partner = account and account.partner_id
    if client == "ruize":
        partner = env.ref("kuaidi_key_account.client_ruize")
    contact = partner and env["res.partner"].search(
        [("parent_id", "=", partner.id), ("name", "=", caller)], limit=1
    )
    complaint = mine.create(
        {
            "account_id": account and account.id,
            "partner_id": partner and partner.id,
            "contact_name": caller,
            "phone": phone,
            "email": contact and contact.email,
            "waybill_number": waybill,
            "type_id": env.ref("kuaidi_claims.complaint_type_" + kind).id,
            "severity": "complex" if severity == "crisis" else severity,
            "channel": channel,
            "mood": mood,
            "need": need,
            "description": story,
            "date_received": received,
            "department_id": unit and units[unit].id,
            "link_id": link and env.ref("kuaidi_claims.case_link_" + link).id,
        }
    )
    by_waybill[waybill] = complaint
    if state == "new":
        continue
    complaint.action_start()
    if severity == "crisis":
        complaint._declare_crisis("media", "记者已约好周五下午到客户公司。")
        complaint.sudo().write({"date_crisis": received + delta(hours=1)})
    if state == "in_work":
        continue
    complaint.write(
        {
            "verdict": verdict,
            "verdict_note": REPLY[verdict] if verdict == "not_our_fault" else False,
            "reply": REPLY[verdict],
        }
    )
    complaint.action_answer_by_letter()
    answered = received + delta(minutes=int(60 * float(answer)))
    guarded = complaint.sudo()
    late = guarded.date_deadline < answered
    guarded.write(
        {
            "date_answered": answered,
            "date_done": answered if severity != "alert" else False,
            "is_breached": late if severity != "alert" else False,
            "is_legal_breached": False,
        }
    )
    if result:
        complaint._record_callback(result, NOTES[result])
        guarded.write({"date_callback": answered + delta(hours=20)})
    if state == "closed":
        while guarded.step_ids.filtered(lambda step: step.state == "waiting"):
            guarded.step_id._do("已按时完成。")
        complaint.action_close()
        closed = answered + delta(hours=22 if severity != "alert" else 10)
        guarded.write(
            {
                "date_closed": closed,
                "date_done": guarded.date_done if severity != "alert" else closed,
                "is_breached": late if severity != "alert" else False,
            }
        )
        begin = received
        for step in guarded.step_ids:
            end = begin + delta(minutes=int(step.budget_hours * 48))
            step.write(
                {
                    "date_start": begin,
                    "date_due": begin + delta(minutes=int(step.budget_hours * 60)),
                    "date_done": end,
                }
            )
            begin = end

# the alert complaint is halfway up the ladder: the branch head has it
alert = by_waybill["MJ660218"].sudo()
for note in LADDER_NOTES:
    alert.step_id._do(note)
begin = alert.date_received
for step in alert.step_ids:
    if step.state == "waiting":
        continue
    minutes = {10: 25, 20: 50, 30: 40}.get(step.sequence, 0)
    start = begin if minutes else now - delta(minutes=35)
    begin = begin + delta(minutes=minutes)
    step.write(
        {
            "date_start": start,
            "date_due": start + delta(minutes=int(step.budget_hours * 60)),
            "date_done": begin if minutes else False,
        }
    )
alert.write({"date_step_due": alert.step_id.date_due})
alert._update_next()

# the consignee of a complaint called as well: one case, nothing lost
mine.create(
    {
        "contact_name": "收件人罗师傅",
        "phone": "139 0000 4471",
        "waybill_number": "CT4410982",
        "type_id": env.ref("kuaidi_claims.complaint_type_delay").id,
        "channel": "hotline",
        "mood": "angry",
        "need": "solution",
        "description": "车停在修理厂三天，每天损失营业额，要求给出到货时间。",
        "date_received": now - delta(hours=2),
    }
)
dissatisfied = by_waybill["RZ90113"]
dissatisfied.message_post(body="已请马骏主管今天下午回电曾经理。")

# appeals that the postal administration forwarded
appeals = env["kuaidi.regulator.appeal"].with_user(officer)
appeals.create(
    {
        "reference": "12305-GS-2026-00418",
        "authority": "甘肃省邮政管理局",
        "complaint_id": by_waybill["986825"].id,
        "type": "loss",
        "date_received": now - delta(days=1),
        "date_dispute": (now - delta(days=26)).date(),
        "description": "用户反映快件丢失，企业七日内未答复，要求按货值赔偿 1,492.80 元。",
    }
)
answered = appeals.create(
    {
        "reference": "12305-SZ-2026-01177",
        "authority": "深圳市邮政管理局",
        "complaint_id": by_waybill["HC88118004"].id,
        "type": "service",
        "date_received": now - delta(hours=20),
        "description": "用户反映到付运费多收 6 元，客服电话无人接听。",
        "answer": "已核实计费规则更新滞后，多收 6 元当日原路退回，并向用户致歉。",
    }
)
answered.action_answer()

# the clocks that have run out are told, as the schedule does
told = complaints._get_alarm_users(company)
while complaints._sweep_batch(company, told, now, 1000):
    continue
env["kuaidi.complaint.alarm"]._tell(company)
