import base64

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..tools.contract_word import build_contract_template
from .contract_common import TODAY, ContractCommon
from .word_files import build_docx, get_texts


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestContractTemplate(ContractCommon):
    """Contracts are printed into Word templates of the company's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.templates = cls.env["kuaidi.contract.template"].with_user(cls.centre)
        cls.templates.search([]).active = False

    def _create_template(self, *paragraphs, **values):
        content = build_docx(*(paragraphs or ("{{ client }}",)))
        return self.templates.sudo().create(
            {
                "name": "Ours",
                "document": base64.b64encode(content),
                "filename": "ours.docx",
                "lang": "en_US",
                **values,
            }
        )

    def _print(self, contract, user=None):
        """Return the texts of the printed document."""
        action = contract.with_user(user or self.manager).action_print_document()
        self.assertEqual(action["type"], "ir.actions.act_url")
        _empty, _web, _content, model, record_id, field, name = (
            action["url"].partition("?")[0].split("/")
        )
        self.assertTrue(name.endswith(".docx"))
        printer = self.env[model].browse(int(record_id)).with_context(bin_size=False)
        return get_texts(base64.b64decode(printer[field]))

    def test_a_contract_is_printed(self):
        self._create_template(
            "{{ number }} {{ client }} {{ company }} {{ date_from }} {{ date_to }}",
            "{{ late }}, {{ compensation }}",
            "{% if is_tacit %}tacit{% endif %}{% if is_public %}public{% endif %}",
            "{{ credit_limit }}|{{ amount_total }}|{{ payment_term }}",
        )
        contract = self._create_contract(
            late_rule="percent_day",
            late_factor=5,
            late_grace_hours=24,
            is_tacit=True,
            amount_total=1_200_000,
        )
        texts = self._print(contract)
        self.assertEqual(
            texts[0],
            f"{contract.number} Haina Home Shunda Express January 1, 2026"
            " December 31, 2026",
        )
        self.assertEqual(
            texts[1],
            "the freight is reduced by 5 % per day, at most by 100 %, after 24 hours"
            " of grace, the market value of the goods is compensated",
        )
        self.assertEqual(texts[2], "tacit")
        self.assertRegex(texts[3].replace("\xa0", " "), r"^\|.*1,200,000\.00.*\|$")

    def test_every_field_that_is_offered_can_be_printed(self):
        word_fields = self.env["kuaidi.contract"]._get_word_fields()
        names = [n for n, label in word_fields.items() if isinstance(label, str)]
        self.assertGreater(len(names), 30)
        self._create_template(*(f"{name}: {{{{ {name} }}}}" for name in names))
        contract = self._run_contract(
            compensation_rule="piece",
            compensation_factor=300,
            insurance_by="client",
            is_recourse_waived=True,
            pod_rule="original",
            pod_days=7,
            dispute_forum="arbitration",
            dispute_body="CIETAC",
            late_rule="free",
        )
        texts = "\n".join(self._print(contract, self.finance))
        for said in (
            "parcel are compensated",
            "waives recourse",
            "within 7 days",
            "submitted to CIETAC",
            "kuaidi_manager",
            "date_signed: December 20, 2025",
        ):
            self.assertIn(said, texts)

    def test_former_versions_are_a_list(self):
        self._create_template(
            "{%p for line in former_versions %}",
            "{{ line.revision }} {{ line.date_signed }}",
            "{%p endfor %}",
        )
        contract = self._run_contract()
        version = contract.browse(contract.action_amend()["res_id"])
        self.assertIn("1 December 20, 2025", self._print(version))

    def test_the_shipped_template_fits(self):
        content = base64.b64encode(build_contract_template())
        self.templates.create(
            {"name": "Shipped", "document": content, "filename": "合同.docx"}
        )
        contract = self._create_contract(credit_limit=50_000, clause_note="A & <B>")
        texts = "\n".join(self._print(contract))
        for said in ("快递服务合同", "Haina Home", "Shunda Express", "A & <B>"):
            self.assertIn(said, texts)
        self.assertNotIn("{", texts)
        self.assertNotIn("自动续展", texts)
        self.assertIn("信用额度", texts)
        self.assertNotIn(
            "信用额度", "\n".join(self._print(self._create_contract(kind="other")))
        )

    def test_a_template_that_cannot_be_used_is_not_kept(self):
        before = self.templates.search_count([])
        with self._refused(UserError, "cliient"):
            self._create_template("{{ cliient }}")
        with self._refused(UserError, "something else"):
            self._create_template("{{ client.upper() }}")
        with self._refused(ValidationError, "no .docx file"):
            self._create_template(filename="contract.docm")
        template = self._create_template()
        with self._refused(UserError, "damaged"):
            template.document = base64.b64encode(b"nothing")
        self.assertEqual(self.templates.search_count([]), before + 1)
        self.assertEqual(self._print(self._create_contract())[0], "Haina Home")

    def test_the_template_of_kind_and_company_comes_first(self):
        contract = self._create_contract()
        with self._refused(UserError, "no Word template"):
            contract.action_print_document()
        other = self.env["res.company"].create({"name": "Other Express"})
        self._create_template(kind="safety", name="Safety")
        self._create_template(company_id=other.id, name="Foreign")
        general = self._create_template(name="General")
        self.assertEqual(self.templates._get_fitting(contract), general)
        special = self._create_template(kind="master", name="Master")
        self.assertEqual(self.templates._get_fitting(contract), special | general)
        action = contract.action_print_document()
        self.assertEqual(action["res_model"], "kuaidi.contract.print")
        printer = self.env["kuaidi.contract.print"].browse(action["res_id"])
        self.assertEqual(printer.template_id, special)

    def test_the_form_lists_the_fields(self):
        listed = self._create_template().field_list
        for name in ("client", "date_to", "insurance", "former_versions"):
            self.assertIn(name, listed)
