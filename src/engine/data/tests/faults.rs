//! Small IDX sets with one thing wrong each.

use super::*;

/// What is done to a good set, and what is then said, to the letter.
type Fault = (fn(&Path), &'static str);

const FAULTS: [Fault; 27] = [
    // The content of a plain file
    (
        |f| put(f, TRAIN_IMAGES, &images(3)[..2000]),
        "train-images-idx3-ubyte: expected 2368 bytes, as it declares 3 images of 28 x 28 pixels, found 2000 bytes",
    ),
    (
        |f| put(f, TEST_LABELS, [labels(&[1, 1]), vec![0]].concat()),
        "t10k-labels-idx1-ubyte: expected 10 bytes, as it declares 2 labels, found 11 bytes",
    ),
    (
        |f| fs::write(f.join(TRAIN_IMAGES), [0xFF; 100]).unwrap(),
        "train-images-idx3-ubyte: expected the magic number 0x00000803 of images, found 0xffffffff",
    ),
    (
        |f| put(f, TRAIN_IMAGES, labels(&[1, 2, 3])),
        "train-images-idx3-ubyte: expected the magic number 0x00000803 of images, found 0x00000801 \
         (this looks like a labels file: are two files swapped?)",
    ),
    (
        |f| put(f, TEST_LABELS, images(2)),
        "t10k-labels-idx1-ubyte: expected the magic number 0x00000801 of labels, found 0x00000803 \
         (this looks like an images file: are two files swapped?)",
    ),
    (
        |f| put(f, TEST_IMAGES, gzip(&images(2))),
        "t10k-images-idx3-ubyte: expected the magic number 0x00000803 of images, found 0x1f8b0800 \
         (this looks like a gzip archive: add .gz to its name)",
    ),
    (
        |f| put(f, TRAIN_IMAGES, idx(&[0x0803, u32::MAX, 28, 28], &[0])),
        "train-images-idx3-ubyte: expected 3367254359296 bytes, as it declares 4294967295 images of \
         28 x 28 pixels, found 17 bytes",
    ),
    (
        |f| fs::write(f.join(TRAIN_LABELS), labels(&[0; 60_001])).unwrap(),
        "train-labels-idx1-ubyte: expected 3 labels, one for each image of train-images-idx3-ubyte, \
         found 60001",
    ),
    (
        |f| put(f, TRAIN_LABELS, labels(&[0, 11, 9])),
        "train-labels-idx1-ubyte: expected training labels from 0 or 1 on without a gap, found no 1, though a \
         9 (example 2, counted from 0)",
    ),
    (
        |f| put(f, TEST_LABELS, labels(&[2, 10])),
        "t10k-labels-idx1-ubyte: expected labels that occur in training, 0 to 2, found a 10 (example 1, \
         counted from 0)",
    ),
    (
        |f| put(f, TRAIN_LABELS, labels(&[0, 1, 2, 3])),
        "train-labels-idx1-ubyte: expected 3 labels, one for each image of train-images-idx3-ubyte, \
         found 4",
    ),
    (
        |f| fs::write(f.join(TEST_IMAGES), idx(&[0x0803, 2, 27, 28], &[0; 1512])).unwrap(),
        "t10k-images-idx3-ubyte: expected images of 28 x 28 pixels, as in train-images-idx3-ubyte, \
         found 27 x 28",
    ),
    (
        |f| put(f, TEST_IMAGES, images(0)),
        "t10k-images-idx3-ubyte: expected at least one of its images, found none",
    ),
    (
        |f| put(f, TEST_IMAGES, &images(2)[..9]),
        "t10k-images-idx3-ubyte: expected a head of 16 bytes, found a file of 9 bytes",
    ),
    (
        |f| put(f, TRAIN_LABELS, []),
        "train-labels-idx1-ubyte: expected the magic number 0x00000801 of labels, found an empty file",
    ),
    (
        |f| put(f, TRAIN_LABELS, labels(&[1, 1, 1])),
        "train-labels-idx1-ubyte: expected labels of at least two classes, found only label 1",
    ),
    (
        |f| put(f, TRAIN_IMAGES, idx(&[0x0803, 3, 0, 28], &[])),
        "train-images-idx3-ubyte: expected images of 1 to 1048576 pixels, found 0 x 28",
    ),
    (
        |f| put(f, TRAIN_IMAGES, idx(&[0x0804, 3, 3, 28, 28], &[])),
        "train-images-idx3-ubyte: expected the magic number 0x00000803 of images, found 0x00000804 \
         (this is an IDX file of another number of dimensions: images have number, rows and columns; labels the number)",
    ),
    // What is no file
    (
        |f| {
            fs::remove_file(f.join(TRAIN_LABELS)).unwrap();
            fs::create_dir(f.join(TRAIN_LABELS)).unwrap();
        },
        "train-labels-idx1-ubyte: expected a readable file, found: it is a folder",
    ),
    // Archives
    (
        |f| archive(f, TRAIN_IMAGES, &images(3)),
        "train-images-idx3-ubyte.gz: expected an intact gzip archive, found invalid gzip header",
    ),
    (
        |f| archive(f, TRAIN_IMAGES, &gzip(&images(3))[..30]),
        "train-images-idx3-ubyte.gz: expected an intact gzip archive, found an early end",
    ),
    (
        |f| archive(f, TRAIN_IMAGES, b""),
        "train-images-idx3-ubyte.gz: expected an intact gzip archive, found an early end",
    ),
    (
        |f| {
            let mut bytes = gzip(&images(3));
            let checksum = bytes.len() - 8;
            bytes[checksum] ^= 1;
            archive(f, TRAIN_IMAGES, &bytes);
        },
        "train-images-idx3-ubyte.gz: expected an intact gzip archive, found corrupt gzip stream does \
         not have a matching checksum",
    ),
    (
        |f| {
            let noise = vec![7; 20];
            archive(f, TEST_LABELS, &[gzip(&labels(&[1, 1])), noise].concat());
        },
        "t10k-labels-idx1-ubyte.gz: expected an intact gzip archive, found invalid gzip header",
    ),
    (
        |f| archive(f, TEST_LABELS, &gzip(&images(2))),
        "t10k-labels-idx1-ubyte.gz: expected the magic number 0x00000801 of labels, found 0x00000803 \
         (this looks like an images file: are two files swapped?)",
    ),
    (
        // A bomb of 100 MB in 100 kB
        |f| {
            let bomb = idx(&[0x0801, 3], &vec![0; 100_000_000]);
            archive(f, TRAIN_LABELS, &gzip(&bomb));
        },
        "train-labels-idx1-ubyte.gz: expected 11 bytes, as it declares 3 labels, found more",
    ),
    (
        // A second good archive glued to the first
        |f| archive(f, TEST_LABELS, &gzip(&labels(&[1, 1])).repeat(2)),
        "t10k-labels-idx1-ubyte.gz: expected 10 bytes, as it declares 2 labels, found more",
    ),
];

#[test]
fn each_fault_is_named_and_leaves_nothing_behind() {
    for (break_it, text) in FAULTS {
        let folder = small_set();
        break_it(folder.path());
        let before = names(folder.path());
        assert_eq!(refusal(folder.path()), text);
        assert_eq!(names(folder.path()), before, "{text}");
    }
}
