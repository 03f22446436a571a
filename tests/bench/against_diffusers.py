"""Fanlight against diffusers on the CPU: the same model, prompts, steps, dtype and threads, alternating; medians of several rounds.

    against_diffusers.py FANLIGHT MODEL [ROUNDS]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

PROMPTS = ["a dog", "a cat", "a chicken"]
STEPS, CFG = 20, 5.0

PEER = """
import sys, time, torch
from diffusers import StableDiffusionPipeline
model, out, threads, batch, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
torch.set_num_threads(threads)
pipe = StableDiffusionPipeline.from_pretrained(model, torch_dtype=torch.float32)
pipe.set_progress_bar_config(disable=True)
prompts = ["a dog", "a cat", "a chicken"]
start = time.monotonic()
for first in range(0, count, batch):
    some = [prompts[i % 3] for i in range(first, first + batch)]
    seeds = [torch.Generator("cpu").manual_seed(42 + first + i) for i in range(batch)]
    for i, image in enumerate(pipe(some, num_inference_steps=20, guidance_scale=5.0, generator=seeds).images):
        image.save(f"{out}/{first + i}.png")
print(time.monotonic() - start)
"""


def fanlight(program, *arguments):
    """Seconds of the whole command, and of its run after the model was loaded."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        lines = subprocess.run([program, "generate", "--json", "--steps", str(STEPS), "--cfg-scale", str(CFG), "-o", f"{folder}/out", *arguments],
                               check=True, capture_output=True, text=True).stdout.splitlines()
        whole = time.monotonic() - start
        events = [json.loads(line) for line in lines]
        return whole, sum(event["seconds"] for event in events if event["type"] == "image"), events[-1]["seconds"]


def peer(model, threads, batch, count):
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        inner = subprocess.run([sys.executable, "-c", PEER, model, folder, str(threads), str(batch), str(count)], check=True, capture_output=True,
                               text=True).stdout
        return time.monotonic() - start, float(inner.split()[-1])


def main():
    program, model = sys.argv[1], str(pathlib.Path(sys.argv[2]).resolve())
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    threads = len(os.sched_getaffinity(0))
    median = statistics.median

    whole = [(peer(model, threads, 1, 3)[0], fanlight(program, "--devices", "cpu", *PROMPTS)[0]) for _ in range(rounds)]
    print(f"whole command, 3 prompts: diffusers {median(w[0] for w in whole):.2f} s, fanlight {median(w[1] for w in whole):.2f} s, "
          f"ratio {median(p / f for p, f in whole):.2f} (target 4)")

    for batch in (1, 4):
        count = 8
        prompts = [PROMPTS[i % 3] for i in range(count)]
        pairs = [(peer(model, threads, batch, count)[1], fanlight(program, "--batch-size", str(batch), "--devices", "cpu", *prompts)[1])
                 for _ in range(rounds)]
        print(f"sampling, batch size {batch}: diffusers {count / median(p for p, _ in pairs):.2f} images/s, "
              f"fanlight {count / median(f for _, f in pairs):.2f} images/s, ratio {median(p / f for p, f in pairs):.2f} (target 1.2)")

    prompts = [PROMPTS[i % 3] for i in range(12)]
    pairs = [(min(fanlight(program, "--devices", "cpu", "--threads", str(n), *prompts)[2] for n in {1, threads}),
              fanlight(program, "--devices", ",".join(["cpu"] * threads), "--threads", "1", *prompts)[2]) for _ in range(rounds)]
    print(f"{threads} workers of one thread against the best single worker: {median(one / two for one, two in pairs):.2f} (target 0.95)")


if __name__ == "__main__":
    main()
