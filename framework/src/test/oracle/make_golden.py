"""Writes the golden numbers that Espalier's tests compare with.

An independent PyTorch statement of the reference networks, filled with weights that
RandomStream (SplitMix64) yields, so that Java rebuilds the same weights and images from seed and
name and only the results need to be stored.

    python make_golden.py                    the fixtures, into ../resources/.../golden
    python make_golden.py --out DIR          the same, into another folder
    python make_golden.py --export DIR       also weights and images as files, for checks by hand

Needs torch and numpy; --export needs safetensors too. Last run with torch 2.13.

Rules shared with the Java side:
  * A tensor's numbers u are nextDouble of RandomStream.of(7, "golden", NAME) in row-major order of
    the TensorFlow layout (conv kernels HWIO, dense kernels [in, out], images NHWC).
  * kernel: sqrt(6 / fan_in) * (2u - 1); bias, bn/offset, bn/mean: 0.2 * (u - 0.5);
    bn/scale, bn/variance: 0.5 + u; images: 2u - 1. Computed in double, then rounded to float.
  * The networks then run in double on those rounded values.
  * A checksum is the sum over all weights, BN statistics included.

The ResNets' logits come out large (1e5 at depth 56, 1e11 at 110) because under these weights
every block makes the signal about 1.6 times larger; compare relative to the largest logit.
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

SEED = 7
CLASSES = 10

# ---------------------------------------------------------------- random numbers

WORD = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
MULTIPLIER_1 = 0xBF58476D1CE4E5B9
MULTIPLIER_2 = 0x94D049BB133111EB


def mix(z):
    """The SplitMix64 finaliser on one Python int."""
    z = ((z ^ (z >> 30)) * MULTIPLIER_1) & WORD
    z = ((z ^ (z >> 27)) * MULTIPLIER_2) & WORD
    return z ^ (z >> 31)


def stream_state(seed, *path):
    """The state RandomStream.of(seed, path...) starts from."""
    state = mix((seed + GAMMA) & WORD)
    for name in path:
        for byte in name.encode("utf-8"):
            state = (mix(state ^ byte) + GAMMA) & WORD
        state = mix(state ^ 0x5BD1E995)
    return state


def next_longs(count, seed, *path):
    """The first `count` draws of nextLong, as unsigned words."""
    steps = np.arange(1, count + 1, dtype=np.uint64)
    z = np.uint64(stream_state(seed, *path)) + steps * np.uint64(GAMMA)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(MULTIPLIER_1)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(MULTIPLIER_2)
    return z ^ (z >> np.uint64(31))


def next_doubles(count, seed, *path):
    return (next_longs(count, seed, *path) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def golden_images(name, shape):
    u = next_doubles(math.prod(shape), SEED, "golden", name)
    return (2 * u - 1).astype(np.float32).reshape(shape)


def golden_weight(name, shape):
    """One parameter, in TensorFlow layout."""
    u = next_doubles(math.prod(shape), SEED, "golden", name)
    kind = name.rsplit("/", 1)[1]
    if kind == "kernel":
        value = math.sqrt(6.0 / math.prod(shape[:-1])) * (2 * u - 1)
    elif kind in ("bias", "offset", "mean"):
        value = 0.2 * (u - 0.5)
    elif kind in ("scale", "variance"):
        value = 0.5 + u
        if name.startswith("stage") and name.endswith("conv2/bn/scale"):
            value *= 0.25  # else the trunk grows so large that the late layers no longer show
    else:
        raise ValueError(name)
    return value.astype(np.float32).reshape(shape)


# ---------------------------------------------------------------- networks


def conv3x3(channels_in, channels_out, stride=1):
    return nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False)


VGG_TRUNK = {
    16: "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512",
    19: "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512",
}
VGG_16_A = "32 64 M 128 128 M 256 256 256 M 256 256 256 M 256 256 256"


class Vgg(nn.Module):
    """The CIFAR VGG: two-layer head with BN (L1), or one linear layer (network slimming)."""

    def __init__(self, trunk, plain_head=False):
        super().__init__()
        layers = []
        channels = 3
        for item in trunk.split():
            if item == "M":
                layers.append(nn.MaxPool2d(2))
                continue
            layers += [conv3x3(channels, int(item)), nn.BatchNorm2d(int(item)), nn.ReLU()]
            channels = int(item)
        self.features = nn.Sequential(*layers)
        if plain_head:
            self.classifier = nn.Linear(channels, CLASSES)
        else:
            self.classifier = nn.Sequential(
                nn.Linear(channels, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, CLASSES)
            )

    def forward(self, x):
        return self.classifier(F.avg_pool2d(self.features(x), 2).flatten(1))

    def parts(self):
        """Espalier's names for the layers that carry weights, in network order."""
        number = 0
        for layer in self.features:
            if isinstance(layer, nn.Conv2d):
                number += 1
                yield f"conv{number}", layer
            elif isinstance(layer, nn.BatchNorm2d):
                yield f"conv{number}/bn", layer
        if isinstance(self.classifier, nn.Linear):
            yield "dense", self.classifier
        else:
            yield "dense1", self.classifier[0]
            yield "dense1/bn", self.classifier[1]
            yield "dense2", self.classifier[3]


