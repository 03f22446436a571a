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
#include "core/config/hash_cache.h"
#include "core/config/model_catalog.h"
#include "core/devices/memory_reserve.h"
#include "core/devices/program_memory.h"
#include "core/networks/networks.h"
#include "core/output/journal.h"
#include "core/output/run_results.h"
#include "core/parallel/c10d_errors.h"
#include "core/parallel/pause.h"
#include "core/parallel/roll_call.h"
#include "core/protocol/run_plan.h"
#include "core/ranks/launcher.h"
#include "core/ranks/rank_gather.h"
#include "core/ranks/rank_lead.h"
#include "core/ranks/rank_log.h"
#include "core/ranks/rank_stage.h"
#include "core/weights/accelerator.h"
#include "core/worker/result_writer.h"
#include "core/worker/worker_device.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

constexpr double max_step_seconds = 7 * 24 * 3600.0;  ///< for a stage; the roll call watches it
constexpr double arrival_seconds = 300;               ///< until all processes have arrived
constexpr double connect_seconds = 60;                ///< for a neighbour that is known to be there
constexpr double gather_seconds = 300;                ///< for a rank that sends no image

/// The results recorded in the folder's journals: this process's, from all its starts, and in a shared folder the
/// others'. A file that is missing or has another size does not count.
std::map<int64_t, Result> done_before(const fs::path& folder, const RunPlan& run) {
    std::map<int64_t, Result> done;
    for (auto& [index, record] : replay_journals(folder / ".fanlight").done) {
        if (index < 0 || index >= static_cast<int64_t>(run.items.size())) continue;
        const ResultFile* file = record.file();
        std::error_code error;
        const auto bytes = file ? fs::file_size(folder / run.items[static_cast<size_t>(index)].place, error) : 0;
        if (!file || (!error && static_cast<int64_t>(bytes) == file->bytes)) done.emplace(index, std::move(record));
    }
    return done;
}

/// All processes of the run, as seen by one of them.
struct Company {
    explicit Company(const Launched& as)
        : launched(as),
          keys("fanlight/" + launched.attempt + "/"),
          meeting(with_timeout(launched.rendezvous, arrival_seconds)),
          roll_call(meeting,
                    {.keys = keys, .silence_seconds = launched.silence_seconds, .arrival_seconds = arrival_seconds}) {}

    static Rendezvous::Options with_timeout(Rendezvous::Options options, double seconds) {
        options.timeout_seconds = seconds;
        return options;
    }

    /// The rendezvous for a further connection, which never serves the store itself.
    Rendezvous::Options as_client(double seconds) const {
        Rendezvous::Options options = with_timeout(launched.rendezvous, seconds);
        const std::string serving = "tcp-serve://";
        if (options.store.starts_with(serving)) options.store = "tcp://" + options.store.substr(serving.size());
        return options;
    }

    bool on_network() const { return launched.rendezvous.store.starts_with("tcp"); }

    const Launched launched;
    const std::string keys;  ///< prefix of all keys in the store
    Rendezvous meeting;
    RollCall roll_call;
};

/// Kept in the store, for one round.
class StoreBoard : public OrderBoard {
public:
    StoreBoard(Company& company, std::string keys, int last_stage)
        : company_(company), keys_(std::move(keys)), last_stage_(last_stage) {}

    int64_t take_ticket() override { return company_.meeting.add(keys_ + "ticket", 1) - 1; }
    void announce(int maker, int64_t n, int64_t batch) override {
        company_.meeting.set(key_of(maker, n), to_line(Json(batch)));
    }
    int64_t announced(int maker, int64_t n) override {
        const std::string text = company_.roll_call.wait_for(key_of(maker, n), last_stage_);
        return required<int64_t>({{"batch", parse_json(text, "a message of another process", 4)}}, "batch",
                                 "a message of another process");
    }

private:
    std::string key_of(int maker, int64_t n) const {
        return keys_ + "order/" + std::to_string(maker) + "/" + std::to_string(n);
    }

    Company& company_;
    const std::string keys_;
    const int last_stage_;  ///< its rank
};

