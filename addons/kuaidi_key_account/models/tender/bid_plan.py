from odoo import models
from odoo.exceptions import UserError

from ...tools.bid_package import get_fingerprint
from .tender_member import PARTS


class KuaidiTender(models.Model):
    """Says what a bid consists of, part by part, as plain values.

    The plan is what the documents are made of, and its fingerprint tells whether they
    are still right. It depends on the tender alone, not on who asks.
    """

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    # === BUSINESS METHODS === #

    def _prepare_bid_plan(self):
        """Return what the bid consists of, in its language.

        :return: dict of plain values; files are named by attachment id and checksum
        :raise UserError: where a text names fields that there are not, or the company
            has no layout
        """
        self.ensure_one()
        lang = self._get_bid_lang()
        # sudo: a bid is whole, whoever of the team builds it
        tender = self.sudo().with_company(self.company_id).with_context(lang=lang)
        values = tender._prepare_bid_values()
        labels = dict(
            tender.section_ids._fields["part"]._description_selection(tender.env)
        )
        sections = tender.section_ids.sorted(lambda s: (s.part_order, s.sequence, s.id))
        requirements = tender.requirement_ids.sorted(lambda r: (r.sequence, r.id))
        parts = []
        for part, _label in PARTS:
            chapters = tender._prepare_part(
                part,
                sections.filtered(lambda s: s.part == part),  # noqa: B023
                requirements.filtered(lambda r: r.part == part),  # noqa: B023
                values,
            )
            if chapters:
                parts.append(
                    {"part": part, "title": labels[part], "chapters": chapters}
                )
        return {
            "lang": lang,
            "values": values,
            "parts": parts,
            "prices": tender._prepare_price_sheet(values),
            "layout": tender._get_layout()._get_document_checksum(),
        }

    def _get_bid_fingerprint(self):
        """Return by which a change of the bid's contents is noticed, a SHA-256.

        A bid that cannot be built at all has none: an empty text.
        """
        self.ensure_one()
        try:
            return get_fingerprint(self._prepare_bid_plan())
        except UserError:
            return ""

    def _get_layout(self):
        """Return the layout into which this bid is written.

        :raise UserError: when the company has none
        """
        self.ensure_one()
        layout = (
            self.layout_id
            or self.template_id.layout_id
            or self.env["kuaidi.bid.layout"]._get_fitting(self.company_id)
        )
        if not layout:
            raise UserError(
                self.env._(
                    "There is no Word layout for bids of %(company)s. The CRM centre"
                    " uploads one under Configuration, Tenders.",
                    company=self.company_id.name,
                )
            )
        return layout

    def _prepare_part(self, part, sections, requirements, values):
        """Return the chapters of one part; none for what is only done by hand."""
        if part == "form":
            # sheets of the form are copied, sealed and packed, not printed
            sections = sections.filtered(lambda s: s._has_text() or s.attachment_ids)
        if not sections and not (requirements and part != "form"):
            return []
        annexes = _Annexes(self.env, part, requirements)
        placed = {section: annexes.place(section) for section in sections}
        rest = annexes.place_rest(requirements)
        chapters = []
        for section in sections:
            blocks = self._prepare_blocks(section, requirements, annexes, values)
            blocks += placed[section]
            if section.content == "evidence":
                blocks += rest
                rest = []
            is_needed = section.is_mandatory and section.content != "evidence"
            if not blocks and not is_needed:
                continue
            blocks += self._prepare_signature(section, values)
            chapters.append({"title": section.name, "blocks": blocks})
        if rest:
            chapters.append({"title": self.env._("Evidence"), "blocks": rest})
        return chapters

    def _prepare_blocks(self, section, requirements, annexes, values):
        """Return text and tables of one section."""
        blocks = []
        if section._has_text():
            text = self._fill_bid_text(str(section.body), values, section.name)
            blocks.append({"kind": "html", "html": text, "section": section.id})
        if section.content == "answers":
            blocks.append(self._prepare_answers(requirements, annexes))
        elif section.content == "deviations":
            blocks.append(self._prepare_deviations(section.part))
        elif section.content == "prices":
            blocks += self._prepare_price_tables()
        return blocks

    def _prepare_answers(self, requirements, annexes):
        """Return the table that answers each requirement and cites its evidence."""
        return {
            "kind": "table",
            "heads": [
                self.env._("No."),
                self.env._("Clause"),
                self.env._("Requirement of the Tender"),
                self.env._("Our Answer"),
                self.env._("Evidence"),
            ],
            "shares": [2, 3, 9, 9, 5],
            "rows": [
                [
                    str(number),
                    requirement.clause or "",
                    f"{'★' if requirement.is_mandatory else ''}{requirement.name}",
                    requirement.answer or "",
                    annexes.cite(requirement.asset_ids),
                ]
                for number, requirement in enumerate(requirements, 1)
            ],
        }

    def _prepare_deviations(self, part):
        return {
            "kind": "table",
            "heads": [
                self.env._("No."),
                self.env._("Clause"),
                self.env._("Requirement of the Tender"),
                self.env._("Our Answer"),
                self.env._("Deviation"),
                self.env._("Note"),
            ],
            "shares": [2, 3, 8, 8, 4, 4],
            "rows": [
                [
                    row["number"],
                    row["clause"],
                    row["requirement"],
                    row["answer"],
                    row["deviation"],
                    row["note"],
                ]
                for row in self._get_deviation_table(part)
            ],
        }

    def _prepare_signature(self, section, values):
        """Return the lines on which a section is signed.

        What is only sealed gets its seal on the sheets themselves.
        """
        if not section.needs_signature:
            return []
        bidder = self.env._("Bidder: %(name)s", name=values["bidder"])
        if section.needs_seal:
            bidder = self.env._(
                "Bidder: %(name)s (company seal)", name=values["bidder"]
            )
        lines = [bidder]
        lines.append(
            self.env._("Legal representative or authorised agent (signature):")
        )
        lines.append(self.env._("Date: %(date)s", date=values["date"]))
        return [{"kind": "signature", "lines": lines}]


