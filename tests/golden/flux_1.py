"""A small random FLUX.1 model, and what diffusers and transformers make of it.

Writes tests/golden/data/pipelines/flux_1/ (a diffusers folder, float16: dev, whose network is told the guidance) and flux_1.safetensors with, in
float32 on a CPU: T5's ids of prompts and its states of them with their padding, CLIP's pooled text, each of the transformer's blocks' outputs, the
transformer's and the vae's outputs, and whole images, some of them by schnell, whose network is told no guidance, and some with the LoRAs
lora/flux_1_*.safetensors; flux_1.json tells what they are of. Versions: requirements.txt.
"""
import inspect
import sys

import tokenizers
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from diffusers.loaders import lora_conversion_utils, lora_pipeline
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer, PreTrainedTokenizerFast, T5Config, T5EncoderModel

from flow_models import LONG, SOLVERS, TWO_PROMPTS, draw_all, drawn, move_off_ones_and_zeros, save, times, vae_of_16_channels, with_lora
from language_models import tokenizer as byte_level
from pipelines import DATA, as_saved

del CLIPTextModel.text_model  # which pipelines.py adds: diffusers would look for a LoRA's modules in it

EVENING = "a cat on a chair, seen from the street, in the light of the evening"
FOUR = ["a dog", EVENING, "", "an owl and two mice"]


def image(prompts, guidance=3.5, true_cfg=1.0, negatives=None, steps=4, width=32, height=32, prompts_2=None, negatives_2=None, sampler="euler",
          **scheduler):
    """guidance: what the network is told. scheduler: what the scheduler's config says besides."""
    return dict(prompts=prompts, prompts_2=prompts_2, negative_prompts=negatives, negative_prompts_2=negatives_2, steps=steps, cfg_scale=guidance,
                true_cfg_scale=true_cfg, width=width, height=height, sampler=sampler, scheduler=scheduler)


DEV = [
    image(["a dog", EVENING]),
    image(["a dog"], guidance=1.0, width=48),
    image(["دجاجة (red:1.3) BREAK"], guidance=7.0, width=16, height=48),
    image([LONG * 20], steps=2),
    image(["a dog"], prompts_2=["a cat on a chair"]),
    image(["a dog", "an owl"], true_cfg=2.5, negatives=["blurry"] * 2),
    image(FOUR, true_cfg=2.5, negatives=[""] * 4, steps=3),
    image(FOUR, true_cfg=4.0, negatives=["blurry", "", "bad, dull", "grey"], negatives_2=["a drawing", "a house in the rain", "dark", EVENING * 4], steps=3),
    image(["a dog"], guidance=1.0, width=48, true_cfg=2.5),
    image(["a dog"], steps=6, base_shift=0.8, max_shift=1.6),
    image(["a dog"], steps=6, use_dynamic_shifting=False, shift=6.0),
    image(["a dog"], use_karras_sigmas=True),
    image(["a dog"], use_exponential_sigmas=True),
    image(["a dog"], use_beta_sigmas=True, steps=5),
    *[image(["a dog"], steps=5, sampler=sampler) for sampler in SOLVERS],
]
SCHNELL = [image(["a dog", "a cat on a chair"], guidance=0.0), image(["an owl"], steps=2, width=48)]


# How many times as large parameters are drawn, so that pictures depend on what both encoders read and on the guidance.
LARGER = {"token_embedding": 30, "self_attn": 4, "SelfAttention": 4, "attn": 2, "embedder": 2, ".linear.": 3}


def t5_tokenizer():
    texts = byte_level(begin=False)
    texts.post_processor = tokenizers.processors.TemplateProcessing(single="$A <|end|>", special_tokens=[("<|end|>", 1)])
    return PreTrainedTokenizerFast(tokenizer_object=texts, pad_token="<|endoftext|>", eos_token="<|end|>", model_max_length=512, padding_side="right")


