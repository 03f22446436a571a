"""Files of random weights, by the gigabyte: no packages, little memory, and as fast as the disk."""
import json
import math
import random
import struct


class Noise:
    """Random numbers of a dtype (as safetensors names it: "F16", "BF16", "F32"): a few thousand, over and over, at another place each time. Their number is
    prime, so rows do not repeat."""

    def __init__(self, dtype, count=65521):
        source = random.Random(42)
        self.dtype, self.count, self.source, self.pools = dtype, count, source, {}
        self.width = 4 if dtype == "F32" else 2
        self.values = [source.gauss(0, 1) for _ in range(count)]

    def packed(self, values):
        if self.dtype == "F16":
            return struct.pack(f"<{len(values)}e", *values)
        floats = struct.pack(f"<{len(values)}f", *values)
        if self.dtype == "F32":
            return floats
        halves = bytearray(2 * len(values))  # bfloat16 is the upper half of float32
        halves[0::2], halves[1::2] = floats[2::4], floats[3::4]
        return bytes(halves)

    def pool(self, spread):
        if spread not in self.pools:
            self.pools[spread] = self.packed([spread * value for value in self.values])
        return self.pools[spread]

    def write(self, file, count, spread):
        """`count` numbers of that standard deviation; 0: ones."""
        if spread:
            self.repeat(file, self.pool(spread), count, self.width)
        else:
            file.write(self.packed([1]) * count)

    def repeat(self, file, pool, count, width):
        """`count` pieces of a pool that has self.count of them, each of `width` bytes."""
        begin = self.source.randrange(self.count)
        file.write(pool[width * begin:width * (begin + count)])
        count -= min(count, self.count - begin)
        for _ in range(count // self.count):
            file.write(pool)
        file.write(pool[:width * (count % self.count)])


def write_tensors(file, shapes, noise, spread_of):
    """A safetensors file. `shapes`: by name; `spread_of(name, shape)`: the standard deviation of a tensor's values, 0 if they are 1."""
    header, at = {}, 0
    for name, shape in shapes.items():
        size = 2 * math.prod(shape)
        header[name] = {"dtype": noise.dtype, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes.items():
            noise.write(out, math.prod(shape), spread_of(name, shape))


def write_json(file, value):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, indent=1), encoding="utf-8")
