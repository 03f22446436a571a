"""Weights that stay packed in memory, against dequantised ones: a network built like Z-Image's from a GGUF file of some hundred MB, in Q8_0, with random weights.
Its memory, and what it costs at each step, on the CPU in float32. Pictures must be the same.

    packed_weights.py FANLIGHT [ROUNDS]
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import flow_against_diffusers as flow
import large_files

SIZE, FEW, MANY = 256, 1, 4
MIB = 2**20
MOST_MEMORY, MOST_SECONDS = 1.1, 1.5

NETWORK = """
import sys, gguf, numpy
random = numpy.random.default_rng(0)
width, layers, refiners, text = 1536, 10, 2, 256
writer = gguf.GGUFWriter(sys.argv[1], "lumina2")
def add(name, *shape, packed=True):
    numbers = (random.standard_normal(shape) / shape[-1] ** 0.5).astype(numpy.float32) if len(shape) > 1 else numpy.ones(shape, numpy.float32)
    q8 = gguf.GGMLQuantizationType.Q8_0
    writer.add_tensor(name, gguf.quants.quantize(numbers, q8) if packed and len(shape) > 1 else numbers, raw_dtype=q8 if packed and len(shape) > 1 else None)
mlp = int(width / 3 * 8)
def block(name, modulated):
    add(f"{name}.attention.qkv.weight", 3 * width, width)
    add(f"{name}.attention.out.weight", width, width)
    for norm in "q_norm", "k_norm":
        add(f"{name}.attention.{norm}.weight", 128)
    for matrix, shape in ("w1", (mlp, width)), ("w2", (width, mlp)), ("w3", (mlp, width)):
        add(f"{name}.feed_forward.{matrix}.weight", *shape)
    for norm in "attention_norm1", "attention_norm2", "ffn_norm1", "ffn_norm2":
        add(f"{name}.{norm}.weight", width)
    if modulated:
        add(f"{name}.adaLN_modulation.0.weight", 4 * width, 256)
        add(f"{name}.adaLN_modulation.0.bias", 4 * width)
for name, count, modulated in ("layers", layers, True), ("noise_refiner", refiners, True), ("context_refiner", refiners, False):
    for i in range(count):
        block(f"{name}.{i}", modulated)
for name, rows, columns in (("x_embedder", width, 64), ("t_embedder.mlp.0", 1024, 256), ("t_embedder.mlp.2", 256, 1024), ("cap_embedder.1", width, text),
                            ("final_layer.linear", 64, width), ("final_layer.adaLN_modulation.1", width, 256)):
    add(f"{name}.weight", rows, columns, packed=False)
    add(f"{name}.bias", rows)
add("cap_embedder.0.weight", text)
for name in "x_pad_token", "cap_pad_token":
    add(name, 1, width, packed=False)
writer.write_header_to_file(), writer.write_kv_data_to_file(), writer.write_tensors_to_file(), writer.close()
"""


def run(program, model, folder, name, steps, *options):
    """Anonymous memory and mapped pages at most, seconds of the picture, its bytes."""
    output = f"{folder}/{name}"
    samples = large_files.watched([program, "generate", "a dog", "-m", model, "--devices", "cpu", "--cfg-scale", "0", "--steps", str(steps), "-W", str(SIZE),
                                   "-H", str(SIZE), "-o", output, *options])
    row = json.loads(pathlib.Path(output, "manifest.jsonl").read_text().splitlines()[0])
    return max(s[1] + s[2] for s in samples), row["seconds"], next(pathlib.Path(output).glob("*.png")).read_bytes()


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        model, small, file = f"{folder}/model", f"{folder}/small", f"{folder}/network.gguf"
        # The rest of the model, with a configuration for the network, whose weights are the file's alone. The small network's memory does not count.
        for path, heads, layers in (model, 12, 10), (small, 1, 1):
            flow.MODELS["z_image"].write(path, dim=128 * heads, n_heads=heads, n_kv_heads=heads, n_layers=layers)
        subprocess.run([sys.executable, "-c", NETWORK, file], check=True)
        size = pathlib.Path(file).stat().st_size
        layer = 4 * (4 * 1536**2 + 3 * 1536 * 4096 + 256 * 4 * 1536)
        without = run(program, small, folder, "small", FEW)[0]
        seconds, memory, pictures = {}, {}, set()
        for form in ["dequantised", "packed"] * rounds:
            number = len(pictures) + len(seconds.get(form, []))
            few, many = (run(program, model, folder, f"{form}-{steps}-{number}", steps, "--transformer", file, "--weights", form) for steps in (FEW, MANY))
            seconds.setdefault(form, []).append((many[1] - few[1]) / (MANY - FEW))
            memory[form] = max(memory.get(form, 0), many[0] - without)
            pictures.add(many[2])
        ratio = statistics.median(p / d for p, d in zip(seconds["packed"], seconds["dequantised"]))
        share = (memory["packed"] - layer) / size
        print(f"a GGUF network of {size / MIB:.0f} MiB takes {memory['packed'] / MIB:.0f} MiB packed, which is {share:.2f} of the file (target {MOST_MEMORY}) beside a "
              f"layer of {layer / MIB:.0f} MiB, and {memory['dequantised'] / MIB:.0f} MiB dequantised; a step takes {ratio:.2f} of the time (target {MOST_SECONDS}), "
              f"{statistics.median(seconds['packed']):.2f} s; pictures are {'the same' if len(pictures) == 1 else 'DIFFERENT'}")
        sys.exit(len(pictures) > 1 or share > MOST_MEMORY or ratio > MOST_SECONDS)


if __name__ == "__main__":
    main()
