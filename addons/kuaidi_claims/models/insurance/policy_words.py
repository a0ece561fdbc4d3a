from odoo import models
from odoo.tools.misc import formatLang


class KuaidiInsurancePolicy(models.Model):
    """Says in words why a policy covers a shipment or not, and what it pays."""

    _name = "kuaidi.insurance.policy"
    _inherit = ["kuaidi.insurance.policy"]

    # === BUSINESS METHODS === #

    def _describe_decision(self, decision, step):
        """Say what one step of a `Decision` found."""
        values = step.values
        clause = self._get_clause_label(decision.clause)
        match step.code:
            case "excluded":
                return self.env._(
                    "Not covered: the policy excludes %(name)s.", name=values["name"]
                )
            case "not_declared":
                return self.env._(
                    "Not covered: %(name)s is excluded unless it was declared"
                    " specially, and it was not.",
                    name=values["name"],
                )
            case "over_limit":
                return self.env._(
                    "Not covered: a piece is worth %(value)s, above the limit of"
                    " %(limit)s, and was not declared specially.",
                    value=self._format_amount(values["value"]),
                    limit=self._format_amount(values["limit"]),
                )
            case "packing_warned":
                return self.env._(
                    "Not covered: the packing did not do, and the sender left it as it"
                    " was after a warning."
                )
            case "clause":
                return self.env._("The policy's %(clause)s holds.", clause=clause)
            case "used_original":
                return self.env._(
                    "Used goods in the packing of their factory: %(clause)s holds.",
                    clause=clause,
                )
            case "used_narrowed":
                return self.env._(
                    "Used goods of %(value)s a piece, above %(limit)s, without the"
                    " packing of their factory: %(clause)s alone holds.",
                    value=self._format_amount(values["value"]),
                    limit=self._format_amount(values["limit"]),
                    clause=clause,
                )
            case "used_below":
                return self.env._(
                    "Used goods of %(value)s a piece, not above %(limit)s: %(clause)s"
                    " holds.",
                    value=self._format_amount(values["value"]),
                    limit=self._format_amount(values["limit"]),
                    clause=clause,
                )
            case "used_value_open":
                return self.env._(
                    "Used goods: enter what a piece is worth. Above %(limit)s the"
                    " policy covers less unless they are in the packing of their"
                    " factory.",
                    limit=self._format_amount(values["limit"]),
                )
            case "packing_unwarned":
                return self.env._(
                    "The packing did not do, and no warning at the booking is on"
                    " record: the insurer may object."
                )
        return self._describe_cause(clause, step)

    def _describe_cause(self, clause, step):
        """Say whether the clause pays for what happened."""
        if step.code == "cause_open":
            return self.env._(
                "%(clause)s pays for the causes it names alone: what causes a loss"
                " decides.",
                clause=clause,
            )
        causes = dict(
            self.env["kuaidi.claim"]
            ._fields["loss_cause"]
            ._description_selection(self.env)
        )
        cause = causes[step.values["cause"]]
        if step.code == "cause_covered":
            return self.env._(
                "%(clause)s pays for this cause: %(cause)s.",
                clause=clause,
                cause=cause,
            )
        return self.env._(
            "%(clause)s does not pay for this cause: %(cause)s. That the insurer"
            " refuses is no reason to refuse the client.",
            clause=clause,
            cause=cause,
        )

    def _describe_payable(self, step):
        """Say what one step of a `Payable` did, with its figures."""
        amount = self._format_amount(step.amount or 0)
        values = {
            name: self._format_amount(value) for name, value in step.values.items()
        }
        match step.code:
            case "sum_missing":
                return self.env._(
                    "Nothing is payable: no sum was insured for this shipment."
                )
            case "below_minimum":
                return self.env._(
                    "Nothing is payable: %(loss)s is below the least claim of"
                    " %(minimum)s. Settle it by our own standard.",
                    **values,
                )
            case "loss_above_value":
                return self.env._(
                    "The loss of %(loss)s is above what the goods are worth: %(amount)s"
                    " counts.",
                    amount=amount,
                    **values,
                )
            case "under_insured":
                return self.env._(
                    "Insured for less than the value: loss %(loss)s × sum insured"
                    " %(insured)s ÷ value %(value)s = %(amount)s (Insurance Act,"
                    " article 55).",
                    amount=amount,
                    **values,
                )
            case "fully_insured":
                return self.env._(
                    "No less than the known value is insured: the loss counts whole,"
                    " %(amount)s.",
                    amount=amount,
                )
            case "no_deductible":
                return self.env._(
                    "The deductible applies only where less than the value is insured:"
                    " %(amount)s.",
                    amount=amount,
                )
            case "deductible":
                return self.env._(
                    "Less the deductible of %(deductible)s: %(amount)s.",
                    amount=amount,
                    **values,
                )
            case "deductible_all":
                return self.env._(
                    "The deductible of %(deductible)s takes all of it.", **values
                )
            case "sum_cap":
                return self.env._(
                    "No more than the sum insured is paid: %(amount)s.", amount=amount
                )
        return self.env._(
            "The cost of saving the goods, %(cost)s, comes on top in the same"
            " proportion and up to the sum insured: %(amount)s (Insurance Act, article"
            " 57).",
            amount=amount,
            **values,
        )

    def _get_clause_label(self, clause):
        """Return the name of a clause, empty for none."""
        labels = dict(self._fields["clause"]._description_selection(self.env))
        return labels.get(clause, "")

    def _format_amount(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)
