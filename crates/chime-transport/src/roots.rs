//! The root certificates that TLS trusts.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::Error;
use crate::input_file::read_file;

/// The most bytes of a file of certificates.
const LARGEST_BUNDLE: usize = 16 * 1024 * 1024;

/// Reads the root certificates of the platform.
pub(crate) fn platform_roots() -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let reason = "TLS: the platform has no root certificates".to_owned();
        let why = found.errors.iter().map(ToString::to_string);
        return Err(Error::config(std::iter::once(reason).chain(why).collect::<Vec<_>>().join("; ")));
    }
    Ok(roots)
}

/// Reads the certificates of a PEM file.
pub(crate) fn bundled_roots(path: &Path) -> Result<RootCertStore, Error> {
    let refuse = |reason: &str| {
        Error::config(format!("AWS_CA_BUNDLE: {} {reason}; expected certificates in PEM", path.display()))
    };
    let mut roots = RootCertStore::empty();
    let pem = read_file(path, LARGEST_BUNDLE).map_err(|error| refuse(&format!("cannot be read: {error}")))?;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots
            .add(certificate.map_err(|error| refuse(&format!("cannot be read: {error}")))?)
            .map_err(|error| refuse(&format!("has an unusable certificate: {error}")))?;
    }
    if roots.is_empty() {
        return Err(refuse("has no certificate"));
    }
    Ok(roots)
}
