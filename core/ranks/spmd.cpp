#include "core/ranks/spmd.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <numeric>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/base/shared_memory.h"
#include "core/base/stopwatch.h"
#include "core/devices/memory_reserve.h"
#include "core/devices/program_memory.h"
#include "core/networks/networks.h"
#include "core/output/journal.h"
#include "core/parallel/c10d_errors.h"
#include "core/parallel/pause.h"
#include "core/protocol/run_plan.h"
#include "core/ranks/launcher.h"
#include "core/ranks/rank_company.h"
#include "core/ranks/rank_folder.h"
#include "core/ranks/rank_gather.h"
#include "core/ranks/rank_lead.h"
#include "core/ranks/rank_lines.h"
#include "core/ranks/rank_log.h"
#include "core/ranks/rank_orders.h"
#include "core/ranks/rank_slots.h"
#include "core/ranks/rank_stage.h"
#include "core/weights/accelerator.h"
#include "core/worker/loaded_part.h"
#include "core/worker/result_writer.h"
#include "core/worker/worker_device.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

constexpr double max_step_seconds = 7 * 24 * 3600.0;  ///< for a stage; the roll call watches it
constexpr double connect_seconds = 60;                ///< for a neighbour that is known to be there
constexpr double gather_seconds = 300;                ///< for a rank that sends nothing

class Rank {
public:
    Rank(const fs::path& run_json, Company& company, const RankLog& log)
        : company_(company),
          log_(log),
          rank_(company.launched.rendezvous.rank),
          size_(company.launched.rendezvous.size),
          run_(agreed_plan(run_json)),
          folder_(fs::absolute(run_json).parent_path().parent_path(), run_, rank_),
          lead_(run_, size_) {
        if (rank_ == 0) company.roll_call.observe(all_ranks());
    }

    /// Works in rounds until nothing is left that anyone could make; more than one only if processes are lost.
    ExitCode work() {
        RoundOrders orders = agree();
        for (; !orders.items.empty() && orders.refusal.empty(); orders = agree()) {
            make(orders);
            ++round_;
        }
        if (orders.refusal.empty()) rank_ == 0 ? conclude() : gather_from_here();
        part();
        if (!orders.refusal.empty()) throw Error(Sentence(orders.refusal));
        return orders.left > 0 || !gathered_ ? ExitCode::SomeItemsFailed : ExitCode::Done;
    }

private:
    std::string key(const std::string& name) const { return company_.keys + name; }
    std::string key(const std::string& name, int rank) const { return key(name + "/" + std::to_string(rank)); }
    /// A key of this round.
    std::string round_key(const std::string& name) const { return key("round", round_) + "/" + name; }
    std::string round_key(const std::string& name, int rank) const {
        return round_key(name + "/" + std::to_string(rank));
    }

    /// The one that is being used.
    const PlannedModel& model() const { return run_.model(model_); }
    /// A key of this round and the model.
    std::string model_key(const std::string& name) const {
        return round_key(model_ == 0 ? name : "model/" + std::to_string(model_) + "/" + name);
    }

    /// Rank 0's plan, which is copied to a machine that has none; a machine that has another run's is refused.
    RunPlan agreed_plan(const fs::path& run_json) {
        if (rank_ == 0) {
            if (!fs::exists(run_json)) return read_plan_file(run_json);  // reports what is missing
            const std::string text = size_ > 1 ? read_file(run_json) : "";
            if (company_.on_network()) company_.meeting.set(key("plan"), text);
            company_.meeting.set(key("plan digest"), sha256_hex(text));
        } else {
            const std::string digest = company_.roll_call.wait_for(key("plan digest"), 0);
            if (company_.on_network() && !fs::exists(run_json)) {
                std::error_code ignored;  // writing reports it
                fs::create_directories(run_json.parent_path(), ignored);
                replace_file(run_json, company_.meeting.get(key("plan")));
            }
            if (fs::exists(run_json) && sha256_hex_of_file(run_json) != digest)
                throw Error("%1 is another run than the one of rank 0; give this machine an empty folder", run_json);
        }
        RunPlan plan = read_plan_file(run_json);
        check_for_ranks(plan);
        return plan;
    }

