"""Templates whose values are escaped, and the pieces of a form: their classes are those of the shared stylesheet."""

from collections.abc import Iterable
from html import escape


class Markup:
    """A piece of a page. Only what `markup` made is not escaped."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


def markup(template: str, *values: object) -> Markup:
    """A template whose `{}` stand for values: `markup("<p>{}</p>", text)`."""
    shown = (value if isinstance(value, Markup) else escape(str(value)) for value in values)
    return Markup(template.format(*shown))


def join(pieces: Iterable[Markup]) -> Markup:
    return Markup("".join(str(piece) for piece in pieces))


def error_summary(errors: list) -> Markup:
    """All that is wrong with a form, at its head; each line leads to its field."""
    if not errors:
        return Markup("")
    lines = join(markup('<li><a href="#field-{}">{}</a></li>', error.field, error.message) for error in errors)
    return markup(
        '<div id="error-summary" class="error-summary" role="alert" tabindex="-1"'
        ' aria-labelledby="error-summary_title"><h2 id="error-summary_title">Hay un problema</h2>'
        "<ul>{}</ul></div>",
        lines,
    )


def text_area(name: str, label: str, *, hint: str, value: str, errors: list) -> Markup:
    """A field for lines of text, with its hint and what is wrong with it."""
    error = next((error.message for error in errors if error.field == name), None)
    described, invalid, said, wrong = f"field-{name}_hint", Markup(""), Markup(""), "field"
    if error is not None:
        described, invalid, wrong = f"{described} field-{name}_error", markup(' aria-invalid="true"'), "field field-wrong"
        template = '<p class="error" id="field-{}_error"><span class="unseen">Error: </span>{}</p>'
        said = markup(template, name, error)
    return markup(
        '<div class="{}"><label for="field-{}">{}</label><p class="hint" id="field-{}_hint">{}</p>{}'
        '<textarea id="field-{}" name="{}" rows="5" aria-describedby="{}"{}>\n{}</textarea></div>',
        wrong, name, label, name, hint, said, name, name, described, invalid, value,
    )
