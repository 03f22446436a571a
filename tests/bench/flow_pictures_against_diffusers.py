"""Pictures of small random flow models against diffusers' in float32 on the CPU: the largest difference, of 255, by family and by what was used. Shapes,
configs and rows are drawn anew for each seed, so that what no test has seen is seen here.

    flow_pictures_against_diffusers.py BUILD [SEED] [FAMILY…]

Families: z_image, flux_2, flux_1. Needs the packages of tests/golden/requirements.txt; prints a table in Markdown, and exits with 1 if a difference is more
than 2 or bytes are not the same.

What diffusers' pipelines do not do with its samplers is done here: heun is told the noise levels, and so are Z-Image's dpmpp_2m, dpmpp_2s, deis and unipc; lcm
draws from the picture's own generator.
"""
import json
import math
import pathlib
import random
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "golden"))
import diffusers
import gguf
import numpy as np
import torch
from diffusers import AutoencoderKL, AutoencoderKLFlux2, FlowMatchEulerDiscreteScheduler
from diffusers.schedulers import scheduling_flow_match_lcm
from safetensors.torch import save_file
from transformers import (CLIPTextConfig, CLIPTextModel, CLIPTokenizer, PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM, Qwen3Model, T5Config,
                          T5EncoderModel)

import flow_models
import flux_1
import flux_2
import z_image
from language_models import tokenizer as byte_level
from pictures_against_diffusers import Bench
from pipelines import DATA

if "text_model" in vars(CLIPTextModel):  # which lora.py and sampling.py add: diffusers would look for a LoRA's modules in it
    del CLIPTextModel.text_model

SCHEDULES = ("default", "karras", "exponential", "beta")
PROMPTS = ("a dog", "a cat on a chair, (oil painting:1.3), [blurry] BREAK seen from the street", "دجاجة على كرسي", "",
           "一只戴着帽子的猫，坐在窗边 🐈‍⬛✨", "  two owls\n in a tree ", "a <think> dog <|im_end|> of \"glass\"",
           "a photo of a dog running on the beach at sunset, " * 30)
NEGATIVES = ("", "blurry", "bad, grey, 模糊", "dull, " * 40)
LARGER = {"embed_tokens": 50, "token_embedding": 30, "context_embedder": 4, "SelfAttention": 4, "self_attn": 2, "attn": 3, "embedder": 2, "modulation": 2,
          ".linear.": 3}  # so that pictures depend on prompts and guidance
