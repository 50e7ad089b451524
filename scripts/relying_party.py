#!/usr/bin/env python3
"""A relying party that is not ours, on http://127.0.0.1:4005: somebody signs in at the provider, and what comes of it is judged.

Authlib makes the requests and reads the answers, joserfc checks the ID tokens. Somebody else leads the browser: to `/start`, where consent
is to be refused once and then given; through `/end`, where she signs out; and to `/done`, where this program says what it found.
"""
import argparse
import secrets
import socket
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

HERE = "http://127.0.0.1:4005"
CLIENT, SCOPE = "banco", "openid profile offline_access"
# Another, which asks for ID tokens that are signed by RSA.
RSA_CLIENT, RSA_SCOPE = "biblioteca", "openid profile"
failures = []
resolve = socket.getaddrinfo


def demand(what, holds, found=""):
    print(f"{'ok   ' if holds else 'FAIL '} {what}" + ("" if holds else f": {found!s:.600}"), flush=True)
    if not holds:
        failures.append(what)


def resolve_localhost(host, *rest, **named):
    """RFC 6761 §6.3: names below localhost are this machine. Browsers know; Debian's resolver does not."""
    return resolve("127.0.0.1" if isinstance(host, str) and host.endswith(".localhost") else host, *rest, **named)


class RelyingParty:
    """What is remembered between the browser's visits."""

    def __init__(self, issuer, trust):
        self.trust, self.issuer = trust, issuer
        answer = requests.get(get_well_known_url(issuer, external=True), verify=trust, timeout=20)
        self.provider = OpenIDProviderMetadata(answer.json())
        wrong = list(self.wrong_metadata())
        demand("discovery: the provider's metadata are valid", not wrong and self.provider.issuer == issuer, wrong)
        keys = requests.get(self.provider.jwks_uri, verify=trust, timeout=20).json()
        demand("the keys are public", all(not {"d", "p", "q", "k"} & set(key) for key in keys["keys"]), keys)
        self.keys = KeySet.import_key_set(keys)
        self.answers = [self.refused, self.wrong_verifier, self.right, self.by_rsa]
        self.client, self.scope, self.algorithm = CLIENT, SCOPE, "ES256"
        self.id_token = self.subject = None

    def wrong_metadata(self):
        for key in self.provider.REGISTRY_KEYS:
            try:
                getattr(self.provider, f"validate_{key}")()
            except ValueError as error:
                yield f"{key}: {error}"

    def session(self, **more):
        session = OAuth2Session(self.client, redirect_uri=f"{HERE}/back", scope=self.scope, code_challenge_method="S256",
                                token_endpoint_auth_method="none", **more)
        session.verify, session.trust_env = self.trust, False
        return session

    def start(self):
        self.verifier, self.nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        # Whoever asks for access when nobody is there asks for consent (OpenID Connect Core 1.0 §11).
        url, self.state = self.session().create_authorization_url(
            self.provider.authorization_endpoint, code_verifier=self.verifier, nonce=self.nonce, ui_locales="en")
        return url

    def back(self, url):
        """The browser came back. Gives where it goes on, or what it is shown."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        demand("the answer names its issuer (RFC 9207)", query.get("iss") == self.issuer, query)
        demand("the answer has the state that was sent", query.get("state") == self.state, query)
        if not self.answers:
            return None, "Nothing more is to be tried."
        return self.answers.pop(0)(url, query)

    def refused(self, _, query):
        demand("who refuses consent is known to have refused", query.get("error") == "access_denied" and "code" not in query, query)
        return None, "Consent was refused."

    def exchange(self, url, verifier):
        return self.session(state=self.state).fetch_token(
            self.provider.token_endpoint, authorization_response=url, code_verifier=verifier, state=self.state)

    def wrong_verifier(self, url, _):
        self.is_refused("a code with another verifier is refused", lambda: self.exchange(url, secrets.token_urlsafe(48)))
        return self.start(), None

    def is_refused(self, what, call, error="invalid_grant"):
        try:
            demand(what, False, call())
        except OAuthError as refusal:
            demand(what, refusal.error == error, refusal)

    def right(self, url, _):
        token = self.exchange(url, self.verifier)
        self.id_token = token["id_token"]
        claims = self.checked("the ID token", token)
        told = self.userinfo(token["access_token"])
        demand("userinfo is of the same subject, and tells the name", told.ok and told.json()["sub"] == claims["sub"] and
               told.json().get("name") == "Juana Quispe", told.text)
        demand("userinfo tells no more than consent was given for", "email" not in told.json() and "birthdate" not in told.json(), told.text)
        demand("userinfo without a token is refused", self.userinfo(None).status_code == 401)
        demand("userinfo with another token is refused", self.userinfo("x" * 43).status_code == 401)

        session = self.session(token=token)
        newer = session.refresh_token(self.provider.token_endpoint, refresh_token=token["refresh_token"])
        demand("a refresh token is exchanged for a new one", newer["refresh_token"] != token["refresh_token"], newer)
        again = self.checked("the refreshed ID token", newer, nonce_is_needed=False)
        demand("the refreshed ID token is of the same sign-in",
               [again[name] for name in ("sub", "auth_time", "sid")] == [claims[name] for name in ("sub", "auth_time", "sid")], again)
        demand("the new access token is good", self.userinfo(newer["access_token"]).ok)

        self.is_refused("a code that was used is refused", lambda: self.exchange(url, self.verifier))
        demand("and what came of it is over", self.userinfo(newer["access_token"]).status_code == 401)
        self.is_refused("so is its refresh token", lambda: self.session(token=newer).refresh_token(
            self.provider.token_endpoint, refresh_token=newer["refresh_token"]))
        self.client, self.scope, self.algorithm, self.subject = RSA_CLIENT, RSA_SCOPE, "RS256", claims["sub"]
        return self.start(), None

    def by_rsa(self, url, _):
        claims = self.checked("the ID token that RSA signed", self.exchange(url, self.verifier))
        demand("another entity knows her by another subject", claims["sub"] != self.subject, claims)
        return None, "Signed in."

    def userinfo(self, token):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(self.provider["userinfo_endpoint"], headers=headers, verify=self.trust, timeout=20)

    def checked(self, what, token, nonce_is_needed=True):
        """An ID token, judged by joserfc against the provider's keys and by Authlib against what was asked."""
        signed = jwt.decode(token["id_token"], self.keys, algorithms=[self.algorithm])
        params = {"client_id": self.client, "access_token": token["access_token"]} | ({"nonce": self.nonce} if nonce_is_needed else {})
        options = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client},
                   "auth_time": {"essential": True}, "acr": {"essential": True, "values": ["low", "substantial", "high"]},
                   "at_hash": {"essential": True}}
        claims = CodeIDToken(signed.claims, signed.header, options=options, params=params)
        try:
            claims.validate(leeway=5)
            demand(f"{what} is good", True)
        except JoseError as error:
            demand(f"{what} is good", False, error)
        head, body, signature = token["id_token"].split(".")
        try:
            jwt.decode(f"{head}.{body}.{signature[::-1]}", self.keys, algorithms=[self.algorithm])
            demand(f"{what} with another signature is refused", False)
        except JoseError:
            demand(f"{what} with another signature is refused", True)
        return claims

    def end(self):
        self.state = secrets.token_urlsafe(16)
        query = {"id_token_hint": self.id_token, "client_id": CLIENT, "post_logout_redirect_uri": f"{HERE}/", "state": self.state}
        return f"{self.provider['end_session_endpoint']}?{urlencode(query)}"

    def goodbye(self, url):
        state = parse_qs(urlsplit(url).query).get("state")
        demand("after signing out she comes back with the state", state == [self.state], url)
        return "Goodbye."


