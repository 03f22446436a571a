"""Small random refiners of Stable Diffusion XL, and what diffusers makes with them behind the base models of stable_diffusion_xl.py and single_file.py.

Writes tests/golden/data/pipelines/sdxl_refiner/ (a diffusers folder, float16), sdxl_refiner.json with what images are made and
sdxl_refiner.safetensors with them; and tests/golden/data/single_file/sdxl_refiner.safetensors (float16, under original names, without the table of
token embeddings) with sdxl_refiner.golden.safetensors, what StableDiffusionXLImg2ImgPipeline.from_single_file() makes behind the base of the same
folder. Everything in float32 on a CPU; both pipelines draw from the same generators. Versions: requirements.txt.
"""
import json
import pathlib
import sys
import tempfile

import torch
from diffusers import (AutoencoderKL, EulerDiscreteScheduler, KDPM2DiscreteScheduler, StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline,
                       UNet2DConditionModel)
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

import single_file
from pipelines import CROSS_DOWN, CROSS_UP, DATA, DOWN, SCHEDULERS, UP, as_saved
from stable_diffusion_xl import LONG, ZERO_SNR, text_encoder

KINDS = {**SCHEDULERS, "dpm2": KDPM2DiscreteScheduler}
SCHEDULE = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="leading", steps_offset=1)


def image(prompts, negative=None, sampler="euler", steps=8, switch=0.8, cfg=5.0, schedule="default", clip_skip=0, config=None, sizes=None, second=None,
          rescale=0.0):
    """negative None: there is none. config: what the base's scheduler says instead. The other keys are those of stable_diffusion_xl.py."""
    return dict(sampler=sampler, schedule=schedule, steps=steps, switch=switch, cfg_scale=cfg, width=32, height=32, prompts=prompts, negative_prompt=negative,
                clip_skip=clip_skip, scheduler=config or {}, sizes=sizes or {}, second=second or {}, rescale=rescale)


IMAGES = [
    *[image(["a dog"], "bad", sampler, switch=switch) for sampler in ("euler", "dpmpp_2m", "heun", "euler_ancestral") for switch in (0.8, 0.5)],
    *[image(["a dog"], None, sampler, steps=6, switch=0.6) for sampler in ("euler", "dpmpp_2m", "heun", "euler_ancestral")],
    *[image(["a dog"], "bad", sampler, steps=7, switch=0.7) for sampler in ("heun", "dpm2", "ddim", "unipc")],
    image(["a dog", "a cat on a chair"], "blurry", "euler_ancestral"),
    image(["a dog", "a cat on a chair"], None, switch=0.45),
    image(["a dog"], ""),
    image(["a dog"], cfg=1.0),
    image(["a dog"], "bad", "dpmpp_2m", schedule="karras"),
    image([LONG], "bad, " * 50),
    image(["a dog"], "bad", clip_skip=1),
    image(["a dog"], "bad", config=dict(prediction_type="v_prediction")),
    image(["a dog"], None, config=ZERO_SNR, switch=0.6),
    image(["a dog"], "bad", sizes=dict(original_size=(512, 384), crops_coords_top_left=(8, 64))),
    image(["a dog"], "bad", second=dict(prompt_2="an oil painting", negative_prompt_2="grey and dull")),
    image(["a dog"], "bad", rescale=0.7),
    image(["a dog"], "bad", steps=4, switch=0.1),
    image(["a dog"], "bad", steps=4, switch=0.99),
]


def randomized(*networks):
    for network in networks:
        for parameter in network.parameters():  # norms and biases that are not ones and zeros
            parameter.data += 0.02 * torch.randn_like(parameter)
            parameter.data = parameter.data.half().float()
    return networks