    std::vector<int> all_ranks() const {
        std::vector<int> ranks(static_cast<size_t>(size_));
        std::iota(ranks.begin(), ranks.end(), 0);
        return ranks;
    }

    // Who makes what

    /// All ranks report what they have made and hand it over; rank 0 replies with what is left.
    RoundOrders agree() {
        const RankReport report = own_report();
        company_.meeting.set(round_key("report", rank_), to_text(report));
        rank_ == 0 ? company_.meeting.set(round_key("orders"), to_text(orders_after(report))) : hand_over(report);
        RoundOrders orders = orders_in(company_.roll_call.wait_for(round_key("orders"), 0), run_.items.size());
        if (able_ && std::count(orders.unable.begin(), orders.unable.end(), rank_) > 0)
            throw Error(
                "The others have gone on without this process: it was not heard from for %1, or rank 0 could not take "
                "what it made",
                seconds_text(company_.launched.silence_seconds));
        return orders;
    }

    RankReport own_report() {
        RankReport report{.able = able_};
        {
            const std::lock_guard lock(noting_);
            report.done = std::exchange(made_, {});
            report.failed = std::exchange(failed_, {});
        }
        if (rank_ != 0 && round_ == 0 && company_.launched.leads_machine) {
            report.done = folder_.recorded().done;
            add_hashes(report);
        }
        return report;
    }

    /// Rank 0 runs where the run was prepared; this machine's model may be another one.
    void add_hashes(RankReport& report) const {
        for (int number = 0; number < run_.models(); ++number) report.models.push_back(file_hashes(run_.model(number)));
    }

    RoundOrders orders_after(const RankReport& own) {
        std::map<int, RankReport> reports;
        std::vector<std::string> losses;
        const auto from = [&](int rank, const auto& take) {
            const auto lose = [&](const std::string& sentence) {
                lead_.abandon(rank);
                company_.meeting.set(round_key("wanted", rank), to_text(ItemNumbers()));  // if it lives, it waits
                losses.push_back(sentence);
            };
            try {
                if (!lead_.has_abandoned(rank)) take();
            } catch (const PartnerLost& loss) {
                lose(loss.what());
            } catch (const Refused& refusal) {
                std::string name = company_.roll_call.name_of(rank);
                name.front() = 'R';
                lose(name + " is left out: " + refusal.what());
            }
        };
        for (int rank = 1; rank < size_; ++rank) from(rank, [&] { reports[rank] = report_of(rank); });
        // All have reported: in a shared folder there is what they have made, and what lost ranks have.
        const RankFolder::Recorded recorded = folder_.recorded();
        lead_.find(recorded.done, recorded.failed);
        lead_.take(0, company_.roll_call.name_of(0), own);
        for (const auto& [rank, report] : reports) from(rank, [&] { take_over(rank, report); });
        const RoundOrders orders = lead_.next_round();
        for (const std::string& loss : losses)
            log_.print(loss + (orders.items.empty() ? "" : "; the others make what it leaves"));
        return orders;
    }

    RankReport report_of(int rank) {
        const std::string text = company_.roll_call.wait_for(round_key("report", rank), rank);
        try {
            return report_in(text, run_.items.size());
        } catch (const Error& error) {
            throw Refused("it sent a report that cannot be read (%1)", sentence_of(error));
        }
    }

    /// Rank 0: what the rank has reported and this folder does not hold.
    void take_over(int rank, const RankReport& report) {
        const ItemNumbers missing = lead_.take(rank, company_.roll_call.name_of(rank), report);
        if (report.empty()) return;
        company_.meeting.set(round_key("wanted", rank), to_text(missing));
        if (missing.empty()) return;
        if (const auto loss = company_.roll_call.loss_of(rank)) throw PartnerLost(Sentence(*loss));
        Communicator group = connection(round_key("lines", rank));
        const RollCall::Alarm alarm(company_.roll_call, {rank}, [&] { group.abort(); });
        LineIntake intake(run_, missing);
        receive_lines(group, 1, [&](std::string_view piece) {
            const std::vector<JournalRecord> records = intake.take(piece);
            record_texts(records);
            for (const JournalRecord& each : records) lead_.receive(rank, each);
        });
        intake.finish();
    }

