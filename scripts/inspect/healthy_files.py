#!/usr/bin/env python3
"""Writes healthy model files whose truth is known: fresh ones by torchvision, transformers, PyTorch, Keras on two backends,
Flax and Equinox, and trained ones by PyTorch, transformers, Keras, Flax, Equinox and scikit-learn: for a few epochs on 28 × 28
pixels, and much longer on 8 × 8, where most end with every example right.

    scripts/inspect/healthy_files.py target/measure [torch_files …]

Each file is drawn from a seed of its name. What cannot be imported or made is said and left out; a file that is there stays.
"""

import os
import subprocess
import sys
import zlib
from functools import partial
from pathlib import Path

BACKENDS = ["torch", "jax"]
os.environ.setdefault("KERAS_BACKEND", BACKENDS[0])
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np
import torch
from networks import INITS, NETS, OPTIMIZERS, SEQUENTIAL, dense, digits, drawn, train
from torch import nn

torch.set_num_threads(1)


def save_torch(module, file):
    """As .safetensors, .onnx or what torch.save writes, by the file's ending."""
    from safetensors.torch import save_file
    if file.suffix == ".onnx":
        torch.onnx.export(module.eval(), (torch.zeros(2, 64),), file, dynamo=False)
    elif file.suffix == ".safetensors":
        save_file({name: tensor.contiguous().clone() for name, tensor in module.state_dict().items()}, file)
    else:
        torch.save(module.state_dict(), file)


def save_arrays(arrays, file):
    """As .npz or .safetensors, by the file's ending."""
    from safetensors.numpy import save_file
    arrays = {name: np.array(array) for name, array in arrays.items()}
    np.savez(file, **arrays) if file.suffix == ".npz" else save_file(arrays, file)


# Sources: each gives names of files, and what writes them.

def torchvision_files():
    import torchvision.models as models
    names = ["alexnet", "vgg11_bn", "resnet18", "resnet50", "resnext50_32x4d", "densenet121", "squeezenet1_0", "googlenet",
             "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "shufflenet_v2_x1_0", "mnasnet1_0", "efficientnet_b0",
             "efficientnet_v2_s", "regnet_y_400mf", "convnext_tiny", "vit_b_32", "swin_t", "swin_v2_t", "maxvit_t", "inception_v3"]
    for name in names:
        extra = {"init_weights": True} if name in ["googlenet", "inception_v3"] else {}
        yield f"fresh_torchvision_{name}.pt", lambda file, name=name, extra=extra: save_torch(
            getattr(models, name)(weights=None, **extra), file)


def transformers_models():
    import transformers as t
    small = dict(hidden_size=128, num_hidden_layers=4, num_attention_heads=4, intermediate_size=256, vocab_size=1000)
    sizes = dict(hidden_size=128, num_hidden_layers=3, num_attention_heads=4, intermediate_size=256)
    few = dict(num_key_value_heads=2)
    return {
        "bert": lambda: t.BertModel(t.BertConfig(**small)),
        "roberta": lambda: t.RobertaModel(t.RobertaConfig(**small)),
        "distilbert": lambda: t.DistilBertModel(t.DistilBertConfig(dim=128, n_layers=4, n_heads=4, hidden_dim=256, vocab_size=1000)),
        "gpt2": lambda: t.GPT2LMHeadModel(t.GPT2Config(n_embd=128, n_layer=4, n_head=4, vocab_size=1000)),
        "llama": lambda: t.LlamaForCausalLM(t.LlamaConfig(**small)),
        "mistral": lambda: t.MistralForCausalLM(t.MistralConfig(**small, **few)),
        "qwen2": lambda: t.Qwen2ForCausalLM(t.Qwen2Config(**small, **few)),
        "gemma": lambda: t.GemmaForCausalLM(t.GemmaConfig(**small, head_dim=32, **few)),
        "mixtral": lambda: t.MixtralForCausalLM(t.MixtralConfig(**small, num_local_experts=4, **few)),
        "opt": lambda: t.OPTForCausalLM(t.OPTConfig(hidden_size=128, num_hidden_layers=4, num_attention_heads=4, ffn_dim=256, vocab_size=1000, word_embed_proj_dim=128)),
        "bloom": lambda: t.BloomForCausalLM(t.BloomConfig(hidden_size=128, n_layer=4, n_head=4, vocab_size=1000)),
        "neox": lambda: t.GPTNeoXForCausalLM(t.GPTNeoXConfig(**small)),
        "t5": lambda: t.T5Model(t.T5Config(d_model=128, d_kv=32, d_ff=256, num_layers=3, num_heads=4, vocab_size=1000)),
        "bart": lambda: t.BartModel(t.BartConfig(d_model=128, encoder_layers=3, decoder_layers=3, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=256, decoder_ffn_dim=256, vocab_size=1000)),
        "vit": lambda: t.ViTModel(t.ViTConfig(**sizes)),
        "deit": lambda: t.DeiTModel(t.DeiTConfig(**sizes)),
        "electra": lambda: t.ElectraModel(t.ElectraConfig(**small, embedding_size=64)),
        "albert": lambda: t.AlbertModel(t.AlbertConfig(**small, embedding_size=64)),
        "deberta": lambda: t.DebertaV2Model(t.DebertaV2Config(**small)),
        "wav2vec2": lambda: t.Wav2Vec2Model(t.Wav2Vec2Config(**sizes)),
        "whisper": lambda: t.WhisperModel(t.WhisperConfig(d_model=128, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=256, decoder_ffn_dim=256, vocab_size=1000, pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=3)),
        "clip": lambda: t.CLIPModel(t.CLIPConfig(text_config=dict(**sizes, vocab_size=1000), vision_config=sizes)),
        "mamba": lambda: t.MambaForCausalLM(t.MambaConfig(hidden_size=128, num_hidden_layers=3, vocab_size=1000)),
        "segformer": lambda: t.SegformerModel(t.SegformerConfig()),
    }