class _Annexes:
    """Numbers the evidence of one part in the order in which it stands there."""

    def __init__(self, env, part, requirements):
        self._env = env
        self._part = part
        self._count = 0
        # asset: number of its annex and name of its bookmark
        self._places = {}
        self._order = {}
        for number, requirement in enumerate(requirements):
            for asset in requirement.asset_ids:
                self._order.setdefault(asset, number)

    def place(self, section):
        """Return the evidence and files that a section shows itself."""
        last = len(self._order)
        assets = section.asset_ids.sorted(lambda a: (self._order.get(a, last), a.id))
        blocks = [block for asset in assets for block in self._place_asset(asset)]
        for file in section.attachment_ids.sorted("id"):
            blocks.append(
                _prepare_file(file, file.name.rpartition(".")[0] or file.name)
            )
        return blocks

    def place_rest(self, requirements):
        """Return the evidence that no section shows, as the requirements ask for it."""
        assets = requirements.asset_ids.sorted(lambda a: (self._order[a], a.id))
        return [block for asset in assets for block in self._place_asset(asset)]

    def cite(self, assets):
        """Return which annexes these are, with marks for the pages they begin on."""
        places = sorted(
            self._places[asset] for asset in assets if asset in self._places
        )
        return [
            {
                "text": self._env._("Annex %(number)s, page #", number=number),
                "bookmark": bookmark,
            }
            for number, bookmark in places
        ]

    def _place_asset(self, asset):
        files = asset._get_evidence_files()
        if asset in self._places or not files:
            return []
        self._count += 1
        bookmark = f"annex_{self._part}_{self._count}"
        self._places[asset] = (self._count, bookmark)
        title = self._env._(
            "Annex %(number)s: %(name)s", number=self._count, name=asset.name
        )
        blocks = [_prepare_file(file, title) for file in files]
        blocks[0]["bookmark"] = bookmark
        return blocks


def _prepare_file(file, title):
    return {
        "kind": "file",
        "title": title,
        "file": file.id,
        "checksum": file.checksum,
        "bookmark": "",
    }
