//! Certificate extensions that the certificate library does not write.

use const_oid::ObjectIdentifier;
use der::asn1::Ia5String;
use der::{Encode, Error};
use rcgen::CustomExtension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AccessDescription, AuthorityInfoAccessSyntax, ExtendedKeyUsage};

/// Says where the status of the certificate can be asked (RFC 5280 §4.2.2.1).
pub(crate) fn ocsp_location(url: &str) -> Result<CustomExtension, Error> {
    let access_location = GeneralName::UniformResourceIdentifier(Ia5String::new(url)?);
    let location = AccessDescription { access_method: OCSP, access_location };
    Ok(CustomExtension::from_oid_content(&AUTHORITY_INFO_ACCESS, AuthorityInfoAccessSyntax(vec![location]).to_der()?))
}

/// Says that the status of an OCSP responder's own certificate is not asked (RFC 6960 §4.2.2.2.1).
pub(crate) fn ocsp_no_check() -> CustomExtension {
    const NULL: [u8; 2] = [0x05, 0x00];
    CustomExtension::from_oid_content(&OCSP_NO_CHECK, NULL.to_vec())
}

/// Says that the key stamps times and does nothing else; RFC 3161 §2.3 demands that it is critical.
pub(crate) fn only_time_stamping() -> Result<CustomExtension, Error> {
    let mut extension =
        CustomExtension::from_oid_content(&EXTENDED_KEY_USAGE, ExtendedKeyUsage(vec![TIME_STAMPING]).to_der()?);
    extension.set_criticality(true);
    Ok(extension)
}

const AUTHORITY_INFO_ACCESS: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 1, 1];
const OCSP_NO_CHECK: [u64; 10] = [1, 3, 6, 1, 5, 5, 7, 48, 1, 5];
const EXTENDED_KEY_USAGE: [u64; 4] = [2, 5, 29, 37];
const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
