from odoo.http import request

from .portal import ClientPortal, route


class ClaimPortal(ClientPortal):
    """The pages on which a client claims, proves, answers and confirms."""

    @route(["/my/claims", "/my/claims/page/<int:page>"], ["GET"])
    def portal_my_claims(self, page=1, sortby=None, filterby=None, **_kwargs):
        """List the claims of the user's client."""
        env = request.env
        portal = env["kuaidi.portal"]
        claims_sudo, values = self._show_list(
            "kuaidi.claim",
            "/my/claims",
            page,
            filters=portal._get_claim_filters(),
            sortings={
                "date": (env._("Newest"), "date_called desc, id desc"),
                "waybill": (env._("Waybill"), "waybill_number, id desc"),
            },
            chosen={"sortby": sortby, "filterby": filterby},
        )
        return self._show(
            "kuaidi_claims.portal_claims_page",
            values
            | {
                "page_name": "claim",
                "rows": portal._prepare_claim_rows(claims_sudo),
                "can_file": bool(portal._get_account()),
            },
        )

    @route("/my/claims/new", ["GET"])
    def portal_claim_form(self, **_kwargs):
        """Show the form on which a client claims."""
        self._check_client()
        return self._show_claim_form()

    @route("/my/claims/new", ["POST"])
    def portal_claim_file(self, **form):
        """File a claim, and lead to its page."""
        self._check_client()
        portal = request.env["kuaidi.portal"]

        def work():
            record_sudo = portal._file_claim(form, self._get_uploads())
            pages = "claims" if record_sudo._name == "kuaidi.claim" else "complaints"
            return f"/my/{pages}/{record_sudo.id}?notice=filed", record_sudo

        return self._change(
            "case", form, work, lambda error: self._show_claim_form(form, error)
        )

    @route("/my/claims/<int:claim_id>", ["GET"])
    def portal_my_claim(self, claim_id, notice=None, **_kwargs):
        """Show one claim of the user's client."""
        return self._show_claim(self._get_own("kuaidi.claim", claim_id), notice=notice)

    @route("/my/claims/<int:claim_id>/evidence", ["POST"])
    def portal_claim_evidence(self, claim_id, **form):
        """Take files of a paper that the claim asks for."""

        def work(claim_sudo):
            request.env["kuaidi.portal"]._add_evidence(
                claim_sudo, form, self._get_uploads()
            )
            return "added"

        return self._change_claim(claim_id, form, work)

    @route("/my/claims/<int:claim_id>/offer", ["POST"])
    def portal_claim_offer(self, claim_id, **form):
        """Take the client's answer to our offer."""
        return self._change_claim(
            claim_id,
            form,
            lambda claim_sudo: request.env["kuaidi.portal"]._answer_offer(
                claim_sudo, form
            ),
        )

    @route("/my/claims/<int:claim_id>/rate", ["POST"])
    def portal_claim_rate(self, claim_id, **form):
        """Take the confirmation of the result, with the client's rating."""

        def work(claim_sudo):
            request.env["kuaidi.portal"]._rate_claim(claim_sudo, form)
            return "rated"

        return self._change_claim(claim_id, form, work)

    @route("/my/claims/<int:claim_id>/files/<int:file_id>", ["GET"])
    def portal_claim_file_download(self, claim_id, file_id, **_kwargs):
        """Hand out a file that the client sent as evidence."""
        claim_sudo = self._get_own("kuaidi.claim", claim_id)
        files_sudo = request.env["kuaidi.portal"]._filter_own_files(
            claim_sudo.evidence_ids.attachment_ids
        )
        return self._hand_out(files_sudo, file_id)

    def _change_claim(self, claim_id, form, work):
        """Change a claim of the user's client by a function that returns a notice."""
        claim_sudo = self._get_own("kuaidi.claim", claim_id)

        def change():
            notice = work(claim_sudo)
            return f"/my/claims/{claim_sudo.id}?notice={notice}", claim_sudo

        return self._change(
            "change",
            form,
            change,
            lambda error: self._show_claim(claim_sudo, error=error),
        )

    def _show_claim_form(self, form=None, error=""):
        portal = request.env["kuaidi.portal"]
        return self._show(
            "kuaidi_claims.portal_claim_form_page",
            {
                "page_name": "claim",
                "today": portal._get_today(),
                "types": portal._get_claim_types(),
                "form": form or {},
                "error": error,
            },
            status=400 if error else 200,
        )

    def _show_claim(self, claim_sudo, notice="", error=""):
        return self._show(
            "kuaidi_claims.portal_claim_page",
            {
                "page_name": "claim",
                "case": request.env["kuaidi.portal"]._prepare_claim_page(claim_sudo),
                "notice": notice,
                "error": error,
            },
            status=400 if error else 200,
        )
