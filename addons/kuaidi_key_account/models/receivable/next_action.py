from datetime import timedelta

from odoo import fields, models
from odoo.tools.misc import format_amount, format_date

# where the policy has no later step, a client with debts is called again after so many
# working days
CALL_AGAIN_WORKDAYS = 5


class KuaidiCollectionCase(models.Model):
    """Plans the next action of a case as its policy says."""

    _name = "kuaidi.collection.case"
    _inherit = ["kuaidi.collection.case"]

    # === BUSINESS METHODS === #

    def _plan(self, values):
        """Write the next action, without a message about what nobody decided."""
        self.with_context(tracking_disable=True).write(values)

    def _get_later_step(self):
        """Return the first step of the client's policy that has not been taken yet.

        Where none was taken, the first one that the oldest debt has not come to.
        """
        self.ensure_one()
        # sudo: how a client is reminded is the same for everybody
        account = self.account_id.sudo()
        policy = (
            self.step_id.policy_id
            or account.dunning_policy_id
            or account.star_id.dunning_policy_id
            or self.company_id.sudo().kuaidi_dunning_policy_id
        )
        reached = self.step_id.days
        if not self.step_id and self.date_oldest_due:
            today = self.env["kuaidi.deadline"]._get_today(self.company_id)
            reached = (today - self.date_oldest_due).days
        return policy.step_ids.filtered(lambda step: step.days > reached).sorted(
            "days"
        )[:1]

    def _prepare_policy_plan(self):
        """Return the values of what the policy does next, and on which working day.

        The words of the former next action do not fit it and go.
        """
        self.ensure_one()
        service = self.env["kuaidi.deadline"]
        today = service._get_today(self.company_id)
        later = self._get_later_step()
        if later and self.date_oldest_due:
            day, workdays = (
                max(
                    self.date_oldest_due + timedelta(days=later.days),
                    today + timedelta(days=1),
                ),
                0,
            )
        else:
            day, workdays = today, CALL_AGAIN_WORKDAYS
        end = service._get_due(day, workdays, "workday", self.company_id)
        return {
            "date_next_action": service._get_local_date(end, self.company_id),
            "next_channel": later.channel or "call",
            "next_step_id": later.id,
            "next_action": False,
        }


class KuaidiPaymentPromise(models.Model):
    """Says what promises leave to do, in the case of their client."""

    _name = "kuaidi.payment.promise"
    _inherit = ["kuaidi.payment.promise"]

    # === BUSINESS METHODS === #

    def _cancel(self):
        """Cancel promises; nobody waits for them any more."""
        self.state = "cancelled"
        self._plan_next()

    def _plan_next(self):
        """Plan what follows from promises that were kept, broken, opened or cancelled.

        Who broke one is called today. A promise that is open again is looked at after
        its day. Where a case waited for a promise that nobody need wait for now, it
        waits for the next open one, or goes on as its policy says. What a collector
        has planned instead of the promise stays.
        """
        for case, promises in self.grouped("case_id").items():
            if case.state == "closed":
                continue
            broken = promises.filtered(lambda row: row.state == "broken")
            reopened = promises.filtered(lambda row: row.state == "open")
            if broken:
                broken[-1:]._plan_call()
            elif reopened or case.next_promise_id in promises:
                waiting = case.promise_ids.filtered(lambda row: row.state == "open")
                if waiting:
                    waiting._plan_check()
                else:
                    case._plan(case._prepare_policy_plan())

    def _get_company_env(self):
        """Return the environment in the language in which a company keeps its files."""
        lang = self.company_id.partner_id.lang or self.env.lang
        return self.with_context(lang=lang).env

    def _plan_call(self):
        """Have the client called today that has broken this promise."""
        self.ensure_one()
        env = self._get_company_env()
        self.case_id._plan(
            {
                "date_next_action": self.env["kuaidi.deadline"]._get_today(
                    self.company_id
                ),
                "next_channel": "call",
                "next_step_id": False,
                "next_action": env._("A promise was broken: ask when the money comes."),
                "next_promise_id": self.id,
            }
        )

    def _plan_check(self):
        """Put the client on the call list for the day after the first promise."""
        for case, promises in self.grouped("case_id").items():
            promise = promises.sorted("date_due")[0]
            env = promise._get_company_env()
            case._plan(
                {
                    "date_next_action": fields.Date.add(promise.date_due, days=1),
                    "next_channel": "call",
                    "next_step_id": False,
                    "next_action": env._(
                        "Promised %(amount)s until %(date)s: has it come in?",
                        amount=format_amount(env, promise.amount, promise.currency_id),
                        date=format_date(env, promise.date_due),
                    ),
                    "next_promise_id": promise.id,
                }
            )
