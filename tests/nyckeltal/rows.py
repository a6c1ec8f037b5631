"""Comments and posts as plain rows, and the frames that they make."""

from datetime import UTC, datetime, time, timedelta
from random import Random

import pandas as pd
from hypothesis import strategies as st

from service.columns import COMMENT_COLUMNS, LABEL_COLUMNS, METRIC_COLUMNS, POST_COLUMNS
from service.worktime import add_working_days
from tests.nyckeltal.calendar_2026 import STOCKHOLM

ACCOUNTS = ("Biblioteken", "Trafikkontoret", "Äldreförvaltningen")
VERDICTS = (None, "yes", "yes", "partly", "no")  # none of what was judged before there were any
CHANNELS = ("facebook", "instagram")


def comment(**given):
    """A comment that was read and in which nothing was found, but for what is given."""
    return {
        "post": 1,
        "account": "Trafikkontoret",
        "channel": "facebook",
        "writer": "någon",
        "language": "sv",
        **dict.fromkeys(LABEL_COLUMNS, False),
        "read": True,
        "sentiment": "neutral",
        "sentiment_unsure": False,
        "first_reply": None,
        "well_answered": None,
        "hidden": False,
        "casual": False,
        **given,
    }


def post(**given):
    """A post that the network tells nothing of, but for what is given."""
    return {
        "post": 1,
        "account": "Trafikkontoret",
        "channel": "facebook",
        "published": None,
        **dict.fromkeys(METRIC_COLUMNS),
        **given,
    }


def frames(comments, posts=()):
    """The frames of comments and of posts that rows make."""
    return _frame(comments, COMMENT_COLUMNS), _frame(posts, POST_COLUMNS)


def _frame(rows, columns):
    frame = pd.DataFrame(
        {
            name: pd.Series([row[name] for row in rows], dtype=_reading_dtype(dtype))
            for name, dtype in columns.items()
        }
    )
    return frame.astype(dict(columns))


def _reading_dtype(dtype):
    return object if dtype == "str" else dtype


@st.composite
def worlds(draw, first, last):
    """Comments and posts of the Swedish days [first, last), with gaps where a source leaves them.

    Rows come from a seed, one after the other: many of them, and a failure keeps the first few.
    """
    random = Random(draw(st.integers(0, 2**32)))
    posts = [_some_post(random, number, first, last) for number in range(8)]
    comments = [_some_comment(random, posts, first, last) for _ in range(60)]
    return comments[: draw(st.integers(0, 60))], posts[: draw(st.integers(0, 8))]


def some_moment(random, first, last):
    """A moment of the Swedish days [first, last): any second, or one where something begins."""
    midnight = datetime.combine(
        first + timedelta(days=random.randrange((last - first).days)), time(), STOCKHOLM
    ).astimezone(UTC)
    return midnight + random.choice(
        (
            timedelta(0),
            timedelta(hours=random.randrange(23)),
            timedelta(seconds=random.randrange(23 * 3600)),
        )
    )


def _some_post(random, number, first, last):
    return post(
        post=number,
        account=random.choice(ACCOUNTS),
        channel=random.choice(CHANNELS),
        published=random.choice((None, *[some_moment(random, first, last)] * 5)),
        **{
            name: random.choice((None, 0, *[random.randrange(5000)] * 4)) for name in METRIC_COLUMNS
        },
    )


def _some_comment(random, posts, first, last):
    stray = post(post=99)  # no file told of it
    under = random.choice((*posts, stray))
    created = some_moment(random, first, last)
    read = random.random() < 0.9
    first_reply = _some_reply(random, created)
    return comment(
        **{name: under[name] for name in ("post", "account", "channel")},
        created=created,
        writer=random.choice((None, "a", "b", "c", "d")),
        read=read,
        **{
            name: random.choice((True, True, False, None)) if read else None
            for name in LABEL_COLUMNS
        },
        sentiment=random.choice(("negative", "neutral", "positive")) if read else None,
        sentiment_unsure=read and random.random() < 0.3,
        first_reply=first_reply,
        well_answered=None if first_reply is None else random.choice(VERDICTS),
        hidden=random.random() < 0.1,
        casual=random.random() < 0.5 if read else None,
    )


def _some_reply(random, created):
    """No reply, one at the very end of its time or just past it, or one at any time."""
    at_the_limit = add_working_days(created, random.choice((1, 2, 5)))
    any_time = created + timedelta(seconds=random.randrange(-3600, 14 * 24 * 3600))
    return random.choice((None, at_the_limit, at_the_limit + timedelta(days=3), any_time))


def swedish_day(moment):
    """The Swedish local date of a moment."""
    return moment.astimezone(STOCKHOLM).date()