def build():
    """Behind pipelines/sdxl, whose decoder it has."""
    torch.manual_seed(sum(b"refiner"))
    tokenizer = CLIPTokenizer.from_pretrained(DATA / "text" / "sd1", pad_token="!")
    encoder = text_encoder(CLIPTextModelWithProjection, tokenizer, 16, "gelu", 3, 2, projection_dim=12)
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(16, 24, 24, 32), layers_per_block=1, attention_head_dim=(1, 2, 2, 4),
        cross_attention_dim=16, transformer_layers_per_block=2, use_linear_projection=True, norm_num_groups=8,
        addition_embed_type="text_time", addition_time_embed_dim=8, projection_class_embeddings_input_dim=12 + 5 * 8,
        down_block_types=(DOWN, CROSS_DOWN, CROSS_DOWN, DOWN), up_block_types=(UP, CROSS_UP, CROSS_UP, UP))
    randomized(encoder, unet)
    vae = AutoencoderKL.from_pretrained(DATA / "pipelines" / "sdxl" / "vae", torch_dtype=torch.float32)
    return StableDiffusionXLImg2ImgPipeline(
        vae=vae, text_encoder=None, text_encoder_2=encoder, tokenizer=None, tokenizer_2=tokenizer, unet=unet,
        scheduler=as_saved(EulerDiscreteScheduler(**SCHEDULE)), requires_aesthetics_score=True, force_zeros_for_empty_prompt=False,
        add_watermarker=False).to(torch.float32)


def scheduled(pipeline, sampler, extra):
    own = pipeline.scheduler
    pipeline.scheduler = KINDS[sampler].from_config(own.config, **extra)
    return own


def draw(base, refiner, spec):
    extra = {"use_karras_sigmas": True} if spec["schedule"] == "karras" else {}
    schedulers = scheduled(base, spec["sampler"], {**extra, **spec["scheduler"]}), scheduled(refiner, spec["sampler"], extra)
    many = len(spec["prompts"])
    negative = spec["negative_prompt"]
    told = dict(prompt=spec["prompts"], negative_prompt=None if negative is None else [negative] * many, num_inference_steps=spec["steps"],
                guidance_scale=spec["cfg_scale"], guidance_rescale=spec["rescale"], clip_skip=spec["clip_skip"] or None, **spec["sizes"],
                **{key: [text] * many for key, text in spec["second"].items()},
                generator=[torch.Generator("cpu").manual_seed(40 + i) for i in range(many)])
    latents = base(**told, width=spec["width"], height=spec["height"], denoising_end=spec["switch"], output_type="latent").images
    made = refiner(**told, image=latents, denoising_start=spec["switch"], output_type="np").images
    base.scheduler, refiner.scheduler = schedulers
    return torch.from_numpy((made * 255).round().astype("uint8")).contiguous()


SINGLE = dict(single_file.OPEN_CLIP, prefix="conditioner.embedders.0.model.")


def build_single(vae):
    """vae: the base's, with whose pixels Fanlight shows what either has drawn."""
    torch.manual_seed(sum(b"single refiner"))
    encoder = single_file.text_encoder_of(SINGLE, CLIPTextModelWithProjection)
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(64, 64), layers_per_block=1, attention_head_dim=(1, 1),
        cross_attention_dim=SINGLE["width"], transformer_layers_per_block=2, use_linear_projection=True, addition_embed_type="text_time",
        addition_time_embed_dim=16, projection_class_embeddings_input_dim=single_file.PROJECTION + 5 * 16,
        down_block_types=(CROSS_DOWN, DOWN), up_block_types=(UP, CROSS_UP))
    randomized(encoder, unet)
    next(p for k, p in encoder.named_parameters() if "token_embedding" in k).data = single_file.token_embeddings(SINGLE["width"])
    return StableDiffusionXLImg2ImgPipeline(
        vae=vae, text_encoder=None, text_encoder_2=encoder, tokenizer=None, tokenizer_2=single_file.clip_tokenizer(SINGLE["pad"]), unet=unet,
        scheduler=as_saved(EulerDiscreteScheduler(**SCHEDULE)), requires_aesthetics_score=True, force_zeros_for_empty_prompt=False, add_watermarker=False)


