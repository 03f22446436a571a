"""Diffusers folders of Stable Diffusion 1.5's and XL's shapes, or smaller ones of their kinds, with random weights in float16: as large and as slow as the
real ones. Uses no packages, and takes seconds for a GB."""
import dataclasses
import json
import math

from .random_weights import Noise, write_json, write_tensors

UNET = {"_class_name": "UNet2DConditionModel", "act_fn": "silu", "attention_head_dim": 8, "block_out_channels": [320, 640, 1280, 1280],
        "center_input_sample": False, "cross_attention_dim": 768,
        "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"], "downsample_padding": 1,
        "flip_sin_to_cos": True, "freq_shift": 0, "in_channels": 4, "layers_per_block": 2, "mid_block_scale_factor": 1, "norm_eps": 1e-05,
        "norm_num_groups": 32, "out_channels": 4, "sample_size": 64,
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]}
VAE = {"_class_name": "AutoencoderKL", "act_fn": "silu", "block_out_channels": [128, 256, 512, 512], "down_block_types": ["DownEncoderBlock2D"] * 4,
       "in_channels": 3, "latent_channels": 4, "layers_per_block": 2, "norm_num_groups": 32, "out_channels": 3, "sample_size": 512,
       "scaling_factor": 0.18215, "up_block_types": ["UpDecoderBlock2D"] * 4}
TEXT = {"architectures": ["CLIPTextModel"], "attention_dropout": 0.0, "bos_token_id": 49406, "eos_token_id": 49407, "hidden_act": "quick_gelu",
        "hidden_size": 768, "intermediate_size": 3072, "layer_norm_eps": 1e-05, "max_position_embeddings": 77, "model_type": "clip_text_model",
        "num_attention_heads": 12, "num_hidden_layers": 12, "pad_token_id": 49407, "projection_dim": 768, "vocab_size": 49408}
UNET_XL = UNET | {"addition_embed_type": "text_time", "addition_time_embed_dim": 256, "attention_head_dim": [5, 10, 20],
                  "block_out_channels": [320, 640, 1280], "cross_attention_dim": 2048,
                  "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"], "projection_class_embeddings_input_dim": 2816,
                  "sample_size": 128, "transformer_layers_per_block": [1, 2, 10],
                  "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"], "use_linear_projection": True}
VAE_XL = VAE | {"sample_size": 1024, "scaling_factor": 0.13025, "force_upcast": False}  # as the VAE that people use in float16
TEXT_2 = TEXT | {"architectures": ["CLIPTextModelWithProjection"], "hidden_act": "gelu", "hidden_size": 1280, "intermediate_size": 5120,
                 "num_attention_heads": 20, "num_hidden_layers": 32, "projection_dim": 1280}
SCHEDULER = {"beta_end": 0.012, "beta_schedule": "scaled_linear", "beta_start": 0.00085, "num_train_timesteps": 1000, "prediction_type": "epsilon",
             "steps_offset": 1}


@dataclasses.dataclass
class Kind:
    """A pipeline of diffusers, its scheduler, and the configs of its other parts."""
    name: str
    scheduler: dict
    configs: dict
    dtype = "F16"  # of all weights

    def parts(self):
        listed = {part: ("transformers" if part.startswith("text") else "diffusers", class_of(config)) for part, config in self.configs.items()}
        tokenizers = {tokenizer_of(part): ("transformers", self.tokenizer_class(part)) for part in self.configs if part.startswith("text")}
        return listed | tokenizers | {"scheduler": ("diffusers", self.scheduler["_class_name"])}

    def like(self, folder):
        """The same kind, in the shapes of a small model."""
        return dataclasses.replace(self, configs={part: json.loads((folder / part / "config.json").read_text()) for part in self.configs})

    def shapes(self, part):
        """Names of its tensors and their shapes, in the order of their making."""
        return SHAPES[class_of(self.configs[part])](self.configs[part])

    def tokenizer_class(self, part):
        return "CLIPTokenizer"

    def write_tokenizer(self, folder, part, merges_file):
        write_clip_tokenizer(folder, merges_file, self.configs[part]["vocab_size"])


def class_of(config):
    return config.get("_class_name") or config["architectures"][0]


def tokenizer_of(text_encoder):
    return text_encoder.replace("text_encoder", "tokenizer")


SD15 = Kind("StableDiffusionPipeline", SCHEDULER | {"_class_name": "DDIMScheduler", "clip_sample": False, "set_alpha_to_one": False},
            {"unet": UNET, "vae": VAE, "text_encoder": TEXT})
