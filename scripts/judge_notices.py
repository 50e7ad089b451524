#!/usr/bin/env python3
"""Receives notices with software that is not ours, and demands that they say what was said, once, and nothing else.

aiosmtpd takes the e-mail over STARTTLS with a password, and Python's own e-mail package reads it; the library of Standard
Webhooks checks the calls; gsm0338 says whether an SMS is one.
"""
import argparse
import email
import email.policy
import json
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import gsm0338  # noqa: F401 -- registers the codec
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from standardwebhooks import Webhook, WebhookVerificationError

SITE, PASSWORD, TOKEN = "https://servicios.example.bo", "contraseña-1", "ficha-1"
LONG = "El trámite que usted presentó está observado: falta la fotocopia de su cédula. " * 30
SAYINGS = [
    {"id": "plain", "subject": "Tiene una deuda de Bs 1.234,50", "text": "Señora Ñusta:\n\nPáguela, por favor.\n.\nGracias.",
     "language": "es", "link": "/pagos/7?a=b&c=d"},
    {"id": "english", "subject": "Your procedure has moved on", "text": "Come to the office.", "language": "en"},
    {"id": "long", "subject": LONG.strip(), "text": LONG.strip(), "language": "es", "link": "/tramites/1"},
    {"id": "harm", "subject": "Hola\r\nBcc: otro@example.bo\r\n\r\nX", "text": "<script>alert('x')</script> & \"{to}\" {text}\r\n.\r\nRSET",
     "language": "es"},
    {"id": "guarani", "subject": "Avañe’ẽ ⚖ " * 12, "text": "Mba’éichapa", "language": "gn"},
]
failures = []


def demand(what, holds, seen=""):
    print(f"{'ok  ' if holds else 'FAIL'} {what}{'' if holds else f': {seen!r}'}")
    if not holds:
        failures.append(what)


def one_line(text):
    return " ".join(text.split())


class Mailbox:
    """Takes every e-mail, but the first only when it comes for the second time."""

    def __init__(self):
        self.mails, self.turned_away, self.over_tls = [], [], []

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if not self.turned_away:
            self.turned_away.append(message)
            return "451 later"
        self.over_tls.append(session.ssl is not None)
        self.mails.append((envelope, message))
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"avisos", PASSWORD.encode())
    return AuthResult(success=known, handled=known)


class Web(BaseHTTPRequestHandler):
    """The SMS service and the citizen's program."""

    sms, calls = [], []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        said = json.loads(body)
        answer = {}
        if self.path == "/sms":
            Web.sms.append((dict(self.headers), said))
        else:
            Web.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
            answer = {"challenge": said["challenge"]} if said["type"] == "webhook.challenge" else {}
        payload = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def certificate(folder):
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE",
            "-keyout", folder / "mail.key", "-out", folder / "mail.pem"]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "mail.pem", folder / "mail.key")
    return context


