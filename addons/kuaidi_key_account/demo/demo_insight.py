# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil` are given; tables keep rows
# Completes and sends the monthly analyses, and says what could be gained.
#
# Runs like demo_files.py, after demo_figures.py, with dates of the past like there.

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
now = datetime.datetime.now()
midnight = datetime.datetime.combine(today, datetime.time(0))
months = dateutil.relativedelta.relativedelta
reviews = env["kuaidi.client.review"]
figures = env["kuaidi.monthly.figure"]
# a change of volume by more percent is explained
CHANGE = company.kuaidi_review_change_percent

# how the year goes in the client's trade: (month, up or down) and why
SEASONS = {
    "shop": {
        (1, "-"): "年末大促结束，元旦后订单回落",
        (2, "-"): "春节停发约两周，仓库放假",
        (3, "+"): "节后复工，开工季补货",
        (6, "+"): "618 大促集中出库",
        (7, "-"): "618 过后回落，进入淡季",
        (9, "+"): "开学季和秋季上新",
        (11, "+"): "双11大促集中出库",
        (12, "-"): "双11过后回落",
    },
    "fashion": {
        (1, "+"): "春装铺货提前",
        (2, "-"): "春节门店歇业，总仓停发",
        (3, "+"): "节后复工，春装补货",
        (6, "+"): "夏装上新铺货",
        (7, "-"): "换季间歇，门店清库存",
        (9, "+"): "秋冬上新铺货",
        (11, "+"): "冬装补货叠加双11门店备货",
        (12, "-"): "冬装铺货结束",
    },
    "industry": {
        (1, "-"): "年末结算后订单减少",
        (2, "-"): "春节停产",
        (3, "+"): "节后复产",
        (10, "-"): "国庆假期停产一周",
        (11, "+"): "年底前集中补库",
    },
    "food": {
        (1, "+"): "年货节礼盒集中发运",
        (2, "-"): "年货节结束，春节停发",
        (3, "-"): "节后淡季",
        (4, "+"): "春季新货上市",
        (5, "+"): "端午礼盒开始备货",
        (6, "+"): "端午礼盒集中发运",
        (7, "-"): "端午过后回落",
        (9, "+"): "中秋礼盒集中发运",
        (10, "-"): "中秋礼盒季结束",
        (12, "+"): "年货节备货",
    },
    "papers": {
        (1, "-"): "年底续保高峰结束",
        (2, "-"): "春节停办业务",
        (3, "+"): "节后业务恢复",
        (12, "+"): "年底业务集中办理",
    },
    "books": {
        (1, "-"): "书店盘点，停止进货",
        (2, "+"): "春季教材开始发运",
        (3, "+"): "春季开学补书",
        (4, "-"): "开学补书结束",
        (8, "+"): "秋季教材集中发运",
        (10, "-"): "秋季开学季结束",
        (11, "+"): "年末图书订货会",
        (12, "-"): "订货会后回落",
    },
    "rival": {(month, "-"): "华东件继续转给迅峰速递" for month in range(1, 13)},
}
GENERAL = {"+": "客户加单，日均票量上升", "-": "进入淡季，日均票量回落"}
# client: its trade, and why it ships more or less than a year ago
TRADES = {
    "youhuitao": (
        "shop",
        "坂田仓新增家居品类，退货件也转给我司",
        "部分退货件分给捷雁快递",
    ),
    "jinshang": (
        "fashion",
        "新开门店 86 家，西南门店补货转由我司承运",
        "门店调整，关店 20 余家",
    ),
    "chuangling": ("industry", "新增 40 家维修网点", "大件配件改走恒远快运零担"),
    "kangze": (
        "industry",
        "医院端集中采购扩围，冷藏件增加",
        "两家医院改由厂家直配",
    ),
    "xianyu": ("food", "礼盒新品上线，江浙沪复购增加", "部分礼盒由丰驰冷运分流"),
    "chiteng": ("industry", "整车厂售后网点增加", "整车厂减产，备件需求下降"),
    "haiyue": ("papers", "理赔单证寄递增加", "电子保单推广，纸质件减少"),
    "fuyan": ("rival", "直播场次增加", "四成货量分给迅峰速递，首重低 12%"),
    "yunshu": ("projects", "机房退役批次增加", "理赔未结，新项目暂缓发货"),
    "zhixing": ("books", "新增三省新华书店", "整车改由恒远快运承运"),
}
# what happened in the month with an accident
ACCIDENTS = {
    "chuangling": "运单 986825 家电配件深圳发张掖，兰州以远委托零担转运途中丢失 1 件，索赔 1,492.80 元；"
    "装卸交接无签字，由兰州公司追偿，各站改为交接拍照。",
    "xianyu": "厦门至杭州航班取消，礼盒次日达超时 38 票，已按承诺免运费；没有货损，但影响平台评分。",
    "kangze": "一票冷藏件超温 0.6℃，无货损；交接台等待 22 分钟所致，已加装温度屏并完成 5Why 分析。",
}
# what of their parcels clients send in all, and the services of ours that they use
POTENTIAL = """
youhuitao|190000|express,returns,warehousing
jinshang|24500|express,returns
chuangling|5600|express,freight
kangze|2500|express,cold_chain,same_day
xianyu|1180|express,cold_chain
chiteng|1250|express,same_day
haiyue|2100|express
fuyan|7200|express
yunshu|30|valuables,freight
zhixing|480|express,freight
zhengwu|480|express
shuxin||valuables
yetu|15200|express,returns,valuables
meiju|4000|express
yuanfan|9000|
"""

