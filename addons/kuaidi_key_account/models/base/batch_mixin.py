from odoo import api, models
from odoo.fields import Domain


class KuaidiBatchMixin(models.AbstractModel):
    """Records that a scheduled action works off in committed batches."""

    _name = "kuaidi.batch.mixin"
    _description = "Batch Mixin"

    # === BUSINESS METHODS === #

    @api.model
    def _take_batches(self, domain, batch_size):
        """Yield what a domain finds, locked and in batches; commit after each.

        By id: what another user holds, or what stays as it is, is not met again in this
        run and waits for the next one.

        :param int batch_size: records between two commits; a batch may be smaller
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=self.search_count(domain))
        last_id = 0
        while found := self.search(
            domain & Domain("id", ">", last_id), order="id", limit=batch_size
        ):
            last_id = found[-1].id
            yield found.try_lock_for_update().filtered_domain(domain)
            if not commit_progress(len(found)):
                break
