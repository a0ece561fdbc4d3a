# ruff: noqa: F821 - `env`, `datetime`, `dateutil` and `Command` are given
# Posts 24 months of settlements with seasons, credit notes and payments.
#
# Runs like demo_files.py. All figures follow from the tables below and the calendar
# month: the same day gives the same books. An invoice is dated at the end of its month.

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
this_month = today.replace(day=1)

# share of a mean month, January to December
SEASONS = {
    "shop": (0.97, 0.52, 0.9, 0.88, 0.95, 1.36, 0.84, 0.88, 0.98, 1.02, 1.62, 1.08),
    "fashion": (1.1, 0.5, 0.98, 1.02, 0.98, 1.2, 0.8, 0.85, 1.08, 1.12, 1.36, 1.01),
    "industry": (0.98, 0.6, 1.06, 1.04, 1.03, 1.05, 1.02, 1, 1.05, 0.93, 1.12, 1.12),
    "food": (1.36, 0.88, 0.7, 0.78, 0.98, 1.14, 0.98, 1.02, 1.48, 0.86, 0.84, 0.98),
    "papers": (1.04, 0.7, 1.08, 1, 1, 1.03, 1, 1, 1.02, 0.93, 1, 1.2),
    "books": (0.82, 0.94, 1.12, 0.92, 0.8, 0.8, 0.8, 1.46, 1.36, 0.9, 1.12, 0.96),
    "projects": (0.6, 0.3, 1.4, 0.8, 1.3, 1.2, 0.5, 1.1, 0.9, 0.7, 1.5, 1.7),
    "live": (1.02, 0.8, 1, 1, 1.02, 1.06, 0.98, 0.98, 1, 1.02, 1.08, 1.04),
}
# months ago: share of a mean month of the client that is slowly leaving
FALLING = {"fuyan": {6: 0.93, 5: 0.88, 4: 0.81, 3: 0.73, 2: 0.65, 1: 0.57}}
# yuan of the last twelve months, growth from year to year, season, payment term,
# days paid after the due date, half-monthly?, first and last month (months ago)
CLIENTS = {
    "youhuitao": (8600000, 0.28, "shop", "30", 2, True, 24, 0),
    "jinshang": (5430000, 0.24, "fashion", "60", 6, True, 24, 0),
    "chuangling": (1620000, 0.06, "industry", "30", 4, False, 24, 1),
    "kangze": (960000, 0.34, "industry", "60", -3, False, 24, 1),
    "xianyu": (392000, 0.18, "food", "30", 3, False, 24, 1),
    "chiteng": (452000, 0.03, "industry", "60", 12, False, 24, 1),
    "haiyue": (262000, -0.03, "papers", "30", -4, False, 24, 1),
    "fuyan": (504000, -0.12, "live", "30", 9, False, 24, 1),
    "yunshu": (86000, 0.05, "projects", "30", 5, False, 23, 1),
    "zhixing": (66000, 0.12, "books", "30", -12, False, 14, 1),
    "zhengwu": (18600, 0.02, "papers", "60", 15, False, 24, 1),
    "shuxin": (24500, 0.0, "projects", "30", 2, False, 9, 1),
    "yetu": (1900000, -0.15, "shop", "30", 8, False, 24, 6),
    "meiju": (150000, 0.0, "shop", "30", 0, False, 2, 1),
}
# what is shipped: text, yuan apiece, share of the amount
GOODS = {
    "youhuitao": (
        ("标准快递 坂田仓—华南 电商小件", 4.6, 0.46),
        ("标准快递 坂田仓—全国 电商小件", 7.2, 0.38),
        ("退货上门取件", 6.5, 0.12),
        ("保价服务费", 1.5, 0.04),
    ),
    "jinshang": (
        ("门店补货隔夜件 广东省内", 18, 0.52),
        ("门店补货 省外 48 小时", 32, 0.38),
        ("挂装箱使用费", 12, 0.1),
    ),
    "chuangling": (
        ("家电配件 深圳—兰州 干线快递", 46, 0.34),
        ("家电配件 兰州—张掖、武威、酒泉 转运派送", 28, 0.16),
        ("家电配件 深圳—全国维修网点", 22, 0.46),
        ("货运险保费", 3, 0.04),
    ),
    "kangze": (
        ("冷藏药品 2—8℃ 专用箱快递", 168, 0.55),
        ("常温药品及医疗器械快递", 24, 0.37),
        ("医院急件专送", 260, 0.08),
    ),
    "xianyu": (
        ("冷冻海产品 次日达", 32, 0.74),
        ("节日礼盒 冷链快递", 45, 0.22),
        ("干冰及泡沫箱", 9, 0.04),
    ),
    "chiteng": (
        ("底盘备件快递 全国", 38, 0.62),
        ("川渝 8 小时急件", 120, 0.26),
        ("周转箱回收", 15, 0.12),
    ),
    "haiyue": (
        ("保单及理赔单证 专人派送", 12, 0.78),
        ("签收单返回服务", 3, 0.22),
    ),
    "fuyan": (
        ("彩妆礼盒 电商件", 8.4, 0.7),
        ("液体件 陆运专线", 11, 0.26),
        ("珍珠棉加固包装", 1.2, 0.04),
    ),
    "yunshu": (
        ("二手服务器、显示器 点到点运输", 620, 0.72),
        ("木箱打包及尾板车", 380, 0.22),
        ("货运险保费(B 条款)", 60, 0.06),
    ),
    "zhixing": (
        ("图书快递 武汉—各省新华书店", 26, 0.84),
        ("样书航空件", 38, 0.16),
    ),
    "zhengwu": (("证照寄递 当日件", 11, 1),),
    "shuxin": (
        ("机房设备项目运输 成都—全国", 860, 0.8),
        ("木箱包装费", 420, 0.2),
    ),
    "yetu": (
        ("手机数码 电商件", 9.6, 0.56),
        ("返修件上门取送 核对序列号", 21, 0.36),
        ("声明价值附加费", 4, 0.08),
    ),
    "meiju": (("智能小家电 试发件", 16, 1),),
}
# the consignments behind the claims: client, months ago, text, yuan
CONSIGNMENTS = {
    ("chuangling", 3): ("运单 986825 家电配件 深圳—兰州—张掖(兰州委托零担)", 186),
    ("yunshu", 5): (
        "运单 0001878765 二手服务器/显示器 20 件 北京—深圳"
        "(我司包装，声明价值 800,000 元)",
        6800,
    ),
    ("shuxin", 6): (
        "小型机两台 木箱裸机 成都—南京(声明价值 1,000,000 元，敞车加篷布)",
        9600,
    ),
}
# months ago: part of the amount that was paid; 0 is nothing yet
ARREARS = {
    "xianyu": {2: 0},
    "fuyan": {5: 0.35, 4: 0, 3: 0.5, 2: 0},
    "yetu": {7: 0.4, 6: 0},
    "yunshu": {5: 0},
    "zhengwu": {4: 0},
    "chuangling": {3: -1492.8},  # all but the claim that the client holds back
}
# months ago: share credited in the month after, and why
CREDITS = {
    "youhuitao": (
        (20, 0.012, "大促期间时效延误，按合同减免运费"),
        (13, 0.008, "重量复核差异冲减"),
        (10, 0.015, "滞留件延误减免"),
        (4, 0.006, "重复计费冲减"),
    ),
    "jinshang": (
        (17, 0.01, "门店补货晚点到店，减免 30% 运费"),
        (6, 0.007, "挂装箱费用多计冲减"),
    ),
    "chuangling": ((15, 0.02, "签收单未按期返回，减免运费"),),
    "kangze": ((9, 0.012, "温度记录缺失两票，免收运费"),),
    "xianyu": (
        (14, 0.04, "次日达超时，免收当票运费"),
        (3, 0.05, "礼盒超时 38 票，免收运费"),
    ),
    "chiteng": ((11, 0.015, "周转箱回收延迟扣减"),),
    "haiyue": ((7, 0.01, "返单超期减免"),),
    "fuyan": (
        (12, 0.03, "液体件破损，减免运费"),
        (6, 0.045, "礼盒破损先行减免"),
    ),
    "yetu": ((10, 0.02, "返修件晚点减免"),),
}