keys = {}
for key in [
    "youhuitao",
    "jinshang",
    "chuangling",
    "kangze",
    "xianyu",
    "chiteng",
    "haiyue",
    "fuyan",
    "yunshu",
    "zhixing",
    "zhengwu",
    "shuxin",
]:
    keys[env.ref("kuaidi_key_account.account_" + key).id] = key


def date_messages(model, records, moment):
    """Let what was said on the records today be said then."""
    env["mail.message"].search(
        [("model", "=", model), ("res_id", "in", records.ids), ("date", ">=", midnight)]
    ).write({"date": moment})


def workday_after(month, number):
    """Return the morning of a working day after the month, but not of one to come."""
    day = reviews._get_workday_after(month, number, company)
    moment = datetime.datetime.combine(day, datetime.time(2, 20))
    return min(moment, now - months(minutes=9 - number))


def get_cause(key, review):
    """Return why the volume has changed, as its manager sees it."""
    season, more, less = TRADES[key]
    reasons = []
    if review.has_last_month and abs(review.change_month_percent) > CHANGE:
        sign = "+" if review.change_month_percent > 0 else "-"
        if season == "projects":
            reasons.append("按项目发货，各月批次不一")
        else:
            words = SEASONS[season]
            reasons.append(words.get((review.month.month, sign), GENERAL[sign]))
    if review.has_last_year and abs(review.change_year_percent) > CHANGE:
        reasons.append("同比：" + (more if review.change_year_percent > 0 else less))
    return "；".join(reasons) + "。" if reasons else False