SDXL = Kind("StableDiffusionXLPipeline", SCHEDULER | {"_class_name": "EulerDiscreteScheduler"},
            {"unet": UNET_XL, "vae": VAE_XL, "text_encoder": TEXT, "text_encoder_2": TEXT_2})


class Shapes(dict):
    """Names of tensors and their shapes, in the order of their making."""

    def layer(self, name, *shape, bias=True):
        self[name + ".weight"] = list(shape)
        if bias:
            self[name + ".bias"] = [shape[0]]

    def convolution(self, name, inputs, outputs, side=3):
        self.layer(name, outputs, inputs, side, side)

    def resnet(self, name, inputs, outputs, time=0):
        self.layer(name + ".norm1", inputs)
        self.convolution(name + ".conv1", inputs, outputs)
        if time:
            self.layer(name + ".time_emb_proj", outputs, time)
        self.layer(name + ".norm2", outputs)
        self.convolution(name + ".conv2", outputs, outputs)
        if inputs != outputs:
            self.convolution(name + ".conv_shortcut", inputs, outputs, 1)

    def transformer(self, name, width, config, depth):
        project = self.layer if config.get("use_linear_projection") else lambda *of: self.convolution(*of, 1)
        self.layer(name + ".norm", width)
        project(name + ".proj_in", width, width)
        for i in range(depth):
            self.transformer_block(f"{name}.transformer_blocks.{i}", width, config["cross_attention_dim"])
        project(name + ".proj_out", width, width)

    def transformer_block(self, block, width, context):
        for number, source in ((1, width), (2, context)):
            self.layer(f"{block}.norm{number}", width)
            for of, inputs in (("q", width), ("k", source), ("v", source)):
                self.layer(f"{block}.attn{number}.to_{of}", width, inputs, bias=False)
            self.layer(f"{block}.attn{number}.to_out.0", width, width)
        self.layer(block + ".norm3", width)
        self.layer(block + ".ff.net.0.proj", 8 * width, width)
        self.layer(block + ".ff.net.2", width, 4 * width)

    def attention(self, name, width):
        self.layer(name + ".group_norm", width)
        for of in ("to_q", "to_k", "to_v", "to_out.0"):
            self.layer(f"{name}.{of}", width, width)


def unet_shapes(config):
    shapes, channels = Shapes(), config["block_out_channels"]
    layers, time = config["layers_per_block"], 4 * channels[0]
    depths = config.get("transformer_layers_per_block") or 1
    depths = [depths] * len(channels) if isinstance(depths, int) else depths
    shapes.layer("time_embedding.linear_1", time, channels[0])
    shapes.layer("time_embedding.linear_2", time, time)
    if config.get("addition_embed_type"):
        shapes.layer("add_embedding.linear_1", time, config["projection_class_embeddings_input_dim"])
        shapes.layer("add_embedding.linear_2", time, time)
    shapes.convolution("conv_in", config["in_channels"], channels[0])
    kept, width = [channels[0]], channels[0]  # what the way up takes up again
    for level, (kind, outputs) in enumerate(zip(config["down_block_types"], channels)):
        for i in range(layers):
            shapes.resnet(f"down_blocks.{level}.resnets.{i}", width, outputs, time)
            width = outputs
            if kind.startswith("CrossAttn"):
                shapes.transformer(f"down_blocks.{level}.attentions.{i}", width, config, depths[level])
            kept.append(width)
        if level + 1 < len(channels):
            shapes.convolution(f"down_blocks.{level}.downsamplers.0.conv", width, width)
            kept.append(width)
    for i in range(2):
        shapes.resnet(f"mid_block.resnets.{i}", width, width, time)
    shapes.transformer("mid_block.attentions.0", width, config, depths[-1])
    for level, (kind, outputs) in enumerate(zip(config["up_block_types"], channels[::-1])):
        for i in range(layers + 1):
            shapes.resnet(f"up_blocks.{level}.resnets.{i}", width + kept.pop(), outputs, time)
            width = outputs
            if kind.startswith("CrossAttn"):
                shapes.transformer(f"up_blocks.{level}.attentions.{i}", width, config, depths[-1 - level])
        if level + 1 < len(channels):
            shapes.convolution(f"up_blocks.{level}.upsamplers.0.conv", width, width)
    shapes.layer("conv_norm_out", width)
    shapes.convolution("conv_out", width, config["out_channels"])
    return shapes


