//! The grids: lists whose product is thinned out evenly, so that every value meets every other.

/// The lists whose product a grid is a part of.
pub struct Grid {
    activations: &'static [&'static str],
    /// Units per hidden layer, and how many of these there are.
    hidden: &'static [(usize, usize)],
    initializers: &'static [&'static str],
    optimizers: &'static [(&'static str, f64)],
    seeds: [u64; 3],
    /// Iterations and examples per batch.
    lengths: &'static [(usize, usize)],
    /// λ, taken in turn.
    weight_decays: &'static [f64],
    /// With batch norm or without, taken in turn.
    batch_norms: &'static [bool],
    /// How many in a thousand cells of the product are trained.
    kept: u64,
}

/// One network to be trained.
pub struct Cell {
    pub activation: &'static str,
    pub width: usize,
    pub depth: usize,
    pub initializer: &'static str,
    pub optimizer: &'static str,
    pub rate: f64,
    pub seed: u64,
    pub iterations: usize,
    pub batch_size: usize,
    pub weight_decay: f64,
    pub batch_norm: bool,
}

impl Grid {
    /// The cells that are kept, spread evenly over the product.
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut number = 0;
        for &activation in self.activations {
            for &hidden in self.hidden {
                for &initializer in self.initializers {
                    for &optimizer in self.optimizers {
                        number += 1;
                        if spread(number) % 1000 < self.kept {
                            cells.push(self.cell(number, activation, hidden, initializer, optimizer));
                        }
                    }
                }
            }
        }
        cells
    }

    /// A cell of the product; what is not a list of the product is taken in turn.
    fn cell(
        &self,
        number: u64,
        activation: &'static str,
        (width, depth): (usize, usize),
        initializer: &'static str,
        (optimizer, rate): (&'static str, f64),
    ) -> Cell {
        let number = number as usize;
        let (iterations, batch_size) = self.lengths[number / 3 % self.lengths.len()];
        Cell {
            activation,
            width,
            depth,
            initializer,
            optimizer,
            rate,
            seed: self.seeds[number % 3],
            iterations,
            batch_size,
            weight_decay: self.weight_decays[number / 6 % self.weight_decays.len()],
            batch_norm: self.batch_norms[number / 30 % self.batch_norms.len()],
        }
    }
}

/// A number that is spread over all values whatever the pattern of its argument (Knuth's multiplicative
/// hash).
fn spread(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32
}

/// The activations of the later grids.
const TEN: [&str; 10] =
    ["relu", "tanh", "sigmoid", "softplus", "elu", "silu", "leaky_relu", "selu", "gelu", "softsign"];

/// The grid on which the first thresholds were chosen.
pub const FIRST: Grid = Grid {
    activations: &["relu", "tanh", "sigmoid", "softplus", "elu", "silu"],
    hidden: &[(60, 3), (50, 7), (30, 5)],
    initializers: &[
        "std=0.003",
        "std=0.02",
        "std=0.3",
        "Xavier",
        "He",
        "variance_scaling=0.33:fan_in:normal",
    ],
    optimizers: &[
        ("sgd", 0.005),
        ("sgd", 0.05),
        ("sgd", 0.5),
        ("sgd", 5.0),
        ("momentum", 0.002),
        ("momentum", 0.02),
        ("nesterov", 0.005),
        ("nesterov", 0.1),
        ("adagrad", 0.003),
        ("adagrad", 0.1),
        ("rmsprop", 0.0003),
        ("rmsprop", 0.01),
        ("adam", 0.0003),
        ("adam", 0.003),
    ],
    seeds: [1, 2, 3],
    lengths: &[(300, 100)],
    weight_decays: &[0.0],
    batch_norms: &[false],
    kept: 290,
};

