//! The layout of a run file: all tables of one run, and a last line that vouches for them.
//!
//! ```text
//! initlab run 4ac8…                          the run's id: a file under another's name is found out
//! table 2000 51234 loss                      rows, bytes and name of the table that follows
//! initializer,seed,iteration,loss
//! …
//! end 2000 9f86d081884c7d65…                 rows of all tables, SHA-256 of everything before it
//! ```
//!
//! Sections are found by their length, so no label, whatever is in it, can be taken for a heading.
//! The checksum guards against torn and edited files, not against forgers.

use super::table::Table;
use super::tables::Tables;
use crate::files::sha256;

/// The bytes of the run file for `id`; [`decode`] reads them back.
pub(super) fn encode(id: &str, tables: &Tables) -> Vec<u8> {
    let mut bytes = first_line(id).into_bytes();
    for table in tables {
        let (rows, csv) = (table.row_count(), table.to_csv());
        bytes.extend(format!("table {rows} {} {}\n", csv.len(), table.name()).into_bytes());
        bytes.extend(csv);
    }
    let end = last_line(tables.row_count(), &bytes);
    bytes.extend(end.into_bytes());
    bytes
}

/// The tables of a run file, or what is wrong with it.
///
/// The checks in their order: the last line is there and whole, everything before it is UTF-8 and has its
/// checksum, the first line has this id, every section is as long as its heading says, the rows add up.
///
/// # Errors
/// The fault, as a clause for [`Lookup::Damaged`](super::Lookup::Damaged): `it breaks off`.
pub(super) fn decode(id: &str, bytes: &[u8]) -> Result<Tables, String> {
    let (body, end) = split_last_line(bytes)?;
    let body_text = std::str::from_utf8(body).map_err(|_| "it is not text")?;
    if !end.ends_with(format!(" {}\n", sha256(&[body])).as_bytes()) {
        return Err("its content and the checksum in its last line differ".to_owned());
    }
    let Some(sections) = body_text.strip_prefix(&first_line(id)) else {
        return Err("it is the file of another run".to_owned());
    };
    let tables = sections_of(sections).ok_or("its sections have an unknown layout")?;
    if end != last_line(tables.row_count(), body).as_bytes() {
        return Err("its rows and the row count in its last line differ".to_owned());
    }
    Ok(tables)
}

/// The line by which a run file is known, with its end.
fn first_line(id: &str) -> String {
    format!("initlab run {id}\n")
}

/// The line that vouches for `body`, everything before it.
fn last_line(rows: usize, body: &[u8]) -> String {
    format!("end {rows} {}\n", sha256(&[body]))
}

/// Everything before the last line, and the last line with its end.
fn split_last_line(bytes: &[u8]) -> Result<(&[u8], &[u8]), &'static str> {
    if bytes.is_empty() {
        return Err("it is empty");
    }
    let complete = bytes.strip_suffix(b"\n").ok_or("it breaks off")?;
    let start = complete.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let (body, end) = bytes.split_at(start);
    if !end.starts_with(b"end ") {
        return Err("the last line, with its checksum, is missing");
    }
    Ok((body, end))
}

/// Takes section after section; `None` if one is not as its heading says.
fn sections_of(mut text: &str) -> Option<Tables> {
    let mut tables = Tables::new();
    while !text.is_empty() {
        let (heading, rest) = text.split_once('\n')?;
        let mut fields = heading.strip_prefix("table ")?.splitn(3, ' ');
        let rows = fields.next()?.parse().ok()?;
        let length = fields.next()?.parse().ok()?;
        let (csv, rest) = rest.split_at_checked(length)?;
        let name = fields.next().filter(|name| tables.get(name).is_err())?;
        tables.push(Table::from_text(name, csv.to_owned(), rows));
        text = rest;
    }
    Some(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two tables whose labels try to look like the file's own lines.
    fn tables() -> Tables {
        let loss = "initializer,loss\n\"a,\nend 1 00\n\",0.5\n\"table 1 2 x\n\",NaN\n";
        let [loss, summary] = [("loss", loss), ("summary", "verdict\n")]
            .map(|(name, csv)| Table::parse(name, csv.as_bytes()).unwrap());
        Tables::from_iter([loss, summary])
    }

    #[test]
    fn layout_is_the_one_described() {
        let table = Table::parse("loss", b"loss\n0.5\n").unwrap();
        let text = String::from_utf8(encode("1f", &Tables::from_iter([table]))).unwrap();
        let body = "initlab run 1f\ntable 1 9 loss\nloss\n0.5\n";
        assert_eq!(text, format!("{body}end 1 {}\n", sha256(&[body.as_bytes()])));
    }

    #[test]
    fn tables_read_back() {
        assert_eq!(decode("1f", &encode("1f", &tables())), Ok(tables()));
        assert_eq!(decode("1f", &encode("1f", &Tables::new())), Ok(Tables::new()));
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let bytes = encode("1f", &tables());
        for length in 0..bytes.len() {
            assert!(decode("1f", &bytes[..length]).is_err(), "cut to {length} bytes");
        }
    }

    #[test]
    fn a_file_changed_anywhere_is_refused() {
        let bytes = encode("1f", &tables());
        for index in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[index] ^= 1 << bit;
                assert!(decode("1f", &changed).is_err(), "bit {bit} of byte {index}");
            }
        }
        let doubled = [&bytes[..], &bytes[..]].concat();
        assert!(decode("1f", &doubled).is_err());
    }

    #[test]
    fn reasons_tell_the_faults_apart() {
        let bytes = encode("1f", &tables());
        let text = String::from_utf8(bytes.clone()).unwrap();
        let recounted = text.replace("end 2 ", "end +2 ").into_bytes();
        let twice = "initlab run 1f\ntable 0 2 a\nb\ntable 0 2 a\nb\n";
        let twice = format!("{twice}end 0 {}\n", sha256(&[twice.as_bytes()]));
        let foreign = format!("initlab run 1f\nmore\nend 0 {}\n", sha256(&[b"initlab run 1f\nmore\n"]));
        let cases: [(&[u8], &str); 8] = [
            (b"", "it is empty"),
            (&bytes[..bytes.len() - 1], "it breaks off"),
            (b"a,b\n1,2\n", "the last line, with its checksum, is missing"),
            (b"\xff\n\0end 0 \nend 0 \n", "it is not text"),
            (
                text.replace("0.5", "0.6").leak().as_bytes(),
                "its content and the checksum in its last line differ",
            ),
            (&recounted, "its rows and the row count in its last line differ"),
            (twice.as_bytes(), "its sections have an unknown layout"),
            (foreign.as_bytes(), "its sections have an unknown layout"),
        ];
        for (bytes, reason) in cases {
            assert_eq!(decode("1f", bytes).unwrap_err(), reason);
        }
        assert_eq!(decode("2e", &bytes).unwrap_err(), "it is the file of another run");
    }
}