def original(pipeline):
    return {**{"model.diffusion_model." + key: tensor for key, tensor in single_file.original_unet(pipeline.unet).items()},
            **{"first_stage_model." + key: tensor for key, tensor in single_file.original_vae(pipeline.vae).items()},
            **{SINGLE["prefix"] + key: tensor for key, tensor in single_file.original_text(pipeline.text_encoder_2, SINGLE).items()}}


def read_by_diffusers(tensors, pipeline):
    """The file loaded by diffusers, with the configuration that it would otherwise download."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        pipeline.save_pretrained(folder / "config")
        save_file(tensors, folder / "model.safetensors")
        read = StableDiffusionXLImg2ImgPipeline.from_single_file(folder / "model.safetensors", config=str(folder / "config"), local_files_only=True,
                                                                 torch_dtype=torch.float32, add_watermarker=False)
    read.scheduler = pipeline.scheduler
    for name in ("unet", "vae", "text_encoder_2"):
        expected = getattr(pipeline, name).state_dict()
        for key, tensor in getattr(read, name).state_dict().items():
            assert torch.equal(tensor, expected[key]), (name, key)
    return read


def base_of_single_file():
    """As single_file.py has built it; its file is what it was made of."""
    return single_file.build("sdxl", single_file.MODELS["sdxl"])


def kept(tensors):
    """Without what the tests compute, or no decoder needs."""
    left = {key: tensor for key, tensor in tensors.items() if "token_embedding" not in key and not key.startswith("first_stage_model.encoder.")}
    return {key: tensor for key, tensor in left.items() if "quant_conv" not in key or "post" in key}


def record_single():
    base = base_of_single_file()
    refiner = build_single(base.vae)
    stored = load_file(single_file.OUT / "sdxl.safetensors")
    for key, tensor in single_file.original(base, single_file.MODELS["sdxl"]).items():
        assert key not in stored or torch.equal(stored[key], tensor.half()), key  # the file's own base
    base.scheduler = as_saved(base.scheduler)
    tensors = {key: tensor.half().contiguous().clone() for key, tensor in original(refiner).items()}
    refiner = read_by_diffusers(tensors, refiner)
    for pipeline in (base, refiner):
        pipeline.set_progress_bar_config(disable=True)
    made = {f"image.{number}": draw(base, refiner, spec) for number, spec in enumerate((image(["a photo of a dog!"], "blurry", steps=5, switch=0.6),
                                                                                       image(["a photo of a dog!"], None, "heun", steps=5, switch=0.6)))}
    save_file(made, single_file.OUT / "sdxl_refiner.golden.safetensors")
    save_file(kept(tensors), single_file.OUT / "sdxl_refiner.safetensors")


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    base = StableDiffusionXLPipeline.from_pretrained(DATA / "pipelines" / "sdxl", torch_dtype=torch.float32, add_watermarker=False)
    refiner, tensors = build(), {}
    for pipeline in (base, refiner):
        pipeline.set_progress_bar_config(disable=True)
    for number, spec in enumerate(IMAGES):
        tensors[f"image.{number}"] = draw(base, refiner, spec)
    refiner.to(torch.float16).save_pretrained(DATA / "pipelines" / "sdxl_refiner")
    vae = DATA / "pipelines" / "sdxl_refiner" / "vae" / "config.json"
    config = {key: value for key, value in json.loads(vae.read_text()).items() if key != "_name_or_path"}  # where the base's was
    vae.write_text(json.dumps(config, indent=2) + "\n")
    save_file(tensors, DATA / "pipelines" / "sdxl_refiner.safetensors")
    (DATA / "pipelines" / "sdxl_refiner.json").write_text(json.dumps(IMAGES, ensure_ascii=False, indent=1) + "\n")
    record_single()


if __name__ == "__main__":
    sys.exit(main())
