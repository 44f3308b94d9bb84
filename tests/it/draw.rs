//! `draw` and `initializers` through the binary.

use crate::command::initlab;
use std::fs;
use tempfile::tempdir;

#[test]
fn a_draw_is_the_same_for_the_same_seed_and_leaves_nothing_when_refused() {
    let folder = tempdir().unwrap();
    let draw = |seed: &str, file: &str| {
        let words = ["draw", "--sizes", "20,10", "--seed", seed, "--out", file];
        assert_eq!(initlab(folder.path(), &words).code, 0);
        fs::read(folder.path().join(file)).unwrap()
    };
    assert_eq!(draw("1", "a.npz"), draw("1", "b.npz"));
    assert_ne!(draw("1", "c.npz"), draw("2", "d.npz"));
    let empty = tempdir().unwrap();
    for (words, expected) in [
        (&["--sizes", "10"][..], "from 2 to 10,000"),
        (&["--sizes", "10,0"], "0"),
        (&["--sizes", "1000000,1000000"], "500 million"),
        (&["--sizes", &format!("1{}", ",1".repeat(10_000))], "10,000"),
        (&["--sizes", "10,10", "--init", "lsuv"], "needs no data"),
        (&["--sizes", "10,10", "--init", "critical"], "--activation"),
        (&["--sizes", "10,10", "--init", "critical", "--activation", "gelu"], "no critical point"),
        (&["--sizes", "10,10", "--out", "a.pt"], ".safetensors or .npz"),
    ] {
        let ended = initlab(empty.path(), &[&["draw"], words].concat());
        assert_eq!(ended.code, 2, "{words:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(expected), "{words:?}: {}", ended.stderr);
    }
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_there_is_overwritten_only_when_told() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("mine.npz"), "mine").unwrap();
    let words = ["draw", "--sizes", "9,9", "--out", "mine.npz"];
    let refused = initlab(folder.path(), &words);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("mine.npz") && refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(fs::read(folder.path().join("mine.npz")).unwrap(), b"mine");
    assert_eq!(initlab(folder.path(), &[&words[..], &["--force"]].concat()).code, 0);
    assert_eq!(&fs::read(folder.path().join("mine.npz")).unwrap()[..2], b"PK");
}

#[test]
fn numbers_of_one_layer_are_of_the_initializers_named() {
    let folder = tempdir().unwrap();
    let fans = |init: &str| {
        let words = ["initializers", "--init", init, "--activation", "gelu", "--fans", "10,10"];
        initlab(folder.path(), &words).stdout
    };
    let critical = fans("critical");
    assert!(critical.contains("no critical point") && !critical.contains("Xavier"), "{critical}");
    assert!(fans("He,std=0.5").contains("std=0.5"));
    let alone = initlab(folder.path(), &["initializers", "--init", "He"]);
    assert_eq!(alone.code, 2, "names alone, without what is wanted of them: {}", alone.stdout);
}

#[test]
fn code_is_printed_for_what_is_asked_for() {
    let folder = tempdir().unwrap();
    let ended =
        initlab(folder.path(), &["initializers", "--code", "keras", "--init", "he_normal,orthogonal=2"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("HeNormal()") && ended.stdout.contains("Orthogonal(gain=2.0)"),
        "{}",
        ended.stdout
    );
    assert!(!ended.stdout.contains("GlorotUniform"));
    let unknown = initlab(folder.path(), &["initializers", "--code", "pytorhc"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean 'pytorch'?"), "{}", unknown.stderr);
}

/// Names, laws and types as the reader wants them: `inspect` finds what was asked for.
#[test]
fn a_recipe_draws_what_inspect_expects_of_it() {
    let folder = tempdir().unwrap();
    let run = |words: &[&str]| initlab(folder.path(), words);
    let siren = [
        "draw",
        "--sizes",
        "2,256,256,3",
        "--layout",
        "out_in",
        "--names",
        "net.*.linear",
        "--recipe",
        "siren",
    ];
    let drawn = run(&siren);
    assert_eq!(drawn.code, 0, "{}", drawn.stderr);
    let expected = run(&["inspect", "weights.safetensors", "--expect", "siren"]);
    assert_eq!(expected.code, 0, "{}{}", expected.stdout, expected.stderr);
    assert!(expected.stdout.contains("net.1.linear.weight"), "{}", expected.stdout);

    let like =
        ["draw", "--like", "weights.safetensors", "--law", "net.2.*=zeros", "--law", "*weight=std=0.02"];
    let fresh = run(&[&like[..], &["--dtype", "bf16", "--out", "fresh.safetensors"]].concat());
    assert_eq!(fresh.code, 0, "{}", fresh.stderr);
    assert!(fresh.stdout.contains("6 tensors, 4 by laws, 2 as in weights.safetensors"), "{}", fresh.stdout);
    let looked = run(&["inspect", "fresh.safetensors", "--format", "json"]).stdout;
    assert!(looked.contains("\"zeros\"") && looked.contains("\"std=0.0200\""), "{looked}");
    let (whole, half) = (folder.path().join("weights.safetensors"), folder.path().join("fresh.safetensors"));
    assert!(fs::metadata(half).unwrap().len() < 6 * fs::metadata(whole).unwrap().len() / 10);
}

#[test]
fn laws_that_name_nothing_are_refused_with_what_there_is() {
    let folder = tempdir().unwrap();
    for (words, expected) in [
        (&["--law", "fc.*=zeros"][..], "layers_0.kernel, layers_0.bias, layers_1.kernel, …"),
        (&["--law", "*.bias=orthogonal"], "layers_0.bias: orthogonal is for weights of two axes and more"),
        (&["--law", "*=hee"], "hee"),
        (&["--recipe", "gpt3"], "gpt2, bert"),
        (&["--names", "net"], "one * for the number of the layer"),
        (&["--dtype", "bf16", "--out", "a.npz"], "--out FILE.safetensors"),
        (&["--dtype", "f8"], "f32, f16, bf16 or f64"),
    ] {
        let ended = initlab(folder.path(), &[&["draw", "--sizes", "9,8,7"], words].concat());
        assert_eq!(ended.code, 2, "{words:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(expected), "{words:?}: {}", ended.stderr);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A file of infinities or of zeros is not what was asked for, and a recipe that reaches biases alone draws nothing.
#[test]
fn numbers_that_a_type_does_not_hold_and_recipes_without_a_weight_are_refused() {
    let folder = tempdir().unwrap();
    let ended = |flags: &[&str]| {
        initlab(folder.path(), &[&["draw", "--sizes", "30,20", "--out", "w.safetensors"], flags].concat())
    };
    for (init, dtype) in [("std=1e6", "f16"), ("std=1e-12", "f16")] {
        let ended = ended(&["--init", init, "--dtype", dtype]);
        assert_eq!(ended.code, 2, "{init}: {}", ended.stderr);
        assert!(ended.stderr.contains(dtype) && ended.stderr.contains("layers_0.kernel"), "{}", ended.stderr);
    }
    let recipe = ended(&["--recipe", "gpt2"]);
    assert!(recipe.code == 2 && recipe.stderr.contains("a law for a weight"), "{}", recipe.stderr);
    assert_eq!(ended(&["--recipe", "gpt2", "--layout", "out_in"]).code, 0);
    assert_eq!(ended(&["--init", "std=1e6", "--dtype", "bf16", "--force"]).code, 0);
}
