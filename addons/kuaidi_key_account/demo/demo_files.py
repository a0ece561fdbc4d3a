# ruff: noqa: F821 - `env`, `datetime`, `dateutil`, `b64encode` and so on are given
# Files the clients' papers and makes candidates formal, by the buttons users press.
#
# Odoo runs this text as a server action that history_demo.xml makes and deletes;
# nothing imports it, and a production database never sees it. Server actions know
# neither imports nor closures, hence the plain loops.

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
months = dateutil.relativedelta.relativedelta

CANDIDATES = ["meiju", "yuanfan"]
ONBOARDING = ["zhixing", "shuxin", "zhengwu"]
SERVED = ["youhuitao", "jinshang", "chuangling", "kangze", "xianyu"]
SERVED += ["chiteng", "haiyue", "fuyan", "yunshu", "yetu"]
ARCHIVE = "总部档案室 B 区 3 排 "
CABINET = "大客户部资料柜 "
# type, title, where the original is, pages' text
PAPERS = {
    "entrustment": (
        "快递服务委托协议书",
        ARCHIVE,
        "甲方委托乙方提供国内快递服务，双方就揽收、时效、赔付与结算达成一致。",
    ),
    "authorisation": (
        "寄递业务授权书",
        ARCHIVE,
        "兹授权瀚程速运承办本单位寄递业务，授权期限与合作期限一致。",
    ),
    "cooperation": (
        "渠道合作协议书",
        ARCHIVE,
        "双方就渠道客户寄递合作的范围、价格与责任达成一致。",
    ),
    "safety": (
        "寄递安全协议",
        ARCHIVE,
        "依据《快递暂行条例》第三十二条签订，甲方承诺不交寄禁寄物品并配合抽检。",
    ),
    "basic_data": (
        "客户基本情况表",
        CABINET,
        "营业执照、开票资料、揽收地址与联系人，经双方核对。",
    ),
    "solution": (
        "物流服务方案",
        CABINET,
        "揽收频次、线路时效、包装要求、异常处理与应急预案。",
    ),
    "contract": (
        "月结合同(含价格体系)",
        CABINET,
        "保险赔付、晚点减免、签收单返回、结算方式与价格附表。",
    ),
    "notice": (
        "保价与保险告知确认书",
        CABINET,
        "依据《快递暂行条例》第二十二条，已告知禁寄物品、保价规则和保险服务。",
    ),
    "policy": (
        "货运险保单及保费发票复印件",
        CABINET,
        "国内货物运输保险，免赔额 300 元，附保费发票。",
    ),
    "risk_advice": (
        "风险与投保建议书",
        CABINET,
        "对高价值、易损货物的包装、声明价值和投保险别提出建议。",
    ),
    "enquiry": (
        "询价单及询价分析",
        CABINET,
        "客户询价明细、线路成本测算与报价建议。",
    ),
    "handbook": (
        "客户服务手册",
        CABINET,
        "下单、查询、理赔与结算指引，专属客户经理联系方式。",
    ),
    "contact_record": (
        "首次联合拜访会议纪要",
        CABINET,
        "营销与客户经理联合拜访，介绍服务小组并确认交接事项。",
    ),
}
REQUIRED = ["safety", "basic_data", "solution", "contract", "notice"]
FOUNDING = {
    "haiyue": "authorisation",
    "zhengwu": "authorisation",
    "meiju": "authorisation",
    "jinshang": "cooperation",
}
FURTHER = {
    "youhuitao": ["handbook", "contact_record"],
    "chuangling": ["policy", "contact_record"],
    "kangze": ["risk_advice", "handbook"],
    "chiteng": ["enquiry"],
    "yunshu": ["risk_advice", "policy"],
    "shuxin": ["risk_advice"],
}


def pdf_text(size, x, y, text):
    code = text.encode("utf-16-be").hex()
    return f"BT /F1 {size} Tf {x} {y} Td <{code}> Tj ET\n"