def noise(*numbers):
    """Return a factor from 0.95 to 1.05 that depends on the numbers alone."""
    seed = 7
    for number in numbers:
        seed = (seed * 7919 + number * 104729 + 12345) % 1000003
    return 0.95 + (seed % 1000) / 10000


def amount_of(key, place, ago):
    yearly, growth, season, _term, _late, _half, _first, _last = CLIENTS[key]
    month = (this_month - months(months=ago)).month
    if season == "projects" and (ago * 5 + place) % 4 == 0 and ago > 3:
        return 0
    if ago in FALLING.get(key, {}):
        return yearly / 12 * FALLING[key][ago]
    trend = (1 + growth) ** ((6.5 - ago) / 12)
    share = SEASONS[season][month - 1] * noise(place, ago, month)
    return yearly / 12 * trend * share


def lines_of(key, amount, ago):
    lines = []
    for text, price, share in GOODS[key]:
        pieces = max(1, round(amount * share / price))
        lines.append((text, pieces, price))
    if (key, ago) in CONSIGNMENTS:
        text, price = CONSIGNMENTS[key, ago]
        lines.append((text, 1, price))
    return lines


def prepare(key, kind, day, due, lines, ref):
    commands = []
    for text, pieces, price in lines:
        commands.append(
            Command.create(
                {
                    "name": text,
                    "quantity": pieces,
                    "price_unit": price,
                    "tax_ids": [Command.set(tax.ids)],
                }
            )
        )
    return {
        "move_type": kind,
        "partner_id": env.ref("kuaidi_key_account.client_" + key).id,
        "company_id": company.id,
        "invoice_date": day,
        "date": day,
        "invoice_payment_term_id": False if due else term_of[key].id,
        "invoice_date_due": due,
        "invoice_user_id": env.ref("kuaidi_key_account.account_" + key).manager_id.id,
        "ref": ref,
        "invoice_line_ids": commands,
    }


