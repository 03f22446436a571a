"""Runs of the programs, each with a time limit, and what they say, with the moment at which they said it."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time


class OutOfTime(Exception):
    """A step has used up its time."""


class Ended:
    """What a program has said. Moments are time.monotonic()'s."""

    def __init__(self):
        self.status = None  # None: it was ended for taking too long
        self.begun, self.ended = time.monotonic(), 0
        self.events = []  # (moment, event)
        self.out, self.error, self.trouble = "", "", None

    def of(self, type):
        return [(moment, event) for moment, event in self.events if event["type"] == type]

    @property
    def images(self):
        return {event["item"]: event["sha256"] for _, event in self.of("image")}

    @property
    def failures(self):
        return sorted({event["message"] for _, event in self.of("failed")})

    def state(self, name):
        """When the worker was first in this state."""
        return next((moment for moment, event in self.of("worker") if event["state"] == name), None)

    def why(self):
        """Why it did not do what it was to do, in few words."""
        lines = self.error.strip().splitlines()
        return {"status": self.status, "failures": self.failures[:3], "said": lines[-2:], **({"trouble": self.trouble} if self.trouble else {})}


class Programs:
    """Those of a build. No run outlives the step that it belongs to."""

    def __init__(self, build, place, environment):
        self.build, self.place, self.runs = pathlib.Path(build), pathlib.Path(place), 0
        for name in ("home", "run"):
            (self.place / name).mkdir(mode=0o700)
        homes = {f"XDG_{name}_HOME": str(self.place / "home" / name.lower()) for name in ("CACHE", "DATA", "CONFIG")}
        self.environment = os.environ | homes | {"HOME": str(self.place / "home"), "XDG_RUNTIME_DIR": str(self.place / "run")} | environment
        self.deadline = float("inf")

    def left(self):
        return self.deadline - time.monotonic()

    def new_folder(self):
        self.runs += 1
        return str(self.place / f"run-{self.runs}")

    def run(self, command, environment=None, on_event=None, limit=120):
        """`on_event(event, process)` is called with each event as it comes. Throws OutOfTime if the step's time is over."""
        if self.left() <= 1:
            raise OutOfTime
        ended = Ended()
        with tempfile.TemporaryFile("w+", dir=self.place) as errors:
            process = subprocess.Popen([str(word) for word in command], env=self.environment | (environment or {}), cwd=self.place, text=True,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, start_new_session=True)
            reader = threading.Thread(target=self.read, args=(process, ended, on_event), daemon=True)
            reader.start()
            try:
                ended.status = process.wait(min(limit, self.left()))
            except subprocess.TimeoutExpired:
                pass
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)  # workers die with their owner
                    process.wait()
            reader.join(5)
            ended.ended = time.monotonic()
            errors.seek(0)
            ended.error = errors.read()
        if ended.status is None and self.left() <= 0:
            raise OutOfTime
        return ended

    @staticmethod
    def read(process, ended, on_event):
        for line in process.stdout:
            moment = time.monotonic()
            ended.out += line
            if not line.startswith("{"):
                continue
            event = json.loads(line)
            if "type" in event:
                ended.events.append((moment, event))
                try:
                    if on_event:
                        on_event(event, process)
                except Exception as error:  # the run is read to its end all the same
                    ended.trouble = repr(error)

    def make(self, command, *arguments, folder=None, **options):
        """A run of `fanlight generate`, `text` or `score`."""
        return self.run([self.build / "fanlight", command, "--json", "-o", folder or self.new_folder(), *arguments], **options)

    def plan(self, *arguments, device="cuda:0", environment=None):
        """What a plan says of a device's memory; None: it cannot be."""
        ended = self.run([self.build / "fanlight", "plan", "--json", *arguments], environment=environment)
        if ended.status != 0:
            return None
        return next((row for row in json.loads(ended.out)["memory"] if row["device"] == device), None)


def children_of(process_id):
    """Process ids; none if it has ended."""
    try:
        return [int(child) for task in pathlib.Path(f"/proc/{process_id}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []


def workers_of(process):
    """Process ids of the workers of a run."""
    try:
        return [child for child in children_of(process.pid) if "worker" in os.readlink(f"/proc/{child}/exe")]
    except OSError:
        return []
