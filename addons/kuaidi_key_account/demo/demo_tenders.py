# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil` and `Command` are given
# Answers three tenders: one in work, one won that became a contract, one lost.
#
# Runs like demo_files.py, after demo_library.py: taken up, decided, answered, approved
# and paid by the buttons that users press. What ended is dated back. Nothing is mailed.

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
months = dateutil.relativedelta.relativedelta
sales = env.ref("kuaidi_key_account.user_sales")
zhou = env.ref("kuaidi_key_account.user_sales_zhou")
finance = env.ref("kuaidi_key_account.user_finance")
operations = env.ref("kuaidi_key_account.user_operations")
centre = env.ref("kuaidi_key_account.user_centre")
zhao = env.ref("kuaidi_key_account.user_centre_zhao")
manager = env.ref("kuaidi_key_account.user_manager")
director = env.ref("kuaidi_key_account.user_director")

# what was found in the documents of the tender in work
READ = {
    "who": (
        "华南最大的医疗器械流通企业之一，218 家分支机构，现服务商为两家全国快递公司。",
        "good",
    ),
    "score": (
        "商务 20 分、技术 50 分、价格 30 分；业绩、团队、接口三项拉分最大。",
        "good",
    ),
    "price": (
        "含税综合单价，按分区首续重计；最低价为基准价，只许一个报价。",
        "neutral",
    ),
    "fail": (
        "5.25 签收单原件 15 日返回 100% 在偏远县市做不到，须答疑或调整线路。",
        "risk",
    ),
    "rivals": (
        "预计六家：速捷、通达联、云顶、华邮、捷安及我司；速捷报价激进。",
        "risk",
    ),
    "urgent": ("保证金须提前两日到账；信用截图须在公告后查询。", "neutral"),
    "form": ("正一副五、U 盘两份、报价单独密封、骑缝章。", "neutral"),
    "proof": ("需三份同类合同，我司可提供五份；信息安全认证已到期。", "risk"),
    "authority": ("法定代表人授权陈佳怡投标，授权书须亲笔签字。", "good"),
    "terms": (
        "两年期、月结 60 日、履约保证金 5%，考核不合格可在第一年解除。",
        "neutral",
    ),
    "resources": ("驻点 4 人由龙岗网点抽调，冷链车 6 台可保障。", "good"),
}
PARTS = {"c": "commercial", "t": "technical", "p": "price", "f": "form"}
OWNERS = {"c": sales, "t": manager, "p": zhou, "f": zhao}
# kind, days ago, for what, yuan or hours, who
COSTS = {
    "work": """
documents|8|招标文件费|500|sales_zhou
travel|6|广州踏勘往返（3 人）|1460|sales
hours|7|读标与投标决策会|9|sales
hours|5|商务标编写|16|sales
hours|4|技术标编写|22|operations
hours|2|报价测算|12|sales_zhou
""",
    "won": """
documents|118|采购文件费|300|sales_zhou
hours|112|标书编写与核对|46|sales
printing|101|打印装订（正一副四）|860|centre_zhao
travel|98|述标往返（2 人）|240|sales
agency|82|代理服务费|8900|sales_zhou
""",
    "lost": """
documents|74|磋商文件费|0|sales_zhou
hours|66|响应文件编写|38|sales_zhou
printing|58|打印装订（正一副三）|520|centre_zhao
travel|56|磋商现场（3 人）|180|sales
""",
}
# what others offered: bidder, price, score, rank, won?, what they offered
RIVALS = {
    "won": """
速捷全国快递有限公司|638000|82.4|2|0|价格最低，单证丢失赔付仅按运费五倍
华邮速递股份有限公司|702000|80.1|3|0|网点最多，无专席
通达联物流有限公司|659000|76.8|4|0|时限承诺 72 小时
""",
    "lost": """
华邮速递股份有限公司|238000|91.6|1|1|报价低我司 9.2%，政务大厅驻点三人，邮政特许优势
捷安同城配送有限公司|229000|84.2|3|0|只做同城，跨省转包
云顶供应链有限公司|251000|79.5|4|0|无政务业绩
""",
}


def moment(days, hour=1):
    return datetime.datetime.combine(today + months(days=days), datetime.time(hour, 30))


def rows_of(name):
    return env.ref("kuaidi_key_account." + name).raw.decode().strip().split("\n")


def user_of(key):
    return env.ref("kuaidi_key_account.user_" + key)


def asset_of(key):
    return env.ref("kuaidi_key_account.bid_asset_" + key)


