//! The recipes that come with the program: how well-known architectures start.

/// The recipes that come with the program, by name.
pub const RECIPES: &[(&str, &str)] =
    &[("gpt2", GPT2), ("bert", BERT), ("torchvision-resnet", RESNET), ("vit", VIT), ("siren", SIREN)];

/// GPT-2 (Radford et al. 2019, section 2.3), as in transformers and nanoGPT.
const GPT2: &str = r#"
name = "gpt2"
blocks = "h."
law = [
    { tensors = "*attn.bias", is = "any" },
    { tensors = "*attn.masked_bias", is = "any" },
    { tensors = "*c_proj.weight", is = "std=0.02", per_branch = true },
    { tensors = "*ln_*.weight", is = "ones" },
    { tensors = "*.bias", is = "zeros" },
    { tensors = "*weight", is = "std=0.02" },
]
"#;
/// BERT and its heads, as in transformers.
const BERT: &str = r#"
name = "bert"
blocks = "layer."
law = [
    { tensors = "*LayerNorm.weight", is = "ones" },
    { tensors = "*bias", is = "zeros" },
    { tensors = "*embeddings.word_embeddings.weight", is = "any" }, # its row of padding is 0
    { tensors = "*weight", is = "std=0.02" },
]
"#;
/// torchvision's ResNets (He et al. 2015, fan out).
const RESNET: &str = r#"
name = "torchvision-resnet"
blocks = "layer"
law = [
    { tensors = "*running_mean", is = "zeros" },
    { tensors = "*running_var", is = "ones" },
    { tensors = "*bn*.weight", is = "ones" },
    { tensors = "*bn*.bias", is = "zeros" },
    { tensors = "*downsample.1.weight", is = "ones" },
    { tensors = "*downsample.1.bias", is = "zeros" },
    { tensors = "fc.bias", is = "any" },
    { tensors = "fc.weight", is = "pytorch_default" },
    { tensors = "*weight", is = "variance_scaling=2:fan_out:normal" },
]
"#;
/// torchvision's vision transformers (Dosovitskiy et al. 2021).
const VIT: &str = r#"
name = "vit"
blocks = "encoder_layer_"
law = [
    { tensors = "class_token", is = "zeros" },
    { tensors = "*pos_embedding", is = "std=0.02" },
    { tensors = "heads.head.*", is = "zeros" },
    { tensors = "conv_proj.weight", is = "any" },
    { tensors = "*ln*.weight", is = "ones" },
    { tensors = "*ln*.bias", is = "zeros" },
    { tensors = "*mlp.*.bias", is = "any" }, # N(0, 1e-12)
    { tensors = "*bias", is = "zeros" },
    { tensors = "*out_proj.weight", is = "pytorch_default" },
    { tensors = "*weight", is = "glorot_uniform" },
]
"#;
/// Networks of sines.
const SIREN: &str = r#"
name = "siren"
law = [
    { tensors = "*bias", is = "any" },
    { tensors = "net.0.*weight", is = "siren_first" },
    { tensors = "0.*weight", is = "siren_first" },
    { tensors = "layers.0.*weight", is = "siren_first" },
    { tensors = "*weight", is = "siren" },
]
"#;
