"""Pixels of a PNG, without packages."""
import struct
import zlib


def pixels(file):
    """Of one with 8 bits a channel that is not interlaced: its channels' values, row by row."""
    data, at, packed = file.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", body)
            if depth != 8 or interlaced or colour not in (0, 2, 6):
                raise ValueError(f"{file} is no PNG of the kind that is written here")
            channels = {0: 1, 2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    return unfiltered(zlib.decompress(packed), height, width * channels, channels)


def unfiltered(lines, height, stride, step):
    """PNG specification, section 9."""
    above, all_rows = bytearray(stride), bytearray()
    for y in range(height):
        begin = y * (stride + 1)
        kind, row = lines[begin], bytearray(lines[begin + 1:begin + 1 + stride])
        if kind == 1:
            for i in range(step, stride):
                row[i] = (row[i] + row[i - step]) & 255
        elif kind == 2:
            row = bytearray((a + b) & 255 for a, b in zip(row, above))
        elif kind == 3:
            for i in range(stride):
                left = row[i - step] if i >= step else 0
                row[i] = (row[i] + (left + above[i] >> 1)) & 255
        elif kind == 4:
            for i in range(stride):
                left, corner = (row[i - step], above[i - step]) if i >= step else (0, 0)
                row[i] = (row[i] + paeth(left, above[i], corner)) & 255
        all_rows += row
        above = row
    return all_rows


def paeth(left, above, corner):
    from_left, from_above, from_corner = abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)
    if from_left <= from_above and from_left <= from_corner:
        return left
    return above if from_above <= from_corner else corner


def difference(one, other):
    """Mean and largest difference of two pictures, of 255."""
    a, b = pixels(one), pixels(other)
    if len(a) != len(b):
        raise ValueError(f"{one} and {other} differ in size")
    apart = [abs(x - y) for x, y in zip(a, b)]
    return sum(apart) / len(apart), max(apart)