def tell(arguments, folder, smtp_port, web_port):
    (folder / "password").write_text(PASSWORD + "\n")
    (folder / "token").write_text(TOKEN + "\n")
    (folder / "sayings.json").write_text(json.dumps(SAYINGS))
    (folder / "settings.toml").write_text(f"""
site = "{SITE}"
smtp = {{ host = "localhost", port = {smtp_port}, security = "starttls", user = "avisos", password_file = "{folder}/password",
    from = "Servicios del Estado Ñ <avisos@example.bo>", certificates = "{folder}/mail.pem" }}
sms = {{ url = "http://127.0.0.1:{web_port}/sms", token_file = "{folder}/token" }}
webhooks = {{ reach = "loopback" }}
""")
    program = [arguments.tell, folder / "settings.toml", folder / "sayings.json", folder, f"http://127.0.0.1:{web_port}/hook"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        sys.exit(f"judge_notices: {done.stderr}")
    return json.loads(done.stdout), done.stdout + done.stderr


def judge_mail(mailbox):
    demand("each notice came by e-mail, over TLS", len(mailbox.mails) == len(SAYINGS) and all(mailbox.over_tls), len(mailbox.mails))
    by_subject = {message["subject"]: (envelope, message) for envelope, message in mailbox.mails}
    first = mailbox.turned_away[0]
    again = by_subject.get(first["subject"], (None, {}))[1]
    demand("what was turned away came again with the same Message-ID", again.get("message-id") == first["message-id"])
    for saying in SAYINGS:
        envelope, message = by_subject.get(one_line(saying["subject"]), (None, None))
        demand(f"{saying['id']}: the subject is what was said", message is not None, list(by_subject))
        if message is None:
            continue
        once = ["from", "to", "subject", "date", "message-id", "auto-submitted", "content-language", "mime-version"]
        demand(f"{saying['id']}: every header once, and none too many",
               all(len(message.get_all(name, [])) == 1 for name in once) and len(message.keys()) == len(once) + 1, message.keys())
        demand(f"{saying['id']}: to the citizen alone", envelope.rcpt_tos == ["ana@correo.example"], envelope.rcpt_tos)
        demand(f"{saying['id']}: nothing wrong with its form", not message.defects and
               not any(header.defects for header in message.values()), message.defects)
        plain = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
        page = message.get_body(("html",)).get_content()
        demand(f"{saying['id']}: the text is what was said", plain.startswith(saying["text"].replace("\r\n", "\n")), plain)
        link = SITE + saying["link"] if "link" in saying else None
        demand(f"{saying['id']}: the link is there", link is None or link in plain and link.replace("&", "&amp;") in page, plain)
        demand(f"{saying['id']}: no script", "<script" not in page)
        demand(f"{saying['id']}: no line of the wire is too long", all(len(line) <= 998 for line in envelope.content.split(b"\r\n")))


def judge_sms():
    demand("each notice came by SMS, with the token", len(Web.sms) == len(SAYINGS) and
           all(headers.get("authorization") == f"Bearer {TOKEN}" for headers, _ in Web.sms), Web.sms)
    for _, said in Web.sms:
        text = said["text"]
        try:
            fits = len(text.encode("gsm03.38")) <= 160
        except UnicodeEncodeError:
            fits = len(text.encode("utf-16-be")) <= 140
        demand("an SMS is one", fits and said["to"] == "+59171234567", text)
    texts = [said["text"] for _, said in Web.sms]
    demand("a long SMS is cut before its link", any(text.endswith(f"... {SITE}/tramites/1") for text in texts), texts)


def judge_webhooks(secret):
    notices = [call for call in Web.calls if json.loads(call[1])["type"] == "notice"]
    demand("each notice was called out", len(notices) == len(SAYINGS) and len(Web.calls) == len(SAYINGS) + 1, len(Web.calls))
    for headers, body in Web.calls:
        try:
            Webhook(secret).verify(body, headers)
            demand("a call is signed as Standard Webhooks has it", True)
        except WebhookVerificationError as error:
            demand("a call is signed as Standard Webhooks has it", False, error)
        try:
            Webhook(secret).verify(body + b" ", headers)
            demand("a changed call is refused", False)
        except WebhookVerificationError:
            demand("a changed call is refused", True)
    subjects = sorted(json.loads(body)["data"]["subject"] for _, body in notices)
    demand("the calls say what was said", subjects == sorted(one_line(saying["subject"]) for saying in SAYINGS), subjects)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tell", required=True, help="the example `tell` of the crate notices")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mailbox = Mailbox()
        web = ThreadingHTTPServer(("127.0.0.1", 0), Web)
        threading.Thread(target=web.serve_forever, daemon=True).start()
        smtp = Controller(mailbox, hostname="127.0.0.1", port=free_port(), tls_context=certificate(folder), require_starttls=True,
                          authenticator=authenticate, auth_required=True)
        smtp.start()
        try:
            told, output = tell(arguments, folder, smtp.port, web.server_address[1])
        finally:
            smtp.stop()
            web.shutdown()
    judge_mail(mailbox)
    judge_sms()
    judge_webhooks(told["secret"])
    demand("everything is kept as sent", all("Sent" in way for notice in told["notices"] for way in notice["deliveries"]), told)
    demand("neither password nor token is shown", PASSWORD not in output and TOKEN not in output)
    if failures:
        sys.exit(f"judge_notices: {len(failures)} of what was demanded does not hold")


if __name__ == "__main__":
    main()
