from odoo import models
from odoo.tools.mail import html_to_inner_content

from ...tools.bid_words import find_copies, has_page_numbers, normalise_name
from ...tools.docx_text import read_docx
from ...tools.tender_error import TenderFileError
from .finding_tender import Found

# what a power of attorney calls itself
POWER_WORDS = ("授权委托", "委托代理", "授权书", "power of attorney")
NAMED_KINDS = ("qualification", "reference")
# shorter names stand within other words
MIN_NAME = 4


class KuaidiTender(models.Model):
    """Finds what is wrong with names, powers, signatures, pages and copies."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    # === BUSINESS METHODS === #

    def _collect_findings(self):
        return [
            *super()._collect_findings(),
            *self._find_wrong_names(),
            *self._find_missing_powers(),
            *self._find_missing_signatures(),
            *self._find_wrong_copies(),
            *self._find_bad_package(),
        ]

    def _find_wrong_names(self):
        """Find papers and texts that name another company than the one that bids."""
        own = normalise_name(self.company_id.name)
        for place in (*self.requirement_ids, *self.section_ids):
            for asset in place.asset_ids:
                holder = normalise_name(asset.holder_name)
                if asset.kind in NAMED_KINDS and holder and holder != own:
                    yield Found(
                        "name_differs",
                        place,
                        self.env._(
                            "%(asset)s, shown at %(place)s, is made out to %(holder)s;"
                            " the bidder is %(bidder)s.",
                            asset=asset.name,
                            place=place.display_name,
                            holder=asset.holder_name,
                            bidder=self.company_id.name,
                        ),
                        asset.id,
                    )
        others = self._get_other_names()
        for place, label, text in self._iter_bid_texts():
            plain = normalise_name(text)
            for name, shown in others.items():
                if name in plain:
                    yield Found(
                        "name_differs",
                        place,
                        self.env._(
                            "%(place)s names %(other)s; the bidder is %(bidder)s.",
                            place=label,
                            other=shown,
                            bidder=self.company_id.name,
                        ),
                        f"{label}-{name}",
                    )

    def _get_other_names(self):
        """Return the names of our other companies, as they are compared."""
        own = normalise_name(self.company_id.name)
        # sudo: the names alone, to find them in our own texts
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        others = companies.search([("id", "!=", self.company_id.id)])
        names = {normalise_name(company.name): company.name for company in others}
        return {
            name: shown
            for name, shown in names.items()
            # a branch whose name is a part of ours is found in every text
            if len(name) >= MIN_NAME and name not in own and own not in name
        }

    def _iter_bid_texts(self):
        """Yield (record, label, text) of what the bid says in words."""
        for line in self.requirement_ids:
            yield line, line.display_name, line.answer or ""
        for section in self.section_ids:
            yield section, section.name, html_to_inner_content(section.body or "")
        for file, content in self._get_built_documents():
            try:
                pages = read_docx(content, lambda rows: False)
            except TenderFileError:
                continue
            yield file.package_id, file.name, "\n".join(text for _page, text in pages)

    def _get_built_documents(self):
        """Return pairs (file, content) of the Word documents of the last package."""
        package = self._get_package()
        return [
            (file, file.attachment_id.raw)
            for file in package.file_ids
            if file.kind == "document" and file.attachment_id
        ]

    def _find_missing_powers(self):
        if not (self.signatory_name or "").strip():
            yield Found(
                "power_missing",
                self,
                self.env._("It is not entered who the legal representative is."),
                "signatory",
            )
        if not (self.proxy_name or "").strip():
            return
        if any(
            word
            in f"{section.name} {html_to_inner_content(section.body or '')}".lower()
            for section in self.section_ids
            for word in POWER_WORDS
        ):
            return
        yield Found(
            "power_missing",
            self,
            self.env._(
                "%(agent)s signs, and no section holds a power of attorney.",
                agent=self.proxy_name,
            ),
            "proxy",
        )

    def _find_missing_signatures(self):
        sections = self.section_ids
        for field, text in (
            ("needs_signature", self.env._("No section of the bid is to be signed.")),
            ("needs_seal", self.env._("No section of the bid is to be sealed.")),
        ):
            if not any(sections.mapped(field)):
                yield Found("signature_missing", self, text, field)

    def _find_wrong_copies(self):
        if not self.original_count:
            yield Found(
                "copies_wrong", self, self.env._("No original is handed in."), 0
            )
        for line in self.requirement_ids:
            asked = find_copies(line.name)
            ours = (self.original_count, self.copy_count)
            if any(
                want is not None and want != have
                for want, have in zip(asked, ours, strict=True)
            ):
                yield Found(
                    "copies_wrong",
                    line,
                    self.env._(
                        "%(requirement)s asks for another number of originals and"
                        " copies than ours, %(originals)s and %(copies)s.",
                        requirement=line.display_name,
                        originals=self.original_count,
                        copies=self.copy_count,
                    ),
                    f"{self.original_count}-{self.copy_count}",
                )

    def _find_bad_package(self):
        package = self._get_package()
        if not package:
            yield Found(
                "package_missing", self, self.env._("The package was not built yet.")
            )
            return
        if not package._is_current():
            yield Found(
                "package_old",
                package,
                self.env._(
                    "The bid was changed after version %(version)s was built.",
                    version=package.version,
                ),
            )
        for file, content in self._get_built_documents():
            if not has_page_numbers(content):
                yield Found(
                    "pages_missing",
                    package,
                    self.env._("%(file)s has no page numbers.", file=file.name),
                    file.part,
                )
