from odoo import models
from odoo.tools.misc import format_date, format_datetime


class KuaidiClaimReport(models.Model):
    """The claim report as the approvers read it on paper (2.12, D15)."""

    _name = "kuaidi.claim.report"
    _inherit = ["kuaidi.claim.report"]

    # === ACTION METHODS === #

    def action_print(self):
        """Print the report as PDF."""
        self.check_access("read")
        return self.env.ref("kuaidi_claims.claim_report_report").report_action(self)

    # === BUSINESS METHODS === #

    def _get_file_name(self):
        """Return the name of the report's file, without its ending."""
        self.ensure_one()
        return self.env._("Claim report %(number)s", number=self.number)

    def _prepare_page(self):
        """Return what the paper shows, all of it plain text, in the user's language.

        :return: dict of texts, ``facts``, ``money``, ``offers``, ``evidence`` and
            ``decisions``, which are lists of rows
        """
        self.ensure_one()
        # sudo: an approver reads the paper whole, whatever else they may open
        report = self.with_context(lang=self.env.lang or self.env.user.lang).sudo()
        return report.company_id._prepare_letterhead() | {
            "title": report.env._("Claim Report"),
            "number": report.env._("No.: %(number)s", number=report.number),
            "facts": report._get_page_facts(),
            "money": report._get_page_money(),
            "steps": (report.explanation or "").splitlines(),
            "texts": [
                (label, text)
                for label, text in (
                    (report.env._("Course of events"), report.course),
                    (report.env._("Why this amount"), report.reason),
                    (report.env._("What is done against it"), report.prevention),
                )
                if text
            ],
            "offers": report._get_page_offers(),
            "evidence": report._get_page_evidence(),
            "decisions": report._get_page_decisions(),
        }

    def _get_page_facts(self):
        claim = self.claim_id
        labels = claim._fields

        def label_of(name):
            return dict(labels[name]._description_selection(self.env)).get(
                claim[name], ""
            )

        rows = [
            (self.env._("Client"), claim.partner_id.commercial_partner_id.name),
            (self.env._("Waybill"), claim.waybill_number),
            (self.env._("What happened"), label_of("type")),
            (
                self.env._("Shipped"),
                " ".join(
                    filter(
                        None,
                        (
                            claim.date_shipped
                            and format_date(self.env, claim.date_shipped),
                            " → ".join(filter(None, (claim.origin, claim.destination))),
                        ),
                    )
                ),
            ),
            (self.env._("Goods"), claim.goods),
            (self.env._("Packing"), label_of("packing")),
            (
                self.env._("Parcels sent / received"),
                f"{claim.pieces_sent or claim.pieces} / {claim.pieces_received}",
            ),
            (
                self.env._("Declared value"),
                claim.amount_declared and self._format_amount(claim.amount_declared),
            ),
            (
                self.env._("Insured"),
                self.env._("Yes") if claim.is_insured else self.env._("No"),
            ),
            (
                self.env._("Client called on"),
                format_datetime(self.env, claim.date_called, dt_format="short"),
            ),
            (self.env._("Who answers for it"), label_of("liability")),
            (
                self.env._("Responsible unit"),
                " / ".join(
                    filter(
                        None,
                        (claim.department_id.display_name, claim.link_id.display_name),
                    )
                ),
            ),
        ]
        return [(label, text) for label, text in rows if text]

    def _get_page_money(self):
        company_amount = self.company_currency_id.format
        return [
            (self.env._("Client demands"), self._format_amount(self.amount_claimed)),
            (self.env._("By the rules"), self._format_amount(self.amount_rule)),
            (self.env._("To be paid"), self._format_amount(self.amount)),
            (self.env._("Client owes us"), company_amount(self.amount_debt)),
            (self.env._("Overdue of it"), company_amount(self.amount_debt_overdue)),
        ]

    def _get_page_offers(self):
        offers = self.claim_id.offer_ids
        sides = dict(offers._fields["side"]._description_selection(self.env))
        states = dict(offers._fields["state"]._description_selection(self.env))
        return [
            (
                format_datetime(self.env, offer.date, dt_format="short"),
                sides[offer.side],
                self._format_amount(offer.amount),
                states[offer.state],
                offer.note or "",
            )
            for offer in offers.sorted(lambda offer: (offer.date, offer.id))
        ]

    def _get_page_evidence(self):
        """Return (paper, state, day) of what was asked for."""
        papers = self.claim_id.evidence_ids
        states = dict(papers._fields["state"]._description_selection(self.env))
        return [
            (
                paper.name,
                states[paper.state],
                paper.date_received
                and format_datetime(self.env, paper.date_received, dt_format="short")
                or "",
            )
            for paper in papers
        ]

    def _get_page_decisions(self):
        """Return (who, what was decided, when, remark) of the approvals."""
        statuses = dict(
            self.env["tier.review"]._fields["status"]._description_selection(self.env)
        )
        return [
            (
                review.done_by.name or review.todo_by or "",
                statuses[review.status],
                review.reviewed_date
                and format_datetime(self.env, review.reviewed_date, dt_format="short")
                or "",
                review.comment or "",
            )
            for review in self.review_ids.sorted("sequence")
        ]
