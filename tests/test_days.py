"""A client's first year: what each role does is what the next one goes on with."""

import base64
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .day_common import DayCommon


@tagged("post_install", "-at_install")
class TestDays(DayCommon):
    """From the tender that was won to the contract that follows, role by role."""

    def test_the_first_year_of_a_client(self):
        for chapter in (
            self._win_tender,
            self._open_account,
            self._sign_contract,
            self._give_star,
            self._plan_service,
            self._log_visits,
            self._import_figures,
            self._analyse_months,
            self._warn_by_night,
            self._take_complaint,
            self._ask_insurer,
            self._agree_on_portal,
            self._pay_claim,
            self._recover_loss,
            self._confirm_statement,
            self._dun_and_collect,
            self._renew,
        ):
            with self.subTest(chapter=chapter.__name__):
                chapter()

    # === SALES === #

    def _win_tender(self):
        """Sales bid, seal, hand in and win; another sales user sees nothing of it."""
        with self._day("2026-01-06"):
            form = self._form(self.sales, {"res_model": "kuaidi.tender"})
            form.name = "Parcels of Donghai"
            form.reference = "DH-001"
            form.partner_id = self.issuer
            form.date_deadline = "2026-01-30 02:00:00"
            form.amount_budget = 600_000
            form.amount_bid = 540_000
            form.amount_cost = 480_000
            form.signatory_name = "Zhang Li"
            tender = self.tender = form.save()
            tender.action_qualify()
            tender.check_ids.write({"answer": "Read", "rating": "neutral"})
            wizard = self._form(self.sales, tender.action_open_decide())
            wizard.decision = "bid"
            wizard.reason_ids.add(
                self.env.ref("kuaidi_key_account.tender_reason_bid_client")
            )
            wizard.save().action_decide()
            section = self.env["kuaidi.tender.section"].with_user(self.sales)
            section = section.create(
                {
                    "tender_id": tender.id,
                    "name": "Bid Letter",
                    "body": "<p>We offer {{ project }}.</p>",
                    "needs_signature": True,
                    "needs_seal": True,
                }
            )
            section.action_start()
            section.action_done()
            with self._refused(UserError, "Build the package"):
                tender.action_seal()
            tender.action_build_package()
            self._run_cron("kuaidi_key_account.cron_build_packages")
            tender.action_seal()
            tender.action_submit()
        with self._day("2026-01-30"):
            tender.action_register_opening()
            wizard = self._form(self.sales, tender.action_open_result())
            self.assertEqual((wizard.result, wizard.amount), ("won", 540_000))
            wizard.save().action_register()
        self.assertEqual(tender.state, "won")
        self.assertEqual(tender.lead_id.won_status, "won")
        self._assert_seen(
            tender, by=(self.sales, self.centre), not_by=(self.manager, self.zhou)
        )

    def _open_account(self):
        """Sales open the client's file; the CRM centre entrusts it to a manager."""
        with self._day("2026-02-02"):
            action = self.tender.action_open_key_account()
            account = self.deal = self.env["kuaidi.key.account"].browse(
                action["res_id"]
            )
            self.assertEqual(
                (account.state, account.manager_id, account.lead_id),
                ("candidate", self.sales, self.tender.lead_id),
            )
            self._assert_seen(
                account,
                by=(self.sales, self.centre, self.finance),
                not_by=(self.manager, self.manager_2, self.zhou),
            )
            wizard = self._form(self.centre, {"res_model": "kuaidi.account.handover"})
            wizard.from_user_id = self.sales
            wizard.to_user_id = self.manager
            wizard.reason = "Won: it is served from now on"
            wizard.save().action_hand_over()
            self.assertEqual(account.manager_id, self.manager)
            self._assert_seen(account, by=(self.manager,), not_by=(self.manager_2,))

    # === ACCOUNT MANAGER AND CRM CENTRE === #

    def _sign_contract(self):
        """The contract of the award is signed, and the candidate becomes formal."""
        account = self.deal.with_user(self.manager)
        with self._day("2026-02-04"):
            action = self.tender.action_make_contract()
            contract = self.contract = self.env["kuaidi.contract"].browse(
                action["res_id"]
            )
            self.assertEqual(
                (contract.account_id, contract.amount_promised), (self.deal, 540_000)
            )
            with self._refused(UserError, "founding paper"):
                account.action_make_formal()
            self._sign(contract.with_user(self.manager))
            self.assertEqual(self.tender.date_signing, date(2026, 2, 4))
            with self._refused(UserError, "safety"):
                account.action_make_formal()
            paper = self._form(self.manager, {"res_model": "kuaidi.account.document"})
            paper.account_id = account
            paper.type_id = self.env.ref("kuaidi_key_account.document_type_safety")
            paper.attachment_ids.add(self._upload(self.manager, "safety.pdf"))
            paper.save()
            account.action_make_formal()
        self.assertEqual(account.state, "formal")
        # the clocks of the onboarding run from now on
        self.assertEqual(len(account.onboarding_step_ids), 5)

    def _sign(self, contract):
        """Have a contract approved by others than who asks, and sign it."""
        contract.check_ids.write({"answer": "ok", "remark": "Looked at"})
        contract.action_request_approval()
        self._assert_refused(contract, "action_approve", self.manager, self.sales)
        contract.with_user(self.centre).action_approve()
        wizard = self._form(self.manager, contract.action_sign())
        wizard.attachment_ids.add(self._upload(self.manager, "signed.pdf"))
        wizard.original_location = "Archive B 3"
        wizard.save().action_confirm()
        self.assertEqual(contract.state, "running")

    def _give_star(self):
        """The manager proposes a star; the CRM centre approves it, the manager not."""
        with self._day("2026-02-05"):
            form = self._form(self.manager, {"res_model": "kuaidi.star.rating"})
            form.account_id = self.deal
            form.basis = "expected"
            form.amount_revenue = 540_000
            rating = form.save()
            rating.action_request_approval()
            self._assert_refused(rating, "action_approve", self.sales, self.finance)
            with self._refused(UserError):
                rating.action_approve()
            self.assertFalse(self.deal.star_id)
            waiting = self.env["kuaidi.star.rating"].with_user(self.centre)
            self.assertIn(rating, waiting.search([("state", "=", "to_approve")]))
            rating.with_user(self.centre).action_approve()
        self.assertEqual((rating.state, self.deal.stars), ("approved", 4))
        self._assert_seen(
            rating, by=(self.manager, self.centre), not_by=(self.manager_2, self.zhou)
        )

    def _plan_service(self):
        """The star's standard becomes a plan; the cron makes activities of it."""
        account = self.deal.with_user(self.manager)
        with self._day("2026-02-06"):
            account.deputy_id = self.manager_2
            account.member_ids = [
                Command.create({"user_id": self.sales.id, "role": "sales"})
            ]
            action = account.action_new_plan()
            plan = self.plan = self.env["kuaidi.service.plan"].browse(action["res_id"])
            plan = plan.with_user(self.manager)
            self.assertEqual(plan.template_id.level_id, self.deal.star_id)
            self.assertEqual(plan.template_id.level_id.stars, 4)
            # the deputy sees it, the manager of another client does not
            plan.action_publish()
            self.assertIn(
                self.manager_2.partner_id, plan.message_ids.mapped("partner_ids")
            )
            self._assert_seen(
                plan, by=(self.manager_2, self.centre), not_by=(self.zhou,)
            )
            with self._refused(UserError, "e-mail address"):
                plan.action_send_client_copy()
            account.contact_ids = [
                Command.create(
                    {"partner_id": self.contact.id, "decision_role": "settlement"}
                )
            ]
            mail = self._form(self.manager, plan.action_send_client_copy())
            mail.save()._action_send_mail()
            self.assertTrue(plan.date_disclosed)
        with self._day("2026-02-09"):
            self._run_cron("kuaidi_key_account.cron_schedule_plan_lines")
            activities = plan.line_ids.activity_ids
            # those of the coming fortnight, not of the year
            self.assertTrue(activities)
            self.assertLess(len(activities), len(plan.line_ids))
        done = account.onboarding_step_ids.filtered(lambda step: step.state == "done")
        self.assertLessEqual({"team", "star", "plan"}, set(done.mapped("condition")))

    def _log_visits(self):
        """A planned visit is logged from its line, and the client's file knows it."""
        line = self.plan.line_ids.filtered("is_visit").sorted("date_start")[:1]
        line = line.with_user(self.manager)
        with self._day(line.date_start):
            form = self._form(self.manager, line.action_log_visit())
            self.assertEqual(form.account_id, self.deal)
            form.duration_minutes = 45
            form.purpose = "Agree on the spring volume"
            form.reaction = "4"
            form.contact_ids.add(self.contact)
            visit = form.save()
        self.assertEqual((line.state, line.visit_id), ("done", visit))
        self.assertTrue(self.deal.date_last_contact)
        self.assertEqual(self.deal.plan_done_count, 1)
        self._assert_seen(
            visit,
            by=(self.manager_2, self.sales, self.centre),
            not_by=(self.zhou, self.portal),
        )

    # === FINANCE === #

    def _import_figures(self):
        """Finance import the figures of months; managers may not, and read them."""
        with self._day("2026-04-03"):
            content = (
                "客户编号,月份,票数,重量(kg),收入(元),晚点票数,破损票数,丢失票数,事故起数\n"
                f"{self.deal.code},2026-02,10000,30000,45000,20,2,1,0\n"
                f"{self.deal.code},2026-03,4000,12000,18000,90,9,2,1\n"
            )
            imports = self.env["kuaidi.figure.import"].with_user(self.finance)
            wizard = imports.create(
                {
                    "file_name": "figures.csv",
                    "file": base64.b64encode(content.encode()),
                }
            )
            wizard.action_read()
            while not wizard.action_read_next()["is_done"]:
                continue
            self.assertEqual((wizard.new_count, wizard.bad_count), (2, 0))
            wizard.action_import()
            figures = self.env["kuaidi.monthly.figure"].search(
                [("account_id", "=", self.deal.id)]
            )
            self.assertEqual(figures.mapped("pieces"), [4000, 10000])
            self._assert_seen(
                figures[0],
                by=(self.manager, self.centre),
                not_by=(self.officer, self.zhou),
            )
            with self._refused(AccessError):
                self._form(self.manager, {"res_model": "kuaidi.figure.import"}).save()

    # === INSIGHT === #

    def _analyse_months(self):
        """The analysis is made by night, completed by the manager, sent and printed."""
        with self._day("2026-04-07"):
            self._run_cron("kuaidi_key_account.cron_generate_reviews")
            review = self.env["kuaidi.client.review"].search(
                [("account_id", "=", self.deal.id), ("month", "=", "2026-03-01")]
            )
            self.assertEqual((review.state, review.pieces), ("draft", 4000))
            review = review.with_user(self.manager)
            with self._refused(UserError, "next actions"):
                review.action_complete()
            form = Form(review)
            form.note_cause = "Half of its volume went to a rival."
            form.note_action = "Visit the director by 10 April (manager)."
            form.save()
            review.action_complete()
            report, kind = (
                self.env["ir.actions.report"]
                .with_user(self.manager)
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf("kuaidi_key_account.report_client_review", review.ids)
            )
            self.assertEqual((kind, report[:4]), ("pdf", b"%PDF"))
            review.action_send()
            self._run_cron("kuaidi_key_account.cron_deliver_reviews")
            self.assertEqual(review.state, "sent")
            self._assert_seen(
                review, by=(self.sales, self.centre), not_by=(self.zhou, self.officer)
            )

    def _warn_by_night(self):
        """The alert of the night has an owner, who closes it with what it teaches."""
        with self._day("2026-04-08"):
            self._run_cron("kuaidi_key_account.cron_evaluate_alerts")
            alerts = self.env["kuaidi.alert"].search(
                [("account_id", "=", self.deal.id), ("state", "=", "open")]
            )
            levels = {alert.kind: alert.level for alert in alerts}
            self.assertEqual(levels, {"volume_mom": "2", "plan_missed": "1"})
            alert = alerts.filtered(lambda alert: alert.kind == "volume_mom")
            self.assertEqual(alert.owner_id, self.manager)
            self._assert_seen(
                alert,
                by=(self.manager, self.centre),
                not_by=(self.zhou, self.portal),
            )
            alert = alert.with_user(self.manager)
            alert.rescue_plan = "The director is visited this week."
            # it does not rise twice
            self._run_cron("kuaidi_key_account.cron_evaluate_alerts")
            self.assertEqual(
                len(
                    self.env["kuaidi.alert"].search(
                        [
                            ("rule_id", "=", alert.rule_id.id),
                            ("account_id", "=", self.deal.id),
                        ]
                    )
                ),
                1,
            )
        with self._day("2026-04-13"):
            wizard = self._form(self.manager, alert.action_open_close())
            wizard.result = "saved"
            wizard.cause = "price"
            wizard.lesson = "Ask for the volume of the quarter in advance."
            wizard.save().action_close()
        self.assertEqual(alert.state, "closed")

    # === CLAIMS === #

    def _take_complaint(self):
        """An officer takes a call in, which the manager knows of; a claim opens."""
        with self._day("2026-04-14"):
            form = self._form(self.officer, {"res_model": "kuaidi.complaint.intake"})
            form.query = self.deal.code
            self.assertEqual(form.account_id, self.deal)
            form.type_id = self.damage
            form.waybill_number = "SD0009990001"
            form.contact_name = "Mr. Zhou"
            form.phone = "13900000001"
            form.description = "The crate was crushed."
            form.need = "compensation"
            form.compensation = 4000
            form.save().action_take_in()
            complaint = self.complaint = self.env["kuaidi.complaint"].search(
                [("waybill_number", "=", "SD0009990001")]
            )
            self.assertEqual(
                (complaint.account_id, complaint.user_id), (self.deal, self.officer)
            )
            self._assert_seen(
                complaint,
                by=(self.manager, self.claims_manager, self.centre),
                not_by=(self.sales_2, self.portal),
            )
            complaint = complaint.with_user(self.officer)
            complaint.action_start()
            self._assert_refused(complaint, "action_create_claim", self.manager)
            form = self._form(self.officer, complaint.action_create_claim())
            self.assertEqual(form.amount_claimed, 4000)
            form.pieces = 1
            form.goods = "Transformer"
            form.date_shipped = "2026-04-10"
            form.is_insured = True
            claim = form.save()
            claim.write(
                {
                    "policy_id": self.policy.id,
                    "packing": "original",
                    "sum_insured": 10000,
                    "amount_declared": 20000,
                    "loss_cause": "collision",
                }
            )
        self.case = claim.with_env(self.env)
        self.assertEqual((complaint.claim_id, claim.account_id), (claim, self.deal))

    def _ask_insurer(self):
        """Evidence, liability, and the insurer before the client gets an offer."""
        claim = self.case.with_user(self.officer)
        with self._day("2026-04-15"):
            claim.action_ask_evidence()
            claim.no_inquiry_reason = "The scan shows where it fell"
            for line in claim.evidence_ids:
                line.attachment_ids = [Command.link(self._photograph(self.officer).id)]
            claim.action_assess()
            claim.write(
                {
                    "liability": "carrier",
                    "liability_note": "Dropped on the truck of the carrier",
                    "amount_assessed": 3000,
                }
            )
            claim.action_negotiate()
            form = self._form(self.officer, claim.action_open_insurance_case())
            form.amount_loss = 4000
            form.amount_value = 20000
            form.amount_insured = 10000
            insured = form.save()
            self.insured = insured.with_env(self.env)
            # 4,000 x 10,000 / 20,000 - 300
            self.assertEqual(insured.amount_payable, 1700)
            insured.action_notify()
            insured.action_inspect()
            wizard = self._form(self.officer, insured.action_open_papers())
            wizard.note = "Repair bill"
            wizard.save().action_confirm()
            insured.action_submit_papers()
            wizard = self._form(self.officer, insured.action_open_agree())
            wizard.amount = 1700
            wizard.save().action_confirm()
            self.assertEqual((insured.state, insured.amount_agreed), ("agreed", 1700))
            self._assert_seen(
                insured,
                by=(self.claims_manager, self.finance),
                not_by=(self.zhou, self.portal, self.sales),
            )

    def _agree_on_portal(self):
        """The client accepts the offer on the portal; another client finds nothing."""
        with self._day("2026-04-16"):
            offer = self.env["kuaidi.claim.offer"].with_user(self.officer)
            offer = offer.create(
                {"claim_id": self.case.id, "side": "ours", "amount": 3000}
            )
            path = f"/my/claims/{self.case.id}"
            self._login(self.portal)
            self.assertEqual(self._get(path).status_code, 404)
            answer = {"offer_id": offer.id, "answer": "accept"}
            self.assertEqual(self._post(f"{path}/offer", **answer).status_code, 404)
            self.assertEqual(offer.state, "open")
            self._login(self.zhou)
            page = self._get(path)
            self.assertEqual(page.status_code, 200)
            for secret in ("★", "1,700", "Taihe", "Ask for the volume"):
                self.assertNotIn(secret, page.text)
            self._post(f"{path}/offer", **answer)
            # nothing is settled behind the insurer's back: the officer is told
            self.assertEqual((self.case.state, offer.state), ("negotiation", "open"))
            told = self.case.activity_ids.filtered(
                lambda activity: activity.user_id == self.officer
            )
            self.assertIn(
                "The client wants to accept the offer, and something is missing",
                told.mapped("summary"),
            )
            insured = self.insured.with_user(self.officer)
            wizard = self._form(self.officer, insured.action_open_consent())
            wizard.amount = 3000
            wizard.note = "By mail of 16 April"
            wizard.save().action_confirm()
            self._post(f"{path}/offer", **answer)
            self.assertEqual(
                (self.case.state, self.case.amount_agreed), ("consensus", 3000)
            )

    def _pay_claim(self):
        """Officer, claims manager and finance: no payment by one of them alone."""
        claim = self.case.with_user(self.officer)
        with self._day("2026-04-20"):
            claim.action_check_debts()
            claim.action_make_report()
            report = claim.report_id
            report.write({"course": "It fell.", "reason": "Repair bill."})
            report.action_request_approval()
            self._assert_refused(
                report, "action_approve", self.officer, self.officer_2, self.finance
            )
            report.with_user(self.claims_manager).action_approve()
            # above the manager's limit the vice president decides too
            self.assertEqual(claim.state, "to_approve")
            report.with_user(self.vp).action_approve()
            self.assertEqual((claim.state, claim.amount_approved), ("approved", 3000))
            for user in (self.officer, self.claims_manager):
                with self._refused(AccessError):
                    self._form(user, claim.with_user(user).action_open_payout())
            action = self.case.with_user(self.finance).action_open_payout()
            self._form(self.finance, action).save().action_pay()
            bill = self.case.payout_id.move_id
            self.assertEqual((bill.state, bill.amount_total), ("posted", 3000))
            self._settle(self._get_payable(bill))
            self.assertEqual((claim.state, claim.amount_paid), ("paid", 3000))
            # the client says on the portal that it is settled, and how well
            self._login(self.zhou)
            self._post(
                f"/my/claims/{claim.id}/rate", rating="satisfied", feedback="Fair"
            )
            self.assertTrue(self.case.date_client_confirmed)

    def _recover_loss(self):
        """What insurer and carrier pay is taken off: the net loss is what is left."""
        claim = self.case.with_user(self.officer)
        with self._day("2026-04-27"):
            insured = self.insured.with_user(self.finance)
            self._form(self.finance, insured.action_open_payment()).save().action_book()
            self._receive(self.insured.payment_ids.move_id)
            self.assertEqual((insured.state, insured.amount_paid), ("paid", 1700))
            form = self._form(
                self.officer,
                {
                    "res_model": "kuaidi.recovery",
                    "context": {"default_claim_id": claim.id},
                },
            )
            form.target = "carrier"
            form.debtor_id = self.carrier
            form.basis = "contract"
            form.contract_reference = "GX-2026-7"
            form.cause = "Dropped on its truck"
            form.amount_demanded = 1000
            recovery = form.save()
            recovery.action_demand()
            recovery.write({"amount_agreed": 1000, "result": "Agreed by letter"})
            recovery.action_agree()
            self._assert_refused(recovery, "action_book", self.officer, self.manager)
            recovery.with_user(self.finance).action_book()
            self._receive(self.case.recovery_ids.entry_ids.move_id)
            # an open claim would keep the statement of the month back
            claim.action_note_notice()
            claim.action_file()
        self.assertEqual(
            (claim.amount_paid, claim.amount_insured, claim.amount_recovered),
            (3000, 1700, 1000),
        )
        self.assertEqual(claim.amount_net, 300)
        self._assert_seen(
            recovery, by=(self.manager, self.finance), not_by=(self.zhou, self.sales)
        )

    # === RECEIVABLES === #

    def _confirm_statement(self):
        """The statement is mailed, and confirmed by its client on the portal."""
        with self._day("2026-04-30"):
            self.invoice = self._create_invoice(
                self.issuer, 45_000, "2026-04-30", invoice_date_due="2026-05-30"
            )
        with self._day("2026-05-06"):
            run = self._form(self.finance, {"res_model": "kuaidi.statement.run"})
            self.assertEqual(run.date_from, date(2026, 4, 1))
            run.account_ids.add(self.deal)
            run = run.save()
            run.action_generate()
            statement = self.env["kuaidi.statement"].search(
                [("account_id", "=", self.deal.id)]
            )
            self.assertEqual(
                (statement.state, statement.amount_closing), ("draft", 45_000)
            )
            path = f"/my/statements/{statement.id}/answer"
            self._login(self.zhou)
            self.assertEqual(self._get(path).status_code, 404)
            with self._mail_server() as arrived:
                statement.with_user(self.finance).action_send()
                self._run_cron("kuaidi_key_account.cron_send_statements")
            self.assertEqual(
                [mail["To"] for mail in arrived if "zhou" in mail["To"]],
                ['"Mr. Zhou" <zhou@donghai.example>'],
            )
            self.assertEqual(statement.state, "sent")
            self.assertEqual(self._get(path).status_code, 200)
            self._login(self.portal)
            answer = {"answer": "confirmed", "name": "Mr. Zhou"}
            self.assertEqual(self._post(path, **answer).status_code, 404)
            self.assertEqual(statement.state, "sent")
            self._login(self.zhou)
            self._post(path, **answer)
        self.assertEqual(
            (statement.state, statement.date_answered), ("confirmed", date(2026, 5, 6))
        )
        self._assert_seen(
            statement, by=(self.manager, self.finance), not_by=(self.sales_2, self.zhou)
        )

    def _dun_and_collect(self):
        """The debt is dunned once, promised to the manager, paid, and off the list."""
        with self._day("2026-06-08"):
            run = self._form(self.finance, {"res_model": "kuaidi.dunning.run"}).save()
            run.action_preview()
            self.assertEqual(run.line_ids.account_id, self.deal)
            run.action_run()
            with self._mail_server() as arrived:
                for _night in range(2):
                    self._run_cron("kuaidi_key_account.cron_send_dunning")
                    self._run_cron("kuaidi_key_account.cron_dunning")
            letters = [mail for mail in arrived if "zhou" in mail["To"]]
            self.assertEqual(len(letters), 1)
            case = self.env["kuaidi.collection.case"].search(
                [("account_id", "=", self.deal.id)]
            )
            self.assertEqual((case.state, case.collector_id), ("open", self.finance))
            self._assert_seen(
                case, by=(self.manager, self.finance), not_by=(self.zhou, self.sales_2)
            )
            form = self._form(
                self.manager, case.with_user(self.manager).action_enter_promise()
            )
            self.assertEqual(form.amount, 45_000)
            form.date_due = date(2026, 6, 12)
            promise = form.save()
            self.assertEqual(case.date_next_action, date(2026, 6, 13))
        with self._day("2026-06-11"):
            self._receive(self.invoice)
            self.assertEqual(promise.with_user(self.finance).state, "kept")
            self._run_cron("kuaidi_key_account.cron_dunning")
        self.assertEqual(case.state, "closed")
        self.assertEqual(self.deal.with_user(self.manager).amount_open, 0)

    def _renew(self):
        """The renewal opens by night, tells what happened, and makes a new contract."""
        with self._day("2026-10-12"):
            self._run_cron("kuaidi_key_account.cron_open_renewals")
            renewal = self.env["kuaidi.renewal"].search(
                [("contract_id", "=", self.contract.id)]
            )
            self.assertEqual(renewal.stage, "upcoming")
            self._run_cron("kuaidi_key_account.cron_open_renewals")
            self.assertEqual(len(self.contract.renewal_ids), 1)
            self._assert_seen(
                renewal,
                by=(self.manager, self.sales, self.centre),
                not_by=(self.zhou, self.sales_2, self.officer),
            )
            renewal = renewal.with_user(self.manager)
            renewal.evaluation = "Stays, if prices hold."
            renewal.action_evaluate()
            dossier = renewal._get_dossier()
            self.assertEqual(dossier["year"]["pieces"], 14_000)
            renewal.proposal = "Same prices for one more year."
            renewal.action_negotiate()
            action = renewal.action_renew()
            successor = self.env["kuaidi.contract"].browse(action["res_id"])
            self.assertEqual(
                (successor.predecessor_id, successor.date_from),
                (self.contract, date(2027, 2, 4)),
            )
            self._sign(successor.with_user(self.manager))
        self.assertEqual(renewal.stage, "renewed")
        self.assertEqual(self.deal.state, "formal")
