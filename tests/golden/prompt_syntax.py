"""Pictures of prompts in AUTOMATIC1111's syntax, as that web UI computes them, on the small models of pipelines.py and stable_diffusion_xl.py.

Writes tests/golden/data/prompt_syntax/MODEL.json (the cases) and MODEL.safetensors with, in float32 on a CPU: the embedding of each
case's first text ("text.N") and its picture ("image.N"). How a prompt is parsed is written by hand for each case; how tokens are laid
out in chunks, how weights act, that two text encoders do so each by itself, that the first chunk stands for the whole text where the network
sees it as one vector, and that the halves of guidance are evaluated apart is written here. Versions: requirements.txt.
"""
import json
import pathlib
import sys

import torch
from diffusers import (DDIMScheduler, EulerAncestralDiscreteScheduler, HeunDiscreteScheduler, PNDMScheduler, StableDiffusionPipeline,
                       StableDiffusionXLPipeline)
from safetensors.torch import save_file
from transformers import CLIPTextModel

CLIPTextModel.text_model = property(lambda self: self)  # see pipelines.py

DATA = pathlib.Path(__file__).parent / "data"
SCHEDULERS = {"ddim": DDIMScheduler, "pndm": PNDMScheduler, "heun": HeunDiscreteScheduler, "euler_ancestral": EulerAncestralDiscreteScheduler}
LENGTH, BACKTRACK = 75, 20
BREAK = None

LONG = "a photo of a dog running on the beach at sunset, " * 8  # with commas where chunks end
MANY = " ".join(["dog"] * 80)  # without
NEGATIVE = "low quality, (blurry:1.3), bad anatomy, " * 12


def case(prompt, positive, negative="bad", negatives=None, emphasis="original", sampler="ddim", steps=4, cfg=6.0, clip_skip=0,
         second=None, second_negative=None):
    """positive, negatives: [[last step, [[text, weight] or BREAK, ...]], ...]. second, second_negative: what the second text encoder reads in
    place of them, as (text, [[last step, ...], ...])."""
    return dict(prompt=prompt, positive=positive, negative_prompt=negative, negatives=negatives or [[steps, [[negative, 1]]]],
                emphasis=emphasis, sampler=sampler, steps=steps, cfg_scale=cfg, clip_skip=clip_skip) | \
        ({} if second is None else dict(prompt_2=second[0], second=second[1])) | \
        ({} if second_negative is None else dict(negative_prompt_2=second_negative[0], second_negatives=second_negative[1]))


WEIGHTED, UNWEIGHTED = [["a ", 1], ["red", 1.4], [" ", 1], ["dog", 1 / 1.1]], [["a ", 1], ["red", 1], [" ", 1], ["dog", 1]]
CASES = [
    case("a (red:1.4) [dog]", [[4, WEIGHTED]]),
    case("a (red:1.4) [dog]", [[4, WEIGHTED]], emphasis="no-norm"),
    case("a (red:1.4) [dog]", [[4, UNWEIGHTED]], emphasis="ignore"),
    case("a (red:1.4) [dog]", [[4, [["a (red:1.4) [dog]", 1]]]], emphasis="none"),
    case("((red:1.5) hat), \\(dog\\)", [[4, [["red", 1.65], [" hat", 1.1], [", (dog)", 1]]]], clip_skip=1),
    case("a (red:1.6) dog", [[4, [["a ", 1], ["red", 1.6], [" dog", 1]]]], cfg=1.0, sampler="euler_ancestral"),
    case("a dog BREAK a (cat:1.3)", [[4, [["a dog", 1], BREAK, ["a ", 1], ["cat", 1.3]]]]),
    case(LONG + "(cat:1.2)", [[4, [[LONG, 1], ["cat", 1.2]]]]),
    case(MANY, [[4, [[MANY, 1]]]]),
    case("a cat", [[4, [["a cat", 1]]]], NEGATIVE,
         [[4, [["low quality, ", 1]] + [["blurry", 1.3], [", bad anatomy, low quality, ", 1]] * 11 + [["blurry", 1.3], [", bad anatomy, ", 1]]]]),
    case("a [dog:cat:0.5]", [[3, [["a dog", 1]]], [6, [["a cat", 1]]]], steps=6),
    case("a [dog:(cat:1.3):2] <lora:x:1>", [[2, [["a dog ", 1]]], [5, [["a ", 1], ["cat", 1.3], [" ", 1]]]], steps=5, sampler="heun"),
    case("[dog|cat BREAK owl] x", [[1, [["dog x", 1]]], [2, [["cat", 1], BREAK, ["owl x", 1]]], [3, [["dog x", 1]]],
                                   [4, [["cat", 1], BREAK, ["owl x", 1]]], [5, [["dog x", 1]]]], steps=5, sampler="pndm"),
    case("a cat", [[4, [["a cat", 1]]]], "[blurry|]", [[1, [["blurry", 1]]], [2, [["", 1]]], [3, [["blurry", 1]]], [4, [["", 1]]]]),
]

