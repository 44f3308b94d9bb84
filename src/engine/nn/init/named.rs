//! The form of a row in the table of initializers.

use super::Init;

/// One row of the table.
#[derive(Debug)]
pub struct NamedInit {
    /// The canonical name, as labels show it.
    pub name: &'static str,
    /// Other names for the same thing.
    pub aliases: &'static [&'static str],
    /// The meaning of the name: one initializer, or a family with an argument.
    pub kind: InitKind,
    /// The distribution of the weights, in words that fit into one line.
    pub formula: &'static str,
    /// The paper, book or framework that it comes from.
    pub source: &'static str,
}

/// The meaning of a name.
#[derive(Debug)]
pub enum InitKind {
    /// One initializer.
    Exactly(Init),
    /// A family with an argument after `=`.
    Parametrized {
        /// The argument in formulas, as in `S`.
        symbol: &'static str,
        /// An argument that works.
        example: &'static str,
        /// The argument that is meant where none is given.
        default: Option<&'static str>,
        /// From the argument to the initializer; the error says what was expected.
        parse: fn(&str) -> Result<Init, String>,
        /// The argument of an initializer that belongs to the family.
        show: fn(&Init) -> Option<String>,
    },
}

impl NamedInit {
    /// The label by which this row writes an initializer, if it can: the name, with `=` and the argument
    /// where that is not the default. A label is given only if it reads back as the same initializer.
    pub fn label(&self, init: &Init) -> Option<String> {
        match self.kind {
            InitKind::Exactly(this) => (this == *init).then(|| self.name.to_owned()),
            InitKind::Parametrized { default, parse, show, .. } => {
                let means_it = |argument: &str| parse(argument).as_ref() == Ok(init);
                if default.is_some_and(means_it) {
                    return Some(self.name.to_owned());
                }
                let argument = show(init).filter(|argument| means_it(argument))?;
                Some(format!("{}={argument}", self.name))
            }
        }
    }
}
