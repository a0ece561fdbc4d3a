"""Writes the Word template with which a company starts: a frame contract in Chinese."""

import io

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

BODY_FONT = "宋体"
TITLE_FONT = "黑体"

PARTIES = (
    ("甲方（寄件单位）", "{{ client }}", "乙方（快递企业）", "{{ company }}"),
    ("统一社会信用代码", "{{ client_vat }}", "统一社会信用代码", "{{ company_vat }}"),
    ("地址", "{{ client_address }}", "地址", "{{ company_address }}"),
    ("联系人", "{{ client_signatory }}", "客户经理", "{{ manager }}"),
)
# heading, then paragraphs; one that begins with a condition is left out without it
ARTICLES = (
    (
        "合作内容与期限",
        (
            "甲方委托乙方提供快递服务。本合同自 {{ date_from }} 起生效"
            "{% if date_to %}，至 {{ date_to }} 届满{% else %}，未约定届满日"
            "{% endif %}。",
            "任何一方不再续约的，应当提前 {{ notice_days }} 日书面通知对方。"
            "{% if is_tacit %}期满前双方均未通知的，本合同自动续展，每次 "
            "{{ renewal_months }} 个月。{% endif %}",
            "{%p if pieces_promised %}",
            "甲方预计每月交寄 {{ pieces_promised }} 件，年度交寄金额 "
            "{{ amount_promised }}。",
            "{%p endif %}",
        ),
    ),
    (
        "禁寄物品与实名收寄",
        (
            "甲方保证交寄物品符合国家禁止、限制寄递的规定，如实填写寄件人、收件人和物品"
            "信息，并配合乙方验视。双方另行签订安全协议，与本合同具有同等效力。",
        ),
    ),
    (
        "价格与结算",
        (
            "快递费用按双方确认的价格表执行，价格表为本合同附件。",
            "结算周期：{{ settlement_cycle }}；对账单于次期第 "
            "{{ settlement_day }} 日发出，甲方应当在三个工作日内核对确认。",
            "{%p if payment_term %}",
            "付款期限：{{ payment_term }}。",
            "{%p endif %}",
            "{%p if credit_limit %}",
            "信用额度：{{ credit_limit }}；超出额度的，乙方可以要求即时结清后再收寄。",
            "{%p endif %}",
        ),
    ),
    (
        "保价与赔偿",
        (
            "保价物品按保价规则赔偿。未保价物品：{{ compensation }}。",
            "{%p if compensation_max %}",
            "未保价物品每件最高赔偿 {{ compensation_max }}。",
            "{%p endif %}",
            "因乙方故意或者重大过失造成损失的，不适用前述限额。",
            "延误：{{ late }}。",
        ),
    ),
    ("签收单返回", ("{{ pod }}。",)),
    ("保险", ("{{ insurance }}。",)),
    (
        "个人信息保护",
        (
            "双方仅为履行本合同处理收寄件人信息，发生泄露的应当立即通知对方并采取补救措施。",
        ),
    ),
    ("争议解决", ("因本合同发生的争议，双方协商解决；协商不成的，{{ dispute }}。",)),
    (
        "其他约定",
        (
            "{%p if clause_note %}",
            "{{ clause_note }}",
            "{%p endif %}",
            "本合同一式 {{ original_count }} 份，双方各执一半，自签字盖章之日起生效。",
        ),
    ),
)


def build_contract_template():
    """Return the template as the bytes of a .docx file."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.top_margin = section.bottom_margin = Cm(2.4)
    document.core_properties.title = "{{ title }}"
    document.core_properties.author = ""
    document.core_properties.comments = ""
    _set_font(document.styles["Normal"], BODY_FONT, 11)
    document.styles["Normal"].paragraph_format.line_spacing = 1.4
    header = section.header.paragraphs[0]
    header.text = "合同编号：{{ number }}"
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _set_font(title.add_run("快递服务合同"), TITLE_FONT, 20)
    _add_parties(document)
    document.add_paragraph(
        "依据《中华人民共和国民法典》《快递暂行条例》，甲乙双方经协商一致，订立本合同。"
    )
    for number, (heading, paragraphs) in enumerate(ARTICLES, start=1):
        run = document.add_paragraph().add_run(f"第{_in_chinese(number)}条　{heading}")
        _set_font(run, TITLE_FONT, 12)
        for text in paragraphs:
            paragraph = document.add_paragraph(text)
            if not text.startswith("{%p"):
                paragraph.paragraph_format.first_line_indent = Pt(22)
    _add_signatures(document)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _in_chinese(number):
    return "十" if number == 10 else "一二三四五六七八九"[number - 1]


def _set_font(owner, name, size):
    owner.font.name = name
    owner.font.size = Pt(size)
    owner.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _add_parties(document):
    table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    for row in PARTIES:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph()


def _add_signatures(document):
    document.add_paragraph()
    table = document.add_table(rows=1, cols=2)
    for cell, name, signatory in zip(
        table.rows[0].cells,
        ("甲方（盖章）：{{ client }}", "乙方（盖章）：{{ company }}"),
        ("{{ client_signatory }}", "{{ company_signatory }}"),
        strict=True,
    ):
        cell.text = name
        cell.add_paragraph(f"签字代表：{signatory}")
        cell.add_paragraph("签字：")
        cell.add_paragraph("日期：　　　　年　　月　　日")
