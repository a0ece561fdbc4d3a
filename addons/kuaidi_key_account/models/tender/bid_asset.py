from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ...tools.evidence_file import PICTURE_FORMATS, find_fault
from ..account.file_mixin import FILE_SIGNATURES
from .bid_asset_type import ASSET_KINDS

EVIDENCE_TYPES = {"application/pdf", *PICTURE_FORMATS}


class KuaidiBidAsset(models.Model):
    """A paper, similar contract, text or person that bids are made of (TE-2)."""

    _name = "kuaidi.bid.asset"
    _description = "Library Entry"
    _inherit = ["mail.thread", "mail.activity.mixin", "kuaidi.file.mixin"]
    _order = "type_id, name, version desc, id desc"
    _rec_names_search = ["name", "number", "client_name"]
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(string="Title", required=True, tracking=True)
    type_id = fields.Many2one(
        comodel_name="kuaidi.bid.asset.type",
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', kind)]",
    )
    kind = fields.Selection(
        selection=ASSET_KINDS,
        compute="_compute_kind",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        help="Keeps it up to date and is reminded before it ends.",
    )
    tag_ids = fields.Many2many(comodel_name="kuaidi.bid.asset.tag", string="Tags")
    active = fields.Boolean(default=True)
    # version
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator=None)
    state = fields.Selection(
        selection=[
            ("draft", "Being Drawn Up"),
            ("current", "In Use"),
            ("superseded", "Former Version"),
        ],
        required=True,
        default="current",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    former_id = fields.Many2one(
        comodel_name="kuaidi.bid.asset",
        string="Version Before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    next_ids = fields.One2many(
        comodel_name="kuaidi.bid.asset",
        inverse_name="former_id",
        string="Version After",
        readonly=True,
    )
    # paper
    holder_name = fields.Char(
        string="Company Named On It",
        compute="_compute_holder_name",
        store=True,
        precompute=True,
        readonly=False,
        help="As it stands on the paper, letter by letter: a bid in which names of the"
        " bidder differ is rejected.",
    )
    number = fields.Char(string="Number on the Paper")
    issuer = fields.Char(string="Issued By")
    date_issue = fields.Date(string="Issued On")
    date_expiry = fields.Date(
        string="Valid Until",
        index=True,
        tracking=True,
        help="Last day on which it is valid. Empty: it has no end.",
    )
    date_review = fields.Date(
        string="Look Through On",
        help="When the owner looks whether it is still right: figures, names, network.",
    )
    validity = fields.Selection(
        selection=[
            ("unlimited", "Without End"),
            ("valid", "Valid"),
            ("expiring", "Ends Soon"),
            ("expired", "Expired"),
        ],
        compute="_compute_validity",
        search="_search_validity",
    )
    body = fields.Html(
        string="Text",
        sanitize_style=True,
        help="What is copied into a section of the bid and edited there.",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_bid_asset_attachment_rel",
        column1="asset_id",
        column2="attachment_id",
        string="Evidence Files",
        copy=False,
        help="PDF, JPG or PNG. In a bid they stand in the order of uploading.",
    )
    cover_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="Picture",
        compute="_compute_cover_id",
        store=True,
        help="The first of its files that is a picture.",
    )
    note = fields.Text(string="Notes for Colleagues")

    _lifetime = models.Constraint(
        "CHECK(date_expiry IS NULL OR date_issue IS NULL OR date_expiry >= date_issue)",
        "A paper ends after it was issued.",
    )
    _former_uniq = models.UniqueIndex(
        "(former_id) WHERE former_id IS NOT NULL",
        "There is a new version of this already. Go on with that one.",
    )

    # === COMPUTE METHODS === #

    @api.depends("type_id")
    def _compute_kind(self):
        for asset in self:
            asset.kind = asset.type_id.kind or asset.kind or "qualification"

    @api.depends("kind", "company_id")
    def _compute_holder_name(self):
        for asset in self:
            asset.holder_name = asset.holder_name or (
                asset.kind != "text" and asset.company_id.name
            )

    @api.depends("attachment_ids.mimetype")
    def _compute_cover_id(self):
        for asset in self:
            # sudo: which file is a picture, whoever may read them
            pictures = asset.sudo().attachment_ids.filtered(
                lambda file: file.mimetype in PICTURE_FORMATS
            )
            asset.cover_id = pictures[:1].id

    @api.depends("date_expiry", "date_reminder")
    def _compute_validity(self):
        for asset in self:
            today = asset._get_today()
            if not asset.date_expiry:
                asset.validity = "unlimited"
            elif asset.date_expiry < today:
                asset.validity = "expired"
            elif asset.date_reminder and asset.date_reminder <= today:
                asset.validity = "expiring"
            else:
                asset.validity = "valid"

    def _search_validity(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        living = Domain("date_expiry", ">=", today)
        domains = {
            "unlimited": Domain("date_expiry", "=", False),
            "expired": Domain("date_expiry", "<", today),
            "expiring": living & Domain("date_reminder", "<=", today),
            "valid": living & Domain("date_reminder", ">", today),
        }
        return Domain.OR(domains[name] for name in value if name in domains)

    @api.depends("name", "version", "state")
    def _compute_display_name(self):
        for asset in self:
            asset.display_name = asset.name
            if asset.version > 1 or asset.state != "current":
                asset.display_name = self.env._(
                    "%(name)s (version %(version)s)",
                    name=asset.name,
                    version=asset.version,
                )

    # === CONSTRAINT METHODS === #

    @api.constrains("type_id", "kind")
    def _check_kind(self):
        for asset in self:
            if asset.type_id and asset.type_id.kind != asset.kind:
                raise ValidationError(
                    self.env._(
                        "%(type)s is no type for this kind of entry. Choose another"
                        " type.",
                        type=asset.type_id.name,
                    )
                )

    @api.constrains("type_id", "date_expiry", "state")
    def _check_expiry_given(self):
        for asset in self:
            if (
                asset.type_id.is_expiry_needed
                and not asset.date_expiry
                and asset.state == "current"
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s: a paper of the type %(type)s ends one day. Enter"
                        " until when it is valid.",
                        name=asset.name,
                        type=asset.type_id.name,
                    )
                )

    @api.constrains("attachment_ids")
    def _check_readable_files(self):
        """Refuse what no bid could be made of: broken, locked, or too large."""
        # sudo: the files are judged before the user may read them again
        for attachment in self.sudo().attachment_ids:
            if attachment.mimetype not in EVIDENCE_TYPES:
                continue  # refused as a kind of file
            fault = find_fault(attachment.raw, attachment.mimetype)
            if fault:
                raise ValidationError(self._get_fault_message(attachment, fault))

    # === BUSINESS METHODS === #

    @api.model
    def _get_file_signatures(self):
        return {
            mimetype: signature
            for mimetype, signature in FILE_SIGNATURES.items()
            if mimetype in EVIDENCE_TYPES
        }

    def _get_wrong_file_message(self, attachment):
        return self.env._(
            "%(name)s is of the type %(type)s, or not what it claims to be. Evidence in"
            " a bid is a PDF, a JPG or a PNG: scan it or print it as a PDF.",
            name=attachment.name,
            type=attachment.mimetype,
        )

    @api.model
    def _get_fault_message(self, attachment, fault):
        if fault == "password":
            return self.env._(
                "%(name)s is protected by a password. Attach a copy without it: pages"
                " of it could not be put into a bid.",
                name=attachment.name,
            )
        if fault == "pixels":
            return self.env._(
                "%(name)s has too many pixels. Scan it with 300 dpi at most.",
                name=attachment.name,
            )
        return self.env._(
            "%(name)s is damaged: it cannot be opened. Scan or download it again.",
            name=attachment.name,
        )

    def _get_evidence_files(self):
        """Return the files of these entries in the order in which a bid shows them."""
        files = self.env["ir.attachment"]
        for asset in self:
            # sudo: whoever may read the entry may read its files
            files |= asset.sudo().attachment_ids.sorted("id")
        return files

    def _get_today(self):
        return self.env["kuaidi.deadline"]._get_today(
            self.company_id or self.env.company
        )

    def _check_valid_until(self, date):
        """Refuse what ends before a day, such as the last one of a bid's validity.

        What ends on that very day is still valid on it.

        :param date: the last day on which it has to be valid; empty for today
        :raise ValidationError: with the name and the end of each that ends before
        """
        short = self.filtered(
            lambda asset: (
                asset.date_expiry and asset.date_expiry < (date or asset._get_today())
            )
        )
        if not short:
            return
        names = ", ".join(
            self.env._(
                "%(name)s (until %(date)s)",
                name=asset.name,
                date=format_date(self.env, asset.date_expiry),
            )
            for asset in short
        )
        if not date:
            raise ValidationError(
                self.env._("This has expired: %(names)s. Renew it first.", names=names)
            )
        raise ValidationError(
            self.env._(
                "The bid has to be valid until %(date)s. This ends before: %(names)s."
                " Renew it first, or take another.",
                date=format_date(self.env, date),
                names=names,
            )
        )