WEIGHT = 0.7  # of LoRAs
KINDS = ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS", "BF16", "F16")
# Where blocks have their scales, of types that cannot be written here.
SCALES = {"Q2_K": (80, 82), "Q3_K": (108,), "Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,), "IQ4_XS": (0,), "IQ4_NL": (0,)}


# ---- samplers


class Heun(diffusers.FlowMatchHeunDiscreteScheduler):
    """Told its levels, of whose shifts it knows the one that does not depend on the picture."""

    def set_timesteps(self, num_inference_steps=None, device=None, sigmas=None, mu=None):
        levels = FlowMatchEulerDiscreteScheduler(num_train_timesteps=self.config.num_train_timesteps, shift=self.config.shift)
        levels.set_timesteps(num_inference_steps, sigmas=sigmas, mu=mu)
        super().set_timesteps(len(levels.timesteps))
        self.timesteps = torch.cat([levels.timesteps[:1], levels.timesteps[1:].repeat_interleave(2)])
        self.sigmas = torch.cat([levels.sigmas[:1], levels.sigmas[1:-1].repeat_interleave(2), levels.sigmas[-1:]])


def told(cls, divides=False, ends=True):
    """A solver that Z-Image's pipeline tells its levels, which it shifts. divides: by the picture's share, which pure noise has none of; ends: at 0."""
    class Told(cls):
        def set_timesteps(self, num_inference_steps=None, device=None, sigmas=None, mu=None):
            super().set_timesteps(len(sigmas), **({"mu": mu} if self.config.use_dynamic_shifting else {}))
            by, levels = float(self.config.flow_shift), np.array(sigmas)
            if divides:
                levels[0] = min(levels[0], 1 - 1 / self.config.num_train_timesteps)
            levels = by * levels / (1 + (by - 1) * levels)
            self.timesteps = torch.from_numpy(levels * self.config.num_train_timesteps).to(torch.int64)
            self.sigmas = torch.from_numpy(np.append(levels, 0 if ends else levels[-1]).astype("float32"))
    return Told


class ToldUniPC(diffusers.UniPCMultistepScheduler):
    def set_timesteps(self, num_inference_steps=None, device=None, sigmas=None, mu=None):
        super().set_timesteps(num_inference_steps, device, np.array(sigmas), mu)


SAMPLERS = {"euler": FlowMatchEulerDiscreteScheduler, "heun": Heun, "lcm": diffusers.FlowMatchLCMScheduler} | flux_2.SOLVERS
Z_IMAGE_SAMPLERS = SAMPLERS | {"dpmpp_2m": told(diffusers.DPMSolverMultistepScheduler), "dpmpp_2s": told(diffusers.DPMSolverSinglestepScheduler, divides=True),
                               "deis": told(diffusers.DEISMultistepScheduler, divides=True, ends=False), "unipc": ToldUniPC}


def scheduler_of(pipeline, row, samplers):
    options = {f"use_{name}_sigmas": True for name in (row["schedule"],) if name not in ("", "default")}
    if row["shift"] != "":
        options |= dict(shift=row["shift"], use_dynamic_shifting=False)
    own = dict(pipeline.scheduler.config)
    if row["sampler"] in flux_2.SOLVERS:
        options |= dict(use_flow_sigmas=True, prediction_type="flow_prediction", flow_shift=options.get("shift", own.get("shift", 1.0)))
    return samplers[row["sampler"]].from_config(own, **options)


# ---- models


def drawn_weights(network, exact):
    for name, parameter in network.named_parameters():
        if parameter.dim() > 1:
            parameter.data *= next((factor for part, factor in LARGER.items() if part in name), 1)
        parameter.data += (1 if "pad_token" in name else 0.02) * torch.randn_like(parameter)
        parameter.data = exact(parameter.data)
    return network.eval()


def qwen_tokenizer():
    texts = byte_level(begin=False)
    texts.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    texts.add_tokens(["<think>", "</think>"])
    return PreTrainedTokenizerFast(tokenizer_object=texts, pad_token="<|endoftext|>", eos_token="<|im_end|>", chat_template=flow_models.TEMPLATE,
                                   padding_side="right")


def qwen_config(source, width, layers):
    kv_heads = source.choice((1, 2))
    theta = source.choice((1e4, 1e6))
    return Qwen3Config(vocab_size=len(qwen_tokenizer()) + source.choice((0, 5)), hidden_size=width, intermediate_size=source.choice((24, 40)),
                       num_hidden_layers=layers, num_attention_heads=kv_heads * source.choice((1, 2)), num_key_value_heads=kv_heads,
                       head_dim=source.choice((8, 12, 16)), max_position_embeddings=2048, rms_norm_eps=source.choice((1e-6, 1e-5)),
                       tie_word_embeddings=source.choice((True, False)), attention_bias=False, rope_parameters=dict(rope_type="default", rope_theta=theta))


def decoder_shape(source):
    blocks = source.choice((2, 3))
    return dict(sample_size=32, down_block_types=("DownEncoderBlock2D",) * blocks, up_block_types=("UpDecoderBlock2D",) * blocks,
                block_out_channels=tuple(source.choice((8, 16)) for _ in range(blocks)), norm_num_groups=source.choice((2, 4)),
                layers_per_block=source.choice((1, 2)))


def sixteen_channels(source):
    """What is not drawn is as published."""
    quant = source.choice((True, False, False))
    return AutoencoderKL(**decoder_shape(source), latent_channels=16, scaling_factor=source.choice((0.3611, 0.5, 1.5305)),
                         shift_factor=source.choice((0.1159, 0.0609, -0.2)), use_quant_conv=quant, use_post_quant_conv=quant,
                         force_upcast=source.choice((True, False)), mid_block_add_attention=source.choice((True, True, False)))


class ZImage:
    name, pipeline, network = "z_image", diffusers.ZImagePipeline, diffusers.ZImageTransformer2DModel
    samplers, loras_of = Z_IMAGE_SAMPLERS, ("kohya", "transformer", "diffusion_model")

    @staticmethod
    def build(source, exact, wide):
        """wide: rows of so many numbers that all types of GGUF can hold them."""
        width = source.choice((24, 40, 64))
        heads, axes = source.choice(((1, [8, 12, 12]), (3, [4, 6, 6]), (2, [8, 8, 8]), (5, [2, 4, 2]), (4, [16, 24, 24]))) if not wide else (4, [16, 24, 24])
        network = ZImage.network(
            in_channels=16, dim=heads * sum(axes), n_layers=source.choice((2, 3)), n_refiner_layers=source.choice((1, 2, 3)), n_heads=heads, n_kv_heads=heads,
            cap_feat_dim=width, axes_dims=axes, axes_lens=source.choice(([1536, 512, 512], [1024, 64, 96])), norm_eps=source.choice((1e-5, 1e-6)),
            rope_theta=source.choice((256.0, 10000.0)), t_scale=source.choice((1000.0, 1000.0, 500.0)))
        encoder = source.choice((Qwen3Model, Qwen3ForCausalLM))(qwen_config(source, width, source.choice((2, 4))))
        return dict(vae=drawn_weights(sixteen_channels(source), exact), text_encoder=drawn_weights(encoder, exact), tokenizer=qwen_tokenizer(),
                    transformer=drawn_weights(network, exact))

    @staticmethod
    def shift(source):
        return source.choice((dict(shift=3.0), dict(shift=6.0), dict(), dict(shift=3.0, use_dynamic_shifting=False, num_train_timesteps=1000), dict(
            use_dynamic_shifting=True, base_shift=0.4, max_shift=1.3), dict(shift=2.5, shift_terminal=0.05)))

    @staticmethod
    def values(source):
        return dict(cfg_scale=source.choice((0, 1, 3.5, 5)), negative_prompt=source.choice(NEGATIVES))

    @staticmethod
    def call(row):
        return dict(negative_prompt=row["negative_prompt"] or None, guidance_scale=float(row["cfg_scale"]))

    @staticmethod
    def noise(pipeline, row, shape, generator):
        return torch.randn(shape, generator=generator)

    @staticmethod
    def original(tensors):
        """Under the names of original checkpoints, each with the names of what it consists of."""
        names = {}
        for key in tensors:
            own = key.replace("all_x_embedder.2-1", "x_embedder").replace("all_final_layer.2-1", "final_layer")
            own = own.replace("attention.to_out.0", "attention.out").replace("norm_q", "q_norm").replace("norm_k", "k_norm")
            if ".attention.to_" in own:
                own = own.split(".to_")[0] + ".qkv.weight"
            names.setdefault(own, []).append(key)
        return {own: sorted(keys) if ".qkv." not in own else [own.replace("qkv", "to_" + part) for part in "qkv"] for own, keys in names.items()}, {}

    @staticmethod
    def loras(pipeline):
        return {form: z_image.kohya(pipeline) if form == "kohya" else z_image.lora(pipeline, form) for form in ZImage.loras_of}


class Flux:
    """What the two have in common."""
    samplers = SAMPLERS

    @classmethod
    def noise(cls, pipeline, row, shape, generator):
        """Drawn as a picture's, like the first."""
        sides = [row[side] // (2 * pipeline.vae_scale_factor) for side in ("height", "width")]
        if cls is Flux2:
            return torch.randn((1, shape[2], *sides), generator=generator).flatten(2).transpose(1, 2)
        return pipeline._pack_latents(torch.randn((1, 16, 2 * sides[0], 2 * sides[1]), generator=generator), 1, 16, 2 * sides[0], 2 * sides[1])

    @classmethod
    def original(cls, tensors):
        """The second is of those whose halves change places."""
        whole = {}
        for own, modules in cls.modules(tensors):
            for kind in ("weight", "bias"):
                if f"{modules[0]}.{kind}" in tensors:
                    whole[f"{own}.{kind}"] = [f"{module}.{kind}" for module in modules]
        for key in tensors:
            block = key.split(".")[0] + "." + key.split(".")[1]
            to = block.replace("single_transformer_blocks", "single_blocks").replace("transformer_blocks", "double_blocks")
            for theirs, own in (("norm_added_q", "txt_attn.norm.query_norm"), ("norm_added_k", "txt_attn.norm.key_norm"),
                                ("attn.norm_q", "norm.query_norm"), ("attn.norm_k", "norm.key_norm")):
                if f".{theirs}." in key:
                    whole[f"{to}.{'img_attn.' if to.startswith('double') and not own.startswith('txt') else ''}{own}.scale"] = [key]
        assert sorted(sum(whole.values(), [])) == sorted(tensors), set(tensors) ^ set(sum(whole.values(), []))
        return whole, {name for name in whole if name.startswith("final_layer.adaLN_modulation.1.")}

    @staticmethod
    def counted(tensors):
        """A network with as many blocks, for those who ask one only for these."""
        groups = ("transformer_blocks", "single_transformer_blocks")
        network = type("Counted", (), {group: range(len({key.split(".")[1] for key in tensors if key.startswith(group + ".")})) for group in groups})
        return type("Pipeline", (), {"transformer": network})


class Flux2(Flux):
    name, pipeline, network = "flux_2", diffusers.Flux2KleinPipeline, diffusers.Flux2Transformer2DModel
    loras_of = ("kohya", "transformer", "diffusion_model")
    OTHERS = [("img_in", ["x_embedder"]), ("txt_in", ["context_embedder"]), ("time_in.in_layer", ["time_guidance_embed.timestep_embedder.linear_1"]),
              ("time_in.out_layer", ["time_guidance_embed.timestep_embedder.linear_2"]), ("final_layer.linear", ["proj_out"]),
              ("final_layer.adaLN_modulation.1", ["norm_out.linear"]),
              *[(f"{name}.lin", [f"{name}.linear"]) for name in ("double_stream_modulation_img", "double_stream_modulation_txt", "single_stream_modulation")]]

    @staticmethod
    def build(source, exact, wide):
        width, channels = source.choice((16, 24)), source.choice((4, 8))
        head, axes = source.choice(((16, (4, 4, 4, 4)), (24, (6, 6, 6, 6)), (32, (8, 8, 8, 8)), (12, (2, 4, 4, 2)))) if not wide else (64, (16,) * 4)
        network = Flux2.network(in_channels=4 * channels, num_layers=source.choice((1, 2)), num_single_layers=source.choice((2, 3)), attention_head_dim=head,
                                num_attention_heads=4 if wide else source.choice((1, 2, 3)), joint_attention_dim=3 * width, axes_dims_rope=axes,
                                mlp_ratio=source.choice((3.0, 2.0)), guidance_embeds=False, rope_theta=source.choice((2000, 10000)))
        vae = AutoencoderKLFlux2(**decoder_shape(source), latent_channels=channels, batch_norm_eps=source.choice((1e-4, 1e-3)))
        encoder = Qwen3ForCausalLM(qwen_config(source, width, source.choice((28, 29))))
        drawn_weights(vae, exact)
        vae.bn.running_mean, vae.bn.running_var = exact(0.3 * torch.randn_like(vae.bn.running_mean)), exact(0.5 + torch.rand_like(vae.bn.running_var))
        return dict(vae=vae, text_encoder=drawn_weights(encoder, exact), tokenizer=qwen_tokenizer(), transformer=drawn_weights(network, exact),
                    is_distilled=source.choice((False, False, True)))

    @staticmethod
    def shift(source):
        return source.choice((dict(shift=3.0, use_dynamic_shifting=True, time_shift_type="exponential"), dict(use_dynamic_shifting=True, max_shift=1.3)))

    @staticmethod
    def values(source):
        return dict(cfg_scale=source.choice((1, 4, 10)))

    @staticmethod
    def call(row):
        return dict(guidance_scale=float(row["cfg_scale"]))

    @staticmethod
    def modules(tensors):
        return dict([*flux_2.lora_modules(Flux.counted(tensors)), *Flux2.OTHERS]).items()

    @staticmethod
    def loras(pipeline):
        return flux_2.loras(pipeline)


class Flux1(Flux):
    name, pipeline, network = "flux_1", diffusers.FluxPipeline, diffusers.FluxTransformer2DModel
    loras_of = ("kohya", "transformer", "diffusion_model", "xlabs")
    OTHERS = [("img_in", ["x_embedder"]), ("txt_in", ["context_embedder"]), ("final_layer.linear", ["proj_out"]),
              ("final_layer.adaLN_modulation.1", ["norm_out.linear"]),
              *[(f"{own}.{place}_layer", [f"time_text_embed.{theirs}_embedder.linear_{number}"])
                for own, theirs in (("time_in", "timestep"), ("guidance_in", "guidance"), ("vector_in", "text")) for place, number in (("in", 1), ("out", 2))]]

    @staticmethod
    def build(source, exact, wide):
        texts, pooled = source.choice((24, 40)), source.choice((32, 64))
        clip_tokenizer = CLIPTokenizer.from_pretrained(DATA / "text" / "sd2", pad_token="<|endoftext|>")
        clip = CLIPTextModel(CLIPTextConfig(
            vocab_size=len(clip_tokenizer), hidden_size=pooled, intermediate_size=32, num_hidden_layers=source.choice((1, 3)),
            num_attention_heads=source.choice((1, 2)), hidden_act=source.choice(("quick_gelu", "gelu")), max_position_embeddings=77,
            bos_token_id=clip_tokenizer.bos_token_id,
            eos_token_id=source.choice((clip_tokenizer.eos_token_id, 2)), pad_token_id=clip_tokenizer.pad_token_id))
        t5 = T5EncoderModel(T5Config(vocab_size=400, d_model=texts, d_kv=source.choice((8, 12)), d_ff=48, num_heads=source.choice((2, 3)),
                                     num_layers=source.choice((1, 3)), feed_forward_proj="gated-gelu"))
        head, axes = source.choice(((32, (4, 14, 14)), (16, (4, 6, 6)), (24, (8, 8, 8)))) if not wide else (64, (8, 28, 28))
        network = Flux1.network(num_layers=source.choice((1, 2)), num_single_layers=source.choice((2, 3)), attention_head_dim=head,
                                num_attention_heads=4 if wide else source.choice((1, 2, 3)), joint_attention_dim=texts, pooled_projection_dim=pooled,
                                guidance_embeds=source.choice((True, True, False)), axes_dims_rope=axes)
        return dict(vae=drawn_weights(sixteen_channels(source), exact), text_encoder=drawn_weights(clip, exact), tokenizer=clip_tokenizer,
                    text_encoder_2=drawn_weights(t5, exact), tokenizer_2=flux_1.t5_tokenizer(), transformer=drawn_weights(network, exact))

    @staticmethod
    def shift(source):
        return source.choice((dict(shift=3.0, use_dynamic_shifting=True), dict(shift=1.0),
                              dict(use_dynamic_shifting=True, base_shift=0.7, max_shift=1.5, max_image_seq_len=1000)))

    @staticmethod
    def values(source):
        return dict(cfg_scale=source.choice((1, 2.5, 3.5)), true_cfg_scale=source.choice((1, 2.5)), negative_prompt=source.choice(NEGATIVES[1:]))

    @staticmethod
    def call(row):
        return dict(negative_prompt=row["negative_prompt"], guidance_scale=float(row["cfg_scale"]), true_cfg_scale=float(row["true_cfg_scale"]))

    @staticmethod
    def modules(tensors):
        return dict([*flux_1.lora_modules(Flux.counted(tensors)), *[each for each in Flux1.OTHERS if each[1][0] + ".weight" in tensors]]).items()

    @staticmethod
    def loras(pipeline):
        flux_1.tell_diffusers_width(pipeline.transformer.inner_dim)  # once a run: of the first folder alone
        if not pipeline.transformer.config.guidance_embeds:
            flux_1.OUTSIDE = [module for module in flux_1.OUTSIDE if "guidance" not in module]
        return flux_1.loras(pipeline)[0]


FAMILIES = (ZImage, Flux2, Flux1)


# ---- pictures


def cases(family, pipeline, source):
    """Rows of a list."""
    side, rows = math.lcm(8, 2 * pipeline.vae_scale_factor), []
    is_dynamic, fewest = pipeline.scheduler.config.use_dynamic_shifting, 2 if pipeline.scheduler.config.shift_terminal else 1
    for sampler in family.samplers:
        if sampler in flux_2.SOLVERS and family is not ZImage and not is_dynamic:
            continue  # where diffusers' pipelines fail or ignore the shift
        for schedule in SCHEDULES if sampler in ("euler", "lcm") else ("default",):
            others = schedule != "default" or is_dynamic or sampler in flux_2.SOLVERS
            rows.append(dict(prompt=source.choice(PROMPTS), sampler=sampler, schedule=schedule, steps=source.randint(fewest if schedule == "default" else 3, 6),
                             seed=source.randrange(2 ** 32), width=side * source.randint(2, 6), height=side * source.randint(2, 6),
                             shift="" if others else source.choice(("", 2, 4.5)), **family.values(source)))
    return rows


@torch.no_grad()
def expected(family, pipeline, row):
    own, drawn = pipeline.scheduler, torch.Generator("cpu").manual_seed(row["seed"])
    pipeline.scheduler = scheduler_of(pipeline, row, family.samplers)
    scheduling_flow_match_lcm.randn_tensor = lambda shape, **_: family.noise(pipeline, row, shape, drawn)
    made = pipeline(prompt=row["prompt"], num_inference_steps=row["steps"], width=row["width"], height=row["height"], output_type="np", generator=drawn,
                    **family.call(row)).images[0]
    pipeline.scheduler = own
    return (made * 255).round().astype("int16")


def reloaded(family, folder, **options):
    pipeline = family.pipeline.from_pretrained(folder, torch_dtype=torch.float32, **options)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def saved(family, folder, source, wide=False):
    """A model of its own; returns how it is read."""
    exact, dtype = source.choice(((lambda numbers: numbers.half().float(), torch.float16), (lambda numbers: numbers.bfloat16().float(), torch.bfloat16)))
    built = family.pipeline(scheduler=FlowMatchEulerDiscreteScheduler(), **family.build(source, exact, wide))
    shards = source.choice((dict(), dict(max_shard_size="40KB")))
    options = dict(variant="fp16") if dtype == torch.float16 and source.choice((True, False)) else {}
    built.to(dtype).save_pretrained(folder, **shards, **options)
    told = {"_class_name": "FlowMatchEulerDiscreteScheduler"} | family.shift(source) | source.choice(({}, {"of_a_later_version": [1, None]}))
    (folder / "scheduler/scheduler_config.json").write_text(json.dumps(told))
    return options


# ---- files


def quantised(numbers, kind, source):
    """Bytes of a file with them, and what it says. Types that cannot be written here get random blocks."""
    if kind not in SCALES:
        data = gguf.quantize(numbers, gguf.GGMLQuantizationType[kind])
    else:
        size, length = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]]
        data = np.random.default_rng(source.randrange(2 ** 32)).integers(0, 256, (numbers.size // size, length), dtype=np.uint8)
        for place in SCALES[kind]:  # of such a size that they are like those of the network
            data[:, place:place + 2] = np.array([2e-5 if kind in ("Q4_K", "Q5_K", "IQ4_XS") else 2e-4], dtype="<f2").view(np.uint8)
        data = data.reshape(len(numbers), -1)
    return data, gguf.dequantize(data, gguf.GGMLQuantizationType[kind])


def gguf_file(file, tensors, kind, source):
    writer, says = gguf.GGUFWriter(file, "any"), {}
    for name, tensor in tensors.items():
        numbers = tensor.float().numpy()
        block = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]][0]
        use = "F32" if numbers.ndim == 1 or numbers.size <= 1024 else kind if numbers.shape[-1] % block == 0 else "F16"
        data, says[name] = (numbers, numbers) if use == "F32" else quantised(numbers, use, source)
        writer.add_tensor(name, data, raw_dtype=None if use == "F32" else gguf.GGMLQuantizationType[use])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return {name: torch.from_numpy(np.ascontiguousarray(numbers)).float() for name, numbers in says.items()}


