"""Where figures go: a line of JSON each, on disk before the next one is measured."""
import json
import os
import time


class Report:
    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.file = open(folder / "results.jsonl", "a", encoding="utf-8")
        self.begun = time.monotonic()
        self.bad = []  # what came out as it must not

    def write(self, step, what, **figures):
        figures = {key: float(f"{value:.5g}") if isinstance(value, float) else value for key, value in figures.items()}
        line = {"step": step, "what": what, **figures, "at": round(time.monotonic() - self.begun, 1)}
        self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())
        shown = ", ".join(f"{key} {value if isinstance(value, (int, float, bool)) else json.dumps(value, ensure_ascii=False)}"
                          for key, value in figures.items())
        print(f"[{line['at']:6.1f} s] {step}: {what}: {shown}"[:400], flush=True)

    def expect(self, holds, step, what, **figures):
        """A line with `as_expected`; what is not makes the exit status 1."""
        if not holds:
            self.bad.append(f"{step}: {what}")
        self.write(step, what, as_expected=bool(holds), **figures)
