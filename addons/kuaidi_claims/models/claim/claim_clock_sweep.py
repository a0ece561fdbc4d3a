from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

REMIND_TYPE = "kuaidi_claims.mail_activity_type_clock_due"
ESCALATE_TYPE = "kuaidi_claims.mail_activity_type_clock_late"


class MailActivity(models.Model):
    """An activity may come from a clock of a claim, and goes when that stops."""

    _inherit = "mail.activity"

    kuaidi_clock_id = fields.Many2one(
        comodel_name="kuaidi.claim.clock",
        string="Clock of the Claim",
        index="btree_not_null",
        ondelete="cascade",
        groups="base.group_user",
    )


class KuaidiClaimClock(models.Model):
    """Reminds before a clock runs out, and escalates when it has, once each."""

    _name = "kuaidi.claim.clock"
    _inherit = ["kuaidi.claim.clock"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_sweep(self, batch_size=1000):
        """Remind of and escalate what is due, in committed steps (D11 to D18).

        Two at once divide the clocks between them, and what was not committed when one
        is killed is done by the next: each alarm goes off once. The number of queries
        of a batch does not depend on its size.
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(
            remaining=self.search_count([("date_alarm", "<=", fields.Datetime.now())])
        )
        last, people = (fields.Datetime.to_datetime("1970-01-01"), 0), {}
        while True:
            last, count = self._sweep(last, batch_size, people)
            if not commit_progress(count) or not last:
                break

    @api.model
    def _sweep(self, last, batch_size, people=None):
        """Set off the next alarms after one, and note that they went off.

        :param last: moment and id of the alarm after which to go on
        :param dict people: who is told in each company, as far as it was asked for
        :return: the same of the last of these alarms, None where there are no more,
            and their number
        """
        self.env.flush_all()
        rows = self._lock_alarms(last, batch_size)
        if not rows:
            return None, 0
        self._tell(rows, {} if people is None else people)
        self._mark(rows)
        self.invalidate_model(["date_alarm", "date_reminded", "date_escalated"])
        more = len(rows) == batch_size
        return (rows[-1][1], rows[-1][0]) if more else None, len(rows)

    @api.model
    def _lock_alarms(self, last, batch_size):
        """Return the next alarms as tuples, locked; what another one holds is left.

        :return: id, moment, kind, whether it is late, deadline, claim, number, company,
            officer, inquiry, who was asked, who answers for the unit
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT clock.id, clock.date_alarm, clock.kind,
                       clock.date_deadline <= %(now)s, clock.date_deadline,
                       claim.id, claim.number, claim.company_id, claim.user_id,
                       inquiry.id, inquiry.user_id, inquiry.manager_id
                  FROM kuaidi_claim_clock clock
                  JOIN kuaidi_claim claim ON claim.id = clock.claim_id
             LEFT JOIN kuaidi_claim_inquiry inquiry ON inquiry.id = clock.inquiry_id
                 WHERE clock.date_alarm <= %(now)s
                   AND (clock.date_alarm, clock.id) > (%(moment)s, %(last_id)s)
                 ORDER BY clock.date_alarm, clock.id
                 LIMIT %(limit)s
                   FOR NO KEY UPDATE OF clock SKIP LOCKED
                """,
                now=fields.Datetime.now(),
                moment=last[0],
                last_id=last[1],
                limit=batch_size,
            )
        )

    @api.model
    def _mark(self, rows):
        """Write that alarms went off: a reminder waits for the deadline now."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_claim_clock
                   SET date_alarm = CASE WHEN date_deadline > %(now)s
                                         THEN date_deadline END,
                       date_reminded = CASE WHEN date_deadline > %(now)s
                                            THEN %(now)s ELSE date_reminded END,
                       date_escalated = CASE WHEN date_deadline <= %(now)s
                                             THEN %(now)s END
                 WHERE id = ANY(%(ids)s)
                """,
                now=fields.Datetime.now(),
                ids=[row[0] for row in rows],
            )
        )

    @api.model
    def _tell(self, rows, known):
        """Give an activity to whoever acts on each alarm, with one statement.

        The list of activities tells; a mail for each would be sent one by one.
        """
        known.update(self._get_alarm_people({row[7] for row in rows} - known.keys()))
        users = self.env["res.users"]
        told = []
        for row in rows:
            _id, _moment, kind, is_late, deadline, claim_id, number = row[:7]
            company_id, officer_id, inquiry_id, asked_id, head_id = row[7:]
            people = known[company_id]
            if kind == "inquiry":
                user_id = (head_id or people["manager"]) if is_late else asked_id
            elif is_late:
                user_id = people["finance" if kind == "consensus" else "manager"]
            else:
                user_id = people["finance"] if kind == "payment" else officer_id
            told.append(
                (
                    row[0],
                    users.browse(user_id or officer_id),
                    kind,
                    is_late,
                    deadline,
                    ("kuaidi.claim.inquiry", inquiry_id)
                    if inquiry_id
                    else ("kuaidi.claim", claim_id),
                    number,
                    company_id,
                )
            )
        self._insert_activities(told)

    @api.model
    def _get_alarm_people(self, company_ids):
        """Return who is told in each company, apart from officer and unit."""
        people = {}
        for company in self.env["res.company"].browse(company_ids):
            # sudo: settings of the company, whoever runs the sweep
            company_sudo = company.sudo()
            people[company.id] = {
                "manager": company_sudo._get_kuaidi_claim_escalation_user().id,
                "finance": company_sudo._get_kuaidi_claim_finance().id,
            }
        return people

    @api.model
    def _insert_activities(self, told):
        types = {
            is_late: self.env.ref(xml_id).id
            for is_late, xml_id in ((False, REMIND_TYPE), (True, ESCALATE_TYPE))
        }
        models_by_name = {
            name: self.env["ir.model"]._get_id(name)
            for name in ("kuaidi.claim", "kuaidi.claim.inquiry")
        }
        service = self.env["kuaidi.deadline"]
        companies = self.env["res.company"]
        days, texts, columns = {}, {}, []
        for clock_id, user, kind, is_late, deadline, target, number, company_id in told:
            lang = user.lang or self.env.lang
            day = days.get((deadline, company_id))
            if not day:
                day = service._get_local_date(deadline, companies.browse(company_id))
                days[deadline, company_id] = day
            key = (lang, kind, is_late, day)
            if key not in texts:
                texts[key] = self.with_context(lang=lang)._get_alarm_text(*key[1:])
            columns.append(
                (
                    clock_id,
                    user.id,
                    user.tz or None,
                    target[0],
                    models_by_name[target[0]],
                    target[1],
                    number,
                    types[is_late],
                    f"{number}: {texts[key]}",
                    day,
                )
            )
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mail_activity (
                       kuaidi_clock_id, user_id, user_tz, res_model, res_model_id,
                       res_id, res_name, activity_type_id, summary, date_deadline,
                       automated, active, create_uid, create_date, write_uid, write_date
                )
                SELECT told.*, TRUE, TRUE, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(
                       %(clocks)s::int[], %(users)s::int[], %(zones)s::text[],
                       %(models)s::text[], %(model_ids)s::int[], %(res_ids)s::int[],
                       %(names)s::text[], %(types)s::int[], %(summaries)s::text[],
                       %(days)s::date[]
                  ) AS told
                """,
                uid=self.env.uid,
                now=now,
                **dict(
                    zip(
                        (
                            "clocks",
                            "users",
                            "zones",
                            "models",
                            "model_ids",
                            "res_ids",
                            "names",
                            "types",
                            "summaries",
                            "days",
                        ),
                        map(list, zip(*columns, strict=True)),
                        strict=True,
                    )
                ),
            )
        )
        self.env["mail.activity"].invalidate_model()
        self.env["kuaidi.claim"].invalidate_model(["activity_ids"])

    @api.model
    def _get_alarm_text(self, kind, is_late, day):
        """Return what an alarm says, in the user's language."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        if is_late:
            return self.env._(
                "%(clock)s is late, it was due on %(day)s",
                clock=kinds[kind],
                day=format_date(self.env, day),
            )
        return self.env._(
            "%(clock)s is due on %(day)s",
            clock=kinds[kind],
            day=format_date(self.env, day),
        )

    def _withdraw_alarms(self):
        """Take back the activities of clocks that do not run any more."""
        # sudo: activities of the system are withdrawn by it, whoever caused that
        self.env["mail.activity"].sudo().search(
            [("kuaidi_clock_id", "in", self.ids)]
        ).unlink()
