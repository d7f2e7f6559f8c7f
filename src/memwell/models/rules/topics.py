"""The areas of life that a text speaks of, by lists of words; none where no word tells."""

from collections import Counter
from functools import cache

from memwell.models.rules.reading.wording import key, keys

WORDS = {
    "family": """family mother mom mum father dad parent brother sister sibling son daughter child
        kid baby wife husband grandmother grandma grandfather grandpa aunt uncle cousin nephew niece
        pregnant toddler""",
    "friends": "friend buddy roommate flatmate neighbour neighbor classmate gang community",
    "love": """boyfriend girlfriend partner date dating wedding engaged engagement marry married
        marriage divorce anniversary honeymoon fiancé fiancée crush""",
    "work": """job work career office boss manager colleague coworker client salary promotion
        interview hire hired company business project meeting deadline resume internship freelance
        startup shift""",
    "education": """school university college class course lesson study student teacher professor
        degree exam homework lecture thesis graduate graduation scholarship learn campus""",
    "health": """doctor hospital illness sick pain medicine medication surgery therapy therapist
        dentist allergy allergic symptom sleep diet diagnosis checkup injury injured vaccine
        pregnancy headache blood mental""",
    "sport": """run running marathon gym workout exercise yoga swim swimming football soccer
        basketball tennis cycling bike hike hiking climbing ski surfing match tournament coach
        training race fitness""",
    "food": """food eat cook cooking recipe restaurant dinner lunch breakfast meal bake baking cake
        coffee tea pizza vegetarian vegan taste delicious kitchen ingredient dish wine beer
        snack""",
    "travel": """travel trip flight airport hotel vacation holiday tour visit beach abroad passport
        luggage itinerary cruise roadtrip camping camp journey destination sightseeing""",
    "home": """house home apartment flat rent landlord move furniture garden gardening room bedroom
        kitchen renovation decorate cleaning laundry mortgage lease""",
    "money": """money pay price cost budget save saving invest investment bank loan debt tax bill
        dollar euro expensive cheap rent salary insurance""",
    "music": """music song band concert guitar piano violin album singer sing playlist instrument
        orchestra festival drum choir""",
    "art": """art paint painting draw drawing sculpture pottery museum gallery photo photography
        craft sketch canvas dance dancing theatre theater poem poetry exhibition""",
    "reading": "book novel read reading author library story writer writing magazine comic chapter",
    "film": "movie film series show episode cinema actor actress director documentary tv netflix",
    "games": "game gaming console chess puzzle board video nintendo playstation player quest",
    "animals": """dog cat pet puppy kitten animal bird horse fish vet rabbit hamster turtle
        shelter""",
    "nature": """nature forest mountain lake river sea ocean sunset park plant tree flower weather
        rain snow wildlife trail""",
    "technology": """computer laptop phone software app website internet code coding programming
        data robot ai device server network algorithm""",
    "shopping": "buy bought shop shopping store mall order delivery gift present purchase sale",
    "feelings": """happy sad angry anxious anxiety stress stressed proud lonely afraid scared
        excited grateful worried depressed hope fear cry support""",
    "belief": "church religion faith god pray prayer spiritual meditation mosque temple politics",
    "celebration": "birthday party celebrate celebration christmas halloween thanksgiving easter",
    "plans": "plan goal dream resolution intend aim ambition",
}
TOPICS = tuple(WORDS)


def find(text: str, among: tuple[str, ...] = TOPICS) -> list[str]:
    """Topics of a text, those that most of its words speak of first.

    A topic that there is no list for is spoken of by the words of its own name.
    """
    spoken = _spoken(among)
    counts = Counter(topic for word in keys(text) for topic in spoken.get(word, ()))
    return [topic for topic, _ in counts.most_common()]


@cache
def spoken() -> frozenset[str]:
    """The names of the topics, as words are compared."""
    return frozenset(key(topic) for topic in TOPICS)


@cache
def _spoken(among: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Topics by word, as words are compared."""
    found: dict[str, tuple[str, ...]] = {}
    for topic in among:
        for word in dict.fromkeys(map(key, WORDS.get(topic, topic).split())):
            found[word] = (*found.get(word, ()), topic)
    return found
