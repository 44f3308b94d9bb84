use super::*;
use crate::experiments::compare::differences::differences;
use crate::experiments::compare::rows::SummaryRow;
use crate::rng::{Purpose, stream};
use crate::stats::Verdict;
use rand::Rng;

fn run(initializer: &str, seed: u64, (final_loss, test_accuracy): (f64, f64)) -> SummaryRow {
    let initializer = initializer.to_owned();
    SummaryRow { initializer, seed, final_loss, test_accuracy, ..SummaryRow::example(Verdict::Learned) }
}

/// What is said of initializers with these final losses over seeds, and the accuracies 1 − loss.
fn said(losses: &[(&str, &[f64])]) -> String {
    let runs: Vec<SummaryRow> = losses
        .iter()
        .flat_map(|(name, losses)| {
            losses.iter().zip(1..).map(move |(loss, seed)| run(name, seed, (*loss, 1.0 - loss)))
        })
        .collect();
    claims(&differences(&runs.iter().collect::<Vec<_>>(), losses[0].0)).to_string()
}

#[test]
fn a_difference_says_how_many_seeds_have_its_sign() {
    let text = said(&[("Xavier", &[0.9, 1.0, 1.1]), ("He", &[0.4, 0.49, 0.61])]);
    // Two comparisons: t(1 − 0.0125, 2) = 6.2053, s = 0.01, √3.
    assert!(
        text.contains("He − Xavier: final loss -0.5000 [-0.5358, -0.4642], the same sign in all 3 seeds\n"),
        "{text}"
    );
    let text = said(&[("Xavier", &[0.9, 1.0, 1.1]), ("He", &[0.4, 1.5, 0.8])]);
    assert!(text.contains("this sign in 2 of 3 seeds; the interval has 0 in it"), "{text}");
    assert!(text.contains("Xavier and He are hardest to tell apart by final loss: about"), "{text}");
    let text = said(&[("Xavier", &[0.5, 0.5, 0.6]), ("He", &[0.5, 0.5, 0.6])]);
    assert!(text.contains("He − Xavier: final loss equal in each of 3 seeds"), "{text}");
    let text = said(&[("Xavier", &[0.5, 0.5]), ("He", &[f64::NAN, f64::NAN])]);
    assert!(text.contains("no run of Xavier and of another initializer"), "{text}");
}

#[test]
fn differences_below_the_places_keep_two_digits() {
    assert_eq!(signed(2e-7, 4), "+2.0e-7");
}

/// Accuracies on few examples: 20 and 19 right of 30 under both seeds would give an interval of no width.
#[test]
fn equal_differences_tell_nothing_apart() {
    let text = said(&[("Xavier", &[10.0 / 30.0, 12.0 / 30.0]), ("He", &[11.0 / 30.0, 13.0 / 30.0])]);
    assert!(text.contains("+0.0333 in each of 2 seeds: equal differences leave no interval"), "{text}");
    assert!(!text.contains("the same sign"), "{text}");
}

#[test]
fn pairs_that_are_not_told_apart_are_named_beside_those_that_are() {
    let text = said(&[
        ("zeros", &[2.301, 2.302, 2.301]),
        ("Xavier", &[0.31, 0.33, 0.32]),
        ("He", &[0.32, 0.31, 0.325]),
    ]);
    assert!(text.starts_with("Seed by seed, 6 comparisons at 95 % together (Bonferroni):"), "{text}");
    assert!(
        text.contains("final loss: told apart Xavier < zeros, He < zeros; not told apart Xavier and He"),
        "{text}"
    );
    assert!(text.contains("test accuracy: told apart zeros < Xavier, zeros < He; not"), "{text}");
}

/// One pool of runs of one law, dealt to names by a seed: whatever is told apart is told wrongly. The pool is skewed, as
/// losses are, and an accuracy goes with its loss.
#[test]
fn of_a_thousand_comparisons_of_equals_at_most_64_tell_any_pair_apart() {
    let mut rng = stream(32, Purpose::Batches, 0);
    let pool: Vec<(f64, f64)> = (0..500)
        .map(|_| {
            let loss = 0.2 - 0.02 * rng.random::<f64>().ln();
            (loss, ((1.0 - 0.5 * loss + 0.02 * rng.random::<f64>()) * 1e4).round() / 1e4)
        })
        .collect();
    for (names, seeds) in [(2, 5), (3, 3), (4, 10)] {
        let mut telling = 0;
        for _ in 0..1000 {
            let mut runs = Vec::new();
            for seed in 0..seeds {
                let shift = 0.1 * rng.random::<f64>();
                runs.extend((0..names).map(|name| {
                    let (loss, accuracy) = pool[rng.random_range(0..pool.len())];
                    run(&name.to_string(), seed, (loss + shift, accuracy - shift))
                }));
            }
            let text = claims(&differences(&runs.iter().collect::<Vec<_>>(), "0")).to_string();
            assert!(text.contains("Seed by seed"), "{text}");
            let apart = text.contains(": told apart ")
                || text.lines().any(|line| line.contains(" − ") && !line.contains("has 0 in it"));
            telling += usize::from(apart);
        }
        assert!(telling <= 64, "{names} names, {seeds} seeds: {telling}");
        assert!(names < 3 || telling > 0, "the test can see a claim");
    }
}
