"""Times in text: a table of golden cases, and any date however it is written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell.models.rules.calendar.durations import duration
from memwell.models.rules.dates import Kind, Precision, find, window

AT = datetime(2023, 6, 14, 15, 30, tzinfo=UTC)  # a Wednesday

# what is said · the expression · first day · last day · precision · kind
GOLDEN = """
We met on 7 May 2023. · 7 May 2023 · 2023-05-07 · 2023-05-07 · day · absolute
May 7th was great · May 7th · 2023-05-07 · 2023-05-07 · day · absolute
the 3rd of March, 2021 · 3rd of March, 2021 · 2021-03-03 · 2021-03-03 · day · absolute
on Sunday, May 7 · Sunday, May 7 · 2023-05-07 · 2023-05-07 · day · absolute
1:56 pm on 8 May, 2023 · 8 May, 2023 · 2023-05-08 · 2023-05-08 · day · absolute
seen 2023-05-07T10:00 · 2023-05-07 · 2023-05-07 · 2023-05-07 · day · absolute
05/07/2023 · 05/07/2023 · 2023-05-07 · 2023-05-07 · day · absolute
25/12/2022 · 25/12/2022 · 2022-12-25 · 2022-12-25 · day · absolute
7.5.2023 · 7.5.2023 · 2023-05-07 · 2023-05-07 · day · absolute
Sept. 3rd · Sept. 3rd · 2023-09-03 · 2023-09-03 · day · absolute
May 5-7, 2023 · May 5-7, 2023 · 2023-05-05 · 2023-05-07 · day · absolute
yesterday · yesterday · 2023-06-13 · 2023-06-13 · day · relative
the day before yesterday · the day before yesterday · 2023-06-12 · 2023-06-12 · day · relative
today · today · 2023-06-14 · 2023-06-14 · day · relative
tonight · tonight · 2023-06-14 · 2023-06-14 · day · relative
last night · last night · 2023-06-13 · 2023-06-13 · day · relative
yesterday evening · yesterday evening · 2023-06-13 · 2023-06-13 · day · relative
last Tuesday · last Tuesday · 2023-06-13 · 2023-06-13 · day · relative
last Wednesday · last Wednesday · 2023-06-07 · 2023-06-07 · day · relative
this Friday · this Friday · 2023-06-16 · 2023-06-16 · day · relative
next Friday · next Friday · 2023-06-23 · 2023-06-23 · day · relative
We ate there on Friday at 7pm · Friday · 2023-06-09 · 2023-06-09 · day · relative
I'll call you on Friday morning · Friday morning · 2023-06-16 · 2023-06-16 · day · relative
Tuesday last week · Tuesday last week · 2023-06-06 · 2023-06-06 · day · relative
last week · last week · 2023-06-05 · 2023-06-11 · week · relative
the week before last · the week before last · 2023-05-29 · 2023-06-04 · week · relative
last weekend · last weekend · 2023-06-10 · 2023-06-11 · week · relative
over the weekend · the weekend · 2023-06-10 · 2023-06-11 · week · relative
we leave this weekend · this weekend · 2023-06-17 · 2023-06-18 · week · relative
the weekend of 10 June · the weekend of 10 June · 2023-06-10 · 2023-06-11 · week · absolute
next month · next month · 2023-07-01 · 2023-07-31 · month · relative
last month · last month · 2023-05-01 · 2023-05-31 · month · relative
last May · last May · 2023-05-01 · 2023-05-31 · month · relative
last June · last June · 2022-06-01 · 2022-06-30 · month · relative
I went there in May · May · 2023-05-01 · 2023-05-31 · month · absolute
I'll see her in March · March · 2024-03-01 · 2024-03-31 · month · absolute
in november we moved · november · 2022-11-01 · 2022-11-30 · month · absolute
in early June · early June · 2023-06-01 · 2023-06-10 · week · absolute
mid-June · mid-June · 2023-06-11 · 2023-06-20 · week · absolute
at the end of June · the end of June · 2023-06-21 · 2023-06-30 · week · absolute
the first week of May · the first week of May · 2023-05-01 · 2023-05-07 · week · absolute
the last Sunday of May · the last Sunday of May · 2023-05-28 · 2023-05-28 · day · absolute
10 days ago · 10 days ago · 2023-06-04 · 2023-06-04 · day · relative
a couple of days ago · a couple of days ago · 2023-06-12 · 2023-06-12 · day · relative
two weeks ago · two weeks ago · 2023-05-28 · 2023-06-03 · week · relative
two weekends ago · two weekends ago · 2023-06-03 · 2023-06-04 · week · relative
three months ago · three months ago · 2023-03-01 · 2023-03-31 · month · relative
ten years ago · ten years ago · 2013-01-01 · 2013-12-31 · year · relative
half a year ago · half a year ago · 2022-12-01 · 2022-12-31 · month · relative
we leave in three days · in three days · 2023-06-17 · 2023-06-17 · day · relative
3 days before 9 June 2023 · 3 days before 9 June 2023 · 2023-06-06 · 2023-06-06 · day · absolute
the week before 9 May 2022 · the week before 9 May 2022 · 2022-05-02 · 2022-05-08 · week · absolute
the Friday before 9 June · the Friday before 9 June · 2023-06-02 · 2023-06-02 · day · absolute
three days after Christmas · three days after Christmas · 2022-12-28 · 2022-12-28 · day · absolute
over the summer · summer · 2023-06-01 · 2023-08-31 · season · absolute
last summer · last summer · 2022-06-01 · 2022-08-31 · season · relative
summer of 2020 · summer of 2020 · 2020-06-01 · 2020-08-31 · season · absolute
in 2021 · 2021 · 2021-01-01 · 2021-12-31 · year · absolute
late 2022 · late 2022 · 2022-09-01 · 2022-12-31 · season · absolute
I've worked there since 2019 · since 2019 · 2019-01-01 · 2023-06-14 · year · absolute
between March and May · between March and May · 2023-03-01 · 2023-05-31 · month · absolute
between Nov and Feb · between Nov and Feb · 2022-11-01 · 2023-02-28 · month · absolute
from March to May 2021 · from March to May 2021 · 2021-03-01 · 2021-05-31 · month · absolute
past two months · past two months · 2023-04-14 · 2023-06-14 · month · duration
the past week · the past week · 2023-06-07 · 2023-06-14 · week · duration
last year · last year · 2022-01-01 · 2022-12-31 · year · relative
since early this year · since early this year · 2023-01-01 · 2023-06-14 · season · relative
on the 7th · the 7th · 2023-06-07 · 2023-06-07 · day · absolute
last Christmas · last Christmas · 2022-12-25 · 2022-12-25 · day · relative
Thanksgiving 2022 · Thanksgiving 2022 · 2022-11-24 · 2022-11-24 · day · absolute
Easter 2024 · Easter 2024 · 2024-03-31 · 2024-03-31 · day · absolute
"""
CASES = [tuple(line.split(" · ")) for line in GOLDEN.strip().splitlines()]


@pytest.mark.parametrize(
    ("said", "text", "first", "last", "precision", "kind"), CASES, ids=[case[0] for case in CASES]
)
def test_golden(said, text, first, last, precision, kind):
    (span,) = find(said, AT)
    assert span.text == text
    assert said[span.offset :].startswith(text)
    assert (str(span.start), str(span.end - timedelta(days=1))) == (first, last)
    assert (span.precision, span.kind) == (precision, kind)


@pytest.mark.parametrize(
    "said",
    [
        "I may go",
        "it may, in time, work",
        "they march on",
        "this may help",
        "May: I love it",
        "April: hi there",
        "June was kind to me",
        "every Monday",
        "on Mondays",
        "the 5th time",
        "the prices fall",
        "the weekend trip",
        "for three weeks",
        "a 5/7 score",
        "31 June",
        "room 2021",
        "2000 steps",
        "9999 years ago",
        "I finished it in two weeks",
        "a second thought",
        "",
    ],
)
def test_what_is_no_time(said):
    assert find(said, AT) == []


def test_several_in_one_text_come_in_order():
    said = "Yesterday I booked the flight for 3 July; I last flew in 2019."
    assert [str(span.start) for span in find(said, AT)] == [
        "2023-06-13",
        "2023-07-03",
        "2019-01-01",
    ]


DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2089, 12, 31))
FORMS = [
    "{d.day} {month} {d.year}",
    "{month} {d.day}, {d.year}",
    "{month} {nth}, {d.year}",
    "{month} {nth} {d.year}",
    "the {nth} of {month} {d.year}",
    "{nth} {short} {d.year}",
    "{short}. {d.day}, {d.year}",
    "{weekday}, {month} {d.day}, {d.year}",
    "{weekday} {d.day} {month} {d.year}",
    "{d.year}-{d.month:02}-{d.day:02}",
    "{d.year}/{d.month:02}/{d.day:02}",
    "{d.month:02}/{d.day:02}/{d.year}",
    "{d.day}.{d.month}.{d.year}",
]


def written(day, form):
    tail = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    nth = f"{day.day}{'th' if day.day in (11, 12, 13) else tail}"
    return form.format(d=day, month=f"{day:%B}", short=f"{day:%b}", weekday=f"{day:%A}", nth=nth)


@given(DAYS, st.sampled_from(FORMS), st.datetimes(timezones=st.just(UTC)))
def test_a_full_date_is_found_whenever_it_is_said(day, form, at):
    (span,) = find(f"So on {written(day, form)} we met her at noon.", at)
    assert (span.start, span.end) == (day, day + timedelta(days=1))
    assert span.precision is Precision.DAY


@given(st.integers(0, 2000), st.sampled_from(["day", "days"]), DAYS)
def test_counted_days(count, unit, today):
    at = datetime(today.year, today.month, today.day, tzinfo=UTC)
    (span,) = find(f"{count} {unit} ago", at)
    assert span.start == today - timedelta(days=count)
    assert span.kind is Kind.RELATIVE


@given(DAYS, st.integers(1, 12))
def test_a_month_without_year_is_the_last_one_of_those_who_look_back(today, month):
    at = datetime(today.year, today.month, today.day, tzinfo=UTC)
    (span,) = find(f"We went there in {date(2000, month, 1):%B}.", at)
    assert span.start.month == month
    assert timedelta(0) <= today - span.start < timedelta(days=366)


@given(st.text(max_size=200), st.datetimes(timezones=st.just(UTC)))
def test_any_text_is_survived(text, at):
    for span in find(text, at):
        assert span.start < span.end
        assert text[span.offset :].startswith(span.text)


JUMBLE = """last May 3 days before the week of between and to in since 9 June ago Friday 2021
    next summer early from weekend first after past two"""


@given(st.lists(st.sampled_from(JUMBLE.split()), max_size=12), st.datetimes(timezones=st.just(UTC)))
def test_any_jumble_of_its_words_is_survived(words, at):
    spans = find(" ".join(words), at)
    assert all(span.start < span.end for span in spans)
    ends = [span.offset + len(span.text) for span in spans]
    assert all(end <= later.offset for end, later in zip(ends, spans[1:], strict=False))


def test_a_long_text_takes_time_in_proportion():
    said = "we met May 3 in the summer of last year 2 days ago and " * 300
    assert len(find(said, AT)) >= 900


QUESTIONS = """
What did I do in May? · 2023-05-01 · 2023-06-01
What happened between March and May? · 2023-03-01 · 2023-06-01
Where did I go before 2020? · None · 2020-01-01
What did I read after May 5? · 2023-05-06 · None
Which books did I read since January? · 2023-01-01 · 2023-06-15
What did I do in the past two months? · 2023-04-14 · 2023-06-15
Who did I meet last Tuesday? · 2023-06-13 · 2023-06-14
What did I eat today? · 2023-06-14 · 2023-06-15
What will I do next week? · 2023-06-19 · 2023-06-26
What happened in August? · 2022-08-01 · 2022-09-01
"""


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [tuple(line.split(" · ")) for line in QUESTIONS.strip().splitlines()],
)
def test_window(question, start, end):
    found = window(question, AT)
    assert str(found.start.date() if found.start else None) == start
    assert str(found.end.date() if found.end else None) == end


@pytest.mark.parametrize(
    "question",
    ["When did I move?", "How many weeks ago did I start?", "What should I cook tonight?"],
)
def test_questions_about_any_time(question):
    assert window(question, AT) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("for three weeks", 21),
        ("a couple of days", 2),
        ("a five-day trip", 5),
        ("2 weeks and 3 days, I think", 17),
        ("a day and a half", 1.5),
        ("one and a half days", 1.5),
        ("half an hour", 1 / 48),
        ("1.5 hours", 1.5 / 24),
        ("it took a year", 365.2425),
        ("no time at all", None),
    ],
)
def test_duration(text, days):
    assert duration(text) == (None if days is None else timedelta(days=days))
