//! Certificate policies along a path (RFC 5280, section 6.1): whether it is good for one that somebody demands.
//!
//! The standard describes a tree, which grows beyond all bounds on hostile paths (RFC 9618). Only
//! two things are ever asked of a level of it: which policies are expected next, and whether they
//! go back to one that the caller wants. So a level is kept as a map from one to the other, and
//! mappings cannot make it larger than what the certificates list.

use super::extensions::Extensions;
use std::collections::{BTreeMap, BTreeSet};

/// The policy that stands for every policy.
const ANY_POLICY: &str = "2.5.29.32.0";

/// A level of the tree.
#[derive(Default)]
struct Level {
    /// Each expected policy, and whether it goes back to one that is wanted, as the first CA knew
    /// it.
    expected: BTreeMap<String, bool>,
    /// Whether every policy is expected.
    any: bool,
}

impl Level {
    fn is_empty(&self) -> bool {
        self.expected.is_empty() && !self.any
    }
}

/// The state of the procedure between two certificates.
pub(super) struct Policies {
    level: Level,
    wanted: BTreeSet<String>,
    explicit_policy: u32,
    policy_mapping: u32,
    inhibit_any: u32,
}

impl Policies {
    /// The state before the first certificate of a path of `length`. Of the policies that the caller wants, one is
    /// required, whichever if anyPolicy is among them; with none wanted, the path may do without.
    pub(super) fn new(wanted: &[String], length: usize) -> Policies {
        let never = u32::try_from(length).unwrap_or(u32::MAX).saturating_add(1);
        let is_any_good = wanted.iter().any(|policy| policy == ANY_POLICY);
        Policies {
            level: Level { expected: BTreeMap::new(), any: true },
            explicit_policy: if wanted.is_empty() { never } else { 0 },
            policy_mapping: never,
            inhibit_any: never,
            wanted: if is_any_good { BTreeSet::new() } else { wanted.iter().cloned().collect() },
        }
    }

    /// Takes the next certificate, first that of the first CA below the anchor. Whether it may be gone on.
    pub(super) fn take(&mut self, extensions: &Extensions, is_self_issued: bool, is_last: bool) -> bool {
        self.level = self.next_level(extensions, is_self_issued, is_last);
        if self.explicit_policy == 0 && self.level.is_empty() {
            return false;
        }
        if is_last {
            self.explicit_policy = self.explicit_policy.saturating_sub(1);
            if extensions.require_explicit_policy == Some(0) {
                self.explicit_policy = 0;
            }
            return true;
        }
        if extensions.policy_mappings.iter().any(|(from, to)| from == ANY_POLICY || to == ANY_POLICY) {
            return false;
        }
        self.map(&extensions.policy_mappings);
        if !is_self_issued {
            self.explicit_policy = self.explicit_policy.saturating_sub(1);
            self.policy_mapping = self.policy_mapping.saturating_sub(1);
            self.inhibit_any = self.inhibit_any.saturating_sub(1);
        }
        let lower = |state: &mut u32, limit: Option<u32>| *state = limit.map_or(*state, |l| l.min(*state));
        lower(&mut self.explicit_policy, extensions.require_explicit_policy);
        lower(&mut self.policy_mapping, extensions.inhibit_policy_mapping);
        lower(&mut self.inhibit_any, extensions.inhibit_any_policy);
        true
    }

    /// After the last certificate: whether the path is good for what is demanded.
    pub(super) fn are_met(&self) -> bool {
        let goes_back_to_wanted =
            || self.level.any || self.level.expected.values().any(|is_wanted| *is_wanted);
        self.explicit_policy > 0
            || if self.wanted.is_empty() { !self.level.is_empty() } else { goes_back_to_wanted() }
    }

    fn next_level(&self, extensions: &Extensions, is_self_issued: bool, is_last: bool) -> Level {
        let mut next = Level::default();
        for policy in extensions.policies.iter().filter(|policy| *policy != ANY_POLICY) {
            let is_wanted = match self.level.expected.get(policy) {
                Some(is_wanted) => *is_wanted,
                None if self.level.any => self.wanted.contains(policy),
                None => continue,
            };
            next.expected.insert(policy.clone(), is_wanted);
        }
        let has_any = extensions.policies.iter().any(|policy| policy == ANY_POLICY);
        if has_any && (self.inhibit_any > 0 || (!is_last && is_self_issued)) {
            for (policy, is_wanted) in &self.level.expected {
                next.expected.entry(policy.clone()).or_insert(*is_wanted);
            }
            next.any = self.level.any;
        }
        next
    }

    /// Replaces the policies of the issuer by those of the subject that count as much.
    fn map(&mut self, mappings: &[(String, String)]) {
        let mut removed: BTreeMap<&String, Option<bool>> = BTreeMap::new();
        for (from, _) in mappings {
            if !removed.contains_key(from) {
                removed.insert(from, self.level.expected.remove(from));
            }
        }
        if self.policy_mapping == 0 {
            return;
        }
        for (from, to) in mappings {
            let is_wanted = match removed.get(from) {
                Some(Some(is_wanted)) => *is_wanted,
                _ if self.level.any => self.wanted.contains(from),
                _ => continue,
            };
            *self.level.expected.entry(to.clone()).or_default() |= is_wanted;
        }
    }
}