def build():
    torch.manual_seed(sum(b"flux_1"))
    clip_tokenizer = CLIPTokenizer.from_pretrained(DATA / "text" / "sd2", pad_token="<|endoftext|>")
    clip = CLIPTextModel(CLIPTextConfig(
        vocab_size=len(clip_tokenizer), hidden_size=64, intermediate_size=32, num_hidden_layers=2, num_attention_heads=1, hidden_act="quick_gelu",
        max_position_embeddings=77, bos_token_id=clip_tokenizer.bos_token_id, eos_token_id=clip_tokenizer.eos_token_id,
        pad_token_id=clip_tokenizer.pad_token_id))
    t5 = T5EncoderModel(T5Config(vocab_size=400, d_model=32, d_kv=12, d_ff=48, num_heads=2, num_layers=2, feed_forward_proj="gated-gelu"))
    transformer = FluxTransformer2DModel(num_layers=2, num_single_layers=3, attention_head_dim=32, num_attention_heads=1, joint_attention_dim=32,
                                         pooled_projection_dim=64, guidance_embeds=True, axes_dims_rope=(4, 14, 14))
    vae = vae_of_16_channels((8, 8), norm_num_groups=4)
    move_off_ones_and_zeros((clip, t5, transformer, vae), times(LARGER))
    scheduler = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=3.0, use_dynamic_shifting=True)
    pipeline = FluxPipeline(scheduler=as_saved(scheduler), vae=vae.eval(), text_encoder=clip.eval(), tokenizer=clip_tokenizer,
                            text_encoder_2=t5.eval(), tokenizer_2=t5_tokenizer(), transformer=transformer.eval())
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def changed_network(network, change=lambda key, tensor: tensor, **config):
    """The same weights in a network of another configuration."""
    made = FluxTransformer2DModel.from_config(dict(network.config) | config)
    state = network.state_dict()
    made.load_state_dict({key: change(key, state[key]) for key in made.state_dict()})
    return made.eval()


def schnell_of(pipeline):
    scheduler = as_saved(FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=1.0))
    network = changed_network(pipeline.transformer, guidance_embeds=False)
    made = FluxPipeline(**dict(pipeline.components) | dict(transformer=network, scheduler=scheduler))
    made.set_progress_bar_config(disable=True)
    return made


def draw(pipeline, spec):
    return drawn(pipeline, spec, prompt_2=spec["prompts_2"], negative_prompt=spec["negative_prompts"],
                 negative_prompt_2=spec["negative_prompts_2"], true_cfg_scale=spec["true_cfg_scale"])


def record_networks(pipeline, tensors):
    network = pipeline.transformer
    for number, prompt in enumerate(TWO_PROMPTS):
        tensors[f"ids.{number}"] = torch.tensor(pipeline.tokenizer_2(prompt).input_ids)
    states, pooled, text_ids = pipeline.encode_prompt(TWO_PROMPTS)
    tensors["states"], tensors["pooled"] = states[:, ::16], pooled
    x = torch.randn((2, 16, 10, 12), generator=torch.Generator("cpu").manual_seed(7))
    tensors["x"] = x
    hooks = []

    def keep(key):
        def hook(module, inputs, output):
            if key.startswith("transformer_blocks"):
                tensors["text." + key] = output[0][:, ::16].clone()
            tensors["block." + key] = output[1].clone()
        return hook
    for group in ("transformer_blocks", "single_transformer_blocks"):
        for number, block in enumerate(getattr(network, group)):
            hooks.append(block.register_forward_hook(keep(f"{group}.{number}")))
    hooks.append(network.time_text_embed.register_forward_hook(lambda module, inputs, output: tensors.update(temb=output)))

    def through(network, x=x):
        out = network(pipeline._pack_latents(x, 2, x.shape[1], 10, 12), states, pooled, torch.tensor([0.7, 0.7]),
                      pipeline._prepare_latent_image_ids(2, 5, 6, "cpu", x.dtype), text_ids, torch.tensor([3.5, 2.0]), return_dict=False)[0]
        return pipeline._unpack_latents(out, 20, 24, pipeline.vae_scale_factor)
    tensors["transformer"] = through(network)
    for hook in hooks:
        hook.remove()
    # The same with two heads, which share the first half of the weights of their norms.
    tensors["two_heads"] = through(changed_network(network, lambda key, tensor: tensor[:16] if ".attn.norm_" in key else tensor,
                                                   num_attention_heads=2, attention_head_dim=16, axes_dims_rope=(4, 6, 6)))
    tensors["no_double"] = through(changed_network(network, num_layers=0))
    tensors["no_single"] = through(changed_network(network, num_single_layers=0))
    # And with latents of the first four channels.
    fewer = {"x_embedder.weight": (slice(None), slice(16)), "proj_out.weight": slice(16), "proj_out.bias": slice(16)}
    tensors["four_channels"] = through(changed_network(network, lambda key, tensor: tensor[fewer.get(key, ...)], in_channels=16,
                                                       _use_default_values=[]), x[:, :4])
    config = pipeline.vae.config
    tensors["vae"] = pipeline.vae.decode(x / config.scaling_factor + config.shift_factor).sample


