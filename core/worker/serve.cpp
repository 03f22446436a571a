#include "core/worker/serve.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "core/base/bounded_queue.h"
#include "core/base/stopwatch.h"
#include "core/pipelines/text_to_image.h"
#include "core/worker/heartbeat.h"
#include "core/worker/picture_writer.h"
#include "core/worker/stage_loop.h"

namespace fanlight {

namespace {

using protocol::Failed;

class Server;

/// A stage's micro-batches are the `generate` commands, numbered as they come: all stages are sent the same ones.
class ServedStage : public StageDuties {
public:
    explicit ServedStage(Server& server) : server_(server) {}

    bool expects() override;
    const std::vector<Item>& items_of(int64_t micro_batch) override;
    std::optional<int64_t> next(bool wait) override;
    bool stepped(int64_t micro_batch, size_t step, size_t of) override;
    void made(int64_t micro_batch, const Pictures& pictures, double seconds) override;
    void failed(int64_t micro_batch, const Failure& failure) override;
    void closed(int64_t micro_batch) override { orders_.erase(micro_batch); }

private:
    /// Takes a command from the queue. False when there is none now, or, having waited, none any more.
    bool take(bool wait);

    Server& server_;
    std::map<int64_t, protocol::Generate> orders_;  ///< by micro-batch, until it is over
    int64_t known_ = 0;                             ///< orders that have come
    int64_t begun_ = 0;
};

class Server {
public:
    explicit Server(Wire& wire) : wire_(wire) {}

    int run() {
        wire_.send(protocol::Hello{protocol::version, FANLIGHT_VERSION, ::getpid()});
        const Heartbeat heartbeat(wire_);
        std::thread reader([this] { read_commands(); });
        while (auto command = commands_.pop()) std::visit([this](const auto& body) { obey(body); }, *command);
        writer_.reset();
        reader.detach();  // may be blocked in read(); the process ends next
        return status_;
    }

private:
    friend class ServedStage;

    void read_commands() {
        try {
            while (auto message = wire_.receive()) {
                if (std::holds_alternative<protocol::Quit>(*message)) return stop();
                if (std::holds_alternative<protocol::Cancel>(*message)) {
                    cancelled_ = true;
                    given_up_ = ordered_.load();
                    continue;
                }
                if (std::holds_alternative<protocol::Generate>(*message)) {
                    cancelled_ = false;
                    ++ordered_;
                }
                commands_.push(std::move(*message));
            }
        } catch (const std::exception& error) {
            report(Failed{-1, "internal", error.what()});
            status_ = 1;
        }
        cancelled_ = true;  // the owner is gone: what is made is still written, what is being made is given up
        stop();
    }

    void stop() {
        commands_.close();
        const std::lock_guard lock(ring_mutex_);
        if (cancelled_ && ring_) ring_->abort();
    }

    void obey(const protocol::Load& load) {
        pipeline_.reset();
        writer_ = std::make_unique<PictureWriter>(load.recipe, [this](const auto& message) { report(message); });
        recipe_ = load.recipe;
        const Stopwatch watch;
        const c10::InferenceMode inference;
        try {
            const WorkerDevice device = open_device(load.device, load.recipe, load.device_map);
            if (load.stage.count > 0) return run_stage(load, device, watch);
            pipeline_ = std::make_unique<TextToImage>(load.folder, device.placement);
            report(protocol::Loaded{device.name, device.uuid, watch.seconds()});
        } catch (const std::exception& error) {
            report(Failed{-1, "model", describe(error).message});
        }
    }

    /// From here on the stage takes the commands.
    void run_stage(const protocol::Load& load, const WorkerDevice& device, const Stopwatch& watch) {
        const protocol::Stage& part = load.stage;
        PipelineStage stage(load.folder, device.placement,
                            {.layers = {static_cast<size_t>(part.first_layer), static_cast<size_t>(part.last_layer)},
                             .first = part.index == 0,
                             .last = part.index + 1 == part.count});
        join_ring(part, device.placement.device);
        report(protocol::Loaded{device.name, device.uuid, watch.seconds()});
        ServedStage duties(*this);
        try {
            StageLoop(stage, *ring_, duties,
                      {.micro_batches = part.micro_batches,
                       .gather_output = part.gather_output,
                       .batch_size = load.recipe.batch_size})
                .run();
        } catch (const std::exception& error) {
            if (cancelled_) return;
            report(Failed{-1, "internal", describe(error).message});
            status_ = 1;
            commands_.close();
        }
    }