class BasicBlock(nn.Module):
    """Two 3x3 convs; `inner` is the width between them, the one number pruning may change."""

    def __init__(self, channels_in, inner, channels_out, stride):
        super().__init__()
        self.conv1 = conv3x3(channels_in, inner, stride)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = conv3x3(inner, channels_out)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.stride = stride
        self.appended = channels_out - channels_in

    def forward(self, x):
        branch = F.relu(self.bn1(self.conv1(x)))
        branch = self.bn2(self.conv2(branch))
        if self.stride == 2:  # type A as in the L1 code: average, then zeros after
            x = F.pad(F.avg_pool2d(x, 2), (0, 0, 0, 0, 0, self.appended))
        return F.relu(branch + x)


class ResNet(nn.Module):
    """The CIFAR ResNet of depth 6n+2. `inner` has one width per block, default unpruned."""

    def __init__(self, depth, planes=(16, 32, 64), channels_in=3, inner=None):
        super().__init__()
        per_stage = (depth - 2) // 6
        assert depth == 6 * per_stage + 2
        inner = iter(inner or [width for width in planes for _ in range(per_stage)])
        self.conv = conv3x3(channels_in, planes[0])
        self.bn = nn.BatchNorm2d(planes[0])
        self.stages = nn.ModuleList()
        channels = planes[0]
        for index, width in enumerate(planes):
            stage = nn.ModuleList()
            for block in range(per_stage):
                stride = 2 if index > 0 and block == 0 else 1
                stage.append(BasicBlock(channels, next(inner), width, stride))
                channels = width
            self.stages.append(stage)
        self.fc = nn.Linear(channels, CLASSES)

    def blocks(self):
        """(Espalier's name, block) pairs."""
        for s, stage in enumerate(self.stages, 1):
            for b, block in enumerate(stage, 1):
                yield f"stage{s}/block{b}", block

    def forward(self, x):
        x = F.relu(self.bn(self.conv(x)))
        for _, block in self.blocks():
            x = block(x)
        return self.fc(x.mean(dim=(2, 3)))

    def parts(self):
        yield "stem", self.conv
        yield "stem/bn", self.bn
        for name, block in self.blocks():
            yield f"{name}/conv1", block.conv1
            yield f"{name}/conv1/bn", block.bn1
            yield f"{name}/conv2", block.conv2
            yield f"{name}/conv2/bn", block.bn2
        yield "dense", self.fc


BATCH_NORM_NAMES = {
    "scale": "weight",
    "offset": "bias",
    "mean": "running_mean",
    "variance": "running_var",
}


def tensors(net):
    """Espalier's parameter names with the live PyTorch tensors."""
    for name, layer in net.parts():
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            for ours, theirs in BATCH_NORM_NAMES.items():
                yield f"{name}/{ours}", getattr(layer, theirs)
        else:
            yield f"{name}/kernel", layer.weight
            if layer.bias is not None:
                yield f"{name}/bias", layer.bias


def to_tf(tensor):
    """OIHW to HWIO, [out, in] to [in, out]; vectors stay."""
    array = tensor.detach().numpy()
    order = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}[array.ndim]
    return np.ascontiguousarray(array.transpose(order))


def from_tf(array):
    order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[array.ndim]
    return torch.from_numpy(np.ascontiguousarray(array.transpose(order)))


