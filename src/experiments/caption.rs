//! The line below the title of a figure: data, network and training, from the settings as `run.json` has
//! them. A setting that is not there, or has several values, is left out.

use super::sweep::shared_settings::shared_settings;
use serde_json::Value;

/// One line from an experiment's settings and the name of its data set, if it is known.
///
/// ```
/// use initlab::experiments::caption::caption;
/// use serde_json::json;
///
/// let settings = json!({
///     "training": {"hidden": [100, 100, 100, 100], "activation": "relu", "batch_size": 128},
///     "learning_rate": [0.01],
///     "seeds": {"seed": 1, "seeds": 5},
/// });
/// let expected = "MNIST · hidden 4 × 100 · relu · rate 0.01 · batch 128 · 5 seeds";
/// assert_eq!(caption(&settings, Some("MNIST")), expected);
/// ```
pub fn caption(settings: &Value, data: Option<&str>) -> String {
    let of_grid = shared_settings(settings);
    let settings = of_grid.as_ref().unwrap_or(settings);
    let named = |before: &str, key: &str, after: &str| {
        Some(format!("{before}{}{after}", single(find(settings, key)?)?))
    };
    // `activations` has the settings of a training that it does only when asked to.
    let trained = find(settings, "during").is_none_or(|during| during == "training");
    let of_training = |part: Option<String>| part.filter(|_| trained);
    let batch_norm = find(settings, "batch_norm") == Some(&Value::Bool(true));
    let parts = [
        data.map(str::to_owned),
        find(settings, "hidden").and_then(hidden),
        named("", "layers", " layers"),
        named("", "width", " units each"),
        named("", "activation", ""),
        named("", "init", ""),
        batch_norm.then(|| "batch norm".to_owned()),
        named("", "optimizer", ""),
        of_training(named("rate ", "learning_rate", "")),
        of_training(named("batch ", "batch_size", "")),
        seeds(settings),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The first value of a key, at any depth.
fn find<'a>(settings: &'a Value, key: &str) -> Option<&'a Value> {
    let object = settings.as_object()?;
    object.get(key).or_else(|| object.values().find_map(|inside| find(inside, key)))
}

/// A plain value, or the only one of a list, as text.
fn single(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) if values.len() == 1 => single(&values[0]),
        _ => None,
    }
}

/// Hidden layers: `hidden 100, 50`, equal ones `hidden 4 × 100`.
fn hidden(value: &Value) -> Option<String> {
    let units: Vec<String> = value.as_array()?.iter().filter_map(single).collect();
    let all_equal = units.windows(2).all(|pair| pair[0] == pair[1]);
    match &units[..] {
        [first, _, ..] if all_equal => Some(format!("hidden {} × {first}", units.len())),
        _ => Some(format!("hidden {}", units.join(", "))),
    }
}

/// The seeds: `seed 1` for one, `5 seeds` for several.
fn seeds(settings: &Value) -> Option<String> {
    // Some experiments have both below a key that is called `seeds` too.
    let inside = find(settings, "seeds").filter(|seeds| seeds.is_object()).unwrap_or(settings);
    let [count, first] = ["seeds", "seed"].map(|key| find(inside, key).and_then(Value::as_u64));
    match (count, first) {
        (Some(count), _) if count > 1 => Some(format!("{count} seeds")),
        (_, Some(first)) => Some(format!("seed {first}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_says_what_was_trained_how() {
        let settings = json!({
            "init": ["He", "Xavier"], "learning_rate": [0.01],
            "training": {"activation": "relu", "batch_norm": false, "hidden": [100, 100], "batch_size": 128,
                "optimizer": "sgd"},
            "seeds": {"seed": 1, "seeds": 1}
        });
        let expected = "MNIST · hidden 2 × 100 · relu · sgd · rate 0.01 · batch 128 · seed 1";
        assert_eq!(caption(&settings, Some("MNIST")), expected);
    }

    #[test]
    fn an_initializer_that_no_legend_tells_apart_is_named() {
        assert_eq!(
            caption(&json!({"init": "He", "activation": "relu", "seed": 1}), None),
            "relu · He · seed 1"
        );
    }

    #[test]
    fn what_is_not_known_or_not_one_is_left_out() {
        let settings =
            json!({"activation": ["relu", "tanh"], "hidden": [30, 10], "batch_norm": true, "seeds": 3});
        assert_eq!(caption(&settings, None), "hidden 30, 10 · batch norm · 3 seeds");
        let before =
            json!({"during": "start", "learning_rate": 0.01, "batch_size": 128, "seeds": 1, "seed": 1});
        assert_eq!(caption(&before, None), "seed 1", "nothing was trained");
        assert_eq!(caption(&json!(null), None), "");
        assert_eq!(caption(&json!({"seeds": {"seed": 1, "seeds": 5}}), None), "5 seeds");
    }
}
