"""Compares two builds: are pictures, records and texts the same bytes?

    same_bytes.py BUILD_BEFORE BUILD_AFTER [WORD…]

A build is a folder with the programs in it. Each case is run with both, on the CPU, with the same models; if WORDs are given, only cases whose name
contains one of them. What is compared:

- pictures: each PNG's SHA-256;
- manifest: every row of both manifests, without times and, if workers pull, without the worker;
- journal: the done and failed records, likewise;
- run.json: its bytes;
- events: the lines of --json, without times and in any order, since workers run in parallel;
- words: standard output and error, and the exit status.

Prints one row per case; the exit status is 1 if anything differs. `wire` also compares the messages between owner and worker, and `crossed` runs the
owner of one build with the worker of the other.
"""
import csv
import difflib
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from single_files import write_lora, write_single_file

SOURCE = pathlib.Path(__file__).resolve().parents[2]
DATA = SOURCE / "tests/golden/data"
KINDS = ["pictures", "manifest", "journal", "run.json", "events", "words", "wire"]
PASSING = {"seconds", "finished_at", "crc", "pid", "free"}  # members that depend on the moment
PACE = {"heartbeat", "stats", "preview"}  # messages sent at intervals

KOHYA, PEFT = "{data}/lora/kohya.safetensors", "{data}/lora/peft.safetensors"
# {data}: the golden data; {files}: the folder of the single-file checkpoints
MODELS = {
    "starter": [],
    "sd1": ["-m", "{data}/pipelines/sd1"],
    "sd2": ["-m", "{data}/pipelines/sd2"],
    "sd1 in a file": ["-m", "{files}/sd1.safetensors"],
    "sd2 in a file": ["-m", "{files}/sd2.safetensors"],
    "sd1 with a LoRA": ["-m", "{data}/pipelines/sd1", "--lora", f"{KOHYA}:0.7"],
    "sd1 with two LoRAs": ["-m", "{data}/pipelines/sd1", "--lora", "{data}/lora/diffusers.safetensors", "--lora", f"{PEFT}:-0.5"],
    "sd1 in a file with a LoRA": ["-m", "{files}/sd1.safetensors", "--lora", "{files}/lora.safetensors:0.8"],
}
SMALL = ["--steps", "3", "-W", "48", "-H", "48", "--threads", "1"]
PIPELINED = ["--mode", "pipelined", "--devices"]
WAYS = {
    "replica": ["--devices", "cpu"],
    "replica, batch 2": ["--devices", "cpu", "--batch-size", "2"],
    "2 replicas": ["--devices", "cpu,cpu"],
    "2 replicas, batch 2, even": ["--devices", "cpu,cpu", "--batch-size", "2", "--split", "even", "--apply-padding"],
    "bfloat16": ["--devices", "cpu", "--dtype", "bfloat16"],
    "sharded": ["--mode", "sharded", "--devices", "cpu", "--batch-size", "2"],
    "offloaded": ["--mode", "sharded", "--devices", "cpu", "--max-memory", "cpu=700KB"],
    "2 stages": [*PIPELINED, "cpu,cpu", "--batch-size", "2"],
    "3 stages": [*PIPELINED, "cpu,cpu,cpu", "--split-points", "accelerate", "--num-chunks", "4"],
    "2 stages, gathered": [*PIPELINED, "cpu,cpu", "--split-points", "mid_block", "--gather-output"],
    "2 pipelines": [*PIPELINED, "cpu,cpu,cpu,cpu", "--replicas", "2", "--stages", "2", "--split-points", "mid_block", "--batch-size", "2"],
    "launch": ["--devices", "cpu"],
    "launch, gathered": ["--devices", "cpu", "--split", "even", "--gather"],
    "launch, 2 stages": [*PIPELINED, "cpu,cpu", "--split-points", "up_blocks.1", "--gather-output"],
    "wire": ["--devices", "cpu", "--batch-size", "2"],
    "crossed": ["--devices", "cpu"],
    "replayed": ["--devices", "cpu"],
}
PROMPTS = [
    {"prompt": "a dog", "images": 2},
    {"prompt": "a cat, \"quoted\"", "negative_prompt": "blurry"},
    {"prompt": "دجاجة", "cfg_scale": 1},
    {"prompt": "an odd size", "width": 72, "height": 56, "seed": 4294967295},
    {"prompt": "the sampler", "sampler": "dpmpp_2m", "schedule": "karras", "clip_skip": 1},
]

