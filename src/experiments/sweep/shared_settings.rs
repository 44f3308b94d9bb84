//! What all runs of a grid have in common, as the settings of one comparison: for the line below a title.

use super::point_args::{Flags, flag};
use super::setting::{Setting, is_seed};
use serde_json::{Value, json};

/// The settings of a comparison, from those of a sweep as `run.json` has them; what differs between the
/// runs is null. `None` for another experiment.
pub fn shared_settings(settings: &Value) -> Option<Value> {
    let listed: Vec<Setting> = serde_json::from_value(settings.get("grid")?.get("settings")?.clone()).ok()?;
    let words: Vec<String> = listed.iter().filter_map(word).collect();
    let mut shared = serde_json::to_value(Flags::new().parse(&words).ok()?.resolved()).ok()?;
    for setting in &listed {
        match (&setting.values[..], setting.key.as_str()) {
            ([only], key) if is_seed(key) => shared["seeds"] = serde_json::from_str(only).ok()?,
            (_, key) if is_seed(key) => shared["seeds"] = Value::Null,
            // Of hidden layers that are told by depth and width, one may be common to all.
            (_, "depth" | "width") if several(&listed, "depth") || several(&listed, "width") => {
                shared["training"]["hidden"] = Value::Null;
            }
            ([_], _) => {}
            (_, key) => hide(&mut shared, key),
        }
    }
    for (key, name) in [("depth", "layers"), ("width", "width")] {
        if shared["training"]["hidden"].is_null() && !several(&listed, key) {
            let one = listed.iter().find(|setting| setting.key == key);
            shared[name] = one.map_or(Value::Null, |setting| json!(setting.values[0]));
        }
    }
    Some(shared)
}

fn several(listed: &[Setting], key: &str) -> bool {
    listed.iter().any(|setting| setting.key == key && setting.values.len() > 1)
}

/// A setting that all runs have, as it would be typed.
fn word(setting: &Setting) -> Option<String> {
    match &setting.values[..] {
        _ if is_seed(&setting.key) => None,
        [only] if only == "true" => Some(flag(&setting.key)),
        [only] if only != "false" => Some(format!("{}={only}", flag(&setting.key))),
        _ => None,
    }
}

fn hide(settings: &mut Value, key: &str) {
    let Some(object) = settings.as_object_mut() else { return };
    if let Some(value) = object.get_mut(key) {
        *value = Value::Null;
    } else {
        object.values_mut().for_each(|inside| hide(inside, key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::caption::caption;

    fn told(settings: &[(&str, &[&str])]) -> String {
        let settings: Vec<Value> =
            settings.iter().map(|(key, values)| json!({"key": key, "values": values})).collect();
        caption(&json!({"curves": false, "grid": {"settings": settings}}), None)
    }

    #[test]
    fn what_differs_is_left_out_and_what_is_not_said_is_the_default() {
        let seeds = ("seeds", &["{\"seed\":1,\"seeds\":3}"][..]);
        let rates = ("learning_rate", &["0.1", "1"][..]);
        assert_eq!(told(&[rates, seeds]), "hidden 4 × 100 · relu · sgd · batch 128 · 3 seeds");
        let deep = [("depth", &["3", "7"][..]), ("width", &["60"][..]), ("optimizer", &["adam"][..])];
        assert_eq!(told(&deep), "60 units each · relu · adam · rate 0.01 · batch 128 · seed 1");
        let one =
            [("depth", &["3"][..]), ("batch_norm", &["true"][..]), ("activation", &["relu", "tanh"][..])];
        assert_eq!(told(&one), "hidden 3 × 100 · batch norm · sgd · rate 0.01 · batch 128 · seed 1");
    }
}