def eight_bit_file(file, tensors, form, dtype):
    stored, says = {}, {}
    for name, tensor in tensors.items():
        says[name] = stored[name] = tensor
        if tensor.dim() != 2 or not name.endswith(".weight") or min(tensor.shape) < 16:
            continue
        scale = torch.tensor(1.0) if form == "plain" else tensor.abs().max() / torch.finfo(dtype).max
        stored[name] = (tensor / scale).to(dtype)
        says[name] = stored[name].float() * scale
        if form != "plain":
            stored[name.removesuffix("weight") + {"scaled_fp8": "scale_weight", "weight_scale": "weight_scale"}[form]] = scale
    if form == "scaled_fp8":
        stored["scaled_fp8"] = torch.zeros(2, dtype=dtype)
    save_file({name: tensor.contiguous() for name, tensor in stored.items()}, file)
    return says


def network_files(bench, family, place, read, rows, source):
    """The network in a file of its own."""
    pipeline = reloaded(family, place / "folder", **read)
    own = {key: tensor.clone() for key, tensor in pipeline.transformer.state_dict().items()}
    parts, swapped = family.original(own)
    whole = {name: torch.cat([own[key] for key in keys]).contiguous() for name, keys in parts.items()}
    for name in swapped:
        whole[name] = torch.cat(whole[name].chunk(2)[::-1])

    def compare(what, file, says):
        says = {name.removeprefix("model.diffusion_model."): numbers for name, numbers in says.items()}
        for name in swapped:
            says[name] = torch.cat(says[name].chunk(2)[::-1])
        for name, keys in parts.items():
            for key, numbers in zip(keys, says[name].split([len(own[key]) for key in keys])):
                pipeline.transformer.get_parameter(key).data = numbers.float().clone()
        options = ["-m", place / "folder", "--transformer", file, "--devices", "cpu"]
        ours, files = bench.make(rows, *options, "--weights", "dequantised")
        bench.difference(family.name, what, [expected(family, pipeline, row) for row in rows], files)
        if what != "original names":
            bench.same(family.name, what + ", packed", ours, bench.make(rows, *options, "--weights", "packed")[0])

    prefix = source.choice(("", "model.diffusion_model."))
    file = place / "original.safetensors"
    save_file({prefix + name: tensor.half() if dtype_of(own) == torch.float16 else tensor for name, tensor in whole.items()}, file)
    compare("original names", file, whole)
    for kind in KINDS:
        file = place / f"{kind}.gguf"
        compare(f"GGUF {kind}", file, gguf_file(file, whole, kind, source))
    for form in ("plain", "scaled_fp8", "weight_scale"):
        for dtype in (torch.float8_e4m3fn, torch.float8_e5m2):
            what = f"{form} {str(dtype).removeprefix('torch.float8_')}"
            file = place / f"{what.replace(' ', '_')}.safetensors"
            compare(what, file, eight_bit_file(file, {prefix + name: tensor for name, tensor in whole.items()}, form, dtype))


