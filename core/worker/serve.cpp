#include "core/worker/serve.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "core/base/bounded_queue.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/stopwatch.h"
#include "core/networks/networks.h"
#include "core/worker/deliveries.h"
#include "core/worker/heartbeat.h"
#include "core/worker/kept_models.h"
#include "core/worker/loaded_part.h"
#include "core/worker/memory_ladder.h"
#include "core/worker/process_memory.h"
#include "core/worker/served_slots.h"
#include "core/worker/stage_loop.h"

namespace fanlight {

namespace {

using protocol::Failed;

constexpr size_t max_order_items = 100'000;

class Server;

/// A stage's micro-batches are the `generate` commands in their order, which is the same for all stages.
class ServedStage : public StageDuties {
public:
    explicit ServedStage(Server& server) : server_(server) {}

    bool expects() override;
    const std::vector<Item>& items_of(int64_t micro_batch) override;
    std::optional<int64_t> next(bool wait) override;
    bool stepped(int64_t micro_batch, Generation& generation) override;
    void made(int64_t micro_batch, const Outputs& outputs, const ResultWriter::Seconds& seconds) override;
    void failed(int64_t micro_batch, const Failure& failure) override;
    void closed(int64_t micro_batch) override;

private:
    /// Takes a command from the queue. Returns false if there is none now or, after waiting, there will be no more for
    /// this model.
    bool take(bool wait);

    Server& server_;
    std::map<int64_t, Order> orders_;  ///< by micro-batch, until it ends
    int64_t known_ = 0;                ///< number of orders received
    int64_t begun_ = 0;
};

class Server {
public:
    explicit Server(Wire& wire) : wire_(wire), deliveries_(wire) {}

    int run() {
        wire_.send(protocol::Hello{protocol::version, FANLIGHT_VERSION, ::getpid()});
        const Heartbeat heartbeat(wire_, [this] { return stats(); });
        std::thread reader([this] { read_commands(); });
        try {
            while (auto command = next_command()) std::visit([this](const auto& body) { obey(body); }, *command);
        } catch (const DeviceLost& lost) {
            deliveries_.failed(lost);
            status_ = 1;
        }
        deliveries_.finish();
        reader.detach();  // may be blocked in read(); the process ends next
        return status_;
    }

private:
    friend class ServedStage;

    void read_commands() {
        try {
            while (auto message = wire_.receive()) {
                if (std::holds_alternative<protocol::Quit>(*message)) return stop();
                if (!completes(*message)) continue;
                if (note(*message)) commands_.push(std::move(*message));
            }
        } catch (const std::exception& error) {
            deliveries_.report(Failed{-1, "internal", sentence_of(error)});
            status_ = 1;
        }
        deliveries_.open_orders().abandon();  // finished pictures are still written, unfinished ones given up
        leaving_at_once_ = true;
        stop();
    }

    /// Collects an order that comes in several messages: its last one then holds all items.
    bool completes(protocol::ToWorker& message) {
        auto* order = std::get_if<protocol::Generate>(&message);
        if (!order) return true;
        incomplete_.insert(incomplete_.end(), std::make_move_iterator(order->items.begin()),
                           std::make_move_iterator(order->items.end()));
        if (incomplete_.size() > max_order_items) throw Error("An order has too many items");
        if (order->more) return false;
        order->items = std::exchange(incomplete_, {});
        return true;
    }

    /// Handles what cannot wait for the sampling thread. Returns whether that thread must handle the message as well.
    bool note(const protocol::ToWorker& message) {
        if (const auto* order = std::get_if<protocol::Generate>(&message)) {
            leaving_at_once_ = false;
            deliveries_.open_orders().open(order->items);
        } else if (const auto* cancel = std::get_if<protocol::Cancel>(&message)) {
            leaving_at_once_ = cancel->items.empty();
            deliveries_.open_orders().cancel(cancel->items);
            return false;
        } else if (const auto* previews = std::get_if<protocol::Previews>(&message)) {
            deliveries_.want_previews(previews->wanted);
            return false;
        }
        return true;
    }

    void stop() {
        commands_.close();
        const std::lock_guard lock(ring_mutex_);
        if (leaving_at_once_ && ring_) ring_->abort();
    }

    void obey(const protocol::Load& load) {
        const c10::InferenceMode inference;
        is_loaded_ = false;
        try {
            device_ = open_device(load.device, load.recipe, load.device_map, load.packed_weights);
            limit_memory(load.limits);
            if (load.stage.count > 0) return run_stage(load);
            if (!models_.take_up(load)) load_whole(load);
            models_.current()->set_preview_decoder(load.preview_decoder);
            begin(load);
        } catch (const std::exception& error) {
            const Failure failure = describe_loading(error, !load.limits.empty());
            deliveries_.report(Failed{-1, failure.kind, failure.message});
        }
    }

