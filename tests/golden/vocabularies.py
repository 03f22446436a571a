"""Writes tests/golden/data/vocabularies: what transformers and tokenizers make of 10,000 lines in mixed scripts with the vocabularies of
resources/vocabularies.

lines.json: the lines.
qwen.bin, t5.bin: for each line, the first four bytes of the SHA-256 of its ids (little-endian int32).
Qwen's are those of transformers' Qwen2Tokenizer with Qwen3's added tokens, T5's of tokenizers with T5's own file. Versions: requirements.txt.
"""
import gzip
import hashlib
import json
import pathlib
import random
import struct

from tokenizers import AddedToken, Tokenizer
from transformers import Qwen2Tokenizer

from text_tokenizers import SEPARATORS, VECTORS, WORDS

DATA = pathlib.Path(__file__).parent / "data" / "vocabularies"
VOCABULARIES = pathlib.Path(__file__).parents[2] / "resources" / "vocabularies"
COUNT = 10_000

# As Qwen3's tokenizer_config.json lists them from id 151,643 on; the first 14 are special.
QWEN_ADDED = ("<|endoftext|> <|im_start|> <|im_end|> <|object_ref_start|> <|object_ref_end|> <|box_start|> <|box_end|> <|quad_start|> <|quad_end|> "
              "<|vision_start|> <|vision_end|> <|vision_pad|> <|image_pad|> <|video_pad|> <tool_call> </tool_call> <|fim_prefix|> <|fim_middle|> "
              "<|fim_suffix|> <|fim_pad|> <|repo_name|> <|file_sep|> <tool_response> </tool_response> <think> </think>").split()
QWEN_SPECIAL = 14

# Blocks of letters and signs from which words are drawn.
BLOCKS = [(0x20, 0x7e), (0xa0, 0x24f), (0x250, 0x36f), (0x370, 0x3ff), (0x400, 0x52f), (0x531, 0x58a), (0x591, 0x5f4), (0x600, 0x6ff), (0x700, 0x74f),
          (0x900, 0x97f), (0x980, 0x9fe), (0xb80, 0xbfa), (0xe01, 0xe5b), (0x10a0, 0x10ff), (0x1100, 0x11ff), (0x1e00, 0x1eff), (0x1f00, 0x1ffe),
          (0x2000, 0x206f), (0x20a0, 0x20bf), (0x2100, 0x214f), (0x2190, 0x21ff), (0x2460, 0x24ff), (0x2600, 0x27bf), (0x3000, 0x30ff),
          (0x3130, 0x318e), (0x3200, 0x33ff), (0x4e00, 0x9fff), (0xac00, 0xd7a3), (0xf900, 0xfad9), (0xfb00, 0xfdff), (0xfe00, 0xfe6b),
          (0xff01, 0xffee), (0x1d400, 0x1d7ff), (0x1f300, 0x1f9ff), (0x20000, 0x2a6d6)]


def qwen_reference():
    merges = [tuple(line.split(" ")) for line in gzip.decompress((VOCABULARIES / "qwen2_merges.txt.gz").read_bytes()).decode().splitlines()]
    printable = [*range(0x21, 0x7f), *range(0xa1, 0xad), *range(0xae, 0x100)]
    symbols = [chr(byte) for byte in printable] + [chr(0x100 + number) for number in range(256 - len(printable))]
    vocabulary = {token: number for number, token in enumerate(symbols + [left + right for left, right in merges])}
    tokenizer = Qwen2Tokenizer(vocab=vocabulary, merges=merges)
    tokenizer.add_tokens([AddedToken(token, normalized=False, special=number < QWEN_SPECIAL) for number, token in enumerate(QWEN_ADDED)])
    assert tokenizer.convert_tokens_to_ids(["!", "<|endoftext|>", "<|im_end|>", "<think>", "</think>"]) == [0, 151643, 151645, 151667, 151668]
    return tokenizer


def make_lines():
    source = random.Random(2026)
    words = [word for group in WORDS.values() for word in group.split()] + QWEN_ADDED
    groups = [group.split() for group in WORDS.values()]

    def drawn():
        begin, end = source.choice(BLOCKS)
        return "".join(chr(source.randint(begin, end)) for _ in range(source.randint(1, 8)))

    def word():
        kind = source.random()
        return drawn() if kind < 0.3 else source.choice(source.choice(groups)) if kind < 0.9 else source.choice(words)

    lines = list(VECTORS)
    while len(lines) < COUNT:
        line = ""
        for _ in range(source.randint(1, 9)):
            line += word() + (" " if source.random() < 0.7 else source.choice(SEPARATORS))
        lines.append(line if source.random() < 0.3 else line.strip())
    return lines


def digest(ids):
    return hashlib.sha256(struct.pack(f"<{len(ids)}i", *ids)).digest()[:4]


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    lines = make_lines()
    qwen = qwen_reference()
    t5 = Tokenizer.from_str(gzip.decompress((VOCABULARIES / "t5_tokenizer.json.gz").read_bytes()).decode())
    (DATA / "lines.json").write_text(json.dumps(lines, ensure_ascii=False, separators=(",", ":")) + "\n")
    (DATA / "qwen.bin").write_bytes(b"".join(digest(qwen(line).input_ids) for line in lines))
    (DATA / "t5.bin").write_bytes(b"".join(digest(t5.encode(line).ids) for line in lines))


if __name__ == "__main__":
    main()
