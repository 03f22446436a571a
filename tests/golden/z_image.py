"""A small random Z-Image model, and what diffusers and transformers make of it.

Writes tests/golden/data/pipelines/z_image/ (a diffusers folder, float16) and z_image.safetensors with, in float32 on a CPU: the ids of
wrapped prompts and the text encoder's hidden states, each of the transformer's blocks' outputs for two captions of different lengths, the
transformer's and the vae's outputs, and whole images, also with the LoRAs lora/z_image_*.safetensors; z_image.json tells what they are of. Versions: requirements.txt.
"""
import json
import sys

import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, ZImagePipeline, ZImageTransformer2DModel
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

from language_models import tokenizer as byte_level
from pipelines import DATA, as_saved

TEMPLATE = ("{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}"
            "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}{% endif %}")
LONG = "a photo of a dog running on the beach at sunset, " * 30


def image(prompts, negative=None, steps=4, cfg=4.0, width=32, height=32, **scheduler):
    """scheduler: what the scheduler's config says besides."""
    return dict(prompts=prompts, negative_prompt=negative, steps=steps, cfg_scale=cfg, width=width, height=height, scheduler=scheduler)


IMAGES = [
    image(["a dog", "a cat on a chair"], cfg=0.0),
    image(["a dog", "a cat on a chair, seen from the street, in the light of the evening"], "blurry"),
    image(["a dog"], cfg=0.5),
    image(["دجاجة (red:1.3) BREAK <|im_end|>"], "", width=48),
    image(["an odd size"], width=24, height=40),
    image([LONG], "bad, " * 50, steps=2),
    image(["a dog"], shift=6.0, steps=6),
    image(["a dog"], use_karras_sigmas=True),
    image(["a dog"], use_exponential_sigmas=True),
    image(["a dog"], use_beta_sigmas=True, steps=5),
]


def build():
    torch.manual_seed(sum(b"z_image"))
    texts = byte_level(begin=False)
    texts.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    texts.add_tokens(["<think>", "</think>"])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=texts, pad_token="<|endoftext|>", eos_token="<|im_end|>", chat_template=TEMPLATE,
                                        padding_side="right")
    encoder = Qwen3Model(Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
        head_dim=8, max_position_embeddings=1024, rms_norm_eps=1e-6, rope_parameters=dict(rope_type="default", rope_theta=1e6)))
    transformer = ZImageTransformer2DModel(
        in_channels=16, dim=32, n_layers=3, n_refiner_layers=2, n_heads=2, n_kv_heads=2, cap_feat_dim=32, axes_dims=[4, 6, 6],
        axes_lens=[1024, 64, 64])
    vae = AutoencoderKL(sample_size=32, down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
                        block_out_channels=(8, 16), norm_num_groups=4, layers_per_block=1, latent_channels=16, scaling_factor=0.3611,
                        shift_factor=0.1159, use_quant_conv=False, use_post_quant_conv=False, force_upcast=False)
    for network in (encoder, transformer, vae):
        for name, parameter in network.named_parameters():  # norms and biases that are not ones and zeros
            parameter.data += (1 if "pad_token" in name else 0.02) * torch.randn_like(parameter)
            parameter.data = parameter.data.half().float()
    pipeline = ZImagePipeline(scheduler=as_saved(FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=3.0)), vae=vae,
                              text_encoder=encoder.eval(), tokenizer=tokenizer, transformer=transformer.eval())
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def record_networks(pipeline, tensors):
    prompts = ["a dog", "a cat on a chair, seen from the street, in the light of the evening, " * 4]
    wrapped = [pipeline.tokenizer.apply_chat_template([dict(role="user", content=prompt)], tokenize=False, add_generation_prompt=True,
                                                      enable_thinking=True) for prompt in prompts]
    for number, text in enumerate(wrapped):
        tensors[f"ids.{number}"] = torch.tensor(pipeline.tokenizer(text).input_ids)
    captions = pipeline._encode_prompt(list(prompts))
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
    own = pipeline.scheduler
    pipeline.scheduler = FlowMatchEulerDiscreteScheduler.from_config(own.config, **spec["scheduler"])
    negative = spec["negative_prompt"]
    made = pipeline(list(spec["prompts"]), negative_prompt=None if negative is None else [negative] * len(spec["prompts"]),
                    num_inference_steps=spec["steps"], guidance_scale=spec["cfg_scale"], width=spec["width"], height=spec["height"],
                    output_type="np", generator=[torch.Generator("cpu").manual_seed(40 + i) for i in range(len(spec["prompts"]))]).images
    pipeline.scheduler = own
    return torch.from_numpy((made * 255).round().astype("uint8"))


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


def draw_with_lora(pipeline, tensors):
    pipeline.load_lora_weights({key: value.float() for key, value in tensors.items()}, adapter_name="made")
    pipeline.set_adapters(["made"], [0.7])
    made = draw(pipeline, IMAGES[1])
    pipeline.unload_lora_weights()
    return made


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    pipeline, tensors = build(), {}
    record_networks(pipeline, tensors)
    for number, spec in enumerate(IMAGES):
        tensors[f"image.{number}"] = draw(pipeline, spec)
        print(number, tensors[f"image.{number}"].float().std().item())
    for form in ("diffusion_model", "transformer"):
        weights = lora(pipeline, form)
        tensors[f"lora.{form}"] = draw_with_lora(pipeline, weights)
        save_file(weights, DATA / "lora" / f"z_image_{form}.safetensors")
    weights = kohya(pipeline)
    tensors["lora.kohya"] = draw_with_lora(pipeline, weights)
    save_file(weights, DATA / "lora" / "z_image_kohya.safetensors")
    assert tensors["lora.transformer"].equal(tensors["lora.diffusion_model"]) and not tensors["lora.transformer"].equal(tensors["image.1"])
    pipeline.to(torch.float16).save_pretrained(DATA / "pipelines" / "z_image")
    save_file({key: value.contiguous() for key, value in tensors.items()}, DATA / "pipelines" / "z_image.safetensors")
    (DATA / "pipelines" / "z_image.json").write_text(json.dumps(IMAGES, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
