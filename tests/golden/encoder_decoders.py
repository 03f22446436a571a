"""Small random T5 models, and what transformers makes with them: data/language_models/t5*.

As language_models.py, in whose folder and form they are. The logits are those of every token of a given text, for each of
several prompts.

    python tests/golden/encoder_decoders.py [NAME…]   (versions: requirements.txt)
"""

import json
import sys

import tokenizers
import torch
import transformers
from language_models import DATA, DEFAULTS, GREEDY, LONG, PROMPTS, SETTINGS, tokenizer
from safetensors.torch import save_file


def config(**more):
    return transformers.T5Config(vocab_size=400, d_model=64, d_ff=96, num_heads=4, bos_token_id=None, eos_token_id=1,
                                 pad_token_id=0, decoder_start_token_id=0, **more)


# One as T5 1.0 is and one as T5 1.1 and Flan-T5 are; more layers on one side or the other.
MODELS = {
    "t5": (config(d_kv=24, num_layers=2, num_decoder_layers=3, feed_forward_proj="relu"), True),
    "t5_gated": (config(d_kv=16, num_layers=3, num_decoder_layers=2, feed_forward_proj="gated-gelu",
                        relative_attention_num_buckets=16, relative_attention_max_distance=40,
                        tie_word_embeddings=False), False),
}


def randomise(model, generator):
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if "relative_attention_bias" in name:
            value = 1.5 * noise
        elif "shared" in name:
            value = noise
        elif parameter.dim() == 1:
            value = 1 + 0.1 * noise
        else:
            value = 1.6 / parameter.shape[1]**0.5 * noise
            if name.endswith("Attention.q.weight"):
                value = value / model.config.d_kv**0.5
        parameter.data.copy_(value)


def generated(model, tokens, ids, seed, settings):
    given = DEFAULTS | settings
    if not given["do_sample"]:
        given = {k: v for k, v in given.items() if k not in ("temperature", "top_k", "top_p", "min_p")}
    torch.manual_seed(seed)
    # With a cache, generate() fails if there are more layers in the decoder.
    made = model.generate(torch.tensor([ids]), max_new_tokens=40, use_cache=False, **given)[0, 1:].tolist()
    return {"ids": made, "text": tokens.decode(made, skip_special_tokens=True)}


def make(name):
    settings, tied = MODELS[name]
    tokens = tokenizer(begin=False)
    tokens.post_processor = tokenizers.processors.TemplateProcessing(single="$A <|end|>",
                                                                     special_tokens=[("<|end|>", 1)])
    model = transformers.T5ForConditionalGeneration(settings).eval()
    if not tied:
        model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.data.clone())
    randomise(model, torch.Generator().manual_seed(len(name)))
    # Some texts are to end: see language_models.py.
    first = generated(model, tokens, tokens.encode(PROMPTS[0]).ids, 0, GREEDY | {"min_new_tokens": 20})["ids"]
    model.lm_head.weight.data[1] = 1.05 * model.lm_head.weight.data[first[12]]
    folder = DATA / name
    folder.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(folder)
    tokens.save(str(folder / "tokenizer.json"), pretty=False)

    model = transformers.T5ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    assert (model.lm_head.weight.data_ptr() == model.shared.weight.data_ptr()) == tied
    texts, ends = [], {}
    for seed, prompt in enumerate(PROMPTS):
        ids = tokens.encode(prompt).ids
        for given in SETTINGS:
            made = generated(model, tokens, ids, seed, given)
            finish = "eos" if made["ids"][-1] == 1 else "length"
            ends[finish] = ends.get(finish, 0) + 1
            texts.append({"prompt": prompt, "seed": seed, "max_new_tokens": 40} | given |
                         {"prompt_tokens": len(ids), "new_tokens": len(made["ids"]), "finish": finish,
                          "text": made["text"]})
    long_ids = tokens.encode(LONG, add_special_tokens=False).ids
    lengths = [1, 7, 64, 129, 250]
    text = [0] + long_ids[40:210]
    with torch.no_grad():
        logits = [model(input_ids=torch.tensor([long_ids[:n]]), decoder_input_ids=torch.tensor([text])).logits[0, ::17]
                  for n in lengths]
    save_file({"logits": torch.stack(logits).contiguous(), "ids": torch.tensor(long_ids[:250]), "text": torch.tensor(text)},
              DATA / f"{name}.safetensors")
    written = {"source": f"transformers {transformers.__version__}", "lengths": lengths, "every": 17, "texts": texts}
    (DATA / f"{name}.json").write_text(
        json.dumps(written, ensure_ascii=False, separators=(",", ":")).replace('{"prompt"', '\n{"prompt"') + "\n")
    print(name, ends, sorted(len(set(t["text"])) for t in texts)[:5], json.loads((folder / "config.json").read_text()))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for chosen in sys.argv[1:] or MODELS:
        make(chosen)
