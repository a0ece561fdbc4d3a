from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import format_date

from ...tools.price_problems import find_problems

# contracts under which parcels are shipped, or will be
LIVING = ("draft", "to_approve", "approved", "running")


class KuaidiPriceAgreement(models.Model):
    """Brings prices into force: by oneself, or when those above have approved."""

    _name = "kuaidi.price.agreement"
    _inherit = ["kuaidi.price.agreement"]

    can_change = fields.Boolean(compute="_compute_can_change")

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    def _compute_can_change(self):
        """Tell who is offered the buttons: everybody reads the tariff (2.9)."""
        allowed = self._origin._filtered_access("write")
        for agreement in self:
            agreement.can_change = agreement._origin in allowed

    # === ACTION METHODS === #

    def action_start(self):
        """Bring prices into force that need nobody's approval.

        :raise UserError: when somebody has to approve them first, or their contract
            is not in force
        """
        self._lock_in_state("draft", "approved")
        for agreement in self:
            agreement._check_complete()
            level = agreement._get_required_level()[0]
            if agreement.state == "draft" and level != "none":
                raise UserError(
                    self.env._(
                        "%(name)s needs an approval first: request it. %(reasons)s",
                        name=agreement.display_name,
                        reasons=agreement.note_depth,
                    )
                )
            if not agreement._is_covered():
                raise UserError(agreement._get_contract_message())
        # sudo: the state is guarded; the right to decide was checked above
        agreements_sudo = self.sudo()
        agreements_sudo.filtered(lambda a: a.state == "draft").approval_level = "none"
        agreements_sudo._start()

    def action_request_approval(self):
        """Ask those for approval whom the depth of the discount calls for (2.9 d).

        :raise UserError: when something is wrong with the prices, a remote zone or a
            client without contract is given a discount, or nobody has to approve
        """
        self._lock_in_state("draft")
        for agreement in self:
            agreement._check_complete()
            level, _reasons = agreement._get_required_level()
            if level == "none":
                raise UserError(
                    self.env._(
                        "You may agree on %(name)s yourself: bring it into force.",
                        name=agreement.display_name,
                    )
                )
            if not (agreement.request_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say why %(name)s is right: those who approve want to know.",
                        name=agreement.display_name,
                    )
                )
            # sudo: who asked for what is written by the system alone
            agreement.sudo().write(
                {
                    "approval_level": level,
                    "requested_by_id": self.env.user.id,
                    "date_requested": fields.Datetime.now(),
                    "digest": agreement._get_digest(),
                }
            )
        self.invalidate_recordset(["need_validation"])
        return super().action_request_approval()

    def action_withdraw(self):
        """Take a request back, so that the prices can be changed."""
        self._lock_in_state("to_approve", "approved")
        # sudo: reviews and state are guarded; who may write may ask anew
        agreements_sudo = self.sudo()
        agreements_sudo._back_to_draft()
        for agreement in agreements_sudo:
            agreement._message_log(
                body=self.env._(
                    "%(user)s has taken the request back.", user=self.env.user.name
                )
            )

    def action_revise(self):
        """Draft new prices in the place of these, with their lines as they are.

        :return: an action that opens the draft
        :raise UserError: when these are not in force, or are being revised already
        """
        self.ensure_one()
        self._lock_in_state("running")
        if self.next_ids.filtered(
            lambda a: a.state in ("draft", "to_approve", "approved")
        ):
            raise UserError(
                self.env._(
                    "A new version of %(name)s is being drawn up already. Go on with"
                    " that one.",
                    name=self.display_name,
                )
            )
        today = self._get_today()
        # sudo: number and version are written by the system; the right was checked
        draft_sudo = self.sudo().create(
            {
                "name": self.name,
                "is_standard": self.is_standard,
                "account_id": self.account_id.id,
                "company_id": self.company_id.id,
                "contract_id": self.contract_id.id,
                "date_from": max(today, self.date_from),
                "date_to": self.date_to,
                "note": self.note,
                "previous_id": self.id,
                "revision": self.revision + 1,
                **self._get_copied_terms(),
                **self._get_copied_parts(),
            }
        )
        return draft_sudo.with_env(self.env)._get_records_action()

    def action_end(self):
        """Let prices in force end today."""
        self._lock_in_state("running")
        # sudo: the state is guarded; the right was checked
        self.sudo()._end(self._get_today())

    # === BUSINESS METHODS === #

    def _lock_in_state(self, *states):
        """Lock prices that the user may write, and check that they are in these states.

        :raise UserError: when somebody else was faster
        """
        self.check_access("write")
        # sudo: the tier mixin looks at what is written, not at locks
        self.sudo().lock_for_update()
        self.invalidate_recordset(["state"])
        for agreement in self:
            if agreement.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s was requested, agreed or ended meanwhile. Reload the"
                        " page to see what became of it.",
                        name=agreement.display_name,
                    )
                )

    def _check_complete(self):
        """Check what prices need before anybody agrees on them.

        :raise UserError: saying what is missing
        """
        self.ensure_one()
        # sudo: what counts is whether the prices are fit, whoever may read other ones
        agreement = self.sudo()
        problems = find_problems(agreement._get_terms())
        if problems:
            raise ValidationError(
                "\n".join(
                    dict.fromkeys(
                        agreement._describe_problem(*problem) for problem in problems
                    )
                )
            )
        if agreement.date_to and agreement.date_to < agreement._get_today():
            raise UserError(
                self.env._(
                    "%(name)s has ended on %(date)s already. Change its last day.",
                    name=agreement.display_name,
                    date=format_date(self.env, agreement.date_to),
                )
            )
        agreement._check_no_overlap()
        if agreement.is_standard:
            return
        depth = agreement._get_depth()
        if depth and depth.undiscounted:
            raise UserError(
                self.env._(
                    "Remote zones are never discounted: %(sample)s Take the tariff's"
                    " price for %(zone)s.",
                    sample=agreement._describe_sample(depth.undiscounted),
                    zone=agreement._get_zone_name(depth.undiscounted.zone),
                )
            )
        if not agreement._has_contract():
            raise UserError(agreement._get_contract_message())

    def _find_overlapping(self):
        """Return other prices in force for the client on any of the days."""
        self.ensure_one()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("account_id", "=", self.account_id.id),
            ("state", "=", "running"),
            ("id", "not in", (self | self.previous_id).ids),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", self.date_from),
        ]
        if self.date_to:
            domain.append(("date_from", "<=", self.date_to))
        return self.search(domain, limit=1)

    def _check_no_overlap(self):
        """Check that no other prices hold for the client on any of the days.

        :raise UserError: naming the others
        """
        self.ensure_one()
        other = self._find_overlapping()
        if other:
            raise UserError(
                self.env._(
                    "%(other)s is in force for part of that time already. Revise that"
                    " one, or begin after it ends.",
                    other=other.display_name,
                )
            )
        former = self.previous_id
        if former.state == "running" and former.date_from > self.date_from:
            raise UserError(
                self.env._(
                    "These prices would begin before %(former)s, whose place they take."
                    " Begin on %(date)s or later.",
                    former=former.display_name,
                    date=format_date(self.env, former.date_from),
                )
            )

    def _needs_contract(self):
        """Tell whether these prices are below the tariff, which asks for a contract."""
        self.ensure_one()
        required = self.company_id.sudo().kuaidi_price_contract_required
        return required and not self.is_standard and self.depth_percent > 0

    def _has_contract(self):
        """Tell whether the contract that is needed is in force, or being drawn up."""
        if not self._needs_contract():
            return True
        return self.contract_id.state in LIVING or self._is_covered()

    def _is_covered(self):
        """Tell whether the contract that these prices need is in force (2.9 d)."""
        self.ensure_one()
        # sudo: what counts is the contract, whoever may read it
        contract_sudo = self.contract_id.sudo()
        if contract_sudo:
            return contract_sudo.state == "running"
        if not self._needs_contract():
            return True
        return bool(
            contract_sudo.search_count(
                [
                    ("account_id", "=", self.account_id.id),
                    ("kind", "not in", ("safety", "other")),
                    ("state", "=", "running"),
                ],
                limit=1,
            )
        )

    def _get_contract_message(self):
        return self.env._(
            "%(name)s is below the tariff, and parcels without a contract in force are"
            " never discounted. Link the contract of the client, and have it signed.",
            name=self.display_name,
        )

    def _on_approved(self):
        """Bring into force what was approved, or let it wait for its contract."""
        for agreement in self:
            if agreement._get_digest() != agreement.digest:
                raise UserError(
                    self.env._(
                        "The prices of %(name)s, or the tariff, have changed since the"
                        " approval was requested. Have the request taken back and made"
                        " anew.",
                        name=agreement.display_name,
                    )
                )
            agreement._check_complete()
        covered = self.filtered(lambda agreement: agreement._is_covered())
        waiting = self - covered
        waiting.write({"state": "approved", "date_approved": fields.Datetime.now()})
        covered._start()

    def _on_refused(self):
        """Give the prices back as a draft; the chatter keeps who refused, and why."""
        comments = {
            agreement.id: " ".join(filter(None, agreement.review_ids.mapped("comment")))
            for agreement in self
        }
        self._back_to_draft()
        for agreement in self:
            agreement._message_log(
                body=self.env._(
                    "%(user)s refused the prices. %(comment)s",
                    user=self.env.user.name,
                    comment=comments[agreement.id],
                )
            )

    def _back_to_draft(self):
        """Open requested prices again; called in superuser mode."""
        self.write({"state": "draft", "approval_level": "none", "digest": False})
        # reviews of a draft would keep it from being requested again
        self.review_ids.unlink()

    def _start(self):
        """Bring prices into force; called in superuser mode after every check."""
        self.account_id.lock_for_update()
        for agreement in self:
            agreement._check_no_overlap()
            former = agreement.previous_id
            if former.state != "running":
                continue
            if former.date_from >= agreement.date_from:
                former.state = "superseded"
            elif not former.date_to or former.date_to >= agreement.date_from:
                former.date_to = fields.Date.subtract(agreement.date_from, days=1)
        # the former prices leave the period before the new ones take it
        self.env.flush_all()
        self.write({"state": "running", "date_approved": fields.Datetime.now()})
        for agreement in self.filtered("account_id"):
            agreement.account_id._message_log(
                body=self.env._(
                    "%(name)s holds from %(date)s.",
                    name=agreement.display_name,
                    date=format_date(self.env, agreement.date_from),
                )
            )
        (self | self.previous_id)._expire_ended()

    def _end(self, day):
        """Let prices end on a day; called in superuser mode."""
        for agreement in self:
            if agreement.date_from > day:
                # never in force
                agreement.state = "superseded"
            elif not agreement.date_to or agreement.date_to > day:
                agreement.date_to = day
        self._expire_ended()

    def _expire_ended(self):
        """Mark prices that are over: superseded where others took their place."""
        ended = self.filtered(
            lambda a: a.state == "running" and a.date_to and a.date_to < a._get_today()
        )
        replaced = ended.filtered(
            lambda a: any(
                following.state in ("running", "superseded", "expired")
                for following in a.next_ids
            )
        )
        replaced.state = "superseded"
        (ended - replaced).state = "expired"

    @api.model
    def _cron_expire(self, batch_size=200):
        """Mark prices whose last day has passed, in small committed steps."""
        commit_progress = self.env["ir.cron"]._commit_progress
        # the day is the company's: the last hours of yesterday are looked at again
        limit = fields.Date.add(fields.Date.today(), days=1)
        domain = [("state", "=", "running"), ("date_to", "<", limit)]
        agreements = self.search(domain).filtered(lambda a: a.date_to < a._get_today())
        commit_progress(remaining=len(agreements))
        for start in range(0, len(agreements), batch_size):
            batch = agreements[start : start + batch_size]
            locked = batch.try_lock_for_update().filtered_domain(domain)
            locked._expire_ended()
            if not commit_progress(len(batch)):
                break