def transformers_files():
    for name, make in transformers_models().items():
        yield f"fresh_transformers_{name}.safetensors", lambda file, make=make: save_torch(make(), file)

    def learned(make, steps=60):
        model = make()
        model.train()
        optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
        for _ in range(steps):  # sequences that count on, so that there is something to learn
            tokens = (torch.randint(0, 900, (8, 1)) + torch.arange(32)) % 900
            optimizer.zero_grad()
            model(input_ids=tokens, labels=tokens).loss.backward()
            optimizer.step()
        return model
    for name in ["gpt2", "llama", "gemma", "opt", "neox"]:
        yield f"trained_transformers_{name}.safetensors", lambda file, name=name: save_torch(learned(transformers_models()[name]), file)


def torch_files():
    for net in SEQUENTIAL:
        for init in INITS:
            yield f"fresh_torch_{net}_{init}.pt", lambda file, net=net, init=init: save_torch(drawn(net, init), file)
    for net in ["encoder", "lstm", "gru"]:
        yield f"fresh_torch_{net}.pt", lambda file, net=net: save_torch(NETS[net](28), file)
    yield "fresh_torch_module.pt", lambda file: torch.save(dense([784, 256, 128], nn.ReLU), file)
    for net in NETS:
        for optimizer, ending in zip(OPTIMIZERS, ["pt", "safetensors", "pt", "safetensors", "onnx"]):
            yield f"trained_torch_{net}_{optimizer}_long.{ending}", lambda file, net=net, optimizer=optimizer: save_torch(
                train(drawn(net, "default", 8), optimizer, 600, 8), file)
    for net in NETS:
        for optimizer in OPTIMIZERS:
            for init in ["default", *(["he"] if net in SEQUENTIAL and optimizer == "adam" else [])]:
                yield f"trained_torch_{net}_{optimizer}_{init}.pt", lambda file, net=net, optimizer=optimizer, init=init: save_torch(
                    train(drawn(net, init), optimizer, 120), file)


def sklearn_files():
    from sklearn import datasets
    from sklearn.neural_network import MLPClassifier
    for data in ["digits", "iris", "wine", "breast_cancer"]:
        for hidden, solver in [((50,), "adam"), ((100, 50), "lbfgs"), ((64, 64, 64), "adam"), ((40, 40), "sgd")]:
            def write(file, data=data, hidden=hidden, solver=solver):
                x, y = getattr(datasets, f"load_{data}")(return_X_y=True)
                model = MLPClassifier(hidden, solver=solver, max_iter=200, random_state=1).fit(x / x.max(0).clip(1), y)
                save_arrays({**{f"coefs_{i}": w for i, w in enumerate(model.coefs_)},
                             **{f"intercepts_{i}": b for i, b in enumerate(model.intercepts_)}}, file)
            yield f"trained_sklearn_{data}_{solver}_{len(hidden)}.npz", write


