#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/base/stopwatch.h"
#include "core/parallel/stage_ring.h"
#include "core/pipelines/pipeline.h"
#include "core/worker/result_writer.h"
#include "core/worker/worker_device.h"

namespace fanlight {

/// Where a stage's micro-batches come from and where results go: the wire under a run owner, the plan under an external
/// launcher. Called from the loop's thread.
class StageDuties {
public:
    virtual ~StageDuties() = default;

    /// Any stage except the last: waits until a micro-batch can arrive; false if there will be no more.
    virtual bool expects() = 0;
    /// Waits until the items are known.
    virtual const std::vector<Item>& items_of(int64_t micro_batch) = 0;
    /// The last stage: what to begin next. nullopt: there is none now or, after waiting, there will be no more.
    virtual std::optional<int64_t> next(bool wait) = 0;
    /// The last stage, after each evaluation. Returning false drops the micro-batch.
    virtual bool stepped(int64_t micro_batch, Generation& generation) = 0;
    /// The stage that writes the pictures.
    virtual void made(int64_t micro_batch, const Outputs& outputs, const ResultWriter::Seconds& seconds) = 0;
    /// The last stage.
    virtual void failed(int64_t micro_batch, const Failure& failure) = 0;
    /// The micro-batch has ended in whatever way.
    virtual void closed(int64_t micro_batch) = 0;
};

/// The main loop of one stage: receives a parcel, runs its layers, sends the next. Micro-batches follow each other
/// without gaps, `micro_batches` of them in flight; the last stage decides which, and when each begins. A failure is
/// passed on to the last stage, and the end of a micro-batch once round the ring.
class StageLoop {
public:
    struct Options {
        int micro_batches = 1;
        bool gather_output = false;
        int batch_size = 1;
    };

    StageLoop(Pipeline& pipeline, StageRing& ring, StageDuties& duties, const Options& options)
        : pipeline_(pipeline), ring_(ring), duties_(duties), options_(options) {}

    /// Runs until there are no more micro-batches. Throws PartnerLost if a neighbour has gone.
    void run();

private:
    using Content = decltype(Parcel::content);

    struct InFlight {
        std::unique_ptr<Generation> generation;
        Stopwatch watch;
    };

    Generation& open(int64_t micro_batch);
    void close(int64_t micro_batch);

    void run_last();
    void begin_up_to(int in_flight);
    void begin(int64_t micro_batch);
    void take(int64_t micro_batch, const Parcel::Data& data);
    void take(int64_t micro_batch, const Failure& failure) { fail(micro_batch, failure); }
    void take(int64_t, const Parcel::Over&) {}    // sent by the last stage itself
    void take(int64_t, const Parcel::Result&) {}  // likewise
    void fail(int64_t micro_batch, const Failure& failure);
    void finish(int64_t micro_batch);
    void make_way(int64_t micro_batch);
    void end(int64_t micro_batch, Content how);

    void pass_on(int64_t micro_batch, const Parcel::Data& data);
    void pass_on(int64_t micro_batch, const Failure& failure);
    void pass_on(int64_t micro_batch, const Parcel::Result& result);
    void pass_on(int64_t micro_batch, const Parcel::Over& over);

    Pipeline& pipeline_;
    StageRing& ring_;
    StageDuties& duties_;
    const Options options_;
    std::map<int64_t, InFlight> in_flight_;
};

}  // namespace fanlight
