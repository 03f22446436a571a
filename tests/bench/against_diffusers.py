"""Fanlight against diffusers on the same device: the same model, prompts, steps, dtype and threads, alternating; medians of several rounds.

    against_diffusers.py FANLIGHT MODEL [ROUNDS [DEVICE]]

DEVICE is cpu, or a GPU such as cuda:0, on which the first batch warms up both and is not counted, and float16 is measured as well.
"""
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

PROMPTS = ["a dog", "a cat", "a chicken"]
GPU_DTYPES = ("float32", "float16")
STEPS, CFG = 20, 5.0

PEER = """
import sys, time, torch
from diffusers import StableDiffusionPipeline
model, out, device, dtype, threads, batch, count, warm_up = *sys.argv[1:5], *map(int, sys.argv[5:])
torch.set_num_threads(threads)
torch.backends.cudnn.allow_tf32 = False
pipe = StableDiffusionPipeline.from_pretrained(model, torch_dtype=getattr(torch, dtype)).to(device)
pipe.set_progress_bar_config(disable=True)
prompts = ["a dog", "a cat", "a chicken"]
start = time.monotonic()
for first in range(0, count + warm_up, batch):
    if first == warm_up:
        start = time.monotonic()
    some = [prompts[i % 3] for i in range(first, first + batch)]
    seeds = [torch.Generator("cpu").manual_seed(42 + first + i) for i in range(batch)]
    for i, image in enumerate(pipe(some, num_inference_steps=20, guidance_scale=5.0, generator=seeds).images):
        image.save(f"{out}/{first + i}.png")
print(time.monotonic() - start)
"""


def fanlight(program, *arguments, warm_up=0):
    """Seconds of the whole command, of its images but for the first ones, and of its run."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        lines = subprocess.run([program, "generate", "--json", "--steps", str(STEPS), "--cfg-scale", str(CFG), "-o", f"{folder}/out", *arguments],
                               check=True, capture_output=True, text=True).stdout.splitlines()
        whole = time.monotonic() - start
        events = [json.loads(line) for line in lines]
        return whole, sum(event["seconds"] for event in events if event["type"] == "image" and event["item"] >= warm_up), events[-1]["seconds"]


def peer(model, device, dtype, threads, batch, count, warm_up=0):
    """Seconds of the whole command, and of its images but for the first ones."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        inner = subprocess.run([sys.executable, "-c", PEER, model, folder, device, dtype, *map(str, (threads, batch, count, warm_up))], check=True,
                               capture_output=True, text=True, env=os.environ | {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}).stdout
        return time.monotonic() - start, float(inner.split()[-1])


def main():
    program, model = sys.argv[1], str(pathlib.Path(sys.argv[2]).resolve())
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    device = sys.argv[4] if len(sys.argv) > 4 else "cpu"
    on_gpu = device != "cpu"
    threads = len(os.sched_getaffinity(0))
    median = statistics.median

    whole = [(peer(model, device, "float32", threads, 1, 3)[0], fanlight(program, "--devices", device, *PROMPTS)[0]) for _ in range(rounds)]
    print(f"whole command, 3 prompts: diffusers {median(w[0] for w in whole):.2f} s, fanlight {median(w[1] for w in whole):.2f} s, "
          f"ratio {median(p / f for p, f in whole):.2f} (target 4)")

    for dtype, batch in itertools.product(GPU_DTYPES if on_gpu else ("float32",), (1, 4)):
        count, warm_up = 8, batch if on_gpu else 0
        prompts = [PROMPTS[i % 3] for i in range(count + warm_up)]
        options = ["--batch-size", str(batch), "--devices", device, "--dtype", dtype]
        pairs = [(peer(model, device, dtype, threads, batch, count, warm_up)[1], fanlight(program, *options, *prompts, warm_up=warm_up)[1])
                 for _ in range(rounds)]
        print(f"sampling, {dtype}, batch size {batch}: diffusers {count / median(p for p, _ in pairs):.2f} images/s, "
              f"fanlight {count / median(f for _, f in pairs):.2f} images/s, ratio {median(p / f for p, f in pairs):.2f} (target 1.2)")

    if on_gpu:
        return
    prompts = [PROMPTS[i % 3] for i in range(12)]
    pairs = [(min(fanlight(program, "--devices", "cpu", "--threads", str(n), *prompts)[2] for n in {1, threads}),
              fanlight(program, "--devices", ",".join(["cpu"] * threads), "--threads", "1", *prompts)[2]) for _ in range(rounds)]
    print(f"{threads} workers of one thread against the best single worker: {median(one / two for one, two in pairs):.2f} (target 0.95)")


if __name__ == "__main__":
    main()
