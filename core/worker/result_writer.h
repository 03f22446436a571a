#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/bounded_queue.h"
#include "core/pipelines/outputs.h"
#include "core/protocol/messages.h"

namespace fanlight {

/// Takes what micro-batches result in. Pictures are encoded and committed in a separate thread, fed by a bounded queue,
/// while the next ones are sampled; records are reported at once.
class ResultWriter {
public:
    /// Called with the outcome of each: protocol::Image, protocol::Text, or protocol::Failed; in the writer's thread or
    /// in that of write().
    using Report = std::function<void(const protocol::FromWorker&)>;

    ResultWriter(Recipe recipe, Report report);
    /// Writes everything that is queued first.
    ~ResultWriter();

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

    void write(const Item& item, const Pictures& pictures, size_t row, const std::string& folder, double seconds);
    void write(const Item& item, const Records& records, size_t row, const std::string& folder, double seconds);
    void commit(const Finished& finished) const;

    const Recipe recipe_;
    const Report report_;
    BoundedQueue<Finished> queue_{8};
    std::thread thread_;
};

}  // namespace fanlight
