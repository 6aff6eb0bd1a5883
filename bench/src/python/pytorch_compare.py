#!/usr/bin/env python3
"""Times PyTorch beside Shiftwise on one NVIDIA GPU, and writes both as JSON.

    python3 bench/src/python/pytorch_compare.py --shiftwise dist/target/.../shiftwise --json result.json

What is timed, float32 with TF32 off:

- AddressNet-Fashion with its trained weights, eager and compiled with CUDA graphs, in turns with
  `shiftwise bench --network`. The values of each, at each batch that is timed, are compared with those of
  `shiftwise run` before; one wrong value, and nothing is timed.
- Chains of grouped 1x1 convolutions with a channel shuffle between them, and without: the sizes and the
  length are those of the report of `shiftwise bench`, which runs in turns with PyTorch in the same run.
- How fast the device copies.

A network's time is that of the whole call as a caller sees it: input from pinned memory, all layers, output
to pinned memory, one wait; which is also what `shiftwise bench` tells. `device` leaves the copies out.

Needs PyTorch 2.3 or later with CUDA and nothing else. --dry-run imports no PyTorch: it looks at the weights
and prints what would be done. It has not been run on a GPU yet.
"""

import argparse
import array
import json
import pathlib
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
WEIGHTS = ROOT / "models/src/main/resources/dev/shiftwise/models/addressnet-fashion.safetensors"
SCHEMA = "shiftwise-pytorch"
VERSION = 1
GROUPS = 4
EPSILON = 1e-5
# In, out, expanded channels and stride of each module; docs/SPEC.md, NET-02 and NET-03.
BLOCKS = [
    (32, 64, 128, 2), (64, 64, 192, 1), (64, 64, 192, 1),
    (64, 128, 192, 2), (128, 128, 256, 1), (128, 128, 256, 1),
]
IMAGE = (1, 28, 28)
CLASSES = 10
# Rows and columns from where a quarter of the channels is read: LEFT, UP, RIGHT, DOWN.
DIRECTIONS = [(0, 1), (1, 0), (0, -1), (-1, 0)]
# Whole networks, docs/SPEC.md, NET-07; and as much again for PyTorch's own rounding.
TOLERANCE = 2e-5
MODES = {"eager": None, "compiled": "reduce-overhead", "compiled, max-autotune": "max-autotune"}


