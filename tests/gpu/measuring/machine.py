"""The machine: one with a card, one with a stand-in for a card, on which every step can be tried, or one whose processor is measured."""
import contextlib
import ctypes
import json
import os
import pathlib
import subprocess
import sys
import threading
import time

from .programs import children_of

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]


class Gauge:
    """Memory and use of a device, sampled all the time from the first start() on."""

    def start(self):
        self.samples = []  # (moment, bytes used, percent of the time that the device was busy)
        self.lowest = self.used()
        threading.Thread(target=self.sample, daemon=True).start()

    def sample(self):
        while True:
            used, busy = self.used(), self.busy()
            self.samples.append((time.monotonic(), used, busy))
            time.sleep(self.every)

    def between(self, begin, end):
        return [sample for sample in self.samples if begin <= sample[0] <= end]

    def peak(self, begin, end):
        """Bytes; None if there is no sample."""
        return max((used for _, used, _ in self.between(begin, end)), default=None)

    def settled(self):
        """What is in use when those that have ended have given back their memory."""
        until = time.monotonic() + 5
        while (used := self.used()) > self.lowest + (32 << 20) and time.monotonic() < until:
            time.sleep(0.05)
        self.lowest = min(self.lowest, used)
        return used


class Nvml(Gauge):
    """Of the first card."""

    every = 0.02

    class Memory(ctypes.Structure):
        _fields_ = [(name, ctypes.c_ulonglong) for name in ("total", "free", "used")]

    class Use(ctypes.Structure):
        _fields_ = [(name, ctypes.c_uint) for name in ("card", "memory")]

    def __init__(self, library):
        try:
            self.nvml = ctypes.CDLL(library)
        except OSError as error:
            raise SystemExit(f"There is no card to measure: {error}. --dry tries everything without one, --cpu measures the processor.")
        self.handle = ctypes.c_void_p()
        for name, arguments in (("nvmlInit_v2", ()), ("nvmlDeviceGetHandleByIndex_v2", (0, ctypes.byref(self.handle)))):
            if code := getattr(self.nvml, name)(*arguments):
                raise SystemExit(f"There is no card to measure: {name} says {code}.")
        self.start()

    def count(self):
        """Of all cards."""
        count = ctypes.c_uint()
        self.nvml.nvmlDeviceGetCount_v2(ctypes.byref(count))
        return count.value

    def memory(self):
        memory = self.Memory()
        self.nvml.nvmlDeviceGetMemoryInfo(self.handle, ctypes.byref(memory))
        return memory

    def total(self):
        return self.memory().total

    def used(self):
        return self.memory().used

    def busy(self):
        use = self.Use()
        self.nvml.nvmlDeviceGetUtilizationRates(self.handle, ctypes.byref(use))
        return use.card

    def text(self, function):
        text = ctypes.create_string_buffer(96)
        function(text, len(text))
        return text.value.decode()

    def name(self):
        return self.text(lambda text, size: self.nvml.nvmlDeviceGetName(self.handle, text, size))

    def driver(self):
        return self.text(self.nvml.nvmlSystemGetDriverVersion)


class WorkersMemory(Gauge):
    """Main memory of the workers that this process's programs have started, and the processor's name."""

    every = 0.1

    def __init__(self):
        self.start()

    def total(self):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")

    def used(self):
        owners = children_of(os.getpid())
        return sum(resident_bytes(worker) for owner in owners for worker in children_of(owner))

    def busy(self):
        return 0  # not measured

    def name(self):
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "CPU")

    def driver(self):
        return None


def resident_bytes(process):
    try:
        return int(pathlib.Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):  # it has ended
        return 0


class Processor:
    """The processor of this machine, for the steps that need no card: `steps`; with small models also `small_steps`."""

    device, steps, small_steps = "cpu", ("texts",), ("z_image", "klein", "flux")

    def __init__(self, build, place):
        self.environment, self.gauge = {}, WorkersMemory()

    def pair(self):
        return "cpu,cpu", {}


class RealCard:
    """The first card of this machine."""

    device, steps, small_steps = "cuda:0", None, ()  # None: all of them

    def __init__(self, build, place):
        self.build = build
        self.environment = {}
        self.gauge = Nvml("libnvidia-ml.so.1")
        self.nccl_test = [build / "gpu_tests", "tst_nccl"]
        faulty = build / "tests/fanlight-faulty-worker"
        self.worker_for_faults = {"FANLIGHT_WORKER": str(faulty)} if faulty.exists() else None

    def pair(self):
        """Two devices, and what a run with them needs in its environment; None: there is one."""
        return ("cuda:0,cuda:1", {}) if self.gauge.count() > 1 else None

    @contextlib.contextmanager
    def memory_taken(self, leave):
        """Another process has all of the card's memory but `leave` bytes; yields what a run then needs in its environment."""
        with self.seizing() as seizing:
            seizing.take(leave)
            yield {}

    @contextlib.contextmanager
    def seizing(self, at_load=False):
        """A process that takes memory when it is told to."""
        holder = Holder()
        try:
            yield holder
        finally:
            holder.end()


class Holder:
    """The process of hold_memory.py."""

    environment, timer = {}, None

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, HERE / "hold_memory.py"], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.free = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the process that takes memory has ended")
        return int(line)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        self.free = self.answer()

    def take(self, leave=0, seconds=None):
        """Gives it back after so many seconds."""
        self.say(str(leave))
        if seconds:
            self.timer = threading.Timer(seconds, self.say, ["all"])
            self.timer.start()

    def end(self):
        if self.timer:
            self.timer.cancel()
            self.timer.join()
        self.process.kill()
        self.process.wait()
        for end in (self.process.stdin, self.process.stdout):
            end.close()


class StandIn:
    """A card that is not there (tests/support/stand_in). Memory is seized by its own faults."""

    MEMORY = 8_000_000_000
    device, steps, small_steps = "cuda:0", None, ()

    def __init__(self, build, place):
        self.place, self.marks = place, 0
        tests = build / "tests"
        self.environment = {"LD_LIBRARY_PATH": str(tests / "stand_in"), "FANLIGHT_WORKER": str(tests / "fanlight-stand-in-worker"),
                            **self.card()}
        os.environ |= self.card()
        self.gauge = Nvml(str(tests / "stand_in/libnvidia-ml.so.1"))
        self.nccl_test = [build / "fanlight", "--version"]
        self.worker_for_faults = {}

    def card(self, count=1, **properties):
        cards = [{"name": "Stand-in", "uuid": f"GPU-1{1 + i}", "memory": self.MEMORY, **properties} for i in range(count)]
        return {"FANLIGHT_STAND_IN": json.dumps({"cards": cards})}

    def pair(self):
        return "cuda:0,cuda:1", self.card(count=2)

    @contextlib.contextmanager
    def memory_taken(self, leave):
        yield self.card(used=self.MEMORY - leave)

    @contextlib.contextmanager
    def seizing(self, at_load=False):
        self.marks += 1
        fault = {"kind": "memory", "after": 50 if at_load else 3000, "once": str(self.place / f"seized-{self.marks}")}
        yield FaultOfMemory(self.card(fault=fault))


class FaultOfMemory:
    def __init__(self, environment):
        self.environment = environment

    def take(self, leave=0, seconds=None):
        pass
