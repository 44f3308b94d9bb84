//! Files that are as they should be, and files that are not.

use super::*;
use flate2::{Compression, write::DeflateEncoder};
use std::io::Write;

fn example() -> Vec<Tensor<'static>> {
    let numbers: Vec<u8> = (0..6u8).flat_map(|n| f32::from(n).to_le_bytes()).collect();
    let tensor =
        |name: &str, shape: &[usize], bytes: &[u8]| Tensor::new(name, shape, Element::F32, bytes.to_vec());
    vec![tensor("2.weight", &[2, 3], &numbers), tensor("10.bias", &[1], &numbers[4..8])]
}

#[test]
fn both_formats_give_back_what_was_written() {
    for bytes in [safetensors_format::write(&example()), npz::write(&example())] {
        let tensors = read(&bytes).unwrap().tensors;
        let names: Vec<&str> = tensors.iter().map(|tensor| tensor.name.as_str()).collect();
        assert_eq!(names, ["2.weight", "10.bias"], "numbers in names are numbers");
        assert_eq!((&tensors[0].shape[..], tensors[0].element), (&[2, 3][..], Element::F32));
        assert_eq!(tensors[0].values(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(tensors[1].values(), [1.0]);
    }
}

#[test]
fn numbers_in_names_are_in_order_from_0_on() {
    let mut names =
        ["layers_10.kernel", "layers_1.kernel", "layers_0.kernel", "layers_0.bias", "layers_2.kernel"];
    names.sort_by_cached_key(|name| natural_key(name));
    assert_eq!(
        names,
        ["layers_0.bias", "layers_0.kernel", "layers_1.kernel", "layers_2.kernel", "layers_10.kernel"]
    );
}

/// As `numpy.asfortranarray` is saved.
#[test]
fn fortran_order_is_turned_into_c_order() {
    let array = npy::write(&example()[0]);
    let text = String::from_utf8_lossy(&array).into_owned();
    let place = text.find("False").unwrap() - (text.len() - array.len());
    let place = array.windows(5).position(|five| five == b"False").unwrap_or(place);
    let mut fortran = array.clone();
    fortran.splice(place..place + 5, *b"True ");
    assert_eq!(npy::read("a", fortran.into()).unwrap().values(), [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
}

/// An archive of one member, deflated, with fields that may lie.
fn deflated(content: &[u8], size: usize, crc: Option<u32>) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    let packed = encoder.finish().unwrap();
    let mut sum = flate2::Crc::new();
    sum.update(content);
    let archive = zip::archive(&[("a.npy".to_owned(), packed)]);
    patched(archive, |listed, bytes| {
        bytes[listed + 10] = 8;
        bytes[listed + 16..listed + 20].copy_from_slice(&crc.unwrap_or(sum.sum()).to_le_bytes());
        bytes[listed + 24..listed + 28].copy_from_slice(&(size as u32).to_le_bytes());
    })
}

/// Changes an archive at the entry of its only member.
fn patched(mut archive: Vec<u8>, change: impl Fn(usize, &mut [u8])) -> Vec<u8> {
    let listed = archive.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    change(listed, &mut archive);
    archive
}

#[test]
fn deflated_members_are_read() {
    let array = npy::write(&example()[0]);
    let archive = deflated(&array, array.len(), None);
    let tensors = read(&archive).unwrap().tensors;
    assert_eq!(tensors[0].values().len(), 6);
}

/// Sizes of 4 GiB or more stand in an extra field of their own, which may come behind others.
#[test]
fn wide_sizes_are_read_behind_other_fields() {
    let array = npy::write(&example()[0]);
    let mut archive = patched(zip::archive(&[("a.npy".to_owned(), array.clone())]), |at, bytes| {
        bytes[at + 20..at + 28].fill(0xff);
        bytes[at + 30] = 7 + 4 + 16;
    });
    let wide = (array.len() as u64).to_le_bytes();
    let extra = [&[0x99, 0x99, 3, 0, 1, 2, 3, 1, 0, 16, 0][..], &wide, &wide].concat();
    let end = archive.len() - 22; // the list's length stands there, behind the only entry
    archive[end + 12] += extra.len() as u8;
    archive.splice(end..end, extra);
    assert_eq!(read(&archive).unwrap().tensors[0].values().len(), 6);
}

#[test]
fn hostile_archives_are_refused() {
    let array = npy::write(&example()[0]);
    let good = zip::archive(&[("a.npy".to_owned(), array.clone())]);
    let two = zip::archive(&[("a.npy".to_owned(), array.clone()), ("b.npy".to_owned(), array.clone())]);
    let second = two.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    let mut overlapping = two.clone();
    overlapping[second + 42..second + 46].fill(0);
    let bomb = vec![0u8; 1 << 22];
    let table: Vec<(&str, Vec<u8>, &str)> = vec![
        ("torn", good[..good.len() / 2].to_vec(), "list of members"),
        ("overlap", overlapping, "overlap"),
        ("bomb by its own word", deflated(&bomb, 0xffff_0000, None), "expected at most"),
        ("bomb that says it is small", deflated(&bomb, 100, None), "expected 100 bytes, found 101"),
        ("wrong sum", deflated(&array, array.len(), Some(1)), "CRC"),
        ("no array", zip::archive(&[("a.npy".to_owned(), b"hello".to_vec())]), "expected a .npy array"),
        ("4 GiB", patched(good.clone(), |at, bytes| bytes[at + 20..at + 28].fill(0xff)), "4 GiB"),
        ("encrypted", patched(good.clone(), |at, bytes| bytes[at + 8] = 1), "flags 1"),
        ("unknown method", patched(good.clone(), |at, bytes| bytes[at + 10] = 12), "method 12"),
        (
            "far away",
            patched(good.clone(), |at, bytes| bytes[at + 42..at + 46].fill(0x7f)),
            "expected a member",
        ),
    ];
    for (what, bytes, expected) in table {
        let error = read(&bytes).expect_err(what).to_string();
        assert!(error.contains(expected), "{what}: {error}");
    }
}

#[test]
fn headers_that_lie_are_refused() {
    let array = |descr: &str, shape: &str| {
        let header = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}");
        let length = (header.len() as u16).to_le_bytes();
        [npy::MAGIC, &[1, 0], &length, header.as_bytes(), &[0; 8]].concat()
    };
    assert_eq!(npy::read("a", array("'<f4'", "(2,)").into()).unwrap().len(), 2);
    for (descr, shape, expected) in [
        ("'|O'", "(1,)", "found Python objects"),
        ("'>f4'", "(2,)", "found big-endian numbers; save a.astype('<f4')"),
        ("'>i8'", "(1,)", "found big-endian integers"),
        ("'<c8'", "(1,)", "found complex numbers; save real ones"),
        ("'<f16'", "(1,)", "expected numbers of 2, 4 or 8 bytes, found '<f16'"),
        ("'<U2'", "(1,)", "found texts"),
        ("'<M8[s]'", "(1,)", "found dates or times"),
        ("[('x', '<f4'), ('y', '<f4')]", "(1,)", "found records of several fields"),
        ("'<q9'", "(1,)", "found the type '<q9'"),
        ("'<f4'", "(3,)", "does not fit the 8 bytes"),
        ("'<f4'", "(4611686018427387904, 4)", "does not fit"),
        ("'<f4'", "(-1,)", "expected a shape"),
        ("'<f4'", "2", "expected a shape"),
    ] {
        let error = npy::read("a", array(descr, shape).into()).unwrap_err().to_string();
        assert!(error.contains(expected), "{descr} {shape}: {error}");
    }
}

#[test]
fn hostile_safetensors_are_refused() {
    let file = |header: &str, data: usize| {
        let length = (header.len() as u64).to_le_bytes();
        [&length[..], header.as_bytes(), &vec![0; data]].concat()
    };
    let tensor = |dtype: &str, shape: &str, from: u64, to: u64| {
        format!(r#"{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{from},{to}]}}"#)
    };
    let one = |text: &str, data| file(&format!(r#"{{"a":{text}}}"#), data);
    assert_eq!(read(&one(&tensor("F32", "[2]", 0, 8), 8)).unwrap().tensors[0].values(), [0.0, 0.0]);
    let good = safetensors_format::write(&example());
    let overlap = format!(r#"{{"a":{0},"b":{0}}}"#, tensor("F32", "[2]", 0, 8));
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("torn", good[..good.len() - 1].to_vec()),
        ("torn header", good[..20].to_vec()),
        ("header of 2^63 bytes", [&(1u64 << 63).to_le_bytes()[..], b"{}"].concat()),
        ("overlap", file(&overlap, 8)),
        ("gap", one(&tensor("F32", "[2]", 8, 16), 16)),
        ("beyond the end", one(&tensor("F32", "[2]", 0, 8), 4)),
        ("sizes that overflow", one(&tensor("F32", "[4611686018427387904,4]", 0, 8), 8)),
        ("wrong size for its type", one(&tensor("F64", "[2]", 0, 8), 8)),
        ("pickle", vec![0x80, 4, 0x95, 0]),
    ] {
        assert!(read(&bytes).is_err(), "{what}");
    }
}

/// What does not fit is told in bytes, and with the tensor's name.
#[test]
fn safetensors_that_do_not_fit_say_what() {
    let file = |shape: &str, to: u64, data: usize| {
        let header = format!(r#"{{"a.b":{{"dtype":"F32","shape":{shape},"data_offsets":[0,{to}]}}}}"#);
        let start = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat();
        (start.len(), [start, vec![0; data]].concat())
    };
    let (start, good) = file("[2,2]", 16, 16);
    assert_eq!(read(&good).unwrap().tensors[0].values(), [0.0; 4]);
    let huge = [&(1u64 << 62).to_le_bytes()[..], b"{}"].concat();
    let (end, all) = (start + 16, start + 64);
    for (bytes, expected) in [
        (&good[..end - 3], format!("the header describes {end} bytes, the file has {}: cut off?", end - 3)),
        (&file("[2,2]", 16, 64).1, format!("describes {end} bytes, the file has {all}: 48 are left over")),
        (&good[..20], format!("the header ends at byte {start}, the file has 20: cut off?")),
        (&huge, "the header has 4611686018427387904, expected at most 100 million".to_owned()),
        (
            &file("[2,3]", 16, 16).1,
            "'a.b': its shape [2, 3] of F32 takes 24 bytes, its place has 16".to_owned(),
        ),
        (
            &file("[4611686018427387904,4]", 16, 16).1,
            "more bytes than can be counted, its place has 16".to_owned(),
        ),
    ] {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.ends_with(&expected), "expected {expected}: {error}");
    }
}

/// Names of classes in an archive, complex numbers among weights: listed beside what is read.
#[test]
fn what_cannot_be_judged_does_not_refuse_the_rest() {
    let header = "{'descr': '<U3', 'fortran_order': False, 'shape': (1,), }";
    let length = (header.len() as u16).to_le_bytes();
    let texts = [npy::MAGIC, &[1, 0], &length, header.as_bytes(), &[65; 12]].concat();
    let weight = npy::write(&example()[0]);
    let archive = zip::archive(&[("classes.npy".to_owned(), texts), ("W.npy".to_owned(), weight)]);
    let complex = r#"{"dtype":"C64","shape":[1],"data_offsets":[0,8]}"#;
    let single = r#"{"dtype":"F32","shape":[2],"data_offsets":[8,16]}"#;
    let header = format!(r#"{{"freqs":{complex},"W":{single}}}"#);
    let file = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 16]].concat();
    for (bytes, name, reason) in [(&archive, "classes", "found texts"), (&file, "freqs", "the type C64")] {
        let found = read(bytes).unwrap();
        assert_eq!((found.tensors.len(), found.tensors[0].name.as_str()), (1, "W"));
        let [foreign] = &found.foreign[..] else { panic!("{:?}", found.foreign) };
        assert!(foreign.name == name && foreign.reason.contains(reason), "{foreign:?}");
    }
}

/// Each type of `.safetensors` is read, or passed over as what it is.
#[test]
fn narrow_floats_are_no_integers() {
    for (dtype, bytes, expected) in [
        ("F8_E4M3", 4, Element::Narrow { bytes: 1 }),
        ("F8_E5M2", 4, Element::Narrow { bytes: 1 }),
        ("F4", 2, Element::Narrow { bytes: 0 }),
        ("I8", 4, Element::Other { bytes: 1 }),
        ("F16", 8, Element::F16),
    ] {
        let header = format!(r#"{{"a":{{"dtype":"{dtype}","shape":[4],"data_offsets":[0,{bytes}]}}}}"#);
        let file = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &vec![0; bytes]].concat();
        let tensors = read(&file).unwrap().tensors;
        assert_eq!((tensors[0].element, tensors[0].element.is_read()), (expected, dtype == "F16"));
    }
}

/// A name that nobody gave is not told.
#[test]
fn an_array_alone_is_no_member() {
    let array = npy::write(&example()[0]);
    let error = read(&array[..array.len() - 1]).unwrap_err();
    assert!(matches!(&error, FormatError::Array(reason) if *reason == error.to_string()), "{error:?}");
    assert!(read(&[8, 7]).unwrap_err().to_string().ends_with("found bytes that begin like none of these"));
}
