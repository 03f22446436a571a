"""100,000 short prompts with a small model: the peak memory of the run's owner, and how long it takes to write the results.

    many_texts.py FANLIGHT MODEL [PROMPTS]
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

LIMITS = {"MB": 150, "s": 2}


def main():
    program, model = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        listed = pathlib.Path(folder, "list.txt")
        listed.write_text("".join(f"a {i}\n" for i in range(count)))
        process = subprocess.Popen([program, "text", "-m", model, "-p", str(listed), "--raw", "--max-new-tokens", "1", "--batch-size", "64", "--json",
                                    "--devices", "cpu", "--threads", "1", "-o", f"{folder}/out.jsonl"], stdout=subprocess.PIPE, text=True)
        texts, last, begun, status = 0, 0.0, time.monotonic(), ""
        for line in process.stdout:
            if '"type":"text"' in line:
                texts, last = texts + 1, time.monotonic()
                if texts == count:  # it cannot be asked once it has ended
                    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - last
        peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
        rows = pathlib.Path(folder, "out.jsonl").read_text().splitlines()
        assert [json.loads(row)["index"] for row in rows] == list(range(count))
        print(f"{count} prompts in {last - begun:.0f} s: owner {peak:.0f} MB (limit {LIMITS['MB']}), results written {seconds:.1f} s after the last "
              f"text (limit {LIMITS['s']})")
        sys.exit(peak > LIMITS["MB"] or seconds > LIMITS["s"])


if __name__ == "__main__":
    main()
