from odoo import models
from odoo.tools.misc import format_date

from .finding_tender import Found

# texts and people need no paper of their own
PAPER_KINDS = ("qualification", "reference")


class KuaidiTender(models.Model):
    """Finds what is not answered, not proved, or not written."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    # === BUSINESS METHODS === #

    def _collect_findings(self):
        return [
            *super()._collect_findings(),
            *self._find_unanswered(),
            *self._find_bad_evidence(),
            *self._find_unfinished_sections(),
        ]

    def _find_unanswered(self):
        for line in self.requirement_ids:
            is_open = line.state in ("open", "in_work")
            words = {"requirement": line.display_name}
            if line.is_mandatory and is_open:
                yield Found(
                    "requirement_unanswered",
                    line,
                    self.env._("★ %(requirement)s has no answer.", **words),
                )
            elif line.is_mandatory and line.state == "answered":
                yield Found(
                    "requirement_unchecked",
                    line,
                    self.env._(
                        "The answer to ★ %(requirement)s was checked by nobody.",
                        **words,
                    ),
                )
            elif is_open and line.score_max:
                yield Found(
                    "requirement_points",
                    line,
                    self.env._(
                        "%(requirement)s brings %(points)g points and has no answer.",
                        points=line.score_max,
                        **words,
                    ),
                )
            if line.is_mandatory and line.deviation == "negative":
                yield Found(
                    "requirement_negative",
                    line,
                    self.env._(
                        "We offer less than ★ %(requirement)s asks for.", **words
                    ),
                )

    def _find_bad_evidence(self):
        end = self._get_validity_end() or self._get_today()
        for place in (*self.requirement_ids, *self.section_ids):
            for asset in place.asset_ids:
                words = {"asset": asset.name, "place": place.display_name}
                if asset.date_expiry and asset.date_expiry < end:
                    yield Found(
                        "evidence_expired",
                        place,
                        self.env._(
                            "%(asset)s, shown at %(place)s, ends on %(expiry)s, before"
                            " the bid validity ends on %(end)s.",
                            expiry=format_date(self.env, asset.date_expiry),
                            end=format_date(self.env, end),
                            **words,
                        ),
                        f"{asset.id}-{asset.date_expiry}",
                    )
                if asset.kind in PAPER_KINDS and not asset.attachment_ids:
                    yield Found(
                        "evidence_missing",
                        place,
                        self.env._(
                            "%(asset)s, named at %(place)s, has no file to show.",
                            **words,
                        ),
                        asset.id,
                    )
                if asset.state != "current":
                    yield Found(
                        "evidence_former",
                        place,
                        self.env._(
                            "There is a newer version of %(asset)s than the one shown"
                            " at %(place)s.",
                            **words,
                        ),
                        asset.id,
                    )

    def _find_unfinished_sections(self):
        for section in self.section_ids:
            if section.is_mandatory and section.state != "done":
                yield Found(
                    "section_unfinished",
                    section,
                    self.env._(
                        "The section %(section)s is not ready.", section=section.name
                    ),
                )
