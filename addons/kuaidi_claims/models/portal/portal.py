from datetime import date

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.float_utils import float_round

from .portal_request import PortalRefusal

# of the database: larger numbers are no ids, and no query is made with them
MOST_ID = 2**31 - 1
MOST_AMOUNT = 1_000_000_000


class KuaidiPortal(models.AbstractModel):
    """What a client's people see and do on our website (网站VIP, 2.16).

    Every contact of a client who has a login sees the cases and papers of the whole
    client, whoever of them filed it, and of nobody else. They have no access rights on
    our models: pages are made of values that are picked one by one, so that a field
    which is added later is not shown. No link of them carries a key.
    """

    _name = "kuaidi.portal"
    _description = "Client's Portal"

    # === BUSINESS METHODS === #

    @api.model
    def _get_client(self):
        """Return the client whom the user belongs to."""
        # sudo: one's own company
        return self.env.user.sudo().partner_id.commercial_partner_id

    @api.model
    def _get_account(self):
        """Return the key account of the user's client, in superuser mode, if any."""
        return (
            self.env["kuaidi.key.account"]
            .sudo()  # sudo: whose client it is decides, not rights
            .search(
                [
                    ("partner_id", "=", self._get_client().id),
                    ("company_id", "in", self.env.user.company_ids.ids),
                ],
                order="id",
                limit=1,
            )
        )

    @api.model
    def _get_own_domain(self, path="partner_id"):
        """Return the domain of what belongs to the user's client.

        :param str path: to the partner of a record
        """
        return Domain(
            f"{path}.commercial_partner_id", "=", self._get_client().id
        ) & Domain("company_id", "in", self.env.user.company_ids.ids)

    @api.model
    def _count_cases(self):
        """Return how many complaints and claims the user's client has (P15).

        These are those that `_get_own_domain` finds, in one query: the first page asks
        for them each time.

        :return: number by model
        """
        self.env["kuaidi.complaint"].flush_model(["partner_id", "company_id"])
        self.env["kuaidi.claim"].flush_model(["partner_id", "company_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["res.users"].flush_model(["partner_id", "company_ids"])
        [(complaints, claims)] = self.env.execute_query(
            SQL(
                """
                WITH own AS (
                    SELECT partner.commercial_partner_id AS client_id, rel.cid
                      FROM res_users users
                      JOIN res_partner partner ON partner.id = users.partner_id
                      JOIN res_company_users_rel rel ON rel.user_id = users.id
                     WHERE users.id = %s
                )
                SELECT (SELECT count(*)
                          FROM kuaidi_complaint record
                          JOIN res_partner client ON client.id = record.partner_id
                          JOIN own ON own.client_id = client.commercial_partner_id
                                  AND own.cid = record.company_id),
                       (SELECT count(*)
                          FROM kuaidi_claim record
                          JOIN res_partner client ON client.id = record.partner_id
                          JOIN own ON own.client_id = client.commercial_partner_id
                                  AND own.cid = record.company_id)
                """,
                self.env.uid,
            )
        )
        return {"kuaidi.complaint": complaints, "kuaidi.claim": claims}

    @api.model
    def _find(self, model, record_id, domain):
        """Return one record of the user's client in superuser mode, or none.

        Nothing tells whether another client's record exists.
        """
        # sudo: the domain is the fence, clients have no rights of their own
        records_sudo = self.env[model].sudo()
        if not 0 < record_id <= MOST_ID:
            return records_sudo
        return records_sudo.search(Domain("id", "=", record_id) & domain, limit=1)

    @api.model
    def _get_officer(self, account):
        """Return who takes up a claim of a client, an internal user.

        :param account: key account, in superuser mode
        :raise PortalRefusal: where nobody works on claims
        """
        officer = self._find_officer(account)
        if not officer:
            raise PortalRefusal(
                self.env._("Nobody takes claims online now. Please call us.")
            )
        return officer

    @api.model
    def _find_officer(self, account):
        """Return who takes up the cases of a client, or nobody.

        Whom the client's file names, else the settings, else the first who may.

        :param account: key account, in superuser mode
        """
        members = account.member_ids.filtered(
            lambda member: member.role == "claims" and member.user_id.active
        )
        company = account.company_id
        officer = members[:1].user_id or company.kuaidi_portal_officer_id.filtered(
            "active"
        )
        if not officer:
            officer = account.env["res.users"].search(
                [
                    (
                        "all_group_ids",
                        "in",
                        self.env.ref("kuaidi_claims.group_claims_officer").ids,
                    ),
                    ("company_ids", "in", company.ids),
                    ("share", "=", False),
                ],
                order="id",
                limit=1,
            )
        return officer

    @api.model
    def _read_line(self, form, name, limit=100):
        """Return what was typed into one line: no breaks, nothing invisible.

        :raise PortalRefusal: when it is longer than any honest answer
        """
        text = " ".join(self._read_text(form, name, limit=None).split())
        return self._check_length(text, limit)

    @api.model
    def _read_text(self, form, name, limit=5000):
        """Return what was typed into a field of several lines."""
        value = form.get(name)
        text = value if isinstance(value, str) else ""
        text = "".join(
            character
            for character in text
            if character.isprintable() or character in "\n"
        ).strip()
        return text if limit is None else self._check_length(text, limit)

    @api.model
    def _check_length(self, text, limit):
        if len(text) > limit:
            raise PortalRefusal(
                self.env._(
                    "A text is too long: at most %(limit)s characters.", limit=limit
                )
            )
        return text

    @api.model
    def _read_choice(self, form, name, choices):
        """Return one of the choices that a form offers.

        :raise PortalRefusal: for anything else
        """
        value = form.get(name)
        if value not in choices:
            raise PortalRefusal(self.env._("Choose one of the answers of the form."))
        return value

    @api.model
    def _read_amount(self, form, name, currency):
        """Return an amount of money as typed, rounded to the currency's cents.

        :raise PortalRefusal: for what is no positive amount
        """
        text = self._read_line(form, name).replace(",", "").replace("，", "")
        try:
            amount = float_round(
                float(text), precision_rounding=currency.rounding or 0.01
            )
        except (OverflowError, ValueError):
            amount = 0.0
        if not 0 < amount <= MOST_AMOUNT:
            raise PortalRefusal(
                self.env._("Enter the amount you claim as a number above zero.")
            )
        return amount

    @api.model
    def _get_today(self):
        """Return the day at the user's carrier."""
        company = self.env.user.company_id.sudo()  # sudo: its time zone
        return self.env["kuaidi.deadline"]._get_today(company)

    @api.model
    def _read_date(self, form, name):
        """Return a day that was typed, or False.

        :raise PortalRefusal: for what is no day, or ahead
        """
        text = self._read_line(form, name)
        if not text:
            return False
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if not day or day.year < 2000 or day > self._get_today():
            raise PortalRefusal(
                self.env._("Enter the day of shipping as a date up to today.")
            )
        return day
