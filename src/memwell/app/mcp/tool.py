"""A tool: a function on a memory, with arguments, result and hints as the protocol wants them."""

import inspect
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

import mcp_types as types
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model
from pydantic.json_schema import GenerateJsonSchema

from memwell.core.access import Right
from memwell.core.errors import InvalidInput, MemwellError, StoreError
from memwell.kernel.memory import Memory

log = logging.getLogger(__name__)

Json = dict[str, Any]
Work = Callable[..., Any]


class Arguments(BaseModel):
    """What a client hands in. A name that is not asked for is refused, not overlooked."""

    model_config = ConfigDict(extra="forbid")


class Untitled(GenerateJsonSchema):
    """Schemas without titles that only repeat names: a model pays for every word of them."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never."""
        return False


@dataclass(frozen=True)
class Tool:
    """A function whose first parameter is the memory, and what clients are told about it.

    Its docstring is the description, its annotated parameters are the arguments; `gives` is the
    type of what it returns.
    """

    work: Work
    title: str
    gives: Any
    right: Right = Right.READ
    destructive: bool = False
    idempotent: bool = False

    @property
    def name(self) -> str:
        return self.work.__name__

    @property
    def description(self) -> str:
        return inspect.cleandoc(self.work.__doc__ or "")

    @property
    def harmless(self) -> bool:
        """Whether it changes nothing."""
        return self.right is Right.READ and not self.destructive

    @cached_property
    def arguments(self) -> type[Arguments]:
        """The parameters after the memory as a model."""
        hints = get_type_hints(self.work, include_extras=True)
        own = list(inspect.signature(self.work).parameters.values())[1:]
        fields: Any = {
            each.name: (hints[each.name], ... if each.default is each.empty else each.default)
            for each in own
        }
        return create_model(f"{self.name}_arguments", __base__=Arguments, **fields)

    @cached_property
    def listed(self) -> types.Tool:
        """As it stands in the list of tools."""
        return types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=self.arguments.model_json_schema(schema_generator=Untitled),
            output_schema=TypeAdapter(self.gives).json_schema(schema_generator=Untitled),
            annotations=types.ToolAnnotations(
                title=self.title,
                read_only_hint=self.harmless,
                destructive_hint=self.destructive,
                idempotent_hint=self.idempotent or self.harmless,
                open_world_hint=False,
            ),
        )

    def do(self, memory: Memory, arguments: Mapping[str, Any]) -> Json:
        """The result. Raises InvalidInput for arguments that do not fit, and what the work does."""
        try:
            given = self.arguments.model_validate(dict(arguments))
        except ValidationError as error:
            raise InvalidInput(f"{self.name}: {_misfits(error)}") from error
        found: Json = self.work(memory, **{name: getattr(given, name) for name in _names(given)})
        return found


def tool(
    title: str,
    *,
    gives: Any,
    right: Right = Right.READ,
    destructive: bool = False,
    idempotent: bool = False,
) -> Callable[[Work], Tool]:
    """Makes a function a tool."""
    return lambda work: Tool(work, title, gives, right, destructive, idempotent)


def done(work: Callable[[], Json]) -> types.CallToolResult:
    """What a client gets: the result as data and as text, or what is wrong and what to do."""
    try:
        value = work()
    except StoreError as error:  # its words name files of this machine
        log.warning("%s: %s", type(error).__name__, error, extra={"operation": "mcp"})
        return _failed("the memory cannot do that now; the log of its server says why")
    except MemwellError as error:
        return _failed(str(error))
    except Exception:
        log.exception("a tool failed", extra={"operation": "mcp"})
        return _failed("memwell could not do that because of a fault of its own; its log says more")
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=value)


def _failed(told: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=told)], is_error=True)


def _names(given: BaseModel) -> list[str]:
    return list(type(given).model_fields)


def _misfits(error: ValidationError) -> str:
    """One clause per argument, without what was given: it may be long or secret."""
    return "; ".join(
        f"{'.'.join(map(str, each['loc'])) or 'arguments'}: {each['msg']}"
        for each in error.errors(include_url=False, include_input=False)
    )
