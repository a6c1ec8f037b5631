"""Every nyckeltal counted the slow way, row by row, straight from its definition."""

from datetime import timedelta
from math import floor

from tests.nyckeltal.calendar_2026 import working_minutes
from tests.nyckeltal.rows import swedish_day

MINUTE = timedelta(minutes=1)


def count(name, comments, posts, *, period, account, channel, as_of):
    """What one figure must say, as a dict of the fields of `Figure` that are certain."""
    written = [row for row in comments if row["created"] <= as_of]
    mine = [
        row
        for row in written
        if period.start <= swedish_day(row["created"]) < period.end
        and account in (None, row["account"])
        and channel in (None, row["channel"])
    ]
    own_posts = [
        row
        for row in posts
        if row["published"] is not None
        and period.start <= swedish_day(row["published"]) < period.end
        and account in (None, row["account"])
        and channel in (None, row["channel"])
    ]
    if name in OF_POSTS:
        return OF_POSTS[name](own_posts, written)
    return OF_COMMENTS[name](mine, as_of)


def answerable(row):
    return row["needs_reply"] is True and not row["hidden"]


def replied(row, as_of):
    return row["first_reply"] is not None and row["first_reply"] <= as_of


def waited(row):
    """Calendar minutes until the reply; a reply dated before its comment took none."""
    return max(0, (row["first_reply"] - row["created"]) // MINUTE)


def worked(row):
    return working_minutes(row["created"], row["first_reply"])


def writers(rows):
    named = {row["writer"] for row in rows if row["writer"] is not None}
    return len(named) + sum(row["writer"] is None for row in rows)


def share(found, among):
    return {
        "value": len(found) / len(among) if among else None,
        "numerator": len(found),
        "denominator": len(among),
        "n": len(among),
        "writers": writers(among),
        "pending": None,
    }


def share_of_read(holds):
    def counted(rows, as_of):
        read = [row for row in rows if row["read"]]
        return share([row for row in read if holds(row)], read)

    return counted


def number_of(holds, among):
    def counted(rows, as_of):
        base = [row for row in rows if among(row)]
        found = [row for row in base if holds(row, as_of)]
        return share(found, base) | {"value": len(found) if base else None}

    return counted


def comments_written(rows, as_of):
    return {
        "value": len(rows),
        "numerator": len(rows),
        "denominator": None,
        "n": len(rows),
        "writers": writers(rows),
        "pending": None,
    }


def answered_within(days, questions_only=False):
    limit = days * 9 * 60

    def counted(rows, as_of):
        asked = [row for row in rows if answerable(row) and (row["question"] or not questions_only)]
        over = [row for row in asked if working_minutes(row["created"], as_of) > limit]
        in_time = [row for row in over if replied(row, as_of) and worked(row) <= limit]
        waiting = [row for row in asked if row not in over]
        rests_on = over or waiting
        return share(in_time, over) | {"pending": len(waiting), "writers": writers(rests_on)}

    return counted


def rated(row, as_of):
    return answerable(row) and replied(row, as_of) and row["well_answered"] is not None


def rated_as(verdict, among=lambda row: True):
    def counted(rows, as_of):
        told = [row for row in rows if rated(row, as_of) and among(row)]
        return share([row for row in told if row["well_answered"] == verdict], told)

    return counted


def answered_among(among):
    def counted(rows, as_of):
        return answered_within(5)([row for row in rows if among(row)], as_of)

    return counted


def gap(one, other):
    def counted(rows, as_of):
        first, second = one(rows, as_of), other(rows, as_of)
        known = first["n"] >= 5 and second["n"] >= 5
        pending = first["pending"]
        return {
            "value": 100 * (first["value"] - second["value"]) if known else None,
            "numerator": None,
            "denominator": None,
            "n": first["n"] + second["n"],
            "writers": min(first["writers"], second["writers"]),
            "pending": None if pending is None else pending + second["pending"],
        }

    return counted


def is_uncivil(row):
    return row["uncivil"] is True


def is_civil(row):
    return row["uncivil"] is False


def in_hours(row):
    return working_minutes(row["created"], row["created"] + MINUTE) > 0


def reply_time(minutes, probability):
    def counted(rows, as_of):
        answered = [row for row in rows if answerable(row) and replied(row, as_of)]
        hours = sorted(minutes(row) / 60 for row in answered)
        return without_quotient(quantile(hours, probability), answered)

    return counted


def reply_time_among(among, minutes):
    def counted(rows, as_of):
        return reply_time(minutes, 0.5)([row for row in rows if among(row)], as_of)

    return counted


def time_gap(one, other):
    def counted(rows, as_of):
        first, second = one(rows, as_of), other(rows, as_of)
        known = first["n"] >= 5 and second["n"] >= 5
        return first | {
            "value": first["value"] - second["value"] if known else None,
            "n": first["n"] + second["n"],
            "writers": min(first["writers"], second["writers"]),
        }

    return counted


def equal(name, one, other, minutes=worked):
    waits = [reply_time_among(group, minutes) for group in (one, other)]
    return {
        f"answer_gap_{name}": gap(answered_among(one), answered_among(other)),
        f"reply_time_gap_{name}": time_gap(*waits),
        f"well_answered_gap_{name}": gap(rated_as("yes", one), rated_as("yes", other)),
    }


def quantile(ascending, probability):
    if not ascending:
        return None
    place = probability * (len(ascending) - 1)
    below = floor(place)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (place - below) * (ascending[above] - ascending[below])


def without_quotient(value, rests_on):
    return {
        "value": value,
        "numerator": None,
        "denominator": None,
        "n": len(rests_on),
        "writers": writers(rests_on),
        "pending": None,
    }


def oldest_open(rows, as_of):
    waiting = [row for row in rows if answerable(row) and not replied(row, as_of)]
    ages = [(as_of - row["created"]) // MINUTE / (24 * 60) for row in waiting]
    return without_quotient(max(ages, default=None), waiting)


def net_sentiment(rows, as_of):
    sure = [row for row in rows if row["read"] and not row["sentiment_unsure"]]
    positive = sum(row["sentiment"] == "positive" for row in sure)
    negative = sum(row["sentiment"] == "negative" for row in sure)
    return share([], sure) | {
        "value": (positive - negative) / len(sure) * 100 if sure else None,
        "numerator": positive - negative,
    }


def metric(row, name):
    if name == "interactions":
        parts = [row["reactions"], row["comments"], row["shares"]]
        return None if None in parts else sum(parts)
    return row[name]


def ratio(name, times=1):
    def counted(posts, written):
        known = [row for row in posts if None not in (metric(row, name), row["reach"])]
        above = sum(metric(row, name) for row in known)
        below = sum(row["reach"] for row in known)
        return of_posts(
            times * above / below if below else None, known, numerator=above, denominator=below
        )

    return counted


def of_posts(value, posts, numerator=None, denominator=None):
    return {
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "n": len(posts),
        "writers": None,
        "pending": None,
    }


def summed(name):
    def counted(posts, written):
        known = [row[name] for row in posts if row[name] is not None]
        return of_posts(sum(known) if known else None, known, numerator=sum(known))

    return counted


def reach_mean(posts, written):
    known = [row["reach"] for row in posts if row["reach"] is not None]
    return of_posts(sum(known) / len(known) if known else None, known, denominator=len(known))


def engagement_rate_median(posts, written):
    rates = sorted(
        metric(row, "interactions") / row["reach"]
        for row in posts
        if metric(row, "interactions") is not None and row["reach"]
    )
    return of_posts(quantile(rates, 0.5), rates)


def questions_per_1000_reached(posts, written):
    questions = reach = 0
    rests_on = []
    for row in posts:
        under = [one for one in written if one["post"] == row["post"] and one["read"]]
        if row["reach"] is None or not (under or row["comments"] == 0):
            continue
        questions += sum(one["question"] is True for one in under)
        reach += row["reach"]
        rests_on += under
    return {
        "value": 1000 * questions / reach if reach else None,
        "numerator": questions,
        "denominator": reach,
        "n": len(rests_on),
        "writers": writers(rests_on),
        "pending": None,
    }


def is_read(row):
    return row["read"]


OF_POSTS = {
    "reach_mean": reach_mean,
    "share_rate": ratio("shares"),
    "link_click_rate": ratio("link_clicks"),
    "questions_per_1000_reached": questions_per_1000_reached,
    "shares": summed("shares"),
    "link_clicks": summed("link_clicks"),
    "engagement_rate": ratio("interactions"),
    "engagement_rate_median": engagement_rate_median,
    "comments_per_1000_reached": ratio("comments", times=1000),
}

OF_COMMENTS = {
    "share_question": share_of_read(lambda row: row["question"]),
    "share_complaint": share_of_read(lambda row: row["complaint"]),
    "share_suggestion": share_of_read(lambda row: row["suggestion"]),
    "share_praise": share_of_read(lambda row: row["praise"]),
    "share_reasoned": share_of_read(lambda row: row["reasoned"]),
    "share_uncivil": share_of_read(lambda row: row["uncivil"]),
    "net_sentiment": net_sentiment,
    "sentiment_unsure": share_of_read(lambda row: row["sentiment_unsure"]),
    "comments": comments_written,
    "comments_hidden": number_of(lambda row, as_of: row["hidden"], lambda row: True),
    "answer_rate": answered_within(5),
    "question_answer_rate": answered_within(5, questions_only=True),
    "within_1_working_day": answered_within(1),
    "within_2_working_days": answered_within(2),
    "first_reply_median": reply_time(waited, 0.5),
    "first_reply_p90": reply_time(waited, 0.9),
    "first_reply_working_median": reply_time(worked, 0.5),
    "first_reply_working_p90": reply_time(worked, 0.9),
    "well_answered": rated_as("yes"),
    "not_answered_in_substance": rated_as("no"),
    **equal("tone", is_uncivil, is_civil),
    **equal("complaint", lambda row: row["complaint"], lambda row: row["question"]),
    **equal("hours", lambda row: not in_hours(row), in_hours, waited),
    **equal("register", lambda row: row["casual"] is True, lambda row: row["casual"] is False),
    "open_now": number_of(lambda row, as_of: not replied(row, as_of), answerable),
    "oldest_open": oldest_open,
    "questions_received": number_of(lambda row, as_of: row["question"], is_read),
    "suggestions_received": number_of(lambda row, as_of: row["suggestion"], is_read),
    "fault_reports_received": number_of(lambda row, as_of: row["fault_report"], is_read),
}
