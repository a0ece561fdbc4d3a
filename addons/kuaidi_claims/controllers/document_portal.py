import base64

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.kuaidi_key_account.controllers.statement_portal import StatementPortal

from ..models.portal.portal import MOST_ID
from .portal import ClientPortal, route

PLAN_REPORT = "kuaidi_key_account.service_plan_client_copy_report"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DocumentPortal(ClientPortal):
    """The pages on which a client reads contracts, prices, plan and statements."""

    @route("/my/agreements", ["GET"])
    def portal_my_agreements(self, **_kwargs):
        """List the papers between the user's client and us."""
        return self._show(
            "kuaidi_claims.portal_documents_page",
            {"page_name": "agreement"}
            | request.env["kuaidi.portal"]._prepare_documents(),
        )

    @route("/my/contracts/<int:contract_id>/files/<int:file_id>", ["GET"])
    def portal_contract_file(self, contract_id, file_id, **_kwargs):
        """Hand out a signed copy of a contract."""
        contract_sudo = self._find_document("contract", contract_id)
        return self._hand_out(contract_sudo.attachment_ids, file_id)

    @route("/my/prices/<int:agreement_id>", ["GET"])
    def portal_price_sheet(self, agreement_id, **_kwargs):
        """Hand out the price sheet in force."""
        agreement_sudo = self._find_document("price", agreement_id)
        return self._send_file(
            base64.b64decode(agreement_sudo.sheet_file),
            f"{agreement_sudo._get_sheet_name()}.xlsx",
            XLSX,
        )

    @route("/my/service-plans/<int:plan_id>", ["GET"])
    def portal_service_plan(self, plan_id, **_kwargs):
        """Hand out the client's copy of the plan that was handed to them (SP-7)."""
        plan_sudo = self._find_document("plan", plan_id)
        # sudo: the copy holds only what the client may know
        content, _kind = (
            request.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf(PLAN_REPORT, plan_sudo.ids)
        )
        return self._send_file(
            content, f"{plan_sudo._get_client_copy_name()}.pdf", "application/pdf"
        )

    @route("/my/statements/<int:statement_id>/answer", ["GET"])
    def portal_statement_form(self, statement_id, **_kwargs):
        """Show the form on which a client confirms or disputes a statement."""
        return self._show_statement(self._find_document("statement", statement_id))

    @route("/my/statements/<int:statement_id>/answer", ["POST"])
    def portal_statement_answer(self, statement_id, **form):
        """Take the client's answer to a statement."""
        statement_sudo = self._find_document("statement", statement_id)
        line_ids = request.httprequest.form.getlist("line_ids")

        def work():
            request.env["kuaidi.portal"]._answer_statement(
                statement_sudo, form, line_ids
            )
            return f"/my/statements/{statement_sudo.id}/answer", statement_sudo

        return self._change(
            "change",
            form,
            work,
            lambda error: self._show_statement(
                statement_sudo, form | {"line_ids": line_ids}, error
            ),
        )

    def _show_statement(self, statement_sudo, form=None, error=""):
        portal = request.env["kuaidi.portal"]
        return self._show(
            "kuaidi_claims.portal_statement_answer_page",
            {
                "page_name": "agreement",
                "case": portal._prepare_statement_page(statement_sudo),
                "reasons": portal._get_dispute_reasons(),
                "form": form or {},
                "error": error,
            },
            status=400 if error else 200,
        )

    def _find_document(self, kind, record_id):
        """Return one paper that the user's client may read, in superuser mode.

        :raise NotFound: for those of others, and for none
        """
        found_sudo = request.env["kuaidi.portal"]._find_document(kind, record_id)
        if not found_sudo:
            raise NotFound()
        return found_sudo


class ClientStatementPortal(StatementPortal):
    """Opens a statement also to whoever logs in for the client that it is made for."""

    @http.route()
    def portal_my_statement(self, statement_id, access_token=None, **kwargs):
        """Show one statement to the holder of its link, or to the client's people."""
        if statement_id > MOST_ID:
            return request.redirect("/my")
        own_sudo = None
        if not request.env.user._is_public():
            own_sudo = request.env["kuaidi.portal"]._find_document(
                "statement", statement_id
            )
        if own_sudo and not access_token:
            access_token = own_sudo._portal_ensure_token()
        response = super().portal_my_statement(
            statement_id, access_token=access_token, **kwargs
        )
        if own_sudo and response.is_qweb:
            # who is logged in gets from the statement to its answer
            response.qcontext["answer_url"] = f"/my/statements/{statement_id}/answer"
        # its link is a key: nothing keeps it, and no other site is told of it
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        return response