def fill(net):
    """Gives a network its golden weights and makes it compute in double."""
    net.double().eval()
    with torch.no_grad():
        for name, tensor in tensors(net):
            tensor.copy_(from_tf(golden_weight(name, to_tf(tensor).shape)))
    return net


def nchw(images):
    return torch.from_numpy(images).permute(0, 3, 1, 2).double()


def logits(net, images):
    with torch.no_grad():
        return net(nchw(images)).numpy()


def checksum(net):
    return math.fsum(x for _, tensor in tensors(net) for x in tensor.detach().flatten().tolist())


def parameter_count(net):
    return sum(p.numel() for p in net.parameters())


NETWORKS = {
    "vgg16": lambda: Vgg(VGG_TRUNK[16]),
    "vgg19": lambda: Vgg(VGG_TRUNK[19]),
    "vgg19-slimming": lambda: Vgg(VGG_TRUNK[19], plain_head=True),
    "resnet56": lambda: ResNet(56),
    "resnet110": lambda: ResNet(110),
}

# Trained parameters. From the architecture sheet, but for vgg19 (L1 head), which it does not list:
# there it is the slimming net with the other head.
PARAMETERS = {
    "vgg16": 14_987_722,
    "vgg19": 20_035_018 - (512 * 10 + 10) + (512 * 512 + 512) + 2 * 512 + (512 * 10 + 10),
    "vgg19-slimming": 20_035_018,
    "resnet56": 853_018,
    "resnet110": 1_727_962,
    "vgg16-a": 5_397_034,
    "resnet56-a": 773_336,
    "resnet56-b": 735_712,
    "resnet110-a": 1_688_522,
    "resnet110-b": 1_168_424,
}

# ---------------------------------------------------------------- L1-norm filter pruning

# Network, pruned share per stage, and the ids (stem = 1) of block-first convs left alone.
RESNET_PRESETS = {
    "resnet56-a": ("resnet56", (0.1, 0.1, 0.1), {16, 20, 38, 54}),
    "resnet56-b": ("resnet56", (0.6, 0.3, 0.1), {16, 18, 20, 34, 38, 54}),
    "resnet110-a": ("resnet110", (0.5, 0.0, 0.0), {36}),
    "resnet110-b": ("resnet110", (0.5, 0.4, 0.3), {36, 38, 74}),
}
PRESET_NETWORK = {"vgg16-a": "vgg16"} | {k: v[0] for k, v in RESNET_PRESETS.items()}

# What the presets must come to, block by block.
INNER_WIDTHS = {
    "resnet56-a": [14] * 7 + [16, 14] + [32] + [28] * 8 + [64] + [57] * 7 + [64],
    "resnet56-b": [6] * 7 + [16, 16] + [32] + [22] * 6 + [32, 22] + [64] + [57] * 7 + [64],
    "resnet110-a": [8] * 17 + [16] + [32] * 18 + [64] * 18,
    "resnet110-b": [8] * 17 + [16] + [32] + [19] * 17 + [64] + [44] * 17,
}


def strongest(conv, keep):
    """Filters with the largest sum of absolute weights, in their old order."""
    score = conv.weight.detach().abs().sum(dim=(1, 2, 3)).numpy()
    order = np.argsort(score, kind="stable")
    width = len(score)
    if keep < width:
        last_out, first_in = score[order[width - keep - 1]], score[order[width - keep]]
        # Close calls would let a correct float implementation choose otherwise.
        assert (first_in - last_out) / first_in > 1e-6, (last_out, first_in)
    return np.sort(order[width - keep :])


def convs(net):
    return [(name, layer) for name, layer in net.parts() if isinstance(layer, nn.Conv2d)]


