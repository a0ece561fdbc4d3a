from odoo import models
from odoo.exceptions import UserError

# each takes a second or so, and a browser waits two minutes
MOST_PRINTED = 50


class KuaidiClientReview(models.Model):
    """Prints analyses, and hands them out as a workbook (AN-1)."""

    _name = "kuaidi.client.review"
    _inherit = ["kuaidi.client.review"]

    # === ACTION METHODS === #

    def action_print(self):
        """Return the PDF; of what was sent, the one that was sent.

        :raise UserError: for more than can be printed at once
        """
        self.check_access("read")
        if len(self) > MOST_PRINTED:
            raise UserError(
                self.env._(
                    "%(count)s analyses are printed at once at most. Choose fewer.",
                    count=MOST_PRINTED,
                )
            )
        if len(self) == 1 and self.state == "sent":
            # sudo: the file belongs to whoever may read the analysis
            sending_sudo = self.sudo()._get_current_sending()
            if sending_sudo.attachment_id:
                return {
                    "type": "ir.actions.act_url",
                    "url": f"/web/content/{sending_sudo.attachment_id.id}?download=1",
                    "target": "download",
                }
        return self.env.ref("kuaidi_key_account.client_review_report").report_action(
            self, config=False
        )

    def action_export_xlsx(self):
        """Return a workbook with the figures of two years, rates and charts."""
        self.check_access("read")
        return self.env.ref(
            "kuaidi_key_account.client_review_xlsx_report"
        ).report_action(self, config=False)

    # === BUSINESS METHODS === #

    def _get_kept_pdf(self, report_name=None):
        """Return the PDF that was sent, as long as the analysis is not reopened.

        :return: bytes of what is printed as it was, or nothing
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the file belongs to whoever may read the analysis
        return (
            self.state == "sent"
            and self.sudo()._get_current_sending().attachment_id.raw
        )
