//! Keys of a token, before and beside any server.

use super::{Json, Server};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    pub(crate) what: KeysCommand,
}

/// A token, and how it is opened.
#[derive(Debug, Args)]
pub(crate) struct Token {
    /// The folder of the token: `token` in a server's data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) token: PathBuf,
    /// File with the token's PIN; else CHAKANA_PIN, else it is asked for.
    #[arg(long, value_name = "FILE")]
    pub(crate) pin_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// A token in a folder or in hardware, and how it is opened.
#[derive(Debug, Args)]
pub(crate) struct AnyToken {
    /// The folder of a software token: `token` in a server's data folder.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["module", "token_label", "environment"])]
    pub(crate) token: Option<PathBuf>,
    /// The PKCS#11 module of a hardware token, as its vendor names it.
    #[arg(long, value_name = "FILE", requires = "token_label")]
    pub(crate) module: Option<PathBuf>,
    /// The hardware token's label, or `serial:` and its serial number.
    #[arg(long, value_name = "LABEL", requires = "module")]
    pub(crate) token_label: Option<String>,
    /// A variable that the module needs, which has no other environment; several times for several.
    #[arg(long, value_name = "NAME=VALUE", requires = "module", value_parser = variable)]
    pub(crate) environment: Vec<(String, String)>,
    /// File with the token's PIN; else CHAKANA_PIN, else it is asked for.
    #[arg(long, value_name = "FILE")]
    pub(crate) pin_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

fn variable(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = parts.ok_or("a variable is NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a token, and everything in it that a security server needs besides certificates; what is there stays.
    #[command(after_help = "EXAMPLE:\n    chakana keys init --token /var/lib/chakana/token --pin-file pin")]
    Init(Token),
    /// Make a key, and the software token too where there is none. One that is made in hardware never leaves it.
    #[command(
        after_help = "EXAMPLES:\n    chakana keys create signing-2 --token /var/lib/chakana/token\n    chakana keys create ana --algorithm ed25519 --token /media/ana/token\n    chakana keys create auth-2026 --module /usr/lib/softhsm/libsofthsm2.so --token-label chakana --pin-file hsm-pin"
    )]
    Create {
        /// The key's name.
        name: String,
        /// `p256`, `p384`, `ed25519`, `rsa`, or `encryption` for the key that wraps a log's data keys.
        #[arg(long, default_value = "p256", value_parser = ["p256", "p384", "ed25519", "rsa", "encryption"])]
        algorithm: String,
        #[command(flatten)]
        token: AnyToken,
    },
    /// Show the keys of a token.
    #[command(
        after_help = "EXAMPLES:\n    chakana keys list --token /var/lib/chakana/token\n    chakana keys list --module /usr/lib/softhsm/libsofthsm2.so --token-label chakana --environment SOFTHSM2_CONF=/etc/softhsm2.conf"
    )]
    List(AnyToken),
    /// Write a key's public key.
    #[command(after_help = "EXAMPLE:\n    chakana keys show ana --out ana.pem --token /media/ana/token")]
    Show {
        /// The key's name.
        name: String,
        /// Where to; standard output where it is not said.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        token: AnyToken,
    },
    /// Write a certificate request for a key, to send to a certification service.
    #[command(
        after_help = "EXAMPLES:\n    chakana keys request signing --common-name 'Ministerio de Salud' --organization-identifier BO/GOV/1005 --out signing.csr --token /var/lib/chakana/token\n    chakana keys request authentication --common-name salud.example.bo --serial-number BO/GOV/1005/ss1 --host salud.example.bo --out authentication.csr --token /var/lib/chakana/token"
    )]
    Request(Request),
    /// Take in a private key (unencrypted PKCS#8, PEM) that was made elsewhere.
    #[command(after_help = "EXAMPLE:\n    chakana keys import signing key.pem --token /var/lib/chakana/token")]
    Import {
        /// The key's name from now on.
        name: String,
        /// The file; delete it afterwards.
        file: PathBuf,
        #[command(flatten)]
        token: AnyToken,
    },
    /// Take in the certificate that a certification service gave for a key, and see that it is the key's.
    #[command(
        after_help = "EXAMPLE:\n    chakana keys certificate signing chain.pem --out /var/lib/chakana/signing.pem --token /var/lib/chakana/token"
    )]
    Certificate {
        /// The key's name.
        name: String,
        /// The certificate and its issuers without the root, PEM, the certificate first.
        file: PathBuf,
        /// Where the server reads it, as `server.toml` says.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        token: AnyToken,
    },
    /// Have a running server read again which keys sign, and the PINs of its hardware tokens; nothing pauses.
    #[command(after_help = "EXAMPLE:\n    chakana keys reload --data /var/lib/chakana")]
    Reload(Server),
}

#[derive(Debug, Args)]
pub(crate) struct Request {
    /// The key's name.
    pub(crate) name: String,
    /// Common name (CN): the entity of a signing certificate, the host of the others.
    #[arg(long)]
    pub(crate) common_name: String,
    /// Organization (O).
    #[arg(long)]
    pub(crate) organization: Option<String>,
    /// Organization identifier (2.5.4.97), such as a tax number.
    #[arg(long)]
    pub(crate) organization_identifier: Option<String>,
    /// Country (C), two letters.
    #[arg(long)]
    pub(crate) country: Option<String>,
    /// Serial number (2.5.4.5), such as the server's id.
    #[arg(long)]
    pub(crate) serial_number: Option<String>,
    /// A host name or IP address; of certificates for TLS.
    #[arg(long)]
    pub(crate) host: Vec<String>,
    /// Where the request is written (PEM).
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) token: AnyToken,
}