def vae_shapes(config):
    shapes, channels, latent = Shapes(), config["block_out_channels"], config["latent_channels"]
    layers, decoder = config["layers_per_block"], config.get("decoder_block_out_channels") or channels
    for side, ways, samplers, count in (("encoder", channels, "down", layers), ("decoder", decoder[::-1], "up", layers + 1)):
        width = ways[0]
        shapes.convolution(f"{side}.conv_in", config["in_channels"] if side == "encoder" else latent, width)
        for level, outputs in enumerate(ways):
            for i in range(count):
                shapes.resnet(f"{side}.{samplers}_blocks.{level}.resnets.{i}", width, outputs)
                width = outputs
            if level + 1 < len(ways):
                shapes.convolution(f"{side}.{samplers}_blocks.{level}.{samplers}samplers.0.conv", width, width)
        middle = ways[-1] if side == "encoder" else ways[0]
        for i in range(2):
            shapes.resnet(f"{side}.mid_block.resnets.{i}", middle, middle)
        shapes.attention(f"{side}.mid_block.attentions.0", middle)
        shapes.layer(f"{side}.conv_norm_out", width)
        shapes.convolution(f"{side}.conv_out", width, 2 * latent if side == "encoder" else config["out_channels"])
    if config.get("use_quant_conv", True):
        shapes.convolution("quant_conv", 2 * latent, 2 * latent, 1)
    if config.get("use_post_quant_conv", True):
        shapes.convolution("post_quant_conv", latent, latent, 1)
    return shapes


def text_shapes(config):
    shapes, width, hidden = Shapes(), config["hidden_size"], config["intermediate_size"]
    shapes["embeddings.token_embedding.weight"] = [config["vocab_size"], width]
    shapes["embeddings.position_embedding.weight"] = [config["max_position_embeddings"], width]
    for i in range(config["num_hidden_layers"]):
        layer = f"encoder.layers.{i}"
        for of in ("q_proj", "k_proj", "v_proj", "out_proj"):
            shapes.layer(f"{layer}.self_attn.{of}", width, width)
        shapes.layer(layer + ".layer_norm1", width)
        shapes.layer(layer + ".mlp.fc1", hidden, width)
        shapes.layer(layer + ".mlp.fc2", width, hidden)
        shapes.layer(layer + ".layer_norm2", width)
    shapes.layer("final_layer_norm", width)
    shapes = Shapes({"text_model." + name: shape for name, shape in shapes.items()})
    if config["architectures"] == ["CLIPTextModelWithProjection"]:
        shapes.layer("text_projection", config["projection_dim"], width, bias=False)
    return shapes


def spread_of(name, shape):
    """The standard deviation of a tensor's values, a power of 2; 0: its values are 1."""
    if len(shape) == 1:
        return 0 if name.endswith((".weight", ".running_var")) else 2.0 ** -7
    inputs = math.prod(shape[1:])
    return 2.0 ** -6 if "embedding.weight" in name else 2.0 ** -math.ceil(math.log2(inputs) / 2)


def write_clip_tokenizer(folder, merges_file, size):
    """CLIP's, or the beginning of it: so many tokens."""
    merges = [line for line in merges_file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#version")][:size - 514]
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols = [chr(byte) for byte in plain] + [chr(256 + i) for i in range(256 - len(plain))]
    tokens = symbols + [symbol + "</w>" for symbol in symbols] + [merge.replace(" ", "") for merge in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps({token: id for id, token in enumerate(tokens)}), encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n", encoding="utf-8")
    end = "<|endoftext|>"
    write_json(folder / "tokenizer_config.json", {"bos_token": "<|startoftext|>", "eos_token": end, "unk_token": end, "pad_token": end,
                                                  "model_max_length": 77, "do_lower_case": True, "tokenizer_class": "CLIPTokenizer"})


SHAPES = {"UNet2DConditionModel": unet_shapes, "AutoencoderKL": vae_shapes, "CLIPTextModel": text_shapes, "CLIPTextModelWithProjection": text_shapes}


def write_model(folder, merges_file, kind):
    """Returns the files with weights."""
    noise, files = Noise(kind.dtype), {}
    for part, config in kind.configs.items():
        write_json(folder / part / "config.json", config)
        files[part] = folder / part / ("model.safetensors" if part.startswith("text") else "diffusion_pytorch_model.safetensors")
        write_tensors(files[part], kind.shapes(part), noise, spread_of)
        if part.startswith("text"):
            kind.write_tokenizer(folder / tokenizer_of(part), part, merges_file)
    write_json(folder / "scheduler/scheduler_config.json", kind.scheduler)
    write_json(folder / "model_index.json", {"_class_name": kind.name, **kind.parts()})
    return files
