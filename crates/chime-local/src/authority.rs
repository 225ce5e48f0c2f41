//! The certificate authority of a machine, which is trusted for that machine's own names alone.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chime_transport::read_file;
use chime_types::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType, date_time_ymd,
};
use rustls::ServerConfig;
#[cfg(feature = "aws-lc-rs")]
use rustls::crypto::aws_lc_rs::default_provider;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

/// How long an authority and its certificates are valid. Apple's systems trust no server certificate for longer.
const VALIDITY: Duration = Duration::from_hours(825 * 24);

/// How long before it is created an authority is valid already, for machines whose clocks differ.
const SKEW: Duration = Duration::from_hours(24);

/// The latest expiration, in seconds since 1970: the end of the year 9999.
const LATEST: u64 = 253_402_300_799;

/// The file of the key, with the certificate. Both are in one file so that they cannot be of two authorities.
const KEY: &str = "ca-key.pem";

/// The file of the certificate alone, for those who trust it.
const CERTIFICATE: &str = "ca.pem";

/// The largest file of a key or a certificate, in bytes.
const LARGEST_PEM: usize = 64 * 1024;

/// The file that is locked while an authority is created.
const LOCK: &str = "lock";

/// What the first line of the key's file begins with. The expiration follows.
const EXPIRES: &str = "Expires: ";

/// What the certificate begins with within the key's file.
const BEGIN_CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";

/// A certificate authority that is created on this machine, for [`LocalService::tls`](crate::LocalService::tls).
///
/// Its certificate restricts it to `localhost`, names that end with `.localhost`, 127.0.0.0/8 and `::1`. Clients refuse
/// whatever else it signs, so that its key, if it is lost, is of no use against other services.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::SystemTime;
///
/// use chime_client::{Client, Credentials, Network};
/// use chime_local::{CertificateAuthority, Demo, LocalService};
///
/// let authority = CertificateAuthority::new(SystemTime::now())?;
/// let bundle = std::env::temp_dir().join(format!("chime-local-{}.pem", std::process::id()));
/// std::fs::write(&bundle, authority.certificate())?;
///
/// let local = LocalService::demo().tls(authority).start().await?;
/// let client = Client::builder()
///     .endpoint_url(local.https_url().unwrap())
///     .credentials(local.credentials())
///     .network(Network { ca_bundle: Some(bundle.clone()), ..Network::default() })
///     .build()?;
/// let demo = Demo::new();
/// let channel = client.describe_channel().channel_arn(demo.channel_arn()).chime_bearer(demo.app_instance_user_arn());
/// channel.send().await?;
/// # std::fs::remove_file(bundle)?;
/// # Ok(())
/// # }
/// ```
pub struct CertificateAuthority {
    key: KeyPair,
    /// In PEM.
    certificate: String,
    /// Seconds since 1970.
    expires: u64,
}

