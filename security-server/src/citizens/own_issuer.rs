//! The issuer that this server is itself, where the settings say so.

use super::CitizensError;
use crate::messaging::Messaging;
use crate::secrets;
use crate::settings::{CitizensSettings, ConsentSetting, ProviderSettings, RelyingParty};
use citizens_gateway::{OwnIssuer, OwnIssuerParts};
use identity::{Client, ClientSecretDigest, Consent, Notify, PasswordCost, Scope, SiteNames, TokenKeys};
use signer::{KeyEncryptionKey, SoftwareToken};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use storage::Store;

/// The issuer once it is open, for whoever looks after accounts.
pub(crate) type OpenIssuer = Arc<OnceLock<Arc<OwnIssuer>>>;

/// What the issuer needs of the server.
pub(super) struct Of<'a> {
    pub(super) folder: &'a Path,
    pub(super) citizens: &'a CitizensSettings,
    pub(super) messaging: &'a Messaging,
    pub(super) token: &'a Arc<SoftwareToken>,
    pub(super) key: &'a KeyEncryptionKey,
    pub(super) store: Store,
    pub(super) notify: Arc<dyn Notify>,
}

const SECRET_PURPOSE: &[u8] = b"chakana-identity/1";

/// Opens the issuer.
pub(super) async fn open(of: Of<'_>, settings: &ProviderSettings) -> Result<OwnIssuer, CitizensError> {
    let secret = secrets::wrapped(&of.folder.join("plugins/identity-secret"), of.key, SECRET_PURPOSE)?;
    let address = of.citizens.address.parse();
    let clients = settings.clients.iter().map(|party| client(of.folder, party)).collect::<Result<Vec<_>, _>>()?;
    let parts = OwnIssuerParts {
        label: settings.label.clone(),
        address: address.map_err(|_| CitizensError::Address(of.citizens.address.clone()))?,
        names: SiteNames { site: settings.name.clone(), owner: Some(of.citizens.entity.clone()) },
        sector: of.messaging.server.owner().to_string(),
        clients,
        password_cost: PasswordCost {
            memory_kib: settings.password.memory_kib,
            passes: settings.password.passes,
            lanes: settings.password.lanes,
        },
        hashed_at_once: settings.password.at_once,
        store: of.store,
        clock: of.messaging.clock.clone(),
        secret: *secret,
        keys: Arc::new(TokenKeys(of.token.clone())),
        notify: of.notify,
        elsewhere: super::issuer::client(of.folder, &settings.trust)?,
    };
    Ok(OwnIssuer::open(parts).await?)
}

fn client(folder: &Path, party: &RelyingParty) -> Result<Client, CitizensError> {
    let secret = match &party.secret {
        None => None,
        Some(file) => {
            let secret = secrets::read(&folder.join(file))?;
            Some(ClientSecretDigest::of(&secret).map_err(citizens_gateway::OwnIssuerError::from)?)
        }
    };
    Ok(Client {
        id: party.id.clone(),
        name: party.name.clone(),
        secret,
        sector: party.sector.clone(),
        redirect_uris: party.redirect_uris.clone(),
        post_logout_redirect_uris: party.post_logout_redirect_uris.clone(),
        backchannel_logout_uri: party.backchannel_logout_uri.clone(),
        consent: match party.consent {
            ConsentSetting::Asked => Consent::Asked,
            ConsentSetting::FirstParty => Consent::FirstParty,
        },
        scopes: party.scopes.iter().filter_map(|scope| Scope::of(scope)).collect(),
        id_token_signed_response_alg: party.id_token_signed_response_alg,
    })
}
