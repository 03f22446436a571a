"""Seconds a step, how long loading takes, and how often the card has nothing to do."""
import os
import statistics

from .devices import seconds_between


def step(bench):
    load(bench)
    plain = {}  # pictures made without experiments
    for dtype, experiments, batch in bench.sizes.speeds():
        images = measure(bench, dtype, experiments, batch)
        if not experiments:
            plain[dtype, batch] = images
        elif experiments == "graphs" and plain.get((dtype, batch)):
            bench.report.expect(images == plain[dtype, batch], "speed", f"pictures of {dtype}, graphs, batch size {batch}",
                                same=images == plain[dtype, batch])


def load(bench):
    for what in ("cold", "warm", "warm again"):
        if what == "cold":
            for file in bench.weights:
                forget(file)
        made = bench.generate(bench.model, *bench.small_shape, "--steps", 1, "--dtype", "float16")
        bench.report.write("speed", f"load, {what}", load_seconds=seconds_between(made.state("loading"), made.state("ready")),
                           start_seconds=seconds_between(made.begun, made.state("loading")), whole_seconds=made.ended - made.begun)


def forget(file):
    """The page cache drops the file."""
    with open(file, "rb") as opened:
        os.fsync(opened.fileno())
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure(bench, dtype, experiments, batch, subject=None, step="speed", groups=None, environment=None, limit=120, **figures):
    """The first micro-batch is the warm-up; then medians of three, or of seven small ones, unless `groups` are asked for. `figures`: what is written besides.
    Returns the pictures."""
    subject = subject or bench.subjects["sd15"]
    steps, groups = bench.sizes.steps_of_speed, groups or (4 if batch > 2 else 8)
    options = [*subject.options, "--steps", steps, "--dtype", dtype, "--batch-size", batch, "--images", groups * batch]
    before = bench.card.gauge.settled()
    made = bench.generate(subject.folder, *options, devices=subject.devices, limit=limit,
                          environment={"FANLIGHT_EXPERIMENTS": experiments} | (environment or {}))
    what = f"{subject.name}, {dtype}{', ' + experiments if experiments else ''}, batch size {batch}"
    moments = {}  # of each micro-batch's steps; the items of one come together
    for moment, event in made.of("progress"):
        moments.setdefault(event["item"] // batch, {})[event["step"]] = moment
    measured = [(m[steps] - m[1]) / (steps - 1) for group, m in moments.items() if group > 0 and steps in m and 1 in m]
    if made.status != 0 or not measured:
        bench.report.write(step, what, **figures, **made.why())
        return made.images
    images = made.of("image")
    warm = [event["seconds"] for _, event in images if event["item"] >= batch]
    busy = [percent for _, _, percent in bench.card.gauge.between(images[0][0], images[-1][0])]
    seconds = statistics.median(measured)
    peak = bench.card.gauge.peak(made.begun, made.ended)
    if not experiments:
        subject.seconds[dtype, batch] = statistics.median(warm)
    bench.report.write(step, what, seconds_a_step=seconds, steps_a_second_and_image=batch / seconds, spread=[min(measured), max(measured)],
                       seconds_an_image=statistics.median(warm), images_a_second=1 / statistics.median(warm),
                       first_image_seconds=seconds_between(made.begun, images[0][0]), warm_up_seconds=seconds_between(made.state("ready"), images[0][0]),
                       taken=peak and peak - before, idle=round(1 - statistics.mean(busy) / 100, 3) if busy else None, **figures)
    return made.images
