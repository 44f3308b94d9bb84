use super::written::pattern;
use super::*;

#[test]
fn a_star_stands_for_anything() {
    for (pattern, name, expected) in [
        ("*.bias", "fc.bias", true),
        ("*.bias", "fc.bias.old", false),
        ("a.*.b*", "a.1.2.bias", true),
        ("fc", "fc", true),
        ("fc", "fc2", false),
        ("*", "", true),
    ] {
        assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
    }
    assert_eq!(pattern("h.10.c_proj.weight"), "h.*.c_proj.weight");
    let names = ["transformer.h.0.a", "transformer.h.0.b", "transformer.h.11.a", "wth.7.x"];
    assert_eq!(depth(names.into_iter(), "h."), 2);
}

#[test]
fn the_recipes_of_the_program_are_read_and_wrong_ones_refused() {
    for (name, text) in super::super::recipes::RECIPES {
        assert_eq!(Recipe::parse(text).unwrap().name, *name);
    }
    let wrong = "name = \"a\"\n[[law]]\ntensors = \"*\"\nis = \"hee\"\n";
    assert!(Recipe::parse(wrong).unwrap_err().contains("law of *"));
    assert!(Recipe::parse("name = \"a\"\nlayers = 3\n").is_err());
}
