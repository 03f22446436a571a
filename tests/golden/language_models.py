"""Small random language models, and what transformers makes with them: data/language_models/.

Each model is a folder as transformers saves it, with a small byte-level BPE tokenizer of its own. Beside it, NAME.json holds
texts of generate() at batch size 1, greedy and sampled, and NAME.safetensors the logits after beginnings of a long text.
Weights are float16, computed with in float32.

    python tests/golden/language_models.py [NAME…]   (versions: requirements.txt)

rope_cases.json and sampling_cases.json, which are only read: frequencies of every kind of rotary embedding, and what is
kept and drawn under nine settings, by the same version of transformers.
"""

import json
import pathlib
import sys

import tokenizers
import torch
import transformers
from safetensors.torch import save_file

DATA = pathlib.Path(__file__).parent / "data" / "language_models"

WORDS = """The cat sat on the mat and looked at the rain. A dog ran over the hill to the sea, where the boats come in.
In the morning the light is grey; in the evening it is gold. Who goes there? It's only me, she said, and we'll be home soon.
Numbers: 1 2 3 10 42 100 2024 3.14159. def add(a, b): return a + b
Le chat est assis près de la fenêtre et regarde la pluie. Der Hund läuft über den Hügel zum Meer.
Кошка сидит на окне и смотрит на дождь. Собака бежит к морю.
القطة تجلس على النافذة وتنظر إلى المطر. الكلب يركض إلى البحر.
猫坐在窗边看雨。狗跑过山坡到海边。 猫は窓辺で雨を見ている。
"""
PROMPTS = ["The cat", "Who goes there?", "Кошка сидит на", "القطة تجلس", "猫坐在窗边", "def add(a, b):", "☃ 😀"]
LONG = " ".join(WORDS.split()) * 2
LENGTHS = [1, 2, 15, 16, 17, 33, 64, 100, 200, 256]


def tokenizer(begin):
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<|endoftext|>", "<|end|>", "<|begin|>"], show_progress=False,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet())
    made.train_from_iterator(WORDS.splitlines() * 3, trainer)
    if begin:
        made.post_processor = tokenizers.processors.TemplateProcessing(
            single="<|begin|> $A", special_tokens=[("<|begin|>", 2)])
    return made


def randomise(model, generator):
    """Else a random model repeats one token: embeddings of deviation 1, or less if they are the head as well, and
    matrices of 1.6 / sqrt(inputs). Gemma scales its embeddings, and its norms by 1 more than their weights."""
    gemma = model.config.model_type.startswith("gemma")
    embedding = 0.05 if gemma else 0.4 if model.config.tie_word_embeddings else 1
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if any(part in name for part in ("wte", "embed_tokens", "word_embeddings")):
            value = embedding * noise
        elif "wpe" in name:
            value = 0.3 * noise
        elif parameter.dim() == 1:
            norm = "weight" in name and not gemma and ("norm" in name.lower() or "ln_" in name)
            value = norm + (6 if gemma and name == "model.norm.weight" else 0) + 0.1 * noise
        else:
            inputs = parameter.shape[0] if "c_" in name else parameter.shape[1]
            value = 1.6 / inputs**0.5 * noise
        parameter.data.copy_(value)


def common(**more):
    return {"vocab_size": 400, "bos_token_id": 2, "eos_token_id": 0, "pad_token_id": None, **more}


def llama_like(**more):
    return common(hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4,
                  num_key_value_heads=2, max_position_embeddings=256, **more)


def reads_pictures(vision, tie_word_embeddings=False, **text):
    """Of these only the half that reads texts is computed with."""
    ids = {f"{name}_token_id": 399 for name in ("image", "video", "vision_start", "vision_end")}
    return ids | dict(tie_word_embeddings=tie_word_embeddings, vision_config=vision, text_config=llama_like(
        tie_word_embeddings=tie_word_embeddings, **text) | dict(hidden_size=32, intermediate_size=48))


