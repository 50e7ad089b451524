"""The plugin as plain Python, against a host in memory."""

import json
import unittest

from componentize_py_types import Err
from wit_world.exports import service, web
from wit_world.imports.types import Context, Field, Method, Principal_Anonymous

from app import Service, Web
from tests import memory


class Notes(unittest.TestCase):
    def setUp(self):
        memory.begin()
        self.calls = 0

    def context(self):
        self.calls += 1
        return Context(f"request-{self.calls}", 0, Principal_Anonymous(), "es", 1_800_000_000_000 + self.calls, None)

    def visit(self, method, path, form=()):
        fields = [Field(name, value) for name, value in form]
        return Web().handle(self.context(), web.Request(method, path, path, [], [], [], fields, [], "", b""))

    def call(self, method, path, value=None):
        body = json.dumps(value).encode()
        request = service.Request("notes", method, path, [], [], "application/json", body, None)
        return json.loads(Service().handle(self.context(), request).body)

    def test_a_note_that_was_written_is_listed_and_none_of_it_is_markup(self):
        self.assertEqual(self.visit(Method.POST, "/new", [("text", "<hola>")]).content.value, "/")
        self.assertIn("<li>&lt;hola&gt;</li>", self.visit(Method.GET, "/").content.value.html)

    def test_an_empty_note_is_refused_at_its_field_and_not_kept(self):
        shown = self.visit(Method.POST, "/new", [("text", " ")])
        self.assertEqual(shown.status, 422)
        self.assertIn('aria-describedby="field-text_hint field-text_error" aria-invalid="true"', shown.content.value.html)
        self.assertIn("Todavía no hay notas", self.visit(Method.GET, "/").content.value.html)

    def test_other_entities_write_and_read_notes_the_newest_first(self):
        self.assertEqual(self.call(Method.POST, "/notes", {"text": "¡hola!"}), {"text": "¡hola!"})
        self.call(Method.POST, "/notes", {"text": "otra"})
        self.assertEqual(self.call(Method.GET, "/notes"), {"items": [{"text": "otra"}, {"text": "¡hola!"}]})

    def test_a_service_refuses_what_is_no_note_and_says_why(self):
        for value, code in [({"text": ""}, "required"), ({"text": "a" * 501}, "length"), (7, "format")]:
            with self.assertRaises(Err) as refused:
                self.call(Method.POST, "/notes", value)
            self.assertEqual(refused.exception.value.value[0].code, code)
