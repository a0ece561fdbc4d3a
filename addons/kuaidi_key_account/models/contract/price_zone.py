import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# what a province's name may go without in a list of shipments
ENDINGS = re.compile("(省|市|特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区)$")


class KuaidiPriceZone(models.Model):
    """Where parcels go to, as far as it matters for the price (2.9)."""

    _name = "kuaidi.price.zone"
    _description = "Price Zone"
    _order = "sequence, id"
    _rec_names_search = ["name", "code", "state_ids"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        string="Zone Code",
        required=True,
        help="Short and unchanging: price sheets and lists of shipments name it.",
    )
    sequence = fields.Integer(default=10, aggregator=None)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state_ids = fields.Many2many(
        comodel_name="res.country.state",
        relation="kuaidi_price_zone_state_rel",
        column1="zone_id",
        column2="state_id",
        string="Provinces",
        help="Destinations of this zone. A province belongs to one zone.",
    )
    is_remote = fields.Boolean(
        string="Remote",
        help="Prices to remote zones are never discounted (2.9 d), unless the settings"
        " allow it.",
    )

    _code_given = models.Constraint(
        "CHECK(btrim(code) <> '')", "A zone has a code: lists of shipments name it."
    )
    _company_code_uniq = models.UniqueIndex(
        "(company_id, lower(code))",
        "Another zone of this company has that code (it may be archived).",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("state_ids", "company_id", "active")
    def _check_provinces_once(self):
        """A province of two zones would have two prices."""
        zones = self.search([("company_id", "in", self.company_id.ids)])
        owners = {}
        for zone in zones:
            for state in zone.state_ids:
                other = owners.setdefault((zone.company_id, state), zone)
                if other != zone:
                    raise ValidationError(
                        self.env._(
                            "%(province)s belongs to %(zone)s and to %(other)s. Take"
                            " it out of one of them.",
                            province=state.name,
                            zone=other.name,
                            other=zone.name,
                        )
                    )

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for zone, vals in zip(self, vals_list, strict=True):
            vals["code"] = self.env._("%(code)s (copy)", code=zone.code)
            vals["state_ids"] = []
        return vals_list

    # === BUSINESS METHODS === #

    @api.model
    def _get_index(self, company):
        """Return the zone id by all that a zone of the company is called.

        By its code and names, and by its provinces' ids, names, and names without
        their endings; texts are in small letters.

        :rtype: dict
        """
        # sudo: zones of a company are no secret of its own
        zones = self.sudo().search([("company_id", "=", company.id)])
        index = {}
        for lang, _name in self.env["res.lang"].get_installed():
            for zone in zones.with_context(lang=lang):
                index[zone.name.strip().lower()] = zone.id
        for zone in zones:
            for state in zone.state_ids:
                index[state] = zone.id
                name = state.name.strip().lower()
                index.setdefault(name, zone.id)
                index.setdefault(ENDINGS.sub("", name), zone.id)
        for zone in zones:
            index[zone.code.strip().lower()] = zone.id
        return index

    @api.model
    def _get_default_zones(self):
        """Return the values of the zones that a company starts with.

        The greater regions of China by which express companies publish tariffs;
        Xinjiang, Tibet and Inner Mongolia are remote.
        """
        regions = (
            ("HN", self.env._("South China"), "GD GX HI FJ", False),
            ("HD", self.env._("East China"), "SH JS ZJ AH JX", False),
            ("HZ", self.env._("Central China"), "HB HN HA", False),
            ("HB", self.env._("North China"), "BJ TJ HE SX SD", False),
            ("XN", self.env._("South-West China"), "SC CQ GZ YN", False),
            ("DB", self.env._("North-East China"), "LN JL HL", False),
            ("XB", self.env._("North-West China"), "SN GS QH NX", False),
            ("PY", self.env._("Remote Regions"), "XJ XZ NM", True),
        )
        return [
            {
                "code": code,
                "name": name,
                "sequence": 10 * number,
                "is_remote": is_remote,
                "state_ids": [
                    self.env.ref(f"base.state_cn_{province}").id
                    for province in provinces.split()
                ],
            }
            for number, (code, name, provinces, is_remote) in enumerate(regions, 1)
        ]