    Part part_of(const protocol::Load& load) {
        return loaded_part(load, [this](const Sentence& note) { deliveries_.report(protocol::Heartbeat{note}); });
    }

    /// Takes the rungs of the ladder as far as it must.
    void load_whole(const protocol::Load& load) {
        const auto open = [&] {
            const Opening opening = ladder_.opening(load, device_.placement);
            Part part = part_of(load);
            part.brief_encoders |= opening.part.brief_encoders;
            part.takes_turns |= opening.part.takes_turns;
            if (opening.alone) part.cfg_device.reset();
            return load_pipeline(load.folder, opening.placement, load.recipe, part, models_.parts());
        };
        for (bool has_waited = device_.placement.device.is_cpu();;) {
            try {
                return models_.load(load, open);
            } catch (const std::exception& error) {
                if (describe_loading(error, false).kind != "memory") throw;
                if (has_waited && !climb(load)) throw;
            }
            // A predecessor may still be ending: nothing is given up for its sake.
            if (!std::exchange(has_waited, true)) std::this_thread::sleep_for(std::chrono::seconds(1));
        }
    }

    /// False: there is no rung left.
    bool climb(const protocol::Load& load) {
        const auto taken = ladder_.climb(load, device_.placement);
        if (taken) deliveries_.report(protocol::Heartbeat{*taken});
        return taken.has_value();
    }

    /// Makes room for the model in use without changing a pixel. False: there is no way left. Throws if the model could
    /// not be opened again; there is none then.
    bool make_room() {
        if (models_.drop_others()) return true;
        if (!climb(loaded_)) return false;
        models_.clear();
        load_whole(loaded_);
        models_.current()->set_preview_decoder(loaded_.preview_decoder);
        return true;
    }

    /// Called once the model is loaded.
    void begin(const protocol::Load& load) {
        if (!load.log.empty()) append_standard_error_to(load.log);
        loaded_ = load;
        is_loaded_ = true;
        limit_memory(load.limits);
        compute_device_ = device_.placement.device;
        deliveries_.begin(recorded_recipe(load.recipe, device_), compute_device_);
        const int slots = load.stage.count > 0 ? 0 : load.recipe.batch_size;
        deliveries_.report(protocol::Loaded{device_.name, device_.uuid, std::exchange(loading_, {}).seconds(), slots});
    }

