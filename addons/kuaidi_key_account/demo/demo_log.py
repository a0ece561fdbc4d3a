# ruff: noqa: F821, E501 - `env`, `datetime`, `dateutil` are given; tables keep rows
# Writes the client logs of the past weeks and the tasks of the coming days.
#
# Runs like demo_files.py, after everything else.

company = env.ref("kuaidi_key_account.demo_company")
env = env(
    context=dict(
        env.context,
        lang="zh_CN",
        tz="Asia/Shanghai",
        mail_create_nosubscribe=True,
        mail_post_autofollow=False,
        mail_activity_quick_update=True,
        allowed_company_ids=company.ids,
    )
)
today = datetime.date.today()
months = dateutil.relativedelta.relativedelta

# client, who, days ago, hour (UTC), what was noted; {1} is the number of last month,
# {2} of the month before it and so on, {0} of this month, {-1} of the next
LOG = """
youhuitao|operations|38|6|坂田仓大促运力会第一次会议：确认 12 台 9.6 米车、夜班 30 人，装车口增加到 6 个。
youhuitao|settlement|12|5|上半月对账单已发赵敏，重量差异 14 票，已逐票附图说明。
jinshang|manager_tang|41|3|西南仓选址会议，黄总邀请我司列席，主要问到店时效能否做到次日上午。
jinshang|operations|23|8|换季上新铺货完成 1,160 家，晚点 9 家，均已电话致歉。
chuangling|operations|72|3|兰州公司回复：零担公司装卸交接无签字，判定以远外网丢失，由兰州公司负责追偿。
chuangling|settlement|40|7|{3} 月运费少付 1,492.80 元，谭经理邮件说明为 986825 丢失件暂扣，请理赔尽快结案。
kangze|manager_tang|36|3|配合客户年度质量审计，抽查温度记录 40 份全部合格，沈总监口头通过。
kangze|centre_zhao|8|2|VIP 恭喜函已送达，顾主任希望节假日值班表提前三周提供。
xianyu|manager|58|7|礼盒超时 38 票，已按承诺免运费，蔡总表示理解，希望下次旺季提前锁车。
xianyu|settlement|13|3|{2} 月运费到期未付，叶主管说在等平台回款，承诺下周三前支付。
chiteng|operations|14|8|周转箱回收率从 88% 提到 96%，在渝北增加一个回收点。
haiyue|manager_tang|3|2|已提交四星调整申请，理由为行业示范作用，等待客户关系管理中心审批。
fuyan|centre|7|2|VIP 月度统计连续低于要求，已请业务部门重新评估，建议同时控制授信。
yunshu|operations|130|8|车辆碰撞记录已取得，行车记录仪显示途中急刹追尾，提供给理赔作定损依据。
shuxin|manager|10|8|多次催收方案和合同副本未果，档案缺件，立户已逾期。
yetu|manager_tang|150|6|年度比价结果公布，我司首重高 0.6 元落选，宋总监口头通知合同到期不续。
yetu|finance|34|3|已发第二次书面催款函，挂号信签收，对方答复季度末前付清。
meiju|manager|4|3|授权书原件已入档，安全协议在客户用印流程中，预计下周寄回。
"""
# client, who, days from now, type, what is to be done
TASKS = """
youhuitao|manager|0|call|确认大促运力会时间|请刘志强提供 {-1} 月出库预测，逐日到票数。
youhuitao|manager|3|meeting|月度业务分析会|带上 {1} 月时效、破损、退货上门率三张图，王总监只看数据。
youhuitao|sales|5|todo|提交华东分仓接口方案|与孙宇航约定的时间。
chuangling|manager|1|todo|回复 986825 理赔进度|兰州公司追偿结果出来前，先书面告知谭经理时间表。
chuangling|manager|6|meeting|西北自营派送评估会|约运营罗海涛、兰州公司一起参加。
fuyan|manager|-2|call|催收芙颜欠款|按每周 1 万元的口头承诺核对到账，并请毛经理确认还款计划书面稿。
fuyan|manager|2|meeting|与谢总面谈 VIP 去留|准备近两月货量统计和降价底线。
xianyu|manager|0|todo|报旺季冷链车需求|14 台，月底前锁定。
shuxin|manager|-1|todo|补齐蜀信档案|缺：物流方案、合同副本、保价告知确认书。
zhixing|manager|1|todo|发布知行书业服务计划|立户第十个工作日前发布。
meiju|manager|4|call|跟进美居安全协议|用印后第一时间登记原件存放处。
kangze|manager_tang|7|todo|节假日值班表提前通知康泽|顾主任要求提前三周。
haiyue|manager_tang|2|todo|准备海岳专席服务方案|四星审批通过后提交程总。
zhengwu|manager_tang|0|todo|为政务服务中心指定客户副经理|立户三个工作日内须组成服务小组。
jinshang|manager_tang|9|meeting|锦裳季度行业分享|黄总希望谈女装退货趋势。
yunshu|manager_xu|1|call|答复云枢理赔时间表|车辆碰撞属 B 条款责任，向白经理说明。
fuyan|finance|1|todo|芙颜对账函寄送|EMS 寄出并保留回执，欠款五期。
yetu|finance|4|call|烨图末两期运费催收|对方承诺季度末前付清，确认付款日期。
"""
TYPES = {
    "call": "mail.mail_activity_data_call",
    "meeting": "mail.mail_activity_data_meeting",
    "todo": "mail.mail_activity_data_todo",
}