    /// Images are recorded once they have been gathered.
    void record_texts(std::vector<JournalRecord> records) {
        std::erase_if(records, [](const JournalRecord& each) {
            const auto* done = std::get_if<Result>(&each);
            return done && done->file();
        });
        if (!records.empty()) record(records);
    }

    void hand_over(const RankReport& report) {
        if (report.empty()) return;
        const std::string text = company_.roll_call.wait_for(round_key("wanted", rank_), 0);
        const ItemNumbers wanted = items_in(text, run_.items.size());
        if (wanted.empty()) return;
        DoneIndex index = folder_.index();
        auto item = wanted.begin();
        const auto next = [&]() -> std::optional<std::string> {
            if (item == wanted.end()) return std::nullopt;
            const int64_t number = *item++;
            if (const auto done = index.find(number)) return journal_line(*done);
            if (const auto it = index.failed().find(number); it != index.failed().end())
                return journal_line(it->second);
            throw Error("Rank 0 asks for item %1, of which nothing is recorded here", number);
        };
        Communicator group = connection(round_key("lines", rank_));
        const RollCall::Alarm alarm(company_.roll_call, {0}, [&] { group.abort(); });
        try {
            send_lines(group, next);
        } catch (const PartnerLost&) {
            // Rank 0 has refused a line, which it says in its orders, or is lost, which waiting for them shows.
        }
    }

    void make(const RoundOrders& orders) {
        const int stages = stages_of(run_.placement, size_), first = rank_ / stages * stages;
        const std::vector<int> makers = able_makers(orders.unable, size_, stages);
        const auto own = std::find(makers.begin(), makers.end(), rank_ / stages);
        if (own == makers.end()) return;
        const RankShare::Maker maker{.number = static_cast<int>(own - makers.begin()),
                                     .count = static_cast<int>(makers.size()),
                                     .stage = rank_ - first,
                                     .stages = stages};
        for (model_ = 0; model_ < run_.models() && able_ && !broken_; ++model_) {
            StoreBoard board(company_, model_key(""), first + stages - 1);
            RankShare share(run_, orders.items, board, maker, model_);
            if (!share.empty()) make_share(share);
        }
    }

    /// With one of the run's models.
    void make_share(RankShare& share) {
        const WorkerPlace& place = place_here();
        if (place.stages.empty() && run_.models() > 1 && share.is_taken()) return;  // before it is loaded
        device_ = open_device(device_here(place), model().recipe, place.device_map, model().packed_weights);
        claim_device();
        leave_memory(place);
        HostCallbacks callbacks(device_.placement.device);
        {
            ResultWriter writer(recorded_recipe(model().recipe, device_), callbacks,
                                [this](const protocol::FromWorker& message) { note(message); });
            place.stages.empty() ? make_alone(share, writer) : make_stage(place, share, writer);
        }
        callbacks.check();
    }

    /// The pipeline or the model that this process belongs to.
    const WorkerPlace& place_here() const {
        const std::vector<WorkerPlace>& places = model().placement.workers;
        const bool on_gpus = model().recipe.device_kind == "cuda";
        if (model().placement.mode == Mode::Sharded && on_gpus && company_.launched.local_rank > 0)
            throw UsageError("A sharded model has all GPUs of a machine; start one process on each");
        return places[std::min(places.size() - 1, static_cast<size_t>(rank_ / stages_of(model().placement, size_)))];
    }

    /// The device that computes in this process.
    std::string device_here(const WorkerPlace& place) const {
        if (model().recipe.device_kind != "cuda") return "cpu";
        if (!place.device_map.empty()) return place.device;
        return gpu_of(company_.launched.local_rank, accelerator().count(), model().placement);
    }

    /// A GPU takes one process; some launchers show all of them the same one.
    void claim_device() {
        if (device_.uuid.empty() || std::exchange(claimed_, true)) return;
        if (company_.meeting.add(company_.keys + "device/" + device_.uuid, 1) > 1)
            throw UsageError(
                "Another process of this run uses %1 (%2), too; start one for each GPU, or have the launcher show each "
                "its own",
                device_.name, device_.uuid);
    }

