"""Files like those that people have of FLUX.1 dev: a network alone, under its original names, in bfloat16, which is as wide as the real one and has so many of
its blocks that the file has more than 3 GB; and the least that it can be used with: CLIP's text encoder, a narrow VAE, and one block of T5."""
import math

import xl_file

WIDTH, HEAD, TOKEN, SINUSOIDS = 3072, 128, 64, 256
TEXT, POOLED = 4096, 768
DOUBLE, SINGLE = 4, 2  # blocks of both streams have the most numbers for their work, which is slow in bfloat16 on most CPUs
DECODER = (32, 64, 64, 64)
T5_INNER, T5_HEADS, T5_HIDDEN, T5_VOCABULARY, T5_BUCKETS = 1024, 16, 1024, 32128, 32


def stream(name, which):
    """One of the two of a block: "img" or "txt"."""
    yield from xl_file.linear(f"{name}.{which}_mod.lin", 6 * WIDTH, WIDTH)
    yield from xl_file.linear(f"{name}.{which}_attn.qkv", 3 * WIDTH, WIDTH)
    yield from scales(f"{name}.{which}_attn.norm")
    yield from xl_file.linear(f"{name}.{which}_attn.proj", WIDTH, WIDTH)
    yield from xl_file.linear(f"{name}.{which}_mlp.0", 4 * WIDTH, WIDTH)
    yield from xl_file.linear(f"{name}.{which}_mlp.2", WIDTH, 4 * WIDTH)


def scales(name):
    for of in ("query", "key"):
        yield f"{name}.{of}_norm.scale", [HEAD]


def network():
    yield from xl_file.linear("img_in", WIDTH, TOKEN)
    yield from xl_file.linear("txt_in", WIDTH, TEXT)
    for name, inputs in (("time_in", SINUSOIDS), ("guidance_in", SINUSOIDS), ("vector_in", POOLED)):
        yield from xl_file.linear(name + ".in_layer", WIDTH, inputs)
        yield from xl_file.linear(name + ".out_layer", WIDTH, WIDTH)
    for i in range(DOUBLE):
        for which in ("img", "txt"):
            yield from stream(f"double_blocks.{i}", which)
    for i in range(SINGLE):
        name = f"single_blocks.{i}"
        yield from xl_file.linear(name + ".modulation.lin", 3 * WIDTH, WIDTH)
        yield from xl_file.linear(name + ".linear1", 7 * WIDTH, WIDTH)
        yield from xl_file.linear(name + ".linear2", WIDTH, 5 * WIDTH)
        yield from scales(name + ".norm")
    yield from xl_file.linear("final_layer.linear", TOKEN, WIDTH)
    yield from xl_file.linear("final_layer.adaLN_modulation.1", 2 * WIDTH, WIDTH)


def t5():
    yield "shared.weight", [T5_VOCABULARY, TEXT]
    attention, mlp = "encoder.block.0.layer.0.", "encoder.block.0.layer.1."
    for of in "qkv":
        yield f"{attention}SelfAttention.{of}.weight", [T5_INNER, TEXT]
    yield attention + "SelfAttention.o.weight", [TEXT, T5_INNER]
    yield attention + "SelfAttention.relative_attention_bias.weight", [T5_BUCKETS, T5_HEADS]
    yield mlp + "DenseReluDense.wi_0.weight", [T5_HIDDEN, TEXT]
    yield mlp + "DenseReluDense.wi_1.weight", [T5_HIDDEN, TEXT]
    yield mlp + "DenseReluDense.wo.weight", [TEXT, T5_HIDDEN]
    for norm in (attention + "layer_norm", mlp + "layer_norm", "encoder.final_layer_norm"):
        yield norm + ".weight", [TEXT]


def parts():
    """By the name of a file that tells what it is: its tensors, and Fanlight's option for it."""
    return {"clip_l": (list(xl_file.clip_l("text_model.")), "--text-encoder"), "t5xxl": (list(t5()), "--text-encoder"),
            "ae": (list(xl_file.vae("", channels=16, widths=DECODER)), "--vae")}


def write(folder):
    """The network has random numbers, the others have zeros. Returns the network's file and size, Fanlight's options for the others, and how many numbers of
    theirs are in memory: the rows of T5's matrix stay in their file."""
    file = f"{folder}/flux1-bench.safetensors"
    size = xl_file.write(file, network(), random=True, dtype="BF16")
    options, numbers = [], 0
    for name, (tensors, option) in parts().items():
        xl_file.write(f"{folder}/{name}.safetensors", tensors, dtype="BF16")
        options += [option, f"{folder}/{name}.safetensors"]
        numbers += sum(math.prod(shape) for key, shape in tensors if key != "shared.weight")
    return file, size, options, numbers
