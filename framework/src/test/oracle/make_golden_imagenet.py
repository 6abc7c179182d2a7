"""Writes golden logits of the networks for ImageNet and of the small ones that make_golden.py does
not know, and the filters that L1-norm pruning keeps of ResNet-34.

The post-activation ResNets are torchvision's own; the others are stated here. Weights, images and
rules are those of make_golden.py; images are 64x64x3 here, or what the network is for.

    python make_golden_imagenet.py               the fixtures, into ../resources/.../golden
    python make_golden_imagenet.py --out DIR     the same, into another folder

Needs torch, torchvision and numpy. Last run with torch 2.13 and torchvision 0.28.
"""

import argparse
import math
from pathlib import Path

import torch
import torchvision
from torch import nn
from torch.nn import functional as F

import make_golden as golden

# ---------------------------------------------------------------- networks


class Named:
    """A network with Espalier's names for its layers, in network order."""

    def __init__(self, net, parts):
        self.net = net
        self.layers = list(parts)

    def parts(self):
        return self.layers

    def __getattr__(self, name):
        return getattr(self.net, name)

    def __call__(self, x):
        return self.net(x)


def torchvision_resnet(name):
    net = getattr(torchvision.models, name)(num_classes=golden.CLASSES)

    def parts():
        yield "stem", net.conv1
        yield "stem/bn", net.bn1
        for s in range(1, 5):
            for b, block in enumerate(getattr(net, f"layer{s}"), 1):
                at = f"stage{s}/block{b}"
                convs = [c for c in ("1", "2", "3") if hasattr(block, "conv" + c)]
                for c in convs:
                    yield f"{at}/conv{c}", getattr(block, "conv" + c)
                    yield f"{at}/conv{c}/bn", getattr(block, "bn" + c)
                if block.downsample is not None:
                    yield f"{at}/shortcut", block.downsample[0]
                    yield f"{at}/shortcut/bn", block.downsample[1]
        yield "dense", net.fc

    return Named(net, parts())


class PreActivationBlock(nn.Module):
    """BN, ReLU, conv, three times; where a stage begins, a projection of what the first reads."""

    def __init__(self, channels_in, width, stride, begins):
        super().__init__()
        out = 4 * width
        self.bn1 = nn.BatchNorm2d(channels_in)
        self.conv1 = nn.Conv2d(channels_in, width, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out, 1, bias=False)
        self.shortcut = nn.Conv2d(channels_in, out, 1, stride=stride, bias=False) if begins else None

    def forward(self, x):
        first = F.relu(self.bn1(x))
        branch = self.conv1(first)
        branch = self.conv2(F.relu(self.bn2(branch)))
        branch = self.conv3(F.relu(self.bn3(branch)))
        return branch + (x if self.shortcut is None else self.shortcut(first))


class PreActivationResNet(nn.Module):
    """The 50 layers of Sparse Structure Selection, without branch scales."""

    def __init__(self, stem=64):
        super().__init__()
        self.stem = nn.Conv2d(3, stem, 7, stride=2, padding=3, bias=False)
        self.bn = nn.BatchNorm2d(stem)
        self.blocks = nn.ModuleDict()
        channels = stem
        for s, count in enumerate((3, 4, 6, 3)):
            for b in range(count):
                stride = 2 if s > 0 and b == 0 else 1
                block = PreActivationBlock(channels, stem << s, stride, b == 0)
                self.blocks[f"stage{s + 1}/block{b + 1}"] = block
                channels = 4 * (stem << s)
        self.tail = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, golden.CLASSES)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn(self.stem(x))), 3, stride=2, padding=1)
        for block in self.blocks.values():
            x = block(x)
        return self.fc(F.relu(self.tail(x)).mean(dim=(2, 3)))

    def parts(self):
        yield "stem", self.stem
        yield "stem/bn", self.bn
        for at, block in self.blocks.items():
            for c in "123":
                yield f"{at}/conv{c}/bn", getattr(block, "bn" + c)
                yield f"{at}/conv{c}", getattr(block, "conv" + c)
            if block.shortcut is not None:
                yield f"{at}/shortcut", block.shortcut
        yield "tail/bn", self.tail
        yield "dense", self.fc