/// Looked at since.
pub const SECOND: Grid = Grid {
    activations: &["relu", "tanh", "sigmoid", "softplus", "leaky_relu", "selu", "gelu", "softsign"],
    hidden: &[(80, 2), (40, 6), (120, 4)],
    initializers: &[
        "std=0.008",
        "std=0.05",
        "std=0.6",
        "glorot_uniform",
        "he_uniform",
        "orthogonal",
        "pytorch_default",
    ],
    optimizers: &[
        ("sgd", 0.01),
        ("sgd", 0.1),
        ("sgd", 1.0),
        ("sgd", 10.0),
        ("momentum", 0.005),
        ("momentum", 0.2),
        ("nesterov", 0.01),
        ("nesterov", 0.05),
        ("adagrad", 0.01),
        ("adagrad", 0.05),
        ("rmsprop", 0.0005),
        ("rmsprop", 0.003),
        ("adam", 0.0005),
        ("adam", 0.02),
    ],
    seeds: [11, 12, 13],
    lengths: &[(250, 64), (400, 128)],
    weight_decays: &[0.0],
    batch_norms: &[false],
    kept: 150,
};

/// Looked at since.
pub const THIRD: Grid = Grid {
    activations: &TEN,
    hidden: &[(90, 3), (70, 8), (20, 4)],
    initializers: &[
        "std=0.005",
        "std=0.03",
        "std=0.4",
        "lecun_normal",
        "he_normal",
        "uniform=0.05",
        "orthogonal=1.5",
    ],
    optimizers: &[
        ("sgd", 0.003),
        ("sgd", 0.03),
        ("sgd", 0.3),
        ("sgd", 3.0),
        ("momentum", 0.001),
        ("momentum", 0.05),
        ("nesterov", 0.003),
        ("nesterov", 0.2),
        ("adagrad", 0.005),
        ("adagrad", 0.2),
        ("rmsprop", 0.0002),
        ("rmsprop", 0.005),
        ("adam", 0.0002),
        ("adam", 0.01),
    ],
    seeds: [21, 22, 23],
    lengths: &[(200, 50), (500, 100)],
    weight_decays: &[0.0],
    batch_norms: &[false],
    kept: 120,
};

/// Weight decay and batch norm, looked at before the fourth was run.
pub const REGULARIZED: Grid = Grid {
    activations: &["relu", "tanh", "sigmoid", "elu"],
    hidden: &[(60, 3), (50, 7)],
    initializers: &["std=0.003", "std=0.02", "std=0.3", "Xavier", "He"],
    optimizers: &[
        ("sgd", 0.05),
        ("sgd", 0.5),
        ("momentum", 0.02),
        ("nesterov", 0.1),
        ("adagrad", 0.1),
        ("rmsprop", 0.003),
        ("adam", 0.001),
    ],
    seeds: [4, 5, 6],
    lengths: &[(300, 100)],
    weight_decays: &[0.0, 1e-3, 1e-2, 0.1],
    batch_norms: &[false, true],
    kept: 400,
};

/// Written down, with everything else in this file, before it was run, and run once.
pub const FOURTH: Grid = Grid {
    activations: &TEN,
    hidden: &[(100, 5), (55, 1), (35, 9), (140, 3)],
    initializers: &[
        "std=0.01",
        "std=0.08",
        "std=0.5",
        "glorot_normal",
        "lecun_uniform",
        "variance_scaling=1.5:fan_avg:truncated",
        "uniform=0.2",
        "orthogonal=0.7",
    ],
    optimizers: &[
        ("sgd", 0.002),
        ("sgd", 0.02),
        ("sgd", 0.2),
        ("sgd", 2.0),
        ("momentum", 0.003),
        ("momentum", 0.03),
        ("momentum", 0.15),
        ("nesterov", 0.002),
        ("nesterov", 0.02),
        ("nesterov", 0.15),
        ("adagrad", 0.002),
        ("adagrad", 0.02),
        ("adagrad", 0.15),
        ("rmsprop", 0.0001),
        ("rmsprop", 0.002),
        ("rmsprop", 0.02),
        ("adam", 0.0001),
        ("adam", 0.002),
        ("adam", 0.03),
    ],
    seeds: [31, 32, 33],
    lengths: &[(350, 80), (220, 150)],
    weight_decays: &[0.0, 0.0, 0.0, 1e-4, 1e-2],
    batch_norms: &[false, false, false, false, false, true],
    kept: 65,
};