def spend(tender, key):
    values = []
    for row in COSTS[key].strip().split("\n"):
        kind, ago, name, amount, who = row.split("|")
        values.append(
            {
                "tender_id": tender.id,
                "kind": kind,
                "date": today - months(days=int(ago)),
                "name": name,
                "hours" if kind == "hours" else "amount": float(amount),
                "user_id": user_of(who).id,
            }
        )
    env["kuaidi.tender.cost"].create(values)


def compare(tender, key):
    values = []
    for row in RIVALS[key].strip().split("\n"):
        name, amount, score, rank, won, note = row.split("|")
        values.append(
            {
                "tender_id": tender.id,
                "name": name,
                "amount": float(amount),
                "score": float(score),
                "rank": int(rank),
                "is_winner": won == "1",
                "note": note,
            }
        )
    env["kuaidi.tender.competitor"].create(values)


def bond_of(tender, amount, paid, **values):
    """Ask for a bond as sales; finance approves and pays it on a day."""
    bond = (
        env["kuaidi.tender.bond"]
        .with_user(tender.user_id)
        .create(dict(values, tender_id=tender.id, amount_asked=amount))
    )
    bond.action_request_approval()
    bond.with_user(finance).action_approve()
    if paid:
        bond.with_user(finance)._pay(journal, paid)
    return bond.sudo()


