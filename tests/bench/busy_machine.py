"""Layouts of the CPU on a machine that does other things: nothing, one busy process or two. The one that Fanlight chooses against the others, and against
diffusers in the same state; medians of several rounds, alternating.

    busy_machine.py FANLIGHT MODEL [ROUNDS [IMAGES]]

The limits are 10 % above the best layout when nothing else runs; beside others, what the cores that they take would cost the best one of a quiet machine.
"""
import contextlib
import os
import pathlib
import statistics
import subprocess
import sys

from against_diffusers import PROMPTS, fanlight, peer


@contextlib.contextmanager
def busy(processes):
    others = [subprocess.Popen(["yes"], stdout=subprocess.DEVNULL) for _ in range(processes)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def layouts(cores):
    """Options by name; the chosen one has none."""
    return {"chosen": [],
            f"one worker, {cores} threads": ["--devices", "cpu", "--threads", str(cores)],
            f"{cores} workers, one thread": ["--devices", ",".join(["cpu"] * cores), "--threads", "1"],
            "one worker, one thread": ["--devices", "cpu", "--threads", "1"]}


def seconds_of_each(program, model, prompts, cores, rounds):
    seconds = {name: [] for name in [*layouts(cores), "diffusers"]}
    for _ in range(rounds):
        for name, options in layouts(cores).items():
            seconds[name].append(fanlight(program, *options, *prompts)[0])
        seconds["diffusers"].append(peer(model, "cpu", "float32", cores, 1, len(prompts))[0])
    return {name: statistics.median(some) for name, some in seconds.items()}


def main():
    program, model = sys.argv[1], str(pathlib.Path(sys.argv[2]).resolve())
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    images = int(sys.argv[4]) if len(sys.argv) > 4 else 6
    prompts = [PROMPTS[i % 3] for i in range(images)]
    cores = len(os.sched_getaffinity(0))
    best_when_quiet, failed = None, False
    for others in range(3):
        with busy(others):
            seconds = seconds_of_each(program, model, prompts, cores, rounds)
        chosen = seconds["chosen"]
        best = min(seconds[name] for name in layouts(cores) if name != "chosen")
        best_when_quiet = best_when_quiet or best
        # Every process gets its share of the cores: beside `others`, that many of them are gone, or shared.
        share = max((cores - others) / cores, cores / (cores + others))
        limit = 1.1 * (best if others == 0 else max(best, best_when_quiet / share))
        exceeded = chosen > limit
        failed |= exceeded
        print(f"{images} images beside {others} busy processes: " + ", ".join(f"{name} {some:.1f} s" for name, some in seconds.items()) +
              f"; chosen against diffusers {seconds['diffusers'] / chosen:.2f}, limit {limit:.1f} s{'  EXCEEDED' if exceeded else ''}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