    void join_ring(const protocol::Stage& part, at::Device device) {
        const Rendezvous rendezvous({.rank = part.index,
                                     .size = part.count,
                                     .store = part.rendezvous,
                                     .timeout_seconds = part.timeout_seconds});
        auto ring = std::make_unique<StageRing>(rendezvous, "pipeline", part.index, part.count, device);
        const std::lock_guard lock(ring_mutex_);
        ring_ = std::move(ring);
    }

    void obey(const protocol::Generate& order) {
        if (!pipeline_) return fail_all(order, {"model", "No model is loaded"});
        const Stopwatch watch;
        const c10::InferenceMode inference;
        try {
            const auto on_step = [&](int step, int of) {
                report_step(order, step, of);
                return !cancelled_;
            };
            const Pictures pictures = pipeline_->run(padded_batch(order.items, recipe_.batch_size), on_step);
            if (pictures.images.defined()) writer_->write(order.items, pictures, order.output, watch.seconds());
        } catch (const std::exception& error) {
            fail_all(order, describe(error));
        }
    }

    void obey(const protocol::Unload&) { pipeline_.reset(); }
    void obey(const protocol::Quit&) {}    // ends the reader and with it the loop
    void obey(const protocol::Cancel&) {}  // acted on by the reader, while this thread samples

    void report_step(const protocol::Generate& order, int step, int of) {
        for (const Item& item : order.items) report(protocol::Progress{item.index, step, of});
    }

    void fail_all(const protocol::Generate& order, const Failure& failure) {
        for (const Item& item : order.items) report(Failed{item.index, failure.kind, failure.message});
    }

    void report(const protocol::FromWorker& message) {
        try {
            wire_.send(message);
        } catch (const Error&) {
            cancelled_ = true;  // nobody listens: the reader meets the end of the input and ends the loop
        }
    }

    Wire& wire_;
    BoundedQueue<protocol::ToWorker> commands_{64};
    Recipe recipe_;
    std::unique_ptr<TextToImage> pipeline_;
    std::mutex ring_mutex_;  ///< guards ring_ against the reader
    std::unique_ptr<StageRing> ring_;
    std::unique_ptr<PictureWriter> writer_;
    std::atomic<bool> cancelled_{false};
    std::atomic<int64_t> ordered_{0};   ///< `generate` commands read
    std::atomic<int64_t> given_up_{0};  ///< those of them that were cancelled
    std::atomic<int> status_{0};
};

bool ServedStage::take(bool wait) {
    auto command = wait ? server_.commands_.pop() : server_.commands_.try_pop();
    if (!command) return false;
    if (auto* order = std::get_if<protocol::Generate>(&*command)) orders_.emplace(known_++, std::move(*order));
    return true;
}

bool ServedStage::expects() {
    while (take(false)) continue;
    while (orders_.empty())
        if (!take(true)) return false;
    return true;
}

const std::vector<Item>& ServedStage::items_of(int64_t micro_batch) {
    while (micro_batch >= known_)
        if (!take(true)) throw Error("A micro-batch came that was not ordered");
    return orders_.at(micro_batch).items;
}

std::optional<int64_t> ServedStage::next(bool wait) {
    while (take(false)) continue;
    while (begun_ == known_)
        if (!wait || !take(true)) return std::nullopt;
    return begun_++;
}

bool ServedStage::stepped(int64_t micro_batch, size_t step, size_t of) {
    server_.report_step(orders_.at(micro_batch), static_cast<int>(step), static_cast<int>(of));
    return micro_batch >= server_.given_up_;
}

void ServedStage::made(int64_t micro_batch, const Pictures& pictures, double seconds) {
    const protocol::Generate& order = orders_.at(micro_batch);
    server_.writer_->write(order.items, pictures, order.output, seconds);
}

void ServedStage::failed(int64_t micro_batch, const Failure& failure) {
    server_.fail_all(orders_.at(micro_batch), failure);
}

}  // namespace

int serve(Wire& wire) {
    ::signal(SIGPIPE, SIG_IGN);  // an owner that no longer listens is an error of write(), not the end
    return Server(wire).run();
}

}  // namespace fanlight