    /// To other programs, as the plan has it; its name of a card may be another than this process's.
    void leave_memory(const WorkerPlace& place) const {
        if (device_.uuid.empty() || model().placement.reserved.empty()) return;
        std::vector<Device> cards = list_devices();
        const bool is_only_card = place.device_map.empty();
        if (is_only_card) {
            std::erase_if(cards, [&](const Device& card) { return card.uuid != device_.uuid; });
            for (Device& card : cards) card.id = planned_gpu(company_.launched.local_rank, model().placement);
        }
        MemoryBudget limits =
            tensor_limits(cards, model().placement.reserved, false, communicators_of_stage(place.stages.size()));
        for (auto& [id, bytes] : limits)
            if (is_only_card) id = device_here(place);
        limit_memory(limits);
    }

    std::unique_ptr<Pipeline> load(const protocol::Stage& stage = {}) const {
        const std::string device = device_.placement.device.is_cpu() ? "cpu" : device_here(place_here());
        const Part part = loaded_part(rank_orders(run_, model_, device, stage),
                                      [this](const Sentence& note) { log_.print(note.text() + "."); });
        try {
            return load_pipeline(model().model_folder, device_.placement, model().recipe, part);
        } catch (const Error&) {
            throw;
        } catch (const std::exception& error) {
            throw Error(describe_loading(error, !model().placement.reserved.empty()).message);
        }
    }

    void make_alone(RankShare& share, ResultWriter& writer) {
        const auto pipeline = load();
        record({WorkerRecord{rank_, "started", Sentence(device_.name)}});
        const c10::InferenceMode inference;
        if (share.goes_into_slots()) {
            RankSlots duties(share, events_of(writer));
            SlotLoop(*pipeline, duties, model().recipe.batch_size).run();
        } else {
            make_together(*pipeline, share, writer);
        }
        able_ = !broken_;
    }

    void make_together(Pipeline& pipeline, RankShare& share, ResultWriter& writer) {
        for (int64_t n = 0; !broken_; ++n) {
            const auto items = share.order(n);
            if (!items) break;
            began(*items);
            const Stopwatch watch;
            try {
                const auto generation = pipeline.open(tasks_of(*items, model().recipe.batch_size));
                const auto outputs = run_whole(*generation, [](Generation&) { return true; });
                writer.write(*items, *outputs, folder_.path().string(), [watch] { return watch.seconds(); });
            } catch (const std::exception& error) {
                failed(*items, describe(error));
            }
        }
    }

    ShareEvents events_of(ResultWriter& writer) {
        return {.began = [this](const auto& items) { began(items); },
                .made =
                    [this, &writer](const auto& items, const Outputs& outputs, const ResultWriter::Seconds& seconds) {
                        check_disk();
                        writer.write(items, outputs, folder_.path().string(), seconds);
                    },
                .failed = [this](const auto& items, const Failure& failure) { failed(items, failure); }};
    }

    /// Stage k of pipeline r is rank r K + k, so that neighbours are on one machine if its processes are numbered
    /// consecutively.
    void make_stage(const WorkerPlace& place, RankShare& share, ResultWriter& writer) {
        const auto stages = static_cast<int>(place.stages.size());
        const int index = rank_ % stages;
        const WorkerPlace::Stage& part = place.stages[static_cast<size_t>(index)];
        const c10::InferenceMode inference;
        const auto stage = load({.index = index, .count = stages, .layers = part.layers});
        warn_of_shared_memory();
        std::vector<int> ranks(static_cast<size_t>(stages));
        std::iota(ranks.begin(), ranks.end(), rank_ - index);
        try {
            const auto ring = joined_ring(ranks, index, device_.placement.device);
            const RollCall::Alarm alarm(company_.roll_call, ranks, [&] { ring->abort(); });
            record({WorkerRecord{rank_, "started", Sentence(device_.name)}});
            RankStage duties(share, events_of(writer));
            StageLoop(*stage, *ring, duties,
                      {.micro_batches = model().placement.micro_batches,
                       .gather_output = model().placement.gather_output,
                       .batch_size = model().recipe.batch_size})
                .run();
        } catch (const PartnerLost& loss) {
            able_ = false;
            const auto cause = cause_among(ranks);
            if (const auto end = company_.roll_call.loss_of(0)) throw PartnerLost(Sentence(*end));
            if (cause && rank_ == 0) return;  // reported when the round ends
            log_.print("The pipeline of rank " + std::to_string(rank_) +
                       " cannot go on: " + cause.value_or(loss.what()));
        }
    }

