"""GGUF files of random numbers in blocks of 8 bits (Q8_0), by the gigabyte: no packages, little memory, and as fast as the disk."""
import math
import random
import struct

from .random_weights import Noise

ALIGNMENT, BLOCK, BLOCK_BYTES = 32, 32, 34
F32, Q8_0, STRING = 0, 8, 8  # as the format numbers them


class PackedNoise(Noise):
    """Blocks of 32 numbers: a factor in float16, then a byte for each number."""

    def __init__(self, count=4093):
        source = random.Random(42)
        self.count, self.source, self.pools = count, source, {}
        self.bytes = [bytes(source.randrange(1, 256) for _ in range(BLOCK)) for _ in range(count)]

    def pool(self, spread):
        if spread not in self.pools:
            factor = struct.pack("<e", spread * math.sqrt(3) / 127)  # of even numbers from -127 to 127
            self.pools[spread] = b"".join(factor + block for block in self.bytes)
        return self.pools[spread]

    def write(self, file, count, spread):
        """`count` numbers, whole blocks of them."""
        self.repeat(file, self.pool(spread), count // BLOCK, BLOCK_BYTES)


def is_packed(shape):
    return len(shape) == 2 and shape[1] % BLOCK == 0


def padded(size):
    return -(-size // ALIGNMENT) * ALIGNMENT


def text(string):
    return struct.pack("<Q", len(string)) + string.encode()


def write_gguf(file, architecture, shapes, spread_of):
    """Matrices are packed; what else there is, is float32. `spread_of` as in write_tensors()."""
    header = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), 1)
    header += text("general.architecture") + struct.pack("<I", STRING) + text(architecture)
    sizes = [math.prod(shape) // BLOCK * BLOCK_BYTES if is_packed(shape) else 4 * math.prod(shape) for shape in shapes.values()]
    at = 0
    for (name, shape), size in zip(shapes.items(), sizes):
        kind = Q8_0 if is_packed(shape) else F32
        header += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *reversed(shape), kind, at)  # dimensions from the innermost
        at += padded(size)
    packed, plain = PackedNoise(), Noise("F32")
    with open(file, "wb") as out:
        out.write(header.ljust(padded(len(header)), b"\0"))
        for (name, shape), size in zip(shapes.items(), sizes):
            noise = packed if is_packed(shape) else plain
            noise.write(out, math.prod(shape), spread_of(name, shape))
            out.write(bytes(padded(size) - size))
