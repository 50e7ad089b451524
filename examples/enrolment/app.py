"""A form with several fields, each judged by a rule of its own; all that is wrong is said at once."""

import json
import re
from dataclasses import asdict, dataclass

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.web import Content_Page, Content_Redirect, Page, Request, Response
from wit_world.imports import kv
from wit_world.imports.types import Context, Failure_NotFound, FieldError, Method

from markup import Markup, error_summary, join, markup

COURSES = {"bread": "Panadería", "books": "Encuadernación", "bikes": "Mecánica de bicicletas"}
AGES = range(16, 100)


@dataclass
class Enrolment:
    name: str
    email: str
    age: str
    course: str


class Web(exports.Web):
    def handle(self, context: Context, request: Request) -> Response:
        looks = request.method in (Method.GET, Method.HEAD)
        if looks and request.route == "/":
            return page("Inscripción", form(Enrolment("", "", "", ""), []))
        if request.method == Method.POST and request.route == "/":
            return enrol(context, request)
        if looks:
            return enrolled(next(field.value for field in request.params if field.name == "request"))
        raise Err(Failure_NotFound(f"nothing at {request.path}"))


def enrol(context: Context, request: Request) -> Response:
    sent = {field.name: " ".join(field.value.split()) for field in request.form}
    said = Enrolment(*(sent.get(name, "") for name in ("name", "email", "age", "course")))
    if errors := judge(said):
        # With this status nothing is kept, and the form may be sent again.
        return page("Error: Inscripción", form(said, errors), status=422)
    kv.put(f"e/{context.request_id}".encode(), json.dumps(asdict(said)).encode())
    return Response(303, [], Content_Redirect(f"/enrolled/{context.request_id}"))


def judge(said: Enrolment) -> list[FieldError]:
    rules = [
        ("name", 1 <= len(said.name) <= 100, "length", "Escriba su nombre, con 100 letras como máximo"),
        ("email", re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", said.email), "format", "Escriba un correo como ana@ejemplo.bo"),
        ("age", said.age.isascii() and said.age.isdigit() and int(said.age[:4]) in AGES, "range",
         f"Escriba su edad en años, de {AGES[0]} a {AGES[-1]}"),
        ("course", said.course in COURSES, "unknown", "Elija un curso"),
    ]
    return [FieldError(field, code, message) for field, holds, code, message in rules if not holds]


def enrolled(request_id: str) -> Response:
    kept = kv.get(f"e/{request_id}".encode())
    if kept is None:
        raise Err(Failure_NotFound("no such enrolment"))
    said = Enrolment(**json.loads(kept))
    return page("Inscrito", markup(
        '<div class="confirmation"><h1>Inscrito</h1><p>{}, lo esperamos en {}.</p></div>', said.name, COURSES[said.course],
    ))


def form(said: Enrolment, errors: list[FieldError]) -> Markup:
    return markup(
        '<h1>Inscripción</h1>{}<form method="post">{}{}{}{}<button class="button">Inscribirse</button></form>',
        error_summary(errors),
        text("name", "Su nombre", said.name, "name", errors),
        text("email", "Su correo", said.email, "email", errors),
        text("age", "Su edad", said.age, "off", errors),
        choices("course", "Curso", said.course, errors),
    )


def text(name: str, label: str, value: str, fills: str, errors: list[FieldError]) -> Markup:
    control = markup('<input id="field-{}" name="{}" value="{}" autocomplete="{}"{}>', name, name, value, fills,
                     described(name, errors))
    return around(name, label, control, errors)


def choices(name: str, label: str, value: str, errors: list[FieldError]) -> Markup:
    options = join(markup('<option value="{}"{}>{}</option>', code, Markup(" selected" if code == value else ""), said)
                   for code, said in {"": "Elija uno", **COURSES}.items())
    control = markup('<select id="field-{}" name="{}"{}>{}</select>', name, name, described(name, errors), options)
    return around(name, label, control, errors)


def around(name: str, label: str, control: Markup, errors: list[FieldError]) -> Markup:
    said, wrong = Markup(""), "field"
    for error in errors:
        if error.field == name:
            template = '<p class="error" id="field-{}_error"><span class="unseen">Error: </span>{}</p>'
            said, wrong = markup(template, name, error.message), "field field-wrong"
    return markup('<div class="{}"><label for="field-{}">{}</label>{}{}</div>', wrong, name, label, said, control)


def described(name: str, errors: list[FieldError]) -> Markup:
    if all(error.field != name for error in errors):
        return Markup("")
    return markup(' aria-describedby="field-{}_error" aria-invalid="true"', name)


def page(title: str, content: Markup, status: int = 200) -> Response:
    return Response(status, [], Content_Page(Page(title, str(content))))