MODELS = {
    "gpt2": (transformers.GPT2Config, transformers.GPT2LMHeadModel,
             common(n_embd=64, n_layer=3, n_head=4, n_inner=128, n_positions=256), {"eos_token_id": [0, 1]}),
    "llama": (transformers.LlamaConfig, transformers.LlamaForCausalLM,
              llama_like(tie_word_embeddings=False, rope_parameters={
                  "rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
                  "high_freq_factor": 4.0, "original_max_position_embeddings": 32}),
              {"eos_token_id": [0, 1], "do_sample": True, "temperature": 0.6, "top_p": 0.9}),
    "mistral": (transformers.MistralConfig, transformers.MistralForCausalLM,
                llama_like(tie_word_embeddings=False, sliding_window=24), {"eos_token_id": 1}),
    "qwen2": (transformers.Qwen2Config, transformers.Qwen2ForCausalLM,
              llama_like(tie_word_embeddings=True, use_sliding_window=True, sliding_window=20, max_window_layers=1,
                         rope_parameters={"rope_type": "yarn", "rope_theta": 1000000.0, "factor": 4.0,
                                          "original_max_position_embeddings": 64}),
              {"eos_token_id": [1, 0], "repetition_penalty": 1.05, "do_sample": True, "temperature": 0.7,
               "top_p": 0.8, "top_k": 20}),
    "qwen3": (transformers.Qwen3Config, transformers.Qwen3ForCausalLM,
              llama_like(tie_word_embeddings=True, head_dim=32), {"eos_token_id": [1, 0]}),
    "smollm3": (transformers.SmolLM3Config, transformers.SmolLM3ForCausalLM,
                llama_like(tie_word_embeddings=True, attention_bias=True, mlp_bias=True, no_rope_layer_interval=2),
                {"eos_token_id": [1, 0]}),
    "phi3": (transformers.Phi3Config, transformers.Phi3ForCausalLM,
             llama_like(tie_word_embeddings=False, sliding_window=24, original_max_position_embeddings=70,
                        rope_parameters={"rope_type": "longrope", "rope_theta": 10000.0, "partial_rotary_factor": 0.75,
                                         "short_factor": [1.0, 1.05, 1.1, 1.2, 1.3, 1.5],
                                         "long_factor": [1.0, 1.3, 2.0, 3.1, 4.7, 6.0]}),
             {"eos_token_id": [1, 0]}),
    "gemma2": (transformers.Gemma2Config, transformers.Gemma2ForCausalLM,
               llama_like(tie_word_embeddings=True, head_dim=24, query_pre_attn_scalar=20, sliding_window=20,
                          attn_logit_softcapping=2.0, final_logit_softcapping=8.0), {"eos_token_id": [1, 0]}),
    "gemma3": (transformers.Gemma3TextConfig, transformers.Gemma3ForCausalLM,
               llama_like(tie_word_embeddings=True, head_dim=32, query_pre_attn_scalar=20, sliding_window=20,
                          sliding_window_pattern=3, final_logit_softcapping=12.0, rope_parameters={
                              "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
                              "full_attention": {"rope_type": "linear", "rope_theta": 1000000.0, "factor": 8.0}}),
               {"eos_token_id": [1, 0]}),
    "phi": (transformers.PhiConfig, transformers.PhiForCausalLM,
            llama_like(tie_word_embeddings=False, qk_layernorm=True, partial_rotary_factor=0.5),
            {"eos_token_id": [1, 0]}),
    "qwen2_5_vl": (transformers.Qwen2_5_VLConfig, transformers.Qwen2_5_VLForConditionalGeneration,
                   reads_pictures(dict(depth=1, hidden_size=16, intermediate_size=16, num_heads=2, patch_size=2,
                                       out_hidden_size=32, fullatt_block_indexes=[0]),
                                  rope_parameters={"rope_type": "default", "rope_theta": 1000000.0,
                                                   "mrope_section": [1, 1, 2]}), {"eos_token_id": [1, 0]}),
    "qwen3_vl": (transformers.Qwen3VLConfig, transformers.Qwen3VLForConditionalGeneration,
                 reads_pictures(dict(depth=1, hidden_size=16, intermediate_size=16, num_heads=2, patch_size=2,
                                     out_hidden_size=32, num_position_embeddings=4, deepstack_visual_indexes=[0]),
                                tie_word_embeddings=True, head_dim=16,
                                rope_parameters={"rope_type": "default", "rope_theta": 5000000.0,
                                                 "mrope_section": [4, 2, 2], "mrope_interleaved": True}),
                 {"eos_token_id": [1, 0]}),
}

