# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil`, `Command` are given; tables keep rows
# Publishes the tariff and agrees on special prices, by the buttons users press.
#
# Runs like demo_files.py, after demo_renewals.py, whose contracts the prices belong to.

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
first = today.replace(day=1)
agreements = env["kuaidi.price.agreement"]
centre = env.ref("kuaidi_key_account.user_centre")
finance = env.ref("kuaidi_key_account.user_finance")
zones = {}
for zone in env["kuaidi.price.zone"].search([("company_id", "=", company.id)]):
    zones[zone.code] = zone

# zone, yuan of the first kilogram and of each further one up to 20 kg, of each above,
# floor of the first kilogram and of each further one
TARIFF = """
HN|8|2|1.8|3|1
HD|12|5|4.5|3.2|1.6
HZ|12|5|4.5|3.2|1.6
HB|13|6|5.5|3.3|1.8
XN|13|6|5.5|3.3|1.8
DB|14|8|7|3.4|2.2
XB|14|8|7|3.4|2.4
PY|22|18|16|12|9
"""
# name, kind, condition, threshold, amount
SURCHARGES = """
超长附加费|piece|oversize|120|10
超重附加费|weight|overweight|50|0.5
偏远附加费|piece|remote||5
签单返还|piece|demand||5
送货上楼|piece|demand||8
"""


def publish(discount, date_from):
    """Publish the tariff as it is from a day on; an earlier one was cheaper."""
    lines = []
    for row in TARIFF.strip().splitlines():
        code, begin, continued, heavy, floor, floor_continued = row.split("|")
        common = {
            "zone_id": zones[code].id,
            "amount_floor": float(floor),
            "amount_floor_continued": float(floor_continued),
        }
        start = float(begin) - discount
        step = float(continued)
        lines += [
            Command.create(
                dict(common, weight_from=0, weight_to=1, amount_first=start)
            ),
            Command.create(
                dict(
                    common,
                    weight_from=1,
                    weight_to=20,
                    amount_first=start,
                    amount_continued=step,
                )
            ),
            Command.create(
                dict(
                    common,
                    weight_from=20,
                    weight_first=20,
                    amount_first=start + 19 * step,
                    amount_continued=float(heavy),
                    amount_floor=float(floor) + 19 * float(floor_continued),
                )
            ),
        ]
    surcharges = []
    for number, row in enumerate(SURCHARGES.strip().splitlines(), 1):
        name, kind, condition, threshold, amount = row.split("|")
        surcharges.append(
            Command.create(
                {
                    "sequence": 10 * number,
                    "name": name,
                    "kind": kind,
                    "condition": condition,
                    "threshold": float(threshold or 0),
                    "amount": float(amount),
                }
            )
        )
    surcharges.append(
        Command.create(
            {
                "sequence": 60,
                "name": "双十一旺季附加费",
                "condition": "peak",
                "date_from": datetime.date(first.year, 11, 1),
                "date_to": datetime.date(first.year, 11, 20),
                "amount": 1.0,
            }
        )
    )
    return {
        "date_from": date_from,
        "line_ids": [Command.clear(), *lines],
        "surcharge_ids": [Command.clear(), *surcharges],
    }


# the tariff, and the dearer one in its place since some months
tariff = agreements.with_user(centre).create(
    dict(
        publish(0.5, first - months(months=26)),
        is_standard=True,
        company_id=company.id,
        volumetric_divisor=6000,
        weight_step_kg=1,
    )
)
tariff.action_start()
tariff.action_revise()
tariff.next_ids.write(publish(0, first - months(months=7)))
tariff.next_ids.action_start()


def quote(name, date_from, **values):
    """Draft the prices of a client under its contract, as its account manager."""
    account = env.ref("kuaidi_key_account.account_" + name)
    contract = env["kuaidi.contract"].search(
        [
            ("account_id", "=", account.id),
            ("state", "=", "running"),
            ("kind", "in", ("master", "cooperation")),
        ],
        order="date_from desc",
        limit=1,
    )
    return agreements.with_user(account.manager_id).create(
        dict(
            values,
            account_id=account.id,
            contract_id=contract.id,
            date_from=max(date_from, contract.date_from) if contract else date_from,
            date_to=contract.date_to if contract and contract.date_to else False,
        )
    )


def date_back(prices, days):
    """Let what the buttons date today have been some days before the first day."""
    moment = datetime.datetime.combine(
        prices.date_from - months(days=days), datetime.time(3, 20)
    )
    prices = prices.sudo()
    prices.write({"date_approved": moment})
    if prices.requested_by_id:
        prices.write({"date_requested": moment - months(days=1)})


# a shop of the first rank: by the parcels of a day, 800 at one price, the rest at another
prices = quote(
    "youhuitao",
    first - months(months=10),
    amount_assessment=1500,
    request_reason="月均 2.6 万票、85% 在 1 公斤以内，集包交件。迅峰速递报价全国首重 3.5 元。",
)
prices.write(
    {
        "excess_ids": [
            Command.create({"pieces_from": 1, "pieces_to": 800, "amount_piece": 3.9}),
            Command.create({"pieces_from": 801, "amount_piece": 3.5}),
        ]
    }
)
for line in prices.line_ids:
    if line.weight_from and not line.zone_id.is_remote:
        line.write({"amount_continued": round(line.amount_continued * 0.75, 2)})
prices.action_request_approval()
prices.with_user(centre).action_approve()
prices.with_user(finance).action_approve()
date_back(prices, 6)

# a discount with a volume rebate, since a quarter somewhat deeper
prices = quote("jinshang", first - months(months=9), discount_percent=12)
prices.write(
    {
        "ladder_ids": [
            Command.create(
                {"pieces_from": 0, "pieces_to": 4999, "discount_percent": 0}
            ),
            Command.create(
                {"pieces_from": 5000, "pieces_to": 9999, "discount_percent": 3}
            ),
            Command.create({"pieces_from": 10000, "discount_percent": 6}),
        ]
    }
)
prices.action_start()
date_back(prices, 4)
prices.action_revise()
revised = prices.next_ids
revised.write({"discount_percent": 16, "date_from": first - months(months=3)})
# remote regions follow the tariff
for line in revised.line_ids:
    if line.zone_id.is_remote:
        line.write({"amount_first": line.amount_first + 0.5})
revised.action_start()
date_back(revised, 3)

# medicine in boxes of foam: light and bulky, hence a greater divisor
prices = quote(
    "kangze",
    first - months(months=6),
    discount_percent=5,
    volumetric_divisor=7000,
    request_reason="冷链箱体积大、单票价值高，客户要求按 7000 计泡；质量评分 98。",
)
prices.action_start()
date_back(prices, 5)

# waits for the CRM centre
prices = quote(
    "chiteng",
    today,
    discount_percent=28,
    request_reason="备件急件月均 4,200 票，续签前客户要求与对手同价；毛利仍有 11%。",
)
prices.action_request_approval()

# still being worked on
quote("fuyan", first + months(months=1), discount_percent=10)
