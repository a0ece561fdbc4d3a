from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date


class KuaidiInsuranceShipment(models.Model):
    """Tells the sender when a shipment is covered less than agreed (case 3, 2.13)."""

    _name = "kuaidi.insurance.shipment"
    _inherit = ["kuaidi.insurance.shipment"]

    date_notice = fields.Datetime(
        string="Sender Told On",
        readonly=True,
        copy=False,
        help="When the notice on the cover was printed for the sender to sign.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        names = {name for vals in vals_list for name in vals}
        if self.env.context.get("default_date_notice"):
            names.add("date_notice")
        self._check_notice_not_typed(names)
        return super().create(vals_list)

    def write(self, vals):
        self._check_notice_not_typed(vals)
        return super().write(vals)

    # === ACTION METHODS === #

    def action_print_notice(self):
        """Print what the sender has to know of the cover before shipping.

        Whoever insures has to be told of exclusions clearly (Insurance Act, article
        17; 快递暂行条例, article 22).

        :raise UserError: for a shipment that is covered as agreed
        """
        self.check_access("read")
        for shipment in self:
            if not shipment.is_narrowed:
                raise UserError(
                    self.env._(
                        "Waybill %(waybill)s is covered as agreed: there is nothing to"
                        " warn of.",
                        waybill=shipment.waybill_number,
                    )
                )
        if self.has_access("write"):
            # sudo: when it was printed is written by the system alone
            self.sudo().date_notice = fields.Datetime.now()
        return self.env.ref("kuaidi_claims.insurance_notice_report").report_action(self)

    # === BUSINESS METHODS === #

    def _check_notice_not_typed(self, names):
        if not self.env.su and "date_notice" in names:
            raise AccessError(
                self.env._("Print the notice: then the day is written by itself.")
            )

    def _get_notice_file_name(self):
        """Return the name of the notice's file, without its ending."""
        self.ensure_one()
        return self.env._(
            "Notice on the insurance of %(waybill)s", waybill=self.waybill_number
        )

    def _prepare_notice(self):
        """Return the texts of the notice, in the client's language.

        :return: what the layout of letters prints, all of it plain text
        """
        self.ensure_one()
        client = self.account_id.sudo().partner_id
        # sudo: a letter names company and policy, whoever prints it
        shipment = self.with_context(lang=client.lang or self.env.lang).sudo()
        env = shipment.env
        policy = shipment.policy_id
        today = env["kuaidi.deadline"]._get_today(shipment.company_id)
        if shipment.clause:
            cover = env._(
                "The goods are covered under %(clause)s alone, and not under"
                " %(agreed)s. Losses by another cause are not compensated by the"
                " insurer.",
                clause=policy._get_clause_label(shipment.clause),
                agreed=policy._get_clause_label(policy.clause),
            )
            advice = env._(
                "You may have the goods packed in the packing of their factory before"
                " they are shipped; then the full cover holds."
            )
        else:
            cover = env._("The goods are not covered by this insurance at all.")
            advice = env._(
                "You may have what is above the limit declared to the insurer specially"
                " before shipping, or choose another way of insuring the goods."
            )
        return shipment.company_id._prepare_letterhead() | {
            "title": env._("Notice on the Insurance of a Shipment"),
            "number": env._("Waybill: %(waybill)s", waybill=shipment.waybill_number),
            "client": client.name or env._("The sender"),
            "salutation": env._("Dear Sir or Madam,"),
            "services": shipment.clause_reason.split("\n"),
            "paragraphs": [
                env._(
                    "You ship %(goods)s on %(day)s, in %(pieces)s pieces, insured for"
                    " %(sum)s under policy %(policy)s of %(insurer)s.",
                    goods=shipment.goods or env._("the goods of the waybill"),
                    day=format_date(env, shipment.date_shipped),
                    pieces=shipment.pieces,
                    sum=policy._format_amount(shipment.sum_insured),
                    policy=policy.number,
                    insurer=policy.insurer_id.name,
                ),
                cover,
            ],
            "last_paragraphs": [
                advice,
                env._("Read and understood (signature of the sender, date):"),
            ],
            "closing": env._("Yours sincerely,"),
            "seal": env._("(Company seal)"),
            "date": format_date(env, today, date_format="long"),
        }
