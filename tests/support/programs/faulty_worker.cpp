// fanlight-worker, whose GPU writes to where nothing is when the process is sent SIGUSR1: CUDA then fails each later
// call of this process.

#include <ATen/ATen.h>

#include "app/worker/worker_program.h"
#include "core/weights/accelerator.h"
#include "tests/support/programs/on_signal.h"

namespace {

void write_to_nowhere() {
    const at::Device card = fanlight::device_named("cuda:0");
    void* const nowhere = reinterpret_cast<void*>(4096);  // LibTorch refuses a null pointer itself
    at::from_blob(
        nowhere, {1024}, [](void*) {}, at::TensorOptions().dtype(at::kFloat).device(card), card)
        .fill_(1);
}

}  // namespace

int main(int argc, char** argv) {
    fanlight::on_signal(SIGUSR1, write_to_nowhere);
    return fanlight::run_worker_program(argc, argv);
}
