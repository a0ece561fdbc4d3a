from odoo import api, fields, models
from odoo.exceptions import ValidationError

CHANNELS = [
    ("mail", "E-Mail"),
    ("call", "Phone Call"),
    ("visit", "Visit"),
    ("letter", "Letter"),
    ("registered", "Letter with Proof of Delivery"),
    ("review", "Internal Review"),
    ("legal", "Legal Step"),
]

# a formal demand, which harder steps presuppose
DEMAND_CHANNELS = ("letter", "registered")

# what is written to a client, from mild to hard
SEVERITY = ["mail", "letter", "registered", "legal"]


class KuaidiDunningPolicy(models.Model):
    """How a company reminds clients of what is due: steps by days from the due date.

    Every star has a policy; a client, or one invoice, may have its own.
    """

    _name = "kuaidi.dunning.policy"
    _description = "Dunning Policy"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    level_ids = fields.One2many(
        comodel_name="kuaidi.star.level",
        inverse_name="dunning_policy_id",
        string="Stars Covered",
        help="Clients of these stars are reminded by this policy.",
    )
    step_ids = fields.One2many(
        comodel_name="kuaidi.dunning.step",
        inverse_name="policy_id",
        string="Steps",
        copy=True,
    )

    _company_name_uniq = models.UniqueIndex(
        "(company_id, name)", "This company has a policy of this name already."
    )


class KuaidiDunningStep(models.Model):
    """One step of a policy: what is done so many days from the due date, and by whom.

    Parcels are never held: detaining them is fined by article 52 of the Interim
    Regulations on Express Delivery.
    """

    _name = "kuaidi.dunning.step"
    _description = "Dunning Step"
    _order = "policy_id, days, id"

    policy_id = fields.Many2one(
        comodel_name="kuaidi.dunning.policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(required=True, translate=True)
    days = fields.Integer(
        string="Days from the Due Date",
        required=True,
        aggregator=None,
        help="Calendar days after the due date; with a minus, before it. Where the day"
        " is no working day, the next one counts.",
    )
    channel = fields.Selection(selection=CHANNELS, required=True, default="mail")
    owner_role = fields.Selection(
        selection=[
            ("manager", "Account Manager"),
            ("collector", "Collector"),
            ("leadership", "Leadership Group"),
            ("legal", "Legal"),
        ],
        string="Done By",
        required=True,
        default="collector",
    )
    mail_template_id = fields.Many2one(
        comodel_name="mail.template",
        domain="[('model', '=', 'kuaidi.collection.action')]",
        ondelete="restrict",
        help="What the client is written. A letter or a call with a template is"
        " announced by mail as well.",
    )
    amount_min = fields.Monetary(
        string="From Amount",
        aggregator=None,
        help="Least overdue amount of the client for this step.",
    )
    needs_approval = fields.Boolean(
        string="Approved Before",
        help="Finance decides on it for each client before it is taken.",
    )
    stops_credit = fields.Boolean(
        string="Cash Only",
        help="Operations are advised to accept new shipments against cash only, while"
        " the client owes more than its credit limit.",
    )
    grace_days = fields.Integer(
        string="Grace (working days)",
        aggregator=None,
        help="Least working days between this step and whatever the client was reminded"
        " of before.",
    )

    _policy_days_uniq = models.UniqueIndex(
        "(policy_id, days)", "A policy has one step for each day."
    )
    _grace_positive = models.Constraint(
        "CHECK(COALESCE(grace_days, 0) >= 0 AND COALESCE(amount_min, 0) >= 0)",
        "Grace and least amount of a step cannot be negative.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("channel", "days", "policy_id")
    def _check_severity_rises(self):
        """What is written does not become milder: no reminder after a lawyer's letter.

        Calls, visits and reviews may stand anywhere.
        """
        for policy in self.policy_id:
            former = None
            for step in policy.step_ids.sorted("days"):
                if step.channel not in SEVERITY:
                    continue
                if former and SEVERITY.index(step.channel) < SEVERITY.index(
                    former.channel
                ):
                    raise ValidationError(
                        self.env._(
                            "%(step)s on day %(days)s is milder than %(former)s before"
                            " it. Put the steps of %(policy)s in order.",
                            step=step.name,
                            days=step.days,
                            former=former.name,
                            policy=policy.name,
                        )
                    )
                former = step

    @api.constrains("channel", "days")
    def _check_before_due_is_a_notice(self):
        for step in self:
            if step.days < 0 and step.channel not in ("mail", "call"):
                raise ValidationError(
                    self.env._(
                        "%(step)s comes before anything is due: it can be a mail or a"
                        " call only.",
                        step=step.name,
                    )
                )


class KuaidiStarLevel(models.Model):
    """The star says how a client is reminded."""

    _name = "kuaidi.star.level"
    _inherit = ["kuaidi.star.level"]

    dunning_policy_id = fields.Many2one(
        comodel_name="kuaidi.dunning.policy",
        index="btree_not_null",
        ondelete="set null",
        domain="[('company_id', '=', company_id)]",
        help="How clients of this star are reminded of what is due.",
    )
