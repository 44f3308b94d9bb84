//! The classes of a data set: which labels there may be, and that each of them is there.
//!
//! For IDX files alone, whose labels are bytes; a table has texts ([`csv_table`](super::csv_table)).

use super::idx::Mismatch;

/// The classes that the labels of an IDX set number.
///
/// ```
/// use initlab_engine::data::classes::Classes;
///
/// let classes = Classes::of_training(&[2, 1, 2])?; // as in the letters of EMNIST
/// assert_eq!((classes.first, classes.count), (1, 2));
/// let mut labels = [1, 2, 1];
/// classes.count_from_zero(&mut labels)?;
/// assert_eq!((labels, classes.names()), ([0, 1, 0], vec!["1".to_owned(), "2".to_owned()]));
/// assert!(classes.count_from_zero(&mut [3]).is_err());
/// # Ok::<(), initlab_engine::data::idx::Mismatch>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classes {
    /// The lowest label: 0 or 1.
    pub first: u8,
    /// The number of classes, from 2 to 256.
    pub count: usize,
}

impl Classes {
    /// The classes of training labels, which go from 0 or 1 on without a gap.
    ///
    /// # Errors
    /// Where a label is missing below the highest one, with the next label beyond the gap and its first
    /// example; and where there are fewer than two classes.
    pub fn of_training(labels: &[u8]) -> Result<Self, Mismatch> {
        let mut places = [None; 256];
        for (index, label) in labels.iter().enumerate().rev() {
            places[usize::from(*label)] = Some(index);
        }
        let first = u8::from(places[0].is_none());
        let from_first = &places[usize::from(first)..];
        let count = from_first.iter().take_while(|place| place.is_some()).count();
        let beyond =
            from_first.iter().enumerate().skip(count).find_map(|(label, place)| Some((label, (*place)?)));
        if let Some((label, index)) = beyond {
            let (label, missing) = (label + usize::from(first), count + usize::from(first));
            let found = format!("no {missing}, though a {label} (example {index}, counted from 0)");
            return Err(Mismatch::new("training labels from 0 or 1 on without a gap", found));
        }
        if count < 2 {
            return Err(Mismatch::new("labels of at least two classes", format!("only label {first}")));
        }
        Ok(Self { first, count })
    }

    /// Makes labels count from 0; a label that does not occur in training is refused.
    ///
    /// # Errors
    /// With the first such label and its index; the labels are then left as they were.
    pub fn count_from_zero(self, labels: &mut [u8]) -> Result<(), Mismatch> {
        let range = usize::from(self.first)..usize::from(self.first) + self.count;
        if let Some(index) = labels.iter().position(|label| !range.contains(&usize::from(*label))) {
            let expected = format!("labels that occur in training, {} to {}", range.start, range.end - 1);
            let found = format!("a {} (example {index}, counted from 0)", labels[index]);
            return Err(Mismatch::new(expected, found));
        }
        labels.iter_mut().for_each(|label| *label -= self.first);
        Ok(())
    }

    /// The labels as they stand in the file, as text.
    pub fn names(self) -> Vec<String> {
        (usize::from(self.first)..).take(self.count).map(|label| label.to_string()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_go_from_0_or_1_on() {
        assert_eq!(Classes::of_training(&[2, 0, 1, 2]), Ok(Classes { first: 0, count: 3 }));
        assert_eq!(Classes::of_training(&[2, 1, 2]), Ok(Classes { first: 1, count: 2 }));
        let every: Vec<u8> = (0..=255).collect();
        assert_eq!(Classes::of_training(&every), Ok(Classes { first: 0, count: 256 }));
        assert_eq!(Classes::of_training(&every[1..]), Ok(Classes { first: 1, count: 255 }));
    }

    #[test]
    fn a_gap_and_a_single_class_are_refused_with_their_value() {
        let refusal = |labels: &[u8]| Classes::of_training(labels).unwrap_err().found;
        assert_eq!(refusal(&[0, 1, 2, 9, 1]), "no 3, though a 9 (example 3, counted from 0)");
        assert_eq!(refusal(&[5, 6]), "no 1, though a 5 (example 0, counted from 0)");
        assert_eq!(refusal(&[1, 2, 4]), "no 3, though a 4 (example 2, counted from 0)");
        assert_eq!(refusal(&[0, 0]), "only label 0");
        assert_eq!(refusal(&[1]), "only label 1");
        assert_eq!(refusal(&[7]), "no 1, though a 7 (example 0, counted from 0)");
    }

    #[test]
    fn labels_count_from_zero_and_strange_ones_are_refused() {
        let letters = Classes { first: 1, count: 26 };
        let mut labels = [1, 26, 3];
        letters.count_from_zero(&mut labels).unwrap();
        assert_eq!(labels, [0, 25, 2]);
        for (strange, place) in [(0, 0), (27, 1)] {
            let mut labels = [1; 2];
            labels[place] = strange;
            let refused = letters.count_from_zero(&mut labels).unwrap_err();
            assert_eq!(refused.expected, "labels that occur in training, 1 to 26");
            assert_eq!(refused.found, format!("a {strange} (example {place}, counted from 0)"));
        }
        assert_eq!(letters.names()[25], "26");
    }
}
