//! The instruction sets that inner loops are compiled for; one of them is picked at run time.

/// Compiles a function once per instruction set: AVX-512, AVX2, and what every CPU of the target has.
///
/// What the function is to inline must be `#[inline(always)]`, or it is compiled without the set.
macro_rules! per_instruction_set {
    ($($function:tt)*) => {
        #[multiversion::multiversion(targets(
            "x86_64+avx512f+avx512vl+avx512bw+avx512dq+avx2+fma",
            "x86_64+avx2+fma"
        ))]
        $($function)*
    };
}

pub(crate) use per_instruction_set;
