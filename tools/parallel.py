"""Runs jobs side by side, each as a process of its own.

What a job prints is kept in a log file and shown in one piece when the job ends;
what a failed one printed stands at the end. A job tells on standard output how many
checks it made.
"""

import contextlib
import dataclasses
import os
import signal
import subprocess
import time

from . import console, places

# A job gives each of its own children `console.STOP_LIMIT` seconds to end.
STOP_LIMIT = 3 * console.STOP_LIMIT
PAUSE = 0.1
TELL_EVERY = 60


@dataclasses.dataclass(frozen=True)
class Job:
    """One process to run; ``after`` names the jobs that must have passed before."""

    name: str
    command: tuple
    after: tuple = ()
    # When a job fails, others of the same stage go on, and all else is stopped.
    stage: str = ""
    # Nothing to check is no failure.
    may_be_empty: bool = False

    def goes_on_after(self, failed):
        """Tell whether this job is still of use when ``failed`` has failed."""
        return bool(self.stage) and self.stage == failed.stage


class _Run:
    """A job under way."""

    def __init__(self, job, environment):
        self.job = job
        self.log = places.LOGS / f"stage-{job.name.lower().replace(' ', '-')}.log"
        self.start = time.monotonic()
        with open(self.log, "w", encoding="utf-8") as output:
            # In a session of its own it does not get the terminal's Ctrl-C.
            self.process = subprocess.Popen(
                [str(part) for part in job.command],
                cwd=places.ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
                text=True,
            )

    def seconds(self):
        return time.monotonic() - self.start

    def finish(self):
        """Return the result of a process that has ended by itself."""
        with self.process.stdout as output:
            words = output.read().split()
        count = int(words[-1]) if words and not self.process.returncode else None
        text = self.log.read_text(encoding="utf-8", errors="replace").rstrip()
        if count == 0 and not self.job.may_be_empty:
            count = None
            text += "\nIt ran no check at all."
        elif self.process.returncode < 0:
            text += f"\nSignal {-self.process.returncode} ended it."
        return Result(self.job, count, self.seconds(), text.strip())

    def stop(self):
        """Leave nothing of the process, which was asked to end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_LIMIT)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


@dataclasses.dataclass(frozen=True)
class Result:
    """What came of a job; ``count`` is None when it failed."""

    job: Job
    count: int | None
    seconds: float
    output: str

    def show(self):
        outcome = "failed" if self.count is None else "passed"
        console.say(f"\n=== {self.job.name}: {outcome}, {self.seconds:.0f} s")
        if self.output:
            console.say(self.output)


def run(jobs, slots, environment):
    """Run the jobs, at most ``slots`` at a time, the first ones first.

    :return: the results by the names of the jobs
    :raise console.Failure: if a job failed, once no other is running
    """
    waiting, running, passed, failed = list(jobs), [], {}, []
    try:
        while True:
            for job in _ready(waiting, passed)[: slots - len(running)]:
                console.say(f"- {job.name} ...")
                waiting.remove(job)
                running.append(_Run(job, environment))
            if not running:
                break
            ended = _wait_for_one(running)
            running.remove(ended)
            result = ended.finish()
            if result.count is not None:
                passed[result.job.name] = result
                result.show()
                continue
            console.say(f"- {result.job.name} failed; its output is at the end.")
            failed.append(result)
            waiting = [job for job in waiting if job.goes_on_after(result.job)]
            others = [
                run_ for run_ in running if not run_.job.goes_on_after(result.job)
            ]
            _stop(others)
            running = [run_ for run_ in running if run_ not in others]
    finally:
        _stop(running)
    for result in failed:
        result.show()
    if failed:
        names = ", ".join(result.job.name for result in failed)
        raise console.Failure(f"{names} failed; see above.")
    return passed


def _ready(waiting, passed):
    return [job for job in waiting if all(name in passed for name in job.after)]


def _wait_for_one(running):
    """Return a run that has ended, and tell now and then that the others go on."""
    told = time.monotonic()
    while True:
        for run_ in running:
            if run_.process.poll() is not None:
                return run_
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            names = [f"{run_.job.name} {run_.seconds():.0f} s" for run_ in running]
            console.say(f"  ... {', '.join(names)}")
        time.sleep(PAUSE)


def _stop(runs):
    """End the processes with all that they started."""
    for run_ in runs:
        run_.process.terminate()
    for run_ in runs:
        run_.stop()
