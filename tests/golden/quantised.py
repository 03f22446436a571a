"""A GGUF file with a tensor of every type that is read, of random blocks, and the numbers that the gguf package makes of them.

Writes tests/golden/data/gguf/: types.gguf, and types.safetensors with the same tensors in float32. Versions: requirements.txt.
"""
import pathlib

import numpy
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFWriter, dequantize
from safetensors.numpy import save_file

OUT = pathlib.Path(__file__).parent / "data" / "gguf"
TYPES = ("F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS")
HALVES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2],
          "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0]}  # where a block has its float16 numbers
random = numpy.random.default_rng(1)


def halves(count):
    """Finite ones of all sizes: any bits but those of the largest exponent; zeros and subnormals among them."""
    bits = random.integers(0, 1 << 16, count, dtype=numpy.uint16)
    bits[(bits & 0x7C00) == 0x7C00] &= 0x83FF
    return bits


def blocks(name, rows, columns):
    """[rows, bytes of a row], any bits in every block."""
    kind = GGMLQuantizationType[name]
    size, length = GGML_QUANT_SIZES[kind]
    if name == "F32":
        return random.standard_normal((rows, columns), dtype=numpy.float32)
    if name in ("F16", "BF16"):
        numbers = halves(rows * columns) if name == "F16" else (random.standard_normal(rows * columns, dtype=numpy.float32).view(numpy.uint32) >> 16)
        return numbers.astype(numpy.uint16).reshape(rows, columns).view(numpy.uint8)
    made = random.integers(0, 256, (rows * columns // size, length), dtype=numpy.uint8)
    for place in HALVES[name]:
        made[:, place:place + 2] = halves(len(made)).view(numpy.uint8).reshape(-1, 2)
    return made.reshape(rows, -1)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    writer = GGUFWriter(OUT / "types.gguf", "any")
    writer.add_string("general.name", "كل الأنواع")
    writer.add_float32("any.epsilon", 1e-6)
    writer.add_uint32("any.layers", 3)
    writer.add_bool("any.is_small", True)
    writer.add_int64("any.lowest", -(1 << 40))
    writer.add_array("any.words", ["a", "", "اثنان"])
    writer.add_array("any.sizes", [3, -1, 70000])
    numbers = {}

    def add(name, kind, data):
        writer.add_tensor(name, data, raw_dtype=None if kind == "F32" else GGMLQuantizationType[kind])
        numbers[name] = dequantize(data, GGMLQuantizationType[kind]).astype(numpy.float32)

    for kind in TYPES:
        add(f"{kind}.weight", kind, blocks(kind, 6, 256 if GGML_QUANT_SIZES[GGMLQuantizationType[kind]][0] == 256 else 64))
    add("odd.bias", "F32", random.standard_normal(5, dtype=numpy.float32))  # the next tensor needs padding
    add("kernel.weight", "Q8_0", blocks("Q8_0", 6, 96))
    numbers["kernel.weight"] = numbers["kernel.weight"].reshape(4, 16, 3, 3)
    writer.add_array("comfy.gguf.orig_shape.kernel.weight", [4, 16, 3, 3])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file({name: numpy.ascontiguousarray(made) for name, made in numbers.items()}, OUT / "types.safetensors")


if __name__ == "__main__":
    main()
