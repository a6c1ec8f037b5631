"""Reglerna i nyckeltalen, en i taget, så att en analytiker kan kontrollera dem."""

from datetime import UTC, datetime, timedelta

import pytest

from service.nyckeltal.compute import compute
from service.nyckeltal.figure import Withheld
from service.period import Granularity, parse_period, split
from tests.nyckeltal.calendar_2026 import STOCKHOLM
from tests.nyckeltal.rows import comment, frames, post

OCTOBER = parse_period("2026-10")
DECEMBER_1 = datetime(2026, 12, 1, 12, tzinfo=UTC)


def at(*parts):
    return datetime(*parts, tzinfo=STOCKHOLM).astimezone(UTC)


def asked(created, **given):
    """En kommentar som behöver svar."""
    return comment(created=created, needs_reply=True, **given)


def figure(name, comments=(), posts=(), *, period=OCTOBER, as_of=DECEMBER_1, channel=None):
    figures = compute(*frames(comments, posts), periods=[period], as_of=as_of, fingerprint="prov")
    (found,) = (one for one in figures if (one.nyckeltal, one.channel) == (name, channel))
    return found


class TestAnswered:
    """Svarsgrad: svar av en människa inom fem arbetsdagar, av det vars tid är ute."""

    MONDAY = at(2026, 10, 5, 10, 0)
    NEXT_MONDAY = at(2026, 10, 12, 10, 0)

    def test_an_answer_at_the_very_end_of_the_fifth_working_day_is_in_time(self):
        rate = figure("answer_rate", [asked(self.MONDAY, first_reply=self.NEXT_MONDAY)])
        assert (rate.numerator, rate.denominator) == (1, 1)

    def test_a_minute_later_is_too_late(self):
        reply = self.NEXT_MONDAY + timedelta(minutes=1)
        rate = figure("answer_rate", [asked(self.MONDAY, first_reply=reply)])
        assert (rate.numerator, rate.denominator) == (0, 1)

    def test_a_younger_comment_is_pending_and_not_counted_though_it_has_been_answered(self):
        answered = asked(self.MONDAY, first_reply=self.MONDAY + timedelta(hours=1))
        rate = figure("answer_rate", [answered], as_of=self.NEXT_MONDAY)
        assert (rate.denominator, rate.pending, rate.value) == (0, 1, None)
        assert rate.withheld is Withheld.NO_DATA

    def test_a_minute_later_it_counts(self):
        answered = asked(self.MONDAY, first_reply=self.MONDAY + timedelta(hours=1))
        rate = figure("answer_rate", [answered], as_of=self.NEXT_MONDAY + timedelta(minutes=1))
        assert (rate.denominator, rate.pending, rate.value) == (1, 0, 1.0)

    def test_a_friday_evening_comment_may_be_answered_until_tuesday_opens(self):
        friday = asked(at(2026, 10, 16, 18, 0))
        opening = at(2026, 10, 20, 8, 0)
        assert figure("within_1_working_day", [friday], as_of=opening).pending == 1
        later = figure("within_1_working_day", [friday], as_of=opening + timedelta(minutes=1))
        assert (later.pending, later.value) == (0, 0.0)

    def test_easter_gives_more_days(self):
        onsdag_före_påsk = asked(at(2026, 4, 1, 12, 0), first_reply=at(2026, 4, 10, 12, 0))
        rate = figure("answer_rate", [onsdag_före_påsk], period=parse_period("2026-04"))
        assert rate.value == 1.0

    def test_unanswered_counts_as_not_in_time(self):
        within = figure("within_1_working_day", [asked(self.MONDAY), asked(self.MONDAY)])
        assert (within.value, within.denominator) == (0.0, 2)

    @pytest.mark.parametrize(
        "given", [{"needs_reply": None}, {"needs_reply": False}, {"hidden": True}]
    )
    def test_what_is_unsure_or_hidden_is_not_answerable(self, given):
        rows = [{**asked(self.MONDAY), **given}]
        assert figure("answer_rate", rows).denominator == 0
        assert figure("open_now", rows).denominator == 0

    def test_questions_are_counted_apart(self):
        rows = [
            asked(self.MONDAY, question=True, first_reply=self.MONDAY + timedelta(hours=1)),
            asked(self.MONDAY, complaint=True),
        ]
        assert figure("answer_rate", rows).value == 0.5
        assert figure("question_answer_rate", rows).value == 1.0


