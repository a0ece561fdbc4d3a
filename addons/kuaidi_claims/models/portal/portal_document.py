from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from .portal_statement import OPEN_STATES

CONTRACT_STATES = ("running", "expired", "terminated", "superseded")
STATEMENT_STATES = ("sent", "confirmed", "disputed", "superseded")


class KuaidiPortal(models.AbstractModel):
    """Shows clients their contracts, prices, service plan and statements (SP-7)."""

    _name = "kuaidi.portal"
    _inherit = ["kuaidi.portal"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_document_domain(self, kind):
        """Hook: return the domain of the client's papers of a kind that they may read.

        Contracts that were signed, prices in force, the plan in force that was handed
        to them, and statements that were sent.
        """
        own = self._get_own_domain("account_id.partner_id")
        return (
            own
            & {
                "contract": Domain("state", "in", list(CONTRACT_STATES))
                & Domain("date_signed", "!=", False),
                "price": Domain("state", "=", "running"),
                "plan": Domain("state", "=", "published")
                & Domain("date_disclosed", "!=", False),
                "statement": Domain("state", "in", list(STATEMENT_STATES)),
            }[kind]
        )

    @api.model
    def _find_document(self, kind, record_id):
        """Return one paper of the client in superuser mode, or none."""
        models_by_kind = {
            "contract": "kuaidi.contract",
            "price": "kuaidi.price.agreement",
            "plan": "kuaidi.service.plan",
            "statement": "kuaidi.statement",
        }
        return self._find(
            models_by_kind[kind], record_id, self._get_document_domain(kind)
        )

    @api.model
    def _prepare_documents(self):
        """Hook: return what the page of papers shows: texts alone."""

        def find(model, kind, limit=24):
            # sudo: the domain is the fence, clients have no rights of their own
            return (
                self.env[model]
                .sudo()
                .search(self._get_document_domain(kind), limit=limit)
            )

        states = dict(
            self.env["kuaidi.statement"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        return {
            "contracts": [
                {
                    "number": contract.number or "",
                    "title": contract.title or "",
                    "period": self._show_period(contract),
                    "files": [
                        {
                            "url": f"/my/contracts/{contract.id}/files/{file.id}",
                            "name": file.name,
                        }
                        for file in contract.attachment_ids
                    ],
                }
                for contract in find("kuaidi.contract", "contract")
            ],
            "prices": [
                {
                    "number": prices.name or "",
                    "period": self._show_period(prices),
                    "url": f"/my/prices/{prices.id}",
                }
                for prices in find("kuaidi.price.agreement", "price")
            ],
            "plans": [
                {
                    "period": self._show_period(plan),
                    "url": f"/my/service-plans/{plan.id}",
                }
                for plan in find("kuaidi.service.plan", "plan")
            ],
            "statements": [
                {
                    "number": statement.number or "",
                    "period": self._show_period(statement),
                    "is_asked": statement.state == "sent",
                    "is_open": statement.state in OPEN_STATES,
                    "state": states[statement.state],
                    "url": f"/my/statements/{statement.id}",
                }
                for statement in find("kuaidi.statement", "statement")
            ],
        }

    @api.model
    def _show_period(self, record):
        return " – ".join(
            filter(
                None,
                (
                    format_date(self.env, record.date_from),
                    format_date(self.env, record.date_to),
                ),
            )
        )
