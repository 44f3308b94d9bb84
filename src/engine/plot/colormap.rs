//! Colours for numbers: even steps of the number look like even steps of colour.

use super::style::{DARK, PAPER, Rgb, VIRIDIS, mix};

/// The colour at `place` from 0 to 1; places outside have the colour of the nearer end.
pub(super) fn viridis(place: f64) -> Rgb {
    let steps = (VIRIDIS.len() - 1) as f64;
    let along = place.clamp(0.0, 1.0) * steps;
    let below = along.floor().min(steps - 1.0);
    mix(VIRIDIS[below as usize], VIRIDIS[below as usize + 1], along - below)
}

/// Brightness from 0 to 255 as in grey print (Rec. 601).
pub(super) fn luma(color: Rgb) -> f64 {
    0.299 * f64::from(color.0) + 0.587 * f64::from(color.1) + 0.114 * f64::from(color.2)
}

/// The ink that is readable on `background`.
pub(super) fn ink_on(background: Rgb) -> Rgb {
    if luma(background) > 130.0 { DARK } else { PAPER }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn higher_numbers_are_lighter() {
        let lumas: Vec<f64> = (0..=40).map(|i| luma(viridis(f64::from(i) / 40.0))).collect();
        assert!(lumas.windows(2).all(|pair| pair[0] < pair[1]), "{lumas:?}");
        assert_eq!(viridis(7.0), VIRIDIS[8]);
    }

    #[test]
    fn ink_differs_from_its_background() {
        for i in 0..=40 {
            let background = viridis(f64::from(i) / 40.0);
            assert!((luma(ink_on(background)) - luma(background)).abs() > 90.0, "{background:?}");
        }
    }
}
