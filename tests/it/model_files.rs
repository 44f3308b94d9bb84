//! `inspect` through the binary, also of what `draw` wrote.

use crate::command::initlab;
use initlab::model_file::{Element, Tensor, safetensors_format};
use std::fs;
use std::path::Path;
use tempfile::tempdir;

/// The rows of `inspect` without its heading and notes.
fn inspected(folder: &Path, file: &str, more: &[&str]) -> Vec<Vec<String>> {
    let ended = initlab(folder, &[&["inspect", file], more].concat());
    assert_eq!(ended.code, 0, "{file}: {}", ended.stderr);
    let lines = ended.stdout.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn what_was_drawn_is_recognized_in_both_formats_and_layouts() {
    let folder = tempdir().unwrap();
    for (init, layout, file) in [
        ("he_normal", "in_out", "a.npz"),
        ("glorot_uniform", "out_in", "b.safetensors"),
        ("Xavier", "out_in", "c.npz"),
        ("pytorch_default", "in_out", "d.safetensors"),
    ] {
        let words = ["draw", "--init", init, "--sizes", "300,100,20", "--layout", layout, "--out", file];
        let ended = initlab(folder.path(), &words);
        assert_eq!(ended.code, 0, "{init}: {}", ended.stderr);
        let rows = inspected(folder.path(), file, &[]);
        assert_eq!(rows.len(), 2, "{rows:?}");
        for row in &rows {
            assert_eq!(
                (row[2].as_str(), row[11].as_str(), row[13].as_str()),
                (layout, "yes", "-"),
                "{row:?}"
            );
            assert!(row[12].split([' ', ';']).any(|label| label == init), "{init}: {row:?}");
        }
        assert_eq!((rows[0][3].as_str(), rows[0][4].as_str()), ("300", "100"));
    }
}

#[test]
fn what_is_no_model_is_told_what_is_read() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("iris.csv"), "a,b,kind\n1.5,2,x\n").unwrap();
    let ended = initlab(folder.path(), &["inspect", "iris.csv"]);
    assert_eq!(ended.code, 3);
    assert!(
        ended.stderr.contains(
            "expected a model file (.safetensors, .pt, .keras, .h5, .onnx, .npz or .npy), found a text"
        ),
        "{}",
        ended.stderr
    );
}

/// An array alone, as `numpy.save` writes it: single precision, the header filled up to 128 bytes.
fn saved(folder: &Path, name: &str, shape: &str, numbers: &[f32]) {
    let header =
        format!("{:<117}\n", format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"));
    let start = [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes()].concat();
    let numbers = numbers.iter().flat_map(|number| number.to_le_bytes());
    fs::write(folder.join(name), start.into_iter().chain(numbers).collect::<Vec<u8>>()).unwrap();
}

#[test]
fn a_layout_without_evidence_is_said_to_be_guessed() {
    let folder = tempdir().unwrap();
    saved(folder.path(), "lone.npy", "(3, 4)", &[0.3; 12]);
    let inspect = |more: &[&str]| initlab(folder.path(), &[&["inspect", "lone.npy"], more].concat()).stdout;
    let guessed = inspect(&[]);
    assert!(guessed.contains("\n# layout guessed, see --layout"), "{guessed}");
    assert!(!inspect(&["--layout", "out_in"]).contains("guessed"));
    assert!(guessed.contains("NumPy: 1 weight tensor of 12 numbers"), "{guessed}");
    let row: Vec<&str> =
        guessed.lines().filter(|line| !line.starts_with('#')).nth(1).unwrap().split('\t').collect();
    assert_eq!((row[7], row[12], row[13]), ("-", "constant=0.3", "constant 0.3"), "{guessed}");
    let help = initlab(folder.path(), &["inspect", "--help"]).stdout;
    assert!(help.contains("Axes of weights") && !help.contains("TensorAxes"), "{help}");
}

#[test]
fn files_that_are_no_models_end_with_3_and_are_named() {
    let folder = tempdir().unwrap();
    let huge_header = [&(1u64 << 63).to_le_bytes()[..], b"{}"].concat();
    let torn = {
        initlab(folder.path(), &["draw", "--sizes", "9,9", "--out", "good.npz"]);
        let good = fs::read(folder.path().join("good.npz")).unwrap();
        good[..good.len() - 30].to_vec()
    };
    for (name, bytes) in
        [("empty", Vec::new()), ("header", huge_header), ("torn.npz", torn), ("text", b"hello".to_vec())]
    {
        fs::write(folder.path().join(name), bytes).unwrap();
        let ended = initlab(folder.path(), &["inspect", name]);
        assert_eq!(ended.code, 3, "{name}: {}", ended.stderr);
        assert!(ended.stderr.contains(name), "{name}: {}", ended.stderr);
    }
    let missing = initlab(folder.path(), &["inspect", "nowhere.npz"]);
    assert_eq!((missing.code, missing.stderr.contains("nowhere.npz")), (1, true));
}

#[test]
fn a_chain_is_predicted_where_the_activation_is_known() {
    let folder = tempdir().unwrap();
    initlab(folder.path(), &["draw", "--sizes", "300,300,300,10", "--out", "w.npz"]);
    let ended = initlab(folder.path(), &["inspect", "w.npz", "--activation", "relu"]);
    let signals = ended.stdout.lines().filter(|line| line.contains("rms of pre-activations 1.4"));
    assert_eq!(signals.count(), 3, "{}", ended.stdout);
}

/// A file of tensors in single precision.
fn stored(folder: &Path, name: &str, tensors: &[(&str, &[usize], Vec<f32>)]) {
    let tensor = |(name, shape, numbers): &(&str, &[usize], Vec<f32>)| {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        Tensor::new(*name, shape, Element::F32, bytes)
    };
    let tensors: Vec<Tensor<'_>> = tensors.iter().map(tensor).collect();
    fs::write(folder.join(name), safetensors_format::write(&tensors)).unwrap();
}

/// Numbers between −1 and 1 that look like nothing in particular.
fn mixed(count: u32) -> Vec<f32> {
    (0..count).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 8_388_608.0 - 1.0).collect()
}