def kept_filters(preset, net):
    """Conv name to kept filters, for every conv that loses some."""
    kept = {}
    if preset == "vgg16-a":
        targets = [int(item) for item in VGG_16_A.split() if item != "M"]
        for (name, conv), target in zip(convs(net), targets, strict=True):
            if target < conv.out_channels:
                kept[name] = strongest(conv, target)
        return kept
    _, ratios, skipped = RESNET_PRESETS[preset]
    stage_size = len(net.stages[0])
    for b, (name, block) in enumerate(net.blocks()):
        width = block.conv1.out_channels
        keep = int(width * (1 - ratios[b // stage_size]))
        if 2 + 2 * b not in skipped and keep < width:
            kept[f"{name}/conv1"] = strongest(block.conv1, keep)
    return kept


def smaller_network(preset, net, kept):
    if preset == "vgg16-a":
        return Vgg(VGG_16_A)
    inner = [
        len(kept.get(f"{name}/conv1", range(block.conv1.out_channels)))
        for name, block in net.blocks()
    ]
    assert inner == INNER_WIDTHS[preset]
    return ResNet(2 + 2 * len(inner), inner=inner)


def prune(preset, net, kept):
    """A physically smaller network holding the survivors of `net`."""
    small = smaller_network(preset, net, kept).double().eval()
    source = dict(net.parts())
    inputs = None  # surviving inputs of the layer at hand; None for all
    with torch.no_grad():
        for name, layer in small.parts():
            old = source[name]
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                rows = kept.get(name.removesuffix("/bn"))
                pairs = [(getattr(layer, a), getattr(old, a)) for a in BATCH_NORM_NAMES.values()]
            else:
                rows = kept.get(name)
                weight = old.weight if inputs is None else old.weight[:, inputs]
                pairs = [(layer.weight, weight)]
                if layer.bias is not None:
                    pairs.append((layer.bias, old.bias))
                inputs = rows
            for target, value in pairs:
                value = value if rows is None else value[rows]
                assert target.shape == value.shape, name
                target.copy_(value)
    return small


def check_against_mask(net, kept, small, images):
    """Silencing the pruned channels in the full net must give the small net's logits."""
    saved = {k: v.clone() for k, v in net.state_dict().items()}
    layers = dict(net.parts())
    with torch.no_grad():
        for name, survivors in kept.items():
            dead = np.setdiff1d(np.arange(layers[name].out_channels), survivors)
            layers[f"{name}/bn"].weight[dead] = 0
            layers[f"{name}/bn"].bias[dead] = 0
    np.testing.assert_allclose(logits(small, images), logits(net, images), rtol=1e-9)
    net.load_state_dict(saved)


# ---------------------------------------------------------------- training

TRAIN_SHAPE = (6, 28, 28, 1)
TRAIN_LABELS = [0, 3, 9, 1, 4, 7]
TRAIN_STEPS = 3
SGD = {"lr": 0.1, "momentum": 0.9, "weight_decay": 1e-4}


def small_resnet():
    """ResNet-8 at a quarter of the width, BN statistics as at the start of training."""
    net = fill(ResNet(8, planes=(4, 8, 16), channels_in=1))
    for name, layer in net.parts():
        if name.endswith("/bn"):
            layer.reset_running_stats()
    return net


ADAM = {"lr": 0.01, "betas": (0.9, 0.99), "eps": 1e-3, "weight_decay": 1e-4}
PENALTY = 0.05
TEMPERATURE = 2.0


def teacher_answers(images):
    """What the same network answers with golden batch norm statistics, in evaluation mode."""
    net = fill(ResNet(8, planes=(4, 8, 16), channels_in=1))
    net.eval()
    with torch.no_grad():
        return net(images)


def train(nesterov=False, adam=False, penalty=False, teacher=None):
    net = small_resnet()
    net.train()
    start = checksum(net)
    images = nchw(golden_images("train-images", TRAIN_SHAPE))
    labels = torch.tensor(TRAIN_LABELS)
    answers = teacher_answers(images)
    optimizer = (
        torch.optim.Adam(net.parameters(), **ADAM)
        if adam
        else torch.optim.SGD(net.parameters(), nesterov=nesterov, **SGD)
    )
    losses = []
    for _ in range(TRAIN_STEPS):
        optimizer.zero_grad()
        if teacher == "soft":
            wanted = F.softmax(answers / TEMPERATURE, dim=1)
            loss = F.cross_entropy(net(images) / TEMPERATURE, wanted) * TEMPERATURE**2
        elif teacher == "distance":
            loss = F.mse_loss(net(images), answers)
        else:
            loss = F.cross_entropy(net(images), labels)
        losses.append(loss.item())
        if penalty:
            scales = [m.weight for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
            loss = loss + PENALTY * sum(w.abs().sum() for w in scales)
        loss.backward()
        optimizer.step()
    return {
        "network": "resnet8",
        "widths": [4, 8, 16],
        "seed": SEED,
        "images": list(TRAIN_SHAPE),
        "labels": TRAIN_LABELS,
        "learningRate": ADAM["lr"] if adam else SGD["lr"],
        "momentum": SGD["momentum"],
        "weightDecay": SGD["weight_decay"],
        "nesterov": nesterov,
        "steps": TRAIN_STEPS,
        "checksum": digits(start, 12),
        "losses": digits(losses, 10),
        "parameters": {name: digits(to_tf(t).ravel(), 10) for name, t in tensors(net)},
    }


# ---------------------------------------------------------------- output


def digits(value, count):
    """Numbers rounded to `count` significant digits, arrays as nested lists."""
    if isinstance(value, (list, np.ndarray)):
        return [digits(item, count) for item in value]
    return float(f"{value:.{count}g}")


def render(value, depth=0):
    """JSON with one line per key, and per row of a nested list."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(k)}: {render(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{outer}}}"
    if isinstance(value, list) and value and isinstance(value[0], (list, dict)):
        lines = [inner + render(item, depth + 1) for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{outer}]"
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def write(folder, name, value):
    (folder / f"{name}.json").write_text(render(value) + "\n", encoding="utf-8", newline="\n")


def logits_fixture(name, net, images):
    assert parameter_count(net) == PARAMETERS[name], (name, parameter_count(net))
    return {
        "network": name,
        "seed": SEED,
        "images": list(images.shape),
        "checksum": digits(checksum(net), 12),
        "logits": digits(logits(net, images), 9),
    }


def stream_fixture(seed, *path):
    """The first draws of two fresh copies of a stream, one per method."""
    longs = next_longs(5, seed, *path).astype(np.int64)
    return {
        "seed": seed,
        "path": list(path),
        "nextLong": [str(x) for x in longs],
        "nextDouble": next_doubles(5, seed, *path).tolist(),
    }


def export(folder, name, net, images):
    from safetensors.numpy import save_file
    from safetensors.torch import save_file as save_torch_file

    weights = {key: to_tf(t).astype(np.float32) for key, t in tensors(net)}
    save_file(weights, folder / f"{name}.safetensors")
    np.save(folder / f"{name}-logits.npy", logits(net, images))
    if name == "vgg16":
        state = {k: v.float() if v.is_floating_point() else v for k, v in net.state_dict().items()}
        save_torch_file(state, folder / f"{name}-torch.safetensors")


def main():
    test_folder = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    golden = test_folder / "resources/org/espalier/framework/golden"
    parser.add_argument("--out", type=Path, default=golden, help="folder for the fixtures")
    parser.add_argument("--export", type=Path, help="folder for weights, images and logits files")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    streams = [stream_fixture(SEED, "golden", "x"), stream_fixture(123456789, "a", "b")]
    write(options.out, "rng", {"streams": streams})

    images = golden_images("images", (4, 32, 32, 3))
    if options.export:
        options.export.mkdir(parents=True, exist_ok=True)
        np.save(options.export / "images.npy", images)

    all_kept = {}
    for name, build in NETWORKS.items():
        net = fill(build())
        write(options.out, f"logits-{name}", logits_fixture(name, net, images))
        if options.export:
            export(options.export, name, net, images)
        for preset in (p for p, network in PRESET_NETWORK.items() if network == name):
            kept = kept_filters(preset, net)
            small = prune(preset, net, kept)
            check_against_mask(net, kept, small, images)
            fixture = logits_fixture(preset, small, images)
            if preset in ("vgg16-a", "resnet56-b"):
                write(options.out, f"logits-pruned-{preset}", fixture)
            all_kept[preset] = {f"{conv}/kernel": k.tolist() for conv, k in kept.items()}
    write(options.out, "l1-kept", all_kept)

    write(options.out, "training-step", train(nesterov=False))
    write(options.out, "training-step-nesterov", train(nesterov=True))
    write(options.out, "training-step-adam", train(adam=True))
    write(options.out, "training-step-penalty", train(penalty=True))
    write(options.out, "training-step-soft", train(teacher="soft"))
    write(options.out, "training-step-distance", train(teacher="distance"))


if __name__ == "__main__":
    main()
