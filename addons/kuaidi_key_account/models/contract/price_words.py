from markupsafe import Markup

from odoo import api, fields, models

from .price_calculate import TERM_FIELDS


class KuaidiPriceAgreement(models.Model):
    """Says prices, and what is wrong with them, in words."""

    _name = "kuaidi.price.agreement"
    _inherit = ["kuaidi.price.agreement"]

    price_table = fields.Html(compute="_compute_price_table", sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends(*TERM_FIELDS)
    @api.depends_context("lang")
    def _compute_price_table(self):
        """Lay the lines out as a table: a row for each zone, a column for each band."""
        for agreement in self:
            bands = agreement._get_bands()
            if not bands:
                agreement.price_table = False
                continue
            heads = Markup().join(
                Markup("<th class='text-end text-nowrap'>%s</th>")
                % self._format_band(*band)
                for band in bands
            )
            rows = Markup().join(
                agreement._get_table_row(zone, lines, bands)
                for zone, lines in agreement.line_ids.grouped("zone_id").items()
            )
            agreement.price_table = Markup(
                "<div class='table-responsive'><table class='table table-sm"
                " table-hover o_kuaidi_price_table'><thead><tr><th>%s</th>%s</tr>"
                "</thead><tbody>%s</tbody></table></div>%s"
            ) % (self.env._("Zone"), heads, rows, agreement._get_table_notes())

    # === BUSINESS METHODS === #

    def _get_bands(self):
        """Return the weight bands of all lines, the open one last."""
        bands = {(line.weight_from, line.weight_to) for line in self.line_ids}
        return sorted(bands, key=lambda band: (band[0], band[1] or float("inf")))

    def _get_table_row(self, zone, lines, bands):
        by_band = {(line.weight_from, line.weight_to): line for line in lines}
        cells = Markup().join(
            Markup("<td class='text-end text-nowrap'>%s</td>")
            % (self._format_line(by_band[band]) if band in by_band else "–")
            for band in bands
        )
        return Markup("<tr><td class='text-nowrap'>%s</td>%s</tr>") % (
            zone.name or "",
            cells,
        )

    def _get_table_notes(self):
        """Return what changes the prices of the table, a line for each."""
        notes = []
        if self.excess_ids:
            rungs = (
                self.env._(
                    "from %(pieces)s: %(amount)s yuan",
                    pieces=rung.pieces_from,
                    amount=f"{rung.amount_piece:.2f}",
                )
                for rung in self.excess_ids
            )
            notes.append(
                self.env._(
                    "First amount by the parcels of a day: %(rungs)s (not to remote"
                    " zones)",
                    rungs="; ".join(rungs),
                )
            )
        if self.discount_percent:
            notes.append(
                self.env._(
                    "Less a composite discount of %(percent)s %%",
                    percent=f"{self.discount_percent:g}",
                )
            )
        if self.ladder_ids:
            rungs = (
                self.env._(
                    "from %(pieces)s: %(percent)s %%",
                    pieces=rung.pieces_from,
                    percent=f"{rung.discount_percent:g}",
                )
                for rung in self.ladder_ids
            )
            notes.append(
                self.env._(
                    "Less a rebate by the parcels of a month: %(rungs)s",
                    rungs="; ".join(rungs),
                )
            )
        return Markup().join(
            Markup("<div class='text-muted'>%s</div>") % note for note in notes
        )

    @api.model
    def _format_line(self, line):
        """Return what a line asks for, such as 8.00 + 2.00 per 1 kg."""
        if not line.amount_continued:
            return f"{line.amount_first:.2f}"
        return self.env._(
            "%(first)s + %(continued)s per %(unit)s kg",
            first=f"{line.amount_first:.2f}",
            continued=f"{line.amount_continued:.2f}",
            unit=f"{line.weight_continued:g}",
        )

    def _describe_step(self, code, values):
        """Return one step of a calculation in words."""
        money = {
            name: f"{values[name]:.2f}"
            for name in ("amount", "begin", "amount_continued")
            if name in values
        }
        number = {
            name: f"{values[name].normalize():f}"
            for name in values
            if name not in money
            and name not in ("zone", "name", "weight_to")
            and values[name] is not None
        }
        if code == "volumetric":
            return self.env._(
                "Volumetric weight %(volumetric)s kg (divisor %(divisor)s) is more than"
                " %(weight)s kg: it is charged",
                **number,
            )
        if code == "actual":
            return self.env._(
                "Actual weight %(weight)s kg is not below the volumetric weight of"
                " %(volumetric)s kg: it is charged",
                **number,
            )
        if code == "rounded":
            return self.env._(
                "Charged as %(weight)s kg, in steps of %(step)s kg", **number
            )
        if code == "excess":
            return self.env._(
                "By the parcels of the day, a parcel begins at %(amount)s yuan", **money
            )
        if code in ("first", "continued"):
            return self._describe_freight(code, values, money, number)
        if code == "discount":
            return self.env._(
                "Composite discount of %(percent)s %%: %(amount)s yuan",
                percent=number["percent"],
                amount=money["amount"],
            )
        if code == "rebate":
            return self.env._(
                "Volume rebate of %(percent)s %%: %(amount)s yuan",
                percent=number["percent"],
                amount=money["amount"],
            )
        if code == "minimum":
            return self.env._("At least %(amount)s yuan of freight", **money)
        if code == "surcharge":
            return self.env._(
                "%(name)s: + %(amount)s yuan", name=values["name"], **money
            )
        return self.env._("The client pays %(amount)s yuan", **money)

    def _describe_freight(self, code, values, money, number):
        # sudo: zones of the company are named to whoever prices
        zone = self.env["kuaidi.price.zone"].sudo().browse(values["zone"])
        band = self._format_band(
            float(values["weight_from"]), float(values["weight_to"] or 0)
        )
        if code == "first":
            return self.env._(
                "%(zone)s, %(band)s: %(amount)s yuan",
                zone=zone.name,
                band=band,
                amount=money["amount"],
            )
        return self.env._(
            "%(zone)s, %(band)s: first %(weight_first)s kg %(begin)s yuan, %(units)s ×"
            " %(weight_continued)s kg at %(amount_continued)s yuan: %(amount)s yuan",
            zone=zone.name,
            band=band,
            weight_first=number["weight_first"],
            units=number["units"],
            weight_continued=number["weight_continued"],
            **money,
        )

    def _describe_price_error(self, error, zone=None, names=()):
        """Say why a parcel has no price, and what to do.

        :param PriceError error: from the arithmetic
        :param zone: what was named as its destination
        :param names: of the surcharges on demand that there are
        """
        values = error.values
        if error.code == "zone" and zone:
            return self.env._(
                "%(zone)s is in no zone of these prices. Correct the name, or add"
                " prices for it.",
                zone=zone,
            )
        if error.code == "zone":
            return self.env._(
                "These prices have no line for this zone. Add one, or choose another"
                " zone."
            )
        if error.code == "weight":
            return self.env._("A weight has to be above 0 kg.")
        if error.code == "size":
            return self.env._(
                "Give length, width and height, all above 0 cm, or none of them."
            )
        if error.code == "service":
            return self.env._(
                "No surcharge on demand is called %(name)s. There are: %(names)s.",
                name=values["name"],
                names=", ".join(names) or self.env._("none"),
            )
        if error.code == "beyond":
            return self.env._(
                "%(weight)s kg is above the last weight band, which ends at %(limit)s"
                " kg. Add a band for heavier parcels.",
                weight=f"{values['weight']:f}",
                limit=f"{values['limit']:f}",
            )
        return self.env._(
            "No weight band holds %(weight)s kg. Close the gap between the bands.",
            weight=f"{values['weight']:f}",
        )

    def _describe_problem(self, code, values):
        """Say what is wrong with prices as they were entered."""
        zone = self.env["kuaidi.price.zone"].sudo().browse(values.get("zone")).name
        words = {
            name: f"{float(value):.10g}" if hasattr(value, "real") else value
            for name, value in values.items()
        }
        words["zone"] = zone
        texts = {
            "divisor": self.env._("The volumetric divisor has to be above 0."),
            "step": self.env._("The weight step cannot be negative."),
            "empty": self.env._("There are no prices yet. Add a line for each zone."),
        }
        if code in texts:
            return texts[code]
        if code == "discount":
            return self.env._(
                "A discount of %(percent)s %% lies outside 0 to 100 %%.", **words
            )
        if code == "rebate":
            return self.env._(
                "A rebate of %(percent)s %% lies outside 0 to 100 %%.", **words
            )
        if code == "negative":
            return self.env._("%(amount)s yuan: a price cannot be negative.", **words)
        if code == "peak":
            return self.env._(
                "%(name)s needs the first and the last day of the peak season.", **words
            )
        if code in ("first", "gap", "overlap", "band", "continued"):
            return self._describe_band_problem(code, words)
        if code.endswith("_gap"):
            return self.env._(
                "The rungs leave a gap at %(pieces)s parcels. Let each begin where the"
                " one before has ended.",
                **words,
            )
        return self.env._(
            "Two rungs hold for %(pieces)s parcels. Let each begin where the one before"
            " has ended.",
            **words,
        )

    def _describe_band_problem(self, code, words):
        if code == "first":
            return self.env._(
                "%(zone)s: the first weight band begins at %(weight_from)s kg. Let it"
                " begin at 0.",
                **words,
            )
        if code == "gap":
            return self.env._(
                "%(zone)s: no price between %(end)s and %(weight_from)s kg. Close the"
                " gap between the weight bands.",
                **words,
            )
        if code == "overlap":
            return self.env._(
                "%(zone)s: the weight bands overlap at %(weight_from)s kg. Let each"
                " begin where the one before has ended.",
                **words,
            )
        if code == "band":
            return self.env._(
                "%(zone)s: the band from %(weight_from)s kg ends before it begins.",
                **words,
            )
        return self.env._(
            "%(zone)s: first weight and continued unit have to be above 0 kg.", **words
        )
