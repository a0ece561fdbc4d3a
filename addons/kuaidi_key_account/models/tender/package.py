from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .tender_member import PARTS

STATES = [
    ("building", "Being Built"),
    ("built", "Package Built"),
    ("failed", "Not Built"),
    ("sealed", "Package Sealed"),
    ("superseded", "Former Package"),
]
FILE_KINDS = [
    ("document", "Word Document"),
    ("prices", "Price Sheet"),
    ("checklist", "Checklist"),
    ("archive", "Archive of All"),
]


class KuaidiTenderPackage(models.Model):
    """One version of the papers of a bid, as they are handed in (issue E).

    Nobody types a package: it is built from the tender, and what was built is never
    changed. A later change of the bid makes another version.
    """

    _name = "kuaidi.tender.package"
    _description = "Bid Package"
    _order = "tender_id, version desc, id desc"
    _check_company_auto = True

    tender_id = fields.Many2one(
        comodel_name="kuaidi.tender",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="tender_id.company_id", store=True, precompute=True
    )
    version = fields.Integer(required=True, readonly=True, aggregator=None)
    state = fields.Selection(
        selection=STATES, required=True, readonly=True, default="building", index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Built For",
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    # building
    progress = fields.Integer(string="Built (%)", readonly=True, aggregator=None)
    step = fields.Char(string="At Work On", readonly=True)
    error = fields.Text(string="Why It Was Not Built", readonly=True)
    attempt_count = fields.Integer(string="Attempts", readonly=True, aggregator=None)
    # drawn anew by each attempt: an attempt that was overtaken finds another one
    token = fields.Char(readonly=True, groups="base.group_system")
    date_built = fields.Datetime(string="Built On", readonly=True)
    seconds = fields.Float(string="Seconds Taken", readonly=True, aggregator=None)
    # what was built
    fingerprint = fields.Char(
        string="Fingerprint of the Contents",
        readonly=True,
        help="SHA-256 of all that the bid consisted of when it was built.",
    )
    is_current = fields.Boolean(
        string="Up to Date",
        compute="_compute_is_current",
        help="Nothing of the bid has changed since it was built.",
    )
    file_ids = fields.One2many(
        comodel_name="kuaidi.tender.package.file",
        inverse_name="package_id",
        string="Package Files",
        readonly=True,
    )
    date_sealed = fields.Datetime(string="Sealed On", readonly=True)
    sealed_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        ondelete="restrict",
    )

    _version_uniq = models.UniqueIndex(
        "(tender_id, version)", "This version of the package exists already."
    )
    _building_uniq = models.UniqueIndex(
        "(tender_id) WHERE state = 'building'",
        "The package of this tender is being built already. Wait until it is ready.",
    )
    _sealed_uniq = models.UniqueIndex(
        "(tender_id) WHERE state = 'sealed'",
        "Another package of this tender is sealed. Open its seal first.",
    )
    _progress_range = models.Constraint(
        "CHECK(progress BETWEEN 0 AND 100)", "Progress is between 0 and 100 percent."
    )

    # === COMPUTE METHODS === #

    @api.depends("tender_id", "version")
    def _compute_display_name(self):
        for package in self:
            # sudo: whoever may see the package knows of which tender it is
            package.display_name = self.env._(
                "%(tender)s, version %(version)s",
                tender=package.tender_id.sudo().number,
                version=package.version,
            )

    @api.depends("state", "fingerprint")
    def _compute_is_current(self):
        for package in self:
            package.is_current = package._is_current()

    # === ACTION METHODS === #

    def action_download(self):
        """Download everything as one archive.

        :raise UserError: when it was not built
        """
        self.ensure_one()
        self.check_access("read")
        archive = self.file_ids.filtered(lambda file: file.kind == "archive")
        if not archive:
            raise UserError(
                self.env._("This package was not built. Build it again first.")
            )
        return archive.action_download()

    # === BUSINESS METHODS === #

    def _is_current(self):
        """Tell whether nothing of the bid has changed since the package was built.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.state in ("built", "sealed")
            and self.fingerprint
            and self.fingerprint == self.tender_id._get_bid_fingerprint()
        )

    def _check_sealable(self):
        """Check that the package can be sealed: built whole, and still right.

        :raise UserError: saying what to do
        """
        self.ensure_one()
        if self.state != "built":
            raise UserError(
                self.env._("Build the package first: only a built one is sealed.")
            )
        if not self._is_current():
            raise UserError(
                self.env._(
                    "The bid was changed after version %(version)s was built. Build"
                    " the package again, and look through it.",
                    version=self.version,
                )
            )

    def _seal(self):
        """Seal the package: from now on it stays as it is.

        Who may do so, and whether findings stand against it, is checked by the caller.

        :raise UserError: when it is not built or not up to date
        :raise LockError: while it is being moved by somebody else
        """
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._check_sealable()
        # sudo: packages are written by the system alone
        self.sudo().write(
            {
                "state": "sealed",
                "date_sealed": fields.Datetime.now(),
                "sealed_by_id": self.env.uid,
            }
        )

    def _unseal(self):
        """Open the seal: the package stays on file as a former one."""
        # sudo: packages are written by the system alone
        self.sudo().filtered(lambda package: package.state == "sealed").write(
            {"state": "superseded"}
        )


class KuaidiTenderPackageFile(models.Model):
    """One file of a package, with the hash by which it is known."""

    _name = "kuaidi.tender.package.file"
    _description = "Bid Package File"
    _inherit = ["kuaidi.line.mixin"]
    _order = "package_id, sequence, id"

    package_id = fields.Many2one(
        comodel_name="kuaidi.tender.package",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="package_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char(string="File Name", required=True, readonly=True)
    kind = fields.Selection(
        selection=FILE_KINDS, string="Kind of File", required=True, readonly=True
    )
    part = fields.Selection(selection=PARTS, string="Bid Part", readonly=True)
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="File",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    checksum = fields.Char(string="SHA-256", required=True, readonly=True)
    file_size = fields.Integer(string="Size (Bytes)", readonly=True)

    # === ACTION METHODS === #

    def action_download(self):
        """Download the file."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }


