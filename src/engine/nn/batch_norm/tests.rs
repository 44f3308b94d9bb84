use super::*;

const ROWS: usize = 8;
const UNITS: usize = 3;

/// Rows of `UNITS` numbers that are far from 0 and 1 in mean and variance, padded with zeros.
fn rows() -> Vec<Real> {
    let number = |row: usize, unit: usize| ((row * 7 + unit * 5) % 11) as Real * 3.0 + unit as Real;
    let row = |row| (0..stride(UNITS)).map(move |unit| if unit < UNITS { number(row, unit) } else { 0.0 });
    (0..ROWS).flat_map(row).collect()
}

fn per_unit(values: [Real; UNITS]) -> Vec<Real> {
    let mut padded = values.to_vec();
    padded.resize(stride(UNITS), 0.0);
    padded
}

#[test]
fn a_batch_comes_out_with_beta_as_mean_and_gamma_as_deviation() {
    let (gamma, beta) = (per_unit([1.0, -0.5, 2.0]), per_unit([0.0, 3.0, -1.0]));
    let running = Moments::zero(UNITS);
    let mut norm = NormRows::new(ROWS + 1, UNITS);
    let parameters = Norm { gamma: &gamma, beta: &beta, running: &running };
    let y = norm.forward(parameters, &rows(), Statistics::Batch);
    assert_eq!(y.len(), ROWS * stride(UNITS), "rows that are not in use are left out");
    let mut moments = Moments::zero(UNITS);
    moments.measure(y);
    for unit in 0..stride(UNITS) {
        assert!((moments.mean[unit] - beta[unit]).abs() < 1e-5, "mean of unit {unit}");
        assert!((moments.variance[unit].sqrt() - gamma[unit].abs()).abs() < 1e-5, "deviation of unit {unit}");
    }
}

#[test]
fn running_statistics_start_at_zero_and_keep_nine_tenths() {
    let batch = Moments { mean: per_unit([1.0, 2.0, -4.0]), variance: per_unit([4.0, 0.0, 1.0]) };
    let mut running = Moments::zero(UNITS);
    running.follow(&batch);
    running.follow(&batch);
    for (running, batch) in [(&running.mean, &batch.mean), (&running.variance, &batch.variance)] {
        for (running, batch) in running.iter().zip(batch) {
            assert!((running - 0.19 * batch).abs() < 1e-6, "{running} of {batch}");
        }
    }
}

#[test]
fn a_network_that_is_looked_at_uses_its_running_statistics() {
    let (gamma, beta) = (per_unit([1.0, 2.0, 1.0]), per_unit([0.0, 0.0, 5.0]));
    let running = Moments { mean: per_unit([1.0, 2.0, 3.0]), variance: per_unit([4.0, 4.0, 4.0]) };
    let mut norm = NormRows::new(1, UNITS);
    let z = per_unit([3.0, 4.0, 3.0]);
    let parameters = Norm { gamma: &gamma, beta: &beta, running: &running };
    let y = norm.forward(parameters, &z, Statistics::Running);
    for (y, expected) in y.iter().zip(per_unit([1.0, 2.0, 5.0])) {
        assert!((y - expected).abs() < 1e-6, "{y}, expected {expected}");
    }
}

#[test]
fn padding_stays_zero_on_the_way_back() {
    let gamma = per_unit([1.0, -0.5, 2.0]);
    let (beta, running) = (per_unit([0.0; UNITS]), Moments::zero(UNITS));
    let mut norm = NormRows::new(ROWS, UNITS);
    norm.forward(Norm { gamma: &gamma, beta: &beta, running: &running }, &rows(), Statistics::Batch);
    norm.y.top_mut(ROWS).copy_from_slice(&rows()); // any gradient
    let mut d_z = rows();
    norm.backward(&gamma, &mut d_z);
    assert!(d_z.chunks_exact(stride(UNITS)).all(|d_z| d_z[UNITS..].iter().all(|d| *d == 0.0)));
    assert!(norm.d_gamma[UNITS..].iter().chain(&norm.d_beta[UNITS..]).all(|d| *d == 0.0));
}
