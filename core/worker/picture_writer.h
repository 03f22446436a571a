#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/bounded_queue.h"
#include "core/pipelines/outputs.h"
#include "core/protocol/messages.h"

namespace fanlight {

/// Encodes and commits pictures in a separate thread, fed by a bounded queue, while the next ones are sampled.
class PictureWriter {
public:
    /// Called in the writer's thread with the outcome of each: protocol::Image, or protocol::Failed of kind "disk".
    using Report = std::function<void(const protocol::FromWorker&)>;

    PictureWriter(Recipe recipe, Report report);
    /// Writes everything that is queued first.
    ~PictureWriter();

    /// Rows beyond the items are padding. `seconds`: for the whole micro-batch. Reports pictures with non-finite values
    /// as failed; blocks while the queue is full.
    void write(const std::vector<Item>& items, const Outputs& outputs, const std::string& folder, double seconds);

private:
    struct Finished {
        Item item;
        std::string folder;
        at::Tensor pixels;  ///< [H, W, 3] uint8, contiguous
        double seconds = 0;
    };

    void commit(const Finished& finished) const;

    const Recipe recipe_;
    const Report report_;
    BoundedQueue<Finished> queue_{8};
    std::thread thread_;
};

}  // namespace fanlight
