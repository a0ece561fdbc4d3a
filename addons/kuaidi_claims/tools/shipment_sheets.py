"""What the template of declared shipments looks like."""

from odoo.addons.kuaidi_key_account.tools.table_sheets import TemplateColumn

from .shipment_columns import AMOUNTS, WORDS

SAMPLES = {
    True: (
        "SF1234567890",
        "2026-10-05",
        "KA00001",
        "家电配件",
        "家电",
        "深圳",
        "兰州",
        1,
        "否",
        "原厂",
        "否",
        1492.8,
        1492.8,
        4.48,
    ),
    False: (
        "SF1234567890",
        "2026-10-05",
        "KA00001",
        "Appliance parts",
        "Home Appliances",
        "Shenzhen",
        "Lanzhou",
        1,
        "no",
        "original",
        "no",
        1492.8,
        1492.8,
        4.48,
    ),
}


def get_template_columns(is_chinese):
    """Return the columns to fill in, with a sample.

    :param bool is_chinese: which titles to write
    :rtype: list[TemplateColumn]
    """
    titles = WORDS.get_titles(is_chinese)
    kinds = {"pieces": "count", **dict.fromkeys(AMOUNTS, "amount")}
    return [
        TemplateColumn(title, kinds.get(name, "text"), sample, 15)
        for (name, title), sample in zip(
            titles.items(), SAMPLES[is_chinese], strict=True
        )
    ]
