"""A process that takes a card's memory, so that there is little for others. Reads lines: a number of bytes to leave, or "all" to give everything back;
answers with the bytes that are free then. Needs the driver alone."""
import ctypes
import sys

cuda = ctypes.CDLL("libcuda.so.1")
OUT_OF_MEMORY = 2


def call(name, *arguments):
    code = getattr(cuda, name)(*arguments)
    if code not in (0, OUT_OF_MEMORY):
        raise SystemExit(f"{name} failed with {code}")
    return code == 0


def free_bytes():
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    call("cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(total))
    return free.value


def take(leave):
    for piece in (1 << 30, 64 << 20, 2 << 20):
        while free_bytes() - leave >= piece:
            block = ctypes.c_uint64()
            if not call("cuMemAlloc_v2", ctypes.byref(block), ctypes.c_size_t(piece)):
                break
            blocks.append(block)


device, context, blocks = ctypes.c_int(), ctypes.c_void_p(), []
call("cuInit", 0)
call("cuDeviceGet", ctypes.byref(device), 0)
call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
call("cuCtxSetCurrent", context)
print(free_bytes(), flush=True)
for line in sys.stdin:
    while blocks:
        call("cuMemFree_v2", blocks.pop())
    if line.strip() != "all":
        take(int(line))
    print(free_bytes(), flush=True)
