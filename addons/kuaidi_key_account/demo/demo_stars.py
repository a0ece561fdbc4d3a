# ruff: noqa: F821 - `env`, `datetime`, `dateutil` and `Command` are given
# Rates the clients in three quarters and runs VIP service, by the users' own buttons.
#
# Runs like demo_files.py, after demo_money.py. What the buttons date today is dated
# back to the day on which it would have happened.

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
        allowed_company_ids=company.ids,
    )
)
today = datetime.date.today()
midnight = datetime.datetime.combine(today, datetime.time(0))
months = dateutil.relativedelta.relativedelta
quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
centre = env.ref("kuaidi_key_account.user_centre")
assistant = env.ref("kuaidi_key_account.user_centre_zhao")
director = env.ref("kuaidi_key_account.user_director")
ratings = env["kuaidi.star.rating"]
accounts_by_key = {}
for key in ["youhuitao", "jinshang", "chuangling", "kangze", "xianyu", "chiteng"] + [
    "haiyue",
    "fuyan",
    "yunshu",
    "yetu",
    "zhixing",
    "zhengwu",
    "shuxin",
]:
    accounts_by_key[key] = env.ref("kuaidi_key_account.account_" + key)


def date_back(records, moment):
    """Let what was done on these ratings have happened at `moment`."""
    records.write({"date_decided": moment})
    for rating in records:
        review = {"reviewed_date": moment} if rating.review_ids else {}
        if review:
            rating.review_ids.write(review)
    for model, ids in (
        ("kuaidi.star.rating", records.ids),
        ("kuaidi.key.account", records.account_id.ids),
    ):
        env["mail.message"].search(
            [("model", "=", model), ("res_id", "in", ids), ("date", ">=", midnight)]
        ).write({"date": moment})


# the quarterly gradings: proposed by a run, approved in bulk by the CRM centre
newcomers = ("zhixing", "zhengwu", "shuxin")
for back in (6, 3, 0):
    day = quarter - months(months=back)
    rated = env["kuaidi.key.account"]
    for key in accounts_by_key:
        if key not in newcomers:
            rated |= accounts_by_key[key]
    run = env["kuaidi.grading.run"].create(
        {
            "company_id": company.id,
            "date": day,
            "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
            "state": "done",
            "total_count": len(rated),
            "done_count": len(rated),
        }
    )
    proposals = ratings._grade_accounts(rated, day, run=run)
    if proposals:
        proposals.with_user(assistant).action_approve()
        moment = datetime.datetime.combine(day, datetime.time(2, 40))
        date_back(proposals, min(moment + months(days=5), midnight))
    if back == 3:
        # the client of influence: asked for by its manager, approved by the centre
        rating = ratings.with_user(accounts_by_key["chiteng"].manager_id).create(
            {
                "account_id": accounts_by_key["chiteng"].id,
                "basis": "realised",
                "date_from": day - months(years=1),
                "date_to": day - months(days=1),
                "adjustment": 1,
                "adjustment_factor": "size",
                "adjustment_reason": "五家整车厂一级配套，集团规模大，今年带来同园区"
                "两家客户询价；实际收入距四星门槛不足 10%,"
                "按四星标准服务以巩固川渝产业链。",
                "adjustment_expiry": today + months(months=7, day=31),
            }
        )
        rating.action_request_approval()
        rating.with_user(centre).action_approve()
        date_back(rating.sudo(), datetime.datetime.combine(day, datetime.time(6, 15)))

# a new client is rated on what the contract promises
rating = ratings.with_user(accounts_by_key["zhixing"].manager_id).create(
    {
        "account_id": accounts_by_key["zhixing"].id,
        "basis": "expected",
        "amount_revenue": 90000,
        "term_months": 12,
    }
)
rating.action_request_approval()
rating.with_user(centre).action_approve()

# a former walk-in client brings its revenue along
proposals = ratings._grade_accounts(accounts_by_key["zhengwu"], today)
proposals.with_user(assistant).action_approve()

# what the centre finds on its desk this morning
rating = ratings.with_user(accounts_by_key["haiyue"].manager_id).create(
    {
        "account_id": accounts_by_key["haiyue"].id,
        "basis": "realised",
        "adjustment": 1,
        "adjustment_factor": "influence",
        "adjustment_reason": "总公司拟将我司列为全国寄递供应商，行业示范作用强；按四星"
        "标准安排专席和领导小组，有利于争取总部集采。",
        "adjustment_expiry": today + months(years=1),
    }
)
rating.action_request_approval()

# large clients have a leadership group
for key in ("youhuitao", "jinshang", "chuangling"):
    accounts_by_key[key].write({"leadership_ids": [Command.link(director.id)]})

# one client was lost to a competitor
lost = accounts_by_key["yetu"]
lost.write(
    {"close_reason": "合同到期未续：迅峰速递首重低 0.6 元中标，末两期运费催收中"}
)
lost.with_user(lost.manager_id).action_close()
lost.write({"date_closed": quarter - months(months=2)})

# late steps are brought before the CRM centre
late = accounts_by_key["shuxin"].onboarding_step_ids.filtered_domain(
    [("is_overdue", "=", True), ("state", "=", "open")]
)
late._escalate()
