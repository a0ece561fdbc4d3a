from odoo.tests import HttpCase, freeze_time, tagged

from .contract_common import TODAY, ContractCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestContractTours(ContractCommon, HttpCase):
    """A contract is requested, approved and signed in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.manager, cls.centre):
            user.password = user.login

    def test_a_contract_is_signed_in_the_browser(self):
        contract = self._create_contract()
        self._answer(contract)
        first = contract.check_ids.sorted(lambda c: (c.sequence, c.id))[0]
        first.write({"answer": False, "remark": False})
        contract.check_ids[-1].write({"answer": "concern"})
        self._attach(contract)
        url = f"/odoo/kuaidi.contract/{contract.id}"
        self.start_tour(
            url, "kuaidi_manager_requests_contract", login=self.manager.login
        )
        self.env.invalidate_all()
        self.assertEqual(contract.state, "to_approve")
        self.assertEqual(contract.amount_total, 120_000)
        self.assertEqual(first.user_id, self.manager)
        self.assertEqual(first.remark, "Compared with the draft")
        self.start_tour(
            "/odoo/contracts-to-approve",
            "kuaidi_centre_approves_contract",
            login=self.centre.login,
        )
        self.env.invalidate_all()
        self.assertEqual(contract.state, "approved")
        self.start_tour(url, "kuaidi_manager_signs_contract", login=self.manager.login)
        self.env.invalidate_all()
        self.assertEqual(contract.state, "running")
        self.assertEqual(str(contract.date_signed), TODAY)
        self.assertEqual(contract.original_location, "Archive B 3")
        self.assertEqual(len(contract.document_ids), 2)
        self.assertEqual(contract.next_id.revision, 2)