# Other output: about an existing run ({run}), about models, and refusals.
SAYINGS = """
--help
--version
nonsense
samplers
models
config show
verify {run}
verify {run} --json
verify nowhere
show {run}/00000-42-a-dog.png
show nowhere.png
replay nowhere
launch
launch plan
launch --num-processes 2 generate
generate
generate --resume {run} --json
generate --resume nowhere
generate "a dog" -o {run}
generate "a dog" -m nowhere
generate "a dog" -m {data}
generate "a dog" -m {data}/lora/kohya.safetensors
generate "a dog" -W 65
generate "a dog" -W 0
generate "a dog" --steps 0
generate "a dog" --cfg-scale x
generate "a dog" --sampler nonsense
generate "a dog" --schedule nonsense
generate "a dog" --devices cuda:9
generate "a dog" --mode nonsense
generate "a dog" --stages 2
generate "a dog" --device-map balanced
generate "a dog" --apply-padding
generate "a dog" --gather
generate "a dog" -p nowhere.txt
generate "a dog" --lora nowhere
generate "a dog" --lora {data}/lora/kohya.safetensors
generate "a dog" -m {data}/pipelines/sd1 --clip-skip 60 --quiet
generate "a dog" -m {data}/single_file/sd1.safetensors
generate "a dog" --mode pipelined --devices cpu,cpu --split-points nonsense
generate "a dog" --mode pipelined --devices cpu,cpu --split-points mid_block,down_blocks.0
generate "a dog" --mode pipelined --devices cpu,cpu --max-memory cpu=1KB
generate "a dog" --mode sharded --devices cpu --device-map nowhere
generate "a dog" "a cat" -m {data}/pipelines/sd1 --dry-run
generate "a dog" "a cat" --images-per-prompt 3 --dry-run --json
generate "a dog" --dry-run --name-pattern [nonsense]
generate "a dog" --dry-run --name-pattern [row]-[sampler]-[model]
plan "a dog" -m {data}/pipelines/sd1 --devices cpu,cpu
plan "a dog" -m {data}/pipelines/sd1 --mode pipelined --devices cpu,cpu
"""
HELP = "generate plan launch config devices models samplers attach pause resume cancel show replay verify export gui serve add"
PLANS = """
--devices cpu,cpu --split even
--mode sharded --devices cpu --max-memory cpu=700KB
--mode pipelined --devices cpu,cpu,cpu
--mode pipelined --devices cpu,cpu --split-points accelerate
"""
PLANNED = ["", "-m {data}/pipelines/sd1", "-m {data}/pipelines/sd2", "-m {files}/sd2.safetensors",
           "-m {data}/pipelines/sd1 --lora {data}/lora/kohya.safetensors"]

# Runs between owner and worker and records their messages.
LISTENER = """
import subprocess, sys, threading
worker = subprocess.Popen([{worker!r}, *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def carry(source, target, name):
    with open({folder!r} + "/" + name, "ab", buffering=0) as log:
        for line in iter(source.readline, b""):
            log.write(line)
            target.write(line)
            target.flush()
    target.close()
threading.Thread(target=carry, args=(sys.stdin.buffer, worker.stdin, "to"), daemon=True).start()
carry(worker.stdout, sys.stdout.buffer, "from")
sys.exit(worker.wait())
"""


