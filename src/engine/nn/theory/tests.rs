use super::*;
use Activation::{Elu, Gelu, Identity, LeakyRelu, Relu, Selu, Sigmoid, Silu, Softplus, Tanh};

fn close(found: f64, expected: f64, allowed: f64, what: &str) {
    assert!((found - expected).abs() <= allowed, "{what}: {found}, expected {expected}");
}

fn field(activation: Activation, sigma_w2: f64, sigma_b2: f64) -> MeanField {
    MeanField { activation, sigma_w2, sigma_b2 }
}

#[test]
fn exact_gains_are_the_known_ones() {
    let table = [
        (Identity, 1.0),
        (Relu, 2f64.sqrt()),
        (LeakyRelu, 1.414_143),
        (Tanh, 1.592_537),
        (Sigmoid, 1.846_229),
        (Selu, 1.0),
        (Elu, 1.245_198),
        (Gelu, 1.533_530),
        (Silu, 1.676_532),
    ];
    for (activation, gain) in table {
        close(exact_gain(activation), gain, 5e-7, &activation.to_string());
    }
}

/// Closed forms: E[f²] = q/2, χ₁ = σ_w²/2, q* = σ_b²/(1 − σ_w²/2), and the arc-cosine kernel of
/// Cho & Saul 2009 for the correlation.
#[test]
fn relu_follows_its_closed_forms() {
    let wide = field(Relu, 1.5, 0.3);
    close(wide.fixed_q(), 1.2, 1e-11, "q*");
    close(wide.chi_1(), 0.75, 1e-12, "χ₁");
    close(wide.gradient_depth(), -1.0 / 0.75f64.ln(), 1e-9, "ξ_∇");
    assert_eq!(wide.fixed_correlation(), 1.0);
    for c in [-1.0f64, -0.5, 0.0, 0.4, 0.99, 1.0] {
        let kernel = ((1.0 - c * c).sqrt() + (std::f64::consts::PI - c.acos()) * c) / std::f64::consts::PI;
        let found = field(Relu, 2.0, 0.0).next_correlation(1.0, c);
        close(found, kernel, 1e-12, &format!("correlation at {c}"));
    }
}

#[test]
fn a_signal_may_die_stay_or_explode() {
    assert_eq!(field(Relu, 1.9, 0.0).fixed_q(), 0.0);
    assert_eq!(field(Relu, 2.0, 0.0).fixed_q(), 1.0);
    assert_eq!(field(Relu, 2.1, 0.0).fixed_q(), f64::INFINITY);
    assert_eq!(field(Relu, 2.0, 0.1).fixed_q(), f64::INFINITY);
    assert_eq!(field(Relu, 2.0, 2e-5).fixed_q(), f64::INFINITY);
    assert_eq!(field(Relu, 2.0, 1e-9).fixed_q(), f64::INFINITY);
    assert_eq!(field(Tanh, 0.9, 0.0).fixed_q(), 0.0);
    close(field(Relu, 2.1, 0.0).chi_1(), 1.05, 1e-12, "χ₁ of an exploding signal");
    close(field(Relu, 1.9, 0.0).chi_1(), 0.95, 1e-12, "χ₁ of a dying signal");
}

#[test]
fn fixed_points_stay_where_they_are() {
    for activation in [Tanh, Sigmoid, Elu] {
        let field = field(activation, 1.3, 0.05);
        let q = field.fixed_q();
        close(field.next_q(q) / q, 1.0, 1e-12, &activation.to_string());
    }
    let chaos = field(Tanh, 3.0, 0.05);
    let (q, c) = (chaos.fixed_q(), chaos.fixed_correlation());
    assert!(chaos.chi_1() > 1.0 && c < 0.9, "c* = {c}");
    close(chaos.next_correlation(q, c), c, 1e-10, "c*");
    close(chaos.next_correlation(q, 1.0), 1.0, 1e-9, "a signal and itself");
}

/// ξ_c against the map itself: how much one step near c* shrinks the distance.
#[test]
fn correlation_depth_is_the_rate_of_the_map() {
    for sigma_w2 in [1.0, 3.0] {
        let field = field(Tanh, sigma_w2, 0.05);
        let (q, c) = (field.fixed_q(), field.fixed_correlation());
        let ratio = (c - field.next_correlation(q, c - 1e-4)) / 1e-4;
        close(-1.0 / ratio.ln(), field.correlation_depth(), 2e-3, "ξ_c");
    }
    let ordered = field(Tanh, 1.0, 0.05);
    close(ordered.correlation_depth(), ordered.gradient_depth(), 1e-9, "ordered: both are χ₁'s");
}

/// Very large weights make tanh a sign function, narrow at 0: χ = σ_w² E[sech²]² where c* is nearly 0.
#[test]
fn correlation_depth_of_very_large_weights_is_resolved() {
    close(field(Tanh, 1e4, 0.05).correlation_depth(), 2.2541, 1e-4, "ξ_c");
}

#[test]
fn critical_networks_have_chi_one() {
    let table = [
        (Identity, 0.0, 1.0),
        (Relu, 0.0, 2.0),
        (LeakyRelu, 0.0, 2.0 / 1.0001),
        (Tanh, 0.0, 1.0),
        (Tanh, 0.05, 1.760_955),
    ];
    for (activation, sigma_b2, expected) in table {
        let field = critical(activation, sigma_b2).unwrap();
        close(field.sigma_w2, expected, 5e-7, &activation.to_string());
        close(field.chi_1(), 1.0, 1e-8, &activation.to_string());
    }
    assert!(critical(Tanh, 0.05).unwrap().gradient_depth() > 1e6);
    for (activation, sigma_b2) in [(Softplus, 0.0), (Softplus, 0.05), (Relu, 0.05)] {
        assert!(critical(activation, sigma_b2).is_err(), "{activation} at {sigma_b2}");
    }
}

#[test]
fn pytorch_table_differs_from_the_exact_gains_where_it_is_known_to() {
    close(pytorch_gain(Tanh).unwrap() / exact_gain(Tanh), 1.046_55, 1e-4, "tanh");
    close(pytorch_gain(LeakyRelu).unwrap(), exact_gain(LeakyRelu), 1e-12, "leaky ReLU");
    assert_eq!(pytorch_gain(Gelu), None);
}

/// Without biases an odd activation keeps two independent inputs independent, and in the chaotic phase all
/// correlations lead there (Poole et al. 2016, fig. 2).
#[test]
fn correlations_of_an_odd_activation_without_biases_vanish_in_chaos() {
    for activation in [Activation::Tanh, Activation::Softsign] {
        for sigma_w2 in [1.2, 1.5, 2.0, 3.0, 10.0, 30.0] {
            let field = MeanField { activation, sigma_w2, sigma_b2: 0.0 };
            assert_eq!(field.fixed_correlation(), 0.0, "{activation} {sigma_w2}");
        }
    }
}
