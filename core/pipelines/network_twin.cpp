#include "core/pipelines/network_twin.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/arithmetic/parts.h"

namespace fanlight {

namespace {

/// What a thread computes with while it works for one of the halves. `threads`: of a CPU.
class OnDevice {
public:
    OnDevice(at::Device device, int threads) {
        if (device.is_cpu()) {
            at::get_num_threads();  // gives a new thread those of the process
            threads_.emplace(threads);
        } else {
            card_.reset_device(device);
        }
    }

private:
    c10::OptionalDeviceGuard card_;
    std::optional<FewThreads> threads_;
};

NetworkTwin::Halves halves_of(const std::shared_ptr<const Conditioning>& told, at::Device first) {
    const int64_t half = told->context.size(0) / 2;
    NetworkTwin::Halves halves{.of = told};
    halves.each[0].told = on_device(rows_of(*told, 0, half), first);
    halves.each[1].told = rows_of(*told, half, half);
    return halves;
}

}  // namespace

NetworkTwin::NetworkTwin(std::unique_ptr<PictureDenoiser> denoiser, at::Device device)
    : denoiser_(std::move(denoiser)), device_(device), thread_([this] {
          while (auto work = work_.pop()) (*work)();
      }) {}

NetworkTwin::~NetworkTwin() {
    work_.close();
    thread_.join();
}

std::future<void> NetworkTwin::begin(State& state, int threads) {
    std::packaged_task<void()> work([this, &state, threads, inference_mode = c10::InferenceMode::is_enabled()] {
        const c10::InferenceMode inference(inference_mode);
        const OnDevice own(device_, threads);
        denoiser_->layers().run(state);
    });
    std::future<void> ended = work.get_future();
    work_.push(std::move(work));
    return ended;
}

/// What is copied between devices is copied from here, before and after both work: in the order of the devices'
/// streams, a copy that was begun later would wait for all that the network has been given meanwhile.
void NetworkTwin::run(const LayerSequence& layers, State& state, const std::shared_ptr<const Conditioning>& told,
                      Halves& halves) {
    const int threads = at::get_num_threads(), of_twin = std::max(1, threads / 2);
    const int64_t half = state.hidden.size(0) / 2;
    State first, second = rows_of(state, half, half);
    {
        const OnDevice there(device_, threads);
        first = on_device(rows_of(state, 0, half), device_);
        if (halves.of != told) halves = halves_of(told, device_);
    }
    for (auto [rows, own] : {std::pair(&first, &halves.each[0]), {&second, &halves.each[1]}}) {
        rows->conditioning = &own->told;
        rows->memory = &own->memory;
    }
    std::future<void> ended = begin(first, of_twin);
    try {
        const OnDevice here(state.hidden.device(), std::max(1, threads - of_twin));
        layers.run(second);
    } catch (...) {
        ended.wait();
        throw;
    }
    ended.get();
    state = {.hidden = at::cat({first.hidden.to(second.hidden.device()), second.hidden})};
}

}  // namespace fanlight