class Build:
    def __init__(self, folder, home):
        self.folder, self.home = pathlib.Path(folder).resolve(), home
        for name in ("run", "out"):
            os.makedirs(f"{home}/{name}", mode=0o700)
        places = {f"XDG_{name}_HOME": f"{home}/{name.lower()}" for name in ("CACHE", "DATA", "CONFIG")}
        self.environment = os.environ | places | {
            "HOME": home, "XDG_RUNTIME_DIR": f"{home}/run", "CUDA_VISIBLE_DEVICES": "", "QT_QPA_PLATFORM": "offscreen",
            "FANLIGHT_RESOURCES": str(SOURCE / "resources"), "FANLIGHT_WORKER": self.worker}
        self.places = {"{run}": home + "/run-that-is-there", "{files}": str(pathlib.Path(home).parent), "{data}": str(DATA)}

    @property
    def worker(self):
        return str(self.folder / "fanlight-worker")

    def run(self, arguments, place, environment=None):
        words = [str(word) for word in arguments]
        for placeholder, path in self.places.items():
            words = [word.replace(placeholder, path) for word in words]
        return subprocess.run([self.folder / "fanlight", *words], cwd=place, env=self.environment | (environment or {}), text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=300)

    def told(self, text):
        """A program's output, without paths and times."""
        text = text.replace(self.home, "HOME").replace(str(self.folder), "BUILD")
        text = re.sub(r"\b\d+(\.\d+)? (s|images/s|min|ms)\b", "TIME", re.sub(r"(?<=B of )\d+\.\d\d GB", "FREE", text))
        return re.sub(r"fanlight-\d{8}-\d{6}", "fanlight-TIME", text)

    def read(self, file):
        return self.told(file.read_text(encoding="utf-8")) if file.exists() else ""


def without(record, dropped):
    """The record without these keys, at any depth."""
    if isinstance(record, dict):
        return {key: without(value, dropped) for key, value in record.items() if key not in dropped}
    return [without(value, dropped) for value in record] if isinstance(record, list) else record


def lines_of(text, dropped=PASSING):
    """A set of messages: how often progress is reported, and of which items, depends on the clock."""
    lines = set()
    for line in text.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            lines.add(line)
            continue
        if isinstance(record, dict) and record.get("type") in PACE:
            continue
        if isinstance(record, dict) and record.get("type") == "progress":
            record = without(record, {"item", "step", "worker"})
        lines.add(json.dumps(without(record, dropped), sort_keys=True, ensure_ascii=False))
    return sorted(lines)


def found_in(build, run, ended, way):
    """Everything that a run has produced, by kind. The order in which several workers finish is random, and so are the worker of an item if they pull,
    and the cut of a pipeline if it depends on measured times."""
    many = "cpu,cpu" in " ".join(WAYS[way]) or way.startswith("launch")
    pulling, cut_by_time = many and "--split" not in WAYS[way], "--mode" in WAYS[way] and "--split-points" not in WAYS[way]
    dropped = PASSING | ({"worker"} if pulling else set())
    seen = {"pictures": [f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in sorted(run.glob("*.png"))]}

    def as_text(record):
        return json.dumps(without(record, dropped), ensure_ascii=False)

    table = csv.DictReader(build.read(run / "manifest.csv").splitlines(keepends=True))
    seen["manifest"] = [as_text(row) for row in [*map(json.loads, build.read(run / "manifest.jsonl").splitlines()), *table]]
    journal = [json.loads(line) for file in sorted(run.glob(".fanlight/journal*.jsonl")) for line in build.read(file).splitlines()]
    seen["journal"] = sorted(as_text(record) for record in journal if not many or record["type"] in ("done", "failed"))
    plan = build.read(run / ".fanlight/run.json")
    seen["run.json"] = (re.sub(r'(?<="stages":)\[\{.*?\}\]', "STAGES", plan) if cut_by_time else plan).splitlines()
    seen["events"] = lines_of(build.told(ended.stdout), dropped | ({"done"} if many else set()))
    seen["words"] = [f"exit status {ended.returncode}", *sorted(set(build.told(ended.stderr).splitlines()))]
    return seen


