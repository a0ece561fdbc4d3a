"""Reads requirements from a table, of a workbook or of a document; writes the template.

Titles are known by many names. A row without a text belongs to nothing and is passed
over; a row with a text alone goes on with no number.
"""

import io
import re
import unicodedata

import xlsxwriter

from odoo.tools.translate import LazyTranslate

from .table_error import TableFileError
from .tender_clauses import MAX_CLAUSES, MAX_TEXT, Clause
from .tender_error import TenderFileError
from .tender_words import (
    MAX_SCORE,
    find_part,
    find_score,
    is_mandatory,
    read_flag,
    read_part,
)
from .xlsx_sheet import FORMULA, XlsxSheet

_lt = LazyTranslate(__name__)

# a title of the whole list may stand above the names of its columns
TITLE_ROWS = 10
# a list of requirements is no more than that when it is unfolded
MAX_SHEET = 30 * 1024 * 1024
CHINESE_HEADERS = {
    "clause": "条款号",
    "page": "页码",
    "text": "招标要求",
    "mandatory": "是否★",
    "score": "分值",
    "part": "部分",
}
ENGLISH_HEADERS = {
    "clause": "Clause",
    "page": "Page",
    "text": "Requirement",
    "mandatory": "Mandatory",
    "score": "Score",
    "part": "Part",
}
# as they are after `_normalise`; what stands first wins where two are there
SYNONYMS = {
    "clause": (
        "条款号 条款编号 招标文件条款号 招标文件条目号 条目号 条款 章节 章节号 编号"
        " clause 序号 no. no"
    ).split(),
    "page": "页码 页 招标文件页码 所在页码 page".split(),
    "text": (
        "招标要求 招标文件要求 要求 要求内容 条款内容 内容 招标文件条款 招标文件内容"
        " 招标文件的商务条款 招标文件的技术要求 商务要求 技术要求 服务要求 评分标准"
        " 评审标准 评分细则 评审内容 requirement text"
    ).split(),
    "mandatory": (
        "是否★ ★ 是否★项 是否必须 是否必备 必须 强制 是否实质性要求 实质性要求"
        " 是否实质性 mandatory"
    ).split(),
    "score": "分值 得分 满分 分数 最高分 标准分 权重分 score points".split(),
    "part": "部分 类别 所属部分 标书部分 part".split(),
    "item": "评分项 评审因素 评分因素 评审项目 评分项目 项目 名称 item".split(),
}
SAMPLES = {
    True: (
        (
            "3.2",
            12,
            "投标人须持有《快递业务经营许可证》，经营范围覆盖全国。",
            "是",
            "",
            "",
        ),
        ("5.1.2", 31, "省际时限达成率不低于95%。", "", 5, "技术"),
    ),
    False: (
        ("3.2", 12, "The bidder holds a nation-wide express licence.", "yes", "", ""),
        ("5.1.2", 31, "95% of parcels between provinces on time.", "", 5, "technical"),
    ),
}


def read_workbook(content):
    """Return the clauses of the first visible sheet.

    :param bytes content: the file
    :rtype: list[Clause]
    :raise TenderFileError: saying what is wrong with it
    """
    try:
        sheet = XlsxSheet(content)
        if sheet.length > MAX_SHEET:
            raise TenderFileError(
                _lt(
                    "The Excel file unfolds to far more than a list of requirements"
                    " needs, so it was not read. Copy the rows into the template and"
                    " upload that."
                )
            )
        sheet.check_size()
        rows, position, _number = sheet.read_rows(0, 0, MAX_CLAUSES + TITLE_ROWS)
    except TableFileError as error:
        raise TenderFileError(error.message) from error
    if position is not None:
        raise too_many()
    table = [(0, cells) for _number, cells in rows]
    clauses = read_table(table)
    if clauses is None:
        raise TenderFileError(
            _lt(
                "No column of the sheet is called 招标要求 (Requirement). Use the"
                " template, or name the column with the texts so."
            )
        )
    if len(clauses) > MAX_CLAUSES:
        raise too_many()
    return clauses


def too_many():
    return TenderFileError(
        _lt(
            "The file has more than %(limit)s requirements. Split it, and import the"
            " parts one after the other."
        ),
        limit=MAX_CLAUSES,
    )


def read_table(rows):
    """Return the clauses of a table, or None where it is no list of requirements.

    :param rows: pairs (page number, cells)
    """
    for index, (_page, cells) in enumerate(rows[:TITLE_ROWS]):
        columns = _find_columns(cells)
        if columns:
            return list(_read_rows(rows[index + 1 :], columns))
    return None


def _find_columns(cells):
    """Return the index of each column, or None where no column holds the texts."""
    names = [_normalise(cell) for cell in cells]
    columns = {}
    for column, synonyms in SYNONYMS.items():
        known = [name for name in synonyms if name in names]
        if known:
            columns[column] = names.index(known[0])
    if "text" not in columns or len(columns) < 2:
        return None
    return columns


def _read_rows(rows, columns):
    clause = ""
    for page, cells in rows:
        values = {
            name: _show(cells[index]) if index < len(cells) else ""
            for name, index in columns.items()
        }
        text = values["text"]
        item = values.get("item", "")
        if item and item not in text:
            text = f"{item}：{text}" if text else ""
        text = text[:MAX_TEXT].strip()
        if not text:
            continue
        # merged cells leave the number to the first row below it
        clause = values.get("clause") or clause
        number = re.match(r"\d{1,4}", values.get("page", ""))
        yield Clause(
            clause=clause[:64],
            page=int(number[0]) if number else page,
            text=text,
            part=read_part(values.get("part")) or find_part(text),
            is_mandatory=read_flag(values.get("mandatory"))
            or is_mandatory(f"{clause}\n{text}")
            or "★" in clause,
            score=_read_score(values.get("score")) or find_score(text),
        )


def _read_score(text):
    found = re.search(r"\d{1,4}(?:\.\d{1,2})?", text or "")
    score = float(found[0]) if found else 0.0
    return score if score <= MAX_SCORE else 0.0


def _show(value):
    if value is None or value is FORMULA:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFC", str(value))
    return re.sub(r"[\x00-\x08\x0b-\x1f]", " ", text).strip()


def _normalise(value):
    text = unicodedata.normalize("NFKC", _show(value)).lower()
    # units and remarks behind the name
    return re.sub(r"[(\[【].*$|[\s:：/]", "", text)


def write_template(is_chinese, sheet_name):
    """Return the workbook to fill in: titles and two sample rows.

    :param bool is_chinese: which titles to write
    :rtype: bytes
    """
    headers = CHINESE_HEADERS if is_chinese else ENGLISH_HEADERS
    output = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(output, options) as book:
        title = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        # keeps 3.10 as it is typed
        plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        number = book.add_format({"valign": "top"})
        sheet = book.add_worksheet(sheet_name)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(headers):
            is_number = name in ("page", "score")
            width = 80 if name == "text" else 12
            sheet.set_column(column, column, width, number if is_number else plain)
            sheet.write_string(0, column, headers[name], title)
        for row, sample in enumerate(SAMPLES[is_chinese], 1):
            for column, value in enumerate(sample):
                if isinstance(value, int):
                    sheet.write_number(row, column, value, number)
                else:
                    sheet.write_string(row, column, value, plain)
    return output.getvalue()
