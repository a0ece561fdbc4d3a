from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .grading_common import GradingCommon

# nothing else in the database reads like this
REASON = "Ximenting secret of the star"


@tagged("post_install", "-at_install")
class TestStarSecrecy(GradingCommon):
    """The star is internal (GR-4): it reaches no client on any way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels[4].name = REASON
        cls.account = cls._create_account(partner_id=cls.client.id)
        cls.account.message_subscribe(partner_ids=cls.portal.partner_id.ids)
        cls.rating = cls._create_expected(
            cls.account,
            600_000,
            **dict(cls._get_adjustment(), adjustment_reason=REASON),
        )
        cls.rating.message_subscribe(partner_ids=cls.portal.partner_id.ids)
        cls._approve(cls.rating)
        cls.pending = cls._create_expected(
            cls.account,
            700_000,
            **dict(cls._get_adjustment(), adjustment_reason=REASON),
        )
        cls.pending.action_request_approval()
        cls.env.flush_all()

    def _read_everything(self, user):
        """Return all values that the user reads, by model and field."""
        found = {}
        env = self.env(user=user)
        for name in env.registry:
            model = env[name]
            if model._abstract or not model._auto and not model._table_query:
                continue
            if not model.has_access("read"):
                continue
            records = model.with_context(active_test=False).search([])
            for field in model.fields_get(attributes=["type"]):
                if model._fields[field].type == "binary":
                    continue
                try:
                    found[name, field] = repr(records.mapped(field))
                    if model._fields[field].type == "many2one":
                        found[name, field] += repr(
                            records.mapped(field).mapped("display_name")
                        )
                except AccessError:
                    continue
        return found

    def test_the_account_manager_finds_it_so_the_search_works(self):
        found = self._read_everything(self.manager)
        self.assertIn(REASON, found["kuaidi.star.rating", "adjustment_reason"])
        self.assertIn(REASON, found["kuaidi.key.account", "star_id"])
        self.assertIn(REASON, found["mail.message", "body"])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_no_field_of_no_model_tells_a_portal_user(self):
        found = self._read_everything(self.portal)
        # the search reached what a client sees of themselves
        self.assertIn(self.client.name, found["res.partner", "name"])
        self.assertEqual(
            [key for key, text in found.items() if REASON in text or "★" in text], []
        )
        self.assertFalse({key for key in found if key[0].startswith("kuaidi.star")})

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_no_model_of_stars_is_open_to_a_portal_user(self):
        for name in (
            "kuaidi.key.account",
            "kuaidi.star.level",
            "kuaidi.star.rating",
            "kuaidi.grading.run",
            "kuaidi.star.grading",
            "kuaidi.star.grading.line",
            "kuaidi.star.what.if",
            "kuaidi.star.what.if.line",
        ):
            model = self.env[name].with_user(self.portal)
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(model=name, operation=operation):
                    self.assertFalse(model.has_access(operation))

    def test_no_follower_outside_is_notified(self):
        outside = self.portal.partner_id
        messages = self.env["mail.message"].search(
            [
                ("model", "in", ("kuaidi.star.rating", "kuaidi.key.account")),
                (
                    "res_id",
                    "in",
                    [*self.account.ids, *self.account.star_rating_ids.ids],
                ),
            ]
        )
        self.assertIn(self.centre.partner_id, messages.notified_partner_ids)
        self.assertNotIn(outside, messages.notified_partner_ids)
        mails = self.env["mail.mail"].search([])
        self.assertNotIn(outside, mails.recipient_ids)
        # even when somebody addresses them
        message = self.rating.message_post(
            body="See the star",
            partner_ids=outside.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertNotIn(outside, message.notified_partner_ids)
        self.assertNotIn(
            outside,
            self.env["mail.mail"]
            .search([("mail_message_id", "=", message.id)])
            .recipient_ids,
        )

    def test_an_export_of_contacts_leads_to_no_star_without_a_role(self):
        clerk = self._create_user("kuaidi_clerk", "group_kuaidi_user")
        clerk.group_ids = self.env.ref("base.group_user") | self.env.ref(
            "base.group_allow_export"
        )
        partner = self.client.with_user(clerk)
        self.assertEqual(partner.export_data(["name"])["datas"], [[self.client.name]])
        with self.assertRaises(AccessError):
            partner.export_data(["key_account_ids/star_id"])

    def test_a_mail_template_on_a_contact_gives_no_star_without_a_role(self):
        clerk = self._create_user("kuaidi_clerk", "group_kuaidi_user")
        clerk.group_ids = self.env.ref("base.group_user")
        template = self.env["mail.template"].create(
            {
                "name": "Greeting",
                "model_id": self.env.ref("base.model_res_partner").id,
                "body_html": "<t t-out='object.key_account_ids.star_id.name'/>",
            }
        )
        with self.assertRaises(Exception) as caught:
            template.with_user(clerk)._render_field("body_html", self.client.ids)
        self.assertNotIn(REASON, str(caught.exception))