def get_owed(account, day):
    """Return what the client had to pay on that day, and what of it was overdue."""
    owed = 0
    due = 0
    for line in env["account.move.line"].search(
        [
            ("partner_id", "=", account.partner_id.id),
            ("company_id", "=", company.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("date", "<=", day),
        ]
    ):
        owed += line.balance
        if line.balance < 0 or line.date_maturity < day:
            due += line.balance
    return {"amount_receivable": owed, "amount_overdue": max(due, 0)}


# texts of the managers: month (0 is the latest), state of the latest, next actions,
# change of needs
texts = {}
key = ""
for row in env.ref("kuaidi_key_account.demo_review_rows").raw.decode().splitlines():
    if "|" in row:
        back, state, action, need = row.split("|")
        texts[key, int(back)] = (state, action.replace("#", "\n"), need)
    else:
        key = row

# the analyses of three months; clients that are new since have the latest only
latest = reviews._get_latest_month(company)
accounts = env["kuaidi.key.account"].search(
    [("company_id", "=", company.id), ("state", "=", "formal")]
)
months_of = {}
for back in (2, 1, 0):
    month = latest - months(months=back)
    after = month + months(months=1)
    served = accounts.filtered_domain([("date_formal", "<", after)])
    months_of[back] = reviews._generate(served if back else accounts, month)

completed = {}
for back in (2, 1, 0):
    month = latest - months(months=back)
    due = reviews._get_workday_after(month, company.kuaidi_review_workdays, company)
    months_of[back].write({"date_due": due})
    months_of[back].activity_ids.write({"date_deadline": due})
    for review in months_of[back]:
        key = keys[review.account_id.id]
        state, action, need = texts[key, back]
        number = {"m": 0, "n": 1, "o": 2}
        for name in number:
            coming = month + months(months=number[name])
            action = action.replace(f"{{{name}}}", str(coming.month))
            need = need.replace(f"{{{name}}}", str(coming.month))
        values = {"note_action": action or False, "note_need": need or False}
        is_open = not back and not state
        if key in TRADES and not is_open:
            values["note_cause"] = get_cause(key, review)
        if review.accident_count and key in ACCIDENTS:
            values["note_accident"] = ACCIDENTS[key]
        manager = review.account_id.manager_id
        review.with_user(manager).write(values)
        if not is_open:
            completed.setdefault((back, manager), reviews)
            completed[back, manager] |= review
for back, manager in completed:
    done = completed[back, manager]
    done.with_user(manager).action_complete()
    date_messages(reviews._name, done, workday_after(latest - months(months=back), 4))

# what the managers have sent; the papers of those days are not in this system
sent = {}
for back, manager in completed:
    for review in completed[back, manager]:
        if back or texts[keys[review.account_id.id], back][0] == "s":
            sent.setdefault(manager, reviews)
            sent[manager] |= review
for manager in sent:
    sent[manager].with_user(manager).action_send()
for back in (2, 1, 0):
    month = latest - months(months=back)
    moment = workday_after(month, 5)
    counted = workday_after(month, 3)
    months_of[back].sending_ids.write(
        {"date": moment, "date_delivered": moment + months(minutes=4)}
    )
    for review in months_of[back]:
        if review.state == "sent":
            review.write(
                {"date_snapshot": counted} | get_owed(review.account_id, counted.date())
            )
# of the latest month the PDFs are kept, where there is a printer; colleagues here
# are told inside Odoo, so no mail is written
if env["ir.actions.report"].get_wkhtmltopdf_state() == "ok":
    sendings = months_of[0].sending_ids
    delivered = moment + months(minutes=4)
    sendings._deliver()
    sendings.write({"date_delivered": delivered})
    date_messages(reviews._name, sendings.review_id, delivered)
cron = env.ref("kuaidi_key_account.cron_deliver_reviews")
env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()

# what clients ship in all, and which of our services they use
for row in POTENTIAL.strip().split("\n"):
    key, parcels, services = row.split("|")
    account = env.ref("kuaidi_key_account.account_" + key)
    used = env["kuaidi.offered.service"]
    for name in filter(None, services.split(",")):
        used |= env.ref("kuaidi_key_account.offered_service_" + name)
    values = {"offered_service_ids": [Command.set(used.ids)]}
    if parcels:
        values["parcels_total"] = int(parcels)
    account.write(values)
env.flush_all()
# one who grows is to give us the rest, one who left is to come back
for key, probability, ahead, text in (
    (
        "kangze",
        40,
        60,
        "疫苗与生物制剂现由丰驰冷运承运，约占三成半。夜间值守和温度记录是我司强项，先争取夜间急件，合同到期前提交整体报价。",
    ),
    (
        "yetu",
        15,
        150,
        "去年比价首重高 0.6 元落选。返修件时效不稳是对方现在的痛点：先以返修件上门核对序列号切入，结清末两期运费后再谈电商件。",
    ),
):
    account = env.ref("kuaidi_key_account.account_" + key)
    account.with_user(account.manager_id).action_create_opportunity()
    account.potential_lead_ids.write(
        {
            "description": text,
            "probability": probability,
            "date_deadline": today + months(days=ahead),
        }
    )
