import io

from odoo import models


class IrActionsReport(models.Model):
    """Prints several documents of ours at once, with any build of the printer."""

    _inherit = "ir.actions.report"

    # === BUSINESS METHODS === #

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Print each of our documents by itself; Odoo then joins them.

        Odoo hands all of them to wkhtmltopdf at once, which the builds of Debian and
        Ubuntu refuse, and finds the pages of each by an outline that these do not
        make. Our letterhead belongs to the page, so nothing is lost by it.
        """
        report_sudo = self._get_report(report_ref)
        if not res_ids or not (report_sudo.model or "").startswith("kuaidi."):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = {}
        for record in self.env[report_sudo.model].browse(dict.fromkeys(res_ids)):
            # a model whose documents go out once says what went out
            kept = hasattr(record, "_get_kept_pdf") and record._get_kept_pdf(
                report_sudo.report_name
            )
            if kept:
                streams[record.id] = {"stream": io.BytesIO(kept), "attachment": None}
            else:
                streams |= super()._render_qweb_pdf_prepare_streams(
                    report_ref, dict(data or {}), record.ids
                )
        return streams
