import base64

from odoo.tests import freeze_time

from .common import KuaidiCommon

TITLES = "客户编号,月份,票数,重量(kg),收入(元),晚点票数,破损票数,丢失票数,事故起数"


@freeze_time("2026-11-10 04:00:00")
class FigureCommon(KuaidiCommon):
    """Two clients whose figures come in, on 10 November 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.haina = cls._create_account(
            partner_id=cls._create_partner(name="海纳电器").id, code="KA-H"
        )
        cls.yuan = cls._create_account(
            partner_id=cls._create_partner(name="Yuan Foods").id,
            code="KA-Y",
            manager_id=cls.manager_2.id,
        )
        cls.figures = cls.env["kuaidi.monthly.figure"]

    @classmethod
    def _create_figure(cls, account, month="2026-10-01", **values):
        """Keep figures of a month, as the CRM centre would."""
        return (
            cls.figures.with_user(cls.centre)
            .create({"account_id": account.id, "month": month, "pieces": 100, **values})
            .with_env(cls.env)
        )

    @classmethod
    def _make_csv(cls, *lines, titles=TITLES):
        return "\n".join([titles, *lines]).encode()

    @classmethod
    def _upload(cls, content, user=None):
        """Hand a file over as the form does; nothing of it is read yet."""
        user = user or cls.centre
        return (
            cls.env["kuaidi.figure.import"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_id.ids)
            .create({"file": base64.b64encode(content), "file_name": "figures.csv"})
        )

    @classmethod
    def _read(cls, content, user=None):
        """Have all rows of a file read, as the browser does; return the import."""
        wizard = cls._upload(content, user)
        wizard.action_read()
        while not wizard.action_read_next()["is_done"]:
            continue
        return wizard

    def _get_bad(self, wizard):
        """Return (row, column, value, reason) of the bad rows."""
        return [
            (row.number, row.bad_column, row.bad_value, row.reason)
            for row in wizard.bad_row_ids
        ]

    def _get_counts(self, wizard):
        """Return the numbers of new, changed, unchanged and bad rows."""
        return (
            wizard.new_count,
            wizard.changed_count,
            wizard.same_count,
            wizard.bad_count,
        )

    def _get_pieces(self):
        """Return the pieces of all figures by client code and month."""
        return {
            (figure.account_id.code, str(figure.month)): figure.pieces
            for figure in self.figures.search([("company_id", "=", self.company.id)])
        }
