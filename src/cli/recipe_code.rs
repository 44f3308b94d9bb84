//! A recipe as lines of PyTorch, which give every parameter of a model the law that its name has.

use crate::frameworks;
use crate::inspect::recipe::{Recipe, RecipeLaw};
use crate::nn::init::Init;
use anyhow::Context;
use std::fmt::Write;

/// The laws of recipes that are no initializers, as lines.
const MORE_LAWS: &[(&str, &str)] = &[
    ("siren_first", "nn.init.uniform_(tensor, -1 / tensor[0].numel(), 1 / tensor[0].numel())\n"),
    ("siren", "bound = math.sqrt(6 / tensor[0].numel()) / 30\nnn.init.uniform_(tensor, -bound, bound)\n"),
];

/// The lines; `model` is the reader's.
///
/// # Errors
/// A law has no lines; the reason.
pub fn lines(recipe: &Recipe) -> anyhow::Result<String> {
    let mut text = format!(
        "# the recipe {}; `model` is yours, and what no pattern names stays as it is\n\
         import math\nimport re\nfrom fnmatch import fnmatchcase\nimport torch\nfrom torch import nn\n\n",
        recipe.name
    );
    if recipe.laws.iter().any(|law| law.per_branch) {
        let blocks = recipe.blocks.replace('.', "\\.");
        write!(
            text,
            "blocks = (re.match(r\"((?:.*?[./])?{blocks}\\d+)\", name) for name, _ in model.named_parameters())\n\
             depth = max(1, len({{found[1] for found in blocks if found}}))\n"
        )?;
    }
    text += "for name, tensor in model.named_parameters():\n";
    for (index, law) in recipe.laws.iter().enumerate() {
        let word = if index == 0 { "if" } else { "elif" };
        let pattern = law.tensors.replace('[', "[[]").replace('?', "[?]");
        writeln!(text, "    {word} fnmatchcase(name, {pattern:?}):")?;
        of_law(law)?.lines().try_for_each(|line| writeln!(text, "        {line}"))?;
    }
    Ok(text)
}

/// The lines for one tensor.
fn of_law(law: &RecipeLaw) -> anyhow::Result<String> {
    if law.is == "any" {
        return Ok("pass  # anything\n".to_owned());
    }
    let more = MORE_LAWS.iter().find(|row| row.0 == law.is).map(|row| row.1.to_owned());
    let named = || law.is.parse::<Init>().ok().and_then(|init| frameworks::tensor(&init));
    let lines = more.or_else(named).with_context(|| format!("{} has no lines of its own", law.is))?;
    let divided = if law.per_branch { "tensor.data /= math.sqrt(2 * depth)\n" } else { "" };
    Ok(lines + divided)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::recipes::RECIPES;

    #[test]
    fn every_recipe_of_the_program_has_lines() {
        for (name, text) in RECIPES {
            let lines =
                lines(&Recipe::parse(text).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!lines.contains("layer.") && !lines.contains('<'), "{name}: {lines}");
        }
        let gpt2 = lines(&Recipe::parse(RECIPES[0].1).unwrap()).unwrap();
        let projection = "    elif fnmatchcase(name, \"*c_proj.weight\"):\n        nn.init.normal_(tensor, std=0.02)\n        \
                          tensor.data /= math.sqrt(2 * depth)\n";
        assert!(gpt2.contains(projection), "{gpt2}");
    }

    #[test]
    fn a_law_without_lines_is_named() {
        let recipe = Recipe::parse("name = \"a\"\n[[law]]\ntensors = \"*\"\nis = \"lsuv\"\n").unwrap();
        assert_eq!(lines(&recipe).unwrap_err().to_string(), "lsuv has no lines of its own");
    }
}
