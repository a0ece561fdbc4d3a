import re

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang

FIELD_TAG = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
# what is left of tags that are broken, or more than a field
OTHER_TAG = re.compile(r"\{\{.{0,40}|\}\}|\{%.{0,40}|%\}|\{#.{0,40}")


class KuaidiTender(models.Model):
    """Divides a bid into sections with owners, and says what stands in its fields."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    template_id = fields.Many2one(
        comodel_name="kuaidi.tender.template",
        string="Bid Structure",
        ondelete="restrict",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Empty: the structure for this form of tender.",
    )
    layout_id = fields.Many2one(
        comodel_name="kuaidi.bid.layout",
        string="Bid Layout",
        ondelete="restrict",
        domain="[('company_id', 'in', (False, company_id))]",
        help="The Word file into which the bid is written. Empty: that of the"
        " structure, or the first of the company.",
    )
    signatory_name = fields.Char(
        string="Legal Representative", help="Signs the bid, or grants the power to."
    )
    proxy_name = fields.Char(
        string="Authorised Agent",
        help="Who signs by power of attorney. Empty: the legal representative signs.",
    )
    section_ids = fields.One2many(
        comodel_name="kuaidi.tender.section",
        inverse_name="tender_id",
        string="Sections",
    )
    section_count = fields.Integer(compute="_compute_form_counts")
    section_done_count = fields.Integer(
        string="Sections Ready", compute="_compute_form_counts"
    )
    section_percent = fields.Integer(
        string="Bid Written (%)",
        compute="_compute_section_percent",
        help="Sections that are ready, of all that the bid consists of.",
    )

    # === COMPUTE METHODS === #

    @api.depends("section_ids.state")
    def _compute_section_percent(self):
        groups = self.env["kuaidi.tender.section"]._read_group(
            domain=[("tender_id", "in", self.ids)],
            groupby=["tender_id", "state"],
            aggregates=["__count"],
        )
        counts = {}
        for tender, state, count in groups:
            total, done = counts.get(tender.id, (0, 0))
            counts[tender.id] = total + count, done + count * (state == "done")
        for tender in self:
            total, done = counts.get(tender._origin.id, (0, 0))
            tender.section_percent = 100 * done // total if total else 0

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if "date_deadline" in vals:
            self.section_ids._update_activities()
        return res

    # === ACTION METHODS === #

    def action_create_sections(self):
        """Divide the bid by its structure; sections that there are stay as they are.

        :return: the progress board of the sections
        :raise UserError: where no structure fits
        """
        self.check_access("write")
        self._check_not_frozen()
        for tender in self:
            template = tender.template_id or self.env[
                "kuaidi.tender.template"
            ]._get_fitting(tender.form, tender.company_id)
            if not template:
                raise UserError(
                    self.env._(
                        "There is no bid structure for this form of tender. The CRM"
                        " centre enters one under Configuration, Tenders."
                    )
                )
            tender.template_id = template
            # their names stand in the bid: in its language
            lines = template.with_context(lang=tender._get_bid_lang()).line_ids
            known = tender.section_ids.template_line_id
            assets = tender._get_usual_assets(lines.asset_type_id)
            # sudo: the line that a section comes from is guarded
            self.env["kuaidi.tender.section"].sudo().with_context(
                mail_create_nolog=True, mail_create_nosubscribe=True
            ).create(
                [
                    tender._prepare_section(line, assets)
                    for line in lines
                    if line not in known
                ]
            )
        return self.action_view_sections()

    def action_view_sections(self):
        """Open the progress board of the bid's sections."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_tender_section_action"
        )
        return action | {
            "domain": [("tender_id", "in", self.ids)],
            "context": {"default_tender_id": self.id if len(self) == 1 else False},
        }

    # === BUSINESS METHODS === #

    def _get_usual_assets(self, types):
        """Return by type what the library has that is valid as long as the bid."""
        self.ensure_one()
        end = self._get_validity_end() or self._get_today()
        assets = self.env["kuaidi.bid.asset"].search(
            [
                ("type_id", "in", types.ids),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "current"),
                "|",
                ("date_expiry", "=", False),
                ("date_expiry", ">=", end),
            ],
            order="id desc",
        )
        return {asset.type_id: asset for asset in assets}

    def _prepare_section(self, line, assets):
        """Return the values of the section that a usual one makes.

        :param assets: what the library has, by type
        """
        self.ensure_one()
        asset = assets.get(line.asset_type_id, self.env["kuaidi.bid.asset"])
        text = asset.body if asset.kind == "text" else False
        return {
            "tender_id": self.id,
            "template_line_id": line.id,
            "name": line.name,
            "sequence": line.sequence,
            "part": line.part,
            "content": line.content,
            "user_id": self._get_part_user(line.role or line.part).id,
            "days_before": line.days_before,
            "is_mandatory": line.is_mandatory,
            "needs_signature": line.needs_signature,
            "needs_seal": line.needs_seal,
            "asset_ids": asset.ids,
            "body": text or line.body,
        }

    @api.model
    def _get_form_counts(self):
        sections = self.env["kuaidi.tender.section"]
        state = SQL.identifier("part", "state", to_flush=sections._fields["state"])

        def count(expression):
            return SQL(
                "(SELECT %s FROM kuaidi_tender_section part"
                " WHERE part.tender_id = tender.id)",
                expression,
            )

        return super()._get_form_counts() | {
            "section_count": count(SQL("count(*)")),
            "section_done_count": count(
                SQL("count(*) FILTER (WHERE %s = 'done')", state)
            ),
        }

    @api.model
    def _get_form_counts_depends(self):
        return [*super()._get_form_counts_depends(), "section_ids.state"]

    @api.model
    def _get_live_fields(self):
        return super()._get_live_fields() | {"section_ids"}

    def _get_bid_lang(self):
        """Return the language of the bid: Chinese, where the database has it."""
        installed = dict(self.env["res.lang"].get_installed())
        return "zh_CN" if "zh_CN" in installed else self.env.lang or "en_US"

    @api.model
    def _get_bid_fields(self):
        """Return the fields that layouts and texts of a bid may name, with labels."""
        return {
            "project": self.env._("Name of the project"),
            "number": self.env._("Number that the issuer gave the tender"),
            "our_number": self.env._("Our number of the tender"),
            "issuer": self.env._("Name of the issuer"),
            "agency": self.env._("Name of the tender agency"),
            "bidder": self.env._("Name of our company"),
            "bidder_vat": self.env._("Tax number of our company"),
            "bidder_address": self.env._("Address of our company"),
            "bidder_phone": self.env._("Telephone of our company"),
            "signatory": self.env._("Name of the legal representative"),
            "proxy": self.env._("Name of the authorised agent"),
            "date": self.env._("Day of the bid: that of the deadline"),
            "lots": self.env._("Numbers of the lots that we bid for"),
            "amount_bid": self.env._("Our price in figures"),
            "validity_days": self.env._("Days for which the bid is valid"),
            "originals": self.env._("Number of originals"),
            "copies": self.env._("Number of copies"),
        }

    def _prepare_bid_values(self):
        """Return the text of each field, in the language of the environment."""
        self.ensure_one()
        company = self.company_id
        address = (company.state_id.name, company.city, company.street, company.street2)
        day = self._get_local_date(self.date_deadline)
        return {
            "project": self.name,
            "number": self.reference or "",
            "our_number": self.number,
            "issuer": self.partner_id.name or "",
            "agency": self.agency_id.name or "",
            "bidder": company.name,
            "bidder_vat": company.vat or "",
            "bidder_address": "".join(filter(None, address)),
            "bidder_phone": company.phone or "",
            "signatory": self.signatory_name or "",
            "proxy": self.proxy_name or "",
            "date": format_date(self.env, day, date_format="long") if day else "",
            "lots": "、".join(self.lot_ids.mapped("number")),
            "amount_bid": formatLang(
                self.env, self.amount_bid, currency_obj=self.currency_id
            )
            if self.amount_bid
            else "",
            "validity_days": str(self.validity_days),
            "originals": str(self.original_count),
            "copies": str(self.copy_count),
        }

    @api.model
    def _check_bid_text(self, text, place):
        """Check that a text names fields that there are, and holds nothing else.

        :raise ValidationError: naming the text and the tag
        """
        self._fill_bid_text(text, dict.fromkeys(self._get_bid_fields(), ""), place)

    @api.model
    def _fill_bid_text(self, text, values, place):
        """Return a text with its fields filled in; nothing in it is executed.

        :raise ValidationError: naming the text and the tag that is wrong
        """
        text = text or ""
        unknown = [name for name in FIELD_TAG.findall(text) if name not in values]
        if unknown:
            raise ValidationError(
                self.env._(
                    "The text of %(place)s names fields that there are not:"
                    " %(names)s. Correct them, or take them out.",
                    place=place,
                    names=", ".join(dict.fromkeys(unknown)),
                )
            )
        broken = OTHER_TAG.search(FIELD_TAG.sub("", text))
        if broken:
            raise ValidationError(
                self.env._(
                    "The text of %(place)s holds a broken tag, or more than a field:"
                    " %(tag)s. Only {{ name }} is filled in.",
                    place=place,
                    tag=Markup(broken[0]).striptags(),
                )
            )
        return FIELD_TAG.sub(lambda found: str(escape(values[found[1]])), text)
