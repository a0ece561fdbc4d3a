"""Copies of a database: one that is neutralised, and one without its files."""

import shutil

from odoo.modules.neutralize import neutralize_database

from tools import contents, databases

from . import process
from .comparison import summarise
from .night import RUN


def run_neutral(night, tell):
    """Neutralise a copy, then call what every job calls: no mail may leave.

    :return: {"jobs", "failures"}
    """
    night.begin()
    outcome = process.run(
        lambda: process.do_in_transaction(
            night.registry, lambda env: neutralize_database(env.cr)
        )
    )
    faults = [] if outcome.is_good else ["neutralising failed"]
    with contents.connected(RUN) as cursor:
        cursor.execute(
            "SELECT cron_name FROM ir_cron WHERE active AND id = ANY(%s)",
            [list(night.jobs)],
        )
        faults += [f"job {name} is still scheduled" for (name,) in cursor.fetchall()]
    for job_id in night.jobs:
        process.run(lambda job_id=job_id: process.call_job(night.registry, job_id))
    faults += [f"mail to {to}: {subject}" for to, subject in night.sink.deliveries()]
    tell({"kind": "neutral", "faults": faults})
    return {"jobs": len(night.jobs), "failures": len(faults)}


def run_without_files(night, tell):
    """Do a night on a copy whose files were not restored: every job ends well.

    What a job says on records that need a file is told, to be read.

    :return: {"jobs", "failures"}
    """
    night.begin()
    files = databases.filestore(RUN)
    files.unlink()
    files.mkdir()
    try:
        bad = [
            name
            for job_id, name in night.jobs.items()
            if not night.do_job(job_id).is_good
        ]
        with contents.connected(RUN) as cursor:
            cursor.execute(
                "SELECT cron_name FROM ir_cron WHERE failure_count > 0"
                " AND id = ANY(%s)",
                [list(night.jobs)],
            )
            bad += [name for (name,) in cursor.fetchall()]
            cursor.execute(
                """
                SELECT 'package', state, error FROM kuaidi_tender_package
                 UNION ALL
                SELECT 'evidence pack', state, error FROM kuaidi_evidence_pack
                 UNION ALL
                SELECT 'claim mail', state, error FROM kuaidi_claim_mail
                """
            )
            said = sorted({str(row) for row in cursor.fetchall()})
    finally:
        shutil.rmtree(files)
        night.share_files(RUN)
    tell({"kind": "files", "faults": summarise(bad), "said": said})
    return {"jobs": len(night.jobs), "failures": len(bad)}
