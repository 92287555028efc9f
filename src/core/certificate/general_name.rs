//! GeneralNames: the names of many kinds that extensions speak of.

use super::fields::{Fields, oid, tagged, tagged_value};
use super::name::Name;
use core::net::IpAddr;
use der::{Tag, TagNumber};

/// The most names that one extension may list.
const MAX_NAMES: usize = 4096;

/// A GeneralName, in the form in which it is compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum GeneralName {
    /// rfc822Name
    Email(String),
    /// dNSName
    Dns(String),
    /// directoryName
    Directory(Name),
    /// uniformResourceIdentifier
    Uri(String),
    /// iPAddress: the bytes, which in a constraint are an address and a mask.
    Ip(Vec<u8>),
    /// Any other kind, by the number of its tag and its content. Nobody here knows how to compare it further.
    Other(u8, Vec<u8>),
}

/// The kind of a name: constraints touch only names of their own kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Email,
    Dns,
    Directory,
    Uri,
    Ip,
    Other(u8),
}

impl GeneralName {
    /// Reads one name from its tag and content.
    pub(super) fn read(tag: Tag, content: &[u8]) -> Option<GeneralName> {
        let text = || {
            let is_ascii = content.is_ascii();
            is_ascii.then(|| core::str::from_utf8(content).ok().map(str::to_owned))?
        };
        const fn plain(number: TagNumber) -> Tag {
            tagged_value(number)
        }
        const EMAIL: Tag = plain(TagNumber::N1);
        const DNS: Tag = plain(TagNumber::N2);
        const X400: Tag = tagged(TagNumber::N3);
        const DIRECTORY: Tag = tagged(TagNumber::N4);
        const EDI: Tag = tagged(TagNumber::N5);
        const URI: Tag = plain(TagNumber::N6);
        const IP: Tag = plain(TagNumber::N7);
        const REGISTERED: Tag = plain(TagNumber::N8);
        const OTHER: Tag = tagged(TagNumber::N0);
        Some(match tag {
            EMAIL => GeneralName::Email(text()?),
            DNS => GeneralName::Dns(text()?),
            DIRECTORY => GeneralName::Directory(Name::read(content)?),
            URI => GeneralName::Uri(text()?),
            IP => GeneralName::Ip(content.to_vec()),
            OTHER => {
                let mut fields = Fields::in_content(content)?;
                oid(fields.content(Tag::ObjectIdentifier)?)?;
                fields.content(tagged(TagNumber::N0))?;
                fields.end()?;
                GeneralName::Other(0, content.to_vec())
            }
            X400 => GeneralName::Other(3, content.to_vec()),
            EDI => GeneralName::Other(5, content.to_vec()),
            REGISTERED => {
                oid(content)?;
                GeneralName::Other(8, content.to_vec())
            }
            _ => return None,
        })
    }

    /// Reads the names inside a GeneralNames, given without its tag and length: at least one.
    pub(super) fn read_all(content: &[u8]) -> Option<Vec<GeneralName>> {
        let mut list = Fields::in_content(content)?;
        let mut names = Vec::new();
        while !list.is_empty() {
            let (tag, content) = list.any()?;
            names.push(GeneralName::read(tag, content)?);
            (names.len() <= MAX_NAMES).then_some(())?;
        }
        (!names.is_empty()).then_some(names)
    }

    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        match self {
            GeneralName::Email(text) | GeneralName::Dns(text) | GeneralName::Uri(text) => text.len(),
            GeneralName::Directory(name) => name.len(),
            GeneralName::Ip(bytes) | GeneralName::Other(_, bytes) => bytes.len(),
        }
    }

    /// Its kind.
    pub(super) fn kind(&self) -> Kind {
        match self {
            GeneralName::Email(_) => Kind::Email,
            GeneralName::Dns(_) => Kind::Dns,
            GeneralName::Directory(_) => Kind::Directory,
            GeneralName::Uri(_) => Kind::Uri,
            GeneralName::Ip(_) => Kind::Ip,
            GeneralName::Other(number, _) => Kind::Other(*number),
        }
    }

    /// Whether the name lies in the subtree that the constraint `base` is the root of. `None` if that cannot be
    /// told: one of the two is not well formed, or nobody here knows the kind.
    pub(super) fn is_within(&self, base: &GeneralName) -> Option<bool> {
        match (self, base) {
            (GeneralName::Directory(name), GeneralName::Directory(base)) => Some(name.is_within(base)),
            (GeneralName::Dns(name), GeneralName::Dns(base)) => dns_is_within(name, base),
            (GeneralName::Email(name), GeneralName::Email(base)) => email_is_within(name, base),
            (GeneralName::Uri(name), GeneralName::Uri(base)) => uri_is_within(name, base),
            (GeneralName::Ip(address), GeneralName::Ip(base)) => ip_is_within(address, base),
            _ => None,
        }
    }

    /// Whether the name, or one that it stands for, lies in the subtree: what an excluded subtree must ask.
    pub(super) fn reaches_into(&self, base: &GeneralName) -> Option<bool> {
        let within = self.is_within(base)?;
        let by_wildcard = match (self, base) {
            (GeneralName::Dns(name), GeneralName::Dns(base)) => wildcard_reaches(name, base),
            _ => false,
        };
        Some(within || by_wildcard)
    }
}

