import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list
from odoo.tools.misc import format_date

from ...tools.price_sheets import AMOUNTS, COLUMNS, get_most_bands, write_price_sheets
from .price_copy import TERMS

BAND = ("weight_from", "weight_to", "weight_first", "weight_continued")


class KuaidiPriceAgreement(models.Model):
    """Hands prices out as a workbook that prints on A4 and can be filled in (PR-2)."""

    _name = "kuaidi.price.agreement"
    _inherit = ["kuaidi.price.agreement"]

    sheet_file = fields.Binary(compute="_compute_sheet_file", attachment=False)

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    def _compute_sheet_file(self):
        for agreement in self:
            content = write_price_sheets(agreement._prepare_sheets())
            agreement.sheet_file = base64.b64encode(content)

    # === ACTION METHODS === #

    def action_download_sheet(self):
        """Download the price sheet."""
        self.ensure_one()
        self.check_access("read")
        self._get_sheet_bands()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/sheet_file"
            f"/{self._get_sheet_name()}?download=true",
            "target": "download",
        }

    def action_import_sheet(self):
        """Open the window that takes a price sheet that was filled in."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        wizard = self.env["kuaidi.price.sheet.import"].create({"agreement_id": self.id})
        return wizard._get_form_action()

    def action_rate(self):
        """Open the window that rates a list of shipments by these prices."""
        self.ensure_one()
        self.check_access("read")
        rating = self.env["kuaidi.price.rating"].create({"agreement_id": self.id})
        return rating._get_form_action()

    # === BUSINESS METHODS === #

    def _get_sheet_name(self):
        """Return the file name of the price sheet."""
        self.ensure_one()
        client = self.account_id.partner_id.name or self.env._("Tariff")
        name = self.env._(
            "Prices %(client)s %(number)s", client=client, number=self.name or ""
        )
        return "".join(" " if mark in '\\/:*?"<>|#%' else mark for mark in name)[:80]

    def _get_sheet_bands(self):
        """Return what the columns of the sheet hold: bands with their units.

        :raise UserError: for more than a sheet has columns for
        """
        self.ensure_one()
        bands = sorted(
            {tuple(line[name] for name in BAND) for line in self.line_ids},
            key=lambda band: (band[0], band[1] or float("inf"), band),
        )
        limit = get_most_bands(self.is_standard)
        if len(bands) > limit:
            raise UserError(
                self.env._(
                    "The prices have %(count)s different weight bands, and a sheet has"
                    " columns for %(limit)s. Give the zones the same bands.",
                    count=len(bands),
                    limit=limit,
                )
            )
        return bands

    def _prepare_sheets(self):
        """Return what the workbook says, in the user's language."""
        self.ensure_one()
        # sudo: labels of fields
        labels = {
            model: {
                name: description["string"]
                for name, description in self.env[model]
                .sudo()
                .fields_get(attributes=["string"])
                .items()
            }
            for model in (
                "kuaidi.price.agreement",
                "kuaidi.price.line",
                "kuaidi.price.ladder",
                "kuaidi.price.excess",
                "kuaidi.price.surcharge",
            )
        }
        own, lines = labels["kuaidi.price.agreement"], labels["kuaidi.price.line"]
        bands = self._get_sheet_bands()
        return {
            "title": self.env._("Tariff")
            if self.is_standard
            else self.env._("Price Agreement"),
            "facts": self._get_sheet_facts(own),
            "terms": {name: (own[name], self[name] or 0.0) for name in TERMS},
            "bands": [dict(zip(BAND, band, strict=True)) for band in bands],
            "band_labels": {name: lines[name] for name in BAND},
            "rows": self._get_sheet_rows(bands),
            "heads": {
                "zone": [
                    self.env._("Zone Code"),
                    self.env._("Zone"),
                    self.env._("Provinces"),
                ],
                "amounts": [lines[name] for name in AMOUNTS],
                **{
                    kind: [labels[f"kuaidi.price.{kind}"][name] for name in names]
                    for kind, names in COLUMNS.items()
                },
            },
            "names": [
                self.env._("Price Table"),
                self.env._("Volume Rebate"),
                self.env._("Progressive Excess"),
                self.env._("Surcharges"),
            ],
            "is_standard": self.is_standard,
            **{kind: self._get_sheet_list(kind) for kind in COLUMNS},
        }

    def _get_sheet_facts(self, labels):
        # sudo: the sheet names client and company to whoever reads the prices
        agreement_sudo = self.sudo()
        company = agreement_sudo.company_id
        client = agreement_sudo.account_id.partner_id
        return [
            (labels["company_id"], company.name),
            (self.env._("Client"), client.name or self.env._("All clients")),
            (labels["name"], self.name or ""),
            (
                self.env._("Validity"),
                self.env._(
                    "%(date_from)s to %(date_to)s",
                    date_from=format_date(self.env, self.date_from),
                    date_to=format_date(self.env, self.date_to)
                    or self.env._("further notice"),
                ),
            ),
        ]

    def _get_sheet_rows(self, bands):
        """Return a row for each zone, and another for a band that it has twice."""
        places = {band: index for index, band in enumerate(bands)}
        rows = []
        for zone, lines in self.line_ids.grouped("zone_id").items():
            # sudo: zones of the company
            zone_sudo = zone.sudo()
            provinces = format_list(self.env, zone_sudo.state_ids.mapped("name"))
            head = (zone_sudo.code, zone_sudo.name, provinces)
            amounts = [{}]
            for line in lines:
                index = places[tuple(line[name] for name in BAND)]
                row = next((row for row in amounts if index not in row), None)
                if row is None:
                    row = {}
                    amounts.append(row)
                row[index] = {name: line[name] for name in AMOUNTS}
            rows += [(*head, row) for row in amounts]
        return rows

    def _get_sheet_list(self, kind):
        """Return the rungs or surcharges as rows, choices by their labels."""
        parts = self[f"{kind}_ids"]
        choices = {
            name: dict(parts._fields[name]._description_selection(self.env))
            for name in COLUMNS[kind]
            if parts._fields[name].type == "selection"
        }
        return [
            {
                name: choices[name][part[name]] if name in choices else part[name]
                for name in COLUMNS[kind]
            }
            for part in parts
        ]

    @api.model
    def _get_sheet_choices(self):
        """Return the keys of a surcharge's choices by their labels in any language."""
        fields_by_name = self.env["kuaidi.price.surcharge"]._fields
        choices = {"condition": {}, "kind": {}}
        for lang, _name in self.env["res.lang"].get_installed():
            env = self.with_context(lang=lang).env
            for name, found in choices.items():
                selection = fields_by_name[name]._description_selection(env)
                found.update((label, key) for key, label in selection)
        return choices
