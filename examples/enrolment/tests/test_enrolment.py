"""The form as plain Python."""

import unittest

from componentize_py_types import Err
from wit_world.exports import web
from wit_world.imports import kv
from wit_world.imports.types import Context, Field, Method, Principal_Anonymous

from app import Web

RIGHT = {"name": "Ana <b>", "email": "ana@ejemplo.bo", "age": "16", "course": "bread"}


class Enrolment(unittest.TestCase):
    def setUp(self):
        rows = {}
        kv.get, kv.put = rows.get, rows.__setitem__

    def visit(self, method, path, form=None, route=None, params=()):
        fields = [Field(name, value) for name, value in (form or {}).items()]
        context = Context("request-1", 0, Principal_Anonymous(), "es", 1_800_000_000_000, None)
        request = web.Request(method, path, route or path, list(params), [], [], fields, [], "", b"")
        return Web().handle(context, request)

    def shown(self, request_id):
        params = [Field("request", request_id)]
        return self.visit(Method.GET, f"/enrolled/{request_id}", route="/enrolled/{request}", params=params)

    def test_who_fills_in_all_fields_is_enrolled(self):
        self.assertEqual(self.visit(Method.POST, "/", RIGHT).content.value, "/enrolled/request-1")
        self.assertIn("Ana &lt;b&gt;, lo esperamos en Panadería", self.shown("request-1").content.value.html)

    def test_each_wrong_field_is_named_and_what_was_filled_in_stays(self):
        for field, value in [("name", " "), ("email", "ana"), ("age", "15"), ("age", "x"), ("age", "100"), ("course", "x")]:
            answer = self.visit(Method.POST, "/", {**RIGHT, field: value})
            self.assertEqual(answer.status, 422, (field, value))
            html = answer.content.value.html
            self.assertEqual(html.count('aria-invalid="true"'), 1, (field, value))
            self.assertIn(f'href="#field-{field}"', html)
            self.assertIn('value="ana@ejemplo.bo"' if field != "email" else 'value="ana"', html)

    def test_all_that_is_wrong_is_said_at_once_and_nothing_is_kept(self):
        self.assertEqual(self.visit(Method.POST, "/").content.value.html.count('aria-invalid="true"'), 4)
        with self.assertRaises(Err):
            self.shown("request-1")
