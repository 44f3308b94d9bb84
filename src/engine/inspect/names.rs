//! What the name of a tensor tells: its layer, and whether it is a bias, an embedding or a variance.
//!
//! Parts of a name are separated by dots or slashes (`layers.0.weight`, `dense/kernel:0`); the number that
//! TensorFlow puts behind a colon belongs to none of them.

/// A name without the `:0` at its end that TensorFlow's variables have.
///
/// ```
/// use initlab_engine::inspect::names::plain;
///
/// assert_eq!(["dense/kernel:0", "a:b", "w:"].map(plain), ["dense/kernel", "a:b", "w:"]);
/// ```
pub fn plain(name: &str) -> &str {
    let before = name.trim_end_matches(|c: char| c.is_ascii_digit());
    before.strip_suffix(':').filter(|_| before.len() < name.len()).unwrap_or(name)
}

/// The last part of a name.
///
/// ```
/// use initlab_engine::inspect::names::last_part;
///
/// assert_eq!(["fc.weight", "dense/kernel:0", "W1"].map(last_part), ["weight", "kernel", "W1"]);
/// ```
pub fn last_part(name: &str) -> &str {
    plain(name).rsplit(['.', '/']).next().unwrap_or_default()
}

/// The last part of a name, or what it stands for in a file of Keras, which numbers a layer's variables.
///
/// ```
/// use initlab_engine::inspect::names::meaning;
///
/// let names = ["layers/dense/vars/1", "layers/batch_normalization/vars/0", "layers/normalization/vars/0", "hidden0_W"];
/// assert_eq!(names.map(meaning), ["bias", "gamma", "moving_mean", "W"]);
/// let names = ["layers/bidirectional/forward_layer/cell/vars/1", "layers/separable_conv2d/vars/1"];
/// assert_eq!(names.map(meaning), ["recurrent_kernel", "pointwise_kernel"]);
/// ```
pub fn meaning(name: &str) -> &str {
    let last = last_part(name);
    let numbered = || {
        let layer = name.strip_suffix(last)?.strip_suffix("vars/")?;
        let row = VARIABLES.iter().find(|row| layer.to_ascii_lowercase().contains(row.0))?;
        row.1.get(last.parse::<usize>().ok()?).copied()
    };
    numbered().unwrap_or_else(|| {
        last.rsplit_once('_').filter(|ends| ENDS.contains(&ends.1)).map_or(last, |ends| ends.1)
    })
}

/// What Keras' numbered variables of a layer are, by a part of the layer's name.
const VARIABLES: &[(&str, &[&str])] = &[
    ("batch_norm", &["gamma", "beta", "moving_mean", "moving_variance"]),
    ("/normalization", &["moving_mean", "moving_variance"]), // of the inputs
    ("norm", &["gamma", "beta"]),
    ("embedding", &["embeddings"]),
    ("/cell/", &["kernel", "recurrent_kernel", "bias"]),
    ("separable", &["depthwise_kernel", "pointwise_kernel", "bias"]),
    ("", &["kernel", "bias"]),
];
/// What may follow the layer's name behind a low line.
const ENDS: [&str; 6] = ["W", "b", "w", "weight", "bias", "kernel"];

/// What the tensors of one layer have in common: the name without its last part (`layers.0` of
/// `layers.0.weight` and `layers.0.bias`), where it has one part the number at its end (`1` of `W1`, `b1` and
/// `coefs_1`) or what stands before what it is (`hidden0` of `hidden0_W`).
///
/// ```
/// use initlab_engine::inspect::names::layer_of;
///
/// let names = ["layers.0.weight", "dense/bias:0", "W1", "hidden0_b"];
/// assert_eq!(names.map(layer_of), ["layers.0", "dense", "1", "hidden0"]);
/// ```
pub fn layer_of(name: &str) -> &str {
    let name = plain(name);
    let number = || &name[name.trim_end_matches(|c: char| c.is_ascii_digit()).len()..];
    let before = || name.rsplit_once('_').filter(|ends| ENDS.contains(&ends.1)).map(|ends| ends.0);
    name.rsplit_once(['.', '/']).map_or_else(|| before().unwrap_or_else(number), |(stem, _)| stem)
}

/// True of `fc.bias`, `bias_1`, and of `b1` as in the arrays of NumPy's users.
///
/// ```
/// use initlab_engine::inspect::names::is_bias;
///
/// assert_eq!(["fc.bias", "dense/bias:0", "b1", "fc.weight"].map(is_bias), [true, true, true, false]);
/// ```
pub fn is_bias(name: &str) -> bool {
    let last = meaning(name).to_ascii_lowercase();
    ["bias", "intercept"].iter().any(|word| last.contains(word))
        || ["b", "beta"].contains(&last.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// True where one of the last two parts that are no numbers says embedding: `embed` in it, or one of its
/// words is `emb`, `wte`, `wpe`, `token` or `pos`.
///
/// ```
/// use initlab_engine::inspect::names::is_embedding;
///
/// for name in ["emb.weight", "h.wte.weight", "Embed_0/embedding", "tok_embeddings.3.weight", "embeddings:0"] {
///     assert!(is_embedding(name), "{name}");
/// }
/// for name in ["fc.weight", "patch_embed.proj.fc.weight", "remember.weight", "assembly/kernel", "W1"] {
///     assert!(!is_embedding(name), "{name}");
/// }
/// ```
pub fn is_embedding(name: &str) -> bool {
    let name = plain(name).to_ascii_lowercase();
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let says = |part: &str| {
        let mut words = part.split(|c: char| !c.is_ascii_alphabetic());
        part.contains("embed") || words.any(|word| ["emb", "wte", "wpe", "token", "pos"].contains(&word))
    };
    name.rsplit(['.', '/']).filter(|part| !is_number(part)).take(2).any(says)
}

/// True of the variances that batch norm keeps: `running_var` (PyTorch, burn, candle), `moving_variance`
/// (Keras), and `var` where the name speaks of batch statistics or of a norm (Flax).
///
/// ```
/// use initlab_engine::inspect::names::is_variance;
///
/// for name in ["bn.running_var", "bn/moving_variance:0", "batch_stats.BatchNorm_0.var"] {
///     assert!(is_variance(name), "{name}");
/// }
/// assert!(!is_variance("bn.running_mean") && !is_variance("model.var"));
/// ```
pub fn is_variance(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    match meaning(&name) {
        "running_var" | "running_variance" | "moving_var" | "moving_variance" => true,
        "var" => name.contains("batch_stats") || name.contains("norm"),
        _ => false,
    }
}