class TestReplyTime:
    """Tid till första svar: två klockor."""

    def test_a_weekend_is_long_by_the_calendar_and_nothing_at_work(self):
        rows = [asked(at(2026, 10, 16, 16, 0), first_reply=at(2026, 10, 19, 9, 0))]
        assert figure("first_reply_median", rows).value == 65.0
        assert figure("first_reply_working_median", rows).value == 2.0

    def test_the_night_when_clocks_go_back_is_an_hour_longer(self):
        rows = [asked(at(2026, 10, 24, 12, 0), first_reply=at(2026, 10, 25, 12, 0))]
        assert figure("first_reply_median", rows).value == 25.0

    def test_an_answer_dated_before_its_comment_took_no_time(self):
        rows = [asked(at(2026, 10, 16, 16, 0), first_reply=at(2026, 10, 16, 15, 0))]
        assert figure("first_reply_median", rows).value == 0.0
        assert figure("first_reply_working_median", rows).value == 0.0
        assert figure("answer_rate", rows).value == 1.0

    def test_a_reply_that_nobody_asked_for_is_not_counted(self):
        rows = [comment(created=at(2026, 10, 16, 16, 0), first_reply=at(2026, 10, 16, 17, 0))]
        assert figure("first_reply_median", rows).withheld is Withheld.NO_DATA


class TestOpen:
    """Obesvarade nu och äldsta obesvarade."""

    def test_what_has_been_answered_late_is_no_longer_open(self):
        rows = [
            asked(at(2026, 10, 1, 12, 0), first_reply=at(2026, 11, 20, 12, 0)),
            asked(at(2026, 10, 30, 13, 0)),
        ]
        assert figure("open_now", rows).value == 1
        assert figure("oldest_open", rows).value == 32.0

    def test_a_reply_that_has_not_been_written_yet_answers_nothing(self):
        rows = [asked(at(2026, 10, 1, 12, 0), first_reply=at(2026, 11, 20, 12, 0))]
        assert figure("open_now", rows, as_of=at(2026, 11, 19, 12, 0)).value == 1

    def test_a_comment_that_has_not_been_written_yet_does_not_exist(self):
        rows = [asked(at(2026, 10, 5, 10, 0))]
        assert figure("comments", rows, as_of=at(2026, 10, 5, 10, 0)).value == 1
        assert figure("comments", rows, as_of=at(2026, 10, 5, 9, 59)).value == 0


class TestPeriods:
    """En kommentar hör till sin svenska dag."""

    @pytest.mark.parametrize(
        ("created", "day"),
        [
            (at(2026, 10, 1, 0, 0), "2026-10-01"),
            (at(2026, 9, 30, 23, 59), "2026-09-30"),
            (datetime(2026, 9, 30, 22, 0, tzinfo=UTC), "2026-10-01"),
            (datetime(2026, 10, 31, 22, 59, tzinfo=UTC), "2026-10-31"),
            (datetime(2026, 10, 31, 23, 0, tzinfo=UTC), "2026-11-01"),
        ],
    )
    def test_midnight_is_in_stockholm(self, created, day):
        around = split(parse_period("2026-09-29/2026-11-02"), Granularity.DAY)
        figures = compute(
            *frames([comment(created=created)]),
            periods=around,
            as_of=DECEMBER_1,
            fingerprint="prov",
        )
        found = [one.period.label for one in figures if (one.nyckeltal, one.n) == ("comments", 1)]
        assert found == [day]


