//! The numbers of a tensor: which type they have and how they become double precision.
//!
//! Half precision and bfloat16 are decoded here; Rust has no stable type for either.

/// The type of a tensor's numbers.
///
/// ```
/// use initlab_engine::model_file::Element;
///
/// let mut numbers = Vec::new();
/// Element::F16.decode(&[0x00, 0x3c, 0x00, 0xc0], &mut numbers);
/// Element::Bf16.decode(&[0x80, 0x3f], &mut numbers);
/// Element::Other { bytes: 1 }.decode(&[7], &mut numbers);
/// assert_eq!(numbers, [1.0, -2.0, 1.0]);
/// assert_eq!((Element::F32.size(), Element::F32.roundoff()), (4, 2f64.powi(-24)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// IEEE 754 half precision: 10 bits fraction, largest number 65504.
    F16,
    /// The upper half of single precision (bfloat16): 7 bits fraction.
    Bf16,
    /// Single precision.
    F32,
    /// Double precision.
    F64,
    /// Floating-point numbers of 8, 6 or 4 bits, which are not read.
    Narrow {
        /// Bytes per number; 0 where a number is less than a byte.
        bytes: usize,
    },
    /// Not floating-point, of so many bytes each.
    Other {
        /// Bytes per number.
        bytes: usize,
    },
}

impl Element {
    /// Bytes per number.
    pub fn size(self) -> usize {
        match self {
            Self::F16 | Self::Bf16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
            Self::Narrow { bytes } | Self::Other { bytes } => bytes,
        }
    }

    /// Half the largest distance of neighbouring numbers, relative to them: by how much rounding to this
    /// type can change a number. Subnormal numbers lie further apart.
    pub fn roundoff(self) -> f64 {
        match self {
            Self::F16 => 2f64.powi(-11),
            Self::Bf16 => 2f64.powi(-8),
            Self::F32 => 2f64.powi(-24),
            Self::F64 | Self::Narrow { .. } | Self::Other { .. } => 2f64.powi(-53),
        }
    }

    /// True of the types whose numbers are decoded.
    pub fn is_read(self) -> bool {
        !matches!(self, Self::Narrow { .. } | Self::Other { .. })
    }

    /// Adds little-endian numbers in double precision, without loss; none unless they are of a type that is
    /// read. Bytes at the end that make no whole number are left out.
    pub fn decode(self, bytes: &[u8], numbers: &mut Vec<f64>) {
        match self {
            Self::F16 => numbers.extend(pairs(bytes).map(f16)),
            Self::Bf16 => {
                numbers.extend(pairs(bytes).map(|bits| f64::from(f32::from_bits(u32::from(bits) << 16))));
            }
            Self::F32 => {
                numbers.extend(bytes.as_chunks().0.iter().map(|b| f64::from(f32::from_le_bytes(*b))));
            }
            Self::F64 => numbers.extend(bytes.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b))),
            Self::Narrow { .. } | Self::Other { .. } => {}
        }
    }

    /// Numbers as little-endian bytes, rounded to the nearest of this type; none unless it is a type that is read.
    ///
    /// ```
    /// use initlab_engine::model_file::Element;
    ///
    /// assert_eq!(Element::F16.encode(&[1.0, -2.0]), [0x00, 0x3c, 0x00, 0xc0]);
    /// assert_eq!(Element::Bf16.encode(&[1.0]), [0x80, 0x3f]);
    /// ```
    pub fn encode(self, numbers: &[f64]) -> Vec<u8> {
        match self {
            Self::F16 => numbers.iter().flat_map(|number| to_f16(*number).to_le_bytes()).collect(),
            Self::Bf16 => numbers.iter().flat_map(|number| to_bf16(*number).to_le_bytes()).collect(),
            Self::F32 => numbers.iter().flat_map(|number| (*number as f32).to_le_bytes()).collect(),
            Self::F64 => numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
            Self::Narrow { .. } | Self::Other { .. } => Vec::new(),
        }
    }
}

