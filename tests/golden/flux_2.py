"""A small random model like FLUX.2 klein, and what diffusers and transformers make of it.

Writes tests/golden/data/pipelines/flux_2/ (a diffusers folder, float16) and flux_2.safetensors with, in float32 on a CPU: the ids of wrapped
prompts and what the text encoder makes of them with their padding, each of the transformer's blocks' outputs, the transformer's and the vae's
outputs, and whole images, also with the LoRAs lora/flux_2_*.safetensors; flux_2.json tells what they are of. Versions: requirements.txt.
"""
import sys

import torch
from diffusers import AutoencoderKLFlux2, FlowMatchEulerDiscreteScheduler, Flux2KleinPipeline, Flux2Transformer2DModel
from safetensors.torch import save_file
from transformers import Qwen3Config, Qwen3ForCausalLM

from flow_models import LONG, SOLVERS, TWO_PROMPTS, draw_all, drawn, move_off_ones_and_zeros, qwen_tokenizer, save, times, with_lora
from pipelines import DATA, as_saved



def image(prompts, steps=4, cfg=15.0, width=32, height=32, sampler="euler", distilled=False, **scheduler):
    """scheduler: what the scheduler's config says besides."""
    return dict(prompts=prompts, steps=steps, cfg_scale=cfg, width=width, height=height, sampler=sampler, distilled=distilled, scheduler=scheduler)


IMAGES = [
    image(["a dog", "a cat on a chair"], cfg=1.0),
    image(["a dog", "a cat on a chair, seen from the street, in the light of the evening", "", "an owl"]),
    image(["a dog", "a cat on a chair"], distilled=True),
    image(["دجاجة (red:1.3) BREAK <|im_end|> <think>"], width=48),
    image(["an odd size"], width=20, height=44),
    image([LONG * 30], steps=2),
    image(["a dog"], steps=7, cfg=1.5),
    image(["a dog"], use_dynamic_shifting=False, shift=6.0, steps=6),
    image(["a dog"], use_karras_sigmas=True),
    image(["a dog"], use_exponential_sigmas=True),
    image(["a dog"], use_beta_sigmas=True, steps=5),
    *[image(["a dog"], steps=5, sampler=sampler) for sampler in SOLVERS],
]


def build():
    torch.manual_seed(sum(b"flux_2"))
    tokenizer = qwen_tokenizer()
    encoder = Qwen3ForCausalLM(Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=16, num_hidden_layers=28, num_attention_heads=2, num_key_value_heads=1,
        head_dim=8, max_position_embeddings=1024, rms_norm_eps=1e-6, tie_word_embeddings=True,
        rope_parameters=dict(rope_type="default", rope_theta=1e6)))
    transformer = Flux2Transformer2DModel(
        in_channels=32, num_layers=2, num_single_layers=3, attention_head_dim=16, num_attention_heads=2, joint_attention_dim=48,
        axes_dims_rope=(2, 6, 4, 4), mlp_ratio=2.0, guidance_embeds=False)
    vae = AutoencoderKLFlux2(sample_size=32, down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
                             block_out_channels=(8, 8), decoder_block_out_channels=(8, 16), norm_num_groups=4, layers_per_block=1,
                             latent_channels=8)
    larger = times({"embed_tokens": 50, "context_embedder": 4, "attn": 3, "modulation": 2})  # so that pictures depend on their prompts
    move_off_ones_and_zeros((encoder, transformer, vae), lambda name, parameter: larger(name, parameter) if parameter.dim() > 1 else 1)
    vae.bn.running_mean = (0.3 * torch.randn_like(vae.bn.running_mean)).half().float()
    vae.bn.running_var = (0.5 + torch.rand_like(vae.bn.running_var)).half().float()
    scheduler = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=3.0, use_dynamic_shifting=True, time_shift_type="exponential")
    pipeline = Flux2KleinPipeline(scheduler=as_saved(scheduler), vae=vae.eval(), text_encoder=encoder.eval(), tokenizer=tokenizer,
                                  transformer=transformer.eval())
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def record_networks(pipeline, tensors):
    for number, prompt in enumerate(TWO_PROMPTS):
        wrapped = pipeline.tokenizer.apply_chat_template([dict(role="user", content=prompt)], tokenize=False, add_generation_prompt=True,
                                                         enable_thinking=False)
        tensors[f"ids.{number}"] = torch.tensor(pipeline.tokenizer(wrapped).input_ids)
    texts, text_ids = pipeline.encode_prompt(TWO_PROMPTS)
    tensors["texts"] = texts[:, ::8]
    x = torch.randn((2, 32, 5, 6), generator=torch.Generator("cpu").manual_seed(7))
    tensors["x"] = x
    hooks = []

    def keep(key):
        def hook(module, inputs, output):
            if isinstance(output, tuple):
                tensors["text." + key], tensors["block." + key] = output[0][:, ::16].clone(), output[1].clone()
            else:
                tensors["block." + key] = output[:, -64:].clone()
        return hook
    for group in ("transformer_blocks", "single_transformer_blocks"):
        for number, block in enumerate(getattr(pipeline.transformer, group)):
            hooks.append(block.register_forward_hook(keep(f"{group}.{number}")))
    out = pipeline.transformer(pipeline._pack_latents(x), texts, torch.tensor([0.7, 0.7]), pipeline._prepare_latent_ids(x), text_ids,
                               guidance=None, return_dict=False)[0]
    tensors["transformer"] = out.transpose(1, 2).reshape(x.shape)
    for hook in hooks:
        hook.remove()
    bn = pipeline.vae.bn
    latents = x * (bn.running_var.view(1, -1, 1, 1) + pipeline.vae.config.batch_norm_eps).sqrt() + bn.running_mean.view(1, -1, 1, 1)
    tensors["vae"] = pipeline.vae.decode(pipeline._unpatchify_latents(latents)).sample


