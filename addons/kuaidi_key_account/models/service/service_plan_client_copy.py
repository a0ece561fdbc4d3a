from babel.dates import format_skeleton

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import babel_locale_parse, format_date


class KuaidiServicePlan(models.Model):
    """The copy of the plan that is handed to the client (SP-7).

    Its texts are composed here from fields that the client may know. Star, cost,
    remark, source, shortfall and our own work are not among them (GR-4), nor is
    attention to people's birthdays, which is not announced.
    """

    _name = "kuaidi.service.plan"
    _inherit = ["kuaidi.service.plan"]

    # === ACTION METHODS === #

    def action_print_client_copy(self):
        """Return the client's copy as PDF; before publication it says so (SP-4).

        :raise UserError: when a newer version has taken the plan's place
        """
        self.ensure_one()
        if self.state == "superseded":
            raise UserError(
                self.env._(
                    "A newer version has taken the place of %(plan)s. Print that one.",
                    plan=self.display_name,
                )
            )
        return self.env.ref(
            "kuaidi_key_account.service_plan_client_copy_report"
        ).report_action(self, config=False)

    def action_send_client_copy(self):
        """Open Odoo's mail composer with the client's copy as PDF.

        :raise UserError: when the plan is not in force, or nobody at the client has a
            mail address
        """
        self.ensure_one()
        self.check_access("write")
        self._check_disclosable()
        if not self._get_client_contact():
            raise UserError(
                self.env._(
                    "Nobody at %(client)s has an e-mail address. Enter one on a contact"
                    " of the client's file, or hand over the printed copy.",
                    client=self.account_id.display_name,
                )
            )
        template = self.env.ref(
            "kuaidi_key_account.service_plan_client_copy_mail_template"
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send to Client"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id,
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "kuaidi_client_copy": True,
            },
        }

    # === BUSINESS METHODS === #

    def message_post(self, **kwargs):
        """Note when the mail that carries the client's copy is sent."""
        if not self.env.context.get("kuaidi_client_copy"):
            return super().message_post(**kwargs)
        self.ensure_one()
        self.check_access("write")
        self._check_disclosable()
        self._check_client_copy_mail(kwargs)
        plan = self.with_context(kuaidi_client_copy=False)
        message = super(KuaidiServicePlan, plan).message_post(**kwargs)
        # sudo: the date is guarded; the right to send was checked above
        plan.sudo().date_disclosed = fields.Datetime.now()
        return message

    def _check_disclosable(self):
        if self.state != "published":
            raise UserError(
                self.env._(
                    "%(plan)s is not in force: publish it before it is sent. To agree"
                    " on a draft with the client, print it.",
                    plan=self.display_name,
                )
            )

    def _check_client_copy_mail(self, post_values):
        recipients = self.env["res.partner"].browse(post_values.get("partner_ids"))
        client = self.account_id.partner_id
        if client not in recipients.commercial_partner_id:
            raise UserError(
                self.env._(
                    "The copy is for %(client)s: keep a contact of this client among"
                    " the recipients.",
                    client=client.display_name,
                )
            )
        if not post_values.get("attachment_ids"):
            raise UserError(
                self.env._("The plan is not attached: load the mail template again.")
            )

    def _get_client_contact(self):
        """Return who gets the copy: whoever decides at the client, or else anybody.

        :return: a contact with a mail address, the client itself, or nothing
        """
        self.ensure_one()
        # sudo: a letter is addressed, whoever may read the contacts' traits
        account_sudo = self.account_id.sudo()
        reachable = account_sudo.contact_ids.filtered("partner_id.email").sorted(
            lambda contact: contact.decision_role != "decider"
        )
        client = account_sudo.partner_id
        partner = reachable[:1].partner_id or (client if client.email else client[:0])
        return partner.sudo(False)

    def _get_client_lang(self):
        """Return the language of the copy: the contact's, else the client's."""
        client_sudo = self.account_id.sudo().partner_id
        contact_sudo = self._get_client_contact().sudo()
        return contact_sudo.lang or client_sudo.lang or self.env.lang

    def _get_client_copy_name(self):
        """Return the name of the PDF, in the client's language."""
        plan = self.with_context(lang=self._get_client_lang()).sudo()
        return plan.env._(
            "Service plan %(client)s %(year)s",
            client=plan.account_id.partner_id.name,
            year=plan.date_from.year,
        )

    def _get_client_copy_salutation(self):
        """Return the first line of the mail, in the language of the record."""
        contact = self._get_client_contact().sudo()
        if contact.is_company:
            return self.env._("Dear Sir or Madam,")
        return self.env._("Dear %(contact)s,", contact=contact.name)

    def _prepare_client_copy(self):
        """Return the texts of the client's copy in the client's language.

        :return: what the layout prints, plain texts, lists and dicts of texts alone
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the copy names manager, handlers and company, whoever prints it; only
        # what the client may know is taken
        plan = self.with_context(lang=self._get_client_lang()).sudo()
        env = plan.env
        marks = {
            "draft": env._("Draft for discussion"),
            "to_approve": env._("Draft for discussion"),
            "superseded": env._("Former version"),
        }
        manager = plan.manager_id
        ways = (manager.partner_id.phone, manager.email)
        return plan.company_id._prepare_letterhead() | {
            "title": env._("Service Plan"),
            "mark": marks.get(plan.state, ""),
            "facts": [
                (env._("Client"), plan.account_id.partner_id.name),
                (
                    env._("Period"),
                    env._(
                        "%(date_from)s to %(date_to)s",
                        date_from=plan._format_long(plan.date_from),
                        date_to=plan._format_long(plan.date_to),
                    ),
                ),
                (
                    env._("Your account manager"),
                    " · ".join(filter(None, (manager.name, *ways))) or "–",
                ),
            ],
            "columns": [
                env._("Date"),
                env._("Service"),
                env._("On our side"),
                env._("Status"),
            ],
            "months": plan._prepare_client_months(),
            "closing": env._(
                "Dates are agreed with you beforehand. Please tell your account manager"
                " whenever something else suits you better."
            ),
            "date": plan._format_long(plan._get_today()),
        }

    def _prepare_client_months(self):
        """Return the rows of the copy by month, what holds all the time first."""
        lines = self.line_ids.filtered(
            lambda line: (
                line.state != "waived"
                and not line.type_id.is_internal
                and line.source != "occasion"
            )
        ).sorted(lambda line: (line._get_client_day(), line.date_start, line.id))
        always = lines.filtered(lambda line: line.template_line_id.spread == "whole")
        months = []
        if always:
            months.append(
                {
                    "name": self.env._("Throughout the period"),
                    "rows": [line._prepare_client_row("") for line in always],
                }
            )
        for first, rows in (
            (lines - always)
            .grouped(lambda line: fields.Date.start_of(line._get_client_day(), "month"))
            .items()
        ):
            months.append(
                {
                    "name": self._format_skeleton("yMMMM", first),
                    "rows": [
                        line._prepare_client_row(self._get_client_dates(line))
                        for line in rows
                    ],
                }
            )
        return months

    def _get_client_dates(self, line):
        """Return the day, or the days between which a line is planned."""
        finish = self._format_skeleton("MMMd", line._get_client_day())
        if line.state == "done" or line.date_start == line.date_finish:
            return finish
        return f"{self._format_skeleton('MMMd', line.date_start)} – {finish}"

    def _format_long(self, date):
        return format_date(self.env, date, date_format="long")

    def _format_skeleton(self, skeleton, date):
        locale = babel_locale_parse(self.env.lang)
        return format_skeleton(skeleton, date, locale=locale)


class KuaidiServicePlanLine(models.Model):
    """What the client is told of one planned line."""

    _name = "kuaidi.service.plan.line"
    _inherit = ["kuaidi.service.plan.line"]

    # === BUSINESS METHODS === #

    def _get_client_day(self):
        """Return the day on which it was done, or by which it is planned."""
        self.ensure_one()
        return self.date_done if self.state == "done" else self.date_finish

    def _prepare_client_row(self, dates):
        """Return one row of the client's copy; texts alone.

        :param dates: when it takes place, in words
        """
        self.ensure_one()
        states = {
            "planned": self.env._("Planned"),
            "done": self.env._("Done"),
            "missed": self.env._("Cancelled"),
        }
        service = self.type_id.name
        return {
            "dates": dates,
            "service": service,
            "content": "" if self._is_named_after_type() else self.name,
            "handler": self.handler_id.name or "",
            "state": states[self.state],
        }

    def _is_named_after_type(self):
        """Return whether the content only repeats the service, in any language."""
        self.ensure_one()
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        return self.name in {
            self.type_id.with_context(lang=code).name for code in installed | {"en_US"}
        }
