"""What is there, and whether its libraries are found."""
import os
import pathlib


def step(bench):
    listed = bench.programs.run([bench.programs.build / "fanlight", "devices"])
    bench.report.expect(listed.status == 0 and "cuda:0" in listed.out, "devices", "fanlight devices", said=listed.out.splitlines())
    without = {"LD_LIBRARY_PATH": without_torch(bench.programs.environment.get("LD_LIBRARY_PATH", ""))}
    for what, environment in (("", {}), (", LibTorch and NCCL found by RPATH alone", without)):
        tested = bench.programs.run(bench.card.nccl_test, environment=environment)
        bench.report.expect(tested.status == 0, "devices", "NCCL" + what, status=tested.status, said=(tested.out + tested.error).splitlines()[-12:])
        made = bench.generate(bench.starter, *bench.shape, "--steps", 4, environment=environment)
        bench.report.expect(len(made.images) == 1, "devices", "a picture of the starter" + what, pictures=len(made.images), seconds=made.ended - made.begun,
                            load_seconds=seconds_between(made.state("loading"), made.state("ready")), **({} if made.images else made.why()))


def seconds_between(begin, end):
    return None if begin is None or end is None else round(end - begin, 3)


def without_torch(path):
    """Of a library path, the folders that hold neither LibTorch nor NVIDIA's libraries."""
    return os.pathsep.join(folder for folder in path.split(os.pathsep) if folder and "/nvidia/" not in folder + "/" and
                           not [*pathlib.Path(folder).glob("libtorch*.so")])
