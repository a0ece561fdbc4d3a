# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil` and `Command` are given
# Fills the library of bids: papers with their scans, similar contracts, texts, people.
#
# Runs like demo_files.py. Scans are drawn here: PDF pages with a seal, and pictures of
# pages as a browser shows them. Dates count from today.

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
PEOPLE = {
    "pm": ("客户经理", "本科　物流管理", 11, "物流师（高级）；快递业务师", "林晓峰"),
    "ops": ("客户项目主管", "本科　交通运输", 14, "安全员（C 证）；内审员", "罗海涛"),
    "service": ("客户经理", "本科　市场营销", 8, "客户服务管理师", "唐明哲"),
    "onsite": (
        "客户副经理",
        "大专　电子商务",
        6,
        "快递业务师；包装工程师（助理）",
        "吴思远",
    ),
}
CAREER = "<p>{name}，{position}，{education}，从事快递行业 {years} 年，持有{papers}。</p><ul><li>近三年主持或参与全国性快递项目三个以上，均按期完成</li><li>在本公司连续缴纳社会保险，证明附后</li></ul>"
SEAL = "深圳市瀚程速运有限公司"


def rows_of(name):
    return env.ref("kuaidi_key_account." + name).raw.decode()


def pdf_text(size, x, y, text):
    code = text.encode("utf-16-be").hex()
    return f"BT /F1 {size} Tf {x} {y} Td <{code}> Tj ET\n"


def pdf_circle(x, y, r):
    k = round(r * 0.5523, 1)
    return (
        f"{x + r} {y} m {x + r} {y + k} {x + k} {y + r} {x} {y + r} c"
        f" {x - k} {y + r} {x - r} {y + k} {x - r} {y} c"
        f" {x - r} {y - k} {x - k} {y - r} {x} {y - r} c"
        f" {x + k} {y - r} {x + r} {y - k} {x + r} {y} c S\n"
    )


def pdf(title, lines, seal):
    """Return a one-page PDF with a frame and a seal, in Adobe's Chinese font."""
    page = "0.55 0.42 0.15 RG 3 w 40 60 515 722 re S 1 w 48 68 499 706 re S\n"
    page += pdf_text(20, max(64, 297 - 10 * len(title)), 690, title)
    y = 630
    for line in lines:
        for start in range(0, len(line), 30):
            page += pdf_text(14, 84, y, line[start : start + 30])
            y -= 28
        y -= 6
    page += "0.8 0.1 0.1 RG 0.8 0.1 0.1 rg 2.4 w\n" + pdf_circle(430, 190, 58)
    page += pdf_text(9, 430 - 4.5 * len(seal), 206, seal) + pdf_text(26, 417, 166, "★")
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
        "/FontDescriptor 7 0 R/W[1 95 500]>>",
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


# a picture of 240 x 320 dots in 16 colours, not compressed: checksums are counted here
WIDTH, HEIGHT = 240, 320
CRC = []
for value in range(256):
    for _bit in range(8):
        value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    CRC.append(value)


def png_chunk(kind, data):
    crc = 0xFFFFFFFF
    for byte in kind + data:
        crc = CRC[(crc ^ byte) & 255] ^ crc >> 8
    return (
        len(data).to_bytes(4, "big")
        + kind
        + data
        + (crc ^ 0xFFFFFFFF).to_bytes(4, "big")
    )


def page_dot(x, y):
    """Return the colour of a dot: head line, rows of words, a seal and a code."""
    if y < 34:
        return 1 if 10 <= y < 24 and 12 <= x < 150 and x % 14 < 11 else 2
    if 46 <= y < 62 and 40 <= x < 200:
        return 3 if x % 18 < 15 and y % 8 < 6 else 0
    if (x - 186) * (x - 186) + (y - 262) * (y - 262) < 1024:
        return 4 if (x - 186) * (x - 186) + (y - 262) * (y - 262) > 784 else 0
    if 236 <= y < 288 and 24 <= x < 76:
        return 3 if (x // 4 * 7 + y // 4 * 5 + x // 4 * (y // 4)) % 3 else 0
    if 80 <= y < 220 and y % 20 < 8 and 24 <= x < 216 - y // 20 * 37 % 60:
        return 5 if x % 12 < 9 else 0
    return 0


body = []
for y in range(HEIGHT):
    line = [0]
    for x in range(0, WIDTH, 2):
        line.append(page_dot(x, y) << 4 | page_dot(x + 1, y))
    body.append(bytes(line))
body = b"".join(body)
low, high = 1, 0
for byte in body:
    low = (low + byte) % 65521
    high = (high + low) % 65521
packed = (
    b"\x78\x01\x01"
    + len(body).to_bytes(2, "little")
    + (65535 - len(body)).to_bytes(2, "little")
    + body
    + (high << 16 | low).to_bytes(4, "big")
)
packed = png_chunk(b"IDAT", packed)


def png(red, green, blue):
    """Return the picture with a head line of that colour."""
    colours = [255, 255, 255, 255, 255, 255, red, green, blue, 40, 40, 40]
    colours += [204, 26, 26, 120, 120, 120]
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(
            b"IHDR",
            WIDTH.to_bytes(4, "big")
            + HEIGHT.to_bytes(4, "big")
            + b"\x04\x03\x00\x00\x00",
        )
        + png_chunk(b"PLTE", bytes(colours))
        + packed
        + png_chunk(b"IEND", b"")
    )