class KuaidiTender(models.Model):
    """Has the package of a bid built."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    package_ids = fields.One2many(
        comodel_name="kuaidi.tender.package",
        inverse_name="tender_id",
        string="Packages",
        readonly=True,
    )
    package_count = fields.Integer(
        string="Versions of the Package", compute="_compute_form_counts"
    )

    # === ACTION METHODS === #

    def action_build_package(self):
        """Have the package built in the background, and show how far it is.

        :raise UserError: when one is being built, or the bid is sealed
        """
        self.ensure_one()
        self._lock()
        self._check_not_frozen()
        if not self.section_ids:
            raise UserError(
                self.env._(
                    "Divide the bid into sections first: without them there is nothing"
                    " to build."
                )
            )
        packages = self.package_ids
        packages.invalidate_recordset(["state", "version"])
        if any(package.state == "building" for package in packages):
            raise UserError(
                self.env._(
                    "The package of %(tender)s is being built already. Wait until it is"
                    " ready.",
                    tender=self.display_name,
                )
            )
        # sudo: packages are written by the system alone
        package = packages.sudo().create(
            {
                "tender_id": self.id,
                "version": max(packages.mapped("version"), default=0) + 1,
                "user_id": self.env.uid,
            }
        )
        # sudo: the cron belongs to the system
        self.env.ref("kuaidi_key_account.cron_build_packages").sudo()._trigger()
        return package.sudo(False)._get_records_action()

    def action_view_packages(self):
        """Open the versions of the package."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_tender_package_action"
        )
        return action | {"domain": [("tender_id", "=", self.id)]}

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts(self):
        return super()._get_form_counts() | {
            "package_count": SQL(
                "(SELECT count(*) FROM kuaidi_tender_package package"
                " WHERE package.tender_id = tender.id)"
            )
        }

    @api.model
    def _get_form_counts_depends(self):
        return [*super()._get_form_counts_depends(), "package_ids.tender_id"]

    def _get_package(self):
        """Return the newest package that was built or sealed, if there is one."""
        self.ensure_one()
        return self.env["kuaidi.tender.package"].search(
            [("tender_id", "=", self.id), ("state", "in", ("built", "sealed"))], limit=1
        )
