"""Files of the size of Stable Diffusion XL's: the whole checkpoint, in float16 in one file (6.9 GB), and LoRAs. Their headers are true, their numbers are
zeros of which a sparse file stores none, or random ones. Uses no packages but numpy for the latter. flux_file.py makes others of the same parts."""
import json
import math
import os
import struct

WIDTH, DEPTHS, TEXT = 320, (0, 2, 10), 2048


def linear(name, out, inputs, bias=True):
    yield name + ".weight", [out, inputs]
    if bias:
        yield name + ".bias", [out]


def norm(name, width):
    yield name + ".weight", [width]
    yield name + ".bias", [width]


def conv(name, out, inputs, kernel=3):
    yield name + ".weight", [out, inputs, kernel, kernel]
    yield name + ".bias", [out]


def resnet(name, inputs, out):
    yield from norm(name + ".in_layers.0", inputs)
    yield from conv(name + ".in_layers.2", out, inputs)
    yield from linear(name + ".emb_layers.1", out, 4 * WIDTH)
    yield from norm(name + ".out_layers.0", out)
    yield from conv(name + ".out_layers.3", out, out)
    if inputs != out:
        yield from conv(name + ".skip_connection", out, inputs, 1)


def transformer(name, width, depth):
    yield from norm(name + ".norm", width)
    yield from linear(name + ".proj_in", width, width)
    for i in range(depth):
        block = f"{name}.transformer_blocks.{i}"
        for attention, context in (("attn1", width), ("attn2", TEXT)):
            for half, inputs in (("to_q", width), ("to_k", context), ("to_v", context)):
                yield from linear(f"{block}.{attention}.{half}", width, inputs, bias=False)
            yield from linear(f"{block}.{attention}.to_out.0", width, width)
        for which in (1, 2, 3):
            yield from norm(f"{block}.norm{which}", width)
        yield from linear(block + ".ff.net.0.proj", 8 * width, width)
        yield from linear(block + ".ff.net.2", width, 4 * width)
    yield from linear(name + ".proj_out", width, width)


def unet():
    root, widths = "model.diffusion_model.", [WIDTH, 2 * WIDTH, 4 * WIDTH]
    yield from linear(root + "time_embed.0", 4 * WIDTH, WIDTH)
    yield from linear(root + "time_embed.2", 4 * WIDTH, 4 * WIDTH)
    yield from linear(root + "label_emb.0.0", 4 * WIDTH, 2816)
    yield from linear(root + "label_emb.0.2", 4 * WIDTH, 4 * WIDTH)
    yield from conv(root + "input_blocks.0.0", WIDTH, 4)
    skips, width, place = [WIDTH], WIDTH, 1
    for level, own in enumerate(widths):
        for _ in range(2):
            yield from resnet(f"{root}input_blocks.{place}.0", width, own)
            width = own
            if DEPTHS[level]:
                yield from transformer(f"{root}input_blocks.{place}.1", own, DEPTHS[level])
            skips.append(own)
            place += 1
        if level < 2:
            yield from conv(f"{root}input_blocks.{place}.0.op", own, own)
            skips.append(own)
            place += 1
    yield from resnet(root + "middle_block.0", width, width)
    yield from transformer(root + "middle_block.1", width, DEPTHS[-1])
    yield from resnet(root + "middle_block.2", width, width)
    place = 0
    for level, own in reversed(list(enumerate(widths))):
        for i in range(3):
            yield from resnet(f"{root}output_blocks.{place}.0", width + skips.pop(), own)
            width = own
            if DEPTHS[level]:
                yield from transformer(f"{root}output_blocks.{place}.1", own, DEPTHS[level])
            if i == 2 and level > 0:
                yield from conv(f"{root}output_blocks.{place}.2.conv", own, own)
            place += 1
    yield from norm(root + "out.0", WIDTH)
    yield from conv(root + "out.2", 4, WIDTH)


def vae_block(name, inputs, out):
    yield from norm(name + ".norm1", inputs)
    yield from conv(name + ".conv1", out, inputs)
    yield from norm(name + ".norm2", out)
    yield from conv(name + ".conv2", out, out)
    if inputs != out:
        yield from conv(name + ".nin_shortcut", out, inputs, 1)


def vae_middle(name, width):
    yield from vae_block(name + ".block_1", width, width)
    yield from norm(name + ".attn_1.norm", width)
    for part in ("q", "k", "v", "proj_out"):
        yield from conv(f"{name}.attn_1.{part}", width, width, 1)
    yield from vae_block(name + ".block_2", width, width)


