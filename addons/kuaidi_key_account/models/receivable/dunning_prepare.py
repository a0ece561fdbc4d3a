from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_amount

from .dunning_notice import PENDING_STATES


class KuaidiDunningNotice(models.Model):
    """Judges claimed notices once more, and gives each step to who takes it."""

    _name = "kuaidi.dunning.notice"
    _inherit = ["kuaidi.dunning.notice"]

    # === BUSINESS METHODS === #

    def _prepare(self, date):
        """Lock notices, leave out what is not asked for any more, and plan the rest.

        The notices of one client at one step become one log entry, which is mailed, or
        one activity of who has to call, visit, write or decide; or both. Called in
        superuser mode, followed by a commit before anything leaves the house.

        :param date: today, as of which the items are judged again
        :return: the log entries to be mailed
        """
        notices = self.try_lock_for_update(allow_referencing=True)
        notices.invalidate_recordset(["state", "action_id"])
        notices = notices.filtered(lambda notice: notice.state in PENDING_STATES)
        notices = notices._drop_settled(date)._drop_softer()
        if not notices:
            return self.env["kuaidi.collection.action"]
        collector = notices.company_id._get_kuaidi_collector()
        contacts = notices.account_id._get_settlement_contacts()
        mailed, vals_list, assigned = [], [], []
        for (account, step), group in notices.grouped(
            lambda notice: (notice.account_id, notice.step_id)
        ).items():
            contact = contacts.get(account.id, self.env["res.partner"])
            owner = group._get_owner(step, collector)
            is_mailed = step.mail_template_id and contact.email_normalized
            # one that was interrupted is with a colleague already
            if not is_mailed or (step.channel != "mail" and not group.action_id):
                channel = "call" if step.channel == "mail" else step.channel
                assigned.append(group._prepare_activity(step, channel, owner))
            if is_mailed:
                mailed.append(group)
                vals_list.append(group._prepare_action(step, contact, owner))
            else:
                group.write({"state": "assigned", "error": False})
        actions = self._get_actions(mailed, vals_list)
        self._create_activities(assigned)
        self._advance_cases(notices, date)
        return actions

    def _get_current_debts(self, date):
        """Return (due date, amount, yuan) by item of what may still be asked for."""
        self._flush_sources()
        held = {row[0] for row in self.env.execute_query(self._get_held_query(date))}
        debts = {}
        for row in self.env.execute_query_dict(
            self._get_chased_query(self.company_id, self.account_id, date)
        ):
            if (
                row["account_id"] not in held
                and row["amount_currency"] > 0
                and not row["is_promised"]
            ):
                debts[row["id"]] = (row["due"], row["amount_currency"], row["amount"])
        return debts

    def _drop_settled(self, date):
        """Drop what was paid, contested, promised, cancelled or moved; return the rest.

        What is left of a part payment is asked for as it is now.
        """
        debts = self._get_current_debts(date) if self else {}
        kept = self.browse()
        dropped = self.browse()
        for notice in self:
            debt = debts.get(notice.move_line_id.id)
            if not debt or debt[0] != notice.date_due:
                dropped |= notice
                continue
            kept |= notice
            if notice.currency_id.compare_amounts(notice.amount, debt[1]):
                notice.write({"amount": debt[1], "amount_company": debt[2]})
        dropped._drop(
            self.env._("Paid, contested, promised, cancelled or moved meanwhile.")
        )
        return kept

    def _drop_softer(self):
        """Drop steps that waited until a harder one came; return the rest."""
        hardest = {
            account: max(notices.step_id.mapped("days"))
            for account, notices in self.grouped("account_id").items()
        }
        softer = self.filtered(
            lambda notice: (
                notice.state == "waiting"
                and notice.step_id.days < hardest[notice.account_id]
            )
        )
        softer._drop(self.env._("A later step is taken at the same time."))
        return self - softer

    def _drop(self, reason):
        """Leave notices out, and the log entries that nothing is left of."""
        if not self:
            return
        self.write({"state": "dropped", "error": reason})
        actions = self.action_id
        actions.filtered(
            lambda action: (
                action.state == "sending"
                and all(notice.state == "dropped" for notice in action.notice_ids)
            )
        ).write({"state": "failed", "error": reason})

    def _prepare_action(self, step, contact, owner):
        """Return the values of the log entry for these notices of one client."""
        account = self.account_id
        return {
            "account_id": account.id,
            "case_id": self._get_case().id,
            "step_id": step.id,
            "channel": "mail",
            "contact_id": contact.id,
            "user_id": owner.id,
            "amount": sum(self.mapped("amount_company")),
            "content": step.name,
            "state": "sending",
        }

    @api.model
    def _get_actions(self, groups, vals_list):
        """Return the log entries of groups, those that were interrupted once more."""
        pairs = list(zip(groups, vals_list, strict=True))
        ids = iter(
            self._insert_actions([vals for group, vals in pairs if not group.action_id])
        )
        action_ids = []
        for group, vals in pairs:
            former = next(iter(group.action_id), group.action_id)
            if former:
                former.write(vals)
            action_ids.append(former.id or next(ids))
            group.write(
                {"state": "sending", "action_id": action_ids[-1], "error": False}
            )
        return self.env["kuaidi.collection.action"].browse(action_ids)

    @api.model
    def _insert_actions(self, vals_list):
        """Insert log entries of mails in one statement; return their ids in order.

        Nobody follows them and nothing is computed from them before the mail has left:
        what Odoo would do for each new record is a tenth of the time of its mail.
        """
        names = (
            "account_id",
            "case_id",
            "step_id",
            "contact_id",
            "user_id",
            "content",
            "amount",
        )
        columns = [[vals[name] or None for vals in vals_list] for name in names]
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO kuaidi_collection_action (
                       account_id, case_id, step_id, contact_id, user_id, content,
                       amount, company_id, channel, state, proof, date,
                       restarts_limitation, create_uid, create_date, write_uid,
                       write_date
                )
                SELECT entry.account_id, entry.case_id, entry.step_id,
                       entry.contact_id, entry.user_id, entry.content, entry.amount,
                       account.company_id, 'mail', 'sending', 'none', %(now)s, FALSE,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(
                           %(accounts)s::int[], %(cases)s::int[], %(steps)s::int[],
                           %(contacts)s::int[], %(users)s::int[], %(contents)s::text[],
                           %(amounts)s::numeric[]
                       ) WITH ORDINALITY AS entry (
                           account_id, case_id, step_id, contact_id, user_id, content,
                           amount, number
                       )
                  JOIN kuaidi_key_account account ON account.id = entry.account_id
                 ORDER BY entry.number
                RETURNING id
                """,
                **dict(
                    zip(
                        (
                            "accounts",
                            "cases",
                            "steps",
                            "contacts",
                            "users",
                            "contents",
                            "amounts",
                        ),
                        columns,
                        strict=True,
                    )
                ),
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        return [row[0] for row in rows]

    def _get_case(self):
        """Return the case of these notices of one client, if there is one."""
        # not by a slice, which would be read alone
        return next(iter(self.case_id), self.case_id)

    def _get_owner(self, step, collector):
        """Return who takes a step for the client of these notices.

        :param collector: who does it where nobody else is named
        """
        account = self.account_id
        owner = self._get_case().collector_id
        if step.owner_role == "legal":
            owner = self.company_id.kuaidi_legal_user_id or owner
        elif step.owner_role == "leadership" and account.leadership_ids:
            owner = account.leadership_ids[:1]
        elif step.owner_role in ("leadership", "manager"):
            owner = account.manager_id.filtered("active") or account.deputy_id
        return owner.filtered("active") or collector

    def _prepare_activity(self, step, channel, owner):
        """Return the values of the activity of who takes a step for one client."""
        record = self._get_case() or self.account_id
        env = self.with_context(lang=owner.lang).env
        summary = env._(
            "%(step)s: %(amount)s",
            step=step.with_env(env).name,
            amount=format_amount(
                env,
                sum(self.mapped("amount_company")),
                self.company_id.currency_id,
                lang_code=owner.lang,
            ),
        )
        if channel == "call" and step.channel == "mail":
            summary = env._(
                "Call, no mail reaches the client. %(summary)s", summary=summary
            )
        activity_type = self.env.ref(
            "mail.mail_activity_data_call"
            if channel == "call"
            else "mail.mail_activity_data_todo"
        )
        return {
            "activity_type_id": activity_type.id,
            "automated": True,
            "kuaidi_dunning_channel": channel,
            "date_deadline": self.env["kuaidi.deadline"]._get_today(self.company_id),
            "res_model_id": self.env["ir.model"]._get_id(record._name),
            "res_id": record.id,
            "summary": summary,
            "user_id": owner.id,
        }

    @api.model
    def _create_activities(self, vals_list):
        """Make activities without a message about each."""
        return (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .create(vals_list)
        )

    @api.model
    def _advance_cases(self, notices, date):
        """Write into the cases what step they have reached, and what comes next."""
        service = self.env["kuaidi.deadline"]
        for company, of_company in notices.grouped("company_id").items():
            groups = [
                (case, group)
                for case, group in of_company.grouped("case_id").items()
                if case
            ]
            plans = []
            for case, group in groups:
                step = group.step_id.sorted("days")[-1:]
                later = step.policy_id.step_ids.filtered(
                    lambda other, step=step: other.days > step.days
                ).sorted("days")[:1]
                day = date
                if step.channel == "mail" and later:
                    oldest = min(group.mapped("date_due"))
                    day = max(
                        oldest + timedelta(days=later.days), date + timedelta(days=1)
                    )
                plans.append((case, step, later, day))
            ends = service._get_due_many(
                [(day, 0) for *_plan, day in plans], "workday", company
            )
            for (case, step, later, _day), end in zip(plans, ends, strict=True):
                planned = later if step.channel == "mail" else step
                values = {
                    "step_id": step.id,
                    "date_step": date,
                    "date_next_action": service._get_local_date(end, company)
                    if planned
                    else False,
                    "next_step_id": planned.id,
                    "next_channel": planned.channel,
                }
                if case.next_promise_id:
                    # the words of a promise do not fit the step
                    values["next_action"] = False
                case.with_context(tracking_disable=True).write(values)
            self._advise_cash([(case, step) for case, step, *_rest in plans])

    @api.model
    def _advise_cash(self, taken):
        """Advise cash only for clients above their limit, where the step says so."""
        cases = self.env["kuaidi.collection.case"].union(
            *(case for case, step in taken if step.stops_credit)
        )
        limits = cases.account_id._get_credit_limits()
        cases.filtered(
            lambda case: (
                not case.is_cash_only
                and case.amount_open > limits.get(case.account_id.id, case.amount_open)
            )
        ).write({"is_cash_only": True})