def wanted_tensors():
    """The names and shapes that the weights have to have."""
    shapes = {"stem.weight": [32, 1, 3, 3], "fc.weight": [CLASSES, 128], "fc.bias": [CLASSES]}

    def norm(name, channels):
        for part in ("weight", "bias", "running_mean", "running_var"):
            shapes[f"{name}.{part}"] = [channels]

    norm("bn", 32)
    for i, (inner, outer, expanded, stride) in enumerate(BLOCKS):
        made = outer if stride == 1 else outer - inner
        shapes[f"blocks.{i}.pw1.weight"] = [expanded, inner // GROUPS]
        shapes[f"blocks.{i}.pw2.weight"] = [made, expanded // GROUPS]
        norm(f"blocks.{i}.bn1", expanded)
        norm(f"blocks.{i}.bn2", made)
    return shapes


def read_safetensors(path):
    """Returns name -> (shape, floats); nothing but the format's own text is needed for that."""
    data = path.read_bytes()
    (size,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise SystemExit(f"{path}: {name} is {entry['dtype']}, wanted F32")
        begin, end = entry["data_offsets"]
        values = array.array("f", data[8 + size + begin : 8 + size + end])
        if sys.byteorder == "big":
            values.byteswap()
        tensors[name] = (entry["shape"], values)
    return tensors


def check_tensors(path, tensors):
    wanted = wanted_tensors()
    found = {name: shape for name, (shape, _) in tensors.items()}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise SystemExit(f"{path}: {name} is {found.get(name)}, wanted {wanted.get(name)}")


def write_npy(path, shape, values):
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % (tuple(shape),)
    header += " " * (63 - (len(header) + 10) % 64) + "\n"
    path.write_bytes(
        b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + array.array("f", values).tobytes()
    )


def read_npy(path):
    data = path.read_bytes()
    if data[:6] != b"\x93NUMPY":
        raise SystemExit(f"{path} is no NumPy file")
    start = 10 + struct.unpack_from("<H", data, 8)[0] if data[6] == 1 else 12 + struct.unpack_from("<I", data, 8)[0]
    return array.array("f", data[start:])


def build_network(torch, tensors):
    """AddressNet-Fashion as a PyTorch user would write it: its modules, a ring of rolled slices, no tricks."""
    nn = torch.nn

    def address_shift(x):
        """RING: every channel is read at its address plus the direction's, around the end of the image."""
        n, c, h, w = x.shape
        ring = x.flatten(1)
        # Further than any direction goes.
        reach = w + 1
        longer = torch.cat([ring[:, -reach:], ring, ring[:, :reach]], 1)
        quarter = c // len(DIRECTIONS) * h * w
        parts = []
        for i, (down, right) in enumerate(DIRECTIONS):
            first = reach + i * quarter + down * w + right
            parts.append(longer[:, first : first + quarter])
        return torch.cat(parts, 1).view(n, c, h, w)

    class Block(nn.Module):
        def __init__(self, inner, outer, expanded, stride):
            super().__init__()
            made = outer if stride == 1 else outer - inner
            self.shift = expanded // (2 * GROUPS)
            self.stride = stride
            self.pw1 = nn.Conv2d(inner, expanded, 1, groups=GROUPS, bias=False)
            self.bn1 = nn.BatchNorm2d(expanded, eps=EPSILON)
            self.pw2 = nn.Conv2d(expanded, made, 1, stride=stride, groups=GROUPS, bias=False)
            self.bn2 = nn.BatchNorm2d(made, eps=EPSILON)

        def forward(self, x):
            wide = torch.relu(self.bn1(self.pw1(x)))
            main = self.bn2(self.pw2(address_shift(torch.roll(wide, -self.shift, 1))))
            if self.stride == 1:
                return torch.relu(x + main)
            kept = nn.functional.avg_pool2d(x, 2, ceil_mode=True, count_include_pad=False)
            return torch.cat([kept, torch.relu(main)], 1)

    class AddressNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(IMAGE[0], 32, 3, padding=1, bias=False)
            self.bn = nn.BatchNorm2d(32, eps=EPSILON)
            self.blocks = nn.Sequential(*(Block(*sizes) for sizes in BLOCKS))
            self.fc = nn.Linear(128, CLASSES)

        def forward(self, x):
            x = self.blocks(torch.relu(self.bn(self.stem(x))))
            return self.fc(x.mean((2, 3)))

    network = AddressNet()
    state = network.state_dict()
    for name, (_, values) in tensors.items():
        state[name] = torch.tensor(values, dtype=torch.float32).view(state[name].shape)
    network.load_state_dict(state)
    return network.eval().cuda()


def build_chain(torch, workload, layers, shuffled):
    """The chains of `shiftwise bench`: a convolution, then as many with or without a shuffle in front."""
    nn = torch.nn
    channels, groups = workload["channels"], workload["groups"]

    def shuffle(x):
        n, c, h, w = x.shape
        return x.view(n, groups, c // groups, h, w).transpose(1, 2).reshape(n, c, h, w)

    class Chain(nn.Module):
        def __init__(self):
            super().__init__()
            self.convolutions = nn.ModuleList(
                nn.Conv2d(channels, channels, 1, groups=groups) for _ in range(layers + 1)
            )

        def forward(self, x):
            x = torch.relu(self.convolutions[0](x))
            for convolution in self.convolutions[1:]:
                x = torch.relu(convolution(shuffle(x) if shuffled else x))
            return x

    order = shuffle(torch.arange(channels, dtype=torch.float32).view(1, channels, 1, 1)).flatten().tolist()
    wanted = [c % groups * (channels // groups) + c // groups for c in range(channels)]
    if [int(c) for c in order] != wanted:
        raise SystemExit(f"the shuffle of {workload} is wrong, nothing was timed")
    return Chain().eval().cuda()


class Timer:
    """Times calls on the device's stream, as `shiftwise bench` does: slices of time, medians."""

    def __init__(self, torch, rounds, slice_seconds, warm_up_seconds):
        self.torch = torch
        self.rounds = rounds
        self.slice = slice_seconds
        self.warm_up = warm_up_seconds

    def _calls(self, call):
        end = time.perf_counter() + self.warm_up
        count, start = 0, time.perf_counter()
        while count < 10 or time.perf_counter() < end:
            call()
            count += 1
        self.torch.cuda.synchronize()
        return max(1, int(self.slice / ((time.perf_counter() - start) / count)))

    def measure(self, contenders):
        """Name -> call, in turns; returns name -> nanoseconds of a call, median and best."""
        calls = {name: self._calls(call) for name, call in contenders.items()}
        nanos = {name: [] for name in contenders}
        for round_number in range(self.rounds):
            names = list(contenders)
            turn = round_number % len(names)
            for name in names[turn:] + names[:turn]:
                self.torch.cuda.synchronize()
                start = time.perf_counter_ns()
                for _ in range(calls[name]):
                    contenders[name]()
                self.torch.cuda.synchronize()
                nanos[name].append((time.perf_counter_ns() - start) / calls[name])
        return {
            name: {"medianNanos": statistics.median(times), "bestNanos": min(times)}
            for name, times in nanos.items()
        }


def whole_call(torch, network, batch, shape):
    """Input from pinned memory, all layers, output to pinned memory, one wait."""
    given = torch.rand(batch, *shape).pin_memory()
    on_device = given.cuda()
    with torch.inference_mode():
        result = torch.empty_like(network(on_device), device="cpu").pin_memory()

    def whole():
        with torch.inference_mode():
            on_device.copy_(given, non_blocking=True)
            result.copy_(network(on_device), non_blocking=True)
            torch.cuda.synchronize()

    def device():
        with torch.inference_mode():
            network(on_device)

    return whole, device


def compiled(torch, network, mode):
    return network if mode is None else torch.compile(network, mode=mode, dynamic=False)


def check_values(torch, networks, options, images):
    """Compares what will be timed, at its batch, with `shiftwise run`."""
    source = random.Random(7)
    values = [source.uniform(-1, 1) for _ in range(images * IMAGE[0] * IMAGE[1] * IMAGE[2])]
    with tempfile.TemporaryDirectory() as folder:
        x, y = pathlib.Path(folder, "x.npy"), pathlib.Path(folder, "y.npy")
        write_npy(x, (images, *IMAGE), values)
        execute([options.shiftwise, "run", str(options.weights), "--backend", options.backend,
                 "--input", str(x), "--output", str(y)])
        wanted = torch.tensor(read_npy(y)).view(images, CLASSES)
    given = torch.tensor(values).view(images, *IMAGE).cuda()
    for name, network in networks.items():
        with torch.inference_mode():
            found = network(given).float().cpu()
        error = ((found - wanted).abs().max() / wanted.abs().max()).item()
        if not error <= TOLERANCE:
            raise SystemExit(f"PyTorch, {name}, batch {images}: values differ by {error:.1e} of the largest, "
                             f"wanted {TOLERANCE:.0e}; nothing was timed at this batch")


def execute(command):
    try:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as e:
        raise SystemExit(f"{' '.join(command)}: {e}")


def run_shiftwise(options, batch, *what):
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        command = [options.shiftwise, "bench", *what, "--backend", options.backend, "--batch", str(batch),
                   "--json", str(report)]
        execute(command + (["--quick"] if options.quick else []))
        return json.loads(report.read_text())


def copy_bandwidth(torch):
    """Bytes a second, each counted once, of a copy far larger than any cache."""
    source = torch.empty(1 << 28, dtype=torch.float32, device="cuda")
    target = torch.empty_like(source)
    begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    times = []
    for _ in range(20):
        begin.record()
        target.copy_(source)
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end) / 1e3)
    return source.numel() * 4 / statistics.median(times)


def time_torch(torch, timer, networks, chains, batch):
    result = {"addressnet": {}, "chains": []}
    calls, device_calls = {}, {}
    for name, network in networks.items():
        calls[name], device_calls[name] = whole_call(torch, network, batch, IMAGE)
    whole, device = timer.measure(calls), timer.measure(device_calls)
    for name in networks:
        result["addressnet"][name] = {"whole": whole[name], "device": device[name]}
    for workload, variants in chains:
        shape = (workload["channels"], workload["height"], workload["width"])
        calls = {name: whole_call(torch, chain, batch, shape)[0] for name, chain in variants.items()}
        result["chains"].append({"workload": workload, "variants": timer.measure(calls)})
    return result


def import_torch():
    try:
        import torch
    except ImportError as e:
        raise SystemExit(f"PyTorch is missing: {e}; pip install torch, of the driver's version of CUDA")
    if not torch.cuda.is_available():
        raise SystemExit("PyTorch sees no GPU: it was built without CUDA, or the driver shows none (nvidia-smi)")
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    return torch


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shiftwise", default=str(ROOT / "shiftwise"), help="the command (default: %(default)s)")
    parser.add_argument("--backend", default="cuda", help="of Shiftwise (default: %(default)s)")
    parser.add_argument("--weights", type=pathlib.Path, default=WEIGHTS, help="AddressNet-Fashion's")
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 128], help="(default: 1 128)")
    parser.add_argument("--turns", type=int, default=3, help="of PyTorch and Shiftwise (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="fewer sizes and rounds")
    parser.add_argument("--json", type=pathlib.Path, help="where to write the result (default: standard output)")
    parser.add_argument("--dry-run", action="store_true", help="look at the weights, say what would be done")
    options = parser.parse_args()

    tensors = read_safetensors(options.weights)
    check_tensors(options.weights, tensors)
    if options.dry_run:
        print(f"weights: {options.weights}, {len(tensors)} tensors as wanted")
        print(f"PyTorch: {', '.join(MODES)}; batches {options.batch}; {options.turns} turns with")
        quick = " --quick" if options.quick else ""
        print(f"  {options.shiftwise} bench --backend {options.backend}{quick}")
        print(f"  {options.shiftwise} bench --network {options.weights} --backend {options.backend}{quick}")
        return

    torch = import_torch()
    network = build_network(torch, tensors)
    timer = Timer(torch, 21 if options.quick else 61, 0.02, 0.5 if options.quick else 2)
    turns = []
    for batch in options.batch:
        # Dynamo keeps a few compiled forms of one function, and beyond them runs it eagerly.
        torch._dynamo.reset()
        networks = {name: compiled(torch, network, mode) for name, mode in MODES.items()}
        check_values(torch, networks, options, batch)
        chains = None
        for turn in range(options.turns):
            report = run_shiftwise(options, batch)
            whole = run_shiftwise(options, batch, "--network", str(options.weights))
            if chains is None:
                layers = report["settings"]["layers"]
                comparisons = report["backends"][0]["comparisons"]
                workloads = next(one["workloads"] for one in comparisons if one["id"] == "channel-shift")
                chains = [
                    (one["workload"], {
                        name: build_chain(torch, one["workload"], layers, name == "channel shuffle")
                        for name in ("channel shuffle", "no exchange")
                    })
                    for one in workloads
                ]
            turns.append({"batch": batch, "turn": turn, "shiftwise": report, "shiftwiseNetwork": whole,
                          "pytorch": time_torch(torch, timer, networks, chains, batch)})
    properties = torch.cuda.get_device_properties(0)
    result = {
        "schema": SCHEMA,
        "version": VERSION,
        "environment": {"pytorch": torch.__version__, "cuda": torch.version.cuda, "device": properties.name,
                        "cudnn": torch.backends.cudnn.version(), "memory": properties.total_memory},
        "copyBytesPerSecond": copy_bandwidth(torch),
        "turns": turns,
    }
    text = json.dumps(result, indent=2) + "\n"
    if options.json is None:
        sys.stdout.write(text)
    else:
        options.json.write_text(text)


if __name__ == "__main__":
    main()