    void warn_of_shared_memory() const {
        const bool by_nccl = exchanges_on_gpus(model().placement) && company_.launched.leads_machine;
        const Sentence problem = by_nccl ? shared_memory_problem(shared_memory()) : Sentence();
        if (!problem.empty()) log_.print(problem.text());
    }

    /// Connects the stages once all have loaded the model, however long that takes.
    std::shared_ptr<StageRing> joined_ring(const std::vector<int>& ranks, int stage, at::Device device) {
        company_.meeting.set(model_key("ready/" + std::to_string(rank_)), "");
        for (const int rank : ranks) company_.roll_call.wait_for(model_key("ready/" + std::to_string(rank)), rank);
        Rendezvous::Options options = company_.as_client(connect_seconds);
        options.gloo_timeout_seconds = max_step_seconds;
        return within(
            2 * connect_seconds, "The stages of the pipeline of rank " + std::to_string(rank_) + " have not met",
            [options, name = model_key("pipeline/" + std::to_string(ranks.front())), stage, stages = ranks.size(),
             device] {
                return std::make_shared<StageRing>(Rendezvous(options), name, stage, static_cast<int>(stages), device);
            });
    }

    /// A connection breaks at once, at both neighbours; the roll call knows a little later which process caused it.
    std::optional<std::string> cause_among(const std::vector<int>& ranks) const {
        const Stopwatch watch;
        for (Pause pause; watch.seconds() < 2 * company_.launched.silence_seconds; pause.wait())
            if (const auto cause = company_.roll_call.loss_among(ranks)) return cause;
        return std::nullopt;
    }

    void check_disk() const {
        if (broken_) throw Error("No image can be written to %1; make room and start again", folder_.path());
    }

    void began(const std::vector<Item>& items) {
        check_disk();
        std::vector<JournalRecord> leases;
        for (const Item& item : items) leases.emplace_back(LeasedRecord{item.index, rank_});
        record(leases);
    }

    void failed(const std::vector<Item>& items, const Failure& failure) {
        for (const Item& item : items) note(protocol::Failed{item.index, failure.kind, failure.message});
    }

    /// Called from this thread and from the writer's.
    void note(const protocol::FromWorker& message) {
        if (const auto* image = std::get_if<protocol::Image>(&message)) {
            made(protocol::result_of(*image));
        } else if (const auto* text = std::get_if<protocol::Text>(&message)) {
            made(protocol::result_of(*text));
        } else if (const auto* failed = std::get_if<protocol::Failed>(&message)) {
            log_.print("fanlight-worker " + std::to_string(rank_) + ": item " + std::to_string(failed->item) +
                       " failed (" + failed->kind + "): " + failed->message.text());
            if (failed->kind == "disk") broken_ = true;
            record({FailedRecord{failed->item, failed->kind, failed->message}});
            const std::lock_guard lock(noting_);
            failed_.push_back(failed->item);
        }
    }

    void made(Result result) {
        result.worker = rank_;
        result.device_name = device_.name;
        result.device_uuid = device_.uuid;
        result.finished_at = utc_now();
        result.threads = model().recipe.threads;
        record({result});
        const std::lock_guard lock(noting_);
        made_.push_back(result.item);
    }

    void record(const std::vector<JournalRecord>& records) { folder_.record(records); }

    // The end

    void conclude() {
        if (run_.gather) gather();
        folder_.write_results(lead_);
        const size_t made = lead_.done().size(), all = run_.items.size();
        const Task& task = run_.items.front().task;
        const std::string command = task.is<ImageTask>() ? "generate" : std::string(task.kind());
        log_.print(
            std::to_string(made) + " of " + std::to_string(all) + (task.suffix().empty() ? " texts" : " images") +
            " in " + folder_.path().string() +
            (made < all ? "; make the rest with fanlight " + command + " --resume " + folder_.path().string() : ""));
    }

