"""Tender documents as tests need them: honest ones, and crafted ones."""

import io
import zlib

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

TENDER = """目 录
第一章 招标公告 ........ 1
第二章 投标人须知 ........ 5
第一章 招标公告
1. 项目名称：海纳电器2027年全国快递物流服务项目
3. 投标人资格要求
★3.1 投标人须持有《快递业务经营许可证》，经营范围覆盖全国。
3.2 近三年具有不少于3个同类快递服务项目业绩，单个合同金额不低于
500万元；
第二章 投标人须知
一、投标文件的编制
（一）投标文件一式六份，其中正本1份、副本5份，逐页加盖公章并编制页码。
（二）投标有效期为自投标截止之日起90日历天。
二、投标保证金
1、未按要求提交投标保证金的，其投标将被否决。
第五章 采购需求
第一节 服务要求
1 时限要求
1.1 省内次日达，妥投率不低于98%；
1.2 ▲省际48小时到达，时限达成率不低于
95.5%以上；
1.2.1 偏远地区不超过120小时。
2 信息系统
2.1 系统应具备下列功能：
(1) 电子面单打印；
(2) 异常件预警。
第六章 评标办法
1、服务方案（满分20分）：方案完整得20分，较完整得15分，一般得8分。
2、投标报价得分（30分）
"""


def make_docx(lines=(), table=(), numbered=(), has_page_numbers=False):
    """Return a Word document of paragraphs, and of one table.

    :param table: rows of texts
    :param numbered: paragraphs that Word itself numbers
    """
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    for line in numbered:
        document.add_paragraph(line, style="List Number")
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
    if has_page_numbers:
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), " PAGE ")
        document.sections[0].footer.paragraphs[0]._p.append(field)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def make_docx_pages(pages):
    """Return a Word document that notes where its pages were broken."""
    document = docx.Document()
    for number, line in enumerate(pages):
        run = document.add_paragraph().add_run()
        if number:
            run._r.append(OxmlElement("w:lastRenderedPageBreak"))
        text = OxmlElement("w:t")
        text.text = line
        text.set(qn("xml:space"), "preserve")
        run._r.append(text)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def make_pdf(pages, encrypt=None):
    """Return a PDF with Chinese text.

    :param pages: lists of lines
    :param encrypt: a password to protect it by
    """
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    output = io.BytesIO()
    canvas = Canvas(output, encrypt=encrypt)
    for lines in pages:
        canvas.setFont("STSong-Light", 12)
        for number, line in enumerate(lines):
            canvas.drawString(60, 780 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def make_scanned_pdf(count=3):
    """Return a PDF of pages that hold drawings alone."""
    output = io.BytesIO()
    canvas = Canvas(output)
    for _page in range(count):
        canvas.rect(60, 60, 400, 600, fill=1)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def make_pdf_bomb(size=600 * 1024 * 1024):
    """Return a PDF of one page whose contents unfold to hundreds of megabytes."""
    packer = zlib.compressobj(9)
    piece = b" " * (1024 * 1024)
    packed = b"".join(packer.compress(piece) for _mega in range(size // len(piece)))
    packed += packer.flush()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream"
        % (len(packed), packed),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(content)
    content += b"xref\n0 5\n0000000000 65535 f \n"
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
