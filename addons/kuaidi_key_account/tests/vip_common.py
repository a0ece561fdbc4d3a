from odoo.addons.kuaidi_key_account.tests.common import KuaidiCommon


class VipCommon(KuaidiCommon):
    """A formal client with a contact person, and the ways to make it a VIP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Li Min",
                "parent_id": cls.client.id,
                "email": "li.min@haina.example",
                "lang": "en_US",
            }
        )
        cls.operations = cls._create_user("kuaidi_operations", "group_kuaidi_user")
        cls.company.kuaidi_vip_notify_user_ids = cls.operations
        cls.account = cls._make_formal(cls._create_account(partner_id=cls.client.id))

    @classmethod
    def _create_vip(cls, account=None, **values):
        """Create a complete draft as the account manager would."""
        account = account or cls.account
        values.setdefault("contact_id", cls._get_contact(account).id)
        return (
            cls.env["kuaidi.vip"]
            .with_user(account.manager_id)
            .create(
                {
                    "account_id": account.id,
                    "reason": "Grows fast, remark-xyz",
                    "service_offer": "Priority pick-up\nMonthly report",
                    **values,
                }
            )
        )

    @classmethod
    def _get_contact(cls, account):
        if account == cls.account:
            return cls.contact
        return cls.env["res.partner"].create(
            {
                "name": "Contact",
                "parent_id": account.partner_id.id,
                "email": "contact@client.example",
            }
        )

    @classmethod
    def _approve(cls, vip):
        """Request and approve a draft; the establishment begins."""
        vip.with_user(vip.manager_id).action_request_approval()
        vip.with_user(cls.centre).action_approve()
        return vip

    @classmethod
    def _activate(cls, vip):
        """Approve a draft and work through its checklist by hand."""
        cls._approve(vip)
        cls._finish_checklist(vip)
        return vip

    @classmethod
    def _finish_checklist(cls, vip):
        for step in vip.with_user(cls.centre).step_ids:
            if step.can_tick:
                step.note = "By fax"
                step.action_done()

    @classmethod
    def _get_step(cls, vip, kind, code):
        return vip.step_ids.filtered(lambda s: (s.kind, s.code) == (kind, code))

    @classmethod
    def _decide(cls, vip, user, decision, reason="Talked it over", **values):
        return (
            cls.env["kuaidi.vip.decide"]
            .with_user(user)
            .create(
                {"vip_id": vip.id, "decision": decision, "reason": reason, **values}
            )
            .action_decide()
        )
