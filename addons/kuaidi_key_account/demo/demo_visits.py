# ruff: noqa: F821 - `env`, `datetime`, `dateutil` and `Command` are given
# Logs the visits, calls and meetings of the past year, most of them planned.
#
# Runs like demo_files.py, after demo_service.py.

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
no_line = env["kuaidi.service.plan.line"]

# what is said around festivals: purpose, answer
FESTIVALS = {
    "new_year": ("元旦揽收安排及新年问候", "值班表和截单时间已确认，互致新年祝福。"),
    "spring": ("春节停发复工安排及拜年", "最后截单日、复工日和应急联系人都已确认。"),
    "dragon_boat": ("端午节值班安排及问候", "三天照常揽收，客户没有其他要求。"),
    "mid_autumn": ("中秋问候及节前运力确认", "节前三天加车已排定，客户回了祝福。"),
    "national_day": ("国庆值班与揽收安排通知", "七天值班表已收到，异常件找值班经理。"),
}
KINDS = {
    "p": "phone",
    "v": "site_visit",
    "c": "coordination",
    "r": "review",
    "x": "executive",
    "t": "tour",
    "y": "thank_you",
    "s": "training",
    "f": "festival",
    "o": "occasion",
}
CHANNELS = {
    "f": "face",
    "p": "phone",
    "w": "wechat",
    "m": "mail",
    "q": "qq",
    "s": "sms",
    "v": "video",
}
# a visit on a certain day stands for a planned one this near, calendar days
NEAR_DAYS = 18


def text_of(text, day):
    before = day.replace(day=1) - months(days=1)
    return text.replace("{m}", str(day.month)).replace("{p}", str(before.month))


def options_of(text):
    options = {}
    for word in text.split():
        name, _sign, value = word.partition("=")
        options[name] = value or True
    return options


def prepare(key, row, day, line):
    """Return the values of the visit that a row tells of."""
    _kind, who, way, contacts, reaction, purpose, said, extra = row
    channel = CHANNELS[way[0]]
    options = options_of(extra)
    visit_class = line.type_id.visit_class if line else "routine"
    contact_ids = env["res.partner"]
    for name in filter(None, contacts.split(",")):
        contact_ids |= env.ref(f"kuaidi_key_account.contact_{key}_{name}")
    if line.occasion_id:
        contact_ids |= line.occasion_id.partner_id
        purpose = "问候：" + line.occasion_id.name
    if line.festival_id:
        number = line.festival_id.get_external_id()[line.festival_id.id]
        purpose, said = FESTIVALS[number.partition("festival_")[2]]
    colleagues = env["res.users"]
    for name in filter(None, options.get("with", "").split(",")):
        colleagues |= env.ref("kuaidi_key_account.user_" + name)
    visit_type = "repeat" if channel in ("face", "video") else "phone"
    if "first" in options:
        visit_type = "first"
    if "event" in options:
        visit_class = "company"
    if visit_class == "company":
        visit_type = "invitation"
    hour = 1 + (day.day * 3 + len(purpose)) % 8
    values = {
        "account_id": env.ref("kuaidi_key_account.account_" + key).id,
        "plan_line_id": line.id,
        "type_id": line.type_id.id,
        "date": datetime.datetime.combine(
            day, datetime.time(hour, (len(said) * 5) % 60)
        ),
        "channel": channel,
        "visit_class": visit_class,
        "visit_type": visit_type,
        "duration_minutes": int(way[1:]),
        "user_id": env.ref("kuaidi_key_account.user_" + who).id,
        "contact_ids": [Command.set(contact_ids.ids)],
        "participant_ids": [Command.set(colleagues.ids)],
        "purpose": text_of(purpose, day),
        "reaction": reaction or False,
        "is_purpose_reached": reaction in ("4", "5"),
        "reaction_note": text_of(said, day),
    }
    if "next" in options:
        after = day + months(days=1)
        values["date_next_contact"] = max(
            after, today + months(days=int(options["next"]))
        )
    if "photo" in options:
        photo = env.ref("kuaidi_key_account.demo_photo_" + options["photo"])
        values["photo_ids"] = [
            Command.create({"name": photo.name, "datas": photo.datas})
        ]
    return values


# the planned contacts of the past that are still open, the latest first
open_lines = {}
for line in env["kuaidi.service.plan.line"].search(
    [
        ("is_in_force", "=", True),
        ("state", "=", "planned"),
        ("date_finish", "<", today),
        ("type_id.is_visit", "=", True),
    ],
    order="date_finish desc, id desc",
):
    open_lines.setdefault((line.account_id.id, line.type_id.id), []).append(line)

# visits.txt holds the latest of each client first. A row tells of the planned line of
# its kind, one after the other; `kind@31` happened 31 days ago, planned or not; a dash
# and a kind were missed. Then: who, channel and minutes, contacts, reaction, purpose,
# what the client said ({m} is the month, {p} the one before), and what else there is.
rows = []
key = ""
for text in env.ref("kuaidi_key_account.demo_visit_rows").raw.decode().splitlines():
    if "|" in text:
        rows.append((key, (text + "|||||||").split("|")[:8]))
    else:
        key = text

# what happened on a certain day first, then what follows the plan
found = []
for dated in (True, False):
    for key, row in rows:
        kind, _sign, ago = row[0].partition("@")
        if dated != bool(ago):
            continue
        account = env.ref("kuaidi_key_account.account_" + key)
        name = KINDS.get(row[1] if kind == "-" else kind)
        type_id = name and env.ref("kuaidi_key_account.service_type_" + name).id
        lines = open_lines.get((account.id, type_id), [])
        if dated:
            day = today - months(days=int(ago))
            day -= months(days=max(0, day.weekday() - 4))
            nearest = NEAR_DAYS
            line = no_line
            for other in lines:
                distance = abs((other.date_finish - day).days)
                if distance < nearest:
                    nearest = distance
                    line = other
            found.append((day, key, row, line))
            if line:
                lines.remove(line)
        elif kind == "-":
            lines[:1] = []
        elif kind in "fo" and "once" not in row[7]:
            # every festival and birthday passes in the same way
            for line in lines:
                found.append((line.date_finish, key, row, line))
            lines.clear()
        elif lines:
            line = lines.pop(0)
            # some on the last day, some when the time for it began
            early = len(row[5]) % 3 == 0 and kind not in "fo"
            found.append(
                (line.date_start if early else line.date_finish, key, row, line)
            )

# each logged by the visitor, in the order of time: the clients' logs follow
waiting = {}
for day, key, row, line in sorted(found, key=lambda item: item[0]):
    values = prepare(key, row, day, line)
    waiting.setdefault(values["user_id"], []).append(values)
messages = env["mail.message"]
for user_id in waiting:
    queue = waiting[user_id]
    visits = env["kuaidi.visit"].with_user(user_id)
    while queue:
        # one of each client at a time, so that each has a line of its own in the log
        batch = {}
        for values in queue[:]:
            if values["account_id"] not in batch:
                batch[values["account_id"]] = values
                queue.remove(values)
        last = messages.search([], order="id desc", limit=1).id
        visits.create(list(batch.values()))
        for message in messages.search(
            [("id", ">", last), ("model", "=", "kuaidi.key.account")]
        ):
            message.write({"date": batch[message.res_id]["date"]})
