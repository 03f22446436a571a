"""How much memory of the card a run takes, against what its plan says."""


def step(bench):
    sizes = bench.sizes
    bench.card_map.write_text('{"": "cpu"}')
    offloaded = ["--mode", "sharded", "--device-map", bench.card_map]
    small, large = ([*shape, "--steps", 2] for shape in (bench.shape, bench.large_shape))
    measure(bench, "at load (the smallest picture)", [*bench.small_shape, "--steps", 1])
    for name, shape in (("usual", small), ("large", large)):
        for batch in sizes.batches_of_memory:
            measure(bench, f"{name} size, batch size {batch}", [*shape, "--batch-size", batch, "--images", batch])
        measure(bench, f"{name} size, offloaded", [*shape, *offloaded])
    measure(bench, "usual size, float32", small, dtype="float32")
    many_prompts(bench)


def measure(bench, what, options, dtype="float16"):
    options = [*options, "--dtype", dtype]
    plan = bench.programs.plan("a dog", "-m", bench.model, "--devices", "cuda:0", *options)
    before = bench.card.gauge.settled()
    made = bench.generate(bench.model, *options)
    peak = bench.card.gauge.peak(made.begun, made.ended) - before
    bench.report.write("memory", what, dtype=dtype, taken=peak, needed=plan and plan["needed"], taken_of_needed=plan and peak / plan["needed"],
                       weights=plan and plan["weights"], activations=plan and plan["activations"], context=plan and plan["context"],
                       **(made.why() if made.status else {}))


def many_prompts(bench):
    """Nothing must grow with the number of different prompts."""
    count = bench.sizes.prompts
    prompts = bench.programs.place / "many.txt"
    prompts.write_text("".join(f"a dog, number {i}\n" for i in range(count)))
    before = bench.card.gauge.settled()
    made = bench.generate(bench.model, *bench.small_shape, "--steps", 1, "--batch-size", 8, "--dtype", "float16", "-p", prompts, prompt=None, limit=100)
    moments = [moment for moment, _ in made.of("image")]

    def taken_by(moment):
        return bench.card.gauge.peak(made.begun, moment) - before

    if len(moments) < 10:
        return bench.report.write("memory", f"{count} prompts", made=len(moments), **made.why())
    bench.report.write("memory", f"{count} prompts", made=len(moments), after_a_tenth=taken_by(moments[len(moments) // 10]), in_the_end=taken_by(moments[-1]),
                       seconds=moments[-1] - moments[0])