class Web(BaseHTTPRequestHandler):
    """What the browser visits."""

    party, is_done = None, False

    def do_GET(self):
        path = urlsplit(self.path).path
        to, said = None, None
        try:
            if path == "/start":
                to = Web.party.start()
            elif path == "/back":
                to, said = Web.party.back(HERE + self.path)
            elif path == "/end":
                to = Web.party.end()
            elif path == "/":
                said = Web.party.goodbye(HERE + self.path)
            elif path == "/done":
                Web.is_done, said = True, "Done."
        except Exception as error:  # noqa: BLE001 -- whatever it is, the browser waits for an answer and the checks are to fail
            demand(f"{path} is answered", False, repr(error))
            said = "It failed."
        payload = f"<!DOCTYPE html><title>Banco</title><p>{said}".encode() if said else b""
        self.send_response(303 if to else 200 if said else 404)
        if to:
            self.send_header("location", to)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issuer", required=True)
    parser.add_argument("--trust", required=True, help="the root of the issuer's certificate")
    arguments = parser.parse_args()
    socket.getaddrinfo = resolve_localhost
    Web.party = RelyingParty(arguments.issuer, arguments.trust)
    with HTTPServer(("127.0.0.1", 4005), Web) as server:
        print("ready", flush=True)
        while not Web.is_done:
            server.handle_request()
    demand("everything was tried", not Web.party.answers, Web.party.answers)
    if failures:
        sys.exit(f"relying_party: {len(failures)} of what was demanded does not hold")


if __name__ == "__main__":
    main()