XL_CASES = [  # of two texts the one with fewer chunks is filled up with those of an empty text, as ComfyUI does
    case("a (red:1.4) [dog]", [[4, WEIGHTED]], second=("an (oil:1.2) painting", [[4, [["an ", 1], ["oil", 1.2], [" painting", 1]]]])),
    case("a dog", [[4, [["a dog", 1]]]], second=("a BREAK (b:1.3) BREAK c", [[4, [["a", 1], BREAK, ["b", 1.3], BREAK, ["c", 1]]]])),
    case(LONG, [[4, [[LONG, 1]]]], clip_skip=1, second=("(cat:1.2)", [[4, [["cat", 1.2]]]]),
         second_negative=("bad BREAK grey", [[4, [["bad", 1], BREAK, ["grey", 1]]]])),
    case("a [dog:cat:0.5]", [[2, [["a dog", 1]]], [4, [["a cat", 1]]]],
         second=("[ink:an oil BREAK painting:3]", [[3, [["ink", 1]]], [4, [["an oil", 1], BREAK, ["painting", 1]]]])),
]


def chunks_of(tokenizer, parts):
    """A list of (ids, weights), as long as the text encoder reads at a time."""
    comma = tokenizer.convert_tokens_to_ids(",</w>")
    chunks, ids, weights, last_comma = [], [], [], None

    def close():
        nonlocal ids, weights, last_comma
        end = tokenizer.eos_token_id
        whole = [tokenizer.bos_token_id] + ids + [end] * (LENGTH + 1 - len(ids))
        first = whole.index(end)
        chunks.append((whole[:first + 1] + [tokenizer.pad_token_id] * (len(whole) - first - 1), [1.0] + weights + [1.0] * (LENGTH + 1 - len(ids))))
        ids, weights, last_comma = [], [], None

    for part in parts:
        if part is BREAK:
            close()
            continue
        text, weight = part
        for token in tokenizer(text, add_special_tokens=False).input_ids:
            if token == comma:
                last_comma = len(ids)
            elif len(ids) == LENGTH and last_comma is not None and len(ids) - last_comma <= BACKTRACK:
                moved = ids[last_comma + 1:], weights[last_comma + 1:]
                ids, weights = ids[:last_comma + 1], weights[:last_comma + 1]
                close()
                ids, weights = moved
            if len(ids) == LENGTH:
                close()
            ids, weights = ids + [token], weights + [weight]
    if ids or not chunks:
        close()
    return chunks


def read(encoder, tokenizer, parts, emphasis, hidden):
    """Its chunks, joined, and the first one as a vector. `hidden` takes what the network sees from the encoder's output."""
    embedded, pooled = [], []
    for ids, weights in chunks_of(tokenizer, parts):
        out = encoder(torch.tensor([ids]), output_hidden_states=True)
        z = hidden(encoder, out)
        if emphasis != "ignore":
            weighted = z * torch.tensor(weights).view(1, -1, 1)
            z = weighted if emphasis == "no-norm" else weighted * (z.double().mean() / weighted.double().mean()).float()
        embedded.append(z)
        pooled.append(out.get("text_embeds"))
    return torch.cat(embedded, 1), pooled[0]


