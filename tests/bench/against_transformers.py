"""Texts of Fanlight against transformers on the same device: the same weights of SmolLM2-135M's shape, random, in the same dtype, with the same
prompts and threads, alternating; medians of several rounds.

    against_transformers.py FANLIGHT [ROUNDS [DEVICE]]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

LIST = pathlib.Path(__file__).with_name("prompts.jsonl")
ROWS = [json.loads(line) for line in LIST.read_text().splitlines()]
median = statistics.median

PEER = """
import json, sys, time, torch, transformers
model, device, threads, rows, new = sys.argv[1], sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4]), int(sys.argv[5])
torch.set_num_threads(threads)
tokenizer = transformers.AutoTokenizer.from_pretrained(model, padding_side="left", pad_token="<end>")
model = transformers.AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32).to(device)
start = time.monotonic()
model.generate(**tokenizer(rows, return_tensors="pt", padding=True).to(device), max_new_tokens=new, min_new_tokens=new, do_sample=False)
print(time.monotonic() - start)
"""


def make_model(folder):
    import tokenizers
    import torch
    import transformers

    config = transformers.LlamaConfig(vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
                                      num_key_value_heads=3, max_position_embeddings=8192, rms_norm_eps=1e-5, tie_word_embeddings=True,
                                      bos_token_id=0, eos_token_id=0)
    torch.manual_seed(0)
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    words = tokenizers.Tokenizer(tokenizers.models.BPE())
    words.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = tokenizers.decoders.ByteLevel()
    words.train_from_iterator([row["prompt"] for row in ROWS] * 4, tokenizers.trainers.BpeTrainer(
        vocab_size=4000, special_tokens=["<end>"], show_progress=False, initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet()))
    words.save(f"{folder}/tokenizer.json")
    pathlib.Path(folder, "tokenizer_config.json").write_text('{"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<end>"}')


def measured(command):
    """Standard output, seconds of the whole command, and the peak memory of its largest process in MB."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                               env=os.environ | {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "HF_HUB_OFFLINE": "1"})
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[:3]} failed")
    return out, time.monotonic() - start, usage.ru_maxrss / 1024


class Bench:
    def __init__(self, program, model, device):
        self.program, self.model, self.device = program, model, device

    def fanlight(self, rows, threads, batch, workers=1, options=()):
        """Seconds of the texts, of the whole command, and MB."""
        with tempfile.TemporaryDirectory() as folder:
            listed = pathlib.Path(folder, "list.jsonl")
            listed.write_text("".join(json.dumps(row) + "\n" for row in rows))
            out, whole, peak = measured([self.program, "text", "-m", self.model, "-p", str(listed), "--greedy", "--json", "--threads", str(threads),
                                         "--batch-size", str(batch), "--dtype", "float32", "--devices", ",".join([self.device] * workers),
                                         "-o", f"{folder}/out.jsonl", *options])
        events = [json.loads(line) for line in out.splitlines()]
        return sum(event["seconds"] for event in events if event["type"] == "text"), whole, peak

    def peer(self, rows, threads):
        new = max(row["max_new_tokens"] for row in rows)
        out, whole, peak = measured([sys.executable, "-c", PEER, self.model, self.device, str(threads), json.dumps([row["prompt"] for row in rows]),
                                     str(new)])
        return float(out.split()[-1]), whole, peak

    def compare(self, what, target, rounds, own, peer):
        pairs = [(peer(), own()) for _ in range(rounds)]
        ratio = median(p / o for p, o in pairs)
        print(f"{what}: transformers {median(p for p, _ in pairs):.2f}, fanlight {median(o for _, o in pairs):.2f}, "
              f"ratio {ratio:.2f} (target {target})", flush=True)


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    device = sys.argv[3] if len(sys.argv) > 3 else "cpu"
    with tempfile.TemporaryDirectory() as model:
        make_model(model)
        bench = Bench(program, model, device)
        one = [{"prompt": ROWS[9]["prompt"], "max_new_tokens": 64, "min_new_tokens": 64}]
        first = [{"prompt": "a cat", "max_new_tokens": 1}]
        for threads in sorted({1, len(os.sched_getaffinity(0))}):
            bench.compare(f"one prompt, 64 tokens, {threads} threads, s", 1.5, rounds,
                          lambda: bench.fanlight(one, threads, 1)[0], lambda: bench.peer(one, threads)[0])
            bench.compare(f"32 prompts, answers of 4 to 64 tokens, {threads} threads, s", 2, rounds,
                          lambda: bench.fanlight(ROWS, threads, 32)[0], lambda: bench.peer(ROWS, threads)[0])
        bench.compare("first token of a cold process, s", 10, rounds,
                      lambda: bench.fanlight(first, 1, 1)[1], lambda: bench.peer(first, 1)[1])
        bench.compare("peak memory, 32 prompts, MB", 1, 1, lambda: bench.fanlight(ROWS, 1, 32)[2], lambda: bench.peer(ROWS, 1)[2])


if __name__ == "__main__":
    main()