def make(build, other, model, way, place):
    """Runs one case in an empty folder."""
    arguments = ["generate", "-p", build.home + "/prompts.jsonl", *SMALL, *model, *WAYS[way], "--json", "-o", "out"]
    environment = {}
    if way.startswith("launch"):
        arguments = ["launch", "--num-processes", "2", *arguments]
    if way == "crossed":
        environment["FANLIGHT_WORKER"] = other.worker
    if way == "wire":
        listener = place / "listener"
        listener.write_text(f"#!{sys.executable}" + LISTENER.format(worker=build.worker, folder=str(place)))
        listener.chmod(0o755)
        environment["FANLIGHT_WORKER"] = str(listener)
    ended = build.run(arguments, place, environment)
    run = place / "out"
    if way == "replayed":
        ended = build.run(["replay", "out", "--json", "--devices", "cpu", *model[:2], "-o", "again"], place)
        run = place / "again"
    seen = found_in(build, run, ended, way)
    if way == "wire":
        seen["wire"] = ["> " + line for line in lines_of(build.read(place / "to"))] + ["< " + line for line in lines_of(build.read(place / "from"))]
    return seen


def say(build, arguments, place):
    ended = build.run(arguments, place)
    out, error = (build.told(text).splitlines() for text in (ended.stdout, ended.stderr))
    return {"words": [f"exit status {ended.returncode}", *map(laid_out, out), "--", *error]}


def laid_out(line):
    """A line of JSON as several lines, without what depends on the moment."""
    return json.dumps(without(json.loads(line), PASSING), indent=1, ensure_ascii=False) if line.startswith("{") else line


def differences(before, after):
    return {kind: [*difflib.unified_diff(split(before.get(kind, [])), split(after.get(kind, [])), "before", "after", lineterm="", n=0)][2:]
            for kind in KINDS if before.get(kind) != after.get(kind)}


def split(lines):
    return [line for text in lines for line in text.splitlines()]


def shown(lines, width=240):
    """The text around the first difference of two long lines."""
    start = 0
    for line, other in zip(lines, lines[1:] + [""]):
        same = len(os.path.commonprefix([line[1:], other[1:]])) if line[0] == "-" and other[:1] == "+" else 0
        if line[0] != "+" or not start:
            start = max(0, same - 60) if max(len(line), len(other)) > width else 0
        yield line[0] + ("…" if start else "") + line[1 + start:][:width]
        if line[0] == "+":
            start = 0


def cases():
    for name, model in MODELS.items():
        for way in WAYS:
            yield f"{name}, {way}", lambda build, other, place, model=model, way=way: make(build, other, model, way, place)
    sayings = SAYINGS.strip().splitlines() + [command + " --help" for command in HELP.split()]
    plans = [f'plan "a dog" "a cat" "a cow" --json {model} {way}' for model in PLANNED for way in PLANS.strip().splitlines()]
    for saying in sayings + plans:
        yield "says: " + saying, lambda build, other, place, saying=saying: say(build, shlex.split(saying), place)


def empty(place):
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    return place


def main():
    different = []
    with tempfile.TemporaryDirectory() as home:
        for model in ("sd1", "sd2"):
            write_single_file(model, f"{home}/{model}.safetensors")
        write_lora(f"{home}/lora.safetensors")
        builds = [Build(folder, f"{home}/{name}") for folder, name in zip(sys.argv[1:3], ("a", "b"))]
        for build in builds:
            pathlib.Path(build.home, "prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in PROMPTS))
            build.run(["generate", "a dog", "a cat", "--steps", "2", "-m", "{data}/pipelines/sd1", "--quiet", "-o", "{run}"], build.home)
        count = 0
        words = sys.argv[3:]
        for name, run in cases():
            if words and not any(word in name for word in words):
                continue
            count += 1
            before, after = (run(build, other, empty(pathlib.Path(build.home, "place"))) for build, other in (builds, builds[::-1]))
            changed = differences(before, after)
            if not before.get("pictures", ["none is asked for"]):
                changed["pictures"] = ["-there are none"]
            compared = ", ".join(f"{len(before[kind])} {kind}" for kind in KINDS if before.get(kind))
            print(f"{name[:100]:60} {'DIFFERS in ' + ', '.join(changed) if changed else 'same'} ({compared})", flush=True)
            if changed:
                different.append((name, changed))
    for name, changed in different:
        for kind, lines in changed.items():
            print(f"\n{name}: {kind}", *[*shown(lines)][:20], sep="\n    ")
    print(f"\n{count - len(different)} of {count} cases are the same.")
    return 1 if different or not count else 0


if __name__ == "__main__":
    sys.exit(main())