GREEDY = {"do_sample": False}
SETTINGS = [
    GREEDY,
    GREEDY | {"repetition_penalty": 1.3},
    GREEDY | {"no_repeat_ngram_size": 2, "min_new_tokens": 20},
    {"do_sample": True},
    {"do_sample": True, "temperature": 0.7, "top_k": 20},
    {"do_sample": True, "temperature": 1.3, "top_k": 50, "top_p": 0.9, "min_p": 0.02, "repetition_penalty": 1.1},
    {"do_sample": True, "top_p": 0.8},
]
DEFAULTS = {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "repetition_penalty": 1.0, "no_repeat_ngram_size": 0,
            "min_new_tokens": 0}


def generated(model, tokens, ids, seed, max_new_tokens, settings):
    given = DEFAULTS | settings
    if not given["do_sample"]:
        given = {k: v for k, v in given.items() if k not in ("temperature", "top_k", "top_p", "min_p")}
    torch.manual_seed(seed)
    inputs = torch.tensor([ids])
    all_ids = model.generate(inputs, attention_mask=torch.ones_like(inputs), max_new_tokens=max_new_tokens, **given)
    new = all_ids[0, len(ids):].tolist()
    return {"ids": new, "text": tokens.decode(new, skip_special_tokens=True)}


def let_texts_end(model, tokens, last):
    """The row of the end is 1.05 times that of a token to which the model comes."""
    ids = tokens.encode(PROMPTS[0]).ids
    new = generated(model, tokens, ids, 0, 40, GREEDY | {"min_new_tokens": 20})["ids"]
    head = model.lm_head.weight.data
    head[last] = 1.05 * head[new[12]]


def make(name):
    config_class, model_class, config, generation = MODELS[name]
    tokens = tokenizer(begin=name in ("llama", "mistral"))
    generator = torch.Generator().manual_seed(list(MODELS).index(name))  # so new ones belong at the end
    model = model_class(config_class(**config)).eval()
    randomise(model, generator)
    eos = generation["eos_token_id"]
    eos = eos if isinstance(eos, list) else [eos]
    model.generation_config = transformers.GenerationConfig(**generation, bos_token_id=2)
    let_texts_end(model, tokens, eos[-1])
    folder = DATA / name
    folder.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(folder)
    tokens.save(str(folder / "tokenizer.json"), pretty=False)
    tokenizer_config = {"tokenizer_class": "PreTrainedTokenizerFast"}
    if name == "llama":
        tokenizer_config["chat_template"] = "{{ messages[0].content }}"
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config) + "\n")

    model = model_class.from_pretrained(folder, dtype=torch.float32).eval()
    ends = {}
    texts = []
    for seed, prompt in enumerate(PROMPTS):
        ids = tokens.encode(prompt).ids
        for settings in SETTINGS:
            made = generated(model, tokens, ids, seed, 40, settings)
            finish = "eos" if made["ids"][-1] in eos else "length"
            ends[finish] = ends.get(finish, 0) + 1
            texts.append({"prompt": prompt, "seed": seed, "max_new_tokens": 40} | settings |
                         {"prompt_tokens": len(ids), "new_tokens": len(made["ids"]), "finish": finish,
                          "text": made["text"]})
    long_ids = tokens.encode(LONG).ids
    made = generated(model, tokens, long_ids[:180], 0, 60, GREEDY | {"min_new_tokens": 60})
    long_text = {"prompt_ids": long_ids[:180], "ids": made["ids"]}
    written = {"source": f"transformers {transformers.__version__}", "lengths": LENGTHS, "long": long_text}
    original = getattr(model.config, "original_max_position_embeddings", None)
    if original:  # a text that comes to need the long factors while it is made
        crossing = generated(model, tokens, long_ids[:original - 20], 0, 60, GREEDY | {"min_new_tokens": 60})
        written["crossing"] = {"prompt_ids": long_ids[:original - 20], "ids": crossing["ids"]}
    with torch.no_grad():
        logits = torch.stack([model(torch.tensor([long_ids[:n]])).logits[0, -1] for n in LENGTHS])
    save_file({"logits": logits, "ids": torch.tensor(long_ids[:256])}, DATA / f"{name}.safetensors")
    written["texts"] = texts
    (DATA / f"{name}.json").write_text(json.dumps(written, ensure_ascii=False, separators=(",", ":")).replace('{"prompt"', '\n{"prompt"') + "\n")
    print(name, ends, len(long_ids), len(set(made['ids'])), 'of', len(made['ids']))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for chosen in sys.argv[1:] or MODELS:
        make(chosen)
