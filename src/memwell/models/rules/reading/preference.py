"""Questions for advice: memory answers with what the asker likes, avoids and is."""

import re

from memwell.models.rules.reading.compose import Found, quote
from memwell.models.rules.reading.question import Asked
from memwell.models.rules.reading.sentences import Corpus, Sentence

MOST = 4  # statements quoted at most
_TASTE = re.compile(
    r"""(?ix)\b(?:i|we)(?:'m|\ am|'ve\ been|\ have\ been)?\ (?:\w+\ ){0,2}?
        (?:like|love|prefer|enjoy|adore|hate|dislike|avoid|don't\ (?:do|eat|like|drink|want)
         | can't\ (?:stand|eat|have) | cannot\ stand | am\ allergic | swear\ by)\b
      | \b(?:happier|favou?rite|allergic|vegetarian|vegan|pescatarian|gluten|kosher|halal
         | fond\ of | fan\ of | keen\ on | adores? | can't\ stand | not\ a\ fan | a\ soft\ spot
         | obsessed\ with | into)\b
      | \bi'm\ (?:a\ |an\ )?(?:\w+\ )?(?:person|lover|beginner|fan)\b"""
)


def preference(asked: Asked, corpus: Corpus) -> Found | None:
    """What the asker has said of their tastes, where the talk was of the same subject."""
    ranked = [
        sentence
        for sentence in corpus.rank(asked.focus, asked)
        if corpus.items[sentence.item].role != "assistant"
        and _TASTE.search(sentence.text.replace("’", "'"))
    ]
    if not ranked:
        return None
    best = ranked[0]
    kept = [s for s in ranked if s.score >= 0.7 * best.score or s.item == best.item][:MOST]
    quotes = " ".join(quote(sentence, corpus) for sentence in _in_order(kept))
    return Found(f"Going by your tastes: {quotes}", tuple(kept), lift=0.3)


def _in_order(sentences: list[Sentence]) -> list[Sentence]:
    first = {sentence.item: place for place, sentence in reversed(list(enumerate(sentences)))}
    return sorted(sentences, key=lambda sentence: (first[sentence.item], sentence.place))
