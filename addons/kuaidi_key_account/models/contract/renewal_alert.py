from odoo import api, fields, models
from odoo.tools import SQL

from ..insight.alert_rule import AlertKind
from .contract import FOUNDING_KINDS

# a contract that ends within so many calendar days is to be renewed now (2.6)
ENDING_DAYS = 60
# a contract that lapsed longer ago says nothing about today
LAPSED_DAYS = 365


class KuaidiAlertRule(models.Model):
    """Clients whose contract lapses, or ends without anybody renewing it (2.6)."""

    _name = "kuaidi.alert.rule"
    _inherit = ["kuaidi.alert.rule"]

    kind = fields.Selection(
        selection_add=[
            ("renewal_idle", "Contract Ends, Nobody Renews"),
            ("contract_lapsed", "Contract Lapsed"),
            ("manual",),
        ],
        ondelete={"renewal_idle": "cascade", "contract_lapsed": "cascade"},
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_kinds(self):
        days = self.env._("days")
        return {
            **super()._get_kinds(),
            "renewal_idle": AlertKind(
                days,
                self.env._(
                    "For how many calendar days nothing has happened about the renewal"
                    " of a founding contract that ends within %(days)s days: no step,"
                    " no contact with the client, no message and no activity done.",
                    days=ENDING_DAYS,
                ),
                self.env._(
                    "The contract ends soon, and nothing was done about its renewal for"
                    " %(measure)s days."
                ),
                is_counted=True,
            ),
            "contract_lapsed": AlertKind(
                days,
                self.env._(
                    "Calendar days since the last founding contract of a formal client"
                    " ended, if it is not known that the client is lost. Clients who"
                    " never had a contract here are not judged."
                ),
                self.env._("The contract lapsed %(measure)s days ago."),
                is_counted=True,
            ),
        }

    @api.model
    def _get_default_rules(self):
        rows = (
            ("renewal_idle", self.env._("Contract ends, nobody renews"), (0, 14, 0, 0)),
            ("contract_lapsed", self.env._("Contract lapsed"), (0, 0, 1, 30)),
        )
        return self._prepare_default_rules(rows, super()._get_default_rules())

    @api.model
    def _get_measure_query(self, kind, day):
        if kind == "renewal_idle":
            return self._get_renewal_idle_query(day)
        if kind == "contract_lapsed":
            return self._get_contract_lapsed_query(day)
        return super()._get_measure_query(kind, day)

    @api.model
    def _get_renewal_idle_query(self, day):
        """Return for how long nothing was done about what ends soon.

        A contract whose renewal is not open yet counts from when it came near its end.
        """
        return SQL(
            """
            SELECT account_id, max(%(day)s::date - moved) AS measure
              FROM (
                   SELECT contract.account_id,
                          greatest(
                              contract.date_to - %(ending)s,
                              renewal.date_stage::date,
                              asked.date_last_contact,
                              written.date
                          ) AS moved
                     FROM kuaidi_contract contract
                     JOIN asked ON asked.id = contract.account_id
                     LEFT JOIN kuaidi_renewal renewal
                       ON renewal.contract_id = contract.id
                      AND renewal.term = contract.term
                     LEFT JOIN LATERAL (
                              SELECT max(message.date)::date AS date
                                FROM mail_message message
                               WHERE message.model = 'kuaidi.renewal'
                                 AND message.res_id = renewal.id
                                 AND message.author_id IS DISTINCT FROM %(robot)s
                                 AND (message.message_type IN ('comment', 'email')
                                      OR message.mail_activity_type_id IS NOT NULL)
                          ) written ON TRUE
                    WHERE contract.state = 'running'
                      AND contract.kind = ANY(%(kinds)s)
                      AND contract.date_to >= %(day)s
                      AND contract.date_to < %(day)s::date + %(ending)s
                      AND coalesce(renewal.stage, 'upcoming') IN (
                              'upcoming', 'evaluated', 'negotiating', 'retender')
                   ) ending
             WHERE moved < %(day)s
             GROUP BY account_id
            """,
            day=day,
            ending=ENDING_DAYS,
            kinds=list(FOUNDING_KINDS),
            robot=self.env.ref("base.partner_root").id,
        )

    @api.model
    def _get_contract_lapsed_query(self, day):
        """Return since when formal clients ship without a contract."""
        return SQL(
            """
            SELECT asked.id AS account_id,
                   %(day)s::date - max(contract.date_ended) AS measure
              FROM kuaidi_contract contract
              JOIN asked ON asked.id = contract.account_id AND asked.state = 'formal'
             WHERE contract.kind = ANY(%(kinds)s)
               AND contract.state = 'expired'
               AND contract.date_ended >= %(day)s::date - %(lapsed)s
               AND contract.date_ended < %(day)s
               AND NOT EXISTS (
                       SELECT
                         FROM kuaidi_contract running
                        WHERE running.account_id = contract.account_id
                          AND running.state = 'running'
                          AND running.kind = ANY(%(kinds)s)
                          AND running.date_from <= %(day)s
                   )
               AND NOT EXISTS (
                       SELECT
                         FROM kuaidi_renewal renewal
                        WHERE renewal.contract_id = contract.id
                          AND renewal.stage IN ('lost', 'terminated')
                   )
             GROUP BY asked.id
            """,
            day=day,
            kinds=list(FOUNDING_KINDS),
            lapsed=LAPSED_DAYS,
        )
