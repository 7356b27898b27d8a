"""Periodic jobs, all of them; and the rescue of jobs whose worker died."""

from __future__ import annotations

from procrastinate import App
from procrastinate.job_context import JobContext

STALLED_AFTER = 30  # seconds without a sign of life


def register(app: App) -> None:
    """Called by procrastinate when its app is ready: the one place where repetition is written."""
    from donghanh.documents.tasks import announce_replaced_documents
    from donghanh.explorer.tasks import send_letters
    from donghanh.privacy.tasks import apply_retention
    from donghanh.programmes.tasks import reroute_plans
    from donghanh.reporting.tasks import (
        lock_reports,
        open_due_rounds,
        recheck_figures,
        remind_by_schedule,
        reroute_reports,
        sweep_figures,
    )
    from donghanh.rosters.tasks import forget_rosters
    from donghanh.statistics.tasks import check_all_figures

    app.periodic(cron="* * * * *", periodic_id="sweep_figures")(sweep_figures)
    app.periodic(cron="1 * * * *", periodic_id="reroute_reports")(reroute_reports)
    app.periodic(cron="5 1 * * *", periodic_id="open_due_rounds")(open_due_rounds)
    app.periodic(cron="30 7 * * *", periodic_id="remind_by_schedule")(remind_by_schedule)
    app.periodic(cron="15 6 * * *", periodic_id="send_letters")(send_letters)
    app.periodic(cron="11 1 * * *", periodic_id="lock_reports")(lock_reports)
    app.periodic(cron="40 1 * * *", periodic_id="recheck_figures")(recheck_figures)
    app.periodic(cron="15 2 * * *", periodic_id="apply_retention")(apply_retention)
    app.periodic(cron="21 2 * * *", periodic_id="forget_rosters")(forget_rosters)
    app.periodic(cron="41 2 * * *", periodic_id="check_all_figures")(check_all_figures)
    app.periodic(cron="9 0 * * *", periodic_id="announce_replaced_documents")(announce_replaced_documents)
    app.periodic(cron="3 * * * *", periodic_id="reroute_plans")(reroute_plans)
    rescue = app.task(queue="rescue", queueing_lock="rescue_stalled", pass_context=True)(rescue_stalled)
    app.periodic(cron="* * * * *", periodic_id="rescue_stalled")(rescue)


async def rescue_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # the moment of the run
    """A killed worker leaves its job marked as doing for ever: give it to another. Every job may run twice."""
    for job in await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        await context.app.job_manager.retry_job(job)
