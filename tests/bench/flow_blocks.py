"""The blocks of the networks of flow_against_diffusers.py alone, beside diffusers' modules of the same folders, in float32 on the CPU: alternating processes,
medians. The blocks are those that are most of a network, and get as many tokens in both.

    flow_blocks.py BENCH [ROUNDS [z_image|flux_2|flux_1 [SIZE [EVALUATIONS]]]]

BENCH is a build's tests/bench_flow_blocks. Prints how many times as fast Fanlight's are, and the share of the sgemm bound that each reaches: the time in which
as many operations are done by a large product.
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import flow_against_diffusers as flow
import xl_against_diffusers as xl

TARGET = 1.1
SIZE, EVALUATIONS = 512, 4
# So long that Z-Image's caption, which is filled up to a multiple of 32 tokens, has 128 of them like that of Fanlight's probe: a byte is a token.
PROMPT = "a dog in the rain under the only tree of a hill above the sea, seen from a boat that comes back late"

# Lines like those of flow_blocks.cpp; the first evaluation is left out, too. Then operations of an evaluation, by list, and those of a large product a second.
PEER = flow.CALL + xl.COUNTING + """
evaluations, lists = int(sys.argv[3]), ["transformer_blocks", "single_transformer_blocks", "layers"]
clock, of_lists = time.perf_counter, {}
def watch(name, block):
    begun = []
    def before(*_):
        begun.append(clock())
    def after(*_):
        of_lists[name] = of_lists.get(name, 0) + clock() - begun.pop()
    block.register_forward_pre_hook(before)
    block.register_forward_hook(after)
def evaluated(*_):
    made.append(dict(of_lists))
    of_lists.clear()
for name in lists:
    for block in getattr(pipe.transformer, name, []):
        watch(name, block)
pipe.transformer.register_forward_hook(evaluated)
made = []
draw(1, evaluations + 1, output_type="latent")
for line in made[1:]:
    print(json.dumps(line))
with counting() as counter:
    clock, made = counter.get_total_flops, []
    draw(1, 1, output_type="latent")
print(json.dumps({"operations": made[0], "a_second": operations_a_second()}))
"""


def of_bench(bench, folder, size, evaluations):
    """Seconds of each evaluation, by list."""
    lines = subprocess.run([bench, folder, str(size), str(evaluations), flow.cores()], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def of_peer(model, folder, size, evaluations):
    """The same, then what they do."""
    source = "import json\n" + flow.head(model, model.settings[0], size, PROMPT) + PEER
    lines = xl.measured([sys.executable, "-c", source, folder, flow.cores(), str(evaluations)])[0].splitlines()
    *seconds, work = [json.loads(line) for line in lines if line.startswith("{")]
    return seconds, work


def compare(bench, name, rounds, size, evaluations):
    model, median = flow.MODELS[name], statistics.median
    own, peer, works = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        model.write(f"{folder}/{name}")
        for _ in range(rounds):
            own.append(of_bench(bench, f"{folder}/{name}", size, evaluations))
            seconds, work = of_peer(model, f"{folder}/{name}", size, evaluations)
            peer.append(seconds)
            works.append(work)
    if any(line.keys() != works[0]["operations"].keys() for round in own for line in round):
        sys.exit(f"{name}: other blocks than diffusers': {sorted(own[0][0])}")
    rate = median(work["a_second"] for work in works)
    good = True
    for part in [*works[0]["operations"], "all blocks"]:
        def of(line):
            return sum(line.values()) if part == "all blocks" else line[part]
        taken = [[median(of(line) for line in round) for round in side] for side in (own, peer)]
        bound, (fanlight, diffusers) = of(works[0]["operations"]) / rate, map(median, taken)
        ratio = median(theirs / ours for ours, theirs in zip(*taken))
        target = f" (target {TARGET})" if part == "all blocks" else ""
        print(f"{name}, {size}x{size}, {part}: diffusers {1000 * diffusers:.0f} ms, fanlight {1000 * fanlight:.0f} ms, ratio {ratio:.2f}{target}; "
              f"share of the sgemm bound: diffusers {bound / diffusers:.2f}, fanlight {bound / fanlight:.2f}", flush=True)
        good = ratio >= TARGET
    return good


def main():
    bench = str(pathlib.Path(sys.argv[1]).resolve())
    rounds, names = int((sys.argv[2:] or [3])[0]), sys.argv[3:4] or flow.MODELS
    size, evaluations = map(int, [*sys.argv[4:], *(SIZE, EVALUATIONS)[len(sys.argv[4:]):]])
    # All are measured, even after one that is too slow.
    if not all([compare(bench, name, rounds, size, evaluations) for name in names]):
        sys.exit(1)


if __name__ == "__main__":
    main()
