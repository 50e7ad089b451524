"""Notes that people leave: a list, a form, and a service that other entities call.

A handler is one transaction: what it returns keeps what it wrote, what it raises leaves nothing of it. Nothing may be kept in
variables between calls: each call has a sandbox of its own.
"""

import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.service import Request as Call
from wit_world.exports.web import Content_Page, Content_Redirect, Page, Request, Response
from wit_world.imports import kv
from wit_world.imports.types import (
    Answer, Context, Failure_Invalid, Failure_NotFound, FieldError, Method,
)

from markup import Markup, error_summary, join, markup, text_area

MOST_LETTERS = 500
MOST_PER_PAGE = 100


class Web(exports.Web):
    def handle(self, context: Context, request: Request) -> Response:
        looks = request.method in (Method.GET, Method.HEAD)
        if looks and request.route == "/":
            return page("Notas", note_list())
        if looks and request.route == "/new":
            return page("Nueva nota", form("", []))
        if request.method == Method.POST and request.route == "/new":
            return write(context, request)
        raise Err(Failure_NotFound(f"nothing at {request.path}"))


class Service(exports.Service):
    def handle(self, context: Context, request: Call) -> Answer:
        if request.method == Method.GET and request.path == "/notes":
            return answer(200, {"items": newest(limit_of(request))})
        if request.method == Method.POST and request.path == "/notes":
            note = {"text": parse(request.body).get("text")}
            if errors := judge(note, "must be given", "must be shorter"):
                raise Err(Failure_Invalid(errors))
            keep(context, note)
            return answer(201, note)
        raise Err(Failure_NotFound(f"nothing at {request.path}"))


def note_list() -> Markup:
    notes = newest(MOST_PER_PAGE)
    none = markup("<p>Todavía no hay notas.</p>") if not notes else ""
    items = join(markup("<li>{}</li>", note["text"]) for note in notes)
    return markup('<h1>Notas</h1>{}<ul>{}</ul><p><a href="/new">Escribir una nota</a></p>', none, items)


def form(text: str, errors: list[FieldError]) -> Markup:
    field = text_area("text", "Su nota", hint="Todos la podrán leer", value=text, errors=errors)
    button = markup('<button class="button">Guardar</button>')
    return markup('<h1>Nueva nota</h1>{}<form method="post">{}{}</form>', error_summary(errors), field, button)


def write(context: Context, request: Request) -> Response:
    note = {"text": next((field.value for field in request.form if field.name == "text"), "")}
    errors = judge(note, "Complete «Su nota»", f"Escriba como máximo {MOST_LETTERS} letras")
    if errors:
        # With this status nothing is kept, and the form may be sent again.
        return page("Nueva nota", form(note["text"], errors), status=422)
    keep(context, note)
    return Response(303, [], Content_Redirect("/"))


def judge(note: dict, required: str, too_long: str) -> list[FieldError]:
    text = note["text"]
    if not isinstance(text, str) or not text.strip():
        return [FieldError("text", "required", required)]
    return [FieldError("text", "length", too_long)] if len(text) > MOST_LETTERS else []


def keep(context: Context, note: dict) -> None:
    # The time in digits of one length, so that the order of the keys is the order of the notes.
    kv.put(f"n/{context.now:015}/{context.request_id}".encode(), json.dumps(note).encode())


def newest(limit: int) -> list[dict]:
    found = kv.scan(kv.Range(b"n/", b"n0", kv.Order.DESCENDING, limit))
    return [json.loads(entry.value) for entry in found]


def limit_of(request: Call) -> int:
    text = next((field.value for field in request.query if field.name == "limit"), "20")
    limit = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
    if not 1 <= limit <= MOST_PER_PAGE:
        message = f"must be a number from 1 to {MOST_PER_PAGE}"
        raise Err(Failure_Invalid([FieldError("limit", "range", message)]))
    return limit


def parse(body: bytes) -> dict:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if isinstance(said, dict):
        return said
    raise Err(Failure_Invalid([FieldError("body", "format", "must be a JSON object")]))


def page(title: str, content: Markup, status: int = 200) -> Response:
    return Response(status, [], Content_Page(Page(title, str(content))))


def answer(status: int, value: dict) -> Answer:
    return Answer(status, [], "application/json", json.dumps(value).encode())
