//! Tensors of a network that is not drawn yet, and their numbers: by the law that a recipe has for their name, or by an
//! initializer.
//!
//! The recipe that a file is held against ([`Recipe::departures`]) is the one that draws it, so that
//! `inspect --expect` finds nothing in what `draw --recipe` writes.

use super::layout::{self, Layout, TensorAxes};
use super::recipe::{Asked, Recipe, widened};
use super::role::{self, Role};
use crate::model_file::Tensor;
use crate::nn::init::{Biases, Distribution, Fans, Init, Weights};

/// A tensor whose numbers are to be drawn.
#[derive(Clone, Debug)]
pub struct Blank {
    /// Its name.
    pub name: String,
    /// The sizes of its axes.
    pub shape: Vec<usize>,
    /// What it is for.
    pub role: Role,
    /// What its axes mean, where there are two or more.
    pub axes: Option<TensorAxes>,
    /// The fans of the layer; of a bias those of its weight.
    pub fans: Fans,
    /// The number of its random stream: the layer's, or its place in the file.
    pub index: usize,
}

impl Blank {
    /// The weight of a layer.
    pub fn weight(name: String, fans: Fans, layout: Layout, index: usize) -> Self {
        let shape = match layout {
            Layout::InOut => vec![fans.fan_in, fans.fan_out],
            Layout::OutIn => vec![fans.fan_out, fans.fan_in],
        };
        let axes = Some(TensorAxes::of(&name, &shape, layout, None));
        Self { name, shape, role: Role::Weight, axes, fans, index }
    }

    /// The bias of a layer.
    pub fn bias(name: String, fans: Fans, index: usize) -> Self {
        Self { name, shape: vec![fans.fan_out], role: Role::Bias, axes: None, fans, index }
    }