def vae(root="first_stage_model.", channels=4, widths=(128, 256, 512, 512)):
    """`channels`: of latents; with 4 of them there are layers between latents and networks."""
    yield from conv(root + "encoder.conv_in", widths[0], 3)
    width = widths[0]
    for level, own in enumerate(widths):
        for i in range(2):
            yield from vae_block(f"{root}encoder.down.{level}.block.{i}", width, own)
            width = own
        if level < 3:
            yield from conv(f"{root}encoder.down.{level}.downsample.conv", own, own)
    yield from vae_middle(root + "encoder.mid", width)
    yield from norm(root + "encoder.norm_out", width)
    yield from conv(root + "encoder.conv_out", 2 * channels, width)
    yield from conv(root + "decoder.conv_in", width, channels)
    yield from vae_middle(root + "decoder.mid", width)
    for level, own in reversed(list(enumerate(widths))):
        for i in range(3):
            yield from vae_block(f"{root}decoder.up.{level}.block.{i}", width, own)
            width = own
        if level > 0:
            yield from conv(f"{root}decoder.up.{level}.upsample.conv", own, own)
    yield from norm(root + "decoder.norm_out", width)
    yield from conv(root + "decoder.conv_out", 3, width)
    if channels == 4:
        yield from conv(root + "quant_conv", 8, 8, 1)
        yield from conv(root + "post_quant_conv", 4, 4, 1)


def clip_l(root):
    yield root + "embeddings.token_embedding.weight", [49408, 768]
    yield root + "embeddings.position_embedding.weight", [77, 768]
    for i in range(12):
        layer = f"{root}encoder.layers.{i}"
        for which in (1, 2):
            yield from norm(f"{layer}.layer_norm{which}", 768)
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            yield from linear(f"{layer}.self_attn.{part}", 768, 768)
        yield from linear(layer + ".mlp.fc1", 3072, 768)
        yield from linear(layer + ".mlp.fc2", 768, 3072)
    yield from norm(root + "final_layer_norm", 768)


def text_encoders():
    yield from clip_l("conditioner.embedders.0.transformer.text_model.")
    root = "conditioner.embedders.1.model."
    yield root + "token_embedding.weight", [49408, 1280]
    yield root + "positional_embedding", [77, 1280]
    yield root + "text_projection", [1280, 1280]
    yield root + "logit_scale", []
    for i in range(32):
        layer = f"{root}transformer.resblocks.{i}"
        for which in (1, 2):
            yield from norm(f"{layer}.ln_{which}", 1280)
        yield layer + ".attn.in_proj_weight", [3840, 1280]
        yield layer + ".attn.in_proj_bias", [3840]
        yield from linear(layer + ".attn.out_proj", 1280, 1280)
        yield from linear(layer + ".mlp.c_fc", 5120, 1280)
        yield from linear(layer + ".mlp.c_proj", 1280, 5120)
    yield from norm(root + "ln_final", 1280)


def lora(rank):
    """Of all matrices of the network's transformers, in kohya's names."""
    for key, shape in unet():
        if "transformer_blocks" not in key or len(shape) != 2:
            continue
        name = "lora_unet_" + key.removeprefix("model.diffusion_model.").removesuffix(".weight").replace(".", "_")
        yield name + ".lora_down.weight", [rank, shape[1]]
        yield name + ".lora_up.weight", [shape[0], rank]
        yield name + ".alpha", []


def checkpoint():
    yield from unet()
    yield from vae()
    yield from text_encoders()


def noise(count, dtype):
    """Bytes of so many random numbers, of deviation 1/50."""
    import numpy
    numbers = numpy.random.default_rng(0).standard_normal(count, numpy.float32) / 50
    if dtype == "BF16":  # the upper half of float32
        return (numbers.view(numpy.uint32) >> 16).astype(numpy.uint16).tobytes()
    return numbers.astype(numpy.float16).tobytes()


def write(path, tensors, random=False, dtype="F16"):
    """A .safetensors file of float16, or of another dtype of two bytes. Returns its size."""
    header, end = {}, 0
    for key, shape in tensors:
        size = 2 * math.prod(shape)
        header[key] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        if random:
            piece = noise(1 << 23, dtype)
            for begin in range(0, end, len(piece)):
                file.write(piece[:end - begin])
            file.flush()
            os.fsync(file.fileno())
        else:
            file.truncate(8 + len(text) + end)
    return 8 + len(text) + end
