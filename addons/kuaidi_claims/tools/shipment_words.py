"""The words of lists of declared shipments: titles of columns, and values in them."""

# what the template calls the columns, and in which order it has them
CHINESE_HEADERS = {
    "waybill_number": "运单号",
    "date_shipped": "发货日期",
    "code": "客户编号",
    "goods": "货物名称",
    "goods_kind": "货物类别",
    "origin": "始发地",
    "destination": "目的地",
    "pieces": "件数",
    "is_used": "是否旧货",
    "packing": "包装",
    "is_declared_specially": "是否特别申报",
    "amount_value": "货物价值(元)",
    "sum_insured": "保险金额(元)",
    "amount_premium": "保险费(元)",
}
ENGLISH_HEADERS = {
    "waybill_number": "Waybill",
    "date_shipped": "Shipped On",
    "code": "Client Code",
    "goods": "Goods",
    "goods_kind": "Kind of Goods",
    "origin": "From",
    "destination": "To",
    "pieces": "Pieces",
    "is_used": "Used Goods",
    "packing": "Packing",
    "is_declared_specially": "Declared Specially",
    "amount_value": "Value",
    "sum_insured": "Sum Insured",
    "amount_premium": "Premium",
}
# as they are after `normalise`; a unit other than these makes another column of it
SYNONYMS = {
    "waybill_number": "运单号 运单 运单编号 运单号码 单号 快递单号 waybill"
    " waybillnumber waybill_number trackingnumber",
    "date_shipped": "发货日期 发运日期 起运日期 寄件日期 日期 shippedon shippingdate"
    " date_shipped date",
    "code": "客户编号 客户编码 客户代码 客户号 code clientcode client_code",
    "goods": "货物名称 货名 品名 货物 标的 goods goodsname",
    "goods_kind": "货物类别 货物种类 类别 kindofgoods goods_kind",
    "origin": "始发地 起运地 发货地 from origin",
    "destination": "目的地 到达地 收货地 to destination",
    "pieces": "件数 数量 pieces",
    "is_used": "是否旧货 旧货 二手 是否二手 usedgoods used is_used",
    "packing": "包装 包装方式 packing",
    "is_declared_specially": "是否特别申报 特别申报 申报 declaredspecially"
    " is_declared_specially",
    "amount_value": "货物价值 货物价值(元) 货值 货值(元) 实际价值 value value(cny)"
    " amount_value",
    "sum_insured": "保险金额 保险金额(元) 保额 保额(元) 投保金额 投保金额(元)"
    " suminsured suminsured(cny) sum_insured",
    "amount_premium": "保险费 保险费(元) 保费 保费(元) premium premium(cny)"
    " amount_premium",
}
CHOICES = {
    "goods_kind": {
        "document": "文件 单证 document documents",
        "textile": "服装 纺织 服装纺织 服装鞋帽 纺织品 textile clothing"
        " clothingandtextiles",
        "electronics": "电子 电子产品 数码 electronics",
        "appliance": "家电 家用电器 appliance homeappliances",
        "machinery": "机械 机械配件 设备 配件 machinery machinesandparts",
        "fragile": "易碎 易碎品 玻璃 玻璃器皿 fragile glassandfragilegoods",
        "food": "食品 生鲜 生鲜食品 food foodandfreshgoods",
        "medicine": "药品 医药 medicine",
        "valuable": "贵重 贵重物品 valuable valuables",
        "other": "其他 其它 other othergoods",
    },
    "packing": {
        "original": "原厂 原厂包装 原包装 original originalofthefactory",
        "own": "自备 自备包装 客户包装 自行包装 own packedbytheclient",
        "ours": "我司 我司包装 代包装 ours packedbyus",
    },
    "flag": {
        True: "是 yes y true 1 旧",
        False: "否 no n false 0 新",
    },
}
