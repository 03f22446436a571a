"""Trains the starter language model again, from the words in english.txt and arabic.txt, into a transformers folder.

    pip install -r tests/golden/requirements.txt
    python resources/starter_text/train.py OUT [--steps 4000] [--batch 64]

A tool: Fanlight itself needs no Python. On one core it takes about 20 minutes. With the same versions on the same kind of processor it
writes the same weights, having one thread and one seed. Stages: a byte-level BPE tokenizer, which ends each prompt with a token of its own, then
a Llama from scratch, which learns only the answers (lessons.py), then the figures for README.md: how many answers on subjects that
training never saw name them. These subjects are the lists "kept out" of both files.
"""
import argparse
import math
import pathlib
import random
import re

import torch
import torch.nn.functional as F
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from lessons import Arabic, English

END, ANSWER = "<|endoftext|>", "<|answer|>"
VOCABULARY, CONTEXT = 1536, 256
LANGUAGES = (English(), Arabic())
KEPT_OUT = [[subject.rstrip("*") for subject in language.kept_out] for language in LANGUAGES]
KEPT_OUT_WORDS = re.compile(rf"(?<!\w)(ال)?({'|'.join(sum(KEPT_OUT, []))})(?!\w)", re.IGNORECASE)


def lesson(pieces):
    """A prompt and its answer, without any subject that is kept out, not even one made up by chance."""
    language = random.choices((0, 1), (0.6, 0.4))[0]
    while True:
        prompt, answer = LANGUAGES[language].pair(random, pieces[language])
        if not KEPT_OUT_WORDS.search(answer):
            return prompt, answer


def train_tokenizer():
    """Words begin with a blank, the first one, too, so that a subject has the same tokens in prompt and answer."""
    bpe = Tokenizer(models.BPE())
    bpe.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()])
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    bpe.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Strip(" ", 1, 0)])
    letters = [list("abcdefghijklmnopqrstuvwxyz"), list("ابتثجحخدذرزسشصضطظعغفقكلمنهويأ")]
    texts = [text for _ in range(20000) for text in lesson(letters)]
    bpe.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=[END, ANSWER], show_progress=False,
                                                       initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    bpe.post_processor = processors.TemplateProcessing(f"$A {ANSWER}", f"$A {ANSWER} $B", [(ANSWER, bpe.token_to_id(ANSWER))])
    return bpe


def pieces_of(tokenizer):
    """The vocabulary's tokens of small letters, per language."""
    tokens = [tokenizer.decode([id]) for id in range(2, VOCABULARY)]
    return [[token for token in tokens if re.fullmatch(pattern, token)] for pattern in ("[a-z]+", "[ء-ي]+")]


def batches(tokenizer, size, seen):
    """Batches of (ids, labels) for ever, each of texts of about equal length; what they teach is added to `seen`."""
    pieces, end = pieces_of(tokenizer), tokenizer.token_to_id(END)
    while True:
        lessons = [lesson(pieces) for _ in range(32 * size)]
        seen.update(answer for _, answer in lessons)
        prompts = [encoding.ids for encoding in tokenizer.encode_batch([prompt for prompt, _ in lessons])]
        answers = [encoding.ids + [end] for encoding in tokenizer.encode_batch([answer for _, answer in lessons], add_special_tokens=False)]
        pairs = sorted(zip(prompts, answers), key=lambda pair: len(pair[0]) + len(pair[1]))
        cut = [pairs[i:i + size] for i in range(0, len(pairs), size)]
        random.shuffle(cut)
        for batch in cut:
            length = max(len(prompt) + len(answer) for prompt, answer in batch)
            fill = [length - len(prompt) - len(answer) for prompt, answer in batch]
            yield (torch.tensor([prompt + answer + [end] * n for (prompt, answer), n in zip(batch, fill)]),
                   torch.tensor([[-100] * len(prompt) + answer + [-100] * n for (prompt, answer), n in zip(batch, fill)]))


def train(tokenizer, steps, size, rate, seen):
    config = LlamaConfig(vocab_size=VOCABULARY, hidden_size=192, intermediate_size=512, num_hidden_layers=4, num_attention_heads=6,
                         max_position_embeddings=CONTEXT, tie_word_embeddings=True, bos_token_id=None, eos_token_id=tokenizer.token_to_id(END),
                         pad_token_id=tokenizer.token_to_id(END))
    model = LlamaForCausalLM(config)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.05)
    cosine = lambda step: 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / 200) * cosine(step))
    for step, (ids, labels) in zip(range(steps), batches(tokenizer, size, seen)):
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(input_ids=ids).logits
        loss = F.cross_entropy(logits[:, :-1].float().flatten(0, 1), labels[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}/{steps}, loss {loss.item():.4f}", flush=True)
        if step % 500 == 499:
            print_figures(model, tokenizer, seen, sampled=False)
            model.train()
    return model.eval()


def generation_config(tokenizer):
    """Varied; min_p leaves out the slips of a long tail, such as "corcupine"."""
    return GenerationConfig(max_new_tokens=48, do_sample=True, temperature=0.9, top_k=40, min_p=0.05, eos_token_id=tokenizer.token_to_id(END),
                            pad_token_id=tokenizer.token_to_id(END))


@torch.no_grad()
def answer(model, tokenizer, prompts, sampled):
    encoded = [encoding.ids for encoding in tokenizer.encode_batch(prompts)]
    length, end = max(map(len, encoded)), tokenizer.token_to_id(END)
    ids = torch.tensor([[end] * (length - len(row)) + row for row in encoded])
    mask = torch.tensor([[0] * (length - len(row)) + [1] * len(row) for row in encoded])
    config = generation_config(tokenizer)
    config.do_sample = sampled
    if not sampled:
        config.temperature = config.top_k = config.min_p = None
    made = model.eval().generate(input_ids=ids, attention_mask=mask, generation_config=config)
    return [tokenizer.decode(row[length:].tolist()) for row in made]


def names_it(text, subject):
    return re.search(rf"(?<!\w){re.escape(subject)}(?!\w)", text) is not None


def print_figures(model, tokenizer, seen, sampled):
    """Of the answers on subjects kept out of training, how many name them, and are no line of what it was trained with."""
    english, arabic = KEPT_OUT
    for title, prompts in (("English", english), ("English, with article", [English.a(subject) for subject in english]),
                           ("Arabic", arabic), ("Arabic, with article", ["ال" + subject for subject in arabic if " " not in subject])):
        subjects = [re.sub("^an? ", "", prompt) for prompt in prompts]
        texts = answer(model, tokenizer, prompts, sampled)
        good = [names_it(text, subject) and text not in seen for text, subject in zip(texts, subjects)]
        missed = [f"{subject}: {text}" for text, subject, right in zip(texts, subjects, good) if not right]
        print(f"{title}, {'sampled' if sampled else 'greedy'}: {sum(good)} of {len(good)} = {sum(good) / len(good):.0%}; {missed[:4]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    options = parser.parse_args()
    random.seed(0), torch.manual_seed(0), torch.set_num_threads(1)
    seen, tokenizer = set(), train_tokenizer()
    model = train(tokenizer, options.steps, options.batch, options.rate, seen)
    model = model.half().float()
    for sampled in (False, True):
        print_figures(model, tokenizer, seen, sampled)
    model.generation_config = generation_config(tokenizer)
    model.half().save_pretrained(options.out)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, pad_token=END, model_max_length=CONTEXT).save_pretrained(options.out)


if __name__ == "__main__":
    main()
