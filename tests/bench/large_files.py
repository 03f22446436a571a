"""Large files and long lists: loading a checkpoint of Stable Diffusion XL's size and a network of FLUX.1's, listing many files, planning many rows. Uses no
network; the first two parts need numpy, 7 and 4 GB of disk and, in float32, 17 and 11 GB of memory.

    large_files.py FANLIGHT [loading] [loading-flux] [listing] [planning]
"""
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import flux_file
import xl_file

FILES, ROWS, MODELS, WEIGHTS = 1000, 100_000, 10, (2_000, 20_000)
MOST_SECONDS = 5  # of planning
GIB = 2**30


def status_of(pid, *names):
    """Bytes that /proc tells of a process; nothing if it is gone."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    numbers = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.endswith(" kB")}
    return [numbers.get(name, 0) for name in names]


def read_from_disk(pid):
    try:
        lines = pathlib.Path(f"/proc/{pid}/io").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("read_bytes"))


def worker_of(pid):
    """The worker that a run owner has started, once there is one."""
    try:
        for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if pathlib.Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[0].endswith(b"fanlight-worker"):
                return child
    except OSError:
        pass
    return None


def drop_from_cache(file):
    with open(file, "rb") as opened:
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def watched(command):
    """Samples of a run: (seconds, anonymous memory, pages of files, bytes from the disk) of its worker."""
    begun, samples = time.monotonic(), []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def watch():
        while process.poll() is None:
            worker = worker_of(process.pid)
            sizes = worker and status_of(worker, "RssAnon", "RssFile")
            if sizes:
                samples.append((time.monotonic() - begun, *sizes, read_from_disk(worker)))
            time.sleep(0.05)

    watching = threading.Thread(target=watch)
    watching.start()
    errors = process.communicate()[1]
    watching.join()
    if process.returncode != 0:
        sys.exit(errors)
    return samples


def watched_run(program, model, dtype, folder, options=()):
    """Samples of a run of one small picture."""
    return watched([program, "generate", "a dog", "-m", model, "--devices", "cpu", "--dtype", dtype, "--steps", "1", "-W", "128", "-H", "128",
                    "-o", f"{folder}/{dtype}-{time.monotonic()}", *options])


def is_read_once(program, file, size, stored, numbers, options, folder):
    """Loads a file of so many bytes, which `stored` says, in two dtypes: each of its pages is to come from the disk once, and the model's `numbers` to be in
    memory once; those that are of the dtype stay in the file's map. Holes of a sparse file do not come from the disk: what is measured has been written."""
    available = int(pathlib.Path("/proc/meminfo").read_text().split("MemAvailable:")[1].split()[0]) * 1024
    dtypes = {"bfloat16": 2, "float32": 4}
    fit = {dtype: width for dtype, width in dtypes.items() if available >= numbers * width + 3 * GIB}
    for dtype in dtypes.keys() - fit.keys():
        print(f"loading in {dtype}: left out, {available / GIB:.1f} GiB of memory are too few")
    time.sleep(3)  # what is said of a file that has just been written is not kept
    for dtype in [*fit][-1:]:
        watched_run(program, file, dtype, folder, options)  # from now on its hash is known; most CPUs are fastest in float32
    good = True
    for dtype, width in fit.items():
        drop_from_cache(file)
        samples = watched_run(program, file, dtype, folder, options)
        needed = numbers * width
        read, anonymous, mapped = (max(s[i] for s in samples) for i in (3, 1, 2))
        good &= read <= 1.05 * size and anonymous <= 1.1 * needed
        left = "where its numbers stay" if dtype == stored else "target 0"
        print(f"loading {size / 1e9:.2f} GB of {stored} in {dtype}: {read / size:.2f} of the file read from the disk (target 1), "
              f"{anonymous / needed:.2f} of its numbers in {dtype} as anonymous memory at most (target 1), "
              f"{mapped / size:.2f} of the file mapped in at most, {samples[-1][2] / size:.2f} at the end ({left})", flush=True)
    return good