def lora_modules(pipeline):
    """The original names of layers of each kind, with diffusers' of what they consist of there."""
    for number in range(len(pipeline.transformer.transformer_blocks)):
        block, to = f"double_blocks.{number}", f"transformer_blocks.{number}"
        yield block + ".img_attn.qkv", [f"{to}.attn.to_{part}" for part in "qkv"]
        yield block + ".txt_attn.qkv", [f"{to}.attn.add_{part}_proj" for part in "qkv"]
        yield from ((f"{block}.{own}", [f"{to}.{today}"]) for own, today in (
            ("img_attn.proj", "attn.to_out.0"), ("txt_attn.proj", "attn.to_add_out"), ("img_mlp.0", "ff.net.0.proj"),
            ("img_mlp.2", "ff.net.2"), ("txt_mlp.0", "ff_context.net.0.proj"), ("txt_mlp.2", "ff_context.net.2"),
            ("img_mod.lin", "norm1.linear"), ("txt_mod.lin", "norm1_context.linear")))
    for number in range(len(pipeline.transformer.single_transformer_blocks)):
        block, to = f"single_blocks.{number}", f"single_transformer_blocks.{number}"
        yield block + ".linear1", [*[f"{to}.attn.to_{part}" for part in "qkv"], to + ".proj_mlp"]
        yield block + ".linear2", [to + ".proj_out"]
        yield block + ".modulation.lin", [to + ".norm.linear"]


# What diffusers drops unless it has its own names.
OUTSIDE = ["x_embedder", "context_embedder", "norm_out.linear", "proj_out", "time_text_embed.timestep_embedder.linear_1",
           "time_text_embed.guidance_embedder.linear_2", "time_text_embed.text_embedder.linear_1"]
# What xlabs' trainers change, of linear1 the rows before the mlp's.
XLABS = {"img_attn.qkv": "qkv_lora1", "txt_attn.qkv": "qkv_lora2", "img_attn.proj": "proj_lora1", "txt_attn.proj": "proj_lora2",
         "linear1": "qkv_lora", "linear2": "proj_lora"}
HALVES = {"transformer": ("lora_A", "lora_B"), "diffusion_model": ("lora_A", "lora_B"), "kohya": ("lora_down", "lora_up"), "xlabs": ("down", "up")}


