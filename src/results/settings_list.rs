//! The settings of `run.json` as one list of names and texts, for those who read them.

use serde_json::Value;

/// Every setting with its path and its value as text, in the order of their names. A list is one setting, its values
/// with `comma` between them; the list of a sweep's settings, each with a key and its values, is one setting for each.
///
/// ```
/// use initlab::results::settings_list::settings_list;
/// use serde_json::json;
///
/// let settings = json!({"seeds": {"seed": 1}, "init": ["He", "Xavier"], "grid": [{"key": "depth", "values": ["2", "5"]}]});
/// let expected = [("grid.depth", "2,5"), ("init", "He,Xavier"), ("seeds.seed", "1")];
/// assert_eq!(settings_list(&settings, ","), expected.map(|(path, value)| (path.to_owned(), value.to_owned())));
/// ```
pub fn settings_list(settings: &Value, comma: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect("", settings, comma, &mut found);
    found
}

/// A value for reading: a text without quotes, a list with `comma` between its values, a dash for null.
pub fn as_text(value: &Value, comma: &str) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let inner = |value: &Value| {
                let text = as_text(value, comma);
                if value.is_array() { format!("[{text}]") } else { text }
            };
            values.iter().map(inner).collect::<Vec<_>>().join(comma)
        }
        other => other.to_string(),
    }
}

fn collect(path: &str, value: &Value, comma: &str, found: &mut Vec<(String, String)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if let Value::Object(fields) = value {
        fields.iter().for_each(|(name, value)| collect(&below(name), value, comma, found));
    } else if let Some(settings) = sweep_settings(value) {
        settings.iter().for_each(|(key, values)| collect(&below(key), values, comma, found));
    } else if let Some(inner) = written_object(value) {
        collect(path, &inner, comma, found);
    } else {
        found.push((path.to_owned(), as_text(value, comma)));
    }
}

/// The keys and values of a list `[{"key": "depth", "values": […]}, …]`; `None` for any other value.
fn sweep_settings(value: &Value) -> Option<Vec<(&str, &Value)>> {
    let items = value.as_array().filter(|items| !items.is_empty())?;
    items.iter().map(|item| Some((item["key"].as_str()?, item.get("values")?))).collect()
}

/// The object that a text of JSON is, alone in a list: how a sweep writes the seeds of a run.
fn written_object(value: &Value) -> Option<Value> {
    let [Value::String(text)] = &value.as_array()?[..] else { return None };
    serde_json::from_str(text).ok().filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_sweeps_settings_are_told_one_by_one() {
        let settings = json!({"grid": {"heatmap": null, "settings": [
            {"key": "init", "values": ["He", "std=1"]},
            {"key": "seeds", "values": ["{\"seed\":1,\"seeds\":3}"]},
        ]}});
        let found: Vec<String> = settings_list(&settings, ", ")
            .into_iter()
            .map(|(path, value)| format!("{path} = {value}"))
            .collect();
        let expected = [
            "grid.heatmap = –",
            "grid.settings.init = He, std=1",
            "grid.settings.seeds.seed = 1",
            "grid.settings.seeds.seeds = 3",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn other_lists_stay_as_they_are() {
        for list in [json!([]), json!([{"key": "a"}]), json!(["{"]), json!([[1, 2], [3]])] {
            assert_eq!(settings_list(&json!({ "list": list }), ",").len(), 1, "{list}");
        }
        assert_eq!(as_text(&json!([[50], [50, 50]]), ","), "[50],[50,50]");
    }
}
