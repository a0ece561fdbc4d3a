from odoo.http import request

from .portal import ClientPortal, route


class ComplaintPortal(ClientPortal):
    """The pages on which a client complains and reads what became of it."""

    @route(["/my/complaints", "/my/complaints/page/<int:page>"], ["GET"])
    def portal_my_complaints(self, page=1, sortby=None, filterby=None, **_kwargs):
        """List the complaints of the user's client."""
        env = request.env
        portal = env["kuaidi.portal"]
        complaints_sudo, values = self._show_list(
            "kuaidi.complaint",
            "/my/complaints",
            page,
            filters=portal._get_complaint_filters(),
            sortings={
                "date": (env._("Newest"), "date_received desc, id desc"),
                "waybill": (env._("Waybill"), "waybill_number, id desc"),
            },
            chosen={"sortby": sortby, "filterby": filterby},
        )
        return self._show(
            "kuaidi_claims.portal_complaints_page",
            values
            | {
                "page_name": "complaint",
                "rows": portal._prepare_complaint_rows(complaints_sudo),
                "can_file": bool(portal._get_account()),
            },
        )

    @route("/my/complaints/new", ["GET"])
    def portal_complaint_form(self, **_kwargs):
        """Show the form on which a client complains."""
        self._check_client()
        return self._show_complaint_form()

    @route("/my/complaints/new", ["POST"])
    def portal_complaint_file(self, **form):
        """File a complaint, and lead to its page."""
        self._check_client()
        portal = request.env["kuaidi.portal"]

        def work():
            complaint_sudo = portal._file_complaint(form, self._get_uploads())
            return f"/my/complaints/{complaint_sudo.id}?notice=filed", complaint_sudo

        return self._change(
            "case", form, work, lambda error: self._show_complaint_form(form, error)
        )

    @route("/my/complaints/<int:complaint_id>", ["GET"])
    def portal_my_complaint(self, complaint_id, notice=None, **_kwargs):
        """Show one complaint of the user's client."""
        complaint_sudo = self._get_own("kuaidi.complaint", complaint_id)
        return self._show_complaint(complaint_sudo, notice=notice)

    @route("/my/complaints/<int:complaint_id>/rate", ["POST"])
    def portal_complaint_rate(self, complaint_id, **form):
        """Take the client's word on our answer."""
        complaint_sudo = self._get_own("kuaidi.complaint", complaint_id)

        def work():
            request.env["kuaidi.portal"]._rate_complaint(complaint_sudo, form)
            return f"/my/complaints/{complaint_sudo.id}?notice=rated", complaint_sudo

        return self._change(
            "change",
            form,
            work,
            lambda error: self._show_complaint(complaint_sudo, error=error),
        )

    @route("/my/complaints/<int:complaint_id>/files/<int:file_id>", ["GET"])
    def portal_complaint_file_download(self, complaint_id, file_id, **_kwargs):
        """Hand out a file that the client sent with a complaint."""
        complaint_sudo = self._get_own("kuaidi.complaint", complaint_id)
        # sudo: the files of a record that is the client's own
        files_sudo = (
            request.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", complaint_sudo._name),
                    ("res_id", "=", complaint_sudo.id),
                ]
            )
        )
        portal = request.env["kuaidi.portal"]
        return self._hand_out(portal._filter_own_files(files_sudo), file_id)

    def _show_complaint_form(self, form=None, error=""):
        return self._show(
            "kuaidi_claims.portal_complaint_form_page",
            {
                "page_name": "complaint",
                "types": request.env["kuaidi.portal"]._get_complaint_types(),
                "form": form or {},
                "error": error,
            },
            status=400 if error else 200,
        )

    def _show_complaint(self, complaint_sudo, notice="", error=""):
        portal = request.env["kuaidi.portal"]
        return self._show(
            "kuaidi_claims.portal_complaint_page",
            {
                "page_name": "complaint",
                "case": portal._prepare_complaint_page(complaint_sudo),
                "notice": notice,
                "error": error,
            },
            status=400 if error else 200,
        )
