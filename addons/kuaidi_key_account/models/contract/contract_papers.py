from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

# the paper that a signed contract is in the client's file, by its kind
DOCUMENT_TYPES = {
    "authorisation": "document_type_authorisation",
    "entrustment": "document_type_entrustment",
    "cooperation": "document_type_cooperation",
    "master": "document_type_master",
    "safety": "document_type_safety",
    "other": "document_type_contract_other",
}
CONTRACT_COPY = "document_type_contract"


class KuaidiContract(models.Model):
    """Registers signed contracts in the client's file (ON-1, ON-6, ON-7)."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    document_ids = fields.One2many(
        comodel_name="kuaidi.account.document",
        inverse_name="contract_id",
        string="Registered Papers",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Let copies be added to what is signed, and none be taken away."""
        held = {}
        if "attachment_ids" in vals and not self.env.su:
            held = {c: c.attachment_ids for c in self if c.date_signed}
        res = super().write(vals)
        for contract, files in held.items():
            if files - contract.attachment_ids:
                raise UserError(
                    self.env._(
                        "The signed copies of %(contract)s prove what was agreed. Add"
                        " others, but leave these.",
                        contract=contract.display_name,
                    )
                )
        return res

    # === BUSINESS METHODS === #

    def _register_papers(self):
        """File the signed copies as a paper of the client's file.

        A founding paper and a safety agreement open the gate from candidate to formal
        client, and complete onboarding steps. A master contract is the contract copy
        with the price system too, where the file has none yet. Called in superuser
        mode, when the contract was signed.
        """
        self.ensure_one()
        names = [DOCUMENT_TYPES[self.kind]]
        copy_type = self.env.ref(f"kuaidi_key_account.{CONTRACT_COPY}")
        if self.kind == "master" and not self.account_id.document_ids.filtered(
            lambda paper: paper.type_id == copy_type and paper.has_file
        ):
            names.append(CONTRACT_COPY)
        for name in names:
            files = self.env["ir.attachment"]
            for file in self.attachment_ids:
                files |= file.copy({"res_model": False, "res_id": False})
            self.env["kuaidi.account.document"].create(
                {
                    "account_id": self.account_id.id,
                    "contract_id": self.id,
                    "type_id": self.env.ref(f"kuaidi_key_account.{name}").id,
                    "name": self.display_name,
                    "date": self.date_signed,
                    "date_expiry": self.date_to,
                    "original_location": self.original_location,
                    "attachment_ids": [Command.set(files.ids)],
                }
            )

    def _update_papers(self):
        """Let the registered papers expire with their contracts, by one statement."""
        papers = self.env["kuaidi.account.document"]
        papers.flush_model(["contract_id", "date", "date_expiry"])
        self.flush_recordset(["date_to"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_account_document paper
                   SET date_expiry = GREATEST(contract.date_to, paper.date)
                  FROM kuaidi_contract contract
                 WHERE paper.contract_id = contract.id
                   AND contract.id = ANY(%(ids)s)
                   AND contract.date_to IS NOT NULL
                """,
                ids=self.ids,
            )
        )
        papers.invalidate_model(["date_expiry"], flush=False)