#[test]
fn faults_of_vectors_count_among_the_faults() {
    let folder = tempdir().unwrap();
    let weights = ("0.weight", &[10, 10][..], mixed(100));
    let vectors =
        [("0.bias", vec![0.0, f32::NAN]), ("1.running_var", vec![1.0, -1.0]), ("1.bias", vec![1.0, -1.0])];
    let vectors = vectors.map(|(name, numbers)| (name, &[2][..], numbers));
    stored(folder.path(), "w.safetensors", &[&[weights][..], &vectors].concat());
    let told = initlab(folder.path(), &["inspect", "w.safetensors"]).stdout;
    assert!(told.starts_with("# ") && told.contains("NOT HEALTHY; with faults: 2 "), "{told}");
    for line in ["# FAULT 0.bias: 1 NaN or infinite", "# FAULT 1.running_var: 1 variance below 0"] {
        assert!(told.lines().any(|found| found == line), "{line}: {told}");
    }
}

#[test]
fn a_file_without_weights_is_said_to_have_what_it_has() {
    let folder = tempdir().unwrap();
    let vectors = [("a", &[2][..], vec![0.0; 2]), ("b", &[][..], vec![1.0]), ("c", &[0, 5][..], vec![])];
    stored(folder.path(), "vectors.safetensors", &vectors);
    stored(folder.path(), "nothing.safetensors", &[]);
    for (file, expected) in [
        (
            "vectors",
            "the file has 3 tensors: 1 without an axis, 1 of 1 axis, 1 of 2 axes, empty or not read;",
        ),
        ("nothing", "the file has no tensor; with faults: 0"),
    ] {
        let told = initlab(folder.path(), &["inspect", &format!("{file}.safetensors")]).stdout;
        assert!(told.contains("no weight tensor (two axes or more); ") && told.contains(expected), "{told}");
    }
}

