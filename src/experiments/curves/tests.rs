use super::*;

fn group(runs: &[&[f64]]) -> CurveGroup {
    let rows = runs.iter().enumerate().flat_map(|(seed, losses)| {
        losses.iter().enumerate().map(move |(iteration, loss)| ("He", seed as u64, iteration, *loss))
    });
    groups(rows).remove(0)
}

#[test]
fn x_is_the_iteration_whatever_the_order_of_rows() {
    let rows = [("He", 1, 20, 0.2), ("std", 1, 0, 9.0), ("He", 1, 0, 0.5), ("He", 1, 10, 0.3)];
    let groups = groups(rows.into_iter());
    assert_eq!(groups[0].runs[0].iterations, [0, 10, 20]);
    assert_eq!(groups[0].runs[0].losses, [0.5, 0.3, 0.2]);
    let styles = NameStyles::of(["std", "He", "He"].into_iter());
    let curves = loss_curves(&groups, &styles, Noise::MiniBatches);
    assert_eq!(curves.series[0].x, [0.0, 10.0, 20.0]);
    assert_eq!(curves.x.range, Some((0.0, 21.0)));
    let looks = ["He", "std"].map(crate::experiments::name_styles::style_of);
    assert_eq!([curves.series[0].style, curves.series[1].style], looks, "by name");
}

#[test]
fn a_curve_of_every_tenth_iteration_is_not_smoothed() {
    let rows = (0..30).map(|i| ("He", 1, 10 * i, (i % 2) as f64));
    let groups = groups(rows);
    let series = &loss_curves(&groups, &NameStyles::default(), Noise::MiniBatches).series[0];
    assert_eq!(series.y[..3], [0.0, 1.0, 0.0]);
    assert_eq!(notes(&groups, Noise::MiniBatches), [ROUGH]);
    assert!(notes(&groups, Noise::None).is_empty());
}

#[test]
fn a_mean_ends_where_the_first_seed_diverges_and_the_others_go_on() {
    let group = group(&[&[1.0, 3.0, f64::INFINITY], &[3.0, 5.0, 7.0, 9.0], &[2.0, 4.0, 6.0, 8.0]]);
    let series = group_series(&group, 0, Noise::None);
    assert_eq!((&series[0].x[..], &series[0].y[..]), (&[0.0, 1.0][..], &[2.0, 4.0][..]));
    assert_eq!(series[0].label, "He (n = 3, 1 diverged, mean to 1)");
    let thin: Vec<_> = series[1..].iter().map(|series| (&series.x[..], &series.y[..])).collect();
    let x = &[1.0, 2.0, 3.0][..];
    assert_eq!(thin, [(x, &[5.0, 7.0, 9.0][..]), (x, &[4.0, 6.0, 8.0][..])]);
    assert!(series[1..].iter().all(|series| series.thin && series.label.is_empty()));
    assert!(notes(&[group], Noise::None).contains(&AFTER_MEAN.to_owned()));
}

#[test]
fn two_seeds_are_two_thin_lines_and_three_have_a_band() {
    let two = group(&[&[1.0, 2.0], &[3.0, 4.0]]);
    let series = group_series(&two, 0, Noise::None);
    assert!(series.len() == 3 && series[0].band.is_none());
    assert_eq!((&series[1].y[..], &series[2].y[..]), (&[1.0, 2.0][..], &[3.0, 4.0][..]));
    assert_eq!(notes(&[two], Noise::None), [TWO]);
    let three = group(&[&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0]]);
    let series = group_series(&three, 0, Noise::None);
    assert!(series.len() == 1 && series[0].band.is_some());
    assert_eq!(notes(&[three], Noise::None), [BAND]);
}

#[test]
fn one_seed_has_no_thin_lines() {
    let alone = group(&[&[1.0, f64::NAN]]);
    assert_eq!(group_series(&alone, 0, Noise::None).len(), 1);
    assert_eq!(group_series(&alone, 0, Noise::None)[0].label, "He (diverged at 1)");
    let both = group(&[&[1.0, 2.0], &[3.0, 4.0]]);
    assert!(group_series(&both, 0, Noise::None)[1..].iter().all(|series| series.thin));
    let at_once = group(&[&[f64::NAN], &[3.0, 4.0]]);
    assert_eq!(group_series(&at_once, 0, Noise::None)[0].label, "He (n = 2, 1 diverged, no mean)");
    assert_eq!(group_series(&at_once, 0, Noise::None)[2].x, [0.0, 1.0]);
}

/// Two classes start at 0.69, three at 1.1, ten at 2.3; single examples may start anywhere and have losses above 2.5.
#[test]
fn the_axis_ends_above_what_is_drawn() {
    let end = |losses: &[f64]| {
        loss_curves(&[group(&[losses])], &NameStyles::default(), Noise::None).y.range.map(|range| range.1)
    };
    for (losses, expected) in [
        (&[0.7, 0.8, 0.3][..], 1.0),
        (&[1.1, 0.4], 1.5),
        (&[2.3, 0.4], 2.5),
        (&[0.4, 7.0, 2.0], 2.5),
        (&[0.7, f64::NAN], 1.0),
        (&[0.7, f64::INFINITY], 2.5),
        (&[0.0, 0.0], 0.5),
        (&[3.0, 1.0], 3.5),
    ] {
        assert_eq!(end(losses), Some(expected), "{losses:?}");
    }
}
