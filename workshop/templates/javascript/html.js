// Templates whose values are escaped, and the pieces of a form: their classes are those of the shared stylesheet.

class Markup {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/** A piece of a page: html`<p>${text}</p>`. Only what this function made is not escaped. */
export function html(pieces, ...values) {
  return new Markup(pieces.reduce((text, piece, at) => text + shown(values[at - 1]) + piece));
}

function shown(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(shown).join("");
  return String(value ?? "").replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** All that is wrong with a form, at its head; each line leads to its field. */
export function errorSummary(errors) {
  if (errors.length === 0) return "";
  return html`<div id="error-summary" class="error-summary" role="alert" tabindex="-1" aria-labelledby="error-summary_title">
    <h2 id="error-summary_title">Hay un problema</h2>
    <ul>${errors.map(({ field, message }) => html`<li><a href="#field-${field}">${message}</a></li>`)}</ul></div>`;
}

/** A field for lines of text, with its hint and what is wrong with it. */
export function textArea({ name, label, hint, value, errors }) {
  const error = errors.find((error) => error.field === name);
  const described = [hint && `field-${name}_hint`, error && `field-${name}_error`].filter(Boolean).join(" ");
  return html`<div class="${error ? "field field-wrong" : "field"}">
    <label for="field-${name}">${label}</label>
    ${hint ? html`<p class="hint" id="field-${name}_hint">${hint}</p>` : ""}
    ${error ? html`<p class="error" id="field-${name}_error"><span class="unseen">Error: </span>${error.message}</p>` : ""}
    <textarea id="field-${name}" name="${name}" rows="5" aria-describedby="${described}" ${error ? html`aria-invalid="true"` : ""}>
${value}</textarea></div>`;
}