class Rank {
public:
    Rank(const fs::path& run_json, Company& company, const RankLog& log)
        : folder_(fs::absolute(run_json).parent_path().parent_path()),
          company_(company),
          log_(log),
          rank_(company.launched.rendezvous.rank),
          size_(company.launched.rendezvous.size),
          run_(agreed_plan(run_json)),
          lead_(run_, size_),
          journal_(folder_ / ".fanlight", "journal-" + std::to_string(rank_) + ".jsonl") {
        journal_.truncate_torn_end();
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
        if (!orders.refusal.empty()) throw Error(orders.refusal);
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
                throw Error(run_json.string() +
                            " is another run than the one of rank 0; give this machine an empty folder");
        }
        return read_plan_file(run_json);
    }

    std::vector<int> all_ranks() const {
        std::vector<int> ranks(static_cast<size_t>(size_));
        std::iota(ranks.begin(), ranks.end(), 0);
        return ranks;
    }

    // Who makes what

    /// All ranks report what they have made; rank 0 replies with what is left.
    RoundOrders agree() {
        const RankReport report = own_report();
        company_.meeting.set(round_key("report", rank_), to_text(report));
        if (rank_ == 0) company_.meeting.set(round_key("orders"), to_text(orders_after(report)));
        RoundOrders orders = orders_in(company_.roll_call.wait_for(round_key("orders"), 0));
        for (const int64_t item : orders.items)
            if (item < 0 || item >= static_cast<int64_t>(run_.items.size()))
                throw Error("Rank 0 asks for an item that the run does not have; start the processes again");
        if (able_ && std::count(orders.unable.begin(), orders.unable.end(), rank_) > 0)
            throw Error("This process was not heard of for " + seconds_text(company_.launched.silence_seconds) +
                        ", and the others have gone on without it");
        return orders;
    }

    RankReport own_report() {
        RankReport report{.able = able_};
        {
            const std::lock_guard lock(recording_);
            report.done = std::exchange(made_, {});
            report.failed = std::exchange(failed_, {});
        }
        // If others write into the same folder, rank 0 also sees what lost ranks have made.
        if (rank_ == 0 || (round_ == 0 && company_.launched.leads_machine)) report.done = done_before();
        if (rank_ != 0 && round_ == 0 && company_.launched.leads_machine) add_hashes(report);
        return report;
    }

    std::vector<Result> done_before() const {
        std::vector<Result> records;
        for (const auto& [index, record] : fanlight::done_before(folder_, run_)) records.push_back(record);
        return records;
    }

    /// Rank 0 runs where the run was prepared; this machine's model may be another one.
    void add_hashes(RankReport& report) const {
        if (is_model(run_.model_folder)) report.model_hash = model_hash(run_.model_folder);
        for (const Lora& lora : run_.recipe.loras)
            report.lora_hashes.push_back(fs::is_regular_file(lora.file) ? cached_sha256(lora.file) : "");
    }

    RoundOrders orders_after(const RankReport& own) {
        lead_.take(0, company_.roll_call.name_of(0), own);
        std::vector<std::string> losses;
        for (int rank = 1; rank < size_; ++rank) {
            if (lead_.has_abandoned(rank)) continue;
            try {
                const RankReport report = report_in(company_.roll_call.wait_for(round_key("report", rank), rank));
                lead_.take(rank, company_.roll_call.name_of(rank), report);
            } catch (const PartnerLost& loss) {
                lead_.abandon(rank);
                losses.emplace_back(loss.what());
            }
        }
        if (!losses.empty()) lead_.take(0, company_.roll_call.name_of(0), {.able = able_, .done = done_before()});
        const RoundOrders orders = lead_.next_round();
        for (const std::string& loss : losses)
            log_.print(loss + (orders.items.empty() ? "" : "; the others make what it leaves"));
        return orders;
    }

    void make(const RoundOrders& orders) {
        const int stages = stages_of(run_.placement, size_), first = rank_ / stages * stages;
        const std::vector<int> makers = able_makers(orders.unable, size_, stages);
        const auto own = std::find(makers.begin(), makers.end(), rank_ / stages);
        if (own == makers.end()) return;
        StoreBoard board(company_, round_key(""), first + stages - 1);
        RankShare share(run_, orders.items, board,
                        {.number = static_cast<int>(own - makers.begin()),
                         .count = static_cast<int>(makers.size()),
                         .stage = rank_ - first,
                         .stages = stages});
        if (share.empty()) return;
        const WorkerPlace& place = place_here();
        device_ = open_device(device_here(place), run_.recipe, place.device_map);
        claim_device();
        leave_memory(place);
        HostCallbacks callbacks(device_.placement.device);
        {
            ResultWriter writer(recorded_recipe(run_.recipe, device_), callbacks,
                                [this](const protocol::FromWorker& message) { note(message); });
            place.stages.empty() ? make_alone(share, writer) : make_stage(place, share, writer);
        }
        callbacks.check();
    }

    /// The pipeline or the model that this process belongs to.
    const WorkerPlace& place_here() const {
        const std::vector<WorkerPlace>& places = run_.placement.workers;
        const bool on_gpus = run_.recipe.device_kind == "cuda";
        if (run_.placement.mode == Mode::Sharded && on_gpus && company_.launched.local_rank > 0)
            throw UsageError("A sharded model has all GPUs of a machine; start one process on each");
        return places[std::min(places.size() - 1, static_cast<size_t>(rank_ / stages_of(run_.placement, size_)))];
    }

    /// The device that computes in this process.
    std::string device_here(const WorkerPlace& place) const {
        if (run_.recipe.device_kind != "cuda") return "cpu";
        if (!place.device_map.empty()) return place.device;
        return gpu_of(company_.launched.local_rank, accelerator().count(), run_.placement);
    }

    /// A GPU takes one process; some launchers show all of them the same one.
    void claim_device() {
        if (device_.uuid.empty() || std::exchange(claimed_, true)) return;
        if (company_.meeting.add(company_.keys + "device/" + device_.uuid, 1) > 1)
            throw UsageError("Another process of this run uses " + device_.name + " (" + device_.uuid +
                             "), too; start one for each GPU, or have the launcher show each its own");
    }

    /// To other programs, as the plan has it; its name of a card may be another than this process's.
    void leave_memory(const WorkerPlace& place) const {
        if (device_.uuid.empty() || run_.placement.reserved.empty()) return;
        std::vector<Device> cards = list_devices();
        const bool is_only_card = place.device_map.empty();
        if (is_only_card) {
            std::erase_if(cards, [&](const Device& card) { return card.uuid != device_.uuid; });
            for (Device& card : cards) card.id = planned_gpu(company_.launched.local_rank, run_.placement);
        }
        MemoryBudget limits =
            tensor_limits(cards, run_.placement.reserved, false, communicators_of_stage(place.stages.size()));
        for (auto& [id, bytes] : limits)
            if (is_only_card) id = device_here(place);
        limit_memory(limits);
    }

    std::unique_ptr<Pipeline> load(const Part& part = {}) const {
        try {
            return load_pipeline(run_.model_folder, device_.placement, run_.recipe, part);
        } catch (const Error&) {
            throw;
        } catch (const std::exception& error) {
            throw Error(describe_loading(error, !run_.placement.reserved.empty()).message);
        }
    }

    void make_alone(RankShare& share, ResultWriter& writer) {
        const auto pipeline = load();
        record({WorkerRecord{rank_, "started", device_.name}});
        const c10::InferenceMode inference;
        for (int64_t n = 0; !broken_; ++n) {
            const auto items = share.order(n);
            if (!items) break;
            began(*items);
            const Stopwatch watch;
            try {
                const auto generation = pipeline->open(tasks_of(*items, run_.recipe.batch_size));
                const auto outputs = run_whole(*generation, [](Generation&) { return true; });
                writer.write(*items, *outputs, folder_.string(), [watch] { return watch.seconds(); });
            } catch (const std::exception& error) {
                failed(*items, describe(error));
            }
        }
        able_ = !broken_;
    }

    /// Stage k of pipeline r is rank r K + k, so that neighbours are on one machine if its processes are numbered
    /// consecutively.
    void make_stage(const WorkerPlace& place, RankShare& share, ResultWriter& writer) {
        const auto stages = static_cast<int>(place.stages.size());
        const int index = rank_ % stages;
        const WorkerPlace::Stage& part = place.stages[static_cast<size_t>(index)];
        const c10::InferenceMode inference;
        const auto stage = load({.layers = part.layers, .first = index == 0, .last = index == stages - 1});
        warn_of_shared_memory();
        std::vector<int> ranks(static_cast<size_t>(stages));
        std::iota(ranks.begin(), ranks.end(), rank_ - index);
        try {
            const auto ring = joined_ring(ranks, index, device_.placement.device);
            const RollCall::Alarm alarm(company_.roll_call, ranks, [&] { ring->abort(); });
            record({WorkerRecord{rank_, "started", device_.name}});
            const auto write = [&](const auto& items, const Outputs& outputs, const ResultWriter::Seconds& seconds) {
                check_disk();
                writer.write(items, outputs, folder_.string(), seconds);
            };
            RankStage duties(share, {.began = [this](const auto& items) { began(items); },
                                     .made = write,
                                     .failed = [this](const auto& items, const Failure& f) { failed(items, f); }});
            StageLoop(*stage, *ring, duties,
                      {.micro_batches = run_.placement.micro_batches,
                       .gather_output = run_.placement.gather_output,
                       .batch_size = run_.recipe.batch_size})
                .run();
        } catch (const PartnerLost& loss) {
            able_ = false;
            const auto cause = cause_among(ranks);
            if (const auto end = company_.roll_call.loss_of(0)) throw PartnerLost(*end);
            if (cause && rank_ == 0) return;  // reported when the round ends
            log_.print("The pipeline of rank " + std::to_string(rank_) +
                       " cannot go on: " + cause.value_or(loss.what()));
        }
    }

    void warn_of_shared_memory() const {
        const bool by_nccl = exchanges_on_gpus(run_.placement) && company_.launched.leads_machine;
        const std::string problem = by_nccl ? shared_memory_problem(shared_memory()) : "";
        if (!problem.empty()) log_.print(problem);
    }

    /// Connects the stages once all have loaded the model, however long that takes.
    std::shared_ptr<StageRing> joined_ring(const std::vector<int>& ranks, int stage, at::Device device) {
        company_.meeting.set(round_key("ready", rank_), "");
        for (const int rank : ranks) company_.roll_call.wait_for(round_key("ready", rank), rank);
        Rendezvous::Options options = company_.as_client(connect_seconds);
        options.gloo_timeout_seconds = max_step_seconds;
        return within(
            2 * connect_seconds, "The stages of the pipeline of rank " + std::to_string(rank_) + " have not met",
            [options, name = round_key("pipeline", ranks.front()), stage, stages = ranks.size(), device] {
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
        if (broken_) throw Error("No image can be written to " + folder_.string() + "; make room and start again");
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
                       " failed (" + failed->kind + "): " + failed->message);
            if (failed->kind == "disk") broken_ = true;
            record({FailedRecord{failed->item, failed->kind, failed->message}});
            const std::lock_guard lock(recording_);
            failed_.push_back(failed->item);
        }
    }

    void made(Result result) {
        result.worker = rank_;
        result.device_name = device_.name;
        result.device_uuid = device_.uuid;
        result.finished_at = utc_now();
        record({result});
        const std::lock_guard lock(recording_);
        made_.push_back(std::move(result));
    }

    void record(const std::vector<JournalRecord>& records) {
        const std::lock_guard lock(recording_);
        journal_.append(records);
    }

    // The end

    void conclude() {
        if (run_.gather) gather();
        write_manifest();
        const size_t made = lead_.done().size(), all = run_.items.size();
        log_.print(std::to_string(made) + " of " + std::to_string(all) + " " +
                   std::string(run_.items.front().task.kind()) + "s in " + folder_.string() +
                   (made < all ? "; make the rest with fanlight generate --resume " + folder_.string() : ""));
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

    /// Connects rank 0 with one other rank.
    Communicator gathering(int rank) const {
        return {Rendezvous(company_.as_client(gather_seconds)), key("gather", rank), rank_ == 0 ? 0 : 1, 2, at::kCPU};
    }

    /// Rank 0: fetches and records what others have made and what is missing here, and draws a contact sheet of all.
    void gather() {
        const auto here = fanlight::done_before(folder_, run_);
        for (int rank = 1; rank < size_; ++rank) {
            std::vector<Result> images = lead_.reported_by(rank);
            std::erase_if(images, [&](const Result& result) {
                if (!here.contains(result.item) && result.record()) record({result});
                return here.contains(result.item) || result.record();
            });
            std::vector<int64_t> items;
            for (const Result& image : images) items.push_back(image.item);
            try {
                if (const auto loss = company_.roll_call.loss_of(rank)) throw PartnerLost(*loss);
                company_.meeting.set(key("wanted", rank), to_line(Json(items)));
                if (items.empty()) continue;
                Communicator group = gathering(rank);
                const RollCall::Alarm alarm(company_.roll_call, {rank}, [&] { group.abort(); });
                receive_images(group, 1, folder_, images);
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
        const Json wanted = parse_json(company_.roll_call.wait_for(key("wanted", rank_), 0), "a message of rank 0", 2);
        const auto items = required<std::vector<int64_t>>({{"items", wanted}}, "items", "a message of rank 0");
        if (items.empty()) return;
        Communicator group = gathering(rank_);
        const RollCall::Alarm alarm(company_.roll_call, {0}, [&] { group.abort(); });
        send_images(group, folder_, run_, items);
    }

    /// A failure is only reported: the images are complete without it.
    void draw_sheet() const {
        std::vector<int64_t> items;
        for (const auto& [index, result] : lead_.done())
            if (result.file()) items.push_back(index);
        if (items.empty()) return;  // texts, or nothing
        try {
            write_run_sheet(folder_, run_, items);
        } catch (const Error& error) {
            log_.print(std::string("There is no contact sheet: ") + error.what());
        }
    }

    void write_manifest() const {
        const auto results = open_run_results(folder_, run_.items.front(), run_.csv);
        for (const auto& [index, record] : lead_.done()) results->add(run_.items[static_cast<size_t>(index)], record);
        results->commit();
    }

    const fs::path folder_;
    Company& company_;
    const RankLog& log_;
    const int rank_, size_;
    const RunPlan run_;
    RankLead lead_;  ///< used by rank 0 only
    WorkerDevice device_;
    int round_ = 0;
    bool able_ = true, gathered_ = true;
    std::atomic<bool> broken_{false};
    std::mutex recording_;  ///< guards what follows
    Journal journal_;
    bool claimed_ = false;      ///< the device
    std::vector<Result> made_;  ///< since the last report
    std::vector<int64_t> failed_;
};

}  // namespace

ExitCode run_spmd(const fs::path& run_json) {
    const fs::path own_folder = fs::absolute(run_json).parent_path();
    const Launched launched = launched_as(own_folder.parent_path());
    std::error_code ignored;                                                        // writing there reports it
    if (launched.rendezvous.rank > 0) fs::create_directories(own_folder, ignored);  // for rank 0's plan
    const RankLog log(own_folder / "logs", launched.rendezvous.rank);
    Company company(launched);
    try {
        return Rank(run_json, company, log).work();
    } catch (const PartnerLost& loss) {
        const std::string sentence = std::string(loss.what()) + "; start the processes again to make what is left";
        company.roll_call.leave(sentence);
        throw Error(sentence);
    } catch (const DeviceLost& lost) {  // the others make what was in flight here
        company.roll_call.leave(lost.what());
        throw;
    } catch (const std::exception& error) {
        company.roll_call.leave(describe(error).message);
        throw;
    }
}

}  // namespace fanlight