def pdf(title, client, body, day):
    """Return a one-page PDF whose font every reader has (Adobe's Chinese set)."""
    page = pdf_text(20, 72, 740, title)
    page += pdf_text(12, 72, 690, "甲方:" + client)
    page += pdf_text(12, 72, 666, "乙方:" + company.name)
    for line in range(0, len(body), 34):
        page += pdf_text(12, 72, 626 - 22 * (line // 34), body[line : line + 34])
    page += pdf_text(12, 340, 430, day.strftime("%Y 年 %m 月 %d 日"))
    page += "0.8 0.1 0.1 RG 0.8 0.1 0.1 rg 1.5 w 330 450 150 34 re S\n"
    page += pdf_text(12, 342, 462, "瀚程速运合同专用章")
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(page)}>>\nstream\n{page}endstream",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        "/DescendantFonts[6 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
        "/FontDescriptor 7 0 R>>",
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6"
        "/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120"
        "/CapHeight 880/StemV 93>>",
    ]
    text = "%PDF-1.4\n"
    offsets = []
    number = 0
    for item in objects:
        number += 1
        offsets.append(len(text))
        text += f"{number} 0 obj\n{item}\nendobj\n"
    start = len(text)
    text += f"xref\n0 {number + 1}\n0000000000 65535 f \n"
    for offset in offsets:
        text += f"{offset:010d} 00000 n \n"
    text += f"trailer\n<</Size {number + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    return text.encode("ascii")


def papers_of(key):
    if key == "yuanfan":
        return []
    founding = FOUNDING.get(key, "entrustment")
    if key == "meiju":
        return [founding]
    if key in ("shuxin", "zhengwu"):
        return [founding, "safety", "basic_data"] + FURTHER.get(key, [])
    return [founding] + REQUIRED + FURTHER.get(key, [])


# public holidays and make-up days, so that the clocks count real working days
for year in (today.year - 1, today.year):
    try:
        env["kuaidi.calendar.day"]._load_year(company, year)
    except UserError:
        # not known to the library yet: the monthly cron tries again
        continue

shelf = 0
for key in SERVED + ONBOARDING + CANDIDATES:
    account = env.ref("kuaidi_key_account.account_" + key)
    signed = account.date_entrusted or today - months(days=20)
    until = signed
    while until <= today + months(days=25):
        until += months(years=1)
    shelf += 1
    for kind in papers_of(key):
        title, place, body = PAPERS[kind]
        document_type = env.ref("kuaidi_key_account.document_type_" + kind)
        category = document_type.category
        day = signed if category == "founding" else signed + months(days=1)
        env["kuaidi.account.document"].create(
            {
                "account_id": account.id,
                "type_id": document_type.id,
                "name": title,
                "date": day,
                "date_expiry": until if kind in ("contract", "safety") else False,
                "original_location": f"{place}{shelf:02d} 号",
                "attachment_ids": [
                    Command.create(
                        {
                            "name": f"{title}-{account.partner_id.name}.pdf",
                            "datas": b64encode(
                                pdf(title, account.partner_id.name, body, day)
                            ),
                            "mimetype": "application/pdf",
                        }
                    )
                ],
            }
        )

# the gate from candidate to formal client, passed by whoever serves the account
for key in SERVED + ONBOARDING:
    account = env.ref("kuaidi_key_account.account_" + key)
    account.with_user(account.manager_id).action_make_formal()

# of the client lost since, service was planned on paper before there was this system;
# the other clients' stars and plans follow
centre = env.ref("kuaidi_key_account.user_centre")
lost = env.ref("kuaidi_key_account.account_yetu")
open_steps = lost.onboarding_step_ids.filtered_domain([("state", "=", "open")])
for step in open_steps.filtered_domain([("condition", "in", ("star", "plan"))]):
    step.write({"note": "系统上线前已完成，纸质材料存档"})
    step.with_user(centre).action_done()
for key in SERVED + ONBOARDING:
    account = env.ref("kuaidi_key_account.account_" + key)
    account.write({"date_formal": account.date_entrusted})
for key in ONBOARDING:
    account = env.ref("kuaidi_key_account.account_" + key)
    for step in account.onboarding_step_ids.filtered_domain([("state", "=", "done")]):
        step.write({"date_done": min(step.date_done, step.date_deadline)})