def loading(program):
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DISK")) as folder:
        file = f"{folder}/xl.safetensors"
        size = xl_file.write(file, xl_file.checkpoint(), random=True)
        return is_read_once(program, file, size, "float16", size // 2, [], folder)


def loading_flux(program):
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DISK")) as folder:
        file, size, options, others = flux_file.write(folder)
        return is_read_once(program, file, size, "bfloat16", size // 2 + others, options, folder)


def listing(program):
    with tempfile.TemporaryDirectory() as folder:
        checkpoint, lora = list(xl_file.checkpoint()), list(xl_file.lora(16))
        for i in range(FILES // 2):
            xl_file.write(f"{folder}/model{i}.safetensors", checkpoint)
            xl_file.write(f"{folder}/lora{i}.safetensors", lora)
        time.sleep(3)  # what is said of a file that has just been written is not kept
        taken = []
        for _ in range(4):
            begun = time.monotonic()
            subprocess.run([program, "models", "--models-dir", folder], check=True, stdout=subprocess.DEVNULL,
                           env={**os.environ, "XDG_CACHE_HOME": f"{folder}/cache"})
            taken.append(time.monotonic() - begun)
        print(f"listing {FILES} files: {taken[0]:.1f} s the first time, then {statistics.median(taken[1:]):.2f} s (target 1)")
        return statistics.median(taken[1:]) <= 1


def measured(command):
    """Seconds of the processor, and the most memory."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    most = 0
    while process.poll() is None:
        most = max([most] + (status_of(process.pid, "VmHWM") or []))
        time.sleep(0.005)
    if process.returncode != 0:
        sys.exit(process.stderr.read())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most


def small_lora(model, file):
    """Of all attention layers of a model with diffusers' names, of rank 4."""
    weights = pathlib.Path(model, "unet/diffusion_pytorch_model.safetensors").open("rb")
    header = json.loads(weights.read(int.from_bytes(weights.read(8), "little")))
    tensors = []
    for key, entry in header.items():
        if ".attn" in key and key.endswith(".weight") and len(entry["shape"]) == 2:
            name, (out, inputs) = "unet." + key.removesuffix(".weight"), entry["shape"]
            tensors += [(name + ".lora_A.weight", [4, inputs]), (name + ".lora_B.weight", [out, 4])]
    xl_file.write(file, tensors)


def planning(program):
    starter = pathlib.Path(program).parent.parent / "resources/starter/model"
    with tempfile.TemporaryDirectory() as folder:
        for i in range(MODELS):
            subprocess.run(["cp", "-r", starter, f"{folder}/model{i}"], check=True)
        small_lora(starter, f"{folder}/lora.safetensors")
        lists = {f"{ROWS} rows with {MODELS} models": [f"a dog number {i},model{i % MODELS}," for i in range(ROWS)]}
        for count in WEIGHTS:
            lists[f"{count} rows, each with a weight of its own"] = [f"a dog,,{folder}/lora.safetensors:{(i + 1) / count}" for i in range(count)]
        good = True
        for name, rows in lists.items():
            pathlib.Path(folder, "list.csv").write_text("\n".join(["prompt,model,loras", *rows]))
            common = ["-m", str(starter), "--models-dir", folder, "-p", f"{folder}/list.csv", "--steps", "4"]
            for what, command in (("generate --dry-run", [program, "generate", "--dry-run", "-o", f"{folder}/out", *common]),
                                  ("plan", [program, "plan", "--devices", "cpu", *common])):
                seconds, memory = measured(command)
                print(f"{what}, {name}: {seconds:.2f} s, {memory / 2**20:.0f} MiB (target {MOST_SECONDS} s)")
                good &= seconds <= MOST_SECONDS
        return good


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    parts = {"loading": loading, "loading-flux": loading_flux, "listing": listing, "planning": planning}
    if not all([parts[name](program) for name in sys.argv[2:] or parts]):
        sys.exit(1)


if __name__ == "__main__":
    main()
