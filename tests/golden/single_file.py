"""Small random Stable Diffusion models in single files with their original names, and what diffusers makes of them.

Writes tests/golden/data/single_file/MODEL.safetensors (float16, without the table of token embeddings, which token_embeddings() and the
tests compute), MODEL.golden.safetensors with pictures of StableDiffusionPipeline.from_single_file(), also by schedulers for networks that were
trained otherwise (TRAININGS), and ids.json with what transformers' CLIPTokenizer makes of the texts of tokenizer.py. Versions: requirements.txt.
"""
import json
import pathlib
import re
import sys
import tempfile

import torch
from diffusers import (AutoencoderKL, DDIMScheduler, EulerDiscreteScheduler, PNDMScheduler, StableDiffusionPipeline, StableDiffusionXLPipeline,
                       UNet2DConditionModel)
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

import tokenizer as tokenizers

ROOT = pathlib.Path(__file__).parent
OUT = ROOT / "data" / "single_file"
MERGES = ROOT.parent.parent / "resources" / "vocabularies" / "clip_merges.txt"
CROSS_DOWN, DOWN, CROSS_UP, UP = "CrossAttnDownBlock2D", "DownBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"
VOCABULARY = 49408
SCHEDULE = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, set_alpha_to_one=False)

PROJECTION = 32  # of a text as one vector, not as wide as its tokens

# A text encoder: what prompts are padded with, its activation, layers and width, and its place in the file. diffusers tells those of one file
# from each other by their width.
CLIP = dict(pad="<|endoftext|>", act="quick_gelu", layers=2, width=64)
OPEN_CLIP = dict(pad="!", act="gelu", layers=2, width=64)

MODELS = {
    "sd1": dict(encoders=[dict(CLIP, prefix="cond_stage_model.transformer.")],
                unet=dict(block_out_channels=(32, 32), layers_per_block=2, attention_head_dim=8,
                          down_block_types=(CROSS_DOWN, DOWN), up_block_types=(UP, CROSS_UP)),
                vae=dict(block_out_channels=(32, 64), layers_per_block=1),
                scheduler=PNDMScheduler(skip_prk_steps=True, **SCHEDULE)),
    # OpenCLIP's last layer is in the file and not used
    "sd2": dict(encoders=[dict(OPEN_CLIP, prefix="cond_stage_model.model.", unused=1)],
                unet=dict(block_out_channels=(64, 64), layers_per_block=1, attention_head_dim=(1, 1), use_linear_projection=True,
                          down_block_types=(DOWN, CROSS_DOWN), up_block_types=(CROSS_UP, UP)),
                vae=dict(block_out_channels=(32, 32), layers_per_block=1),
                scheduler=DDIMScheduler(prediction_type="v_prediction", clip_sample=False, **SCHEDULE)),
    "sdxl": dict(encoders=[dict(CLIP, prefix="conditioner.embedders.0.transformer."), dict(OPEN_CLIP, prefix="conditioner.embedders.1.model.", width=128)],
                 unet=dict(block_out_channels=(64, 64), layers_per_block=1, attention_head_dim=(1, 1), use_linear_projection=True,
                           transformer_layers_per_block=(1, 2), addition_embed_type="text_time", addition_time_embed_dim=16,
                           projection_class_embeddings_input_dim=PROJECTION + 6 * 16, down_block_types=(DOWN, CROSS_DOWN), up_block_types=(CROSS_UP, UP)),
                 vae=dict(block_out_channels=(32, 32), layers_per_block=1, scaling_factor=0.13025),
                 scheduler=EulerDiscreteScheduler(timestep_spacing="leading", **{k: v for k, v in SCHEDULE.items() if k != "set_alpha_to_one"})),
}