for back in range(-1, 7):
    number = str((today - months(months=back)).month)
    LOG = LOG.replace(f"{{{back}}}", number)
    TASKS = TASKS.replace(f"{{{back}}}", number)

# logs are shown in the order of their ids: what the buttons wrote is written once more
# between the notes, so that each log reads in the order of time
accounts = env["kuaidi.key.account"].search([("company_id", "=", company.id)])
written = env["mail.message"].search(
    [("model", "=", accounts._name), ("res_id", "in", accounts.ids)]
)
note = env.ref("mail.mt_note")
entries = []
for message in written:
    entries.append((message.date, message.res_id, message.body, message.author_id))
for row in LOG.strip().split("\n"):
    key, who, days, hour, text = row.split("|")
    account = env.ref("kuaidi_key_account.account_" + key)
    moment = datetime.datetime.combine(
        today - months(days=int(days)), datetime.time(int(hour), (len(text) * 7) % 60)
    )
    author = env.ref("kuaidi_key_account.user_" + who).partner_id
    entries.append((moment, account.id, text, author))
written.unlink()
values = []
for moment, account_id, body, author in sorted(entries):
    values.append(
        {
            "model": accounts._name,
            "res_id": account_id,
            "date": moment,
            "body": body,
            "author_id": author.id,
            "email_from": author.email_formatted,
            "message_type": "comment",
            "subtype_id": note.id,
            "is_internal": True,
        }
    )
env["mail.message"].create(values)

# what installing left behind in English, and the lessons of the chat robot
loaded = env["ir.model.data"].search(
    [("module", "=", "kuaidi_key_account"), ("model", "=", "res.partner")]
)
channel = env.ref("mail.channel_all_employees")
for model, ids in (
    ("res.partner", loaded.mapped("res_id")),
    ("crm.team", env.ref("kuaidi_key_account.crm_team_key_accounts").ids),
    ("discuss.channel", channel.ids),
):
    env["mail.message"].search([("model", "=", model), ("res_id", "in", ids)]).unlink()
if "odoobot_state" in env["res.users"]._fields:
    env["res.users"].search([("share", "=", False)]).write(
        {"odoobot_state": "disabled"}
    )

for row in TASKS.strip().split("\n"):
    key, who, days, kind, summary, note = row.split("|")
    env.ref("kuaidi_key_account.account_" + key).activity_schedule(
        TYPES[kind],
        date_deadline=today + months(days=int(days)),
        summary=summary,
        note=note,
        user_id=env.ref("kuaidi_key_account.user_" + who).id,
    )