def loras(pipeline):
    """One in the names of diffusers, ComfyUI, kohya and xlabs, as much as diffusers reads under them, and the same under its own."""
    generator, forms, same = torch.Generator("cpu").manual_seed(3), {form: {} for form in HALVES}, {form: {} for form in HALVES}

    def add(component, modules, **names):
        own = [component.get_submodule(module.removeprefix("text_model.")) for module in modules]
        prefix, rows = "text_encoder." if component is pipeline.text_encoder else "transformer.", [module.out_features for module in own]
        down = 0.3 * torch.randn(3, own[0].in_features, generator=generator).half()
        up = 0.3 * torch.randn(sum(rows), 3, generator=generator).half()
        parts = [{f"{prefix}{module}.lora_A.weight": down.clone(), f"{prefix}{module}.lora_B.weight": part.clone()}
                 for module, part in zip(modules, up.split(rows))]
        for form, name in {"transformer": None, **names}.items():
            used = parts[:3] if form == "xlabs" else parts
            for part in used:
                same[form].update(part)
            if name:
                halves = (down * (2 if form == "kohya" else 1), up[:sum(rows[:len(used)])].clone())
                forms[form].update({f"{name}.{half}.weight": value for half, value in zip(HALVES[form], halves)})
            if form == "kohya":
                forms[form][name + ".alpha"] = torch.tensor(1.5)

    for original, modules in lora_modules(pipeline):
        group, number, kind = original.split(".", 2)
        xlabs = dict(xlabs=f"{group}.{number}.processor.{XLABS[kind]}") if kind in XLABS else {}
        add(pipeline.transformer, modules, diffusion_model="diffusion_model." + original, kohya="lora_unet_" + original.replace(".", "_"), **xlabs)
    for module in OUTSIDE:
        add(pipeline.transformer, [module])
    for name, module in pipeline.text_encoder.named_modules():
        if isinstance(module, torch.nn.Linear):
            add(pipeline.text_encoder, ["text_model." + name], kohya="lora_te1_text_model_" + name.replace(".", "_"))
    forms["transformer"] = same["transformer"]
    return forms, same


def tell_diffusers_width(width):
    """Its reader of kohya's names has that of the published models written into it."""
    source = inspect.getsource(lora_conversion_utils._convert_kohya_flux_lora_to_diffusers)
    published, own = "dims=[3072, 3072, 3072, 12288]", f"dims=[{width}, {width}, {width}, {4 * width}]"
    assert source.count(published) == 1
    exec(source.replace(published, own), vars(lora_conversion_utils))
    lora_pipeline._convert_kohya_flux_lora_to_diffusers = lora_conversion_utils._convert_kohya_flux_lora_to_diffusers


def draw_with_lora(pipeline, tensors, form="transformer"):
    if form == "diffusion_model":  # which diffusers reads of FLUX.1 with kohya's names of the halves only
        tensors = {key.replace("lora_A", "lora_down").replace("lora_B", "lora_up"): value for key, value in tensors.items()}
    return with_lora(pipeline, tensors, lambda: draw(pipeline, DEV[0]))


def difference(a, b):
    """The largest of two pictures', of 255."""
    return (a.int() - b.int()).abs().max().item()


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    pipeline, tensors = build(), {}
    record_networks(pipeline, tensors)
    for kind, drawn_by, specs in (("dev", pipeline, DEV), ("schnell", schnell_of(pipeline), SCHNELL)):
        tensors.update(draw_all(lambda spec: draw(drawn_by, spec), specs, kind))
    assert tensors["dev.8"].equal(tensors["dev.1"])
    plain = draw(pipeline, image(["a dog"]))
    for changed in (dict(guidance=1.5), dict(prompts=["an owl"], prompts_2=["a dog"]), dict(prompts_2=["an owl"])):
        print(changed, difference(plain, draw(pipeline, image(**dict(prompts=["a dog"]) | changed))))
    tell_diffusers_width(pipeline.transformer.inner_dim)
    forms, same = loras(pipeline)
    for form, weights in forms.items():
        tensors[f"lora.{form}"] = made = draw_with_lora(pipeline, weights, form)
        apart = difference(made, draw_with_lora(pipeline, same[form]))
        print("lora", form, difference(made, tensors["dev.0"]), apart)
        assert apart <= 2
        save_file(weights, DATA / "lora" / f"flux_1_{form}.safetensors")
    save("flux_1", pipeline, tensors, dict(dev=DEV, schnell=SCHNELL))


if __name__ == "__main__":
    sys.exit(main())
