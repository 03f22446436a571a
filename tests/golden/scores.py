"""What transformers says of texts with the models of language_models.py: data/language_models/scores.json.

For each model the log-likelihoods of texts, and of labels as continuations of a prompt, each alone at batch size 1:
log_softmax of the logits in float32, gathered at the next tokens. "long" is a text of more tokens than the model has
positions, with a copy of its config that allows them.

    python tests/golden/scores.py   (versions: requirements.txt)
"""

import json

import tokenizers
import torch
import transformers

from language_models import DATA, LONG, MODELS, PROMPTS

LONG_POSITIONS = 800
# Their rotary embeddings do not depend on that number.
LONG_MODELS = ["llama", "mistral", "qwen3", "smollm3", "gemma2", "gemma3", "phi"]
TEXTS = [*PROMPTS, LONG[:120], LONG[:330], "a b", "The cat<|endoftext|> sat"]
LABELS = [("The cat sat on the", ["mat", "sea", "window"]), ("Is it raining? ", ["yes", "no"]),
          ("", ["the cat", "a dog"]), ("القطة", ["تجلس على النافذة", "البحر"]), ("猫坐在", ["窗边", "é"]),
          ("Who goes there?\n", ["me", "it's only me, she said"]), ("x", ["only one"]), (LONG[:200], ["gold", "grey"])]


def log_probabilities(model, ids):
    logits = model(torch.tensor([ids])).logits[0, :-1].float()
    return logits.log_softmax(-1).gather(1, torch.tensor(ids[1:])[:, None])[:, 0].double()


def label_ids(tokens, prompt, label):
    before, both = tokens.encode(prompt).ids, tokens.encode(f"{prompt} {label}").ids
    if both[:len(before)] == before:
        return both[len(before):]
    return tokens.encode(f" {label}", add_special_tokens=False).ids


def scored(model, tokens, prompt):
    found = log_probabilities(model, tokens.encode(prompt).ids)
    return {"prompt": prompt, "tokens": len(found), "sum": found.sum().item()}


def labelled(model, tokens, prompt, labels):
    sums, means = {}, {}
    for label in labels:
        ids = label_ids(tokens, prompt, label)
        before = tokens.encode(prompt).ids or [model.config.get_text_config().bos_token_id]
        found = log_probabilities(model, before + ids)[-len(ids):]
        sums[label], means[label] = found.sum().item(), found.mean().item()
    return {"prompt": prompt, "labels": labels, "label": max(labels, key=sums.get), "sums": sums, "means": means}


def scores_of(name):
    model = MODELS[name][1].from_pretrained(DATA / name, dtype=torch.float32).eval()
    tokens = tokenizers.Tokenizer.from_file(str(DATA / name / "tokenizer.json"))
    made = {"texts": [scored(model, tokens, text) for text in TEXTS],
            "labelled": [labelled(model, tokens, *each) for each in LABELS]}
    if name in LONG_MODELS:
        config = transformers.AutoConfig.from_pretrained(DATA / name, max_position_embeddings=LONG_POSITIONS)
        model = MODELS[name][1].from_pretrained(DATA / name, config=config, dtype=torch.float32).eval()
        made["long"] = scored(model, tokens, LONG)
        made["long_labelled"] = labelled(model, tokens, LONG, ["the cat sat", "rain"])
    return made


if __name__ == "__main__":
    torch.set_num_threads(1)
    with torch.no_grad():
        scores = {name: scores_of(name) for name in MODELS}
    written = {"source": f"transformers {transformers.__version__}", "positions": LONG_POSITIONS, "models": scores}
    lines = json.dumps(written, ensure_ascii=False, separators=(",", ":")).replace('{"prompt"', '\n{"prompt"')
    (DATA / "scores.json").write_text(lines + "\n")
    for name, of in scores.items():
        print(name, [row["label"] for row in of["labelled"]], of.get("long", {}).get("tokens"))
