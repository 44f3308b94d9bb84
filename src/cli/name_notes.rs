//! Remarks on names of initializers that mean different things in different frameworks.

use super::print::to_stderr;
use crate::nn::init::names::note_on;

/// Prints one line for each such name among the words of a command, once.
pub fn print(words: &[String]) {
    notes(words).iter().for_each(|note| to_stderr(&format!("note: {note}")));
}

fn notes(words: &[String]) -> Vec<&'static str> {
    let mut notes: Vec<&str> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let names = match word.strip_prefix("--init=") {
            Some(names) => names,
            None if index > 0 && words[index - 1] == "--init" => word,
            None => continue,
        };
        notes.extend(names.split(',').filter_map(note_on));
    }
    let mut seen = Vec::new();
    notes.retain(|note| {
        !seen.contains(note) && {
            seen.push(*note);
            true
        }
    });
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_two_meanings_is_remarked_on_once() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(notes(&words("initlab compare --init kaiming_normal,he-normal,He")).len(), 1);
        assert_eq!(notes(&words("initlab compare --init=xavier_normal --activation tanh")).len(), 1);
        assert!(notes(&words("initlab compare --init He,std=0.01")).is_empty());
    }
}