    /// While it runs, the stage takes the commands from the queue.
    void run_stage(const protocol::Load& load) {
        const protocol::Stage& part = load.stage;
        const Part own = part_of(load);
        const auto stage = load_pipeline(load.folder, device_.placement, load.recipe, own);
        stage->set_preview_decoder(load.preview_decoder);
        if (!ring_) join_ring(part, device_.placement.device);
        deliveries_.answer_for_items(part.gather_output ? own.first : own.last);
        begin(load);
        ServedStage duties(*this);
        try {
            StageLoop(*stage, *ring_, duties,
                      {.micro_batches = part.micro_batches,
                       .gather_output = part.gather_output,
                       .batch_size = load.recipe.batch_size})
                .run();
        } catch (const std::exception& error) {
            if (leaving_at_once_) return;
            deliveries_.report(Failed{-1, "internal", describe(error).message});
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

    void obey(const protocol::Generate& work) {
        const Stopwatch watch;
        const c10::InferenceMode inference;
        if (is_loaded_ && work.items.front().task.ends_alone()) {
            ServedSlots duties(deliveries_, work, [this] { return next_order(); });
            SlotLoop(*models_.current(), duties, loaded_.recipe.batch_size).run();
        } else {
            make_together({work, {}}, watch);
        }
        deliveries_.when_done([this, watch] {
            const double since_last = std::exchange(since_last_order_, {}).seconds();
            busy_seconds_ = busy_seconds_ + std::min(watch.seconds(), since_last);
        });
    }

    /// The next command if it is an order. Any other one is kept until the orders before it have been carried out.
    std::optional<protocol::Generate> next_order() {
        if (kept_command_) return std::nullopt;
        auto command = commands_.try_pop();
        if (!command) return std::nullopt;
        if (auto* order = std::get_if<protocol::Generate>(&*command)) return std::move(*order);
        kept_command_ = std::move(command);
        return std::nullopt;
    }

    std::optional<protocol::ToWorker> next_command() {
        if (kept_command_) return std::exchange(kept_command_, std::nullopt);
        return commands_.pop();
    }

    void make_together(Order order, const Stopwatch& watch) {
        try {
            if (!is_loaded_) throw Error("No model is loaded");
            const auto outputs = outputs_of(order);
            if (outputs) deliveries_.made(order, *outputs, [watch] { return watch.seconds(); });
        } catch (const std::exception& error) {
            const Failure failure = describe(error);
            deliveries_.failed(order, failure);
            if (is_loaded_ && !models_.current()) {  // the owner starts another process
                deliveries_.report(Failed{-1, failure.kind, failure.message});
                is_loaded_ = false;
            }
        }
        deliveries_.closed(order);
    }

    /// nullopt: all its items have been cancelled.
    std::optional<Outputs> outputs_of(Order& order) {
        const auto make = [&] {
            if (!order.work.ahead.empty()) models_.current()->expect(tasks_ahead(order.work));
            const auto generation = models_.current()->open(tasks_of(order.work.items, loaded_.recipe.batch_size));
            return run_whole(*generation, [&](Generation& stepped) { return deliveries_.stepped(order, stepped); });
        };
        for (;;) {
            try {
                return make();
            } catch (const std::exception& error) {
                if (describe(error).kind != "memory" || !make_room()) throw;
            }
        }
    }

    static std::vector<Task> tasks_ahead(const protocol::Generate& work) {
        std::vector<Task> tasks;
        for (const Item& item : work.ahead) tasks.push_back(item.task);
        return tasks;
    }

    void obey(const protocol::Unload&) {
        models_.clear();
        is_loaded_ = false;
    }
    void obey(const protocol::Quit&) {}      // ends the reader and with it the loop
    void obey(const protocol::Cancel&) {}    // handled by the reader while this thread samples
    void obey(const protocol::Previews&) {}  // likewise

    protocol::Stats stats() const {
        return {resident_bytes(), device_bytes(compute_device_.load()), busy_seconds_.load()};
    }

    Wire& wire_;
    Deliveries deliveries_;
    BoundedQueue<protocol::ToWorker> commands_{64};
    std::vector<Item> incomplete_;  ///< of an order of which more is to come; the reader's
    std::optional<protocol::ToWorker> kept_command_;
    Stopwatch loading_;
    protocol::Load loaded_;
    bool is_loaded_ = false;  ///< the model that was last asked for
    WorkerDevice device_;
    KeptModels models_;
    MemoryLadder ladder_;
    std::mutex ring_mutex_;  ///< guards ring_ against the reader
    std::unique_ptr<StageRing> ring_;
    std::atomic<at::Device> compute_device_{at::Device(at::kCPU)};
    std::atomic<double> busy_seconds_{0};
    Stopwatch since_last_order_;
    std::atomic<bool> leaving_at_once_{false};  ///< nothing that was ordered is wanted any more
    std::atomic<int> status_{0};
};

bool ServedStage::take(bool wait) {
    if (server_.kept_command_) return false;
    auto command = wait ? server_.commands_.pop() : server_.commands_.try_pop();
    if (!command) return false;
    if (auto* work = std::get_if<protocol::Generate>(&*command)) orders_.emplace(known_++, Order{std::move(*work), {}});
    if (const auto* load = std::get_if<protocol::Load>(&*command)) {
        if (holds_same_model(server_.loaded_, *load)) {
            server_.begin(*load);
        } else {  // once the orders before it have been carried out, which the owner waits for
            server_.kept_command_ = std::move(command);
            return false;
        }
    }
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
        if (!take(true)) throw Error("A micro-batch arrived that was not ordered");
    return orders_.at(micro_batch).work.items;
}

std::optional<int64_t> ServedStage::next(bool wait) {
    while (take(false)) continue;
    while (begun_ == known_)
        if (!wait || !take(true)) return std::nullopt;
    return begun_++;
}

bool ServedStage::stepped(int64_t micro_batch, Generation& generation) {
    return server_.deliveries_.stepped(orders_.at(micro_batch), generation);
}

void ServedStage::made(int64_t micro_batch, const Outputs& outputs, const ResultWriter::Seconds& seconds) {
    server_.deliveries_.made(orders_.at(micro_batch), outputs, seconds);
}

void ServedStage::failed(int64_t micro_batch, const Failure& failure) {
    server_.deliveries_.failed(orders_.at(micro_batch), failure);
}

void ServedStage::closed(int64_t micro_batch) {
    server_.deliveries_.closed(orders_.at(micro_batch));
    orders_.erase(micro_batch);
}

}  // namespace

int serve(Wire& wire) { return Server(wire).run(); }

}  // namespace fanlight