class Flattened(nn.Linear):
    """A dense layer that reads an image, channels first; Espalier's has them last."""

    def __init__(self, image, out):
        super().__init__(math.prod(image), out)
        self.image = image


class Stack(nn.Sequential):
    """Layers in a row, numbered by kind."""

    def parts(self):
        counts = {"conv": 0, "dense": 0}
        for layer in self:
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                kind = "conv" if isinstance(layer, nn.Conv2d) else "dense"
                counts[kind] += 1
                last = f"{kind}{counts[kind]}"
                yield last, layer
            elif isinstance(layer, nn.BatchNorm2d):
                yield f"{last}/bn", layer


def vgg16_bn(divisor, size):
    """torchvision's vgg16_bn with a part of the channels, for square images of a size."""
    layers = []
    channels = 3
    for item in "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M".split():
        if item == "M":
            layers.append(nn.MaxPool2d(2))
            continue
        width = int(item) // divisor
        layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    hidden = 4096 // divisor
    layers += [nn.Flatten(), Flattened((channels, size // 32, size // 32), hidden), nn.ReLU()]
    layers += [nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, golden.CLASSES)]
    return Stack(*layers)


def lenet5():
    """Caffe's, without rectifiers behind its convolutions."""
    layers = [nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2)]
    layers += [nn.Flatten(), Flattened((50, 4, 4), 500), nn.ReLU()]
    return Stack(*layers, nn.Linear(500, golden.CLASSES))


class SubsampledBlock(golden.BasicBlock):
    def around(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, self.appended))


class ProjectedBlock(golden.BasicBlock):
    def __init__(self, channels_in, inner, channels_out, stride):
        super().__init__(channels_in, inner, channels_out, stride)
        if stride == 2:
            self.projection = nn.Conv2d(channels_in, channels_out, 1, stride=2, bias=False)
            self.projection_bn = nn.BatchNorm2d(channels_out)

    def around(self, x):
        return self.projection_bn(self.projection(x))


class MiddleBlock(golden.BasicBlock):
    """Every second pixel, zeros on both sides: akamaster/pytorch_resnet_cifar10's option A."""

    def around(self, x):
        planes = self.conv2.out_channels
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, planes // 4, planes // 4))


