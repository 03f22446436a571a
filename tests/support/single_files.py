"""The whole checkpoints "sd1", "sd2" and "sdxl" of tests/golden/single_file.py, with the table of token embeddings that it leaves out, as single_files.h
writes them; and a LoRA for the first. Uses no packages."""
import json
import pathlib
import struct

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "golden/data/single_file"
TABLES = {"sd1": {"cond_stage_model.transformer.text_model.embeddings.token_embedding.weight": 64},
          "sd2": {"cond_stage_model.model.token_embedding.weight": 64},
          "sdxl": {"conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight": 64,
                   "conditioner.embedders.1.model.token_embedding.weight": 128}}
VOCABULARY = 49408


def token_embeddings(width):
    values = (((id * 31 + column * 17 + id * column) % 127 - 63) / 64 for id in range(VOCABULARY) for column in range(width))
    return struct.pack(f"<{VOCABULARY * width}e", *values)


def write_single_file(model, file):
    content = (FOLDER / f"{model}.safetensors").read_bytes()
    length, = struct.unpack_from("<Q", content)
    header, tensors = json.loads(content[8:8 + length]), content[8 + length:]
    for key, width in TABLES[model].items():
        table = token_embeddings(width)
        header[key] = {"dtype": "F16", "shape": [VOCABULARY, width], "data_offsets": [len(tensors), len(tensors) + len(table)]}
        tensors += table
    write_safetensors(file, header, tensors)


def write_safetensors(file, header, tensors):
    text = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    pathlib.Path(file).write_bytes(struct.pack("<Q", len(text)) + text + tensors)


def write_lora(file):
    """Of rank 2, in kohya's names, for three layers of "sd1"."""
    width, rank, header, tensors = 32, 2, {}, b""
    for layer in ("attn1_to_q", "attn1_to_v", "attn2_to_out_0"):
        name = f"lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_{layer}"
        for half, shape in (("lora_down", [rank, width]), ("lora_up", [width, rank])):
            values = struct.pack(f"<{rank * width}e", *((i * 37 % 101 - 50) / 64 for i in range(rank * width)))
            header[f"{name}.{half}.weight"] = {"dtype": "F16", "shape": shape, "data_offsets": [len(tensors), len(tensors) + len(values)]}
            tensors += values
    write_safetensors(file, header, tensors)
