"""Run folders as a build of Fanlight leaves them: whole, failed, torn, and killed half-way, one for each way to spread a run.

    run_folders.py FANLIGHT

Writes tests/golden/data/run_folders/NAME/: `run` is the folder of a run that was stopped, `rest` has the pictures that it still lacked, as the
same build makes them undisturbed, and fixture.json says how the run was asked for, the SHA-256 of every picture, and the CPU that made them
(other CPUs round differently). Paths are written as @SOURCE@/…, the source folder, @FIXTURES@/…, the folder of these fixtures, and @MODELS@/…,
where tests/support/single_files.h has written a checkpoint in one file: who uses a fixture puts in what holds there. run.json is the only file
of a run that names any.

tests/app/tst_older_run_folders.cpp resumes, verifies and replays them. They are to stay as they are, so that what was begun by an older build
can be finished by a later one: add new ones under new names, with an older or with today's build.
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from single_files import write_single_file

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = SOURCE / "tests/golden/data/run_folders"
SD1, SD2 = "@SOURCE@/tests/golden/data/pipelines/sd1", "@SOURCE@/tests/golden/data/pipelines/sd2"
SINGLE_FILE = "@MODELS@/sd2.safetensors"
LORAS = ["--lora", "@SOURCE@/tests/golden/data/lora/kohya.safetensors:0.7", "--lora", "@SOURCE@/tests/golden/data/lora/peft.safetensors"]
LIST, LIST_WITH_FAULT = ["-p", "@FIXTURES@/prompts.jsonl"], ["-p", "@FIXTURES@/prompts_with_fault.jsonl"]
ONE_THREAD = ["--threads", "1"]  # several wait for one another, for long where others are at work
SMALL = ["--steps", "4", "-W", "32", "-H", "32", *ONE_THREAD]
FEW = ["a dog", "a cat on a chair", "دجاجة", "a red circle"]
SOME = [*FEW, "--images-per-prompt", "2", *SMALL]
SHARDED = ["--mode", "sharded", "--devices", "cpu"]
TWO_STAGES = ["--mode", "pipelined", "--devices", "cpu,cpu"]

PROMPTS = [
    {"prompt": "a dog", "negative_prompt": "blurry", "images": 2},
    {"prompt": "a cat, \"quoted\"\nand on two lines", "images": 2},
    {"prompt": "دجاجة", "seed": 4294967295, "cfg_scale": 1},
    {"prompt": "an odd size", "width": 48, "height": 32, "steps": 3},
    {"prompt": "a house", "sampler": "euler", "schedule": "karras", "seed": 7},
    {"prompt": "the last layer left out", "clip_skip": 1, "sampler": "euler_ancestral"},
]
FAULT = {"prompt": "more layers left out than there are", "clip_skip": 60}

# name: what is asked for, what becomes of the run, and the processes of a launch
FINISHED, KILLED, TORN = "finished", "killed", "torn"
RUNS = {
    "replicas": ([*LIST, *SMALL, "-m", SD1, "--devices", "cpu,cpu", "--batch-size", "2"], KILLED, 0),
    "replicas_with_even_shares": ([*SOME, "-m", SD2, "--devices", "cpu,cpu", "--split", "even", "--apply-padding"], KILLED, 0),
    "replicas_of_the_starter": ([*FEW, "a cow", "--steps", "4", "-W", "64", "-H", "64", *ONE_THREAD, "--devices", "cpu"], KILLED, 0),
    "replicas_of_a_single_file": ([*SOME, "-m", SINGLE_FILE, "--devices", "cpu", "--batch-size", "2"], KILLED, 0),
    "replicas_with_loras": ([*SOME, "-m", SD1, *LORAS, "--devices", "cpu", "--batch-size", "2"], KILLED, 0),
    "replicas_in_bfloat16": ([*SOME, "-m", SD1, "--dtype", "bfloat16", "--devices", "cpu"], KILLED, 0),
    "finished": ([*LIST, *SMALL, "-m", SD1, "--devices", "cpu"], FINISHED, 0),
    "with_a_failed_item": ([*LIST_WITH_FAULT, *SMALL, "-m", SD1, "--devices", "cpu"], FINISHED, 0),
    "with_a_torn_journal": ([*SOME, "-m", SD2, "--devices", "cpu"], TORN, 0),
    "sharded": ([*LIST, *SMALL, "-m", SD1, *SHARDED, "--batch-size", "2"], KILLED, 0),
    "offloaded_with_a_lora": ([*FEW, "a house", "--steps", "2", *SMALL[2:], "-m", SD1, *LORAS[2:], *SHARDED, "--max-memory", "cpu=700KB"], KILLED, 0),
    "pipelined": ([*SOME, "-m", SD2, *TWO_STAGES, "--batch-size", "2"], KILLED, 0),
    "pipelined_with_gathered_output": ([*LIST, *SMALL, "-m", SD1, *TWO_STAGES, "--num-chunks", "3", "--gather-output"], KILLED, 0),
    "launched": ([*SOME, "-m", SD1, "--devices", "cpu"], KILLED, 2),
    "launched_as_a_pipeline": ([*SOME, "-m", SD2, *TWO_STAGES], KILLED, 2),
}


def cpu():
    """What rounding depends on, of this machine."""
    lines = dict(line.split(":", 1) for line in pathlib.Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines() if ":" in line)
    words = {key.strip(): value.strip() for key, value in lines.items()}
    vectors = sorted(flag for flag in words["flags"].split() if flag.startswith(("avx", "fma", "amx")))
    return " ".join([words["vendor_id"], words["cpu family"], words["model"], *vectors])


def images_in(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.glob("*.png"))}


class Maker:
    def __init__(self, program, home):
        self.program = program
        self.environment = os.environ | {"HOME": home, "XDG_CACHE_HOME": f"{home}/cache", "XDG_RUNTIME_DIR": f"{home}/run",
                                         "CUDA_VISIBLE_DEVICES": "", "FANLIGHT_RESOURCES": str(SOURCE / "resources")}
        os.makedirs(f"{home}/run", mode=0o700)
        write_single_file("sd2", f"{home}/sd2.safetensors")
        self.places = {"@SOURCE@": str(SOURCE), "@FIXTURES@": str(FIXTURES), "@MODELS@": home}

    def filled_in(self, words):
        for placeholder, place in self.places.items():
            words = [word.replace(placeholder, place) for word in words]
        return words

    def start(self, folder, arguments, processes):
        launch = ["launch", "--num-processes", str(processes)] if processes else []
        return subprocess.Popen([self.program, *launch, "generate", *self.filled_in(arguments), "--quiet", "-o", folder], env=self.environment,
                                start_new_session=True)

    def make(self, folder, arguments, processes):
        return self.start(folder, arguments, processes).wait()

    def make_and_kill(self, folder, arguments, processes):
        """The owner of the run or, where it was launched, all of its processes, once some images are there."""
        owner = self.start(folder, arguments, processes)
        while len(images_in(folder)) < 3 and owner.poll() is None:
            time.sleep(0.0005)
        if processes:
            os.killpg(owner.pid, signal.SIGKILL)
        else:
            owner.kill()
        if owner.wait() != -signal.SIGKILL:
            raise SystemExit(f"{folder} had ended before it was killed")
        while subprocess.run(["pgrep", "-g", str(owner.pid)], capture_output=True).returncode == 0:  # workers see that their owner is gone
            time.sleep(0.01)

    def tidy(self, run):
        """Without what depends on the place and the moment."""
        shutil.rmtree(run / ".fanlight/logs")
        socket = run / ".fanlight/socket"  # a text, the path of the socket of an owner that is gone
        if socket.exists():
            socket.write_text("/nowhere/fanlight/run-1.sock")
        plan = run / ".fanlight/run.json"
        text = plan.read_text()
        for placeholder, place in self.places.items():
            text = text.replace(place, placeholder)
        plan.write_text(text)


def tear(journal):
    """As if the last record that something is done had not come onto the disk as a whole."""
    lines = journal.read_bytes().splitlines(keepends=True)
    last = max(n for n, line in enumerate(lines) if b'"type":"done"' in line)
    journal.write_bytes(b"".join(lines[:last]) + lines[last][:len(lines[last]) // 2])


def write(maker, name, arguments, fate, processes):
    fixture = FIXTURES / name
    shutil.rmtree(fixture, ignore_errors=True)
    fixture.mkdir(parents=True)
    run, rest = fixture / "run", fixture / "rest"
    status = maker.make(rest, arguments, processes)
    whole = images_in(rest)
    if fate == FINISHED:
        maker.make(run, arguments, processes)
    else:
        maker.make_and_kill(run, arguments, processes)
    if fate == TORN:
        tear(run / ".fanlight/journal.jsonl")
    made = images_in(run)
    if not made or any(whole[file] != sha256 for file, sha256 in made.items()):
        raise SystemExit(f"{run}: the pictures of the two runs differ")
    if fate != FINISHED and len(made) == len(whole) and fate != TORN:
        raise SystemExit(f"{run}: nothing is left to be made")
    for file in sorted(rest.rglob("*"), reverse=True):
        if file.is_dir():
            file.rmdir()
        elif file.name not in whole or file.name in made:
            file.unlink()
    if not any(rest.iterdir()):
        rest.rmdir()
    maker.tidy(run)
    said = {"arguments": arguments, "processes": processes, "status": status, "cpu": cpu(), "images": whole}
    (fixture / "fixture.json").write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
    print(f"{name}: {len(made)} of {len(whole)} pictures, exit status {status}")


def write_prompts(name, rows):
    (FIXTURES / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    FIXTURES.mkdir(parents=True, exist_ok=True)
    write_prompts("prompts.jsonl", PROMPTS)
    write_prompts("prompts_with_fault.jsonl", PROMPTS[:2] + [FAULT] + PROMPTS[2:])
    with tempfile.TemporaryDirectory() as home:
        maker = Maker(program, home)
        for name, (arguments, fate, processes) in RUNS.items():
            if len(sys.argv) == 2 or name in sys.argv[2:]:
                write(maker, name, arguments, fate, processes)


main()
