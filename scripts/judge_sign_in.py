#!/usr/bin/env python3
"""Runs an OpenID provider that is not ours (oidc-provider-mock, over Authlib and joserfc), and has our relying party sign somebody
in through it. It signs by RS256 and asks for no PKCE, as many providers of states do."""
import argparse
import subprocess
import sys

from oidc_provider_mock import User, run_server_in_thread

ANA = User(
    sub="ana",
    claims={
        "profile": {
            "documento_identidad": {"numero_documento": "1234567", "tipo_documento": "CI"},
            "nombre": {"nombres": "Ana", "primer_apellido": "Mamani", "segundo_apellido": ""},
        },
    },
)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--foreign-issuer", required=True, help="the example of that name")
    arguments = parser.parse_args()
    with run_server_in_thread(user_claims=[ANA], require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        return subprocess.run([arguments.foreign_issuer, issuer], timeout=300).returncode


if __name__ == "__main__":
    sys.exit(main())
