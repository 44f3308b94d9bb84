//! The words of answers and figures, a line each: for `initlab help words` and for the page.

use crate::text::hanging;

/// A word and what it means, in the order in which a reader meets them.
pub const WORDS: &[(&str, &str)] = &[
    (
        "signal",
        "the pre-activations of a layer, x W + b; its size is their root mean square (rms) or standard deviation",
    ),
    ("gradient", "that of the loss with respect to what is named: dL/da of activations, dL/dW of weights"),
    ("infinite width", "what theory says of layers with so many units that chance averages out"),
    (
        "at a bound, saturated",
        "within 0.02 of a value that the activation only approaches: nearly no derivative is left",
    ),
    ("dead", "a unit that is exactly 0 for every input that was looked at"),
    (
        "spread across units",
        "the standard deviation over a layer's units for one input, averaged over inputs",
    ),
    ("sensitivity", "the spread of activations over inputs, in units of their rms"),
    (
        "travel",
        "how far a constant gradient would move a layer's weights in the whole run, in units of the weights",
    ),
    (
        "learned",
        "the final loss is clearly below both the label entropy and the first losses: by 1 % of the label entropy",
    ),
    (
        "worsened",
        "the final loss is clearly above both the label entropy and the loss of the first weights: by 5 % of the label entropy",
    ),
    ("stalled", "neither: the network has learned next to nothing"),
    ("diverged", "a loss became infinite or NaN"),
    ("final loss", "the mean of the last 100 losses, in nats"),
    ("label entropy", "the loss of knowing no more than how often each class occurs"),
];

/// The list as lines of at most so many characters.
pub fn words(columns: usize) -> String {
    let line = |(word, meaning): &(&str, &str)| hanging(&format!("{word}: {meaning}"), columns);
    WORDS.iter().map(line).collect::<Vec<_>>().join("\n")
}
