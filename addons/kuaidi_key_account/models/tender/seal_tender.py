from odoo import fields, models
from odoo.exceptions import UserError

LISTED = 5


class KuaidiTender(models.Model):
    """Seals a bid that nothing speaks against, or that others have approved."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    seal_request_ids = fields.One2many(
        comodel_name="kuaidi.tender.seal.request",
        inverse_name="tender_id",
        string="Requests to Seal",
        readonly=True,
    )

    # === ACTION METHODS === #

    def action_request_seal(self):
        """Open the request to seal the bid all the same; the open one, if there is.

        :raise AccessError: for whoever does not work on the tender
        :raise UserError: when the bid is not in preparation
        """
        self.ensure_one()
        self.check_access("write")
        self._check_is("preparing")
        request = self.seal_request_ids.filtered(
            lambda request: request.state in ("draft", "to_approve")
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Seal All the Same"),
            "res_model": "kuaidi.tender.seal.request",
            "res_id": request.id,
            "views": [(False, "form")],
            "context": {"default_tender_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _check_sealable(self):
        """Check package and findings of this one bid before it is sealed.

        :raise UserError: without a package that is up to date, or with grounds for
            rejection that nobody has approved
        """
        res = super()._check_sealable()
        package = self._get_package()
        if not package:
            raise UserError(
                self.env._(
                    "Build the package of %(tender)s first: the package is what is"
                    " sealed.",
                    tender=self.display_name,
                )
            )
        package._check_sealable()
        self._refresh_findings()
        approved = self._get_approved_keys().get(self.id, set())
        blockers = self._get_open_blockers().filtered(
            lambda finding: finding.key not in approved
        )
        if blockers:
            names = blockers[:LISTED].mapped("name")
            more = len(blockers) - len(names)
            if more:
                names.append(self.env._("… and %(count)s more.", count=more))
            raise UserError(
                self.env._(
                    "%(tender)s would be rejected:\n%(findings)s\nPut it right and"
                    " check anew, or ask to seal it all the same.",
                    tender=self.display_name,
                    findings="\n".join(names),
                )
            )
        return res

    def _on_sealed(self):
        res = super()._on_sealed()
        self._get_package()._seal()
        # sudo: an approval holds for one sealing, whoever seals
        requests_sudo = self.sudo().seal_request_ids
        requests_sudo.filtered(
            lambda request: request.state == "approved" and not request.date_used
        ).date_used = fields.Datetime.now()
        return res

    def _on_unsealed(self):
        res = super()._on_unsealed()
        self.package_ids._unseal()
        return res

    def _get_open_blockers(self):
        """Return the findings of the last check that would have this bid rejected."""
        self.ensure_one()
        return self.finding_ids.filtered(lambda f: f.severity == "blocker")

    def _get_approved_keys(self):
        """Return what may stand when these bids are sealed, by tender id.

        :rtype: dict[int, set[str]]
        """
        # sudo: whether it was approved is a fact, whoever may read the request
        requests_sudo = (
            self.env["kuaidi.tender.seal.request"]
            .sudo()
            .search(
                [
                    ("tender_id", "in", self.ids),
                    ("state", "=", "approved"),
                    ("date_used", "=", False),
                ]
            )
        )
        keys = {}
        for request in requests_sudo:
            keys.setdefault(request.tender_id.id, set()).update(
                request.blocker_keys or ()
            )
        return keys