# the account that stands on the certificate, with its journal
journal = env["account.journal"].search(
    [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
)
account = env["res.partner.bank"].create(
    {
        "acc_number": "7559 1886 6018 806",
        "partner_id": company.partner_id.id,
        "bank_id": env["res.bank"].create({"name": "招商银行深圳宝安支行"}).id,
        "company_id": company.id,
    }
)
account.write({"kuaidi_is_basic_account": True})
journal.write({"bank_account_id": account.id})

partners = env["res.partner"]
issuer = partners.create(
    {
        "name": "南方云岭医疗器械集团股份有限公司",
        "is_company": True,
        "city": "广州市",
        "street": "黄埔区科学大道 266 号",
        "country_id": env.ref("base.cn").id,
        "state_id": env.ref("base.state_cn_GD").id,
        "phone": "020-8200 7718",
        "email": "caigou@yunling-med.example",
    }
)
agency = partners.create(
    {
        "name": "广东正衡招标代理有限公司",
        "is_company": True,
        "city": "广州市",
        "street": "天河区体育东路 118 号",
        "country_id": env.ref("base.cn").id,
        "state_id": env.ref("base.state_cn_GD").id,
        "phone": "020-3810 5520",
    }
)

# in work: bids are opened on a working day in some two weeks
ahead = 16
while (today + months(days=ahead)).weekday() > 4:
    ahead += 1
work = (
    env["kuaidi.tender"]
    .with_user(sales)
    .create(
        {
            "name": "2027—2028 年度全国快递寄递服务采购项目",
            "reference": f"ZHZB-{today.year}-FW-0618",
            "partner_id": issuer.id,
            "agency_id": agency.id,
            "form": "public",
            "amount_budget": 6200000,
            "amount_ceiling": 6200000,
            "amount_bid": 5864000,
            "amount_cost": 5312000,
            "validity_days": 90,
            "original_count": 1,
            "copy_count": 5,
            "term_months": 24,
            "signatory_name": "郭立新",
            "proxy_name": "陈佳怡",
            "date_notice": today - months(days=9),
            "date_sale_from": today - months(days=8),
            "date_sale_to": today - months(days=2),
            "date_questions": today + months(days=1),
            "date_objection": today + months(days=6),
            "date_bond": today + months(days=ahead - 2),
            "date_deadline": moment(ahead),
            "date_opening": moment(ahead),
            "date_presentation": moment(ahead + 1, 6),
            "member_ids": [
                Command.create(
                    {
                        "user_id": sales.id,
                        "part": "commercial",
                        "duties": "商务标、总协调",
                    }
                ),
                Command.create(
                    {
                        "user_id": manager.id,
                        "part": "technical",
                        "duties": "技术标、述标与答疑",
                    }
                ),
                Command.create(
                    {"user_id": zhou.id, "part": "price", "duties": "报价测算与报价表"}
                ),
                Command.create(
                    {
                        "user_id": zhao.id,
                        "part": "form",
                        "duties": "装订、盖章、密封、送达",
                    }
                ),
                Command.create(
                    {
                        "user_id": operations.id,
                        "part": "other",
                        "duties": "运作数据、驻点名单与车辆",
                    }
                ),
            ],
            "description": "<p>现服务商合同年底到期，采购部对签收单返回和冷链温控不满意。踏勘时物流总监多次问到驻点与接口。</p>",
        }
    )
)
work.action_qualify()
for check in work.check_ids:
    for key, (answer, rating) in READ.items():
        if check.point_id == env.ref("kuaidi_key_account.tender_check_point_" + key):
            check.write({"answer": answer, "rating": rating})
work._decide(
    "bid",
    env.ref("kuaidi_key_account.tender_reason_bid_client")
    + env.ref("kuaidi_key_account.tender_reason_bid_reference"),
    "医药业绩与驻点是我司强项；价格按成本加 9.4% 报，5.25 条在答疑期提出。",
)
work = work.sudo()

values, steps = [], []
for row in rows_of("demo_requirement_rows"):
    clause, page, part, star, score, text, answer, assets, deviation, step = row.split(
        "|"
    )
    ids = []
    for key in assets.split(","):
        if key:
            ids.append(asset_of(key).id)
    values.append(
        {
            "tender_id": work.id,
            "sequence": 10 * len(values) + 10,
            "clause": clause,
            "page": int(page),
            "part": PARTS[part],
            "is_mandatory": bool(star),
            "score_max": float(score or 0),
            "name": text,
            "user_id": OWNERS[part].id,
            "date_due": today + months(days=ahead - 5),
            "answer": answer,
            "asset_ids": [Command.set(ids)],
            "deviation": {"+": "positive", "-": "negative"}.get(deviation[:1], "none"),
            "deviation_note": deviation[1:],
        }
    )
    steps.append(step)
requirements = env["kuaidi.tender.requirement"].create(values)
answered = {}
for line, step in zip(requirements, steps, strict=True):
    if step in "ac":
        answered[line.user_id] = (
            answered.get(line.user_id, requirements.browse()) + line
        )
for user, lines in answered.items():
    lines.with_user(user).action_answer()
# somebody else of the team checks
for user, other in ((manager, sales), (sales, manager)):
    checked = requirements.browse()
    for line, step in zip(requirements, steps, strict=True):
        if step == "c" and line.user_id == user:
            checked += line
    checked.with_user(other).action_check()

# the bid is divided; what stands in the library is there already
work.action_create_sections()
for section in work.section_ids:
    if section.part in ("commercial", "technical") and section.content == "text":
        if section.asset_ids or section.body:
            section.action_start()
DONE = (
    "licence",
    "permit",
    "tax",
    "social",
    "accounts",
    "credit",
    "procurement",
    "clean",
    "account_proof",
    "integrity",
    "network",
    "times",
    "safety",
    "claims",
    "complaints",
)
lines = env["kuaidi.tender.template.line"]
for key in DONE:
    lines += env.ref("kuaidi_key_account.tender_template_full_" + key)
ready = work.section_ids.filtered_domain(
    [("template_line_id", "in", lines.ids), ("state", "=", "in_work")]
)
ready.action_done()
needs = work.section_ids.filtered_domain(
    [
        (
            "template_line_id",
            "=",
            env.ref("kuaidi_key_account.tender_template_full_needs").id,
        )
    ]
)
needs.write(
    {
        "body": "<p>采购人在全国设有 218 家分支机构，年寄递量约 46 万票，其中检验试剂与器械样品占三成，须温控与防震；合同、发票等单证占四成，须实名签收与回单返回。</p><p>经踏勘与座谈，采购人最关注三点：签收单返回率、冷链温度达标率、与 ERP 的接口对账。本方案据此设置专席、专格与专用温控箱，并将三项指标写入质量承诺。</p>"
    }
)
needs.action_start()
env["kuaidi.tender.question"].create(
    [
        {
            "tender_id": work.id,
            "kind": "ours",
            "date": today - months(days=1),
            "asked_by": "陈佳怡",
            "question": "第五章 5.25：西藏、青海、新疆偏远县市签收单原件能否允许 20 日返回，同时先行上传电子回单？",
            "user_id": operations.id,
        },
        {
            "tender_id": work.id,
            "kind": "amendment",
            "date": today - months(days=3),
            "asked_by": "采购人",
            "question": "补遗第 1 号：驻点地点由广州调整为广州、佛山两处，人数不变。",
            "answer": "已改入 5.22 条及驻点方案。",
            "user_id": operations.id,
            "date_answered": today - months(days=2),
        },
    ]
)
spend(work, "work")
bond_of(work, 120000, today - months(days=1))

# won: single shipments of policies for an insurer, now waiting for its signature
won = env["kuaidi.tender"].create(
    {
        "name": "海岳财险深圳分公司单证全国寄递服务采购项目",
        "reference": f"HYCX-SZ-{today.year}-031",
        "partner_id": env.ref("kuaidi_key_account.client_haiyue").id,
        "user_id": sales.id,
        "company_id": company.id,
        "form": "invited",
        "amount_budget": 720000,
        "amount_ceiling": 720000,
        "amount_bid": 672000,
        "amount_cost": 596000,
        "term_months": 12,
        "copy_count": 4,
        "date_notice": today - months(days=120),
        "date_sale_from": today - months(days=119),
        "date_sale_to": today - months(days=112),
        "date_bond": today - months(days=101),
        "date_deadline": moment(-99),
        "date_opening": moment(-99),
        "date_presentation": moment(-98, 6),
        "member_ids": [
            Command.create({"user_id": zhou.id, "part": "price", "hours": 14}),
            Command.create(
                {"user_id": operations.id, "part": "technical", "hours": 20}
            ),
        ],
        "bidder_count": 4,
    }
)
won.write(
    {
        "state": "preparing",
        "decision": "bid",
        "decided_by_id": centre.id,
        "date_decided": moment(-116),
    }
)
won.action_create_sections()
won.section_ids.write({"state": "done", "date_done": moment(-102)})
first = bond_of(won, 14000, today - months(days=103))
compare(won, "won")
won.write({"state": "opened", "score": 88.7, "rank": 1})
won._win(
    amount=672000,
    date=today - months(days=88),
    lessons="专席与单证封签方案得分最高；述标时带实物封签，评委印象深。下次把赔付承诺写进开标一览表备注。",
)
won._make_contract()
won.write({"date_signing": today - months(days=70)})
first.with_user(finance)._return(today - months(days=67), 14000, 26.4)
spend(won, "won")
bond_of(
    won,
    33600,
    today - months(days=72),
    kind="performance",
    date_return_agreed=today + months(days=298),
)

# lost: certificates of a government service centre, its bond is late
lost = env["kuaidi.tender"].create(
    {
        "name": "前湾区政务服务中心证照寄递服务项目",
        "reference": f"QWZC-{today.year}-C-0207",
        "partner_id": env.ref("kuaidi_key_account.client_zhengwu").id,
        "user_id": zhou.id,
        "company_id": company.id,
        "form": "consultation",
        "is_government": True,
        "amount_budget": 280000,
        "amount_ceiling": 280000,
        "amount_bid": 262000,
        "amount_cost": 231000,
        "term_months": 12,
        "copy_count": 3,
        "date_notice": today - months(days=75),
        "date_sale_from": today - months(days=74),
        "date_sale_to": today - months(days=68),
        "date_bond": today - months(days=58),
        "date_deadline": moment(-56),
        "date_opening": moment(-56),
        "bidder_count": 4,
        "member_ids": [
            Command.create({"user_id": sales.id, "part": "commercial", "hours": 12})
        ],
    }
)
lost.write(
    {
        "state": "preparing",
        "decision": "bid",
        "decided_by_id": centre.id,
        "date_decided": moment(-71),
    }
)
lost.action_create_sections()
lost.section_ids.write({"state": "done", "date_done": moment(-59)})
bond_of(lost, 5600, today - months(days=60))
compare(lost, "lost")
lost.write({"state": "opened", "score": 86.9, "rank": 2})
lost._lose(
    env.ref("kuaidi_key_account.lost_reason_price"),
    winner="华邮速递股份有限公司",
    date=today - months(days=41),
    lessons="价格高 9.2%，同城件未按批量单列；政务大厅驻点应在响应文件里量化到人和工时。下次提前一个月与用户单位沟通驻点需求，同城价单独测算。",
)
spend(lost, "lost")

for tender, days in ((won, -88), (lost, -41)):
    tender.write({"date_done": moment(days, 8)})
    (tender.activity_ids + tender.section_ids.activity_ids).unlink()
bonds = env["kuaidi.tender.bond"]
for bond in (won + lost).bond_ids:
    paid = datetime.datetime.combine(bond.date_paid, datetime.time(3, 10))
    bond.review_ids.write({"reviewed_date": paid})
    env["mail.message"].search(
        [("model", "=", bonds._name), ("res_id", "=", bond.id)]
    ).write({"date": paid - months(hours=20)})
bonds.search(bonds._get_escalation_domain())._escalate()

# the library as it was when those bids went out
texts = ("text_network", "text_safety", "text_claims", "text_quality")
for tender, keys in (
    (won, ("licence", "permit", "iso9001", "audit", "ref_kangze", "pm", "service")),
    (lost, ("licence", "permit", "iso9001", "audit", "onsite")),
):
    evidence = tender.section_ids.filtered_domain([("content", "=", "evidence")])
    section = (evidence + tender.section_ids)[:1]
    used = env["kuaidi.bid.asset"]
    for key in keys + texts:
        used += asset_of(key)
    missing = used - tender.section_ids.asset_ids
    section.write({"asset_ids": [Command.link(asset.id) for asset in missing]})
