#pragma once

#include <array>
#include <future>
#include <memory>
#include <thread>

#include "core/base/bounded_queue.h"
#include "core/pipelines/picture_denoiser.h"

namespace fanlight {

/// A second copy of a network, which makes the first half of the rows of guided evaluations, those of the negative
/// prompts, on a device of its own and at the same time as the network makes the others. Networks that compute their
/// rows one after the other (Family::separate_rows) make the same bytes so. Two copies on the CPU share its threads, on
/// whose number no result depends. One thread.
class NetworkTwin {
public:
    /// What both halves of a micro-batch's rows are told, and what their layers remember of it between evaluations.
    struct Halves {
        struct Half {
            Conditioning told;
            Memory memory;
        };
        std::shared_ptr<const Conditioning> of;  ///< what is split
        std::array<Half, 2> each;
    };

    /// `denoiser`: all of the network's layers, on `device`.
    NetworkTwin(std::unique_ptr<PictureDenoiser> denoiser, at::Device device);
    ~NetworkTwin();
    NetworkTwin(const NetworkTwin&) = delete;
    NetworkTwin& operator=(const NetworkTwin&) = delete;

    /// Takes a state with an even number of rows through both networks, of which `layers` are the first one's; `told`:
    /// its conditioning. Only `hidden` is left of it. Throws what either of them throws, once both have ended.
    void run(const LayerSequence& layers, State& state, const std::shared_ptr<const Conditioning>& told,
             Halves& halves);

private:
    std::future<void> begin(State& state, int threads);

    const std::unique_ptr<PictureDenoiser> denoiser_;
    const at::Device device_;
    BoundedQueue<std::packaged_task<void()>> work_{1};
    std::thread thread_;
};

}  // namespace fanlight
