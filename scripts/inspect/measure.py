#!/usr/bin/env python3
"""Measures what `initlab inspect` says of files whose truth is known: healthy ones, fresh and trained, and planted faults.

    scripts/inspect/measure.py --initlab target/release/initlab --folder target/measure healthy planted

Everything is seeded. Needs torch, torchvision, transformers, keras, jax, flax, scikit-learn, safetensors, h5py; what
cannot be imported is left out, and that is said. Files are written once into the folder.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

torch.set_num_threads(2)


def save_torch(module, file):
    torch.save(module.state_dict(), file)


# ---- fresh: (name, function that writes the file, law of each tensor or None)

def torchvision_files():
    import torchvision.models as models
    names = ["alexnet", "vgg11", "vgg11_bn", "resnet18", "resnet50", "resnext50_32x4d", "wide_resnet50_2", "densenet121",
             "squeezenet1_0", "googlenet", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "shufflenet_v2_x1_0",
             "mnasnet1_0", "efficientnet_b0", "efficientnet_v2_s", "regnet_y_400mf", "convnext_tiny", "vit_b_32", "swin_t",
             "swin_v2_t", "maxvit_t", "inception_v3"]
    for name in names:
        extra = {"init_weights": True} if name in ["googlenet", "inception_v3"] else {}
        yield f"torchvision_{name}.pt", lambda file, name=name, extra=extra: save_torch(
            getattr(models, name)(weights=None, **extra), file)


def transformers_files():
    import transformers as t
    small = dict(hidden_size=128, num_hidden_layers=4, num_attention_heads=4, intermediate_size=256, vocab_size=1000)
    configs = {
        "bert": lambda: t.BertModel(t.BertConfig(**small)),
        "roberta": lambda: t.RobertaModel(t.RobertaConfig(**small)),
        "distilbert": lambda: t.DistilBertModel(t.DistilBertConfig(dim=128, n_layers=4, n_heads=4, hidden_dim=256, vocab_size=1000)),
        "gpt2": lambda: t.GPT2LMHeadModel(t.GPT2Config(n_embd=128, n_layer=4, n_head=4, vocab_size=1000)),
        "llama": lambda: t.LlamaForCausalLM(t.LlamaConfig(**small)),
        "mistral": lambda: t.MistralForCausalLM(t.MistralConfig(**small, num_key_value_heads=2)),
        "qwen2": lambda: t.Qwen2ForCausalLM(t.Qwen2Config(**small, num_key_value_heads=2)),
        "gemma": lambda: t.GemmaForCausalLM(t.GemmaConfig(**small, head_dim=32, num_key_value_heads=2)),
        "opt": lambda: t.OPTForCausalLM(t.OPTConfig(hidden_size=128, num_hidden_layers=4, num_attention_heads=4, ffn_dim=256, vocab_size=1000, word_embed_proj_dim=128)),
        "bloom": lambda: t.BloomForCausalLM(t.BloomConfig(hidden_size=128, n_layer=4, n_head=4, vocab_size=1000)),
        "t5": lambda: t.T5Model(t.T5Config(d_model=128, d_kv=32, d_ff=256, num_layers=3, num_heads=4, vocab_size=1000)),
        "bart": lambda: t.BartModel(t.BartConfig(d_model=128, encoder_layers=3, decoder_layers=3, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=256, decoder_ffn_dim=256, vocab_size=1000)),
        "vit": lambda: t.ViTModel(t.ViTConfig(hidden_size=128, num_hidden_layers=4, num_attention_heads=4, intermediate_size=256)),
        "deit": lambda: t.DeiTModel(t.DeiTConfig(hidden_size=128, num_hidden_layers=4, num_attention_heads=4, intermediate_size=256)),
        "electra": lambda: t.ElectraModel(t.ElectraConfig(**small, embedding_size=64)),
        "wav2vec2": lambda: t.Wav2Vec2Model(t.Wav2Vec2Config(hidden_size=128, num_hidden_layers=3, num_attention_heads=4, intermediate_size=256)),
        "clip": lambda: t.CLIPModel(t.CLIPConfig(text_config=dict(hidden_size=128, num_hidden_layers=3, num_attention_heads=4, intermediate_size=256, vocab_size=1000), vision_config=dict(hidden_size=128, num_hidden_layers=3, num_attention_heads=4, intermediate_size=256))),
    }
    for name, make in configs.items():
        yield f"transformers_{name}.safetensors", lambda file, make=make: save_file(
            {k: v.contiguous().clone() for k, v in make().state_dict().items()}, file)


def torch_net(layers, init=None):
    net = nn.Sequential(*layers)
    for layer in net.modules():
        if init and isinstance(layer, (nn.Linear, nn.Conv2d)):
            init(layer.weight)
    return net


NETS = {
    "mlp": lambda: [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)],
    "deep": lambda: [nn.Linear(784, 128), nn.ReLU()] + [m for _ in range(6) for m in (nn.Linear(128, 128), nn.ReLU())] + [nn.Linear(128, 10)],
    "cnn": lambda: [nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10)],
    "bn": lambda: [nn.Linear(784, 200), nn.BatchNorm1d(200), nn.ReLU(), nn.Linear(200, 200), nn.BatchNorm1d(200), nn.ReLU(), nn.Linear(200, 200), nn.BatchNorm1d(200), nn.ReLU(), nn.Linear(200, 10)],
    "wide": lambda: [nn.Linear(784, 600), nn.Tanh(), nn.Linear(600, 600), nn.Tanh(), nn.Linear(600, 600), nn.Tanh(), nn.Linear(600, 600), nn.Tanh(), nn.Linear(600, 10)],
}
INITS = {
    "default": None,
    "he": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu"),
    "he_uniform": lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    "xavier_uniform": nn.init.xavier_uniform_,
    "xavier_normal": nn.init.xavier_normal_,
    "orthogonal": nn.init.orthogonal_,
}
LAW = {"default": "pytorch_default", "he": "He", "he_uniform": "he_uniform", "xavier_uniform": "glorot_uniform",
       "xavier_normal": "variance_scaling=1:fan_avg:normal", "orthogonal": "orthogonal"}


def torch_files():
    for net, layers in NETS.items():
        for name, init in INITS.items():
            yield f"torch_{net}_{name}.pt", lambda file, layers=layers, init=init: save_torch(torch_net(layers(), init), file)
    yield "torch_lstm.pt", lambda file: save_torch(nn.LSTM(64, 128, 2, bidirectional=True), file)
    yield "torch_gru.pt", lambda file: save_torch(nn.GRU(64, 128, 2), file)
    yield "torch_transformer.pt", lambda file: save_torch(nn.TransformerEncoder(nn.TransformerEncoderLayer(128, 4, 256), 4), file)
    yield "torch_module.pt", lambda file: torch.save(torch_net(NETS["mlp"]()), file)


def keras_files():
    import keras
    from keras import layers as L
    nets = {
        "mlp": [keras.Input((784,)), L.Dense(256, "relu"), L.Dense(256, "relu"), L.Dense(128, "relu"), L.Dense(10)],
        "he": [keras.Input((784,)), *[L.Dense(1024, "relu", kernel_initializer="he_normal") for _ in range(3)], L.Dense(10)],
        "cnn": [keras.Input((28, 28, 1)), L.Conv2D(32, 3), L.Conv2D(64, 3), L.BatchNormalization(), L.Conv2D(64, 3), L.Flatten(), L.Dense(10)],
        "separable": [keras.Input((28, 28, 3)), L.Conv2D(32, 3), L.SeparableConv2D(64, 3), L.DepthwiseConv2D(3), L.SeparableConv2D(64, 3), L.GlobalAveragePooling2D(), L.Dense(10)],
        "lstm": [keras.Input((20,), dtype="int32"), L.Embedding(1000, 64), L.LSTM(64, return_sequences=True), L.GRU(64), L.Dense(10)],
    }
    for name, layers in nets.items():
        for ending in ["keras", "weights.h5", "h5"]:
            def write(file, layers=layers, ending=ending):
                fresh = [type(l).from_config(l.get_config()) if not hasattr(l, "_keras_history") else l for l in layers]
                model = keras.Sequential(fresh)
                (model.save_weights if ending == "weights.h5" else model.save)(file)
            yield f"keras_{name}.{ending}", write

    def attention(file):
        x = keras.Input((16, 64))
        y = L.MultiHeadAttention(4, 16)(x, x)
        y = L.LayerNormalization()(x + y)
        keras.Model(x, L.Dense(10)(L.Dense(128)(y))).save(file)
    yield "keras_attention.keras", attention
    for name in ["MobileNetV2", "EfficientNetB0", "ResNet50", "DenseNet121", "Xception", "NASNetMobile"]:
        yield f"keras_{name}.keras", lambda file, name=name: getattr(keras.applications, name)(weights=None).save(file)


def flax_files():
    import jax
    import jax.numpy as jnp
    from flax import linen, traverse_util
    from safetensors.numpy import save_file as save

    class Mlp(linen.Module):
        @linen.compact
        def __call__(self, x):
            for width in [256, 256, 128]:
                x = linen.relu(linen.Dense(width)(x))
            return linen.Dense(10)(x)

    class Cnn(linen.Module):
        @linen.compact
        def __call__(self, x):
            for width in [32, 64, 64]:
                x = linen.relu(linen.BatchNorm(True)(linen.Conv(width, (3, 3))(x)))
            return linen.Dense(10)(x.mean((1, 2)))

    class Block(linen.Module):
        @linen.compact
        def __call__(self, x, _):
            y = linen.MultiHeadDotProductAttention(4)(linen.LayerNorm()(x), linen.LayerNorm()(x))
            y = x + y
            return y + linen.Dense(64)(linen.gelu(linen.Dense(256)(linen.LayerNorm()(y)))), None

    class Scanned(linen.Module):
        @linen.compact
        def __call__(self, x):
            x = linen.Embed(500, 64)(x)
            x, _ = linen.scan(Block, variable_axes={"params": 0}, split_rngs={"params": True}, length=4)()(x, None)
            return linen.Dense(10)(x)

    inputs = {"mlp": (Mlp(), jnp.zeros((1, 784))), "cnn": (Cnn(), jnp.zeros((1, 28, 28, 1))),
              "scan": (Scanned(), jnp.zeros((1, 8), jnp.int32))}
    for name, (net, x) in inputs.items():
        for seed in range(3):
            def write(file, net=net, x=x, seed=seed):
                params = traverse_util.flatten_dict(net.init(jax.random.key(seed), x), sep=".")
                arrays = {k: np.array(v) for k, v in params.items()}
                np.savez(file, **arrays) if str(file).endswith("npz") else save(arrays, file)
            yield f"flax_{name}_{seed}.{'npz' if seed == 1 else 'safetensors'}", write


# ---- trained

def data(seed):
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(10, 784, generator=generator)
    labels = torch.randint(0, 10, (4096,), generator=generator)
    return centres[labels] + 2.0 * torch.randn(4096, 784, generator=generator), labels


def train(net, optimizer, steps=250, seed=0):
    x, y = data(seed)
    for step in range(steps):
        batch = torch.randint(0, 4096, (64,), generator=torch.Generator().manual_seed(step))
        loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 0.05, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, 1e-3),
    "adamw": lambda p: torch.optim.AdamW(p, 3e-3, weight_decay=0.1),
}


def trained_files():
    for net, layers in NETS.items():
        for name, optimizer in OPTIMIZERS.items():
            for init in ["default", "he"]:
                def write(file, layers=layers, optimizer=optimizer, init=init):
                    model = torch_net(layers(), INITS[init])
                    train(model, optimizer(model.parameters()), 120 if "cnn" in str(file) else 250)
                    save_torch(model, file)
                yield f"trained_torch_{net}_{name}_{init}.pt", write
    from sklearn.datasets import load_digits, load_iris, load_wine
    from sklearn.neural_network import MLPClassifier
    for dataset in [load_digits, load_iris, load_wine]:
        for hidden in [(50,), (100, 50), (64, 64, 64)]:
            def write(file, dataset=dataset, hidden=hidden):
                x, y = dataset(return_X_y=True)
                model = MLPClassifier(hidden, max_iter=300, random_state=1).fit(x, y)
                names = {f"coefs_{i}": w for i, w in enumerate(model.coefs_)}
                np.savez(file, **names, **{f"intercepts_{i}": b for i, b in enumerate(model.intercepts_)})
            yield f"trained_sklearn_{dataset.__name__}_{'_'.join(map(str, hidden))}.npz", write
    import keras
    from keras import layers as L
    for width in [64, 256]:
        for optimizer in ["adam", "sgd", "rmsprop"]:
            def write(file, width=width, optimizer=optimizer):
                keras.utils.set_random_seed(width)
                model = keras.Sequential([keras.Input((784,)), L.Dense(width, "relu"), L.Dense(width, "relu"), L.Dense(10)])
                model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
                x, y = data(1)
                model.fit(x.numpy(), y.numpy(), batch_size=64, epochs=3, verbose=0)
                model.save(file)
            yield f"trained_keras_{width}_{optimizer}.keras", write


FRESH = [torchvision_files, transformers_files, torch_files, keras_files, flax_files]


def written(sources, folder):
    """Every file, written once; what cannot be made is said."""
    for source in sources:
        try:
            files = list(source())
        except ImportError as error:
            print(f"SKIPPED: {source.__name__}: {error}")
            continue
        for index, (name, write) in enumerate(files):
            file = folder / name
            if not file.exists():
                torch.manual_seed(index)
                np.random.seed(index)
                try:
                    write(file)
                except Exception as error:
                    print(f"SKIPPED: {name}: {type(error).__name__} {str(error)[:150]}")
                    continue
            yield file


def inspected(initlab, *files):
    ended = subprocess.run([initlab, "inspect", "--format", "json", *map(str, files)], capture_output=True, text=True)
    assert ended.returncode == 0, f"{files}: {ended.stderr}"
    return json.loads(ended.stdout)["models"]


def healthy(initlab, folder):
    for what, sources in [("fresh", FRESH), ("trained", [trained_files])]:
        files = false = 0
        training, tensors, listed = Counter(), 0, 0
        for file in written(sources, folder):
            model = inspected(initlab, file)[0]
            files += 1
            false += not model["healthy"]
            training[model["training"]] += 1
            if not model["healthy"]:
                for fault in model["faults"][:4]:
                    print(f"false alarm in {file.name}: {fault['kind']} {fault['tensor']}: {fault['text']}")
            wanted = {"fresh": "untrained", "trained": "trained"}[what]
            if model["training"] != wanted:
                print(f"{file.name} is {what}, said: {model['training']}")
            law = LAW.get(file.stem.split("_", 2)[2]) if file.name.startswith("torch_") and file.stem.count("_") >= 2 else None
            for weight in model["weights"] if law else []:
                tensors += 1
                found = any(law in one["labels"] for one in weight["laws"])
                listed += found
                if not found:
                    print(f"law of {file.name} {weight['name']} {weight['shape']}: {law}, said {weight['laws'][:2]}")
        print(f"{what}: {files} files, {false} false alarms ({100 * false / max(files, 1):.1f} %), said {dict(training)}")
        if what == "fresh":
            print(f"laws: {listed} of {tensors} fresh tensors have theirs among those listed")


def plant(state, weight, bias, kind):
    """Spoils one hidden layer; returns the names that may be blamed."""
    w = state[weight]
    flat = w.view(w.shape[0], -1)
    if kind == "NaN": flat[3, 5] = float("nan")
    elif kind == "all zero": w.zero_()
    elif kind == "constant": w.fill_(0.1)
    elif kind == "zero units": flat[4:8] = 0
    elif kind == "zero inputs": flat[:, 2:5] = 0
    elif kind == "repeated units": flat[9] = flat[4]
    elif kind == "negated units": flat[9] = -flat[4]
    elif kind == "all positive": w.abs_()
    elif kind == "x 2.5": w.mul_(2.5)
    elif kind == "x 0.4": w.mul_(0.4)
    elif kind == "huge value": flat[5, 5] = 60 * w.std()
    elif kind == "dead biases": state[bias].fill_(-50.0)
    return {weight, bias}


KINDS = ["NaN", "all zero", "constant", "zero units", "zero inputs", "repeated units", "negated units", "all positive",
         "x 2.5", "x 0.4", "huge value", "dead biases"]


def planted(initlab, folder):
    """Twelve kinds of fault in five networks, in one hidden layer each."""
    for init in ["he", "default", "trained"]:
        found = blamed = cases = 0
        for net in NETS:
            for index, kind in enumerate(KINDS):
                torch.manual_seed(index)
                model = torch_net(NETS[net](), INITS["he" if init == "trained" else init])
                if init == "trained":
                    train(model, torch.optim.Adam(model.parameters(), 1e-3), 60)
                state = {name: value.clone() for name, value in model.state_dict().items()}
                weights = [name for name, value in state.items() if value.dim() >= 2]
                weight = weights[len(weights) // 2]
                guilty = plant(state, weight, weight.replace("weight", "bias"), kind)
                file = folder / "planted.pt"
                torch.save(state, file)
                faults = inspected(initlab, file)[0]["faults"]
                names = {fault["tensor"] for fault in faults}
                cases += 1
                found += bool(names & guilty)
                innocent = {name for name in names if name and name not in guilty}
                blamed += bool(innocent)
                if innocent or not names & guilty:
                    print(f"{init} {net}, {kind} in {weight}: {[(f['kind'], f['tensor']) for f in faults]}")
        print(f"planted in {init} networks: {found} of {cases} found, in {blamed} a healthy layer was blamed")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--initlab", required=True)
    parser.add_argument("--folder", type=Path, default=Path("target/measure"))
    parser.add_argument("what", nargs="+", choices=["write", "healthy", "planted"])
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for what in arguments.what:
        if what == "write":
            print(sum(1 for _ in written([*FRESH, trained_files], arguments.folder)), "files")
        else:
            {"healthy": healthy, "planted": planted}[what](arguments.initlab, arguments.folder)


if __name__ == "__main__":
    sys.exit(main())
