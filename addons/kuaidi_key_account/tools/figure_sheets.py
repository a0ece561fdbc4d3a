"""What the template of monthly figures looks like."""

from .figure_columns import AMOUNTS, WORDS
from .table_sheets import TemplateColumn

TEXTS = ("code", "name", "month")
SAMPLE = {
    "code": "KA00001",
    "month": "2026-10",
    "pieces": 12500,
    "weight_kg": 18250.5,
    "amount_revenue": 96400,
    "late_count": 35,
    "damaged_count": 4,
    "lost_count": 1,
    "accident_count": 0,
}
SAMPLE_NAMES = {True: "示例客户有限公司", False: "Sample Client Ltd."}


def get_template_columns(is_chinese):
    """Return the columns to fill in, with a sample.

    :param bool is_chinese: which titles to write
    :rtype: list[TemplateColumn]
    """
    sample = {"name": SAMPLE_NAMES[is_chinese], **SAMPLE}
    return [
        TemplateColumn(
            title,
            "text" if name in TEXTS else "amount" if name in AMOUNTS else "count",
            sample[name],
            28 if name == "name" else 14,
        )
        for name, title in WORDS.get_titles(is_chinese).items()
    ]
