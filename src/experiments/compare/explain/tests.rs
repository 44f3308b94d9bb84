use super::*;
use crate::results::Table;
use crate::stats::Verdict;

fn rate(initializer: &str, learning_rate: f64, best: bool, at_edge: bool) -> RateRow {
    RateRow {
        initializer: initializer.to_owned(),
        seed: 1,
        used_for: SHOWN.to_owned(),
        final_loss: 0.3,
        held_out: Some(10_000),
        validation_loss: Some(0.4),
        verdict: Verdict::Learned,
        best,
        at_edge,
        learning_rate,
    }
}

#[test]
fn a_best_rate_at_the_edge_is_marked_and_told_and_one_inside_is_not() {
    let rates = |largest_is_best: bool| Rates {
        rows: vec![
            rate("He", 0.01, false, true),
            rate("He", 0.1, !largest_is_best, false),
            rate("He", 1.0, largest_is_best, true),
        ],
    };
    assert_eq!(rates(true).cell("He").unwrap(), "1 (edge)");
    assert_eq!(rates(false).cell("He").unwrap(), "0.1");
    let told = "He: 1, the largest tried, is at the edge: its best may lie beyond. \
                To go on: --extend-rates, or --learning-rate 0.01,0.1,1,10.";
    assert!(rates(true).sentence().ends_with(told), "{}", rates(true).sentence());
    assert!(!rates(false).sentence().contains("edge"));
}

#[test]
fn who_has_no_best_rate_is_named() {
    let rows = vec![rate("He", 0.1, true, false), rate("ones", 0.1, false, false)];
    let sentence = Rates { rows }.sentence();
    assert!(
        sentence.ends_with(
            "ones has none: at each rate a run diverged, or none learned on the seeds that choose."
        )
    );
}

#[test]
fn a_loss_that_still_falls_where_the_final_one_is_taken_is_named() {
    let run = |name: &'static str, slope: f64| {
        let loss = move |i: usize| 2.0 - slope * i as f64 + 0.1 * (i % 7) as f64;
        (0..300).map(move |i| format!("{name},1,{i},{},0.1\n", loss(i)))
    };
    let rows: String = run("He", 0.01).chain(run("Xavier", 0.0)).collect();
    let csv = format!("initializer,seed,iteration,loss,learning_rate\n{rows}");
    let tables = Tables::from_iter([Table::parse("loss", csv.as_bytes()).unwrap()]);
    let rates = Rates { rows: vec![rate("He", 0.1, true, false), rate("Xavier", 0.1, true, false)] };
    let told = rates.falling(&tables).unwrap();
    assert!(told.contains("Over the last 50 iterations the loss still falls: He."), "{told}");
    assert_eq!(Rates { rows: vec![] }.falling(&tables).unwrap(), "");
}
