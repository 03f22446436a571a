"""Diffusers folders of Z-Image's, FLUX.2 klein 4B's and FLUX.1 dev's shapes, or smaller ones of their kinds, with random weights in bfloat16. Networks, VAEs
and CLIP are as large as the real ones. The language models that read prompts are as wide, but have few other numbers: they are not what is measured."""
import dataclasses
import math

from .random_language_model import tokenizer
from .random_model import TEXT, VAE, Kind, Shapes, class_of, vae_shapes
from .random_weights import write_json

SCHEDULER = {"_class_name": "FlowMatchEulerDiscreteScheduler", "base_image_seq_len": 256, "base_shift": 0.5, "max_image_seq_len": 4096, "max_shift": 1.15,
             "num_train_timesteps": 1000, "shift": 3.0, "use_dynamic_shifting": True}
VAE_16 = VAE | {"force_upcast": False, "latent_channels": 16, "sample_size": 1024, "scaling_factor": 0.3611, "shift_factor": 0.1159,
                "use_post_quant_conv": False, "use_quant_conv": False}
VAE_32 = {key: value for key, value in VAE.items() if key != "scaling_factor"} | {
    "_class_name": "AutoencoderKLFlux2", "batch_norm_eps": 0.0001, "batch_norm_momentum": 0.1, "latent_channels": 32, "patch_size": [2, 2], "sample_size": 1024}
