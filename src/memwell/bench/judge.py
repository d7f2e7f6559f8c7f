"""A language model as the judge of answers: one yes-or-no question per kind of question.

Paper       43 (Wu et al., 2025), whose per-type leniency this follows in words of its own
"""

from pydantic import BaseModel, Field

from memwell.core.model import LanguageModel, Prompt

FRAME = """You check an answer that was given from memory.

Question: {question}
Expected: {expected}
Given: {given}

"""

RULES = {
    "plain": (
        "The given answer is right if it states what is expected, in whatever words, or if all "
        "of it follows from the given answer. It is wrong if a part is missing or contradicted."
    ),
    "temporal-reasoning": (
        "The given answer is right if it states what is expected, in whatever words. A count of "
        "days, weeks or months may be off by one. It is wrong if a part is missing."
    ),
    "knowledge-update": (
        "The expected answer is the latest state of things. The given answer is right if it "
        "presents that as what holds now, even when it also tells what held before."
    ),
    "single-session-preference": (
        "What is expected describes a reply that suits this person. The given answer is right "
        "if it recalls and uses what is known about them; it need not cover every point."
    ),
    "abstention": (
        "The question cannot be answered from memory; what is expected says why. The given "
        "answer is right if it says that the information is missing, and wrong if it offers one."
    ),
}


class Verdict(BaseModel):
    """The judge's decision."""

    correct: bool = Field(description="true when the given answer is right by the rule")


PROMPTS = {
    name: Prompt(f"bench.judge.{name}", f"{FRAME}{rule}\nDecide.", Verdict)
    for name, rule in RULES.items()
}


def judged(model: LanguageModel, kind: str, question: str, expected: str, given: str) -> bool:
    """Whether the model finds the answer right, by the rule for this kind of question."""
    prompt = PROMPTS.get(kind, PROMPTS["plain"])
    return model.ask(prompt, question=question, expected=expected, given=given).correct
