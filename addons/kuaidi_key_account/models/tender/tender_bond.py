from odoo import fields, models


class KuaidiTender(models.Model):
    """The bonds of a tender."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    bond_ids = fields.One2many(
        comodel_name="kuaidi.tender.bond", inverse_name="tender_id", string="Bonds"
    )

    # === BUSINESS METHODS === #

    def _get_bond_faults(self):
        """Return what is wrong with the bid bonds before the bid is sealed.

        A tender without a bid bond has none to be wrong: whether one is demanded says
        the matrix of requirements.

        :return: pairs (bond, code): "unpaid", "account" (paid from another than the
            basic one), "amount" (less than demanded), "guarantee" (ends before the
            bid), "late" (paid after its last day)
        :rtype: list[tuple[kuaidi.tender.bond, str]]
        """
        self.ensure_one()
        faults = []
        end = self._get_validity_end()
        for bond in self.bond_ids.filtered(lambda bond: bond.kind == "bid"):
            if bond.state != "paid":
                faults.append((bond, "unpaid"))
            # sudo: whether it is the basic account is a fact of the bond
            if bond._needs_basic_account() and not bond.sudo().is_basic_account:
                faults.append((bond, "account"))
            if bond.currency_id.compare_amounts(bond.amount, bond.amount_asked) < 0:
                faults.append((bond, "amount"))
            if (
                bond.form in ("guarantee", "insurance")
                and end
                and (not bond.date_guarantee_expiry or bond.date_guarantee_expiry < end)
            ):
                faults.append((bond, "guarantee"))
            if bond.date_paid and bond.date_due and bond.date_paid > bond.date_due:
                faults.append((bond, "late"))
        return faults
