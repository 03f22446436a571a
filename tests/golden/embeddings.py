"""Small random textual inversion embeddings for the models of pipelines.py and stable_diffusion_xl.py, and pictures of prompts that call them.

Writes tests/golden/data/embeddings/MODEL/NAME.safetensors, in each form that files have; cases.json; and golden.safetensors with, in
float32 on a CPU, the text that the network sees ("text.CASE", "pooled.CASE") and the picture ("image.CASE"): of literal prompts those of
load_textual_inversion(), of the others those of prompt_syntax.py, where the names are replaced by hand with the tokens of all vectors. In
"xl largest" the second text encoder looks for the end of the text as early versions of transformers did. Versions: requirements.txt.
"""
import json
import pathlib
import sys

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline, StableDiffusionXLPipeline
from safetensors.torch import load_file, save_file
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

import prompt_syntax

DATA = pathlib.Path(__file__).parent / "data"
OUT = DATA / "embeddings"
BREAK = prompt_syntax.BREAK
MOSS, PAIR = "moss-style moss-style_1 moss-style_2", "pair pair_1"
DOGS = "dog " * 73


def files():
    generator = torch.Generator("cpu").manual_seed(5)

    def vectors(*shape):
        return torch.randn(shape, generator=generator)
    return {"sd1": {"moss-style": {"emb_params": vectors(3, 32).half()}, "toy": {"<toy>": vectors(32)}},
            "sd2": {"fern": {"emb_params": vectors(2, 24).bfloat16()}},
            "sdxl": {"pair": {"clip_l": vectors(2, 32), "clip_g": vectors(2, 24)}}}


def literal(prompt, negative="bad", model="sd1", largest=False):
    return dict(model=model, prompt=prompt, negative_prompt=negative, emphasis="literal", largest=largest)


def original(prompt, positive, negative="bad", negatives=None, model="sd1"):
    return dict(model=model, prompt=prompt, negative_prompt=negative, emphasis="original", positive=[[4, positive]],
                negatives=[[4, negatives or [[negative, 1]]]], steps=4, cfg_scale=5.0, clip_skip=0, sampler="ddim", largest=False)


CASES = {
    "literal": literal("a moss-style dog"),
    "literal, within a word": literal("a toydog, toy", "moss-style, bad"),
    "literal, cut": literal(DOGS + "moss-style"),
    "literal, sd2": literal("a fern dog", model="sd2"),
    "literal, xl": literal("a pair dog", "pair", model="sdxl"),
    "xl largest": literal("a pair dog", model="sdxl", largest=True),
    "plain": original("a moss-style dog", [[f"a {MOSS} dog", 1]]),
    "weighted": original("a (Moss-Style:1.4) [toy] dog", [["a ", 1], [MOSS, 1.4], [" ", 1], ["toy", 1 / 1.1], [" dog", 1]]),
    "not cut": original(DOGS + "moss-style cat", [[DOGS, 1], BREAK, [f"{MOSS} cat", 1]]),
    "comfy": original("a dog", [["a dog", 1]], "(embedding:toy:1.2) bad", [["toy", 1.2], [" bad", 1]]),
    "sd2": original("a (fern:1.2) dog", [["a ", 1], ["fern fern_1", 1.2], [" dog", 1]], model="sd2"),
    "xl": original("a (pair:1.3) dog", [["a ", 1], [PAIR, 1.3], [" dog", 1]], "pair", [[PAIR, 1]], model="sdxl"),
}


def load(model, largest):
    folder = DATA / "pipelines" / model
    if model != "sdxl":
        pipeline = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32, safety_checker=None)
        for file in sorted((OUT / model).iterdir()):
            pipeline.load_textual_inversion(file, token=file.stem)
    else:
        config = CLIPTextConfig.from_pretrained(folder / "text_encoder_2")
        config.eos_token_id = 2 if largest else config.eos_token_id
        second = CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder_2", config=config, torch_dtype=torch.float32)
        pipeline = StableDiffusionXLPipeline.from_pretrained(folder, torch_dtype=torch.float32, add_watermarker=False, text_encoder_2=second)
        for file in sorted((OUT / model).iterdir()):
            parts = load_file(file)
            pipeline.load_textual_inversion(parts["clip_l"], token=file.stem, text_encoder=pipeline.text_encoder, tokenizer=pipeline.tokenizer)
            pipeline.load_textual_inversion(parts["clip_g"], token=file.stem, text_encoder=pipeline.text_encoder_2, tokenizer=pipeline.tokenizer_2)
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def text_of(pipeline, spec):
    if spec["emphasis"] == "original":
        return prompt_syntax.embed(pipeline, spec["positive"][0][1], "original", 0)
    options = dict(device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=False)
    encoded = pipeline.encode_prompt(spec["prompt"], **options)
    return encoded[0], (encoded[2] if spec["model"] == "sdxl" else None)


def picture_of(pipeline, spec):
    if spec["emphasis"] == "original":
        return prompt_syntax.draw(pipeline, pipeline.scheduler, spec)
    made = pipeline(spec["prompt"], negative_prompt=spec["negative_prompt"], num_inference_steps=4, guidance_scale=5.0, width=32, height=32,
                    output_type="np", generator=torch.Generator("cpu").manual_seed(40)).images
    return torch.from_numpy((made * 255).round().astype("uint8"))


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    for model, embeddings in files().items():
        (OUT / model).mkdir(parents=True, exist_ok=True)
        for name, tensors in embeddings.items():
            save_file(tensors, OUT / model / f"{name}.safetensors")
    golden, told = {}, {}
    for name, spec in CASES.items():
        pipeline = load(spec["model"], spec["largest"])
        text, pooled = text_of(pipeline, spec)
        golden |= {f"text.{name}": text} | ({} if pooled is None else {f"pooled.{name}": pooled})
        golden[f"image.{name}"] = picture_of(pipeline, spec)
        told[name] = {key: spec[key] for key in ("model", "prompt", "negative_prompt", "emphasis", "largest")}
    save_file({key: value.contiguous() for key, value in golden.items()}, OUT / "golden.safetensors")
    (OUT / "cases.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