/// Whether labels are those of a host name. The first may be "*" in a certificate.
fn is_host(name: &str, wildcard: bool) -> bool {
    let rest = if wildcard { name.strip_prefix("*.").unwrap_or(name) } else { name };
    rest.len() <= 253
        && rest.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

/// `name` with zero or more labels before `base`.
fn dns_is_within(name: &str, base: &str) -> Option<bool> {
    is_host(name, true).then_some(())?;
    // The empty constraint holds every name.
    (base.is_empty() || is_host(base, false)).then_some(())?;
    Some(base.is_empty() || ends_with_labels(name, base))
}

/// Whether "*.example.com" may stand for a name in the subtree: "a.example.com", but not "a.b.example.com".
fn wildcard_reaches(name: &str, base: &str) -> bool {
    let parent = name.strip_prefix("*.");
    let base_parent = base.split_once('.').map(|(_, parent)| parent);
    parent.zip(base_parent).is_some_and(|(parent, base)| parent.eq_ignore_ascii_case(base))
}

/// Whether the last labels of a host are those of another.
fn ends_with_labels(host: &str, end: &str) -> bool {
    let Some((before, last)) = host.len().checked_sub(end.len()).and_then(|at| host.split_at_checked(at))
    else {
        return false;
    };
    last.eq_ignore_ascii_case(end) && (before.is_empty() || before.ends_with('.'))
}

/// Whether a host lies in a constraint that is a host, or with a leading dot the hosts below one.
fn host_is_within(host: &str, base: &str) -> Option<bool> {
    match base.strip_prefix('.') {
        Some(domain) => {
            is_host(domain, false).then_some(())?;
            Some(ends_with_labels(host, domain) && host.len() > domain.len())
        }
        None => {
            is_host(base, false).then_some(())?;
            Some(host.eq_ignore_ascii_case(base))
        }
    }
}

/// A mailbox, all mailboxes of a host, or with a leading dot those of all hosts below one.
fn email_is_within(name: &str, base: &str) -> Option<bool> {
    let parts = |address: &str| -> Option<(String, String)> {
        let (local, host) = address.split_once('@')?;
        (!local.is_empty() && is_host(host, false)).then(|| (local.to_owned(), host.to_owned()))
    };
    let (local, host) = parts(name)?;
    if !base.contains('@') {
        return host_is_within(&host, base);
    }
    let (base_local, base_host) = parts(base)?;
    // The part before the sign may tell capitals apart (RFC 5280, section 7.5).
    Some(local == base_local && host.eq_ignore_ascii_case(&base_host))
}

/// The host of a URI decides. One without a host, or with an address for a host, lies nowhere.
fn uri_is_within(name: &str, base: &str) -> Option<bool> {
    let (_, rest) = name.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host_and_port.split_once(':').map_or(host_and_port, |(host, _)| host);
    (is_host(host, false) && host.parse::<IpAddr>().is_err()).then_some(())?;
    host_is_within(host, base)
}

/// An address of four or sixteen bytes, under an address and a mask of the same length each.
fn ip_is_within(address: &[u8], base: &[u8]) -> Option<bool> {
    matches!(address.len(), 4 | 16).then_some(())?;
    if base.len() != address.len() * 2 {
        // A constraint of the other family says nothing about this address, if it is one.
        return matches!(base.len(), 8 | 32).then_some(false);
    }
    let (net, mask) = base.split_at_checked(address.len())?;
    let bits: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
    let leading = mask.iter().position(|byte| *byte != 0xFF).map_or(u32::MAX, |at| {
        let whole = u32::try_from(at).unwrap_or(0) * 8;
        whole + mask.get(at).map_or(0, |byte| byte.leading_ones())
    });
    (leading == u32::MAX || leading == bits).then_some(())?;
    Some(address.iter().zip(net).zip(mask).all(|((byte, net), mask)| byte & mask == net & mask))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_lie_where_their_last_labels_do() {
        let within = |name: &str, base: &str| {
            GeneralName::Dns(name.to_owned()).is_within(&GeneralName::Dns(base.to_owned()))
        };
        for (name, base, expected) in [
            ("example.com", "example.com", Some(true)),
            ("a.B.example.com", "Example.com", Some(true)),
            ("notexample.com", "example.com", Some(false)),
            ("example.com", "a.example.com", Some(false)),
            ("*.example.com", "example.com", Some(true)),
            ("*.example.com", "a.example.com", Some(false)),
            ("anything.at.all", "", Some(true)),
            (".example.com", "example.com", None),
            ("a..com", "com", None),
            ("a.example.com", ".example.com", None),
            ("a.example.com", "*.example.com", None),
        ] {
            assert_eq!(within(name, base), expected, "{name} in {base}");
        }
    }

    #[test]
    fn a_wildcard_reaches_into_what_it_may_stand_for() {
        let reaches = |name: &str, base: &str| {
            GeneralName::Dns(name.to_owned()).reaches_into(&GeneralName::Dns(base.to_owned()))
        };
        assert_eq!(reaches("*.example.com", "a.example.com"), Some(true));
        assert_eq!(reaches("*.example.com", "a.b.example.com"), Some(false));
        assert_eq!(reaches("*.example.com", "example.com"), Some(true));
    }

    #[test]
    fn mailboxes_hosts_and_domains_are_three_constraints() {
        let within = |name: &str, base: &str| {
            GeneralName::Email(name.to_owned()).is_within(&GeneralName::Email(base.to_owned()))
        };
        for (name, base, expected) in [
            ("a@example.com", "a@EXAMPLE.com", Some(true)),
            ("A@example.com", "a@example.com", Some(false)),
            ("a@example.com", "example.com", Some(true)),
            ("a@b.example.com", "example.com", Some(false)),
            ("a@b.example.com", ".example.com", Some(true)),
            ("a@example.com", ".example.com", Some(false)),
            ("a@b@example.com", "example.com", None),
            ("example.com", "example.com", None),
            ("a@example.com", "a@b@example.com", None),
        ] {
            assert_eq!(within(name, base), expected, "{name} in {base}");
        }
    }

    #[test]
    fn the_host_of_a_uri_decides() {
        let within = |name: &str, base: &str| {
            GeneralName::Uri(name.to_owned()).is_within(&GeneralName::Uri(base.to_owned()))
        };
        for (name, base, expected) in [
            ("http://a.example.com/x", ".example.com", Some(true)),
            ("http://example.com/x", ".example.com", Some(false)),
            ("ldap://u@Example.com:389/x", "example.com", Some(true)),
            ("http://example.com@evil.org/", "example.com", Some(false)),
            ("http://10.0.0.1/", "example.com", None),
            ("urn:example.com", "example.com", None),
        ] {
            assert_eq!(within(name, base), expected, "{name} in {base}");
        }
    }

    #[test]
    fn addresses_lie_under_masks_without_holes() {
        for (address, base, expected) in [
            (&[192, 0, 2, 1][..], &[192, 0, 2, 0, 255, 255, 255, 0][..], Some(true)),
            (&[192, 0, 3, 1], &[192, 0, 2, 0, 255, 255, 255, 0], Some(false)),
            (&[192, 0, 2, 1], &[192, 0, 2, 0, 255, 0, 255, 0], None),
            (&[192, 0, 2, 1], &[192, 0, 2, 1], None),
            (&[192, 0, 2, 0, 255, 255, 255, 0], &[192, 0, 2, 0, 255, 255, 255, 0], None),
            (&[192, 0, 2, 1], &[0; 32], Some(false)),
            (&[192, 0, 2, 1], &[192, 0, 2, 1, 255, 255, 255, 255], Some(true)),
        ] {
            let within = GeneralName::Ip(address.to_vec()).is_within(&GeneralName::Ip(base.to_vec()));
            assert_eq!(within, expected, "{address:?} in {base:?}");
        }
    }
}
