from odoo import api, models
from odoo.exceptions import UserError


class KuaidiProblem(models.Model):
    """Keeps what a client raised, however it ended (VI-4)."""

    _name = "kuaidi.problem"
    _inherit = ["kuaidi.problem"]

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_raised_before(self):
        """What a client raised is history: a mistake is taken back on the same day."""
        if self.env.su:
            return
        service = self.env["kuaidi.deadline"]
        for problem in self:
            if problem.state != "open" or not service._is_of_today(
                problem.create_date, problem.company_id
            ):
                raise UserError(
                    self.env._(
                        "“%(problem)s” stays on file: only what was raised today by"
                        " mistake is deleted. Drop it, and say why.",
                        problem=problem.name,
                    )
                )