/// Half precision of a number, rounded to the nearest, of two to the even one; beyond 65520 infinity.
fn to_f16(number: f64) -> u16 {
    let (sign, size) = (u16::from(number.is_sign_negative()) << 15, number.abs());
    if size.is_nan() {
        return 0x7e00;
    }
    // The exponent of the distance between neighbours: subnormal numbers have that of the smallest normal ones.
    let exponent = ((size.to_bits() >> 52) as i32 - 1023).max(-14);
    let steps = (size / 2f64.powi(exponent - 10)).round_ties_even();
    let normal = if steps >= 1024.0 { f64::from(exponent + 14) * 1024.0 } else { 0.0 };
    sign | (steps + normal).min(31.0 * 1024.0) as u16
}

/// bfloat16 of a number by way of single precision, rounded to the nearest, of two to the even one.
fn to_bf16(number: f64) -> u16 {
    let bits = (number as f32).to_bits();
    if number.is_nan() {
        return 0x7fc0;
    }
    ((bits + 0x7fff + (bits >> 16 & 1)) >> 16) as u16
}

/// The little-endian 16-bit words of some bytes.
fn pairs(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair))
}

/// Half precision: 1 bit sign, 5 bits exponent (bias 15), 10 bits fraction. Read as the upper part of a single
/// (bias 127), it is right but for a factor of 2¹¹²; infinity and NaN have an exponent of ones in both.
fn f16(bits: u16) -> f64 {
    let size = u32::from(bits & 0x7fff) << 13;
    let size = match bits & 0x7c00 {
        0x7c00 => f32::from_bits(size | 0x7f80_0000),
        _ => f32::from_bits(size) * 2f32.powi(112),
    };
    f64::from(if bits >> 15 == 1 { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values by their bits, from the definition of the formats (and NumPy's `float16(x).tobytes()`).
    #[test]
    fn halves_are_what_they_should_be() {
        let table: [(u16, f64); 7] = [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_953_125),
            (0x0001, 5.960_464_477_539_063e-8),
            (0x7bff, 65504.0),
            (0x7c00, f64::INFINITY),
            (0x8000, 0.0),
        ];
        let decode = |element: Element, bytes: &[u8]| {
            let mut numbers = Vec::new();
            element.decode(bytes, &mut numbers);
            numbers
        };
        for (bits, expected) in table {
            assert_eq!(decode(Element::F16, &bits.to_le_bytes()), [expected], "{bits:#x}");
        }
        // Every half is its own rounding; between two it is the nearer one, in the middle the even one.
        for bits in (0..0x7c00u16).chain([0x7c00, 0x8000, 0xbc00]) {
            assert_eq!(Element::F16.encode(&decode(Element::F16, &bits.to_le_bytes())), bits.to_le_bytes());
            let number = f64::from_bits(f16(bits).to_bits() & !(1 << 63));
            let next = f16((bits & 0x7fff) + 1);
            if next.is_finite() {
                let even = (bits & 0x7fff) + (bits & 1);
                assert_eq!(to_f16(f64::midpoint(number, next)), even, "{bits:#x}");
                assert_eq!(to_f16(f64::midpoint(number, next) * (1.0 - 1e-9)), bits & 0x7fff, "{bits:#x}");
            }
        }
        let rounded = [(65519.0, 0x7bff), (65520.0, 0x7c00), (1e300, 0x7c00), (-1e-300, 0x8000)];
        rounded.iter().for_each(|(number, bits)| assert_eq!(to_f16(*number), *bits, "{number}"));
        for (number, bits) in
            [(1.5, 0x3fc0), (1.0 + 2f64.powi(-8), 0x3f80), (1.0 + 3.0 * 2f64.powi(-8), 0x3f82)]
        {
            assert_eq!(to_bf16(number), bits, "{number}");
        }
        assert!(decode(Element::F16, &0x7e00u16.to_le_bytes())[0].is_nan());
        assert_eq!(decode(Element::Bf16, &0x3fc0u16.to_le_bytes()), [1.5]);
        assert_eq!(decode(Element::F64, &(-0.1f64).to_le_bytes()), [-0.1]);
    }
}
