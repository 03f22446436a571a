#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/bounded_queue.h"
#include "core/base/stopwatch.h"
#include "core/pipelines/outputs.h"
#include "core/protocol/messages.h"
#include "core/worker/host_callbacks.h"

namespace fanlight {

/// Takes what micro-batches result in. Pictures, once they have arrived from the device, are encoded and committed in a
/// separate thread, fed by a bounded queue, while the next ones are sampled; records are reported at once.
class ResultWriter {
public:
    /// Called with the outcome of each: protocol::Image, protocol::Text, or protocol::Failed; in any thread.
    using Report = std::function<void(const protocol::FromWorker&)>;

    /// `device`: of the one that makes the pictures; it must outlive this.
    ResultWriter(Recipe recipe, HostCallbacks& device, Report report);
    /// Finishes `device` and writes everything that is queued first.
    ~ResultWriter();

    /// How long a whole micro-batch took, asked when it is finished.
    using Seconds = std::function<double()>;

    /// Rows beyond the items are padding. Reports pictures with non-finite values as failed; blocks while the queue is
    /// full.
    void write(const std::vector<Item>& items, const Outputs& outputs, const std::string& folder,
               const Seconds& seconds);

private:
    struct Finished {
        Item item;
        std::string folder;
        at::Tensor pixels;  ///< [H, W, 3] uint8, contiguous
        double seconds = 0;
    };

    /// When the device has made them.
    void write_pictures(const std::vector<Item>& items, const Pictures& pictures, const std::string& folder,
                        double seconds);
    void report_records(const std::vector<Item>& items, const Records& records, double seconds) const;
    void commit(const Finished& finished) const;

    const Recipe recipe_;
    HostCallbacks& device_;
    const Report report_;
    Stopwatch since_last_;
    bool has_told_of_float32_ = false;
    BoundedQueue<Finished> queue_{8};
    std::thread thread_;
};

}  // namespace fanlight
