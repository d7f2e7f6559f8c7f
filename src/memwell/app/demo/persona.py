"""Who the demo is about: every name, place, date, value and preference the story mentions.

A seed draws another person, so that nothing that answers the demo can be wired to its script.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

NAMES = (
    "Jonas", "Talia", "Edwin", "Rafael", "Ines", "Callum", "Dario", "Freya", "Matteo", "Leila",
    "Owen", "Sanjay", "Yuki", "Tobias", "Nadia", "Felix", "Robin", "Bela", "Imke",
)  # fmt: skip
SISTERS = ("Mira", "Saskia", "Anouk", "Petra", "Greta", "Amara", "Hanne")
DOGS = ("Biscuit", "Juno", "Pepper", "Waffle", "Olive", "Maple", "Tilda", "Noodle", "Fig", "Zelda")
WOLFHOUNDS = ("Rufus", "Hector", "Magnus", "Bruno", "Goliath", "Sampson")
CITIES = (
    "Porto", "Ghent", "Trieste", "Seville", "Lyon", "Utrecht", "Tallinn", "Bergen", "Graz",
    "Bologna", "Riga", "Dundee", "Aarhus", "Vilnius", "San Sebastián", "Quebec City",
)  # fmt: skip
EMPLOYERS = (
    "Harrow & Finch", "Northgate Atlas", "Tidewater Maps", "Meridian House", "Compass Row",
    "Blue Contour", "Larkspur Studio",
)  # fmt: skip
BOOKSHOPS = (
    "The Crooked Shelf", "Inkwell & Daughters", "Lantern Books", "Second Chapter",
    "The Paper Heron", "Folio Lane",
)  # fmt: skip
CRAFTS = ("pottery", "bookbinding", "woodcarving", "printmaking", "upholstery")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
DIETS = ("vegetarian", "vegan", "pescatarian")
CUISINES = ("Ethiopian", "Georgian", "Lebanese", "Korean", "Thai", "Peruvian")
GIFTS = ("a fountain pen", "a cast-iron pan", "a record player", "a telescope", "a linen coat")
JOBS = ("nurse", "paramedic", "baker", "train driver", "midwife")
PARTS = (
    "a new set of tyres", "a pair of pannier bags", "a leather saddle", "a decent set of lights",
    "a chain lock", "a front basket", "mudguards",
)  # fmt: skip
CURRENCIES = ("euros", "pounds", "dollars")


@dataclass(frozen=True, slots=True)
class Persona:
    """Everything in the story that another telling would change."""

    start: date  # a Monday: the first conversation
    name: str
    age: int
    home: str
    partner: str
    sister: str
    friend: str
    colleague: str
    neighbour: str
    teacher: str
    dog: str
    sister_dog: str
    sister_job: str
    old_employer: str
    employer: str
    craft: str
    class_days: tuple[str, str]  # the first evening of the class, and the one it moved to
    partner_day: str
    best_times: tuple[str, str]  # over ten kilometres, slower then faster
    partner_time: str
    visited: tuple[str, str, str]
    cancelled: str
    wished: str
    partner_trip: str
    bookshop: str
    parts: tuple[str, str, str]  # bought for the bike
    prices: tuple[int, int, int]
    currency: str
    diet: str
    cuisine: str
    gift: str
    days_before: tuple[int, int, int]  # dog, interview, offer: days before they were told


def draw(seed: int) -> Persona:
    """Another person for every seed."""
    rng = random.Random(seed)
    names = rng.sample(NAMES, 6)
    cities = rng.sample(CITIES, 7)
    employers = rng.sample(EMPLOYERS, 2)
    days = rng.sample(WEEKDAYS, 3)
    slower = rng.randint(52 * 60, 62 * 60)
    return Persona(
        start=_monday(rng),
        name=names[0],
        partner=names[1],
        sister=rng.choice(SISTERS),
        friend=names[2],
        colleague=names[3],
        neighbour=names[4],
        teacher=names[5],
        age=rng.randint(28, 58),
        home=cities[0],
        visited=(cities[1], cities[2], cities[3]),
        cancelled=cities[4],
        wished=cities[5],
        partner_trip=cities[6],
        dog=rng.choice(DOGS),
        sister_dog=rng.choice(WOLFHOUNDS),
        sister_job=rng.choice(JOBS),
        old_employer=employers[0],
        employer=employers[1],
        craft=rng.choice(CRAFTS),
        class_days=(days[0], days[1]),
        partner_day=days[2],
        best_times=(_clock(slower), _clock(slower - rng.randint(75, 260))),
        partner_time=_clock(slower - rng.randint(420, 700)),
        bookshop=rng.choice(BOOKSHOPS),
        parts=_three(rng, PARTS),
        prices=(rng.randint(31, 60), rng.randint(61, 99), rng.randint(18, 30)),
        currency=rng.choice(CURRENCIES),
        diet=rng.choice(DIETS),
        cuisine=rng.choice(CUISINES),
        gift=rng.choice(GIFTS),
        days_before=(rng.randint(0, 3), rng.randint(0, 2), rng.randint(0, 2)),
    )


def _monday(rng: random.Random) -> date:
    return date(2022, 1, 3) + timedelta(weeks=rng.randrange(200))


def _three(rng: random.Random, pool: Sequence[str]) -> tuple[str, str, str]:
    first, second, third = rng.sample(pool, 3)
    return first, second, third


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"