# What else a network of this kind may have been trained for: the scheduler's class, and what its config then says.
TRAININGS = {
    "sd1": {"v_prediction": (PNDMScheduler, dict(prediction_type="v_prediction")),
            "zero_snr": (DDIMScheduler, dict(prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing", clip_sample=False))},
    "sd2": {"epsilon": (DDIMScheduler, dict(prediction_type="epsilon"))},
    "sdxl": {"v_prediction": (EulerDiscreteScheduler, dict(prediction_type="v_prediction")),
             "zero_snr": (EulerDiscreteScheduler, dict(prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing"))},
}


def token_embeddings(width):
    ids, columns = torch.arange(VOCABULARY).view(-1, 1), torch.arange(width).view(1, -1)
    return ((ids * 31 + columns * 17 + ids * columns) % 127 - 63).float() / 64


def clip_tokenizer(pad):
    """With the flags of the tokenizers published with Stable Diffusion 1 and 2."""
    merges = MERGES.read_text().splitlines()
    symbols = tokenizers.byte_symbols()
    tokens = symbols + [symbol + "</w>" for symbol in symbols] + [merge.replace(" ", "") for merge in merges] + ["<|startoftext|>", "<|endoftext|>"]
    special = {key: {"content": f"<|{name}oftext|>", "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
               for key, name in (("bos_token", "start"), ("eos_token", "end"), ("unk_token", "end"))}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}))
        (folder / "merges.txt").write_text("#version: 0.2\n" + MERGES.read_text())
        (folder / "special_tokens_map.json").write_text(json.dumps({**special, "pad_token": pad}))
        (folder / "tokenizer_config.json").write_text(json.dumps({**special, "pad_token": pad, "model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}))
        return CLIPTokenizer.from_pretrained(folder)


def text_encoder_of(encoder, kind):
    return kind(CLIPTextConfig(vocab_size=VOCABULARY, hidden_size=encoder["width"], intermediate_size=96, num_hidden_layers=encoder["layers"],
                               num_attention_heads=encoder["width"] // 64, hidden_act=encoder["act"], projection_dim=PROJECTION))


def build(name, spec):
    torch.manual_seed(sum(name.encode()))
    kinds = (CLIPTextModel, CLIPTextModelWithProjection)
    encoders = [text_encoder_of(encoder, kind) for encoder, kind in zip(spec["encoders"], kinds)]
    unet = UNet2DConditionModel(sample_size=8, in_channels=4, out_channels=4, cross_attention_dim=sum(e["width"] for e in spec["encoders"]), **spec["unet"])
    blocks = len(spec["vae"]["block_out_channels"])
    vae = AutoencoderKL(sample_size=16, down_block_types=("DownEncoderBlock2D",) * blocks, up_block_types=("UpDecoderBlock2D",) * blocks, **spec["vae"])
    for network in (*encoders, unet, vae):
        for parameter in network.parameters():  # norms and biases that are not ones and zeros
            parameter.data += 0.02 * torch.randn_like(parameter)
            parameter.data = parameter.data.half().float()
    for encoder, options in zip(encoders, spec["encoders"]):
        next(p for k, p in encoder.named_parameters() if "token_embedding" in k).data = token_embeddings(options["width"])
    tokenizers = [clip_tokenizer(encoder["pad"]) for encoder in spec["encoders"]]
    shared = dict(vae=vae, text_encoder=encoders[0], tokenizer=tokenizers[0], unet=unet, scheduler=spec["scheduler"])
    if len(encoders) == 2:
        return StableDiffusionXLPipeline(text_encoder_2=encoders[1], tokenizer_2=tokenizers[1], add_watermarker=False, **shared)
    return StableDiffusionPipeline(safety_checker=None, feature_extractor=None, requires_safety_checker=False, **shared)


# The names before diffusers: patterns for whole keys, tried in this order; `n` is layers_per_block + 1.
RESNET = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0", "conv2": "out_layers.3",
          "conv_shortcut": "skip_connection"}
UNET = [
    (r"conv_in\.", lambda n: "input_blocks.0.0."),
    (r"time_embedding\.linear_(\d)\.", lambda n, i: f"time_embed.{2 * int(i) - 2}."),
    (r"add_embedding\.linear_(\d)\.", lambda n, i: f"label_emb.0.{2 * int(i) - 2}."),
    (r"conv_norm_out\.", lambda n: "out.0."),
    (r"conv_out\.", lambda n: "out.2."),
    (r"down_blocks\.(\d)\.downsamplers\.0\.conv\.", lambda n, b: f"input_blocks.{(int(b) + 1) * n}.0.op."),
    (r"down_blocks\.(\d)\.resnets\.(\d)\.(\w+)\.", lambda n, b, l, m: f"input_blocks.{1 + int(b) * n + int(l)}.0.{RESNET[m]}."),
    (r"down_blocks\.(\d)\.attentions\.(\d)\.", lambda n, b, l: f"input_blocks.{1 + int(b) * n + int(l)}.1."),
    (r"mid_block\.resnets\.(\d)\.(\w+)\.", lambda n, i, m: f"middle_block.{2 * int(i)}.{RESNET[m]}."),
    (r"mid_block\.attentions\.0\.", lambda n: "middle_block.1."),
    (r"up_blocks\.(\d)\.resnets\.(\d)\.(\w+)\.", lambda n, b, l, m: f"output_blocks.{int(b) * n + int(l)}.0.{RESNET[m]}."),
    (r"up_blocks\.(\d)\.attentions\.(\d)\.", lambda n, b, l: f"output_blocks.{int(b) * n + int(l)}.1."),
    (r"up_blocks\.(\d)\.upsamplers\.0\.conv\.", lambda n, b: f"output_blocks.{int(b) * n + n - 1}.UPSAMPLER.conv."),
]


def original_unet(unet):
    tensors, n = {}, unet.config.layers_per_block + 1
    for key, tensor in unet.state_dict().items():
        pattern, name = next((p, f) for p, f in UNET if re.match(p, key))
        match = re.match(pattern, key)
        tensors[name(n, *match.groups()) + key[match.end():]] = tensor
    attends = {key.split(".")[1] for key in tensors if re.match(r"output_blocks\.\d+\.1\.proj_in", key)}
    return {key.replace("UPSAMPLER", "2" if key.split(".")[1] in attends else "1"): tensor for key, tensor in tensors.items()}


def original_vae(vae):
    tensors, last = {}, len(vae.config.block_out_channels) - 1
    for key, tensor in vae.state_dict().items():
        name = re.sub(r"up_blocks\.(\d)", lambda m: f"up.{last - int(m[1])}", key)
        name = re.sub(r"down_blocks\.(\d)", r"down.\1", name).replace(".resnets.", ".block.").replace("conv_shortcut", "nin_shortcut")
        name = re.sub(r"mid_block\.block\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", name).replace("conv_norm_out", "norm_out")
        name = name.replace("upsamplers.0", "upsample").replace("downsamplers.0", "downsample").replace("mid_block.attentions.0", "mid.attn_1")
        for new, old in (("group_norm", "norm"), ("to_q", "q"), ("to_k", "k"), ("to_v", "v"), ("to_out.0", "proj_out")):
            name = name.replace(f"attn_1.{new}.", f"attn_1.{old}.")
        if "attn_1" in name and tensor.ndim == 2:
            tensor = tensor[:, :, None, None]
        tensors[name] = tensor
    return tensors


def original_text(text_encoder, spec):
    names = {key if key.startswith("text_projection") else "text_model." + key.removeprefix("text_model."): key for key in text_encoder.state_dict()}
    state = {name: text_encoder.state_dict()[key] for name, key in names.items()}
    if spec["pad"] != "!":
        return state
    projection = state.pop("text_projection.weight", None)
    tensors = {"text_projection": torch.eye(spec["width"]) if projection is None else projection.T, "logit_scale": torch.tensor(4.6)}
    for key, tensor in state.items():
        name = key.removeprefix("text_model.").removeprefix("embeddings.").replace("encoder.layers.", "transformer.resblocks.")
        for new, old in (("position_embedding.weight", "positional_embedding"), ("final_layer_norm", "ln_final"), ("layer_norm", "ln_"),
                         ("self_attn.out_proj", "attn.out_proj"), ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj")):
            name = name.replace(new, old)
        if ".self_attn.q_proj." in name:
            joined = torch.cat([state[key.replace("q_proj", part)] for part in ("q_proj", "k_proj", "v_proj")])
            tensors[name.replace("self_attn.q_proj.", "attn.in_proj_")] = joined
        elif ".self_attn." not in name:
            tensors[name] = tensor
    for unused in range(spec.get("unused", 0)):
        for key in [key for key in tensors if key.startswith("transformer.resblocks.0.")]:
            tensors[key.replace("resblocks.0", f"resblocks.{spec['layers'] + unused}")] = torch.zeros_like(tensors[key])
    return tensors


def original(pipeline, spec):
    tensors = {**{"model.diffusion_model." + key: tensor for key, tensor in original_unet(pipeline.unet).items()},
               **{"first_stage_model." + key: tensor for key, tensor in original_vae(pipeline.vae).items()}}
    for encoder, name in zip(spec["encoders"], ("text_encoder", "text_encoder_2")):
        tensors |= {encoder["prefix"] + key: tensor for key, tensor in original_text(getattr(pipeline, name), encoder).items()}
    return tensors


def read_by_diffusers(tensors, pipeline):
    """The file loaded by diffusers, with the configuration that it would otherwise download."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        pipeline.save_pretrained(folder / "config")
        save_file(tensors, folder / "model.safetensors")
        is_xl = isinstance(pipeline, StableDiffusionXLPipeline)
        read = type(pipeline).from_single_file(folder / "model.safetensors", config=str(folder / "config"), local_files_only=True,
                                               torch_dtype=torch.float32, **(dict(add_watermarker=False) if is_xl else dict(safety_checker=None)))
        read.scheduler = type(pipeline.scheduler).from_pretrained(folder / "config" / "scheduler")
    for name in ("unet", "vae", "text_encoder", "text_encoder_2")[:4 if is_xl else 3]:
        expected, state = getattr(pipeline, name).state_dict(), getattr(read, name).state_dict()
        for key, tensor in state.items():
            assert torch.equal(tensor, expected[key]), (name, key)
    return read


def picture(pipeline, prompt, seed, negative="blurry"):
    made = pipeline(prompt, negative_prompt=negative, num_inference_steps=4, guidance_scale=5.0, width=32, height=32, output_type="np",
                    generator=torch.Generator("cpu").manual_seed(seed)).images
    return torch.from_numpy((made * 255).round().astype("uint8")).contiguous()


@torch.no_grad()
def record(pipeline, trainings):
    pipeline.set_progress_bar_config(disable=True)
    prompts = ("a photo of a dog!", "صورة كلب")
    tensors = {f"image.{number}": picture(pipeline, prompt, 40 + number) for number, prompt in enumerate(prompts)}
    own = pipeline.scheduler.config
    for name, (scheduler, values) in trainings.items():
        pipeline.scheduler = scheduler.from_config(own, **values)
        tensors[f"image.{name}"] = picture(pipeline, prompts[0], 40)
    pipeline.scheduler = type(pipeline.scheduler).from_config(own)
    if isinstance(pipeline, StableDiffusionXLPipeline):
        tensors["image.without_negative"] = picture(pipeline, prompts[0], 40, None)
    return tensors


def main():
    torch.set_num_threads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    ids = {"texts": tokenizers.TEXTS}
    for name, spec in MODELS.items():
        pipeline = build(name, spec)
        tensors = {key: tensor.half().contiguous().clone() for key, tensor in original(pipeline, spec).items()}
        save_file(record(read_by_diffusers(tensors, pipeline), TRAININGS[name]), OUT / f"{name}.golden.safetensors")
        kept = {key: tensor for key, tensor in tensors.items() if "token_embedding" not in key and ".encoder.mid" not in key}
        kept = {key: tensor for key, tensor in kept.items() if not key.startswith("first_stage_model.encoder.") or "conv_in" in key}
        save_file(kept, OUT / f"{name}.safetensors")
        encode = pipeline.tokenizer
        if name != "sdxl":  # whose tokenizers are those of both
            ids[name] = [encode(text, truncation=True).input_ids for text in tokenizers.TEXTS]
    (OUT / "ids.json").write_text(json.dumps(ids, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    sys.exit(main())
