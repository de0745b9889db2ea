"""Pydantic's findings in an operator's words: the path, the problem, the remedy. It reads no file."""

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import did_you_mean
from config.yamlfile import KeyPath

Problem = tuple[KeyPath, str, str]


def problems(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """What is wrong, each with its path; unknown keys and words with the nearest known one."""
    return [_problem(detail, model) for detail in error.errors(include_url=False)]


def _problem(detail: ErrorDetails, model: type[BaseModel]) -> Problem:
    path = tuple(detail["loc"])
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            return path, "is not a known setting", did_you_mean(str(path[-1]), _keys(model, path[:-1]))
        case "missing":
            return path, "is missing", "write it down"
        case "literal_error":
            known = str(context["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
            given = str(detail["input"])
            return path, f"'{given}' is not a known word", did_you_mean(given, known)
        case "string_type":
            return path, "should be text", "put it in quotes"
        case "value_error":
            problem, _, remedy = str(context["error"]).partition("; ")
            return path, problem, remedy
        case "model_type" | "dict_type":
            return path, "should be a mapping of keys to values", "indent its keys below it"
        case _:
            text = detail["msg"].removeprefix("Input ").removeprefix("Value ")
            return path, f"{text[:1].lower()}{text[1:]}", ""


def _keys(model: type[BaseModel], path: KeyPath) -> set[str]:
    """The keys known at a path of a model."""
    here: Any = model
    for part in path:
        here = _below(here, part)
    found = _model_in(here)
    if found is None:
        return set()
    return {field.alias or name for name, field in found.model_fields.items()}


def _below(annotation: Any, part: str | int) -> Any:
    model = _model_in(annotation)
    if model is not None:
        by_key = {field.alias or name: field for name, field in model.model_fields.items()}
        return by_key[str(part)].annotation if str(part) in by_key else None
    arguments = [one for one in get_args(_plain(annotation)) if one is not Ellipsis]
    return arguments[-1] if arguments else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    plain = _plain(annotation)
    if get_origin(plain) in {Union, UnionType}:
        return next((found for one in get_args(plain) if (found := _model_in(one))), None)
    return plain if isinstance(plain, type) and issubclass(plain, BaseModel) else None


def _plain(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation
