import io
import re
import uuid
from collections import Counter
from contextlib import contextmanager

from PIL import Image

from odoo import http
from odoo.tests import HttpCase, new_test_user

from odoo.addons.kuaidi_key_account.tests.attack_log import log_attempts

from .money_common import MoneyCommon


class PortalCommon(MoneyCommon, HttpCase):
    """Two clients, each with somebody who logs in, and a claim of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal.write({"name": "Ms. Li", "lang": "en_US"})
        cls.rival_client = cls._create_partner(name="Rival Toys")
        cls.rival = new_test_user(
            cls.env,
            login="kuaidi_rival",
            groups="base.group_portal",
            lang="en_US",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.rival.partner_id.parent_id = cls.rival_client
        cls.rival_account = cls._create_account(partner_id=cls.rival_client.id)
        cls.rival_claim = cls._create_claim(
            account_id=cls.rival_account.id, waybill_number="RV0000000001"
        )
        cls.rival_offer = (
            cls.env["kuaidi.claim.offer"]
            .with_user(cls.officer)
            .create({"claim_id": cls.rival_claim.id, "side": "ours", "amount": 700})
        )
        cls.damage = cls.env.ref("kuaidi_claims.complaint_type_damage")
        cls.picture = cls._make_picture()
        # of those who see everything, whoever a test acts as
        cls.root_env = cls.env

    @classmethod
    def _make_picture(cls, kind="JPEG", size=(8, 8), **options):
        """Return a picture as a phone makes it."""
        stream = io.BytesIO()
        Image.new("RGB", size, "red").save(stream, kind, **options)
        return stream.getvalue()

    def setUp(self):
        super().setUp()
        # how many requests came from whom
        self.requests = Counter()

    def _log_requests(self, number, attack, role="stranger"):
        """Log the requests of a test as attempts of an attack.

        :param role: who the client was in it: a ``stranger`` to whatever was tried, or
            a client with their own (``portal``)
        """
        log_attempts(
            number, attack, {key or role: n for key, n in self.requests.items()}
        )

    def _count_request(self):
        is_known = self.session and self.session.uid
        self.requests["" if is_known else "public"] += 1

    def _login(self, user=None):
        user = user or self.portal
        self.authenticate(user.login, user.login)

    def _get(self, path):
        self._count_request()
        self.env.flush_all()
        response = self.url_open(path, allow_redirects=False)
        place = response.headers.get("Location", "")
        if place.endswith(f"/en{path}"):
            # the page in the user's language, where that is not the first one
            response = self.url_open(place, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def _post(self, path, files=(), token=None, **values):
        """Send a form, as its page does; a value of None is left out."""
        data = {
            "csrf_token": http.Request.csrf_token(self),
            "token": uuid.uuid4().hex if token is None else token,
            **values,
        }
        self._count_request()
        self.env.flush_all()
        response = self.url_open(
            path,
            data={name: value for name, value in data.items() if value is not None},
            files=[("files", file) for file in files] or None,
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return response

    def _claim_form(self, **values):
        return {
            "waybill_number": "SD 77 0001",
            "type": "damage",
            "goods": "Fridge",
            "amount_claimed": "1,200.50",
            "date_shipped": "2026-01-05",
            "description": "The door is bent.",
            "phone": "13900000000",
            **values,
        }

    def _snapshot(self):
        """Return how much there is, and what became of the claims and offers."""
        env = self.root_env
        env.flush_all()
        env.invalidate_all()
        models = (
            "kuaidi.claim",
            "kuaidi.complaint",
            "kuaidi.claim.evidence",
            "kuaidi.claim.offer",
            "rating.rating",
        )
        counts = {model: env[model].search_count([]) for model in models}
        files = env["ir.attachment"].search_count([("res_model", "=like", "kuaidi.%")])
        claims = env["kuaidi.claim"].search([], order="id")
        offers = env["kuaidi.claim.offer"].search([], order="id")
        return (
            counts,
            files,
            claims.mapped(
                lambda c: (c.state, c.amount_agreed, c.date_client_confirmed)
            ),
            offers.mapped("state"),
            env["kuaidi.complaint"].search([]).mapped("callback_result"),
        )

    @contextmanager
    def _unchanged(self):
        """Expect that nothing changes."""
        before = self._snapshot()
        yield
        self.assertEqual(self._snapshot(), before)

    def _get_message(self, response):
        """Return the text of the message on a page."""
        found = re.search(r'role="alert"[^>]*>(.*?)</div>', response.text, re.DOTALL)
        return " ".join(re.sub("<[^>]+>", " ", found[1]).split()) if found else ""
