from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class StatementPortal(CustomerPortal):
    """Shows a client the statement that its mail leads to."""

    @http.route(
        "/my/statements/<int:statement_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        readonly=False,
    )
    def portal_my_statement(self, statement_id, access_token=None, report_type=None):
        """Show one statement, or hand out its PDF, to whoever holds its link.

        The first look of somebody outside the company is noted.
        """
        try:
            statement_sudo = self._document_check_access(
                "kuaidi.statement", statement_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if statement_sudo.state == "draft":
            return request.redirect("/my")
        if not request.env.user._is_internal():
            statement_sudo._mark_opened()
        if report_type == "pdf":
            return self._show_report(
                model=statement_sudo,
                report_type="pdf",
                report_ref="kuaidi_key_account.statement_report",
                download=True,
            )
        return request.render(
            "kuaidi_key_account.portal_statement_page",
            {
                "page_name": "statement",
                "statement": statement_sudo,
                "letter": statement_sudo._prepare_letter(),
                "access_token": access_token,
            },
        )