def draw(pipeline, spec):
    pipeline.register_to_config(is_distilled=spec["distilled"])
    made = drawn(pipeline, spec)
    pipeline.register_to_config(is_distilled=False)
    return made


def lora_modules(pipeline):
    """The original names of layers of each kind, with diffusers' of what they consist of there."""
    for number in range(len(pipeline.transformer.transformer_blocks)):
        block, to = f"double_blocks.{number}", f"transformer_blocks.{number}"
        yield block + ".img_attn.qkv", [f"{to}.attn.to_{part}" for part in "qkv"]
        yield block + ".txt_attn.qkv", [f"{to}.attn.add_{part}_proj" for part in "qkv"]
        yield from ((f"{block}.{own}", [f"{to}.{today}"]) for own, today in (
            ("img_attn.proj", "attn.to_out.0"), ("txt_attn.proj", "attn.to_add_out"), ("img_mlp.0", "ff.linear_in"),
            ("img_mlp.2", "ff.linear_out"), ("txt_mlp.0", "ff_context.linear_in"), ("txt_mlp.2", "ff_context.linear_out")))
    for number in range(len(pipeline.transformer.single_transformer_blocks)):
        to = f"single_transformer_blocks.{number}.attn"
        yield f"single_blocks.{number}.linear1", [to + ".to_qkv_mlp_proj"]
        yield f"single_blocks.{number}.linear2", [to + ".to_out"]
    yield "img_in", ["x_embedder"]
    yield "txt_in", ["context_embedder"]
    yield "final_layer.linear", ["proj_out"]


def loras(pipeline):
    """The same in the names of diffusers, ai-toolkit and kohya."""
    generator, forms = torch.Generator("cpu").manual_seed(3), {"transformer": {}, "diffusion_model": {}, "kohya": {}}
    for original, modules in lora_modules(pipeline):
        own = [pipeline.transformer.get_submodule(module) for module in modules]
        down = 0.3 * torch.randn(3, own[0].in_features, generator=generator).half()
        up = 0.3 * torch.randn(sum(module.out_features for module in own), 3, generator=generator).half()
        for module, part in zip(modules, up.chunk(len(modules))):
            forms["transformer"].update({f"transformer.{module}.lora_A.weight": down.clone(), f"transformer.{module}.lora_B.weight": part.clone()})
        forms["diffusion_model"].update({f"diffusion_model.{original}.lora_A.weight": down, f"diffusion_model.{original}.lora_B.weight": up})
        kohya = "lora_unet_" + original.replace(".", "_")
        forms["kohya"].update({f"{kohya}.lora_down.weight": 2 * down, f"{kohya}.lora_up.weight": up, f"{kohya}.alpha": torch.tensor(1.5)})
    return forms


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    pipeline, tensors = build(), {}
    record_networks(pipeline, tensors)
    tensors.update(draw_all(lambda spec: draw(pipeline, spec), IMAGES))
    assert tensors["image.2"].equal(tensors["image.0"])
    assert not tensors["image.1"][:2].equal(tensors["image.0"])
    drawn = {}
    for form, weights in loras(pipeline).items():
        drawn[form] = with_lora(pipeline, weights, lambda: draw(pipeline, IMAGES[1]))
        save_file(weights, DATA / "lora" / f"flux_2_{form}.safetensors")
        print(form, (drawn[form].int() - tensors["image.1"].int()).abs().max().item(), (drawn[form].int() - drawn["transformer"].int()).abs().max().item())
    tensors["lora"] = drawn["transformer"]
    save("flux_2", pipeline, tensors, IMAGES)


if __name__ == "__main__":
    sys.exit(main())
