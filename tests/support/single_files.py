"""The whole checkpoints "sd1" and "sd2" of tests/golden/single_file.py, with the table of token embeddings that it leaves out: the bytes that
single_files.h writes. Without packages."""
import json
import pathlib
import struct

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "golden/data/single_file"
KEYS = {"sd1": "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight", "sd2": "cond_stage_model.model.token_embedding.weight"}
WIDTH, VOCABULARY = 64, 49408


def token_embeddings():
    values = (((id * 31 + column * 17 + id * column) % 127 - 63) / 64 for id in range(VOCABULARY) for column in range(WIDTH))
    return struct.pack(f"<{VOCABULARY * WIDTH}e", *values)


def write_single_file(model, file):
    content = (FOLDER / f"{model}.safetensors").read_bytes()
    length, = struct.unpack_from("<Q", content)
    header, tensors, table = json.loads(content[8:8 + length]), content[8 + length:], token_embeddings()
    header[KEYS[model]] = {"dtype": "F16", "shape": [VOCABULARY, WIDTH], "data_offsets": [len(tensors), len(tensors) + len(table)]}
    text = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    pathlib.Path(file).write_bytes(struct.pack("<Q", len(text)) + text + tensors + table)
