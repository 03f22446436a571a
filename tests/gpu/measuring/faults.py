"""What goes wrong in mid-run: all images are made all the same, with the same bytes."""
import os
import signal

from .programs import workers_of


def step(bench):
    options = [*bench.shape, "--steps", bench.sizes.steps_of_faults, "--images", 6, "--dtype", "float16"]
    expected = bench.generate(bench.model, *options).images
    bench.report.expect(len(expected) == 6, "faults", "undisturbed", made=len(expected))
    for name, number in (("SIGKILL", signal.SIGKILL), ("SIGSEGV", signal.SIGSEGV)):
        compare(bench, f"{name} of the worker", expected, bench.generate(bench.model, *options, on_event=sending(number)))
    if bench.card.worker_for_faults is None:
        bench.report.write("faults", "a null write", left_out="there is no tests/fanlight-faulty-worker")
    else:
        made = bench.generate(bench.model, *options, on_event=sending(signal.SIGUSR1), environment=bench.card.worker_for_faults)
        compare(bench, "a null write", expected, made)
    for leave in (0, 10 ** 9):
        seized_at_load(bench, options, expected, leave)
    seized_in_mid_run(bench)


def compare(bench, what, expected, made):
    restarts = [event["detail"] for _, event in made.of("worker") if event["state"] == "restarting"]
    bench.report.expect(made.images == expected, "faults", what, made=len(made.images), same=made.images == expected, restarts=restarts,
                        seconds=made.ended - made.begun, **(made.why() if made.status or made.trouble else {}))


def sending(number):
    """Sends the signal to the workers once, when the second image is there."""
    images = []

    def on_event(event, process):
        if event["type"] == "image":
            images.append(event)
            if len(images) == 2:
                for worker in workers_of(process):
                    os.kill(worker, number)
    return on_event


def seized_at_load(bench, options, expected, leave):
    """The memory is there when the run is planned, gone when its worker loads, and there again after some seconds."""
    with bench.card.seizing(at_load=True) as seizing:
        starts = []

        def on_event(event, process):
            if event["type"] == "worker" and event["state"] == "starting":
                starts.append(event)
                if len(starts) == 1:
                    seizing.take(leave, seconds=8)

        made = bench.generate(bench.model, *options, on_event=on_event, environment=seizing.environment)
    compare(bench, f"memory seized at load, {leave / 1e9:.0f} GB left", expected, made)


def seized_in_mid_run(bench):
    """Pictures that need more memory than those before find little: the worker makes room, or they fail in a sentence and are made when the run is resumed."""
    rows = bench.programs.place / "growing.jsonl"
    rows.write_text("".join(f'{{"prompt": "a dog", "width": {width}, "height": {height}, "images": 3}}\n'
                            for width, height in (bench.sizes.usual, bench.sizes.large)))
    options = ["--steps", bench.sizes.steps_of_faults, "--dtype", "float16", "-p", rows]
    expected = bench.generate(bench.model, *options, prompt=None).images
    folder = bench.programs.new_folder()
    with bench.card.seizing() as seizing:
        images = []

        def on_event(event, process):
            images.extend([event] if event["type"] == "image" else [])
            if event["type"] == "image" and len(images) == 1:
                seizing.take(seconds=10)

        made = bench.generate(bench.model, *options, prompt=None, folder=folder, on_event=on_event, environment=seizing.environment)
    resumed = bench.programs.run([bench.programs.build / "fanlight", "generate", "--json", "--resume", folder]) if made.status else made
    bench.report.expect(made.images | resumed.images == expected, "faults", "memory seized in mid-run", made=len(made.images), failures=made.failures,
                        resumed_to=len(made.images | resumed.images), status=made.status, resumed_status=resumed.status)