    /// A blank for each tensor; without a layout it is guessed, as `inspect` does.
    pub fn of_file(tensors: &[&Tensor<'_>], layout: Option<Layout>) -> Vec<Self> {
        let roles: Vec<Role> = tensors.iter().map(|tensor| role::role(&tensor.name, &tensor.shape)).collect();
        let biases = layout::biases(tensors, &roles);
        let is_weight = |index: &usize| matches!(roles[*index], Role::Weight | Role::Embedding);
        let layers: Vec<usize> = (0..tensors.len()).filter(is_weight).collect();
        let pairs: Vec<_> =
            layers.iter().map(|i| (tensors[*i], biases[*i].map(|bias| tensors[bias]))).collect();
        let vector = |(index, tensor): (usize, &&Tensor<'_>)| {
            let fans = Fans { fan_in: 1, fan_out: tensor.len() };
            let (name, shape) = (tensor.name.clone(), tensor.shape.clone());
            Self { name, shape, role: roles[index], axes: None, fans, index }
        };
        let mut blanks: Vec<Self> = tensors.iter().enumerate().map(vector).collect();
        for ((index, guess), pair) in layers.iter().zip(layout::guess(&pairs)).zip(&pairs) {
            let layout = layout.or(guess).unwrap_or(Layout::OutIn);
            let axes = match roles[*index] {
                Role::Embedding => TensorAxes::of_table(&pair.0.shape),
                _ => TensorAxes::of(&pair.0.name, &pair.0.shape, layout, pair.1.map(|bias| &bias.shape[..])),
            };
            biases[*index]
                .iter()
                .for_each(|bias| (blanks[*bias].role, blanks[*bias].fans) = (Role::Bias, axes.fans()));
            (blanks[*index].fans, blanks[*index].axes) = (axes.fans(), Some(axes));
        }
        blanks
    }

    /// The numbers by the recipe's law for this name in a network of `depth` blocks, the last axis fastest; none where it has
    /// no law, or lets it be anything.
    ///
    /// # Errors
    /// The law is none that can be drawn for this tensor; the reason.
    pub fn by_recipe(&self, recipe: &Recipe, depth: usize, seed: u64) -> Result<Option<Vec<f64>>, String> {
        let Some(law) = recipe.law(&self.name) else { return Ok(None) };
        let (init, part) = match law.asked(depth)? {
            Asked::Nothing => return Ok(None),
            Asked::Uniform(bound) => {
                return Ok(Some(self.independent(Distribution::Uniform { bound: bound(self.fans) }, seed)));
            }
            Asked::Law(init, part) => (init, part),
        };
        let why_not = match (&self.axes, init.weights) {
            _ if init.needs_data => Some("needs data"),
            (_, Weights::Critical) => Some("follows from an activation: name its variance_scaling"),
            (None, _) if init.distribution(self.fans).is_none() => {
                Some("is for weights of two axes and more")
            }
            _ => None,
        };
        match why_not {
            Some(reason) => Err(format!("{}: {init} {reason}", self.name)),
            None => Ok(Some(self.by(&init, part, seed))),
        }
    }

    /// The numbers by an initializer: weights as its weights, biases as its biases; none for anything else.
    ///
    /// # Panics
    /// If the initializer is `critical`.
    pub fn by_init(&self, init: &Init, seed: u64) -> Option<Vec<f64>> {
        match self.role {
            Role::Weight => Some(self.by(init, 1.0, seed)),
            Role::Bias => Some(self.independent(init.bias_distribution(self.fans), seed)),
            _ => None,
        }
    }

    /// As weights of an initializer, so many times as wide.
    fn by(&self, init: &Init, part: f64, seed: u64) -> Vec<f64> {
        match init.distribution(self.fans) {
            Some(law) => self.independent(widened(law, part), seed),
            None => self.matrix(init, seed).into_iter().map(|number| number * part).collect(),
        }
    }

    fn independent(&self, law: Distribution, seed: u64) -> Vec<f64> {
        let init = Init { weights: Weights::Fixed(law), biases: Biases::LikeWeights, needs_data: false };
        if self.axes.is_some() {
            return self.matrix(&init, seed);
        }
        let fans = Fans { fan_in: 1, fan_out: self.shape.iter().product() };
        init.draw_biases(fans, seed, self.index).to_vec()
    }

    /// The weights of all units, in the order of the tensor.
    fn matrix(&self, init: &Init, seed: u64) -> Vec<f64> {
        let axes = self.axes.as_ref().expect("weights have axes");
        let fans = Fans { fan_in: axes.inputs(), fan_out: axes.count() };
        let matrix = init.draw_weights(fans, seed, self.index);
        if axes.units_last { matrix.into_iter().collect() } else { matrix.t().iter().copied().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::recipe::Departures;
    use crate::inspect::{InspectOptions, inspect};
    use crate::model_file::Element;

    fn blanks() -> Vec<Blank> {
        let shapes: [(&str, &[usize]); 6] = [
            ("h.0.attn.c_proj.weight", &[64, 64]),
            ("h.0.attn.c_proj.bias", &[64]),
            ("h.1.ln_1.weight", &[64]),
            ("h.1.mlp.c_fc.weight", &[256, 64]),
            ("h.1.mlp.c_proj.weight", &[64, 256]),
            ("conv.weight", &[16, 8, 3, 3]),
        ];
        let empty = |(name, shape): (&str, &[usize])| {
            Tensor::new(name, shape, Element::F64, vec![0; 8 * shape.iter().product::<usize>()])
        };
        let tensors = shapes.map(empty);
        Blank::of_file(&tensors.iter().collect::<Vec<_>>(), None)
    }

    fn rms(numbers: &[f64]) -> f64 {
        (numbers.iter().map(|x| x * x).sum::<f64>() / numbers.len() as f64).sqrt()
    }

    /// What draws is what judges: no tensor departs, and each departs from what another recipe asks.
    #[test]
    fn what_a_recipe_draws_follows_it() {
        let gpt2 = Recipe::parse(crate::inspect::recipes::RECIPES[0].1).unwrap();
        let drawn: Vec<Tensor<'_>> = blanks()
            .iter()
            .map(|blank| {
                let numbers = blank.by_recipe(&gpt2, 2, 1).unwrap().unwrap();
                Tensor::new(blank.name.clone(), &blank.shape, Element::F64, Element::F64.encode(&numbers))
            })
            .collect();
        let report = inspect(&drawn, InspectOptions::default());
        let Departures { departures, judged, .. } = gpt2.departures(&report).unwrap();
        assert_eq!((departures, judged), (Vec::new(), 6));
        let (projection, other) = (rms(&drawn[0].values()), rms(&drawn[3].values()));
        assert!((other / projection - 2.0).abs() < 0.1, "{other} {projection}: 1 over the root of 2 x 2");
    }

    #[test]
    fn fans_count_receptive_fields_and_a_bias_has_its_weights_fans() {
        let blanks = blanks();
        let of = |text: &str, blank: &Blank| blank.by_init(&text.parse().unwrap(), 1);
        let convolution = of("He", &blanks[5]).unwrap();
        assert!((rms(&convolution) / (2.0f64 / 72.0).sqrt() - 1.0).abs() < 0.1);
        let bias = of("pytorch_default", &blanks[1]).unwrap();
        let largest = bias.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
        assert!((0.1..=0.125).contains(&largest), "{largest}: the bound is 1/8");
        assert_eq!(of("He", &blanks[2]), None, "a norm's scale is no weight");
        let orthogonal = of("orthogonal", &blanks[5]).unwrap();
        assert!((orthogonal[..72].iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn laws_that_cannot_be_drawn_say_why() {
        let refused = |tensors: &str, is: &str| {
            let text = format!("name = \"a\"\n[[law]]\ntensors = \"{tensors}\"\nis = \"{is}\"\n");
            let recipe = Recipe::parse(&text).unwrap();
            blanks().iter().find_map(|blank| blank.by_recipe(&recipe, 1, 1).err()).unwrap_or_default()
        };
        assert_eq!(
            refused("*bias", "orthogonal"),
            "h.0.attn.c_proj.bias: orthogonal is for weights of two axes and more"
        );
        assert!(refused("conv*", "lsuv").contains("needs data"));
        assert!(refused("conv*", "critical").contains("activation"));
        assert_eq!(refused("*", "any"), "");
    }
}
