"""The map of agent memory: what form it has, what it is for, how it lives.

Paper       24 (Memory in the Age of AI Agents, 2025)
Does        names the survey's three axes and their terms, on which papers.toml places every paper
Leaves out  the finer branches below each term, and the survey's tables of other systems
Claim       every mechanism that remembers has a place on the map, and no term is empty
"""

from enum import StrEnum


class Form(StrEnum):
    """What memory is made of; the three payloads of a cube."""

    PLAINTEXT = (
        "plaintext"  # the survey's token-level memory: words, graphs, notes one can read and edit
    )
    ACTIVATION = (
        "activation"  # its latent memory: KV caches, hidden states, embeddings fed to a model
    )
    PARAMETRIC = "parametric"  # weights: of a model, of an adapter, of a memory learnt at test time


class Function(StrEnum):
    """What memory is for."""

    FACTUAL = "factual"  # what is known of the user and the world
    EXPERIENTIAL = "experiential"  # what was learnt by doing: insights, skills, worked examples
    WORKING = "working"  # what the task at hand needs just now


class Dynamics(StrEnum):
    """How memory lives: the stages a mechanism can shape."""

    FORMATION = "formation"  # what is taken from experience, and in what shape
    EVOLUTION = "evolution"  # merging, updating, forgetting
    RETRIEVAL = "retrieval"  # when and how it comes back


Term = Form | Function | Dynamics
