//! The ASN.1 structures this crate reads and writes: X.509 fields, CMS, ESS, OCSP, RFC 3161.
//!
//! Reading is strict DER through `der`, over borrowed bytes, so that signatures are checked on the bytes that came in.
//! Writing goes through [`write`], which cannot fail and mirrors the ASN.1 notation. Foreign BER is brought to DER
//! by [`ber`] first.

pub(crate) mod algorithm;
pub(crate) mod ber;
pub(crate) mod cms;
pub(crate) mod ess;
pub(crate) mod ocsp;
pub(crate) mod oid;
pub(crate) mod raw;
pub(crate) mod time;
pub(crate) mod tsp;
pub(crate) mod write;
pub(crate) mod x509;
