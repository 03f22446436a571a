"""The machine: one with a card, or one with a stand-in for a card, on which every step can be tried."""
import contextlib
import ctypes
import json
import os
import pathlib
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]


class Nvml:
    """Memory and use of the first card, sampled all the time."""

    class Memory(ctypes.Structure):
        _fields_ = [(name, ctypes.c_ulonglong) for name in ("total", "free", "used")]

    class Use(ctypes.Structure):
        _fields_ = [(name, ctypes.c_uint) for name in ("card", "memory")]

    def __init__(self, library):
        try:
            self.library = ctypes.CDLL(library)
        except OSError as error:
            raise SystemExit(f"There is no card to measure: {error}. --dry tries everything without one.")
        self.handle = ctypes.c_void_p()
        for name, arguments in (("nvmlInit_v2", ()), ("nvmlDeviceGetHandleByIndex_v2", (0, ctypes.byref(self.handle)))):
            if code := getattr(self.library, name)(*arguments):
                raise SystemExit(f"There is no card to measure: {name} says {code}.")
        self.samples = []  # (moment, bytes used, percent of the time that the card was busy)
        self.lowest = self.used()
        threading.Thread(target=self.sample, daemon=True).start()

    def memory(self):
        memory = self.Memory()
        self.library.nvmlDeviceGetMemoryInfo(self.handle, ctypes.byref(memory))
        return memory

    def used(self):
        return self.memory().used

    def text(self, function):
        text = ctypes.create_string_buffer(96)
        function(text, len(text))
        return text.value.decode()

    def name(self):
        return self.text(lambda text, size: self.library.nvmlDeviceGetName(self.handle, text, size))

    def driver(self):
        return self.text(self.library.nvmlSystemGetDriverVersion)

    def sample(self, every=0.02):
        use = self.Use()
        while True:
            self.library.nvmlDeviceGetUtilizationRates(self.handle, ctypes.byref(use))
            self.samples.append((time.monotonic(), self.used(), use.card))
            time.sleep(every)

    def between(self, begin, end):
        return [sample for sample in self.samples if begin <= sample[0] <= end]

    def settled(self):
        """What is in use when those that have ended have given back their memory."""
        until = time.monotonic() + 5
        while (used := self.used()) > self.lowest + (32 << 20) and time.monotonic() < until:
            time.sleep(0.05)
        self.lowest = min(self.lowest, used)
        return used


class RealCard:
    """The first card of this machine."""

    def __init__(self, build, place):
        self.build = build
        self.environment = {}
        self.nvml = Nvml("libnvidia-ml.so.1")
        self.nccl_test = [build / "gpu_tests", "tst_nccl"]
        faulty = build / "tests/fanlight-faulty-worker"
        self.worker_for_faults = {"FANLIGHT_WORKER": str(faulty)} if faulty.exists() else None

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

    def __init__(self, build, place):
        self.place, self.marks = place, 0
        tests = build / "tests"
        self.environment = {"LD_LIBRARY_PATH": str(tests / "stand_in"), "FANLIGHT_WORKER": str(tests / "fanlight-stand-in-worker"),
                            **self.card()}
        os.environ |= self.card()
        self.nvml = Nvml(str(tests / "stand_in/libnvidia-ml.so.1"))
        self.nccl_test = [build / "fanlight", "--version"]
        self.worker_for_faults = {}

    def card(self, **properties):
        card = {"name": "Stand-in", "uuid": "GPU-11", "memory": self.MEMORY, **properties}
        return {"FANLIGHT_STAND_IN": json.dumps({"cards": [card]})}

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
