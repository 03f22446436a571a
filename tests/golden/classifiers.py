"""Small random classifiers and masked language models, and what transformers makes of texts: data/classifiers/.

Each model is a folder as transformers saves it. Beside it, NAME.json holds for each text its ids and the logits at batch
size 1, or the five best tokens for each mask. Weights are float16, computed with in float32.
"""

import json
import pathlib
import sys

import tokenizers
import torch
import transformers
from tokenizers import normalizers, pre_tokenizers, processors

from language_models import LONG, PROMPTS, WORDS, common, randomise, tokenizer

DATA = pathlib.Path(__file__).parent / "data" / "classifiers"

GPT2 = dict(n_embd=64, n_layer=3, n_head=4, n_inner=128, n_positions=256)
BERT = dict(vocab_size=400, hidden_size=64, num_hidden_layers=3, num_attention_heads=4, intermediate_size=96,
            max_position_embeddings=128, pad_token_id=0)
MOODS = {"id2label": {0: "sad", 1: "calm", 2: "glad"}, "label2id": {"sad": 0, "calm": 1, "glad": 2}}
TOPICS = {"id2label": {i: name for i, name in enumerate(["sea", "rain", "cats", "dogs"])},
          "label2id": {name: i for i, name in enumerate(["sea", "rain", "cats", "dogs"])}}
PAIRS = [("The cat sat", "on the mat."), ("It's only me", "who goes there?"), ("猫坐在窗边", "看雨"), ("a", "b")]
MASKED = ["The [MASK] sat on the mat.", "A dog [MASK] over the [MASK] to the sea", "[MASK]", "القطة [MASK] على النافذة"]

MODELS = {
    "gpt2": (transformers.GPT2Config, transformers.GPT2ForSequenceClassification, common(**GPT2, **MOODS)),
    "gpt2_padded": (transformers.GPT2Config, transformers.GPT2ForSequenceClassification,
                    common(**GPT2) | {"pad_token_id": 0}),
    "bert": (transformers.BertConfig, transformers.BertForSequenceClassification, BERT | MOODS),
    "bert_topics": (transformers.BertConfig, transformers.BertForSequenceClassification,
                    BERT | TOPICS | {"problem_type": "multi_label_classification"}),
    "bert_masked": (transformers.BertConfig, transformers.BertForMaskedLM, BERT),
}


def word_pieces():
    made = tokenizers.Tokenizer(tokenizers.models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = tokenizers.decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = tokenizers.trainers.WordPieceTrainer(vocab_size=400, special_tokens=special, show_progress=False)
    made.train_from_iterator(WORDS.splitlines() * 3, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return made


def inputs_of(name, tokens, prompt, pair):
    encoded = tokens.encode(prompt, pair)
    inputs = {"input_ids": torch.tensor([encoded.ids])}
    if name.startswith("bert"):
        inputs["token_type_ids"] = torch.tensor([encoded.type_ids])
    return inputs


def labelled(model, inputs):
    logits = model(**inputs).logits[0]
    several = model.config.problem_type == "multi_label_classification"
    probabilities = logits.sigmoid() if several else logits.softmax(-1)
    return {"label": model.config.id2label[logits.argmax().item()], "logits": logits.tolist(),
            "probabilities": probabilities.tolist()}


def filled(model, tokens, inputs):
    ids = inputs["input_ids"][0].clone()
    places = (ids == tokens.token_to_id("[MASK]")).nonzero()[:, 0]
    best = model(**inputs).logits[0, places].softmax(-1).topk(5)
    ids[places] = best.indices[:, 0]
    masks = [{"tokens": [tokens.decode([i], skip_special_tokens=False) for i in row], "probabilities": values}
             for row, values in zip(best.indices.tolist(), best.values.tolist())]
    return {"text": tokens.decode(ids.tolist(), skip_special_tokens=True), "masks": masks}


def make(name):
    config_class, model_class, config = MODELS[name]
    bert = name.startswith("bert")
    tokens = word_pieces() if bert else tokenizer(begin=False)
    if bert:
        config = config | {"vocab_size": tokens.get_vocab_size()}
    model = model_class(config_class(**config)).eval()
    randomise(model, torch.Generator().manual_seed(100 + sorted(MODELS).index(name)))
    folder = DATA / name
    folder.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(folder)
    tokens.save(str(folder / "tokenizer.json"), pretty=False)

    model = model_class.from_pretrained(folder, dtype=torch.float32).eval()
    texts = [(text, None) for text in (MASKED if name == "bert_masked" else [*PROMPTS, LONG[:120]])]
    if name.startswith("gpt2"):
        texts += [("The cat<|endoftext|>", None), ("<|endoftext|><|endoftext|>", None)]
    elif name != "bert_masked":
        texts += PAIRS
    rows = []
    with torch.no_grad():
        for prompt, pair in texts:
            inputs = inputs_of(name, tokens, prompt, pair)
            result = filled(model, tokens, inputs) if name == "bert_masked" else labelled(model, inputs)
            rows.append({"prompt": prompt} | ({"text_pair": pair} if pair else {}) |
                        {"prompt_tokens": inputs["input_ids"].shape[1]} | result)
    written = {"source": f"transformers {transformers.__version__}", "rows": rows}
    lines = json.dumps(written, ensure_ascii=False, separators=(",", ":")).replace('{"prompt"', '\n{"prompt"')
    (DATA / f"{name}.json").write_text(lines + "\n")
    print(name, [row.get("label", row.get("text")) for row in rows])


if __name__ == "__main__":
    torch.set_num_threads(1)
    for chosen in sys.argv[1:] or MODELS:
        make(chosen)
