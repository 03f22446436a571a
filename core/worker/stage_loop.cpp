#include "core/worker/stage_loop.h"

#include "core/parallel/c10d_errors.h"

namespace fanlight {

void StageLoop::run() {
    if (ring_.is_last()) {
        run_last();
    } else {
        while (duties_.expects()) {
            const Parcel parcel = ring_.receive();
            std::visit([&](const auto& content) { pass_on(parcel.micro_batch, content); }, parcel.content);
        }
    }
    ring_.flush();
}

Generation& StageLoop::open(int64_t micro_batch) {
    InFlight& opened = in_flight_[micro_batch];
    opened.generation = pipeline_.open(tasks_of(duties_.items_of(micro_batch), options_.batch_size));
    return *opened.generation;
}

void StageLoop::close(int64_t micro_batch) {
    in_flight_.erase(micro_batch);
    duties_.closed(micro_batch);
}

// The last stage

void StageLoop::run_last() {
    for (;;) {
        begin_up_to(options_.micro_batches);
        if (in_flight_.empty()) return;
        const Parcel parcel = ring_.receive();
        std::visit([&](const auto& content) { take(parcel.micro_batch, content); }, parcel.content);
    }
}

void StageLoop::begin_up_to(int in_flight) {
    while (static_cast<int>(in_flight_.size()) < in_flight) {
        const auto next = duties_.next(in_flight_.empty());
        if (!next) return;
        begin(*next);
    }
}

void StageLoop::begin(int64_t micro_batch) {
    try {
        ring_.send({micro_batch, Parcel::Data{0, open(micro_batch).begin()}});
    } catch (const PartnerLost&) {
        throw;
    } catch (const std::exception& error) {
        fail(micro_batch, describe(error));
    }
}

void StageLoop::take(int64_t micro_batch, const Parcel::Data& data) {
    Generation& generation = *in_flight_.at(micro_batch).generation;
    std::optional<NamedTensors> next;
    try {
        next = generation.run(static_cast<size_t>(data.evaluation), data.tensors);
    } catch (const std::exception& error) {
        return fail(micro_batch, describe(error));
    }
    if (!duties_.stepped(micro_batch, generation)) return end(micro_batch, Parcel::Over{});
    next ? ring_.send({micro_batch, Parcel::Data{data.evaluation + 1, std::move(*next)}}) : finish(micro_batch);
}

void StageLoop::fail(int64_t micro_batch, const Failure& failure) {
    duties_.failed(micro_batch, failure);
    end(micro_batch, Parcel::Over{});
}

void StageLoop::finish(int64_t micro_batch) {
    const InFlight& finished = in_flight_.at(micro_batch);
    // The micro-batches in flight share the time.
    const auto seconds = [watch = finished.watch, sharing = static_cast<double>(in_flight_.size())] {
        return watch.seconds() / sharing;
    };
    const bool is_result_sent = options_.gather_output && !ring_.is_first();
    if (!is_result_sent) make_way(micro_batch);
    std::optional<Outputs> outputs;
    try {
        outputs = finished.generation->finish();
    } catch (const std::exception& error) {
        duties_.failed(micro_batch, describe(error));
    }
    if (outputs && is_result_sent) return end(micro_batch, packed(*outputs, seconds));
    if (outputs) duties_.made(micro_batch, *outputs, seconds);
    is_result_sent ? end(micro_batch, Parcel::Over{}) : close(micro_batch);
}

/// Has the other stages forget it and begin the next one, so that they are at work while it is decoded here.
void StageLoop::make_way(int64_t micro_batch) {
    if (!ring_.is_first()) ring_.send({micro_batch, Parcel::Over{}});
    begin_up_to(options_.micro_batches + 1);
}

void StageLoop::end(int64_t micro_batch, Content how) {
    close(micro_batch);
    if (!ring_.is_first()) ring_.send({micro_batch, std::move(how)});
}

// The others

void StageLoop::pass_on(int64_t micro_batch, const Parcel::Data& data) {
    try {
        Generation& generation = data.evaluation == 0 ? open(micro_batch) : *in_flight_.at(micro_batch).generation;
        auto next = generation.run(static_cast<size_t>(data.evaluation), data.tensors);
        ring_.send({micro_batch, Parcel::Data{data.evaluation, std::move(next.value())}});
    } catch (const PartnerLost&) {
        throw;
    } catch (const std::exception& error) {
        ring_.send({micro_batch, describe(error)});
    }
}

void StageLoop::pass_on(int64_t micro_batch, const Failure& failure) { ring_.send({micro_batch, failure}); }

void StageLoop::pass_on(int64_t micro_batch, const Parcel::Result& result) {
    duties_.made(micro_batch, unpacked_outputs(result), [seconds = result.seconds] { return seconds; });
    pass_on(micro_batch, Parcel::Over{});
}

void StageLoop::pass_on(int64_t micro_batch, const Parcel::Over& over) {
    duties_.items_of(micro_batch);  // if it failed before it got here, its order has not been read yet
    close(micro_batch);
    if (ring_.stage() + 2 < ring_.stages()) ring_.send({micro_batch, over});
}

}  // namespace fanlight
