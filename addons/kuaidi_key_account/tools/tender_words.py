"""Reads from the words of a tender document what a requirement is (TE-2).

Whether it has to be met (★), how many points it brings, and which part of the bid
answers it. A person confirms all of it.
"""

import re

PARTS = ("commercial", "technical", "price", "form")
STARS = "★☆*＊※"
TRIANGLES = "▲△"
# words by which a document says that a bid without it is rejected (IR 51)
MANDATORY = re.compile(
    r"[★＊※]|实质性(?:要求|条款|响应)|不(?:得|允许|接受)(?:有)?(?:负)?偏离"
    r"|(?:否则|将|按|作|视为|其)[^。；]{0,12}(?:否决|废标|无效投标|投标无效|无效响应)"
    r"|否决其投标|作(?:为)?废标处理"
)
# how the words before a heading's own name its part, the first that fits decides
HEADING_WORDS = (
    ("price", r"报价|价格|投标价|限价|费率|分项价"),
    (
        "form",
        r"密封|装订|签署|递交|投标文件的(?:编制|组成|格式|制作)|投标文件格式|份数",
    ),
    (
        "technical",
        r"技术|服务(?:要求|内容|标准|方案|质量)|采购需求|用户需求|运营|操作规范"
        r"|项目需求|时限|应急|信息系统|包装|安全",
    ),
    (
        "commercial",
        r"商务|资格|资质|业绩|合同|付款|结算|信誉|财务|保证金|投标人须知|人员",
    ),
)
# words of a clause that outweigh the heading above it
STRONG_WORDS = (
    (
        "form",
        r"密封|装订|胶装|骑缝|页码|正本|副本|逐页|加盖(?:单位|投标人)?公章"
        r"|电子(?:版|标书|投标文件)|U ?盘|光盘|CA ?(?:证书|锁|签章)|上传|目录",
    ),
    (
        "price",
        r"最高(?:投标)?限价|投标报价|报价(?:表|应|须|不得|包含|包括|明细|得分|评分)"
        r"|含税(?:单价|总价)|唯一报价|折扣率|单价|首重|续重|低于成本",
    ),
)
WEAK_WORDS = (
    (
        "technical",
        r"时限|时效|网络|网点|揽收|派送|派件|分拣|中转|干线|签收|妥投|丢失|破损率|系统对接|接口"
        r"|API|轨迹|包装|安检|实名|应急预案|客服|投诉|理赔|保价|驻场|车辆|仓储|旺季|交接"
        r"|服务方案|培训|信息安全|数据",
    ),
    (
        "commercial",
        r"营业执照|经营许可证|资质|资格|业绩|保证金|付款|结算|发票|审计报告|纳税|社保"
        r"|信用中国|合同|违约|授权委托|法定代表人|有效期|联合体|分包|转包|认证",
    ),
)
HEADING_WORDS, STRONG_WORDS, WEAK_WORDS = (
    tuple((part, re.compile(words)) for part, words in table)
    for table in (HEADING_WORDS, STRONG_WORDS, WEAK_WORDS)
)

NUMBER = r"(\d{1,3}(?:\.\d{1,2})?)"
# the first kind that is found decides; of one kind the highest
SCORES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:分值|满分|本项(?:共|总分|满分)?|最高(?:得|可得|加)?)\s*(?:为|是|:|：)?\s*{NUMBER}\s*分?",
        rf"[（(\[【]\s*(?:共|满分|计)?\s*{NUMBER}\s*分\s*[)）\]】]",
        rf"\d{{1,3}}(?:\.\d{{1,2}})?\s*分?\s*[-~～—–至]\s*{NUMBER}\s*分",
        rf"得\s*{NUMBER}\s*分",
    )
)
MAX_SCORE = 1000.0
PART_NAMES = {
    "商务": "commercial",
    "资格": "commercial",
    "技术": "technical",
    "报价": "price",
    "价格": "price",
    "形式": "form",
    "格式": "form",
}
YES = {"是", "y", "yes", "true", "1", "√", "✓", "✔", "必须", "必备", "实质性", "x"}


def is_mandatory(text):
    """Tell whether a bid that does not meet this is rejected."""
    return bool(MANDATORY.search(text)) or text.lstrip()[:1] == "*"


def read_flag(text):
    """Tell whether a cell of a list says yes, by a word or a star."""
    text = str(text or "").strip().lower()
    return text in YES or bool(set(text) & set(STARS))


def find_score(text):
    """Return the points that a clause brings at most, 0.0 where it names none."""
    for pattern in SCORES:
        found = [float(value) for value in pattern.findall(text)]
        found = [value for value in found if 0 < value <= MAX_SCORE]
        if found:
            return max(found)
    return 0.0


def find_part(text, headings=()):
    """Return the part of the bid that answers a clause.

    :param text: its own words
    :param headings: the titles above it, the nearest one last
    :return: one of `PARTS`; commercial where nothing tells
    """
    for part, words in STRONG_WORDS:
        if words.search(text):
            return part
    for heading in reversed(headings):
        for part, words in HEADING_WORDS:
            if words.search(heading):
                return part
    for part, words in WEAK_WORDS:
        if words.search(text):
            return part
    return "commercial"


def read_part(text):
    """Return the part that a cell of a list names, or None."""
    text = str(text or "").strip().lower()
    if text in PARTS:
        return text
    return next((part for name, part in PART_NAMES.items() if name in text), None)
