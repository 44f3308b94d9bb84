//! Expectations under the normal distribution, by quadrature: what the theory integrates with.
//!
//! Activation functions bend at 0 and saturate at a scale of their own, so no single Gauss–Hermite
//! rule serves them all. Here the integrals are cut where the kinks are and refined towards them:
//! panels whose ends halve towards 0 in one dimension, polar coordinates in two (there the kinks of
//! both signals are rays). Each panel carries a Gauss–Legendre rule. Everything is double precision.

use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::LazyLock;

/// The largest |z| that counts; beyond lie 4e-33 of the probability.
const REACH: f64 = 12.0;
/// Halvings of the panels towards 0: the smallest scale that is resolved is 12 · 2⁻³⁶ ≈ 2e-10.
const HALVINGS: i32 = 36;
/// Points per panel.
const POINTS: usize = 24;

/// A point at which an integrand is looked at, and the weight of what is seen there.
#[derive(Clone, Copy, Debug)]
struct GaussNode {
    at: f64,
    weight: f64,
}

/// The points of the standard normal distribution.
static NORMAL: LazyLock<Vec<GaussNode>> = LazyLock::new(|| {
    let density = |z: f64| (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
    let mut ends: Vec<f64> = (0..HALVINGS).map(|k| REACH * 0.5f64.powi(k)).collect();
    ends.push(0.0);
    let right: Vec<GaussNode> = ends.windows(2).flat_map(|pair| panel(pair[1], pair[0])).collect();
    let weighted =
        |node: &GaussNode, sign| GaussNode { at: sign * node.at, weight: node.weight * density(node.at) };
    right.iter().flat_map(|node| [weighted(node, -1.0), weighted(node, 1.0)]).collect()
});

/// Points of the radius of a two-dimensional standard normal, density r e^(−r²/2), in panels whose
/// ends halve so many times towards 0.
fn radius(halvings: i32) -> Vec<GaussNode> {
    let inner = (0..halvings).map(|k| 1.5 * 0.5f64.powi(halvings - k));
    let ends: Vec<f64> = [0.0].into_iter().chain(inner).chain([1.5, 3.0, 6.0, REACH]).collect();
    let weighted = |node: GaussNode| GaussNode {
        weight: node.weight * node.at * (-0.5 * node.at * node.at).exp(),
        ..node
    };
    ends.windows(2).flat_map(|pair| panel(pair[0], pair[1])).map(weighted).collect()
}

/// The rule of Gauss and Legendre on [−1, 1]: exact for polynomials up to degree 2 · POINTS − 1.
static LEGENDRE: LazyLock<Vec<GaussNode>> = LazyLock::new(|| (0..POINTS).map(legendre_node).collect());

/// E[g(z)] for z ~ N(0, 1); `g` may have kinks and jumps at 0, and is never asked for its value there.
///
/// ```
/// use initlab_engine::nn::quadrature::normal_mean;
///
/// assert!((normal_mean(|z| z * z) - 1.0).abs() < 1e-12);
/// assert!((normal_mean(|z| f64::from(u8::from(z > 0.0))) - 0.5).abs() < 1e-12);
/// ```
pub fn normal_mean(g: impl Fn(f64) -> f64) -> f64 {
    NORMAL.iter().map(|node| node.weight * g(node.at)).sum()
}

/// E[g(x, y)] for x, y ~ N(0, 1) with correlation `c`; `g` may have kinks and jumps where x or y is 0,
/// and bend there on the scale of 1 / `sharpness`.
///
/// In polar coordinates x = r cos θ and y = r cos(θ − φ) with c = cos φ, so that both kinks are rays
/// and the four arcs between them are smooth. A function that bends on a small scale is narrow around
/// the rays and around the origin: arcs and radius are cut finer there, by as many halvings as the scale
/// asks for.
pub fn normal_pair_mean(c: f64, sharpness: f64, g: impl Fn(f64, f64) -> f64) -> f64 {
    let halvings = (sharpness / 2.0).log2().ceil().clamp(0.0, f64::from(HALVINGS)) as i32;
    let angle = c.clamp(-1.0, 1.0).acos();
    let rays = [-FRAC_PI_2, angle - FRAC_PI_2, FRAC_PI_2, angle + FRAC_PI_2, 3.0 * FRAC_PI_2];
    let nodes = rays.windows(2).flat_map(|pair| arc(pair[0], pair[1], halvings));
    let radius = radius(halvings);
    let over_radius = |theta: GaussNode| {
        let (x, y) = (theta.at.cos(), (theta.at - angle).cos());
        theta.weight * radius.iter().map(|r| r.weight * g(r.at * x, r.at * y)).sum::<f64>()
    };
    nodes.map(over_radius).sum::<f64>() / (2.0 * PI)
}

/// Points on an interval.
fn panel(low: f64, high: f64) -> impl Iterator<Item = GaussNode> {
    let half = 0.5 * (high - low);
    LEGENDRE
        .iter()
        .map(move |node| GaussNode { at: low + half * (1.0 + node.at), weight: half * node.weight })
}

/// Points on an arc, denser towards its ends, where functions bend: θ = low + width · s²(3 − 2s), with
/// panels of `s` whose ends halve so many times towards both.
fn arc(low: f64, high: f64, halvings: i32) -> impl Iterator<Item = GaussNode> {
    let width = high - low;
    let left = (1..=halvings).rev().map(|k| 0.5f64.powi(k));
    let right = (2..=halvings).map(|k| 1.0 - 0.5f64.powi(k));
    let ends: Vec<f64> = [0.0].into_iter().chain(left).chain(right).chain([1.0]).collect();
    let nodes: Vec<GaussNode> = ends.windows(2).flat_map(|pair| panel(pair[0], pair[1])).collect();
    nodes.into_iter().map(move |GaussNode { at: s, weight }| GaussNode {
        at: low + width * s * s * (3.0 - 2.0 * s),
        weight: weight * width * 6.0 * s * (1.0 - s),
    })
}

/// Root number `index` of the Legendre polynomial P_n by Newton's method from its asymptotic place,
/// with the weight 2 / ((1 − x²) P_n′(x)²).
fn legendre_node(index: usize) -> GaussNode {
    let mut x = (PI * (index as f64 + 0.75) / (POINTS as f64 + 0.5)).cos();
    for _ in 0..8 {
        let (value, derivative) = legendre(x);
        x -= value / derivative;
    }
    let (_, derivative) = legendre(x);
    GaussNode { at: x, weight: 2.0 / ((1.0 - x * x) * derivative * derivative) }
}

/// P_n(x) and P_n′(x) by the three-term recurrence k P_k = (2k − 1) x P_(k−1) − (k − 1) P_(k−2).
fn legendre(x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=POINTS {
        let k = k as f64;
        (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
    }
    (value, POINTS as f64 * (x * value - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_the_normal_distribution_come_out() {
        for (power, expected) in [(0, 1.0), (1, 0.0), (2, 1.0), (4, 3.0), (6, 15.0), (8, 105.0)] {
            let found = normal_mean(|z| z.powi(power));
            assert!((found - expected).abs() < 1e-12 * expected.max(1.0), "E[z^{power}] = {found}");
        }
        let half = normal_mean(|z| if z > 0.0 { 1.0 } else { 0.0 });
        assert!((half - 0.5).abs() < 1e-14, "{half}");
    }

    /// E[tanh²] of a very wide signal: 1 − E[sech²] → 1 − 2/(√(2π) s), the area of sech² being 2.
    #[test]
    fn a_narrow_feature_at_zero_is_resolved() {
        let spread = 1e6;
        let found = 1.0 - normal_mean(|z| (spread * z).tanh().powi(2));
        let expected = 2.0 / ((2.0 * PI).sqrt() * spread);
        assert!((found / expected - 1.0).abs() < 1e-8, "{found} {expected}");
    }

    /// E[sech²(s x) sech²(s y)] of independent x and y is the square of E[sech²(s x)], which one
    /// dimension gives; of one and the same, E[sech⁴].
    #[test]
    fn a_narrow_feature_in_two_dimensions_is_resolved() {
        for spread in [3.0, 100.0, 1e4] {
            let hump = |x: f64| (spread * x).cosh().powi(-2);
            let once = normal_mean(hump);
            let both = normal_pair_mean(0.0, spread, |x, y| hump(x) * hump(y));
            assert!((both / (once * once) - 1.0).abs() < 1e-7, "{spread}: {both} {}", once * once);
            let same = normal_pair_mean(1.0, spread, |x, y| hump(x) * hump(y));
            let expected = normal_mean(|x| hump(x).powi(2));
            assert!((same / expected - 1.0).abs() < 1e-7, "{spread}: {same} {expected}");
        }
    }

    #[test]
    fn correlated_moments_come_out() {
        for c in [-1.0f64, -0.6, 0.0, 0.3, 0.999, 1.0] {
            let square = normal_pair_mean(c, 1.0, |x, y| x * x * y * y);
            assert!((normal_pair_mean(c, 1.0, |x, y| x * y) - c).abs() < 1e-12, "{c}");
            assert!((square - (1.0 + 2.0 * c * c)).abs() < 1e-11, "{c}");
            // Sheppard 1899: both are positive with probability 1/4 + asin(c)/2π.
            let both = normal_pair_mean(c, 1.0, |x, y| if x > 0.0 && y > 0.0 { 1.0 } else { 0.0 });
            assert!((both - (0.25 + c.asin() / (2.0 * PI))).abs() < 1e-12, "{c}: {both}");
        }
    }
}