def dtype_of(tensors):
    """Of those that hold all of their numbers."""
    return torch.float16 if all(tensor.half().float().equal(tensor) for tensor in tensors.values()) else torch.float32


def adapters(bench, family, place, read, rows):
    pipeline = reloaded(family, place / "folder", **read)
    forms = family.loras(pipeline)
    for form in family.loras_of:
        tensors, file = forms[form], place / f"lora_{form}.safetensors"
        save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, file)
        theirs = {key.replace("lora_A", "lora_down").replace("lora_B", "lora_up") if (family, form) == (Flux1, "diffusion_model") else key: tensor.float()
                  for key, tensor in tensors.items()}
        pipeline.load_lora_weights(theirs, adapter_name="made")
        pipeline.set_adapters(["made"], [WEIGHT])
        pictures = [expected(family, pipeline, row) for row in rows]
        pipeline.unload_lora_weights()
        bench.difference(family.name, f"LoRA, {form}", pictures, bench.make(rows, "-m", place / "folder", "--lora", f"{file}:{WEIGHT}", "--devices", "cpu")[1])


def folders(bench, family, place, source, number):
    read = saved(family, place / "folder", source)
    pipeline = reloaded(family, place / "folder", **read)
    rows = cases(family, pipeline, source)
    pictures = [expected(family, pipeline, row) for row in rows]
    model = ["-m", place / "folder"]
    ours, files = bench.make(rows, *model, "--devices", "cpu")
    for sampler in family.samplers:
        chosen = [i for i, row in enumerate(rows) if row["sampler"] == sampler]
        if chosen:
            bench.difference(family.name, f"folder {number}, {sampler}", [pictures[i] for i in chosen], [files[i] for i in chosen])
    for what, options in (("2 workers", ["--devices", "cpu,cpu"]), ("2 stages", ["--devices", "cpu,cpu", "--mode", "pipelined"]),
                          ("sharded", ["--devices", "cpu", "--mode", "sharded"])):
        bench.same(family.name, f"folder {number}, {what}", ours, bench.make(rows, *model, *options)[0])
    if number == 1:
        adapters(bench, family, place, read, rows[:2])


def main():
    build, seed, wanted = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 1, sys.argv[3:]
    torch.set_num_threads(1)
    print("| family | what | pictures | largest difference of 255 |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(build, pathlib.Path(folder))
        for family in FAMILIES:
            if wanted and family.name not in wanted:
                continue
            source = random.Random(f"{seed} {family.name}")
            torch.manual_seed(source.randrange(2 ** 32))
            for number in (1, 2, 3):
                place = bench.place / f"{family.name}-{number}"
                place.mkdir()
                folders(bench, family, place, source, number)
            place = bench.place / f"{family.name}-wide"
            place.mkdir()
            read = saved(family, place / "folder", source, wide=True)
            rows = cases(family, reloaded(family, place / "folder", **read), source)[:2]
            network_files(bench, family, place, read, rows, source)
    return 1 if bench.bad else 0


if __name__ == "__main__":
    sys.exit(main())
