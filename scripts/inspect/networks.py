"""PyTorch networks of side × side pixels in and 10 numbers out, drawn by any initializer and trained on digits of 28 × 28 or 8 × 8 pixels."""

import gzip
from pathlib import Path

import numpy as np
import torch
from torch import nn

class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)

    def forward(self, x):
        return torch.relu(x + self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x))))))


class Recurrent(nn.Module):
    def __init__(self, kind, side):
        super().__init__()
        self.rnn, self.head = kind(side, 96, 2, batch_first=True), nn.Linear(96, 10)

    def forward(self, x):
        return self.head(self.rnn(x.view(len(x), -1, self.rnn.input_size))[0][:, -1])


class Encoder(nn.Module):
    def __init__(self, side):
        super().__init__()
        self.embed, self.head = nn.Linear(side, 64), nn.Linear(64, 10)
        # Not nn.TransformerEncoder, which starts from copies of one layer: `inspect` says so.
        self.blocks = nn.Sequential(*[nn.TransformerEncoderLayer(64, 4, 128, 0.1, batch_first=True) for _ in range(3)])

    def forward(self, x):
        return self.head(self.blocks(self.embed(x.view(len(x), -1, self.embed.in_features))).mean(1))


def dense(widths, activation, norm=False):
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Linear(a, b), *([nn.BatchNorm1d(b)] if norm else []), activation()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], 10))


def convolutional(side):
    return nn.Sequential(nn.Unflatten(1, (1, side, side)), nn.Conv2d(1, 32, 3, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU(),
                         nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(64 * (side // 4) ** 2, 128), nn.ReLU(), nn.Linear(128, 10))


def residual(side):
    return nn.Sequential(nn.Unflatten(1, (1, side, side)), nn.Conv2d(1, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
                         nn.MaxPool2d(2), Residual(32), Residual(32), Residual(32), nn.Flatten(), nn.Linear(32 * (side // 4) ** 2, 10))


NETS = {
    "mlp": lambda side: dense([side * side, 256, 256, 128], nn.ReLU),
    "deep": lambda side: dense([side * side, *[128] * 7], nn.ReLU),
    "bn": lambda side: dense([side * side, 200, 200, 200], nn.ReLU, norm=True),
    "wide": lambda side: dense([side * side, 600, 600, 600, 600], nn.Tanh),
    "cnn": convolutional,
    "residual": residual,
    "encoder": Encoder,
    "lstm": lambda side: Recurrent(nn.LSTM, side),
    "gru": lambda side: Recurrent(nn.GRU, side),
}
INITS = {
    "default": None,
    "he": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu"),
    "he_uniform": lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    "xavier_uniform": nn.init.xavier_uniform_,
    "xavier_normal": nn.init.xavier_normal_,
    "orthogonal": nn.init.orthogonal_,
}
SEQUENTIAL = ["mlp", "deep", "bn", "wide", "cnn", "residual"]


def drawn(net, init, side=28):
    model = NETS[net](side)
    for layer in model.modules():
        if INITS[init] and isinstance(layer, (nn.Linear, nn.Conv2d)):
            INITS[init](layer.weight)
    return model


def digits(count=6000, side=28):
    """Images and labels: of the data folder, or scikit-learn's 1797 of 8 × 8 pixels; numbers as they are often normalized."""
    if side == 8:
        from sklearn.datasets import load_digits
        images, labels = load_digits(return_X_y=True)
        return ((images - images.mean()) / images.std()).astype(np.float32), labels
    folder = Path(__file__).parents[2] / "data"
    read = lambda name, skip: np.frombuffer(gzip.open(folder / name).read(), np.uint8, offset=skip)
    images = read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784)[:count].astype(np.float32)
    return (images / 255 - 0.1307) / 0.3081, read("t10k-labels-idx1-ubyte.gz", 8)[:count].astype(np.int64)


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 0.02, momentum=0.9, weight_decay=5e-4),
    "adam": lambda p: torch.optim.Adam(p, 1e-3),
    "plain": lambda p: torch.optim.SGD(p, 0.1),
    "adamw": lambda p: torch.optim.AdamW(p, 3e-3, weight_decay=0.1),
    "hot": lambda p: torch.optim.Adam(p, 1e-2, weight_decay=1e-3),
}


def train(model, optimizer, steps, side=28):
    images, labels = map(torch.from_numpy, digits(side=side))
    optimizer, order = OPTIMIZERS[optimizer](model.parameters()), torch.Generator().manual_seed(1)
    for _ in range(steps):
        batch = torch.randint(0, len(images), (64,), generator=order)
        loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
    with torch.no_grad():
        right = (model.eval()(images[:1500]).argmax(1) == labels[:1500]).float().mean()
    print(f"{type(model).__name__}: {right:.3f} of its examples right")
    return model.train()