#[test]
fn embeddings_copies_and_no_chain_are_told() {
    let folder = tempdir().unwrap();
    let numbers = || mixed(20 * 30);
    let tensors = [("wte.weight", &[20, 30][..], numbers()), ("head.weight", &[20, 30], numbers())];
    stored(folder.path(), "tied.safetensors", &tensors);
    let told = initlab(folder.path(), &["inspect", "tied.safetensors", "--activation", "relu"]).stdout;
    for line in [
        "# embedding by its name, not compared with He or with the other tensors: wte.weight",
        "# note: wte.weight: the same numbers as head.weight: tied or copied",
        "# no signal is predicted: the layers are no chain: head.weight gives 20 numbers, the next one, wte.weight, \
         takes 30",
    ] {
        assert!(told.lines().any(|found| found == line), "{line}: {told}");
    }
    let tensors = [("0\t.weight", &[20, 30][..], numbers()), ("1.weight", &[20, 30], numbers())];
    stored(folder.path(), "copies.safetensors", &tensors);
    let rows = inspected(folder.path(), "copies.safetensors", &[]);
    assert_eq!((rows[0].len(), rows[1].len(), rows[0][13].as_str()), (14, 14, "-"), "{rows:?}");
    assert!(
        rows[1][13].starts_with("the same numbers as 0\u{fffd}.weight (one initializer object"),
        "{rows:?}"
    );
}

#[test]
fn an_array_alone_is_refused_in_words() {
    let folder = tempdir().unwrap();
    let header = format!("{:<117}\n", "{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }");
    let file = [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), &[0; 16]];
    fs::write(folder.path().join("c.npy"), file.concat()).unwrap();
    let ended = initlab(folder.path(), &["inspect", "c.npy"]);
    let expected = "c.npy: expected little-endian numbers, found complex numbers; save real ones, as a.real.astype('<f4')";
    assert!(ended.code == 3 && ended.stderr.trim_end().ends_with(expected), "{}", ended.stderr);
}

