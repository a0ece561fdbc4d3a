from datetime import datetime

from .common import ClaimsCommon

# a Friday evening in Shanghai (18:00) before a weekend at the month's end
NOW = datetime(2026, 10, 30, 10, 0)


class ComplaintCommon(ClaimsCommon):
    """Complaints of one client, with the people whom the ladder leads to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director = cls._create_user("kuaidi_director", "group_kuaidi_user")
        cls.branch_service = cls._create_user(
            "kuaidi_branch_service", "group_kuaidi_user"
        )
        cls.branch_head = cls._create_user("kuaidi_branch_head", "group_kuaidi_user")
        cls.branch.write(
            {
                "manager_id": cls.branch_head.id,
                "contact_user_id": cls.branch_service.id,
            }
        )
        cls.company.write(
            {
                "kuaidi_complaint_manager_id": cls.claims_manager.id,
                "kuaidi_complaint_director_id": cls.director.id,
                "kuaidi_crisis_user_ids": [cls.director.id, cls.centre.id],
                "kuaidi_crisis_spokesperson_id": cls.director.id,
            }
        )
        cls.complaints = cls.env["kuaidi.complaint"]
        cls.types = {
            kind: cls.env.ref(f"kuaidi_claims.complaint_type_{kind}")
            for kind in ("delay", "loss", "damage", "attitude", "short")
        }

    @classmethod
    def _complain(cls, user=None, kind="attitude", **values):
        """Take a complaint in, as the officer where nobody else is named."""
        return (
            cls.complaints.with_user(user or cls.officer)
            .create(
                {
                    "account_id": cls.account.id,
                    "type_id": cls.types[kind].id,
                    "contact_name": "Ms. Li",
                    "phone": "0931-555-0142",
                    "email": "li@haina.example",
                    "description": "The courier shouted at our guard.",
                    **values,
                }
            )
            .with_user(user or cls.officer)
        )

    @classmethod
    def _judge(cls, complaint, **values):
        """Enter verdict and reply, so that the complaint may be answered."""
        complaint.write(
            {
                "verdict": "our_fault",
                "link_id": cls.link.id,
                "department_id": cls.branch.id,
                "reply": "We are sorry. The courier has apologised.",
                **values,
            }
        )
        return complaint

    @classmethod
    def _answer(cls, complaint):
        """Lead a complaint to its answer."""
        complaint.action_start()
        cls._judge(complaint).action_send_reply()
        return complaint

    def _sweep(self):
        """Run the sweep as its cron does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("kuaidi_claims.cron_sweep_complaints").method_direct_trigger()
        self.env.invalidate_all()

    def _get_told(self, user, kind="clock"):
        """Return the summaries of the activities that a user has of one type."""
        return (
            self.env["mail.activity"]
            .search(
                [
                    ("user_id", "=", user.id),
                    (
                        "activity_type_id",
                        "=",
                        self.env.ref(f"kuaidi_claims.activity_type_{kind}").id,
                    ),
                ]
            )
            .mapped("summary")
        )