QWEN = {"architectures": ["Qwen3Model"], "attention_bias": False, "attention_dropout": 0.0, "head_dim": 128, "hidden_act": "silu", "hidden_size": 2560,
        "intermediate_size": 256, "max_position_embeddings": 40960, "model_type": "qwen3", "num_attention_heads": 4, "num_hidden_layers": 3,
        "num_key_value_heads": 1, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": True, "vocab_size": 512}
T5 = {"architectures": ["T5EncoderModel"], "d_ff": 256, "d_kv": 64, "d_model": 4096, "dense_act_fn": "gelu_new", "dropout_rate": 0.1, "eos_token_id": 257,
      "feed_forward_proj": "gated-gelu", "is_encoder_decoder": False, "is_gated_act": True, "layer_norm_epsilon": 1e-06, "model_type": "t5", "num_heads": 4,
      "num_layers": 2, "pad_token_id": 256, "relative_attention_max_distance": 128, "relative_attention_num_buckets": 32, "tie_word_embeddings": False,
      "use_cache": False, "vocab_size": 512}
TRANSFORMERS = {
    "z_image": {"_class_name": "ZImageTransformer2DModel", "all_f_patch_size": [1], "all_patch_size": [2], "axes_dims": [32, 48, 48],
                "axes_lens": [1536, 512, 512], "cap_feat_dim": 2560, "dim": 3840, "in_channels": 16, "n_heads": 30, "n_kv_heads": 30, "n_layers": 30,
                "n_refiner_layers": 2, "norm_eps": 1e-05, "qk_norm": True, "rope_theta": 256.0, "t_scale": 1000.0},
    "klein": {"_class_name": "Flux2Transformer2DModel", "attention_head_dim": 128, "axes_dims_rope": [32, 32, 32, 32], "eps": 1e-06, "guidance_embeds": False,
              "in_channels": 128, "joint_attention_dim": 7680, "mlp_ratio": 3.0, "num_attention_heads": 24, "num_layers": 5, "num_single_layers": 20,
              "patch_size": 1, "rope_theta": 2000, "timestep_guidance_channels": 256},
    "flux": {"_class_name": "FluxTransformer2DModel", "attention_head_dim": 128, "axes_dims_rope": [16, 56, 56], "guidance_embeds": True, "in_channels": 64,
             "joint_attention_dim": 4096, "num_attention_heads": 24, "num_layers": 19, "num_single_layers": 38, "patch_size": 1, "pooled_projection_dim": 768}}
BLOCKS = ("n_layers", "num_layers", "num_single_layers")  # how many there are of each kind
PAD, TURN, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
# Qwen3's, as far as pipelines use it.
TEMPLATE = ("{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}"
            "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}{% endif %}")


@dataclasses.dataclass
class FlowKind(Kind):
    """A pipeline whose prompts are read by a language model, beside CLIP or alone."""
    dtype = "BF16"

    def shapes(self, part):
        config = self.configs[part]
        shapes_of = FLOW_SHAPES.get(class_of(config))
        return shapes_of(config) if shapes_of else super().shapes(part)

    def is_clip(self, part):
        return class_of(self.configs[part]).startswith("CLIP")

    def tokenizer_class(self, part):
        return super().tokenizer_class(part) if self.is_clip(part) else "PreTrainedTokenizerFast"

    def write_tokenizer(self, folder, part, merges_file):
        if self.is_clip(part):
            return super().write_tokenizer(folder, part, merges_file)
        is_t5 = class_of(self.configs[part]).startswith("T5")
        special = (PAD, END) if is_t5 else (PAD, TURN, END)
        write_json(folder / "tokenizer.json", tokenizer(self.configs[part]["vocab_size"], special, after=(END,) if is_t5 else (), before=()))
        write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": PAD, "eos_token": END, "padding_side": "right",
                                                      "model_max_length": 512, **({} if is_t5 else {"chat_template": TEMPLATE})})

    def bytes(self):
        return sum(2 * math.prod(shape) for part in self.configs for shape in self.shapes(part).values())

    def blocks(self):
        return blocks_in(self.configs["transformer"])

    def within(self, room):
        """The same with so many of its blocks as the bytes have room for, in their proportions; None: there is no room for any."""
        config, total = self.configs["transformer"], self.blocks()
        for kept in range(total, 0, -1):
            fewer = {key: max(1, config[key] * kept // total) for key in BLOCKS if key in config}
            made = dataclasses.replace(self, configs=self.configs | {"transformer": config | fewer})
            if made.bytes() <= room:
                return made
        return None


def blocks_in(network):
    """Of all kinds."""
    return sum(network.get(key, 0) for key in BLOCKS)


Z_IMAGE = FlowKind("ZImagePipeline", SCHEDULER | {"use_dynamic_shifting": False}, {"transformer": TRANSFORMERS["z_image"], "vae": VAE_16, "text_encoder": QWEN})
# Of its text encoder the states after 9, 18 and 27 layers are taken.
KLEIN = FlowKind("Flux2KleinPipeline", SCHEDULER, {"transformer": TRANSFORMERS["klein"], "vae": VAE_32,
                                                   "text_encoder": QWEN | {"architectures": ["Qwen3ForCausalLM"], "num_hidden_layers": 28}})
FLUX = FlowKind("FluxPipeline", SCHEDULER, {"transformer": TRANSFORMERS["flux"], "vae": VAE_16, "text_encoder": TEXT, "text_encoder_2": T5})


class FlowShapes(Shapes):
    def matrices(self, name, inputs, outputs, *layers, bias=False):
        for layer in layers:
            self.layer(f"{name}.{layer}", outputs, inputs, bias=bias)

    def scales(self, name, width, *norms):
        for norm in norms:
            self[f"{name}.{norm}.weight"] = [width]


def z_image_shapes(config):
    shapes, width = FlowShapes(), config["dim"]
    head, hidden, time, token = width // config["n_heads"], width * 8 // 3, min(width, 256), 4 * config["in_channels"]
    shapes.matrices("all_x_embedder", token, width, "2-1", bias=True)
    shapes.matrices("all_final_layer.2-1", width, token, "linear", bias=True)
    shapes.matrices("all_final_layer.2-1.adaLN_modulation", time, width, "1", bias=True)
    for name, count, is_modulated in (("noise_refiner", config["n_refiner_layers"], True), ("context_refiner", config["n_refiner_layers"], False),
                                      ("layers", config["n_layers"], True)):
        for i in range(count):
            block = f"{name}.{i}"
            shapes.matrices(block + ".attention", width, width, "to_q", "to_k", "to_v", "to_out.0")
            shapes.scales(block + ".attention", head, "norm_q", "norm_k")
            shapes.matrices(block + ".feed_forward", width, hidden, "w1", "w3")
            shapes.matrices(block + ".feed_forward", hidden, width, "w2")
            shapes.scales(block, width, "attention_norm1", "attention_norm2", "ffn_norm1", "ffn_norm2")
            if is_modulated:
                shapes.matrices(block + ".adaLN_modulation", time, 4 * width, "0", bias=True)
    shapes.matrices("t_embedder.mlp", 256, 1024, "0", bias=True)
    shapes.matrices("t_embedder.mlp", 1024, time, "2", bias=True)
    shapes.scales("cap_embedder", config["cap_feat_dim"], "0")
    shapes.matrices("cap_embedder", config["cap_feat_dim"], width, "1", bias=True)
    return shapes | {name: [1, width] for name in ("x_pad_token", "cap_pad_token")}


def both_streams(shapes, block, width, head, bias):
    """The attention of a block of FLUX with a stream for the text and one for the picture."""
    shapes.matrices(block + ".attn", width, width, "to_q", "to_k", "to_v", "to_out.0", "add_q_proj", "add_k_proj", "add_v_proj", "to_add_out", bias=bias)
    shapes.scales(block + ".attn", head, "norm_q", "norm_k", "norm_added_q", "norm_added_k")


def klein_shapes(config):
    shapes, head = FlowShapes(), config["attention_head_dim"]
    width, channels = config["num_attention_heads"] * head, config["in_channels"]
    hidden = int(config["mlp_ratio"] * width)
    shapes.matrices("time_guidance_embed.timestep_embedder", 256, width, "linear_1")
    shapes.matrices("time_guidance_embed.timestep_embedder", width, width, "linear_2")
    for name, parts in (("double_stream_modulation_img", 6), ("double_stream_modulation_txt", 6), ("single_stream_modulation", 3), ("norm_out", 2)):
        shapes.matrices(name, width, parts * width, "linear")
    shapes.layer("x_embedder", width, channels, bias=False)
    shapes.layer("context_embedder", width, config["joint_attention_dim"], bias=False)
    shapes.layer("proj_out", channels, width, bias=False)
    for i in range(config["num_layers"]):
        block = f"transformer_blocks.{i}"
        both_streams(shapes, block, width, head, bias=False)
        for stream in ("ff", "ff_context"):
            shapes.matrices(f"{block}.{stream}", width, 2 * hidden, "linear_in")
            shapes.matrices(f"{block}.{stream}", hidden, width, "linear_out")
    for i in range(config["num_single_layers"]):
        block = f"single_transformer_blocks.{i}"
        shapes.matrices(block + ".attn", width, 3 * width + 2 * hidden, "to_qkv_mlp_proj")
        shapes.matrices(block + ".attn", width + hidden, width, "to_out")
        shapes.scales(block + ".attn", head, "norm_q", "norm_k")
    return shapes


def flux_shapes(config):
    shapes, head, token = FlowShapes(), config["attention_head_dim"], config["in_channels"]
    width = config["num_attention_heads"] * head
    for name, inputs in (("timestep", 256), ("guidance", 256), ("text", config["pooled_projection_dim"])):
        shapes.matrices(f"time_text_embed.{name}_embedder", inputs, width, "linear_1", bias=True)
        shapes.matrices(f"time_text_embed.{name}_embedder", width, width, "linear_2", bias=True)
    shapes.layer("context_embedder", width, config["joint_attention_dim"])
    shapes.layer("x_embedder", width, token)
    for i in range(config["num_layers"]):
        block = f"transformer_blocks.{i}"
        for stream in ("norm1", "norm1_context"):
            shapes.matrices(f"{block}.{stream}", width, 6 * width, "linear", bias=True)
        both_streams(shapes, block, width, head, bias=True)
        for stream in ("ff", "ff_context"):
            shapes.matrices(f"{block}.{stream}.net", width, 4 * width, "0.proj", bias=True)
            shapes.matrices(f"{block}.{stream}.net", 4 * width, width, "2", bias=True)
    for i in range(config["num_single_layers"]):
        block = f"single_transformer_blocks.{i}"
        shapes.matrices(block, width, 3 * width, "norm.linear", bias=True)
        shapes.matrices(block, width, 4 * width, "proj_mlp", bias=True)
        shapes.matrices(block, 5 * width, width, "proj_out", bias=True)
        shapes.matrices(block + ".attn", width, width, "to_q", "to_k", "to_v", bias=True)
        shapes.scales(block + ".attn", head, "norm_q", "norm_k")
    shapes.matrices("norm_out", width, 2 * width, "linear", bias=True)
    shapes.layer("proj_out", token, width)
    return shapes


def original_flux_shapes(config):
    """The same network under the names that files with it alone have."""
    shapes, head, token = FlowShapes(), config["attention_head_dim"], config["in_channels"]
    width = config["num_attention_heads"] * head
    shapes.layer("img_in", width, token)
    shapes.layer("txt_in", width, config["joint_attention_dim"])
    for name, inputs in (("time_in", 256), ("guidance_in", 256), ("vector_in", config["pooled_projection_dim"])):
        shapes.matrices(name, inputs, width, "in_layer", bias=True)
        shapes.matrices(name, width, width, "out_layer", bias=True)
    for i in range(config["num_layers"]):
        for stream in (f"double_blocks.{i}.img_", f"double_blocks.{i}.txt_"):
            for layer, inputs, outputs in (("mod.lin", 1, 6), ("attn.qkv", 1, 3), ("attn.proj", 1, 1), ("mlp.0", 1, 4), ("mlp.2", 4, 1)):
                shapes.layer(stream + layer, outputs * width, inputs * width)
            shapes |= {f"{stream}attn.norm.{of}_norm.scale": [head] for of in ("query", "key")}
    for i in range(config["num_single_layers"]):
        block = f"single_blocks.{i}."
        for layer, inputs, outputs in (("modulation.lin", 1, 3), ("linear1", 1, 7), ("linear2", 5, 1)):
            shapes.layer(block + layer, outputs * width, inputs * width)
        shapes |= {f"{block}norm.{of}_norm.scale": [head] for of in ("query", "key")}
    shapes.layer("final_layer.linear", token, width)
    shapes.layer("final_layer.adaLN_modulation.1", 2 * width, width)
    return shapes


def klein_vae_shapes(config):
    channels = math.prod(config["patch_size"]) * config["latent_channels"]
    return vae_shapes(config) | {f"bn.running_{of}": [channels] for of in ("mean", "var")}


def qwen_shapes(config):
    shapes, width, hidden, head = FlowShapes(), config["hidden_size"], config["intermediate_size"], config["head_dim"]
    inner, keys = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
    shapes["embed_tokens.weight"] = [config["vocab_size"], width]
    for i in range(config["num_hidden_layers"]):
        layer = f"layers.{i}"
        shapes.matrices(layer + ".self_attn", width, inner, "q_proj")
        shapes.matrices(layer + ".self_attn", width, keys, "k_proj", "v_proj")
        shapes.matrices(layer + ".self_attn", inner, width, "o_proj")
        shapes.scales(layer + ".self_attn", head, "q_norm", "k_norm")
        shapes.matrices(layer + ".mlp", width, hidden, "gate_proj", "up_proj")
        shapes.matrices(layer + ".mlp", hidden, width, "down_proj")
        shapes.scales(layer, width, "input_layernorm", "post_attention_layernorm")
    shapes["norm.weight"] = [width]
    return shapes


def t5_shapes(config):
    shapes, width, hidden, inner = FlowShapes(), config["d_model"], config["d_ff"], config["num_heads"] * config["d_kv"]
    shapes["shared.weight"] = [config["vocab_size"], width]
    for i in range(config["num_layers"]):
        attention, mlp = (f"encoder.block.{i}.layer.{part}" for part in (0, 1))
        shapes.matrices(attention + ".SelfAttention", width, inner, "q", "k", "v")
        shapes.matrices(attention + ".SelfAttention", inner, width, "o")
        if i == 0:
            shapes.matrices(attention + ".SelfAttention", config["num_heads"], config["relative_attention_num_buckets"], "relative_attention_bias")
        shapes.matrices(mlp + ".DenseReluDense", width, hidden, "wi_0", "wi_1")
        shapes.matrices(mlp + ".DenseReluDense", hidden, width, "wo")
        for layer in (attention, mlp):
            shapes.scales(layer, width, "layer_norm")
    shapes.scales("encoder", width, "final_layer_norm")
    return shapes


FLOW_SHAPES = {"ZImageTransformer2DModel": z_image_shapes, "Flux2Transformer2DModel": klein_shapes, "FluxTransformer2DModel": flux_shapes,
               "AutoencoderKLFlux2": klein_vae_shapes, "Qwen3Model": qwen_shapes, "T5EncoderModel": t5_shapes,
               "Qwen3ForCausalLM": lambda config: {"model." + name: shape for name, shape in qwen_shapes(config).items()}}