/// A recipe that was written is followed, and one that is not is said, with exit code 6.
#[test]
fn a_recipe_is_held_against_a_file() {
    let folder = tempdir().unwrap();
    let draw = |init: &str, file: &str| {
        let words =
            ["draw", "--init", init, "--sizes", "80,60,60,60,10", "--layout", "out_in", "--out", file];
        assert_eq!(initlab(folder.path(), &words).code, 0);
    };
    draw("He", "a.safetensors");
    draw("glorot_uniform", "b.safetensors");
    let written = initlab(folder.path(), &["inspect", "a.safetensors", "--write-recipe", "mine.toml"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    let held = |file: &str, recipe: &str| initlab(folder.path(), &["inspect", file, "--expect", recipe]);
    let followed = held("a.safetensors", "mine.toml");
    assert!(
        followed.code == 0 && followed.stdout.contains("# recipe: tensors that depart: 0 of 8"),
        "{}",
        followed.stdout
    );
    let departs = held("b.safetensors", "mine.toml");
    assert!(
        departs.code == 6 && departs.stdout.contains("# DEPARTS 2.weight: expected He, found lecun_uniform"),
        "{}",
        departs.stdout
    );
    assert_eq!(held("a.safetensors", "siren").code, 6);
    let laws = |text: &str| {
        fs::write(folder.path().join("laws.toml"), format!("name = \"laws\"\n{text}")).unwrap();
        held("a.safetensors", "laws.toml")
    };
    let none = laws("[[law]]\ntensors = \"fc.*\"\nis = \"He\"\n");
    let said = "# DEPARTS: the recipe asks something of none of 8 tensors\n# recipe: no tensor is judged by the law of fc.*\n";
    assert!(none.code == 6 && none.stdout.contains(said), "{}", none.stdout);
    assert_eq!(
        laws("[[law]]\ntensors = \"*\"\nis = \"any\"\n").code,
        6,
        "a law that asks nothing judges nothing"
    );
    let zeros = laws("[[law]]\ntensors = \"*.bias\"\nis = \"std=0.02\"\n");
    let last = "# recipe: tensors that depart: 4 of 4; it asks nothing of the other 4\ntensor\t";
    assert!(zeros.code == 6 && zeros.stdout.contains(last), "{}", zeros.stdout);
    let unknown = held("a.safetensors", "gpt3");
    assert!(unknown.code == 2 && unknown.stderr.contains("gpt2, bert"), "{}", unknown.stderr);
    let again = initlab(folder.path(), &["inspect", "a.safetensors", "--write-recipe", "mine.toml"]);
    assert_eq!(again.code, 2, "a file that is there is not replaced");
}

#[test]
fn two_files_of_one_network_are_compared() {
    let folder = tempdir().unwrap();
    let file = |name: &str, change: f32| {
        let weights = mixed(600).into_iter().map(|x| x * (1.0 + change)).collect();
        let tensors = [("0.weight", &[20, 30][..], weights), ("1.weight", &[30, 20], mixed(600))];
        stored(folder.path(), name, &tensors);
    };
    file("a.safetensors", 0.0);
    file("b.safetensors", 0.5);
    let told = initlab(folder.path(), &["inspect", "a.safetensors", "b.safetensors"]).stdout;
    for line in ["# 1 of 2 tensors moved", "# did not move: 1.weight", "0.weight\t0.500\t1.50"] {
        assert!(told.lines().any(|found| found == line), "{line}: {told}");
    }
}

#[test]
fn json_has_the_answer_and_every_tensor() {
    let folder = tempdir().unwrap();
    stored(
        folder.path(),
        "w.safetensors",
        &[("0.weight", &[20, 30][..], vec![0.0; 600]), ("1.weight", &[30, 20], mixed(600))],
    );
    let told = initlab(folder.path(), &["inspect", "w.safetensors", "--format", "json"]).stdout;
    let value: serde_json::Value = serde_json::from_str(&told).unwrap();
    let model = &value["models"][0];
    assert_eq!((value["version"].as_u64(), model["healthy"].as_bool()), (Some(1), Some(false)), "{told}");
    assert_eq!(
        (model["faults"][0]["kind"].as_str(), model["faults"][0]["tensor"].as_str()),
        (Some("all_zero"), Some("0.weight"))
    );
    assert_eq!(model["weights"].as_array().map(Vec::len), Some(2));
}

/// One that cannot be read does not keep the others from being looked at.
#[test]
fn folders_shards_and_several_files_are_read() {
    let folder = tempdir().unwrap();
    let shard = |number: usize| format!("model-0000{number}-of-00002.safetensors");
    for number in 1..3 {
        stored(
            folder.path(),
            &shard(number),
            &[(&format!("{number}.weight")[..], &[20, 30][..], mixed(600))],
        );
    }
    let index = format!(r#"{{"weight_map": {{"1.weight": "{}", "2.weight": "{}"}}}}"#, shard(1), shard(2));
    fs::write(folder.path().join("model.safetensors.index.json"), index).unwrap();
    for words in [&["inspect", "model.safetensors.index.json"], &["inspect", "."]] {
        let told = initlab(folder.path(), words);
        assert!(
            told.code == 0 && told.stdout.contains("2 weight tensors of 1200 numbers"),
            "{}{}",
            told.stdout,
            told.stderr
        );
    }
    fs::write(folder.path().join("text.pt"), "hello").unwrap();
    let both = initlab(folder.path(), &["inspect", "text.pt", &shard(1)]);
    assert!(
        both.code == 3 && both.stdout.contains("1.weight") && both.stderr.contains("text.pt"),
        "{}",
        both.stderr
    );
}

/// A pipe without a writer is never waited for, and a device is not read until memory is gone.
#[cfg(unix)]
#[test]
fn pipes_and_devices_in_the_place_of_a_model_are_refused_at_once() {
    let folder = tempdir().unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("f.npz")).status().unwrap();
    assert!(made.success());
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("z.npy")).unwrap();
    for file in ["f.npz", "z.npy"] {
        let ended = initlab(folder.path(), &["inspect", file]);
        assert!(ended.code == 1 && ended.stderr.contains("no regular file"), "{file}: {}", ended.stderr);
    }
}

/// Marks of direction and names of any length do not reach the reader raw.
#[test]
fn names_of_tensors_are_shown_short_and_plain() {
    let folder = tempdir().unwrap();
    let long = "x".repeat(100_000);
    let tensors = [("\u{202e}gpj.weight", &[20, 30][..], mixed(600)), (&long[..], &[20, 30], mixed(600))];
    stored(folder.path(), "b.safetensors", &tensors);
    let told = initlab(folder.path(), &["inspect", "b.safetensors"]).stdout;
    assert!(!told.contains('\u{202e}') && told.contains("gpj.weight"), "{told}");
    assert!(told.lines().all(|line| line.len() < 3000));
}
