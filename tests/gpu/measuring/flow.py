"""Networks of Z-Image's, FLUX.2 klein 4B's and FLUX.1 dev's shapes, with random weights in bfloat16: as many of their blocks as the card and the disk have room
for. Images a second, memory and the first image, beside diffusers'; of FLUX.1 also with weights that stay packed, offloaded, and guided by two cards."""
import dataclasses
import functools
import shutil
import time

from . import peer, random_flow_model, speed
from .dtypes import Subject
from .random_flow_model import FlowKind, blocks_in, original_flux_shapes
from .random_gguf import write_gguf
from .random_model import spread_of

DTYPE = "bfloat16"
TRUE_GUIDANCE = ("--true-cfg-scale", 3, "-n", "blurry")
OF_MEMORY, KEPT_FREE = 0.85, 5e9  # a network may take this share of the card's memory, less that


@dataclasses.dataclass(frozen=True)
class Flow:
    """A step: a kind of model, the model of the tests whose shapes it has in a trial, and how both are told to evaluate each step once."""
    name: str
    kind: FlowKind
    small: str
    own: tuple
    peer: dict
    seconds: int  # at most
    more: bool = False  # measured in other ways as well
    on_disk: float = 1.05  # times the model's size


def step_of(flow):
    return functools.partial(step, flow=flow)


def step(bench, flow):
    folder = bench.programs.place / flow.name
    kind = flow.kind if bench.options.dry else fitting(bench, flow)
    if not kind:
        return
    begun = time.monotonic()
    try:
        bench.write_model(folder, kind, flow.small)
        blocks = blocks_in(bench.config_of(folder, "transformer"))
        bench.report.write(flow.name, "the model, written", bytes=sum(file.stat().st_size for file in folder.glob("*/*.safetensors")), blocks=blocks,
                           blocks_of_the_real_one=flow.kind.blocks(), seconds=time.monotonic() - begun)
        subject = Subject(flow.name, folder, bench.sizes.size_of_xl, (DTYPE,), flow.own, flow.peer)
        for batch in bench.sizes.batches_of_flow:
            measured(bench, flow, subject, batch)
        compare_with_peer(bench, flow, subject, ("eager",))
        if flow.more:
            in_other_ways(bench, flow, subject)
        compare_with_peer(bench, flow, subject, peer.ways(bench)[1:])  # takes longest
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the next one needs the room


def fitting(bench, flow):
    """The kind with as many blocks as there is room for; None: there is too little."""
    on_card, free = OF_MEMORY * bench.card.gauge.total() - KEPT_FREE, shutil.disk_usage(bench.programs.place).free
    kind = flow.kind.within(min(on_card, free / flow.on_disk))
    if not kind:
        bench.report.write(flow.name, "the model", left_out=f"even one of its blocks has no room on a card of {bench.card.gauge.total() / 1e9:.1f} GB, or in "
                                                            f"{bench.programs.place}, where {free / 1e9:.1f} GB are free")
    return kind


def measured(bench, flow, subject, batch=1, environment=None):
    """Returns the pictures, all of which must be there."""
    device, groups = subject.devices or ("--devices", bench.card.device), bench.sizes.groups_of_flow
    plan = bench.programs.plan("a dog", "-m", subject.folder, *device, *subject.options, "--dtype", DTYPE, "--batch-size", batch, device=bench.card.device,
                               environment=environment)
    pictures = speed.measure(bench, DTYPE, "", batch, subject, flow.name, groups, environment, bench.programs.left(), needed=plan and plan["needed"],
                             weights=plan and plan["weights"], activations=plan and plan["activations"])
    if len(pictures) != groups * batch:
        bench.report.expect(False, flow.name, f"{subject.name}, batch size {batch}", made=len(pictures))
    return pictures


def compare_with_peer(bench, flow, subject, ways):
    if not ways or peer.is_missing(bench, flow.name):
        return
    for how in ways:
        for batch in bench.sizes.batches_of_flow:
            peer.measure(bench, subject, DTYPE, batch, how, flow.name, limit=bench.programs.left())


def in_other_ways(bench, flow, subject):
    packed_weights(bench, flow, subject)
    if bench.card.device != "cpu":
        offloaded(bench, flow, subject)
    two_cards(bench, flow, subject)


def packed_weights(bench, flow, subject):
    """A network in Q8_0, whose pictures must be those of its dequantised twin."""
    file = bench.programs.place / "network.gguf"
    config = bench.config_of(subject.folder, "transformer")
    try:
        write_gguf(file, "flux", original_flux_shapes(config), spread_of)
        bench.report.write(flow.name, "a network in Q8_0, written", bytes=file.stat().st_size)
        twins = {form: subject.told(f"Q8_0 {form}", "--transformer", file, "--weights", form) for form in ("dequantised", "packed")}
        pictures = [measured(bench, flow, twin) for twin in twins.values()]
        compare(bench, flow, "Q8_0 packed against dequantised", *twins.values(), pictures)
    finally:
        file.unlink(missing_ok=True)


def offloaded(bench, flow, subject):
    """All blocks in main memory, the next one fetched while one computes. What the card waits for them is the time that a picture takes longer."""
    bench.card_map.write_text('{"": "cpu"}')
    away = subject.told("offloaded", "--mode", "sharded", "--device-map", bench.card_map)
    pictures = measured(bench, flow, away)
    here, there = (of.seconds.get((DTYPE, 1)) for of in (subject, away))
    if here and there:
        bench.report.write(flow.name, "offloaded against resident", made=len(pictures), times_as_long=there / here, waiting=max(0.0, 1 - here / there))


def two_cards(bench, flow, subject):
    """Guided pictures, whose negative halves another card makes."""
    pair = bench.card.pair()
    if pair is None:
        return bench.report.write(flow.name, "guided by two cards", left_out="there is one")
    devices, environment = pair
    alone = subject.told("guided by one card", *TRUE_GUIDANCE)
    together = subject.told("guided by two cards", *TRUE_GUIDANCE, devices=("--cfg-devices", devices))
    pictures = [measured(bench, flow, of, environment=environment) for of in (alone, together)]
    compare(bench, flow, "guided by two cards against one", alone, together, pictures)


def compare(bench, flow, what, before, after, pictures):
    """Whether the pictures are the same, and what the other way gains."""
    seconds = [of.seconds.get((DTYPE, 1)) for of in (before, after)]
    bench.report.expect(pictures[0] == pictures[1], flow.name, what, same=pictures[0] == pictures[1],
                        seconds_against=seconds[1] / seconds[0] if all(seconds) else None)


# FLUX.1's disk also holds the network in blocks of 8 bits, half of its size.
FLOWS = (Flow("z_image", random_flow_model.Z_IMAGE, "z_image", ("--cfg-scale", 0), {"guidance_scale": 0.0}, 240),
         Flow("klein", random_flow_model.KLEIN, "flux_2", ("--cfg-scale", 1), {"guidance_scale": 1.0}, 180),
         Flow("flux", random_flow_model.FLUX, "flux_1", ("--cfg-scale", 3.5), {"guidance_scale": 3.5}, 540, more=True, on_disk=1.6))
