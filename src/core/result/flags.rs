//! Sets of named bits, each with its meaning: one list for Rust, the header of C, Python and the pages.

macro_rules! flags {
    ($type:ident { $(#[doc = $doc:literal] $name:ident = $value:literal;)* }) => {
        impl $type {
            $(#[doc = $doc] pub const $name: $type = $type($value);)*

            /// No bit.
            pub const NONE: $type = $type(0);

            /// Every single bit with its name, in the order of their values.
            pub const ALL: &'static [(&'static str, $type)] = &[$((stringify!($name), $type::$name)),*];

            /// What each of [`Self::ALL`] means, in the same order.
            pub const MEANINGS: &'static [&'static str] = &[$($doc.trim_ascii()),*];

            /// The bits, as C has them.
            pub const fn bits(self) -> u32 {
                self.0
            }

            /// These and those.
            #[must_use]
            pub const fn with(self, other: $type) -> $type {
                $type(self.0 | other.0)
            }

            /// Whether every bit of `other` is here.
            pub const fn contains(self, other: $type) -> bool {
                self.0 & other.0 == other.0
            }

            /// The names, as in [`Self::ALL`].
            pub fn names(self) -> Vec<&'static str> {
                $type::ALL.iter().filter(|(_, one)| self.contains(*one)).map(|(name, _)| *name).collect()
            }

            /// The bit with that name, in any case, with `-` for `_` if you like.
            pub fn from_name(name: &str) -> Option<$type> {
                let name = name.replace('-', "_");
                $type::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)).map(|(_, one)| *one)
            }

            /// The set that has these bits; `None` if one of them has no name here.
            pub fn from_bits(bits: u32) -> Option<$type> {
                let all = $type::ALL.iter().fold($type::NONE, |all, (_, one)| all.with(*one));
                all.contains($type(bits)).then_some($type(bits))
            }
        }

        impl core::fmt::Debug for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.names().join("|"))
            }
        }
    };
}

pub(super) use flags;