class TestPosts:
    """Kanalernas egna siffror: aldrig blandade, aldrig gissade."""

    WHEN = at(2026, 10, 5, 10, 0)

    def test_reach_is_a_mean_and_its_sum_is_told_nowhere(self):
        posts = [
            post(post=1, published=self.WHEN, reach=100),
            post(post=2, published=self.WHEN, reach=200),
            post(post=3, published=self.WHEN),
        ]
        reach = figure("reach_mean", (), posts, channel="facebook")
        assert (reach.value, reach.numerator, reach.denominator) == (150.0, None, 2)

    def test_a_ratio_of_sums_is_not_a_mean_of_ratios(self):
        posts = [
            post(post=1, published=self.WHEN, reach=100, reactions=10, comments=0, shares=0),
            post(post=2, published=self.WHEN, reach=900, reactions=0, comments=0, shares=0),
            post(post=3, published=self.WHEN, reach=900, reactions=90, shares=5),
        ]
        rate = figure("engagement_rate", (), posts, channel="facebook")
        assert (rate.value, rate.numerator, rate.denominator, rate.n) == (0.01, 10, 1000, 2)
        assert figure("engagement_rate_median", (), posts, channel="facebook").value == 0.05

    def test_channels_are_kept_apart_though_nobody_asked_for_it(self):
        posts = [
            post(post=1, published=self.WHEN, reach=100),
            post(post=2, published=self.WHEN, reach=300, channel="instagram"),
        ]
        figures = compute(
            *frames([], posts), periods=[OCTOBER], as_of=DECEMBER_1, fingerprint="prov"
        )
        means = {one.channel: one.value for one in figures if one.nyckeltal == "reach_mean"}
        assert means == {"facebook": 100.0, "instagram": 300.0}

    def test_questions_count_under_the_posts_of_the_period_whenever_they_were_asked(self):
        posts = [post(post=1, published=self.WHEN, reach=2000, comments=1)]
        later = comment(created=at(2026, 11, 5, 10, 0), question=True)
        rate = figure("questions_per_1000_reached", [later], posts, channel="facebook")
        assert (rate.value, rate.numerator, rate.n, rate.writers) == (0.5, 1, 1, 1)

    def test_a_post_whose_comments_nobody_has_read_is_no_post_without_questions(self):
        posts = [
            post(post=1, published=self.WHEN, reach=1000, comments=7),
            post(post=2, published=self.WHEN, reach=1000, comments=0),
            post(post=3, published=self.WHEN, reach=1000),
        ]
        rate = figure("questions_per_1000_reached", (), posts, channel="facebook")
        assert (rate.value, rate.denominator) == (0.0, 1000)

    def test_a_post_that_reached_nobody_gives_no_rate(self):
        posts = [post(post=1, published=self.WHEN, reach=0, shares=0)]
        rate = figure("share_rate", (), posts, channel="facebook")
        assert (rate.value, rate.withheld) == (None, Withheld.NO_DATA)


def test_unsure_comments_stay_in_the_denominator_and_unread_ones_do_not():
    created = at(2026, 10, 5, 10, 0)
    rows = [
        comment(created=created, question=True),
        comment(created=created, question=None),
        comment(created=created, question=None, read=False),
    ]
    share = figure("share_question", rows)
    assert (share.numerator, share.denominator) == (1, 2)


def test_comments_without_a_known_writer_count_as_writers_of_their_own():
    created = at(2026, 10, 5, 10, 0)
    rows = [comment(created=created, writer=writer) for writer in (None, None, "a", "a")]
    assert figure("comments", rows).writers == 3


def test_a_group_without_comments_in_a_period_has_its_figure_too():
    rows = [comment(created=at(2026, 9, 5, 10, 0), account="Biblioteken")]
    figures = compute(
        *frames(rows),
        periods=[OCTOBER],
        as_of=DECEMBER_1,
        fingerprint="prov",
        group_by=["account"],
    )
    accounts = {one.account: one.value for one in figures if one.nyckeltal == "comments"}
    assert accounts == {None: 0, "Biblioteken": 0}


def test_now_must_have_a_zone():
    with pytest.raises(ValueError, match="zone"):
        compute(
            *frames([]), periods=[OCTOBER], as_of=DECEMBER_1.replace(tzinfo=None), fingerprint=""
        )
