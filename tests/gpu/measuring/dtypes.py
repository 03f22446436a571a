"""How far pictures of 16 bits are from those of float32, and how fast they are made, also by a model of Stable Diffusion XL's shape."""
import dataclasses
import itertools
import pathlib

from . import png, random_model, speed


@dataclasses.dataclass
class Subject:
    """A model that is measured."""
    name: str
    folder: pathlib.Path
    size: tuple
    dtypes: tuple
    own: tuple = ()  # what Fanlight is told besides
    peer: dict = dataclasses.field(default_factory=dict)  # and diffusers' pipeline
    devices: tuple = ()  # in place of the card
    seconds: dict = dataclasses.field(default_factory=dict)  # an image's, by dtype and batch size

    @property
    def options(self):
        return ["-W", self.size[0], "-H", self.size[1], *self.own]

    def told(self, how, *options, devices=()):
        """The same, made in another way."""
        return dataclasses.replace(self, name=f"{self.name}, {how}", own=(*self.own, *options), devices=devices, seconds={})


def step(bench):
    files = bench.write_model(bench.subjects["sdxl"].folder, random_model.SDXL, "sdxl")
    bench.report.write("dtypes", "sdxl, written", bytes=sum(file.stat().st_size for file in files.values()))
    for subject in bench.subjects.values():
        differences(bench, subject)
        for dtype, batch in itertools.product(subject.dtypes, bench.sizes.batches_of_peer):
            if (dtype, batch) not in subject.seconds:
                speed.measure(bench, dtype, "", batch, subject=subject, step="dtypes")


def differences(bench, subject):
    """The same picture in each dtype against float32's."""
    options = [*subject.options, "--steps", bench.sizes.steps_of_pictures]
    exact = picture(bench, subject, *options, "--dtype", "float32")
    for dtype in subject.dtypes:
        made = picture(bench, subject, *options, "--dtype", dtype)
        if exact and made:
            mean, largest = png.difference(exact, made)
            bench.report.write("dtypes", f"{subject.name}, {dtype} against float32", mean_of_255=float(mean), largest_of_255=largest)


def picture(bench, subject, *options):
    """Its file; None: it was not made."""
    folder = bench.programs.new_folder()
    made = bench.generate(subject.folder, *options, folder=folder)
    bench.report.expect(len(made.images) == 1, "dtypes", f"{subject.name}, {options[-1]}", **(made.why() if made.status else {}))
    return next(iter(sorted(pathlib.Path(folder).glob("*.png"))), None)