def keras_files():
    import keras
    from keras import layers as L
    backend = keras.backend.backend()
    nets = {
        "mlp": lambda side=28: [keras.Input((side * side,)), L.Dense(256, "relu"), L.Dense(256, "relu"), L.Dense(128, "relu"), L.Dense(10)],
        "he": lambda side=28: [keras.Input((side * side,)), *[L.Dense(1024, "relu", kernel_initializer="he_normal") for _ in range(3)], L.Dense(10)],
        "cnn": lambda side=28: [keras.Input((side * side,)), L.Reshape((side, side, 1)), L.Conv2D(32, 3, 2, "same"), L.Conv2D(64, 3, 1, "same"), L.BatchNormalization(), L.Conv2D(64, 3, 2, "same"), L.Flatten(), L.Dense(10)],
        "separable": lambda side=28: [keras.Input((side * side,)), L.Reshape((side, side, 1)), L.Conv2D(32, 3, 2), L.SeparableConv2D(64, 3), L.DepthwiseConv2D(3), L.SeparableConv2D(64, 3), L.GlobalAveragePooling2D(), L.Dense(10)],
        "recurrent": lambda side=28: [keras.Input((side * side,)), L.Reshape((side, side)), L.LSTM(64, return_sequences=True), L.GRU(64), L.Dense(10)],
        "embedding": lambda side=28: [keras.Input((20,), dtype="int32"), L.Embedding(1000, 64), L.Bidirectional(L.LSTM(64)), L.Dense(10)],
    }
    endings = {"mlp": ["keras", "weights.h5", "h5"], "cnn": ["keras", "h5"], "embedding": ["keras", "weights.h5"]}
    for name, layers in nets.items():
        for ending in endings.get(name, ["keras"]):
            def write(file, layers=layers, ending=ending):
                model = keras.Sequential(layers())
                (model.save_weights if ending == "weights.h5" else model.save)(file)
            yield f"fresh_keras_{backend}_{name}.{ending}", write

    def attention(file):
        x = keras.Input((16, 64))
        y = L.LayerNormalization()(x + L.MultiHeadAttention(4, 16)(x, x))
        keras.Model(x, L.Dense(10)(L.Dense(128)(y))).save(file)
    yield f"fresh_keras_{backend}_attention.keras", attention
    applications = ["MobileNetV2", "EfficientNetB0", "ResNet50", "DenseNet121", "Xception"]
    for name in applications if backend == BACKENDS[0] else ["MobileNetV3Small", "NASNetMobile", "EfficientNetV2B0"]:
        yield f"fresh_keras_{backend}_{name}.keras", lambda file, name=name: getattr(keras.applications, name)(weights=None).save(file)
    for name in ["mlp", "cnn", "recurrent"]:
        for optimizer, side, ending in [*[(o, 28, "keras") for o in ["adam", "sgd", "rmsprop"]], *[(o, 8, "h5") for o in ["adamw", "sgd"]]]:
            def write(file, name=name, optimizer=optimizer, side=side):
                model = keras.Sequential(nets[name](side))
                model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
                images, labels = digits(3000, side)
                fitted = model.fit(images, labels, batch_size=32, epochs=2 if side == 28 else 12, verbose=0)
                print(f"{file.name.removeprefix('part_')}: {fitted.history['accuracy'][-1]:.3f} of its examples right")
                model.save(file)
            yield f"trained_keras_{backend}_{name}_{optimizer}.{ending}", write


def flax_files():
    import jax
    import jax.numpy as jnp
    from flax import linen, traverse_util

    class Mlp(linen.Module):
        @linen.compact
        def __call__(self, x):
            for width in [256, 256, 128]:
                x = linen.relu(linen.Dense(width)(x))
            return linen.Dense(10)(x)

    class Cnn(linen.Module):
        @linen.compact
        def __call__(self, x):
            x = squares(x)[..., None]
            for width in [32, 64, 64]:
                x = linen.relu(linen.GroupNorm(8)(linen.Conv(width, (3, 3), 2)(x)))
            return linen.Dense(10)(x.mean((1, 2)))

    class Block(linen.Module):
        @linen.compact
        def __call__(self, x, _):
            y = x + linen.MultiHeadDotProductAttention(4)(linen.LayerNorm()(x), linen.LayerNorm()(x))
            return y + linen.Dense(64)(linen.gelu(linen.Dense(256)(linen.LayerNorm()(y)))), None

    class Scanned(linen.Module):
        @linen.compact
        def __call__(self, x):
            x = linen.Dense(64)(squares(x))
            x, _ = linen.scan(Block, variable_axes={"params": 0}, split_rngs={"params": True}, length=4)()(x, None)
            return linen.Dense(10)(x.mean(1))

    def start(net, side, key):
        return net.apply, jax.jit(net.init)(key, jnp.zeros((1, side * side)))
    nets = {name: partial(start, net) for name, net in {"mlp": Mlp(), "cnn": Cnn(), "scan": Scanned()}.items()}
    return jax_files("flax", nets, lambda params: traverse_util.flatten_dict(params, sep="."))


