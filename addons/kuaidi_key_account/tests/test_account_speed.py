from lxml import etree

from odoo.tests import tagged

from .common import KuaidiCommon

FEW, MANY = 10, 100
LIST_QUERIES = 12
FORM_QUERIES = 25


@tagged("post_install", "-at_install")
class TestAccountSpeed(KuaidiCommon):
    """Pages take as many queries for a hundred clients as for ten (P7, P8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.kuaidi_require_safety_agreement = False
        cls.account = cls._add_clients(FEW)[0]

    @classmethod
    def _add_clients(cls, count):
        """Add formal clients with a team, contacts, an activity and an open invoice.

        Managers and deputies take turns, so that a page names several of each.
        """
        users = cls.manager | cls.manager_2 | cls.sales
        accounts = cls.env["kuaidi.key.account"]
        for number in range(count):
            partner = cls._create_partner()
            contact = cls.env["res.partner"].create(
                {"name": "Contact", "parent_id": partner.id}
            )
            account = cls._create_account(
                partner_id=partner.id,
                manager_id=users[number % 3].id,
                deputy_id=users[(number + 1) % 3].id,
            )
            account.member_ids.create(
                {"account_id": account.id, "user_id": users[(number + 2) % 3].id}
            )
            account.contact_ids.create(
                {"account_id": account.id, "partner_id": contact.id}
            )
            # of somebody who is not among the contacts of the file
            assistant = contact.copy({"parent_id": partner.id})
            account.occasion_ids.create(
                {
                    "account_id": account.id,
                    "partner_id": assistant.id,
                    "date": "1990-05-06",
                }
            )
            cls._create_document(account, "entrustment")
            account.activity_schedule("mail.mail_activity_data_call")
            accounts |= account
        accounts.action_make_formal()
        for account in accounts[:FEW]:
            cls._create_invoice(
                account.partner_id, 1000, "2026-01-15", invoice_date_due="2026-02-14"
            )
        return accounts

    @classmethod
    def _get_accounts(cls, user):
        """Return the model as a page of that user's browser uses it."""
        context = {
            "allowed_company_ids": cls.company.ids,
            # ten clients fill no page, so they would not be counted
            "force_search_count": True,
            "lang": "en_US",
            "tz": "Asia/Shanghai",
            "uid": user.id,
        }
        return cls.env(user=user, context=context)["kuaidi.key.account"]

    def _get_specification(self, accounts, view_type):
        """Return the fields of a view, with those of its inline lists."""
        loaded = accounts.get_views([(False, view_type)])
        arch = etree.fromstring(loaded["views"][view_type]["arch"])
        return self._read_nodes(accounts, arch.xpath("//field[not(ancestor::field)]"))

    def _read_nodes(self, model, nodes):
        specification = {}
        for node in nodes:
            field = model._fields[node.get("name")]
            spec = specification.setdefault(field.name, {})
            if field.type == "many2one":
                spec["fields"] = {"display_name": {}}
            lines = node.find("list")
            if lines is not None:
                comodel = self.env[field.comodel_name]
                spec["fields"] = self._read_nodes(comodel, lines.iterfind("field"))
        return specification

    def _count_queries(self, method):
        """Return the queries of a call, once the caches that last are filled."""
        for _attempt in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            result = method()
            queries = self.cr.sql_log_count - before
        return queries, result

    def _count_list_queries(self, order):
        accounts = self._get_accounts(self.centre)
        specification = self._get_specification(accounts, "list")

        def open_list():
            return accounts.web_search_read(
                [], specification, limit=80, order=order, count_limit=10_001
            )

        queries, result = self._count_queries(open_list)
        count = self.env["kuaidi.key.account"].search_count([])
        self.assertEqual(
            (len(result["records"]), result["length"]), (min(80, count), count)
        )
        return queries

    def _count_form_queries(self, user):
        accounts = self._get_accounts(user)
        specification = self._get_specification(accounts, "form")
        account = accounts.browse(self.account.id)
        queries, [values] = self._count_queries(lambda: account.web_read(specification))
        self.assertEqual(
            (values["amount_open"], values["amount_overdue"]), (1000, 1000)
        )
        self.assertEqual(len(values["member_ids"]), 1)
        self.assertEqual(len(values["occasion_ids"]), 1)
        return queries

    def test_list_takes_twelve_queries_for_any_number_of_clients(self):
        orders = (None, "stars DESC", "stars ASC")
        few = [self._count_list_queries(order) for order in orders]
        self._add_clients(MANY - FEW)
        many = [self._count_list_queries(order) for order in orders]
        self.assertEqual(many, few)
        self.assertLessEqual(max(many), LIST_QUERIES)

    def test_form_takes_25_queries_for_any_number_of_clients(self):
        users = (self.manager, self.centre, self.admin)
        few = [self._count_form_queries(user) for user in users]
        self._add_clients(MANY - FEW)
        many = [self._count_form_queries(user) for user in users]
        self.assertEqual(many, few)
        self.assertLessEqual(max(many), FORM_QUERIES)
