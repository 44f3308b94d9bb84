use super::*;
use crate::stats::Verdict;

fn rate(initializer: &str, learning_rate: f64, final_loss: f64, best: bool) -> RateRow {
    RateRow {
        initializer: initializer.to_owned(),
        seed: 1,
        used_for: SHOWN.to_owned(),
        final_loss,
        verdict: Verdict::Learned,
        best,
        learning_rate,
    }
}

#[test]
fn where_every_run_diverged_there_is_no_order() {
    let rows = vec![
        rate("He", 0.1, 0.3, true),
        rate("He", 1.0, f64::NAN, false),
        rate("Xavier", 0.1, 0.4, true),
        rate("Xavier", 1.0, f64::NAN, false),
    ];
    let sentence = Rates { rows }.sentence();
    assert!(sentence.contains("the same at every single rate; at 1 every initializer has"), "{sentence}");
}

#[test]
fn another_order_is_told_of_those_that_have_a_place_in_both() {
    let other = |worst: f64| {
        let he = [rate("He", 0.1, 0.3, true), rate("He", 1.0, worst, false)];
        Rates {
            rows: he
                .into_iter()
                .chain([rate("Xavier", 0.1, 0.4, true), rate("Xavier", 1.0, 0.5, false)])
                .collect(),
        }
    };
    assert!(other(0.9).sentence().contains("at 1 alone the order of the initializers is another"));
    assert!(!other(f64::NAN).sentence().contains("another"), "one that diverged has no place");
}

fn difference(mean: f64, half: f64, pairs: usize, same_sign: usize) -> DifferenceRow {
    DifferenceRow {
        initializer: "He".to_owned(),
        baseline: "Xavier".to_owned(),
        measure: "final_loss".to_owned(),
        pairs,
        pairs_without: 0,
        mean,
        low: Some(mean - half),
        high: Some(mean + half),
        same_sign,
    }
}

#[test]
fn a_difference_says_how_many_seeds_have_its_sign() {
    let text = |mean, half, same| difference_sentence(&difference(mean, half, 3, same));
    assert_eq!(
        text(-0.5, 0.25, 3),
        "He − Xavier: final loss -0.5000 [-0.7500, -0.2500], the same sign in all 3 seeds"
    );
    assert!(text(-0.5, 1.0, 2).ends_with("this sign in 2 of 3 seeds; the interval has 0 in it"));
    assert_eq!(text(0.0, 0.0, 0), "He − Xavier: final loss equal in each of 3 seeds");
    assert!(text(2e-7, 1e-7, 3).contains("+2.0e-7 [+1.0e-7, +3.0e-7]"), "{}", text(2e-7, 1e-7, 3));
    let without = difference_sentences(&[difference(f64::NAN, f64::NAN, 0, 0)]).to_string();
    assert!(without.contains("no run of Xavier and of another initializer"), "{without}");
}