class AveragedMiddleBlock(golden.BasicBlock):
    """Averages of 2x2 pixels, zeros on both sides: TensorFlow's cifar10_estimator."""

    def around(self, x):
        added = self.conv2.out_channels - x.shape[1]
        return F.pad(F.avg_pool2d(x, 2), (0, 0, 0, 0, added // 2, added // 2))


class CifarResNet(golden.ResNet):
    """The CIFAR ResNet with other shortcuts where a stage begins."""

    def __init__(self, depth, block):
        super().__init__(depth)
        for stage in self.stages:
            for i, old in enumerate(stage):
                conv = old.conv1
                stage[i] = block(
                    conv.in_channels, conv.out_channels, old.conv2.out_channels, old.stride
                )

    def forward(self, x):
        x = F.relu(self.bn(self.conv(x)))
        for _, block in self.blocks():
            branch = F.relu(block.bn1(block.conv1(x)))
            branch = block.bn2(block.conv2(branch))
            x = F.relu(branch + (block.around(x) if block.stride == 2 else x))
        return self.fc(x.mean(dim=(2, 3)))

    def parts(self):
        *before, last = super().parts()
        yield from before
        for name, block in self.blocks():
            if hasattr(block, "projection"):
                yield f"{name}/shortcut", block.projection
                yield f"{name}/shortcut/bn", block.projection_bn
        yield last


# ---------------------------------------------------------------- L1-norm filter pruning

# Of ResNet-34: pruned share per stage; the ids (stem = 1, projections not counted) left alone.
RESNET34_PRESETS = {"resnet34-a": (0.3, 0.3, 0.3, 0), "resnet34-b": (0.5, 0.6, 0.4, 0)}
RESNET34_SKIPPED = {2, 8, 14, 16, 26, 28, 30, 32}

# What the presets must come to, block by block.
INNER_WIDTHS = {
    "resnet34-a": [64] + [44] * 2 + [128] + [89] * 2 + [128, 256] + [179] * 4 + [256] + [512] * 3,
    "resnet34-b": [64] + [32] * 2 + [128] + [51] * 2 + [128, 256] + [153] * 4 + [256] + [512] * 3,
}


def kept_filters(preset, net):
    """First convs of blocks to kept filters, for those that lose some."""
    kept, widths = {}, []
    first = [(n, layer) for n, layer in net.parts() if n.endswith("conv1")]
    for b, (name, conv) in enumerate(first):
        stage = int(name[len("stage")]) - 1
        width = conv.out_channels
        keep = int(width * (1 - RESNET34_PRESETS[preset][stage]))
        if 2 + 2 * b in RESNET34_SKIPPED:
            keep = width
        if keep < width:
            kept[f"{name}/kernel"] = golden.strongest(conv, keep).tolist()
        widths.append(keep)
    assert widths == INNER_WIDTHS[preset], widths
    return kept


# ---------------------------------------------------------------- output


def fill(net):
    """Golden weights in double precision; a flattened image is turned to channels last."""
    net.double().eval()
    with torch.no_grad():
        for name, layer in net.parts():
            if isinstance(layer, nn.BatchNorm2d):
                for ours, theirs in golden.BATCH_NORM_NAMES.items():
                    tensor = getattr(layer, theirs)
                    weight = golden.golden_weight(f"{name}/{ours}", tuple(tensor.shape))
                    tensor.copy_(torch.from_numpy(weight))
                continue
            if layer.bias is not None:
                weight = golden.golden_weight(f"{name}/bias", tuple(layer.bias.shape))
                layer.bias.copy_(torch.from_numpy(weight))
            shape = golden.to_tf(layer.weight).shape
            kernel = golden.from_tf(golden.golden_weight(f"{name}/kernel", shape))
            if isinstance(layer, Flattened):
                c, h, w = layer.image
                kernel = kernel.reshape(-1, h, w, c).permute(0, 3, 1, 2).reshape(kernel.shape)
            layer.weight.copy_(kernel)
    return net


LARGE = (2, 64, 64, 3)

# By fixture: the network, and the shape of its images.
NETWORKS = {
    "resnet18": (lambda: torchvision_resnet("resnet18"), LARGE),
    "resnet50": (lambda: torchvision_resnet("resnet50"), LARGE),
    "preresnet50-imagenet": (PreActivationResNet, LARGE),
    "vgg16-bn-imagenet": (lambda: vgg16_bn(4, 64), LARGE),
    "lenet5": (lenet5, (4, 28, 28, 1)),
    "resnet20-sfp": (lambda: CifarResNet(20, SubsampledBlock), (4, 32, 32, 3)),
    "resnet20-subsample-middle": (lambda: CifarResNet(20, MiddleBlock), (4, 32, 32, 3)),
    "resnet20-average-middle": (lambda: CifarResNet(20, AveragedMiddleBlock), (4, 32, 32, 3)),
    "resnet50-cifar": (lambda: CifarResNet(50, ProjectedBlock), (4, 32, 32, 3)),
}


def main():
    test_folder = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    folder = test_folder / "resources/org/espalier/framework/golden"
    parser.add_argument("--out", type=Path, default=folder, help="folder for the fixtures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name, (build, shape) in NETWORKS.items():
        net = fill(build())
        images = golden.golden_images("images", shape)
        fixture = {
            "network": name,
            "seed": golden.SEED,
            "images": list(shape),
            "checksum": golden.digits(golden.checksum(net), 12),
            "logits": golden.digits(golden.logits(net, images), 9),
        }
        golden.write(options.out, f"logits-{name}", fixture)
    resnet34 = fill(torchvision_resnet("resnet34"))
    kept = {preset: kept_filters(preset, resnet34) for preset in RESNET34_PRESETS}
    golden.write(options.out, "l1-kept-imagenet", kept)


if __name__ == "__main__":
    main()
