# ruff: noqa: F821 - `env`, `datetime` and `dateutil` are given
# Brings in what operations counted in 24 months, in step with the settlements.
#
# Runs like demo_files.py, after demo_problems.py. Parcels and revenue of a month are
# those of its invoices; weights and what went wrong follow from the tables below.

company = env.ref("kuaidi_key_account.demo_company")
env = env(
    context=dict(
        env.context,
        lang="zh_CN",
        tz="Asia/Shanghai",
        tracking_disable=True,
        allowed_company_ids=company.ids,
    )
)
today = datetime.date.today()
months = dateutil.relativedelta.relativedelta
this_month = today.replace(day=1)
centre = env.ref("kuaidi_key_account.user_centre")

# client: kilograms apiece; late, damaged and lost of 100 parcels
PARCELS = {
    "youhuitao": (1.3, (2.6, 0.03, 0.008)),
    "jinshang": (4.2, (0.8, 0.05, 0.01)),
    "chuangling": (3.6, (2.9, 0.38, 0.03)),
    "kangze": (6.8, (0.5, 0.06, 0.004)),
    "xianyu": (5.5, (2.4, 0.18, 0.02)),
    "chiteng": (4.9, (1.3, 0.12, 0.02)),
    "haiyue": (0.3, (0.6, 0.01, 0.01)),
    "fuyan": (0.8, (2.8, 0.46, 0.04)),
    "yunshu": (14, (3.0, 0.3, 0)),
    "zhixing": (12, (2.2, 0.3, 0.02)),
    "zhengwu": (0.1, (0.5, 0, 0)),
    "shuxin": (210, (2.0, 0, 0)),
    "yetu": (0.7, (2.9, 0.16, 0.05)),
    "meiju": (4.6, (1.6, 0.2, 0.02)),
}
# lines of an invoice that are no parcels of their own
FEES = ("费", "干冰", "周转箱", "返回服务", "加固", "打包", "转运派送")
# pieces of a consignment that was invoiced as one
CONSIGNED = {"0001878765": 20, "小型机两台": 2}
# parcels are late and break more often where a month is so much above the mean
PEAK = 1.25
# client, day (months or days ago): how many more were late, damaged and lost
ACCIDENTS = (
    ("chuangling", this_month - months(months=3), (6, 2, 1)),
    ("yunshu", this_month - months(months=5), (20, 6, 0)),
    ("shuxin", this_month - months(months=6), (0, 2, 0)),
    ("xianyu", today - months(days=58), (38, 0, 0)),
    ("kangze", today - months(days=50), (1, 0, 0)),
)


def noise(*numbers):
    """Return a share from 0 to 1 that depends on the numbers alone."""
    seed = 11
    for number in numbers:
        seed = (seed * 7919 + number * 104729 + 12345) % 1000003
    return seed % 1000 / 1000


def get_pieces(line):
    for word in CONSIGNED:
        if word in line.name:
            return CONSIGNED[word]
    for word in FEES:
        if word in line.name:
            return 0
    return round(line.quantity)


# parcels and yuan of each client by month, as invoiced; a month between without an
# invoice is one without a parcel
shipped = {}
for key in PARCELS:
    shipped[env.ref("kuaidi_key_account.client_" + key).id] = {}
for line in env["account.move.line"].search(
    [
        ("company_id", "=", company.id),
        ("parent_state", "=", "posted"),
        ("move_id.move_type", "=", "out_invoice"),
        ("move_id.invoice_date", "<", this_month),
        ("display_type", "=", "product"),
    ]
):
    of_client = shipped.get(line.move_id.partner_id.id)
    if of_client is None:
        continue
    month = line.move_id.invoice_date.replace(day=1)
    pieces, amount = of_client.get(month, (0, 0))
    of_client[month] = (pieces + get_pieces(line), amount + line.price_subtotal)

rows = []
place = 0
for key in PARCELS:
    place += 1
    weight, rates = PARCELS[key]
    account = env.ref("kuaidi_key_account.account_" + key)
    of_client = shipped[account.partner_id.id]
    month = min(of_client)
    last = max(of_client)
    while month <= last:
        pieces, amount = of_client.get(month, (0, 0))
        number = month.year * 12 + month.month
        mean = sum([past[0] for past in of_client.values()]) / len(of_client)
        strain = 1.6 if pieces > PEAK * mean else 1
        counts = []
        for rate in rates:
            share = 0.7 + 0.6 * noise(place, number, len(counts))
            expected = pieces * rate / 100 * strain * share
            # what is left of a parcel is one in some of the months
            counts.append(int(expected + noise(number, place, len(counts) + 7)))
        accidents = 0
        for name, day, more in ACCIDENTS:
            if name == key and day.replace(day=1) == month and pieces:
                accidents += 1
                for position in range(3):
                    counts[position] += more[position]
        late, damaged, lost = [min(count, pieces) for count in counts]
        rows.append(
            {
                "account_id": account.id,
                "month": month,
                "pieces": pieces,
                "weight_kg": round(pieces * weight * (0.94 + noise(number, place) / 8)),
                "amount_revenue": amount,
                "late_count": late,
                "damaged_count": damaged,
                "lost_count": lost,
                "accident_count": accidents,
            }
        )
        month += months(months=1)
env["kuaidi.monthly.figure"].with_user(centre)._upsert(rows, company)
