"""Compares a build with an earlier one: is anything slower, or larger in memory?

    against_build.py BUILD_BEFORE BUILD_AFTER [--pairs N] [NAME…]

A build is a folder with the programs, the benches and the fake worker in it. The two are run in pairs, one right after the other, and which of them
comes first alternates. The result is the median of the pairs' ratios (after / before). Other load on the machine affects both halves of a pair and so
cancels out in their ratio, while a ratio of two medians might compare a quiet hour with a busy one; a pair disturbed in only one half is an outlier,
which hardly moves the median; and alternation cancels the cost of being first. The spread is given as the quartiles of the ratios.

A figure counts as slower if its median ratio is above 1.03 and the lower quartile above 1; then the exit status is 1. Wall-clock times (s, ms, us) are
what a user waits for; CPU times measure the work, and are valid on a busy machine, too. If more processes want to run than there are cores, only the
CPU times decide, and the others are marked as busy. NAME selects some of the measures.
"""
import argparse
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ROWS, IMAGES, STEPS, LIMIT = 100_000, 8, 10, 1.03
PROMPTS = ["a dog", "a cat", "a chicken", "a cow", "--images-per-prompt", str(IMAGES // 4)]


class Build:
    def __init__(self, folder, home):
        self.folder, self.home = pathlib.Path(folder).resolve(), pathlib.Path(home)
        (self.home / "run").mkdir(mode=0o700, parents=True)
        places = {f"XDG_{name}_HOME": f"{home}/{name.lower()}" for name in ("CACHE", "DATA", "CONFIG")}
        self.environment = os.environ | places | {"HOME": str(home), "XDG_RUNTIME_DIR": f"{home}/run", "QT_QPA_PLATFORM": "offscreen",
                                                  "CUDA_VISIBLE_DEVICES": "", "FANLIGHT_RESOURCES": str(SOURCE / "resources")}

    def start(self, program, *arguments, stdout=subprocess.PIPE, stdin=None, environment=None):
        return subprocess.Popen([self.folder / program, *map(str, arguments)], env=self.environment | (environment or {}), cwd=self.home, text=True,
                                stdout=stdout, stdin=stdin)

    def run(self, program, *arguments, good=(0,)):
        """Its output as a file, the wall-clock seconds, and its resource usage."""
        said = tempfile.TemporaryFile("w+")  # in a file: the memory of this process would count as that of its children
        begun = time.monotonic()
        process = self.start(program, *arguments, stdout=said)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in good:
            raise SystemExit(f"{self.folder / program} {' '.join(map(str, arguments))} ended with {process.returncode}")
        said.seek(0)
        return said, seconds, used


def cpu_seconds(used):
    return used.ru_utime + used.ru_stime


def generate(build, *arguments):
    """The events of a run of the starter, and the CPU time of all its processes."""
    with tempfile.TemporaryDirectory() as folder:
        common = ["generate", "--json", "--steps", STEPS, "--threads", 1, *PROMPTS, "-o", folder + "/out"]
        said, _, used = build.run("fanlight", *common, *arguments)
        return [json.loads(line) for line in said], cpu_seconds(used)


def sampling(build):
    figures = {}
    for batch in (1, 4):
        events, cpu = generate(build, "--devices", "cpu", "--batch-size", batch)
        figures[f"sampling, batch size {batch} (s)"] = sum(event["seconds"] for event in events if event["type"] == "image")
        figures[f"sampling, batch size {batch} (CPU s)"] = cpu
    return figures


def pipelined(build):
    events, cpu = generate(build, "--mode", "pipelined", "--devices", "cpu,cpu", "--split-points", "mid_block", "--num-chunks", 4)
    return {"two stages (s)": events[-1]["seconds"], "two stages (CPU s)": cpu}


def dispatch(build):
    said, _, used = build.run("tests/bench_dispatcher", good=(0, 1))
    an_item = [float(figure) for figure in re.findall(r"([\d.]+) us an item", said.read())]
    return {"dispatcher, an item (us)": statistics.mean(an_item), "dispatcher, all (CPU s)": cpu_seconds(used)}


def bench(build, name):
    said, _, used = build.run(f"tests/bench_{name}", good=(0, 1))
    lines = re.findall(r"^(.+?) {2,}([\d.]+) (ms|MiB)", said.read(), re.MULTILINE)
    return {f"{name}: {what} ({unit})": float(figure) for what, figure, unit in lines} | {f"{name}: all (CPU s)": cpu_seconds(used)}


def gallery(build):
    return bench(build, "gallery")


def window(build):
    return bench(build, "window")


def long_list(build):
    file = build.home / "list.txt"
    if not file.exists():
        file.write_text("".join(f"a picture of number {row}, which is in no way like the others\n" for row in range(ROWS)))
    return file


def dry_run(build):
    _, seconds, used = build.run("fanlight", "generate", "--dry-run", "--json", "-p", long_list(build))
    return {"--dry-run of 100,000 rows (s)": seconds, "--dry-run of 100,000 rows (CPU s)": cpu_seconds(used),
            "--dry-run of 100,000 rows (MiB)": used.ru_maxrss / 1024}


def owner(build):
    """A run of 100,000 rows in progress, with a worker that paints colours."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        process = build.start("fanlight", "generate", "--json", "-p", long_list(build), "-W", 64, "-H", 64, "--devices", "cpu", "-o", folder + "/out",
                              environment={"FANLIGHT_WORKER": str(build.folder / "tests/fanlight-fake-worker")})
        images = (time.monotonic() for line in process.stdout if '"type":"image"' in line)
        first = next(images) - begun
        for _ in range(500):
            next(images)
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        process.wait()
    memory = {word: int(re.search(word + r":\s+(\d+)", status)[1]) / 1024 for word in ("VmHWM", "VmRSS")}
    return {"a run of 100,000 rows, until its first image (s)": first, "its owner's memory, at its peak (MiB)": memory["VmHWM"],
            "its owner's memory (MiB)": memory["VmRSS"]}


def start(build):
    runs = [build.run("fanlight", "--help") for _ in range(20)]
    return {"fanlight --help (ms)": 1000 * statistics.median(seconds for _, seconds, _ in runs),
            "fanlight --help (CPU ms)": 1000 * statistics.mean(cpu_seconds(used) for _, _, used in runs),
            **worker_start(build)}


def worker_start(build):
    """The time until it says hello, and its total CPU time when it is stopped at once."""
    times, cpu = [], []
    for _ in range(5):
        begun = time.monotonic()
        worker = build.start("fanlight-worker", "serve", stdin=subprocess.PIPE)
        worker.stdout.readline()
        times.append(1000 * (time.monotonic() - begun))
        worker.stdin.close()
        worker.stdout.read()
        _, worker.returncode, used = os.wait4(worker.pid, 0)
        cpu.append(1000 * cpu_seconds(used))
    return {"a worker, until it says hello (ms)": statistics.median(times), "a worker, start and end (CPU ms)": statistics.median(cpu)}


MEASURES = {measure.__name__: measure for measure in (sampling, pipelined, dispatch, start, dry_run, owner, gallery, window)}


def quartiles(values):
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def compare(measure, builds, pairs):
    """Measures both builds and prints one row per figure. Returns the figures that are slower."""
    taken, busy = [], False
    for pair in range(pairs):
        busy |= os.getloadavg()[0] > 1.5 * os.cpu_count()
        order = builds if pair % 2 == 0 else builds[::-1]
        figures = {build: measure(build) for build in order}
        taken.append([figures[build] for build in builds])
    slower = []
    for figure in taken[0][0]:
        before, after = ([pair[build].get(figure, 0) for pair in taken] for build in (0, 1))
        ratios = [new / old for old, new in zip(before, after) if old > 0]
        if not ratios or figure not in taken[0][1]:
            print(f"{figure:58} cannot be compared")
            continue
        median, (low, high) = statistics.median(ratios), quartiles(ratios) if len(ratios) > 1 else (ratios[0], ratios[0])
        by_clock = re.search(r"\((s|ms|us)\)$", figure)
        word = "" if median <= LIMIT else "within the spread" if low <= 1 else "busy" if busy and by_clock else "SLOWER"
        print(f"{figure:58}{statistics.median(before):10.2f}{statistics.median(after):10.2f}{median:9.3f}   {low:.3f} to {high:.3f}  {word}".rstrip(),
              flush=True)
        slower += [figure] * (word == "SLOWER")
    return slower


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--pairs", type=int, default=9)
    options = parser.parse_intermixed_args()
    if unknown := set(options.names) - set(MEASURES):
        parser.error(f"there is no measure {', '.join(sorted(unknown))}; choose from {', '.join(MEASURES)}")
    print(f"{options.pairs} pairs, load average {os.getloadavg()[0]:.1f}\n{'':58}{'before':>10}{'after':>10}{'ratio':>9}   quartiles")
    slower = []
    with tempfile.TemporaryDirectory() as home:
        builds = [Build(folder, f"{home}/{name}") for folder, name in ((options.before, "before"), (options.after, "after"))]
        for name in options.names or MEASURES:
            slower += compare(MEASURES[name], builds, options.pairs)
    print("Nothing is slower." if not slower else f"Slower: {', '.join(slower)}.")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
