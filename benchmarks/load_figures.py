"""Makes 24 months of figures for every client, by SQL."""

from datetime import date

from odoo.tools import SQL

MONTHS = 24


def clone_figures(cloner, company_id, uid):
    """Give every client its figures of the months before this one.

    Volumes grow by a percent a month and waver by three. One client in twenty loses
    four percent a month, one in fifty has no figures for the last month, and one in
    seventy has not shipped a piece.
    """
    cloner.execute(
        SQL(
            """
            INSERT INTO kuaidi_monthly_figure (
                account_id, company_id, month, pieces, weight_kg, amount_revenue,
                late_count, damaged_count, lost_count, accident_count,
                create_uid, create_date, write_uid, write_date
            )
            SELECT client.account_id, %(company)s, drawn.month, drawn.pieces,
                   drawn.pieces * 1.25, drawn.pieces * 6.5,
                   drawn.pieces / 90, drawn.pieces / 900, drawn.pieces / 4000,
                   (client.n + back) %% 3, %(uid)s, now(), %(uid)s, now()
              FROM bench_client client
             CROSS JOIN generate_series(1, %(months)s) AS series(back)
             CROSS JOIN LATERAL (
                   SELECT (%(first)s::date - back * interval '1 month')::date AS month,
                          CASE WHEN client.n %% 70 = 2 THEN 0
                               ELSE (100 + client.n * 7919 %% 20000)
                                    * CASE WHEN client.n %% 20 = 0
                                           THEN power(0.96, %(months)s - back)
                                           ELSE power(1.01, %(months)s - back) END
                                    * (97 + (client.n * 31 + back * 17) %% 7) / 100
                               END::int AS pieces
                   ) drawn
             WHERE client.n %% 50 <> 1 OR back > 1
            """,
            company=company_id,
            first=date.today().replace(day=1),
            months=MONTHS,
            uid=uid,
        )
    )
