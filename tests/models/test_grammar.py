"""What is made of a schema before answers are held to it."""

from pydantic import BaseModel

from memwell.models.grammar import closed


class Part(BaseModel):
    properties: str
    type: str


class Whole(BaseModel):
    parts: list[Part]
    anything: dict[str, int]


def test_objects_are_closed_and_mappings_stay_open():
    schema = closed(Whole.model_json_schema())
    part = schema["$defs"]["Part"]
    assert schema["additionalProperties"] is part["additionalProperties"] is False
    assert set(part["properties"]) == {"properties", "type"}
    assert schema["properties"]["anything"]["additionalProperties"] == {"type": "integer"}


def test_what_a_schema_says_itself_holds():
    said = {"type": "object", "properties": {}, "additionalProperties": True}
    assert closed(said) == said