impl CertificateAuthority {
    /// Creates an authority that is kept in memory only.
    ///
    /// # Errors
    /// A time before 1970 or after 9997, or a machine without randomness.
    pub fn new(now: SystemTime) -> io::Result<Self> {
        let since_1970 = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let expires = since_1970.saturating_add(VALIDITY).saturating_sub(SKEW).as_secs();
        if now < UNIX_EPOCH || expires > LATEST {
            let message =
                "the certificate authority: its time is out of range; expected one from 1970 to 9997";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = parameters(&key, expires).self_signed(&key).map_err(io::Error::other)?.pem();
        Ok(Self { key, certificate, expires })
    }

    /// Opens the authority of a directory, or creates a new one there if none exists or it is expired.
    ///
    /// The certificate is in the file [`certificate_file`](Self::certificate_file), the key in a file that only its owner
    /// can read. Several programs may open a directory at the same time; all get the same authority.
    ///
    /// # Errors
    /// A directory or a file that cannot be read or written, a file that does not contain an authority, or a key that
    /// other users can read.
    pub fn open(directory: impl AsRef<Path>, now: SystemTime) -> io::Result<Self> {
        let directory = directory.as_ref();
        match Self::read(directory, now)? {
            Some(authority) if authority.is_published(directory) => Ok(authority),
            _ => Self::create(directory, now),
        }
    }

    /// Returns the path of the certificate of a directory's authority.
    #[must_use]
    pub fn certificate_file(directory: impl AsRef<Path>) -> PathBuf {
        directory.as_ref().join(CERTIFICATE)
    }

    /// Returns the certificate in PEM, for clients that are to trust the service.
    #[must_use]
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Creates the authority of a directory, or what is missing of it, while other programs wait.
    fn create(directory: &Path, now: SystemTime) -> io::Result<Self> {
        create_directory(directory).map_err(|error| at(directory, &error))?;
        let lock_file = directory.join(LOCK);
        let lock = File::options().create(true).append(true).open(&lock_file);
        let lock =
            lock.and_then(|lock| lock.lock().map(|()| lock)).map_err(|error| at(&lock_file, &error))?;
        // Another program may have been faster.
        let authority = if let Some(authority) = Self::read(directory, now)? {
            authority
        } else {
            let authority = Self::new(now)?;
            replace(&directory.join(KEY), &authority.to_text(), 0o600)?;
            authority
        };
        if !authority.is_published(directory) {
            replace(&Self::certificate_file(directory), &authority.certificate, 0o644)?;
        }
        drop(lock);
        Ok(authority)
    }

    /// Returns whether the certificate is in its own file, too.
    fn is_published(&self, directory: &Path) -> bool {
        read_pem(&Self::certificate_file(directory)).is_ok_and(|text| text == self.certificate)
    }

    /// The authority of a directory, unless its file is missing or the authority is expired.
    fn read(directory: &Path, now: SystemTime) -> io::Result<Option<Self>> {
        let key_file = &directory.join(KEY);
        let text = match read_pem(key_file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(at(key_file, &error)),
        };
        let refused = |why: &str| Err(at(key_file, &io::Error::new(io::ErrorKind::InvalidData, why)));
        if is_readable_by_others(key_file)? {
            return refused(
                "other users can read the key; delete the file to get a new authority, or set its mode to 600",
            );
        }
        match Self::from_text(&text) {
            Some(authority) if UNIX_EPOCH + Duration::from_secs(authority.expires) > now => {
                Ok(Some(authority))
            }
            Some(_) => Ok(None),
            None => refused("it does not contain a certificate authority; delete the file to get a new one"),
        }
    }

    /// The contents of the key's file.
    fn to_text(&self) -> String {
        let micros = i64::try_from(self.expires).unwrap_or_default().saturating_mul(1_000_000);
        let expires = Timestamp::from_epoch_micros(micros);
        format!("{EXPIRES}{expires}\n{}{}", self.key.serialize_pem(), self.certificate)
    }

    /// The authority whose file has these contents.
    fn from_text(text: &str) -> Option<Self> {
        let (first, pem) = text.split_once('\n')?;
        let expires: Timestamp = first.strip_prefix(EXPIRES)?.parse().ok()?;
        let (key, certificate) = pem.split_at_checked(pem.find(BEGIN_CERTIFICATE)?)?;
        CertificateDer::from_pem_slice(certificate.as_bytes()).ok()?;
        let expires = u64::try_from(expires.as_epoch_micros() / 1_000_000).ok().filter(|at| *at <= LATEST)?;
        Some(Self { key: KeyPair::from_pem(key).ok()?, certificate: certificate.to_owned(), expires })
    }

    /// What a server needs to be this machine: a new key and a certificate for its names. It is valid as long as the
    /// authority is. An address that the server listens on may be one more name.
    pub(crate) fn server(&self, listening: Option<IpAddr>) -> io::Result<Arc<ServerConfig>> {
        let mut addresses = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        addresses.extend(listening.filter(|address| address.is_loopback() && !addresses.contains(address)));
        let mut names = CertificateParams::new(["localhost".to_owned()]).map_err(io::Error::other)?;
        names.subject_alt_names.extend(addresses.into_iter().map(SanType::IpAddress));
        names.distinguished_name.push(DnType::CommonName, "localhost");
        names.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        names.use_authority_key_identifier_extension = true;
        let names = valid(names, self.expires);
        let issuer = Issuer::new(parameters(&self.key, self.expires), &self.key);
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = names.signed_by(&key, &issuer).map_err(io::Error::other)?;
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .map_err(io::Error::other)?;
        Ok(Arc::new(config))
    }
}

impl fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateAuthority").field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// What the certificate of the authority with a key says. Its name tells authorities apart and follows from the key, so
/// that a certificate never has to be parsed.
fn parameters(key: &KeyPair, expires: u64) -> CertificateParams {
    let id = key.public_key_raw().last_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, format!("chime local {id:08x}"));
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    authority.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)),
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(Ipv6Addr::LOCALHOST.octets(), 128)),
        ],
        excluded_subtrees: Vec::new(),
    });
    valid(authority, expires)
}

/// A certificate of a server, or of who signs it, that is valid until that second.
fn valid(mut certificate: CertificateParams, expires: u64) -> CertificateParams {
    let epoch = date_time_ymd(1970, 1, 1);
    certificate.not_before = epoch + Duration::from_secs(expires.saturating_sub(VALIDITY.as_secs()));
    certificate.not_after = epoch + Duration::from_secs(expires.min(LATEST));
    certificate.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    certificate
}

/// Replaces the contents of a file at once. A new file has that mode.
fn replace(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let new = path.with_extension(format!("{}.new", std::process::id()));
    let write = || {
        // One that is left from a process with this number may have another mode.
        let _ = fs::remove_file(&new);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        set_mode(&mut options, mode);
        let mut file = options.open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&new);
        at(path, &error)
    })
}

/// An error with the path that it is about.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Creates a directory that only its owner can enter, and the directories above it.
fn create_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Sets the mode of a new file. On Windows, the user's own directories are closed to others already.
#[cfg_attr(not(unix), expect(unused_variables, reason = "modes exist on Unix only"))]
fn set_mode(options: &mut OpenOptions, mode: u32) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, mode);
}

/// Whether others than a file's owner can read it.
#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).map_err(|error| at(path, &error))?;
    Ok(metadata.permissions().mode() & 0o077 != 0)
}

/// Whether others than a file's owner can read it: on Windows, the user's own directories are closed to others.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it may fail")]
fn is_readable_by_others(_: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Reads a file of a key or a certificate.
fn read_pem(path: &Path) -> io::Result<String> {
    let bytes = read_file(path, LARGEST_PEM)?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