COLOURS = {
    "creditchina": (176, 28, 28),
    "creditgov": (24, 84, 168),
    "legalrep": (30, 110, 90),
}
tags = {}


def tags_of(names):
    for name in names.split(","):
        if name not in tags:
            tags[name] = env["kuaidi.bid.asset.tag"].create(
                {"name": name, "color": len(tags) % 11 + 1}
            )
    found = env["kuaidi.bid.asset.tag"]
    for name in names.split(","):
        found |= tags[name]
    return found


def html_of(lines):
    text, items = "", ""
    for line in lines:
        if line.startswith("- "):
            items += f"<li>{line[2:]}</li>"
            continue
        if items:
            text += f"<ul>{items}</ul>"
            items = ""
        text += f"<p>{line}</p>"
    return text + (f"<ul>{items}</ul>" if items else "")


def keep(key, asset):
    """Give an entry its name, by which bids of the demo find it."""
    env["ir.model.data"].create(
        {
            "module": "kuaidi_key_account",
            "name": "bid_asset_" + key,
            "model": asset._name,
            "res_id": asset.id,
            "noupdate": True,
        }
    )


for row in rows_of("demo_library_rows").strip().split("\n"):
    cells = row.split("|")
    key, kind, name, number, issuer, since, until, owner, words, form, note = cells[:11]
    issued = today - months(months=int(since), days=3)
    expiry = until and today + months(months=int(until), days=-12)
    values = {
        "name": name,
        "type_id": env.ref("kuaidi_key_account.bid_asset_type_" + kind).id,
        "user_id": env.ref("kuaidi_key_account.user_" + owner).id,
        "number": number,
        "tag_ids": [Command.set(tags_of(words).ids)],
        "company_id": company.id,
    }
    lines = [f"编号：{number}", f"持有人：{company.name}"]
    if kind in ("similar_contract", "satisfaction"):
        note, amount = note.rsplit("。", 1)
        values |= {
            "client_name": issuer,
            "client_id": env["res.partner"].search([("name", "=", issuer)], limit=1).id,
            "client_contact": cells[11],
            "client_phone": cells[12],
            "amount": float(amount.replace(",", "")),
            "date_from": issued,
            "date_to": issued + months(months=24, days=-1),
            "proof": "praise" if kind == "satisfaction" else "contract",
        }
        lines = [f"合同编号：{number}", f"甲方：{issuer}", f"乙方：{company.name}"]
        if values["amount"]:
            lines.append(f"合同金额：人民币 {amount} 元")
    elif key in PEOPLE:
        position, education, years, papers, person = PEOPLE[key]
        values |= {
            "person_position": position,
            "person_education": education,
            "person_years": years,
            "person_certificates": papers,
            "body": CAREER.format(
                name=person,
                position=position,
                education=education,
                years=years,
                papers=papers,
            ),
        }
        lines = [f"姓名：{person}", f"职务：{position}", f"学历：{education}", papers]
    else:
        values |= {"issuer": issuer, "date_issue": issued, "date_expiry": expiry}
        lines.append(f"发证单位：{issuer}")
        lines.append("发证日期：" + issued.strftime("%Y 年 %m 月 %d 日"))
        if expiry:
            lines.append("有效期至：" + expiry.strftime("%Y 年 %m 月 %d 日"))
    values["note"] = note
    asset = env["kuaidi.bid.asset"].create(values)
    raw = png(*COLOURS[key]) if form == "png" else pdf(name[:23], [*lines, note], SEAL)
    file = env["ir.attachment"].create(
        {
            "name": f"{name}.{form}",
            "raw": raw,
            "res_model": asset._name,
            "res_id": asset.id,
        }
    )
    asset.write({"attachment_ids": [Command.set(file.ids)]})
    keep(key, asset)

for block in rows_of("demo_text_rows").strip().split("# ")[1:]:
    lines = block.strip().split("\n")
    key, name, words = lines[0].split("|")
    kind = env.ref("kuaidi_key_account.bid_asset_type_" + key)
    asset = env["kuaidi.bid.asset"].create(
        {
            "name": name,
            "type_id": kind.id,
            "user_id": env.ref("kuaidi_key_account.user_sales").id,
            "tag_ids": [Command.set(tags_of(words).ids)],
            "body": html_of(lines[1:]),
            "date_review": today + months(days=17 * (len(name) % 5) - 20),
            "company_id": company.id,
        }
    )
    keep(key, asset)

# the peak season plan of last year is kept as it was
former = env.ref("kuaidi_key_account.bid_asset_text_peak")
latest = former.browse(former.action_new_version()["res_id"])
latest.write({"body": former.body.replace("20%", "30%").replace("15%", "25%")})
latest.action_publish()
env["ir.model.data"].search(
    [("model", "=", former._name), ("res_id", "=", former.id)]
).write({"res_id": latest.id})
# names are looked up in the database itself
env.flush_all()
former.write({"name": former.name + "（去年）"})
(former + latest).write({"date_review": False})

model = env["kuaidi.bid.asset"]
model.search(model._get_reminder_domain())._remind()
