from odoo.tests import HttpCase, freeze_time, tagged

from .insurance_case_common import NOON, InsuranceCaseCommon


@freeze_time(NOON)
@tagged("post_install", "-at_install")
class TestInsuranceCaseTours(InsuranceCaseCommon, HttpCase):
    """An insurer's case from the notice to the money, as each role does its part."""

    def test_an_insurers_case_goes_from_the_notice_to_the_money(self):
        for user in (self.officer, self.finance):
            user.password = user.login
        self.claim.write({"amount_loss": 4000, "amount_value": 20000})
        self.start_tour(
            f"/odoo/claims/{self.claim.id}",
            "kuaidi_officer_leads_an_insurance_case",
            login=self.officer.login,
        )
        case = self.claim.insurance_case_ids
        self.assertEqual((case.state, case.amount_agreed), ("agreed", 1700))
        self.assertEqual(case.papers_asked, "Police report and repair bill")
        self.start_tour(
            f"/odoo/insurance-cases/{case.id}",
            "kuaidi_finance_books_an_insurer",
            login=self.finance.login,
        )
        self._receive(case.payment_ids.move_id)
        self.assertEqual((case.state, case.amount_paid), ("paid", 1700))
