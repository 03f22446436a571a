"""A small random Z-Image model, and what diffusers and transformers make of it.

Writes tests/golden/data/pipelines/z_image/ (a diffusers folder, float16) and z_image.safetensors with, in float32 on a CPU: the ids of
wrapped prompts and the text encoder's hidden states, each of the transformer's blocks' outputs for two captions of different lengths, the
transformer's and the vae's outputs, and whole images, also with the LoRAs lora/z_image_*.safetensors; z_image.json tells what they are of. Versions: requirements.txt.
"""
import sys

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, ZImagePipeline, ZImageTransformer2DModel
from safetensors.torch import save_file
from transformers import Qwen3Config, Qwen3Model

from flow_models import LONG, TWO_PROMPTS, draw_all, drawn, move_off_ones_and_zeros, qwen_tokenizer, save, vae_of_16_channels, with_lora
from pipelines import DATA, as_saved



def image(prompts, negative=None, steps=4, cfg=4.0, width=32, height=32, **scheduler):
    """scheduler: what the scheduler's config says besides."""
    return dict(prompts=prompts, negative_prompt=negative, steps=steps, cfg_scale=cfg, width=width, height=height, scheduler=scheduler)


IMAGES = [
    image(["a dog", "a cat on a chair"], cfg=0.0),
    image(["a dog", "a cat on a chair, seen from the street, in the light of the evening"], "blurry"),
    image(["a dog"], cfg=0.5),
    image(["دجاجة (red:1.3) BREAK <|im_end|>"], "", width=48),
    image(["an odd size"], width=24, height=40),
    image([LONG * 30], "bad, " * 50, steps=2),
    image(["a dog"], shift=6.0, steps=6),
    image(["a dog"], use_karras_sigmas=True),
    image(["a dog"], use_exponential_sigmas=True),
    image(["a dog"], use_beta_sigmas=True, steps=5),
]


def build():
    torch.manual_seed(sum(b"z_image"))
    tokenizer = qwen_tokenizer()
    encoder = Qwen3Model(Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
        head_dim=8, max_position_embeddings=1024, rms_norm_eps=1e-6, rope_parameters=dict(rope_type="default", rope_theta=1e6)))
    transformer = ZImageTransformer2DModel(
        in_channels=16, dim=32, n_layers=3, n_refiner_layers=2, n_heads=2, n_kv_heads=2, cap_feat_dim=32, axes_dims=[4, 6, 6],
        axes_lens=[1024, 64, 64])
    vae = vae_of_16_channels((8, 16), norm_num_groups=4)
    move_off_ones_and_zeros((encoder, transformer, vae), noise=lambda name: 1 if "pad_token" in name else 0.02)
    pipeline = ZImagePipeline(scheduler=as_saved(FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=3.0)), vae=vae,
                              text_encoder=encoder.eval(), tokenizer=tokenizer, transformer=transformer.eval())
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def record_networks(pipeline, tensors):
    wrapped = [pipeline.tokenizer.apply_chat_template([dict(role="user", content=prompt)], tokenize=False, add_generation_prompt=True,
                                                      enable_thinking=True) for prompt in TWO_PROMPTS]
    for number, text in enumerate(wrapped):
        tensors[f"ids.{number}"] = torch.tensor(pipeline.tokenizer(text).input_ids)
    captions = pipeline._encode_prompt(list(TWO_PROMPTS))
    for number, caption in enumerate(captions):
        tensors[f"caption.{number}"] = caption
    x = torch.randn((2, 16, 1, 10, 12), generator=torch.Generator("cpu").manual_seed(7))
    tensors["x"] = x[:, :, 0]
    hooks = []
    for key, module in pipeline.transformer.named_modules():
        if key.split(".")[0] in ("noise_refiner", "context_refiner", "layers", "cap_embedder", "t_embedder") and key.count(".") <= 1 and (
                key.split(".")[-1].isdigit() or key.endswith("embedder")):
            if key.startswith("cap_embedder."):
                continue
            def keep(module, inputs, output, key=key):
                tensors["block." + key] = output.clone()
            hooks.append(module.register_forward_hook(keep))
    out = pipeline.transformer(list(x), torch.tensor([0.3, 0.3]), list(captions), return_dict=False)[0]
    tensors["transformer"] = torch.stack(out)[:, :, 0]
    for hook in hooks:
        hook.remove()
    config = pipeline.vae.config
    tensors["vae"] = pipeline.vae.decode(tensors["x"] / config.scaling_factor + config.shift_factor).sample


def draw(pipeline, spec):
    negative = spec["negative_prompt"]
    return drawn(pipeline, spec, negative_prompt=None if negative is None else [negative] * len(spec["prompts"]))


def lora(pipeline, form):
    """As ai-toolkit or diffusers name it, of some layers of each kind."""
    generator, tensors = torch.Generator("cpu").manual_seed(3), {}
    for name, module in pipeline.transformer.named_modules():
        if isinstance(module, torch.nn.Linear) and (".attention." in name or "feed_forward.w" in name or name.startswith("layers.1.adaLN")):
            key = f"{form}.{name}"
            tensors[f"{key}.lora_A.weight"] = 0.3 * torch.randn(3, module.in_features, generator=generator)
            tensors[f"{key}.lora_B.weight"] = 0.3 * torch.randn(module.out_features, 3, generator=generator)
    return {key: value.half() for key, value in tensors.items()}


def kohya(pipeline):
    """As kohya's trainers name it, queries, keys and values of one layer as the original network has them: in one."""
    generator, tensors = torch.Generator("cpu").manual_seed(4), {}

    def add(name, columns, rows, alpha):
        key = "lora_unet_" + name.replace(".", "_")
        tensors[f"{key}.lora_down.weight"] = 0.3 * torch.randn(4, columns, generator=generator)
        tensors[f"{key}.lora_up.weight"] = 0.3 * torch.randn(rows, 4, generator=generator)
        tensors[f"{key}.alpha"] = torch.tensor(alpha)

    for name, module in pipeline.transformer.named_modules():
        fused = name.startswith("layers.1.attention.to_") and "out" not in name
        if isinstance(module, torch.nn.Linear) and not fused and (".attention." in name or "feed_forward.w" in name or name.startswith("layers.1.adaLN")):
            add(name, module.in_features, module.out_features, 2.0)
    width = pipeline.transformer.config.dim
    add("layers.1.attention.qkv", width, 3 * width, 2.0)
    return {key: value.half() for key, value in tensors.items()}


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    pipeline, tensors = build(), {}
    record_networks(pipeline, tensors)
    tensors.update(draw_all(lambda spec: draw(pipeline, spec), IMAGES))
    for form in ("diffusion_model", "transformer"):
        weights = lora(pipeline, form)
        tensors[f"lora.{form}"] = with_lora(pipeline, weights, lambda: draw(pipeline, IMAGES[1]))
        save_file(weights, DATA / "lora" / f"z_image_{form}.safetensors")
    weights = kohya(pipeline)
    tensors["lora.kohya"] = with_lora(pipeline, weights, lambda: draw(pipeline, IMAGES[1]))
    save_file(weights, DATA / "lora" / "z_image_kohya.safetensors")
    assert tensors["lora.transformer"].equal(tensors["lora.diffusion_model"]) and not tensors["lora.transformer"].equal(tensors["image.1"])
    save("z_image", pipeline, tensors, IMAGES)


if __name__ == "__main__":
    sys.exit(main())
