#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/base/stopwatch.h"
#include "core/parallel/stage_ring.h"
#include "core/pipelines/pipeline.h"
#include "core/worker/worker_device.h"

namespace fanlight {

/// Where a stage's micro-batches come from and what becomes of them: the wire under a run owner, the plan under an
/// outside launcher. Called from the thread of the loop.
class StageDuties {
public:
    virtual ~StageDuties() = default;

    /// Any stage but the last: waits until something can come round; false when nothing will any more.
    virtual bool expects() = 0;
    /// Waits until it is known.
    virtual const std::vector<Item>& items_of(int64_t micro_batch) = 0;
    /// The last stage: what to begin next. Nothing: there is none now, or, having waited, none any more.
    virtual std::optional<int64_t> next(bool wait) = 0;
    /// The last stage, after each evaluation. False gives the micro-batch up.
    virtual bool stepped(int64_t micro_batch, Generation& generation) = 0;
    /// The stage that writes.
    virtual void made(int64_t micro_batch, const Outputs& outputs, double seconds) = 0;
    /// The last stage.
    virtual void failed(int64_t micro_batch, const Failure& failure) = 0;
    /// It is over, whatever became of it.
    virtual void closed(int64_t micro_batch) = 0;
};

/// One stage's life: receives a parcel, runs its layers, sends the next. Micro-batches follow each other without a gap,
/// `micro_batches` of them under way; which, and when each begins, is the last stage's to decide. A fault travels on
/// with the parcel to the last stage, and the end of a micro-batch once round the ring.
class StageLoop {
public:
    struct Options {
        int micro_batches = 1;
        bool gather_output = false;
        int batch_size = 1;
    };

    StageLoop(Pipeline& pipeline, StageRing& ring, StageDuties& duties, const Options& options)
        : pipeline_(pipeline), ring_(ring), duties_(duties), options_(options) {}

    /// Until the duties end. Throws PartnerLost when a neighbour is gone.
    void run();

private:
    using Content = decltype(Parcel::content);

    struct UnderWay {
        std::unique_ptr<Generation> generation;
        Stopwatch watch;
    };

    Generation& open(int64_t micro_batch);
    void close(int64_t micro_batch);

    void run_last();
    void begin(int64_t micro_batch);
    void take(int64_t micro_batch, const Parcel::Data& data);
    void take(int64_t micro_batch, const Failure& failure) { fail(micro_batch, failure); }
    void take(int64_t, const Parcel::Over&) {}    // the last stage says so itself
    void take(int64_t, const Parcel::Result&) {}  // likewise
    void fail(int64_t micro_batch, const Failure& failure);
    void finish(int64_t micro_batch);
    void end(int64_t micro_batch, Content how);

    void pass_on(int64_t micro_batch, const Parcel::Data& data);
    void pass_on(int64_t micro_batch, const Failure& failure);
    void pass_on(int64_t micro_batch, const Parcel::Result& result);
    void pass_on(int64_t micro_batch, const Parcel::Over& over);

    Pipeline& pipeline_;
    StageRing& ring_;
    StageDuties& duties_;
    const Options options_;
    std::map<int64_t, UnderWay> under_way_;
};

}  // namespace fanlight
