#!/usr/bin/env python3
"""PyTorch's side of the benchmarks: does the work that a line on standard input names, and answers with one line, the
seconds that one pass took. Runs only where PyTorch is installed; the benchmark program starts it.

The model is written as PyTorch programs usually write it: fused qkv, the two attention products as batched matmuls,
modules for the rest, AdamW over all tensors at once.
"""
import sys
import time

import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.scale = heads, (width // heads) ** -0.5
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = ((q @ k.transpose(-2, -1)) * self.scale).softmax(dim=-1)
        return self.proj((weights @ v).transpose(1, 2).reshape(batch, tokens, width))


class Mlp(nn.Sequential):
    def __init__(self, width, hidden):
        super().__init__(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width))


class Block(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attention, self.mlp = Attention(width, heads), Mlp(width, hidden)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Vit(nn.Module):
    def __init__(self, image, channels, patch, width, depth, heads, hidden, classes):
        super().__init__()
        self.patches = nn.Conv2d(channels, width, patch, stride=patch)
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.position = nn.Parameter(torch.randn(1, (image // patch) ** 2 + 1, width) * 0.02)
        self.blocks = nn.Sequential(*[Block(width, heads, hidden) for _ in range(depth)])
        self.norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, classes)

    def forward(self, images):
        x = self.patches(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], dim=1) + self.position
        return self.head(self.norm(self.blocks(x))[:, 0])


def training_step(batch, image, channels, patch, width, depth, heads, hidden, classes):
    model = Vit(image, channels, patch, width, depth, heads, hidden, classes)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05, foreach=True)
    images, labels = torch.randn(batch, channels, image, image), torch.arange(batch) % classes

    def step():
        optimiser.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(model(images), labels).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()

    return step


def model_forward(batch, image, channels, patch, width, depth, heads, hidden, classes):
    model = Vit(image, channels, patch, width, depth, heads, hidden, classes).eval()
    images = torch.randn(batch, channels, image, image)

    def forward():
        with torch.inference_mode():
            model(images)

    return forward


def layer(kind, batch, tokens, width, heads, hidden):
    """(forward, forward and backward) of one layer; the two differ by the backward pass."""
    module = {"linear": lambda: nn.Linear(width, hidden), "layer_norm": lambda: nn.LayerNorm(width),
              "gelu": nn.GELU, "attention": lambda: Attention(width, heads), "mlp": lambda: Mlp(width, hidden),
              "block": lambda: Block(width, heads, hidden)}[kind]()
    x = torch.randn(batch, tokens, hidden if kind == "gelu" else width, requires_grad=True)
    dy = torch.randn_like(module(x))

    def forward():
        module(x)

    def both():
        module(x).backward(dy)

    return forward, both


def work_of(words):
    """The function that a line asks for."""
    kind, sizes = words[0], [int(word) for word in words[2 if words[0].startswith("layer") else 1:]]
    if kind == "training_step":
        return training_step(*sizes)
    if kind == "forward":
        return model_forward(*sizes)
    return layer(words[1], *sizes)[kind == "layer_both"]


def seconds_of(work, at_least=0.3):
    times, begin = [], time.perf_counter()
    while not times or time.perf_counter() - begin < at_least:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def main():
    if sys.argv[2:3] == ["once"]:  # the work of one line, or none, three times; prints the peak memory in MB
        work = work_of(sys.argv[3].split()) if len(sys.argv) > 3 else lambda: None
        for _ in range(3):
            work()
        with open("/proc/self/status") as status:
            kilobytes = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
        print(int(kilobytes) * 1024 / 1e6)
        return
    known = {}  # line -> (work, its best number of threads)
    most_threads = int(sys.argv[1])
    for line in sys.stdin:
        line = line.strip()
        if line not in known:
            work = work_of(line.split())
            speeds = []
            for threads in range(1, most_threads + 1):
                torch.set_num_threads(threads)
                work()  # the first pass sets things up
                speeds.append((seconds_of(work), threads))
            known[line] = work, min(speeds)[1]
        work, threads = known[line]
        torch.set_num_threads(threads)
        print(f"{seconds_of(work)} {threads}", flush=True)


if __name__ == "__main__":
    main()
