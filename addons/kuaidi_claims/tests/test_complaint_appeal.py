from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .complaint_common import NOW, ComplaintCommon


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintAppeal(ComplaintCommon):
    def _appeal(self, **values):
        return (
            self.env["kuaidi.regulator.appeal"]
            .with_user(self.officer)
            .create(
                {
                    "reference": "12305-2026-118",
                    "authority": "Gansu Postal Administration",
                    **values,
                }
            )
        )

    def test_we_answer_in_ten_days_and_the_authority_in_thirty(self):
        for received, answer, decision in (
            (NOW, "2026-11-09 15:59:59", "2026-11-29 15:59:59"),
            # ten past midnight in Shanghai on the first of February
            (
                datetime(2026, 1, 31, 16, 10),
                "2026-02-11 15:59:59",
                "2026-03-03 15:59:59",
            ),
        ):
            with self.subTest(received=received):
                appeal = self._appeal(date_received=received, reference=f"R {received}")
                self.assertEqual(str(appeal.date_deadline), answer)
                self.assertEqual(str(appeal.date_authority), decision)

    def test_when_an_appeal_is_admissible(self):
        asked = self._complain(date_received=datetime(2026, 10, 20, 2, 0))
        fresh = self._complain(date_received=datetime(2026, 10, 29, 2, 0))
        pleased = self._answer(self._complain())
        pleased._record_callback("satisfied")
        displeased = self._answer(self._complain())
        displeased._record_callback("dissatisfied")
        for number, (complaint, values, objection) in enumerate(
            (
                (asked, {}, False),
                (fresh, {}, "neither unanswered"),
                (pleased, {}, "neither unanswered"),
                (displeased, {}, False),
                (self.complaints, {}, "did not complain"),
                (asked, {"date_dispute": "2025-10-30"}, False),
                (asked, {"date_dispute": "2025-10-29"}, "one year"),
                (asked, {"is_in_court": True}, "court"),
            )
        ):
            with self.subTest(number=number):
                appeal = self._appeal(
                    complaint_id=complaint.id, reference=f"A{number}", **values
                )
                self.assertEqual(appeal.is_admissible, not objection)
                self.assertIn(objection or "", appeal.objection or "")

    def test_an_appeal_goes_to_its_outcome(self):
        appeal = self._appeal()
        with self._refused(UserError, "what we answer"):
            appeal.action_answer()
        self.assertEqual(appeal.state, "open")
        appeal.answer = "The parcel was delivered on 12 October."
        appeal.action_answer()
        self.assertEqual(appeal.date_done, NOW)
        appeal.action_mediate()
        # Friday evening and three working days
        self.assertEqual(str(appeal.date_opinion_due), "2026-11-04 15:59:59")
        appeal.outcome = "agreed"
        with self._refused(UserError, "our opinion"):
            appeal.action_close()
        self.assertEqual(appeal.state, "mediation")
        appeal.mediation_opinion = "We agree to pay half."
        appeal.action_close()
        self.assertEqual(appeal.state, "closed")
        with self._refused(UserError, "is not in state"):
            appeal.action_answer()

    def test_a_late_answer_is_told_to_the_director_once(self):
        appeal = self._appeal()
        with freeze_time("2026-11-09 16:00:00"):
            for _run in range(2):
                with self.enter_registry_test_mode():
                    self.env.ref(
                        "kuaidi_claims.cron_escalate_appeals"
                    ).method_direct_trigger()
        self.assertTrue(appeal.date_escalated)
        self.assertEqual(
            self._get_told(self.director, "appeal_late"),
            ["Answer to the authority is late"],
        )

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_claims_staff_alone_answer_the_authority(self):
        appeal = self._appeal(answer="Ready.")
        for user in (self.centre, self.manager, self.finance, self.sales):
            with self.subTest(user=user.login), self._refused(AccessError):
                appeal.with_user(user).action_answer()
        for values in ({"state": "closed"}, {"date_deadline": NOW}):
            with self._refused(AccessError, "not entered"):
                appeal.write(values)
        self.assertEqual(appeal.state, "open")
        self.assertTrue(
            self.env["kuaidi.regulator.appeal"]
            .with_user(self.centre)
            .search([("id", "=", appeal.id)])
        )
