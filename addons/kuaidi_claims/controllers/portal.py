import uuid

from psycopg2 import IntegrityError
from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.portal.portal_request import PortalLimitReached, PortalRefusal

PER_PAGE = 20
RETRY_SECONDS = 3600
COUNTERS = {
    "kuaidi_complaint_count": "kuaidi.complaint",
    "kuaidi_claim_count": "kuaidi.claim",
}


class ClientPortal(CustomerPortal):
    """What the pages of a client share: one way to look up, to change, to answer.

    All need a login and nothing else opens them: there is no link with a key. Changes
    come by POST with the session's token against forgery, carry a token of their form
    and are counted. What is not the client's is not there: the same answer for both.
    """

    # === BUSINESS METHODS === #

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        asked = {
            counter: model for counter, model in COUNTERS.items() if counter in counters
        }
        if asked:
            counts = request.env["kuaidi.portal"]._count_cases()
            values.update({counter: counts[model] for counter, model in asked.items()})
        return values

    def _get_own(self, model, record_id):
        """Return a record of the user's client in superuser mode.

        :raise NotFound: for one of others, and for none
        """
        portal = request.env["kuaidi.portal"]
        record_sudo = portal._find(model, record_id, portal._get_own_domain())
        if not record_sudo:
            raise NotFound()
        return record_sudo

    def _check_client(self):
        """Check that the user belongs to a client of ours, who may file cases.

        :raise NotFound: for others
        """
        if not request.env["kuaidi.portal"]._get_account():
            raise NotFound()

    def _show(self, template, values, status=200):
        """Return a page that no cache keeps and no other site frames."""
        response = request.render(
            template,
            self._prepare_portal_layout_values()
            | {"token": uuid.uuid4().hex, "notice": "", "error": ""}
            | values,
            status=status,
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def _show_list(self, model, path, page, filters, sortings, chosen):
        """Return what a list needs: records in superuser mode, pager, choices.

        :param dict filters: label and domain by name, ``all`` first
        :param dict sortings: label and order by name, ``date`` first
        :param dict chosen: ``sortby`` and ``filterby`` as sent; unknown ones are the
            first
        """
        portal = request.env["kuaidi.portal"]
        sortby, filterby = chosen.get("sortby"), chosen.get("filterby")
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        domain = portal._get_own_domain() & filters[filterby][1]
        # sudo: clients have no rights of their own, the domain is the fence
        records_sudo = request.env[model].sudo()
        place = pager(
            url=path,
            url_args={"sortby": sortby, "filterby": filterby},
            total=records_sudo.search_count(domain),
            page=page,
            step=PER_PAGE,
        )
        found_sudo = records_sudo.search(
            domain,
            order=sortings[sortby][1],
            limit=PER_PAGE,
            offset=place["offset"],
        )
        return found_sudo, {
            "pager": place,
            "default_url": path,
            "sortby": sortby,
            "filterby": filterby,
            "searchbar_sortings": {
                name: {"label": label} for name, (label, _order) in sortings.items()
            },
            "searchbar_filters": {
                name: {"label": label} for name, (label, _domain) in filters.items()
            },
        }

    def _change(self, kind, form, work, show_form):
        """Do what a form asks for, once, and lead to the page of the result.

        :param str kind: ``case`` or ``change``, for the limit per hour
        :param dict form: what was posted
        :param work: function that does it; returns a path and the record it is about
        :param show_form: function that shows the form again, with a sentence
        """
        env = request.env
        requests = env["kuaidi.portal.request"]
        if not requests._is_token(form.get("token")):
            return show_form(env._("Please send the form once more."))
        try:
            row_sudo, is_new = requests._admit(kind, form["token"])
        except PortalLimitReached:
            response = self._show(
                "kuaidi_claims.portal_limit_page", {"page_name": "limit"}, status=429
            )
            response.headers["Retry-After"] = str(RETRY_SECONDS)
            return response
        if not is_new:
            return self._lead_back(row_sudo, show_form)
        try:
            with env.cr.savepoint():
                path, record_sudo = work()
        except PortalRefusal as refusal:
            return show_form(str(refusal))
        except (UserError, IntegrityError):
            # the words of these are for our own people
            return show_form(
                env._("This could not be taken in now. Try again later, or call us.")
            )
        row_sudo._note_result(record_sudo)
        return request.redirect(path)

    def _lead_back(self, row_sudo, show_form):
        """Lead whoever sends a form again to what became of it."""
        paths = {
            "kuaidi.claim": "claims",
            "kuaidi.complaint": "complaints",
            "kuaidi.statement": "statements",
        }
        if row_sudo.res_model not in paths:
            return show_form(
                request.env._("This form was sent already, and not taken. Correct it.")
            )
        return request.redirect(f"/my/{paths[row_sudo.res_model]}/{row_sudo.res_id}")

    def _get_uploads(self):
        return request.httprequest.files.getlist("files")

    def _hand_out(self, files_sudo, file_id):
        """Return one of the files as a download, never as a page of ours.

        :raise NotFound: for a file that is none of them
        """
        file_sudo = files_sudo.filtered(lambda file: file.id == file_id)
        if not file_sudo:
            raise NotFound()
        return self._send_file(file_sudo.raw, file_sudo.name, file_sudo.mimetype)

    def _send_file(self, content, name, mimetype):
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Length", str(len(content))),
                ("Content-Disposition", content_disposition(name)),
                ("Content-Security-Policy", "default-src 'none'"),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )


def route(path, methods, **kwargs):
    """Return the decorator of a page that needs a login."""
    return http.route(
        path, type="http", auth="user", website=True, methods=methods, **kwargs
    )
