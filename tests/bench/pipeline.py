"""A pipeline of two one-thread stages on the CPU: its speed compared to one input at a time, and the memory of its stages.

    pipeline.py FANLIGHT MODEL [ROUNDS]

Speed: alternating, medians of several rounds, for the given model and for a random one whose layers can be halved evenly. The
upper bound is what two whole replicas make on the same two cores: they are never idle, and share caches and memory like the
stages. Memory: a random UNet of the size of Stable Diffusion 1.5's (3.4 GB); the peak of each stage compared to that of a worker
with a tiny model.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

STEPS, STAGES, CHUNKS = 10, 2, 4
GIVEN_IMAGES, BALANCED_IMAGES = 32, 8  # so many that starting weighs little
COMMON = ["--threads", "1"]
SPEED = COMMON + ["--steps", str(STEPS), "a dog", "a cat", "a chicken", "a cow"]
TARGET, MOST_BEYOND = 0.1, 0.2  # how far below the formula the utilisation may be, and memory above a stage's share
SMALL = COMMON + ["--steps", "10", "-W", "64", "-H", "64", "a dog", "a cat"]
EMPTY, BALANCED, LARGE = [32, 32], [256, 512], [320, 640, 1280, 1280]  # channels of a random UNet's levels
WAYS = {
    "sharded, an input at a time": ["--mode", "sharded", "--devices", "cpu"],
    "pipelined, an input at a time": ["--mode", "pipelined", "--devices", "cpu,cpu", "--num-chunks", "1"],
    "pipelined": ["--mode", "pipelined", "--devices", "cpu,cpu", "--num-chunks", str(CHUNKS)],
    "two replicas": ["--devices", "cpu,cpu"],
}


def seconds(program, model, images, arguments):
    """Seconds of a run."""
    with tempfile.TemporaryDirectory() as folder:
        lines = subprocess.run([program, "generate", "--json", "-m", model, "-o", f"{folder}/out", *SPEED, "--images-per-prompt", str(images // 4),
                                *arguments], check=True, capture_output=True,
                               text=True).stdout.splitlines()
        return json.loads(lines[-1])["seconds"]


def compare_speed(program, model, images, rounds, options=()):
    """Returns whether the pipeline is as fast as the formula says, to within the target. `options`: of all runs."""
    taken = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, arguments in WAYS.items():
            taken[way].append(seconds(program, model, images, [*arguments, *options]))
    median = {way: statistics.median(values) for way, values in taken.items()}
    for way, value in median.items():
        print(f"{way:32}{value:8.2f} s{images / value:8.2f} images/s")
    formula = CHUNKS * STEPS / (CHUNKS * STEPS + STAGES - 1)
    ratio = median["sharded, an input at a time"] / median["pipelined"]
    print(f"pipelined against sharded: {ratio:.2f}x (target 1.7; against its own stages one input at a time: "
          f"{median['pipelined, an input at a time'] / median['pipelined']:.2f}x)")
    utilisation = median["two replicas"] / median["pipelined"]
    print(f"utilisation: {utilisation:.1%} of two replicas', the formula says {formula:.1%} (target: within {TARGET:.0%})", flush=True)
    return utilisation >= (1 - TARGET) * formula


def random_model(folder, like, channels):
    """The given model with a random UNet of these channels."""
    import torch
    from diffusers import StableDiffusionPipeline, UNet2DConditionModel
    pipeline = StableDiffusionPipeline.from_pretrained(like, torch_dtype=torch.float32)
    config = dict(pipeline.unet.config)
    config.update(block_out_channels=channels, down_block_types=["CrossAttnDownBlock2D"] * len(channels),
                  up_block_types=["CrossAttnUpBlock2D"] * len(channels), layers_per_block=2, attention_head_dim=8)
    config.pop("num_attention_heads", None)
    pipeline.unet = UNet2DConditionModel.from_config({k: v for k, v in config.items() if not k.startswith("_")})
    pipeline.save_pretrained(folder)
    return folder


def peaks(program, model, arguments):
    """Maximum of resident bytes of each worker of a run, in the order of the stages."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.Popen([program, "generate", "-m", model, "-o", f"{folder}/out", "--quiet", *SMALL, *arguments])
        most = {}
        while run.poll() is None:
            for child in pathlib.Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split():
                try:
                    status = pathlib.Path(f"/proc/{child}/status").read_text()
                except FileNotFoundError:
                    continue
                if "fanlight-worker" in status and "VmHWM" in status:
                    most[int(child)] = max(most.get(int(child), 0), int(status.split("VmHWM:")[1].split()[0]) * 1024)
            time.sleep(0.01)
        if run.returncode != 0:
            raise SystemExit(f"a run ended with {run.returncode}")
        return [most[pid] for pid in sorted(most)]


def compare_memory(program, small, large):
    """Returns whether each stage of the large model keeps to its share, beside what a worker with the small one takes."""
    pipelined = ["--mode", "pipelined", "--devices", "cpu,cpu"]
    plan = json.loads(subprocess.run([program, "plan", "--json", "--measure", "-m", large, *SMALL, *pipelined], check=True, capture_output=True,
                                     text=True).stdout)
    shares = [stage["bytes"] for stage in plan["stages"]]
    empty, stages = peaks(program, small, ["--devices", "cpu"])[-1], peaks(program, large, pipelined)[-STAGES:]
    print(f"a worker with next to no model: {empty / 1e6:.0f} MB at its peak")
    beyond = [(peak - empty) / share - 1 for share, peak in zip(shares, stages)]
    for share, peak, more in zip(shares, stages, beyond):
        print(f"a stage with {share / 1e6:.0f} MB of the network: {peak / 1e6:.0f} MB, {more:+.1%} of its share beyond it "
              f"(target: at most {MOST_BEYOND:+.0%})", flush=True)
    return max(beyond) <= MOST_BEYOND


def main():
    program, model = sys.argv[1], str(pathlib.Path(sys.argv[2]).resolve())
    print(f"load average at the start: {os.getloadavg()[0]:.1f}")
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory() as folder:
        balanced = random_model(f"{folder}/balanced", model, BALANCED)
        for name, measured, images in (("the given model", model, GIVEN_IMAGES), ("a balanced model", balanced, BALANCED_IMAGES)):
            print(f"{name}, {images} images of {STEPS} steps")
            compare_speed(program, measured, images, rounds)
    with tempfile.TemporaryDirectory() as folder:
        compare_memory(program, random_model(f"{folder}/small", model, EMPTY), random_model(f"{folder}/large", model, LARGE))


if __name__ == "__main__":
    main()