def embed(pipeline, parts, emphasis, clip_skip, second_parts=None):
    """Hidden states, and the text as one vector or None."""
    if not isinstance(pipeline, StableDiffusionXLPipeline):
        def hidden(encoder, out):
            return encoder.final_layer_norm(out.hidden_states[-1 - clip_skip]) if clip_skip else out.last_hidden_state
        return read(pipeline.text_encoder, pipeline.tokenizer, parts, emphasis, hidden)

    def hidden(encoder, out):
        return out.hidden_states[-2 - clip_skip]
    first, _ = read(pipeline.text_encoder, pipeline.tokenizer, parts, emphasis, hidden)
    second, pooled = read(pipeline.text_encoder_2, pipeline.tokenizer_2, second_parts or parts, emphasis, hidden)
    while first.shape[1] < second.shape[1]:
        first = torch.cat([first, read(pipeline.text_encoder, pipeline.tokenizer, [], emphasis, hidden)[0]], 1)
    while second.shape[1] < first.shape[1]:
        second = torch.cat([second, read(pipeline.text_encoder_2, pipeline.tokenizer_2, [], emphasis, hidden)[0]], 1)
    return torch.cat([first, second], -1), pooled


def evaluate(pipeline, seen, t, text):
    context, pooled = text
    added = {} if pooled is None else dict(added_cond_kwargs=dict(text_embeds=pooled, time_ids=torch.tensor([[32.0, 32, 0, 0, 32, 32]])))
    return pipeline.unet(seen, t, encoder_hidden_states=context, **added).sample


def at_step(schedule, step):
    return next(parts for last, parts in schedule if last >= step)


def step_of(scheduler, evaluation):
    if isinstance(scheduler, HeunDiscreteScheduler):
        return evaluation // 2
    if not isinstance(scheduler, PNDMScheduler):
        return evaluation
    if scheduler.config.skip_prk_steps:
        return max(0, evaluation - 1)
    return evaluation // 4 if evaluation < 12 else evaluation - 9


@torch.no_grad()
def draw(pipeline, scheduler, spec):
    scheduler.set_timesteps(spec["steps"])
    generator = torch.Generator("cpu").manual_seed(40)
    x = torch.randn((1, 4, 32 // pipeline.vae_scale_factor, 32 // pipeline.vae_scale_factor), generator=generator) * scheduler.init_noise_sigma
    extra = {} if spec["sampler"] in ("pndm", "heun") else {"generator": generator}
    for number, t in enumerate(scheduler.timesteps):
        step = step_of(scheduler, number)
        seen = scheduler.scale_model_input(x, t)
        positive = embed(pipeline, at_step(spec["positive"], step), spec["emphasis"], spec["clip_skip"],
                         at_step(spec.get("second", spec["positive"]), step))
        out = evaluate(pipeline, seen, t, positive)
        if spec["cfg_scale"] > 1:
            negative = embed(pipeline, at_step(spec["negatives"], step), spec["emphasis"], 0,
                             at_step(spec.get("second_negatives", spec["negatives"]), step))
            without = evaluate(pipeline, seen, t, negative)
            out = without + spec["cfg_scale"] * (out - without)
        x = scheduler.step(out, t, x, **extra).prev_sample
    picture = pipeline.vae.decode(x / pipeline.vae.config.scaling_factor).sample
    return ((picture / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1) * 255).round().to(torch.uint8)


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    folder = DATA / "prompt_syntax"
    folder.mkdir(exist_ok=True)
    for model, kind, options in (("sd1", StableDiffusionPipeline, dict(safety_checker=None)), ("sd2", StableDiffusionPipeline, dict(safety_checker=None)),
                                 ("sdxl", StableDiffusionXLPipeline, dict(add_watermarker=False))):
        pipeline = kind.from_pretrained(DATA / "pipelines" / model, torch_dtype=torch.float32, **options)
        tensors, cases = {}, []
        for number, spec in enumerate(CASES + (XL_CASES if kind is StableDiffusionXLPipeline else [])):
            scheduler = SCHEDULERS[spec["sampler"]].from_config(pipeline.scheduler.config)
            context, pooled = embed(pipeline, spec["positive"][0][1], spec["emphasis"], spec["clip_skip"],
                                    spec.get("second", spec["positive"])[0][1])
            tensors |= {f"text.{number}": context} | ({} if pooled is None else {f"pooled.{number}": pooled})
            tensors[f"image.{number}"] = draw(pipeline, scheduler, spec)
            counts = [max(len(chunks_of(pipeline.tokenizer, spec[key][0][1])) for key in keys if key in spec)
                      for keys in (("positive", "second"), ("negatives", "second_negatives"))]
            cases.append({key: value for key, value in spec.items() if key not in ("positive", "negatives", "second", "second_negatives")} | {"first_chunks": counts})
        save_file({key: value.contiguous() for key, value in tensors.items()}, folder / f"{model}.safetensors")
        (folder / f"{model}.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