    /// Rank 0 leaves last: it may be the one that serves the store.
    void part() {
        if (rank_ != 0) {
            company_.roll_call.stop();
            return company_.meeting.set(key("bye", rank_), "");
        }
        for (int rank = 1; rank < size_; ++rank) {
            try {
                if (!lead_.has_abandoned(rank)) company_.roll_call.wait_for(key("bye", rank), rank);
            } catch (const PartnerLost&) {
                // It has left without saying so, which no longer matters.
            }
        }
        company_.roll_call.stop();
        remove_meeting(company_.launched);
    }

    /// Connects rank 0 with one other rank, which both name.
    Communicator connection(const std::string& name) const {
        return {Rendezvous(company_.as_client(gather_seconds)), name, rank_ == 0 ? 0 : 1, 2, at::kCPU};
    }

    /// Rank 0: fetches and records the images that others have made and that are missing here, and draws a contact
    /// sheet of all.
    void gather() {
        for (int rank = 1; rank < size_; ++rank) {
            ItemNumbers items;
            std::vector<Result> images;
            for (const auto& [item, image] : lead_.files_of(rank)) items.push_back(item), images.push_back(image);
            try {
                if (const auto loss = company_.roll_call.loss_of(rank)) throw PartnerLost(Sentence(*loss));
                company_.meeting.set(key("wanted", rank), to_text(items));
                if (items.empty()) continue;
                Communicator group = connection(key("gather", rank));
                const RollCall::Alarm alarm(company_.roll_call, {rank}, [&] { group.abort(); });
                receive_images(group, 1, folder_.path(), images);
                for (const Result& image : images) record({image});
            } catch (const PartnerLost& loss) {
                if (items.empty()) continue;
                gathered_ = false;
                log_.print(std::string(loss.what()) + "; its images are not here");
            }
        }
        draw_sheet();
    }

    void gather_from_here() {
        if (!run_.gather) return;
        const std::string wanted = company_.roll_call.wait_for(key("wanted", rank_), 0);
        const ItemNumbers items = items_in(wanted, run_.items.size());
        if (items.empty()) return;
        Communicator group = connection(key("gather", rank_));
        const RollCall::Alarm alarm(company_.roll_call, {0}, [&] { group.abort(); });
        send_images(group, folder_.path(), run_, items);
    }

    /// A failure is only reported: the images are complete without it.
    void draw_sheet() const {
        if (run_.items.front().task.suffix().empty() || lead_.done().empty()) return;  // texts, or nothing
        try {
            write_run_sheet(folder_.path(), run_, {lead_.done().begin(), lead_.done().end()});
        } catch (const Error& error) {
            log_.print(std::string("There is no contact sheet: ") + error.what());
        }
    }

    Company& company_;
    const RankLog& log_;
    const int rank_, size_;
    const RunPlan run_;
    RankFolder folder_;
    RankLead lead_;  ///< used by rank 0 only
    WorkerDevice device_;
    int round_ = 0;
    int model_ = 0;  ///< the number of the one that is being used
    bool able_ = true, gathered_ = true;
    std::atomic<bool> broken_{false};
    bool claimed_ = false;       ///< the device
    std::mutex noting_;          ///< guards what follows
    ItemNumbers made_, failed_;  ///< since the last report
};

}  // namespace

ExitCode run_spmd(const fs::path& run_json) {
    const fs::path own_folder = fs::absolute(run_json).parent_path();
    const Launched launched = launched_as(own_folder.parent_path());
    std::error_code ignored;                                                        // writing there reports it
    if (launched.rendezvous.rank > 0) fs::create_directories(own_folder, ignored);  // for rank 0's plan
    const RankLog log(own_folder / "logs", launched.rendezvous.rank);
    // Every rank's log has it; the user sees it once a machine.
    Company company(launched, {.tell = [&](const std::string& sentence) {
                        std::fprintf(stderr, "%s\n", sentence.c_str());
                        if (launched.leads_machine) log.print(sentence);
                    }});
    try {
        return Rank(run_json, company, log).work();
    } catch (const PartnerLost& loss) {
        const Error error("%1; start the processes again to make the rest", loss.sentence());
        company.roll_call.leave(error.what());
        throw Error(error);
    } catch (const DeviceLost& lost) {  // the others make what was in flight here
        company.roll_call.leave(lost.what());
        throw;
    } catch (const std::exception& error) {
        company.roll_call.leave(describe(error).message.text());
        throw;
    }
}

}  // namespace fanlight
