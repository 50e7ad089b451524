// Notes that people leave: a list, a form, and a service that other entities call.
//
// A handler is one transaction: what it returns keeps what it wrote, what it throws leaves nothing of it. Nothing may be
// kept in variables between calls: each call has a sandbox of its own.

import * as kv from "chakana:plugin/kv@0.1.0";
import { errorSummary, html, textArea } from "./html.js";
import { fromUtf8, toUtf8 } from "./utf8.js";

const MOST_LETTERS = 500;
const MOST_PER_PAGE = 100;

export const web = {
  handle(context, request) {
    switch (`${request.method} ${request.route}`) {
      case "get /":
      case "head /": return page("Notas", list());
      case "get /new":
      case "head /new": return page("Nueva nota", form("", []));
      case "post /new": return write(context, request);
      default: throw { tag: "not-found", val: `nothing at ${request.path}` };
    }
  },
};

export const service = {
  handle(context, request) {
    switch (`${request.method} ${request.path}`) {
      case "get /notes": return json(200, { items: newest(limitOf(request)) });
      case "post /notes": {
        const note = { text: parse(request.body).text };
        const errors = judge(note, "must be given", "must be shorter");
        if (errors.length > 0) throw { tag: "invalid", val: errors };
        keep(context, note);
        return json(201, note);
      }
      default: throw { tag: "not-found", val: `nothing at ${request.path}` };
    }
  },
};

function list() {
  const notes = newest(MOST_PER_PAGE);
  return html`<h1>Notas</h1>
    ${notes.length === 0 ? html`<p>Todavía no hay notas.</p>` : ""}
    <ul>${notes.map((note) => html`<li>${note.text}</li>`)}</ul>
    <p><a href="/new">Escribir una nota</a></p>`;
}

function form(text, errors) {
  return html`<h1>Nueva nota</h1>${errorSummary(errors)}
    <form method="post">
      ${textArea({ name: "text", label: "Su nota", hint: "Todos la podrán leer", value: text, errors })}
      <button class="button">Guardar</button>
    </form>`;
}

function write(context, request) {
  const note = { text: request.form.find((field) => field.name === "text")?.value ?? "" };
  const errors = judge(note, "Complete «Su nota»", `Escriba como máximo ${MOST_LETTERS} letras`);
  // With this status nothing is kept, and the form may be sent again.
  if (errors.length > 0) return page("Nueva nota", form(note.text, errors), 422);
  keep(context, note);
  return { status: 303, headers: [], content: { tag: "redirect", val: "/" } };
}

function judge({ text }, required, tooLong) {
  const error = (code, message) => [{ field: "text", code, message }];
  if (typeof text !== "string" || text.trim() === "") return error("required", required);
  return [...text].length > MOST_LETTERS ? error("length", tooLong) : [];
}

// `n/TIME/REQUEST`, the time in digits of one length, so that the order of the keys is the order of the notes.
function keep(context, note) {
  const time = String(context.now).padStart(15, "0");
  kv.put(toUtf8(`n/${time}/${context.requestId}`), toUtf8(JSON.stringify(note)));
}

function newest(limit) {
  const range = { start: toUtf8("n/"), end: toUtf8("n0"), order: "descending", limit };
  return kv.scan(range).map((entry) => JSON.parse(fromUtf8(entry.value)));
}

function limitOf(request) {
  const text = request.query.find((field) => field.name === "limit")?.value ?? "20";
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST_PER_PAGE) return limit;
  throw { tag: "invalid", val: [{ field: "limit", code: "range", message: `must be a number from 1 to ${MOST_PER_PAGE}` }] };
}

function parse(body) {
  try {
    const said = JSON.parse(fromUtf8(body));
    if (said !== null && typeof said === "object") return said;
  } catch {
    // Said below, as of whatever else is no object.
  }
  throw { tag: "invalid", val: [{ field: "body", code: "format", message: "must be a JSON object" }] };
}

function page(title, content, status = 200) {
  return { status, headers: [], content: { tag: "page", val: { title, html: String(content) } } };
}

function json(status, value) {
  return { status, headers: [], contentType: "application/json", body: toUtf8(JSON.stringify(value)) };
}