# a company of its own, beside another main company, has no books yet
if not company.chart_template:
    localisation = env["ir.module.module"].search([("name", "=", "l10n_cn")])
    chart = "cn" if localisation.state == "installed" else "generic_coa"
    env["account.chart.template"]._load(chart, company, install_demo=False)

# express delivery bears 6 percent; other charts have no such tax
tax = env["account.tax"].search(
    [
        ("company_id", "=", company.id),
        ("type_tax_use", "=", "sale"),
        ("amount_type", "=", "percent"),
        ("amount", "=", 6),
    ],
    limit=1,
)
term_of = {}
values = []
plans = []
for key in CLIENTS:
    place = len(term_of)
    _yearly, _growth, _season, term, late, half, first, last = CLIENTS[key]
    term_of[key] = env.ref("kuaidi_key_account.payment_term_month_" + term)
    client = env.ref("kuaidi_key_account.client_" + key).with_company(company)
    client.write({"property_payment_term_id": term_of[key].id})
    for ago in range(first, last - 1, -1):
        start = this_month - months(months=ago)
        end = start + months(months=1, days=-1)
        amount = amount_of(key, place, ago)
        days = [(start.replace(day=15), 0.47), (end, 0.53)] if half else [(end, 1)]
        for day, part in days:
            if not amount or day > today:
                continue
            label = f"{start.year} 年 {start.month} 月运费结算"
            if half:
                label += "(上半月)" if day.day == 15 else "(下半月)"
            lines = lines_of(key, amount * part, ago)
            values.append(prepare(key, "out_invoice", day, False, lines, label))
            due = day + months(days=int(term))
            paid = due + months(days=late + round(noise(place, ago, day.day) * 60) - 60)
            share = ARREARS.get(key, {}).get(ago, 1)
            plans.append((key, ago, day, max(paid, day + months(days=3)), share))
invoices = env["account.move"].create(values)

# credit notes of the month after, set off against the invoice they correct
values = []
credited = []
for move, (key, ago, day, _paid, _share) in zip(invoices, plans, strict=True):
    for back, part, reason in CREDITS.get(key, ()):
        booked = (day + months(days=1)).replace(day=1) + months(days=9)
        if back == ago and day.day != 15 and booked <= today:
            price = round(move.amount_untaxed * part, 2)
            lines = [(reason, 1, price)]
            values.append(
                prepare(key, "out_refund", booked, booked, lines, "冲减 " + move.ref)
            )
            credited.append(move)
refunds = env["account.move"].create(values)
(invoices + refunds).sorted("date").action_post()

# receivable items: those of credit notes first, then what the bank received
receivable = {}
for line in (invoices + refunds).line_ids:
    if line.account_type == "asset_receivable":
        receivable[line.move_id] = line
matched = []
for refund, move in zip(refunds, credited, strict=True):
    refund.write({"reversed_entry_id": move.id})
    matched.append(receivable[move] + receivable[refund])
env["account.move.line"]._reconcile_plan(matched)

journal = env["account.journal"].search(
    [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
)
values = []
paid_moves = []
for move, (key, _ago, _day, paid, share) in zip(invoices, plans, strict=True):
    residual = receivable[move].amount_residual
    amount = residual + share if share < 0 else round(residual * share, 2)
    if paid > today or not amount:
        continue
    name = env.ref("kuaidi_key_account.client_" + key).name
    values.append(
        {
            "journal_id": journal.id,
            "date": paid,
            "payment_ref": f"收 {name} {move.ref}",
            "partner_id": move.partner_id.id,
            "amount": amount,
            "counterpart_account_id": receivable[move].account_id.id,
        }
    )
    paid_moves.append(move)
received = env["account.bank.statement.line"].create(values)
matched = []
for entry, move in zip(received, paid_moves, strict=True):
    account = receivable[move].account_id
    counterpart = entry.move_id.line_ids.filtered_domain(
        [("account_id", "=", account.id)]
    )
    matched.append(receivable[move] + counterpart)
env["account.move.line"]._reconcile_plan(matched)
