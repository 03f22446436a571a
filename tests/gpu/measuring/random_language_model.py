"""A transformers folder of a Llama's shape, with random weights in bfloat16: as large and as slow as the real one. Uses no packages."""
import dataclasses
import itertools
import math

from .random_weights import Noise, write_json, write_tensors


@dataclasses.dataclass(frozen=True)
class Shape:
    name: str
    width: int
    hidden: int  # of the gated layers between
    layers: int
    heads: int
    key_heads: int
    vocabulary: int
    tied: bool  # the head is the embedding
    factor: float  # of the rotary embedding's frequencies

    def tensors(self):
        """Names of tensors and their shapes, in the order of their making."""
        width, keys = self.width, self.width // self.heads * self.key_heads
        shapes = {"model.embed_tokens.weight": [self.vocabulary, width]}
        for layer in range(self.layers):
            name = f"model.layers.{layer}."
            shapes |= {f"{name}self_attn.{of}_proj.weight": [outputs, width] for of, outputs in (("q", width), ("k", keys), ("v", keys), ("o", width))}
            shapes |= {f"{name}mlp.{of}_proj.weight": [self.hidden, width] for of in ("gate", "up")}
            shapes |= {f"{name}mlp.down_proj.weight": [width, self.hidden]}
            shapes |= {f"{name}{of}_layernorm.weight": [width] for of in ("input", "post_attention")}
        shapes["model.norm.weight"] = [width]
        return shapes if self.tied else shapes | {"lm_head.weight": [self.vocabulary, width]}

    def parameters(self):
        return sum(math.prod(shape) for shape in self.tensors().values())

    def config(self):
        return {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "attention_bias": False, "attention_dropout": 0.0, "bos_token_id": 256,
                "dtype": "bfloat16", "eos_token_id": 257, "hidden_act": "silu", "hidden_size": self.width, "initializer_range": 0.02,
                "intermediate_size": self.hidden, "max_position_embeddings": 131072, "mlp_bias": False, "num_attention_heads": self.heads,
                "num_hidden_layers": self.layers, "num_key_value_heads": self.key_heads, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
                "rope_scaling": {"factor": self.factor, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192,
                                 "rope_type": "llama3"},
                "rope_theta": 500000.0, "tie_word_embeddings": self.tied, "use_cache": True, "vocab_size": self.vocabulary}


LLAMA_1B = Shape("Llama 3.2 1B", 2048, 8192, 16, 32, 8, 128256, True, 32.0)
LLAMA_8B = Shape("Llama 3.1 8B", 4096, 14336, 32, 32, 8, 128256, False, 8.0)
TINY = Shape("a tiny Llama", 64, 96, 3, 4, 2, 600, True, 32.0)


def spread_of(name, shape):
    """So that numbers keep their size from layer to layer, and logits, of deviation 2 to 4, prefer some tokens to others."""
    if len(shape) == 1:
        return 0
    spread = 2.0 ** -math.ceil(math.log2(shape[1]) / 2)
    return 4 * spread if "embed_tokens" in name or "lm_head" in name else spread


def byte_symbols():
    """The characters that stand for bytes in a byte-level vocabulary, in the order of their bytes."""
    plain = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = itertools.count(256)
    return [chr(byte) if byte in plain else chr(next(others)) for byte in range(256)]


BEGIN, END = "<|begin_of_text|>", "<|end_of_text|>"


def tokenizer(size, special=(BEGIN, END), before=(BEGIN,), after=()):
    """Byte-level, without merges: a prompt is as many tokens as bytes, `before` and `after` it some of the `special` ones. The rest of the vocabulary only the
    model can choose."""
    numbers = {token: 256 + i for i, token in enumerate(special)}
    vocabulary = {symbol: byte for byte, symbol in enumerate(byte_symbols())}
    vocabulary |= {f"<{id}>": id for id in range(256 + len(special), size)}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}

    def around(*texts):
        first, last = ([{"SpecialToken": {"id": token, "type_id": 0}} for token in tokens] for tokens in (before, after))
        return [*first, *({"Sequence": {"id": text, "type_id": number}} for number, text in enumerate(texts)), *last]

    template = {"type": "TemplateProcessing", "single": around("A"), "pair": around("A", "B"),
                "special_tokens": {token: {"id": token, "ids": [numbers[token]], "tokens": [token]} for token in (*before, *after)}}
    added = [{"id": id, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
             for token, id in numbers.items()]
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None, "pre_tokenizer": level,
            "post_processor": template, "decoder": level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
                      "byte_fallback": False, "ignore_merges": False, "vocab": vocabulary, "merges": []}}


def write_language_model(folder, shape):
    write_json(folder / "config.json", shape.config())
    write_json(folder / "tokenizer.json", tokenizer(shape.vocabulary))
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": END})
    write_tensors(folder / "model.safetensors", shape.tensors(), Noise("BF16"), spread_of)
