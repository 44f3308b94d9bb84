//! Choosing one member of a family by its name, with a helpful answer where there is none.
//!
//! A family is a type with a constant `NAMED`: rows of a name and a member. `named_family!` makes its text
//! form of that, [`choose`] finds a row, [`UnknownName`] is the error.

use std::fmt;

/// A name that no member of a family has.
///
/// ```
/// use initlab_engine::nn::activation::Activation;
///
/// let error = "rellu".parse::<Activation>().unwrap_err();
/// assert_eq!(error.nearest(), Some("relu"));
/// assert!(error.to_string().starts_with("unknown activation 'rellu'; did you mean 'relu'?"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The family, as in "activation".
    pub family: &'static str,
    /// The text that was asked for, as it was typed.
    pub given: String,
    /// Every name there is, in the order of the table.
    pub known: Vec<&'static str>,
}

impl UnknownName {
    /// The known name that is nearest to what was asked for, if any is near.
    pub fn nearest(&self) -> Option<&'static str> {
        nearest(&self.given, self.known.iter().copied())
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {} '{}'", self.family, self.given)?;
        let known = self.known.join(", ");
        match self.nearest() {
            Some(name) => write!(f, "; did you mean '{name}'? Expected one of {known}"),
            None => write!(f, "; expected one of {known}"),
        }
    }
}

impl std::error::Error for UnknownName {}

/// Gives a closed family with a table `NAMED` its text form: `Display`, `FromStr` and serde.
///
/// `$family` is the noun of the error, as in `unknown activation 'x'`. `Display` writes the name of the first
/// row of a member and panics for one that has none; `FromStr` reads it by
/// [`choose`](crate::nn::names::choose).
#[macro_export]
macro_rules! named_family {
    ($type:ty, $family:literal) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let row = Self::NAMED.iter().find(|row| row.1 == *self);
                f.pad(row.expect("every member is in the table").0)
            }
        }
        impl std::str::FromStr for $type {
            type Err = $crate::nn::names::UnknownName;
            fn from_str(name: &str) -> Result<Self, Self::Err> {
                $crate::nn::names::choose($family, Self::NAMED, name)
            }
        }
        $crate::serde_as_text!($type);
    };
}
/// Lets serde see a type as the text of its `Display` and `FromStr`.
#[macro_export]
macro_rules! serde_as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub use {named_family, serde_as_text};

/// A name as names are compared: without white space at its ends, in lower case, with `_` for `-`.
///
/// ```
/// assert_eq!(initlab_engine::nn::names::canonical(" He-Normal"), "he_normal");
/// ```
pub fn canonical(name: &str) -> String {
    name.trim().to_lowercase().replace('-', "_")
}

/// Other names under which members of families are known.
const ALIASES: &[(&str, &str)] = &[("swish", "silu")];

/// The member of a family that has this name, or another one under which it is known (`swish` for `silu`).
///
/// # Errors
/// Where there is none, with every name of the family.
pub fn choose<T: Copy>(
    family: &'static str,
    members: &[(&'static str, T)],
    given: &str,
) -> Result<T, UnknownName> {
    let given_name = canonical(given);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == given_name);
    let wanted = alias.map_or(given_name, |(_, name)| (*name).to_owned());
    let found = members.iter().find(|(name, _)| canonical(name) == wanted);
    found.map(|&(_, member)| member).ok_or_else(|| UnknownName {
        family,
        given: given.to_owned(),
        known: members.iter().map(|&(name, _)| name).collect(),
    })
}

/// The candidate with the highest Jaro–Winkler similarity, if it is above 0.8.
pub fn nearest<'a>(given: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let given = canonical(given);
    candidates
        .map(|name| (strsim::jaro_winkler(&given, &canonical(name)), name))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRUIT: [(&str, u8); 3] = [("apple", 1), ("black_currant", 2), ("Pear", 3)];

    #[test]
    fn names_ignore_case_and_dashes() {
        assert_eq!(choose("fruit", &FRUIT, "Black-Currant"), Ok(2));
        assert_eq!(choose("fruit", &FRUIT, "pear"), Ok(3));
    }

    #[test]
    fn a_near_miss_is_answered_with_the_nearest_name() {
        let error = choose("fruit", &FRUIT, "aple").unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown fruit 'aple'; did you mean 'apple'? Expected one of apple, black_currant, Pear"
        );
    }

    #[test]
    fn a_far_miss_only_lists_what_there_is() {
        let error = choose("fruit", &FRUIT, "xyz").unwrap_err();
        assert_eq!(error.to_string(), "unknown fruit 'xyz'; expected one of apple, black_currant, Pear");
    }
}
