//! What `inspect` finds in a file: kinds of faults and notes, each with what it does and what to do about it.
//!
//! A fault is what cannot work or was surely not meant; a note is unusual and known. The rules by which they are
//! found stand in [`faults`](super::faults).

/// A kind of finding; its name is stable.
#[derive(Debug, PartialEq, Eq)]
pub struct FindingKind {
    /// Its name, in files and for scripts.
    pub name: &'static str,
    /// True for a fault, false for a note.
    pub is_fault: bool,
    /// What it does to the network.
    pub effect: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Something that was found in one tensor, or in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: &'static FindingKind,
    /// The tensor's name; empty where it is the file.
    pub tensor: String,
    /// What was found, with its numbers.
    pub text: String,
}

/// A kind and what was found of it, if it was found.
pub type FoundFault = Option<(&'static FindingKind, String)>;

/// What to do where weights have to be drawn anew.
pub const DRAW: &str = "draw the layer's weights again";

macro_rules! kinds {
    ($($(#[$about:meta])* $constant:ident: $is_fault:literal, $name:literal, $effect:expr, $remedy:expr;)*) => {
        $($(#[$about])* pub const $constant: FindingKind =
            FindingKind { name: $name, is_fault: $is_fault, effect: $effect, remedy: $remedy };)*

        /// All kinds.
        pub const KINDS: &[&FindingKind] = &[$(&$constant),*];
    };
}

kinds! {
    /// NaN or infinity.
    NOT_FINITE: true, "not_finite", "every output that depends on it is NaN",
        "go back to a checkpoint without it; a lower learning rate or clipped gradients keep it away";
    /// Every weight is 0.
    ALL_ZERO: true, "all_zero", "the layer gives its bias alone, and nothing before it gets a gradient", DRAW;
    /// Every weight is one number.
    CONSTANT: true, "constant", "all units are equal, get equal gradients and stay equal", DRAW;
    /// Units without weights.
    ZERO_UNITS: true, "zero_units", "these units give their bias alone", DRAW;
    /// Inputs without weights.
    ZERO_INPUTS: true, "zero_inputs", "the layer does not see these inputs", DRAW;
    /// Equal units.
    REPEATED_UNITS: true, "repeated_units", "equal units get equal gradients and stay equal", DRAW;
    /// Units that are others times −1.
    NEGATED_UNITS: true, "negated_units", "two such units say no more than one", DRAW;
    /// The mean is far from 0.
    OFF_CENTRE: true, "off_centre", "all units pass the mean of their inputs on, so that they move together",
        "draw the weights around 0, between -s and s";
    /// A few weights far outside of all others.
    HUGE_VALUES: true, "huge_values", "these weights drown all others of their units",
        "look at how the file was written or trained; clip them, or go back to a checkpoint without them";
    /// The numbers of another tensor.
    SAME_NUMBERS: true, "same_numbers", "two layers start as one",
        "give each layer an initializer, or a seed, of its own";
    /// Another scale than the model's law gives.
    SCALED: true, "scaled", "signal and gradient leave the layer as many times larger", "divide its weights by this factor";
    /// A scale that no layer can start from.
    FAR_FROM_HE: true, "far_from_he", "the signal explodes or vanishes in this layer", DRAW;
    /// Biases that silence their units.
    DEAD_BIASES: true, "dead_biases", "with ReLU these units give 0 for every usual input, and learn nothing",
        "set the biases to 0";
    /// Biases beyond any signal.
    LARGE_BIASES: true, "large_biases", "the biases drown what the weights give", "set the biases to 0";
    /// A norm that multiplies by 0.
    ZERO_NORM: true, "zero_norm", "the norm gives its shift alone: nothing passes", "set the norm's weights to 1";
    /// A variance below 0.
    NEGATIVE_VARIANCE: true, "negative_variance", "batch norm takes the root of a negative number: NaN",
        "let the network see data in training mode again";
    /// Whole numbers that stand for weights, all 0.
    ZERO_PACKED: true, "zero_packed", "the packed weights unpack to one number", "convert the model again";
    /// The signal vanishes on its way.
    SIGNAL_VANISHES: true, "signal_vanishes", "what the network gives hardly depends on its input, and gradients vanish",
        "use larger weights: He's for ReLU, Xavier's for tanh";
    /// The signal explodes on its way.
    SIGNAL_EXPLODES: true, "signal_explodes", "the first losses are enormous, and training diverges",
        "use smaller weights: He's for ReLU, Xavier's for tanh";
    /// Zeros that are meant.
    ZERO_BY_DESIGN: false, "zero_by_design", "", "";
    /// Identities, masks, sparse weights, constant tables.
    STRUCTURED: false, "structured", "", "";
    /// Tables with equal rows.
    EQUAL_ROWS: false, "equal_rows", "", "";
    /// Tied weights.
    TIED: false, "tied", "", "";
    /// Heavy tails.
    HEAVY_TAILS: false, "heavy_tails", "", "";
    /// A first or last layer with a law of its own.
    OWN_LAW: false, "own_law", "", "";
    /// More laws than one.
    MIXED_LAWS: false, "mixed_laws", "", "";
    /// Units without weights in a network that was trained.
    PRUNED: false, "pruned", "", "";
}

impl Finding {
    /// A finding in a tensor.
    pub fn of(kind: &'static FindingKind, tensor: &str, text: String) -> Self {
        Self { kind, tensor: tensor.to_owned(), text }
    }
}
