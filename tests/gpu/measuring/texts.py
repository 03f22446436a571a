"""Language models: tokens a second and memory, and how far bfloat16 is from float32. Random weights in the shapes of real models."""
import itertools
import random
import shutil
import statistics
import time

from .random_language_model import write_language_model

WORDS = "the a light of morning evening cat dog sea hill rain boat window who there comes goes is was grey gold small old and to from under".split()


def step(bench):
    for shape in bench.sizes.language_models:
        folder = bench.programs.place / shape.name.replace(" ", "-")
        if not write(bench, shape, folder):
            continue
        try:
            for batch in bench.sizes.batches_of_texts:
                speed(bench, shape, folder, batch)
            compare(bench, shape, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # the next one needs the room


def write(bench, shape, folder):
    needed, free = 2 * shape.parameters(), shutil.disk_usage(bench.programs.place).free
    if free < 1.05 * needed + 1e8:
        bench.report.write("texts", shape.name, left_out=f"the model takes {needed / 1e9:.1f} GB of {bench.programs.place}, where {free / 1e9:.1f} GB are free")
        return False
    begun = time.monotonic()
    write_language_model(folder, shape)
    bench.report.write("texts", f"{shape.name}, written", parameters=shape.parameters(), bytes=needed, seconds=time.monotonic() - begun)
    return True


def prompts_of(lengths, seed):
    """Prompts of so many bytes, which are tokens here, each of its own beginning."""
    source = random.Random(seed)
    return ["".join(itertools.islice((letter for _ in itertools.count() for letter in source.choice(WORDS) + " "), length - 1)) + "." for length in lengths]


def listed(bench, prompts):
    file = bench.programs.place / "texts.txt"
    file.write_text("".join(prompt + "\n" for prompt in prompts))
    return file


def options_for(bench, folder, dtype, batch):
    return ["-m", folder, "--devices", bench.card.device, "--dtype", dtype, "--batch-size", batch]


def make(bench, *arguments):
    """Large models take long on a processor: only the step's time limits a run."""
    return bench.programs.make(*arguments, limit=bench.programs.left())


def speed(bench, shape, folder, batch, dtype="bfloat16"):
    """Twice as many texts as are made at a time, all of one length: the first half is the warm-up."""
    tokens = bench.sizes.tokens_of_texts
    prompts = listed(bench, prompts_of([bench.sizes.prompt_tokens] * 2 * batch, batch))
    options = [*options_for(bench, folder, dtype, batch), "-p", prompts, "--greedy", "--min-new-tokens", tokens, "--max-new-tokens", tokens]
    plan = bench.programs.plan(*options, device=bench.card.device)
    before = bench.card.gauge.settled()
    made = make(bench, "text", *options)
    peak = bench.card.gauge.peak(made.begun, made.ended)
    texts, what = made.of("text"), f"{shape.name}, {dtype}, batch size {batch}"
    if made.status != 0 or len(texts) != 2 * batch:
        return bench.report.expect(False, "texts", what, made=len(texts), needed=plan and plan["needed"], **made.why())
    begin, end = texts[batch - 1][0], texts[-1][0]
    bench.report.expect(True, "texts", what, tokens_a_second=batch * tokens / (end - begin), without_prompts=rate_of_growth(made, batch),
                        warm_up_seconds=begin - made.state("ready"), load_seconds=made.state("ready") - made.state("loading"),
                        taken=None if peak is None else peak - before, needed=plan and plan["needed"], weights=plan and plan["weights"],
                        activations=plan and plan["activations"], context=plan and plan["context"])


def rate_of_growth(made, batch):
    """Tokens a second while all texts of the second half grow, and no prompt is read; None: that was too short to be seen."""
    told, sums = {}, []
    for moment, event in made.of("progress"):
        if event["item"] >= batch:
            told[event["item"]] = event["step"]
            if len(told) == batch:
                sums.append((moment, sum(told.values())))
    if len(sums) < 2 or sums[-1][0] - sums[0][0] < 0.2:
        return None
    return (sums[-1][1] - sums[0][1]) / (sums[-1][0] - sums[0][0])


def compare(bench, shape, folder):
    """The same weights, which are bfloat16's, computed with in both dtypes."""
    lengths = bench.sizes.lengths_of_scored
    scored = listed(bench, prompts_of(lengths, seed=1))
    scores = {dtype: make(bench, "score", *options_for(bench, folder, dtype, 8), "-p", scored) for dtype in ("bfloat16", "float32")}
    sums = {dtype: {event["item"]: event["more"]["sum"] for _, event in made.of("text")} for dtype, made in scores.items()}
    write_difference(bench, f"{shape.name}, log-likelihoods of bfloat16 and float32", scores, sums, lengths)
    # The first token alone: once two texts differ, what follows is of different texts.
    asked = listed(bench, prompts_of([8 + i % 41 for i in range(bench.sizes.texts_compared)], seed=2))
    texts = {dtype: make(bench, "text", *options_for(bench, folder, dtype, 32), "-p", asked, "--greedy", "--max-new-tokens", 1, "--min-new-tokens", 1)
             for dtype in ("bfloat16", "float32")}
    chosen = {dtype: {event["item"]: event["text"] for _, event in made.of("text")} for dtype, made in texts.items()}
    complete = all(len(tokens) == bench.sizes.texts_compared for tokens in chosen.values())
    same = sum(token == chosen["float32"].get(item) for item, token in chosen["bfloat16"].items())
    bench.report.expect(complete, "texts", f"{shape.name}, greedy tokens of bfloat16 and float32", prompts=bench.sizes.texts_compared,
                        agree=same / bench.sizes.texts_compared, different_tokens=len(set(chosen["float32"].values())),
                        **reasons(texts))


def write_difference(bench, what, runs, sums, lengths):
    if any(len(of_dtype) != len(lengths) for of_dtype in sums.values()):
        return bench.report.expect(False, "texts", what, **reasons(runs))
    differences = [abs(sums["bfloat16"][item] - sums["float32"][item]) for item in range(len(lengths))]
    # A text of n bytes is n + 1 tokens with its beginning, and the first one has no probability.
    a_token = [difference / length for difference, length in zip(differences, lengths)]
    bench.report.expect(True, "texts", what, texts=len(lengths), tokens=sum(lengths), largest_of_a_text=max(differences),
                        mean_of_a_text=statistics.mean(differences), largest_a_token=max(a_token), mean_a_token=statistics.mean(a_token),
                        log_probability_a_token=sum(sums["float32"].values()) / sum(lengths))


def reasons(runs):
    return {dtype: made.why() for dtype, made in runs.items() if made.status != 0}
