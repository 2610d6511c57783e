"""When automatic payouts are made and when they arrive: daily, weekly or monthly, by the account's settings."""

from datetime import UTC, datetime, timedelta

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.store import Document

HOUR, DAY = 3600, 24 * 3600
MADE_AT = HOUR
"""Seconds after midnight UTC: what becomes available at midnight is paid out in the same night."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def shown(account: Account) -> Document:
    """The schedule as the account itself shows it."""
    settings = account.settings
    schedule = {"delay_days": settings["settlement_days"], "interval": settings["payout_interval"]}
    if settings["payout_interval"] == "weekly":
        schedule["weekly_anchor"] = settings["payout_weekday"]
        schedule["weekly_payout_days"] = [settings["payout_weekday"]]
    if settings["payout_interval"] == "monthly":
        schedule["monthly_anchor"] = settings["payout_monthday"]
        schedule["monthly_payout_days"] = [settings["payout_monthday"]]
    return schedule


def plan(account: Account, currency: str) -> None:
    """Have what is available of a currency paid out at the next time the schedule allows, if any."""
    if account.settings["payout_interval"] != "manual":
        account.schedule(next_payout_at(account), "pay_out_automatically", currency)


def next_payout_at(account: Account) -> int:
    """The next moment of the schedule, which may be this one."""
    now = account.now()
    midnight = now // DAY * DAY
    while midnight + MADE_AT < now or not _is_payout_day(account, midnight):
        midnight += DAY
    return midnight + MADE_AT


def next_month(account: Account) -> int:
    """The first midnight of the coming month."""
    today = datetime.fromtimestamp(account.now(), UTC).date()
    first = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    return int(datetime(first.year, first.month, 1, tzinfo=UTC).timestamp())


def arrival_date(account: Account) -> int:
    """Midnight UTC of the business day on which a payout made now reaches the bank."""
    day = datetime.fromtimestamp(account.now() // DAY * DAY, UTC)
    left = account.settings["payout_arrival_days"]
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return int(day.timestamp())


def _is_payout_day(account: Account, midnight: int) -> bool:
    day, settings = datetime.fromtimestamp(midnight, UTC), account.settings
    if settings["payout_interval"] == "weekly":
        return day.weekday() == WEEKDAYS.index(settings["payout_weekday"])
    if settings["payout_interval"] == "monthly":
        last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return day.day == min(settings["payout_monthday"], last.day)
    return True