def equinox_files():
    import equinox as eqx
    import jax

    class Recurrent(eqx.Module):
        cell: eqx.nn.GRUCell
        head: eqx.nn.Linear

        def __call__(self, x):
            step = lambda state, row: (self.cell(row, state), None)
            return self.head(jax.lax.scan(step, jax.numpy.zeros(96), squares(x[None])[0])[0])

    relu = eqx.nn.Lambda(jax.nn.relu)
    nets = {
        "mlp": lambda side, a, b, c: eqx.nn.MLP(side * side, 10, 128, 4, key=a),
        "cnn": lambda side, a, b, c: eqx.nn.Sequential([
            eqx.nn.Lambda(lambda x: squares(x[None])), eqx.nn.Conv2d(1, 32, 3, 2, 1, key=a), relu, eqx.nn.Conv2d(32, 64, 3, 2, 1, key=b), relu,
            eqx.nn.Lambda(jax.numpy.ravel), eqx.nn.LayerNorm(64 * (side // 4) ** 2), eqx.nn.Linear(64 * (side // 4) ** 2, 10, key=c)]),
        "gru": lambda side, a, b, c: Recurrent(eqx.nn.GRUCell(side, 96, key=a), eqx.nn.Linear(96, 10, key=b)),
    }

    def start(make, side, key):
        params, static = eqx.partition(make(side, *jax.random.split(key, 3)), eqx.is_inexact_array)
        return lambda params, x: jax.vmap(eqx.combine(params, static))(x), params

    def named(params):
        return {jax.tree_util.keystr(path, simple=True, separator="."): leaf for path, leaf in jax.tree_util.tree_leaves_with_path(params)}
    return jax_files("equinox", {name: partial(start, make) for name, make in nets.items()}, named)


def squares(x):
    """Images from rows of pixels."""
    return x.reshape(len(x), round(x.shape[1] ** 0.5), -1)


def jax_files(framework, nets, named):
    """Drawn and trained files of networks; `nets` give from side and key a function and its parameters, which `named` names."""
    import jax
    import jax.numpy as jnp
    import optax

    def fitted(apply, params, optimizer, steps, side):
        images, labels = map(jnp.array, digits(side=side))
        state = optimizer.init(params)
        loss = lambda p, x, y: optax.softmax_cross_entropy_with_integer_labels(apply(p, x), y).mean()

        @jax.jit
        def update(params, state, batch):
            change, state = optimizer.update(jax.grad(loss)(params, images[batch], labels[batch]), state, params)
            return optax.apply_updates(params, change), state
        choose = np.random.default_rng(1)
        for _ in range(steps):
            params, state = update(params, state, choose.integers(0, len(images), 64))
        return params, float((jax.jit(apply)(params, images[:1500]).argmax(1) == labels[:1500]).mean())

    optimizers = {
        "drawn": None, "adam": optax.adam(2e-3), "adamw": optax.adamw(2e-3, weight_decay=0.1), "momentum": optax.sgd(0.05, 0.9),
        "decay": optax.chain(optax.add_decayed_weights(1e-3), optax.sgd(0.05, 0.9))}
    for name, start in nets.items():
        for (what, optimizer), ending in zip(optimizers.items(), ["npz", "safetensors"] * 3):
            for side, steps in [(28, 80), (8, 600)]:
                def write(file, start=start, optimizer=optimizer, side=side, steps=steps):
                    apply, params = start(side, jax.random.key(seed_of(file.name)))
                    if optimizer:
                        params, right = fitted(apply, params, optimizer, steps, side)
                        print(f"{file.name.removeprefix('part_')}: {right:.3f} of its examples right")
                    save_arrays(named(params), file)
                yield f"{'trained' if optimizer else 'fresh'}_{framework}_{name}_{what}_{side}.{ending}", write


SOURCES = [torchvision_files, transformers_files, torch_files, sklearn_files, keras_files, flax_files, equinox_files]


def seed_of(name):
    return zlib.crc32(name.encode()) & 0x7FFFFFFF


def write_all(folder, sources):
    for source in sources:
        try:
            files = list(source())
        except ImportError as error:
            print(f"SKIPPED: {source.__name__}: {error}")
            continue
        for name, write in files:
            part = folder / f"part_{name}"
            if (folder / name).exists():
                continue
            torch.manual_seed(seed_of(name))
            np.random.seed(seed_of(name))
            if "keras" in sys.modules:
                sys.modules["keras"].utils.set_random_seed(seed_of(name))
            try:
                write(part)
                part.rename(folder / name)
            except Exception as error:
                print(f"SKIPPED: {name}: {type(error).__name__} {str(error)[:150]}")


def main():
    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    write_all(folder, [source for source in SOURCES if not wanted or source.__name__ in wanted])
    if keras_files.__name__ in wanted or not wanted:
        for backend in [backend for backend in BACKENDS[1:] if os.environ["KERAS_BACKEND"] == BACKENDS[0]]:
            environment = {**os.environ, "KERAS_BACKEND": backend}
            subprocess.run([sys.executable, __file__, folder, keras_files.__name__], env=environment, check=True)


if __name__ == "__main__":
    main()
