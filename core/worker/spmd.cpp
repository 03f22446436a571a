#include "core/worker/spmd.h"

#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/base/stopwatch.h"
#include "core/output/image_committer.h"
#include "core/output/journal.h"
#include "core/output/manifest.h"
#include "core/pipelines/text_to_image.h"
#include "core/protocol/run_plan.h"
#include "core/worker/launcher.h"
#include "core/worker/picture_writer.h"
#include "core/worker/rank_gather.h"
#include "core/worker/rank_stage.h"
#include "core/worker/worker_device.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

constexpr double a_long_run = 7 * 24 * 3600.0;  ///< seconds that rank 0 waits for the slowest
constexpr double neighbour_seconds = 60;        ///< for a stage that is silent
constexpr double gather_seconds = 300;          ///< for a rank that sends no image

/// What this process has written down, in all its lives and, where the folder is shared, the others have in theirs.
/// A file that is gone or of another size is made again.
std::map<int64_t, DoneRecord> done_before(const fs::path& folder, const RunPlan& run) {
    std::map<int64_t, DoneRecord> done;
    for (auto& [index, record] : replay_journals(folder / ".fanlight").done) {
        if (index < 0 || index >= static_cast<int64_t>(run.items.size())) continue;
        std::error_code error;
        const auto bytes = fs::file_size(folder / run.items[static_cast<size_t>(index)].file, error);
        if (!error && static_cast<int64_t>(bytes) == record.bytes) done.emplace(index, std::move(record));
    }
    return done;
}

class Rank {
public:
    explicit Rank(const fs::path& run_json)
        : folder_(fs::absolute(run_json).parent_path().parent_path()),
          launched_(launched_as(folder_)),
          rank_(launched_.rendezvous.rank),
          size_(launched_.rendezvous.size),
          meeting_(with_timeout(launched_.rendezvous, 300)),
          run_(agreed_plan(run_json)),
          journal_(folder_ / ".fanlight", "journal-" + std::to_string(rank_) + ".jsonl") {
        journal_.truncate_torn_end();
    }

    ExitCode work() {
        const std::vector<int64_t> pending = agree_on_pending();
        if (!pending.empty()) make(pending);
        report();
        return failed_ ? ExitCode::SomeItemsFailed : ExitCode::Done;
    }

    const Launched& launched() const { return launched_; }

private:
    static Rendezvous::Options with_timeout(Rendezvous::Options options, double seconds) {
        options.timeout_seconds = seconds;
        return options;
    }

    /// The place to meet, for one who does not serve it a second time.
    static Rendezvous::Options client_of(Rendezvous::Options options, double seconds) {
        const std::string serving = "tcp-serve://";
        if (options.store.starts_with(serving)) options.store = "tcp://" + options.store.substr(serving.size());
        return with_timeout(std::move(options), seconds);
    }

    std::string key(const std::string& name) const { return "fanlight/" + launched_.attempt + "/" + name; }
    std::string key(const std::string& name, int rank) const { return key(name) + "/" + std::to_string(rank); }

    /// Rank 0's plan. On another machine, where there is none yet, it is brought there; one that is another run's is
    /// refused.
    RunPlan agreed_plan(const fs::path& run_json) {
        if (rank_ == 0) {
            if (!fs::exists(run_json)) return read_plan_file(run_json);  // says what is missing
            const std::string text = size_ > 1 ? read_file(run_json) : "";
            if (on_network()) meeting_.set(key("plan"), text);
            meeting_.set(key("plan digest"), sha256_hex(text));
        } else {
            const std::string digest = meeting_.get(key("plan digest"));
            if (on_network() && !fs::exists(run_json)) {
                std::error_code ignored;  // writing says it
                fs::create_directories(run_json.parent_path(), ignored);
                replace_file(run_json, meeting_.get(key("plan")));
            }
            if (fs::exists(run_json) && sha256_hex_of_file(run_json) != digest)
                throw Error(run_json.string() +
                            " is another run than the one of rank 0; give this machine an empty folder");
        }
        return read_plan_file(run_json);
    }

    bool on_network() const { return launched_.rendezvous.store.starts_with("tcp"); }

    /// Everyone tells what is done as far as it sees; rank 0 says what is left.
    std::vector<int64_t> agree_on_pending() {
        std::vector<int64_t> own;
        for (const auto& [index, record] : done_before(folder_, run_)) own.push_back(index);
        meeting_.set(key("done", rank_), to_line(Json(own)));
        if (rank_ == 0) {
            std::set<int64_t> done;
            for (int rank = 0; rank < size_; ++rank)
                for (const int64_t index : numbers(meeting_.get(key("done", rank)))) done.insert(index);
            std::vector<int64_t> pending;
            for (const Item& item : run_.items)
                if (!done.contains(item.index)) pending.push_back(item.index);
            meeting_.set(key("pending", 0), to_line(Json(pending)));
        }
        return numbers(meeting_.get(key("pending", 0)));
    }

    static std::vector<int64_t> numbers(const std::string& text) {
        return parse_json(text, "a message of another process", 4).get<std::vector<int64_t>>();
    }

    void make(const std::vector<int64_t>& pending) {
        const int stages = stages_of(run_.placement, size_);
        const WorkerPlace& place = place_here();
        RankShare share(run_, pending, meeting_, key(""), {rank_ / stages, size_ / stages, rank_ % stages, stages});
        if (share.empty()) return;
        device_ = open_device(device_here(place), run_.recipe, place.device_map);
        PictureWriter writer(run_.recipe, [this](const protocol::FromWorker& message) { note(message); });
        place.stages.empty() ? make_alone(share, writer) : make_stage(place, share, writer);
    }

    /// Of the pipeline or the model that this process belongs to.
    const WorkerPlace& place_here() const {
        const std::vector<WorkerPlace>& places = run_.placement.workers;
        const bool on_gpus = run_.recipe.device_kind == "cuda";
        if (run_.placement.mode == Mode::Sharded && on_gpus && launched_.local_rank > 0)
            throw UsageError("A sharded model has all GPUs of a machine; start one process on each");
        return places[std::min(places.size() - 1, static_cast<size_t>(rank_ / stages_of(run_.placement, size_)))];
    }

    /// The device that computes in this process.
    std::string device_here(const WorkerPlace& place) const {
        if (run_.recipe.device_kind != "cuda") return "cpu";
        return place.device_map.empty() ? "cuda:" + std::to_string(launched_.local_rank) : place.device;
    }

    void make_alone(RankShare& share, PictureWriter& writer) {
        TextToImage pipeline(run_.model_folder, device_.placement, run_.recipe.loras);
        record({WorkerRecord{rank_, "started", device_.name}});
        const c10::InferenceMode inference;
        for (int64_t n = 0; !broken_; ++n) {
            const auto items = share.order(n);
            if (!items) break;
            began(*items);
            const Stopwatch watch;
            try {
                const Pictures pictures =
                    pipeline.run(padded_batch(*items, run_.recipe.batch_size), [](int, int) { return true; });
                writer.write(*items, pictures, folder_.string(), watch.seconds());
            } catch (const std::exception& error) {
                failed(*items, describe(error));
            }
        }
    }

    /// Stage k of pipeline r is rank r K + k, so that neighbours are on one machine where its processes are numbered in
    /// a row.
    void make_stage(const WorkerPlace& place, RankShare& share, PictureWriter& writer) {
        const auto stages = static_cast<int>(place.stages.size());
        const int index = rank_ % stages;
        const WorkerPlace::Stage& part = place.stages[static_cast<size_t>(index)];
        const c10::InferenceMode inference;
        PipelineStage stage(run_.model_folder, device_.placement,
                            {.layers = {static_cast<size_t>(part.first), static_cast<size_t>(part.last)},
                             .first = index == 0,
                             .last = index == stages - 1},
                            run_.recipe.loras);
        const Rendezvous neighbours(client_of(launched_.rendezvous, neighbour_seconds));
        StageRing ring(neighbours, key("pipeline") + std::to_string(rank_ / stages), index, stages,
                       device_.placement.device);
        record({WorkerRecord{rank_, "started", device_.name}});
        const auto write = [&](const std::vector<Item>& items, const Pictures& pictures, double seconds) {
            check_disk();
            writer.write(items, pictures, folder_.string(), seconds);
        };
        RankStage duties(share, {.began = [this](const auto& items) { began(items); },
                                 .made = write,
                                 .failed = [this](const auto& items, const Failure& f) { failed(items, f); }});
        try {
            StageLoop(stage, ring, duties,
                      {.micro_batches = run_.placement.micro_batches,
                       .gather_output = run_.placement.gather_output,
                       .batch_size = run_.recipe.batch_size})
                .run();
        } catch (const std::exception& error) {
            throw Error("Stage " + std::to_string(index) + " of pipeline " + std::to_string(rank_ / stages) +
                        " (rank " + std::to_string(rank_) +
                        ") cannot go on; start the processes again to make what is left: " + error.what());
        }
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

    /// From this thread and the writer's.
    void note(const protocol::FromWorker& message) {
        if (const auto* image = std::get_if<protocol::Image>(&message)) {
            DoneRecord done{image->item, image->file,  image->sha256, image->bytes, image->seconds,
                            rank_,       device_.name, device_.uuid,  utc_now()};
            record({std::move(done)});
        } else if (const auto* failed = std::get_if<protocol::Failed>(&message)) {
            std::fprintf(stderr, "fanlight-worker %d: item %lld failed (%s): %s\n", rank_,
                         static_cast<long long>(failed->item), failed->kind.c_str(), failed->message.c_str());
            if (failed->kind == "disk") broken_ = true;
            failed_ = true;
            record({FailedRecord{failed->item, failed->kind, failed->message}});
        }
    }

    void record(const std::vector<JournalRecord>& records) {
        const std::lock_guard lock(recording_);
        journal_.append(records);
    }

    /// Everyone tells what became of its share, rank 0 waits for it and writes the manifest.
    void report() {
        std::string lines;
        for (const auto& [index, done] : done_before(folder_, run_)) lines += journal_line(done) + "\n";
        meeting_.set(key("report", rank_), lines);
        if (rank_ != 0) return gather_from_here();
        Rendezvous patient(client_of(launched_.rendezvous, a_long_run));
        std::vector<std::vector<DoneRecord>> reports;
        for (int rank = 0; rank < size_; ++rank) reports.push_back(records_in(patient.get(key("report", rank))));
        std::map<int64_t, DoneRecord> done;
        for (const auto& records : reports)
            for (const DoneRecord& record : records) done[record.item] = record;
        if (run_.gather) gather(reports, done);
        write_manifest(done);
        std::fprintf(stderr, "%zu of %zu images in %s\n", done.size(), run_.items.size(), folder_.c_str());
        if (done.size() < run_.items.size()) failed_ = true;
    }

    std::vector<DoneRecord> records_in(const std::string& lines) const {
        std::vector<DoneRecord> records;
        for (size_t start = 0, end; (end = lines.find('\n', start)) != std::string::npos; start = end + 1) {
            const JournalRecord record = parse_journal_line(std::string_view(lines).substr(start, end - start));
            const auto* row = std::get_if<DoneRecord>(&record);
            if (row && row->item >= 0 && row->item < static_cast<int64_t>(run_.items.size())) records.push_back(*row);
        }
        return records;
    }

    Communicator gathering() const {
        return {Rendezvous(client_of(launched_.rendezvous, gather_seconds)), key("gather"), rank_, size_, at::kCPU};
    }

    /// Rank 0: what others have made and what is not here comes here, is written down here, and all is drawn on a
    /// sheet.
    void gather(const std::vector<std::vector<DoneRecord>>& reports, const std::map<int64_t, DoneRecord>& done) {
        std::vector<std::vector<DoneRecord>> wanted(reports.size());
        std::set<int64_t> here;
        for (const auto& [index, record] : done_before(folder_, run_)) here.insert(index);
        for (size_t rank = 1; rank < reports.size(); ++rank) {
            std::vector<int64_t> numbers;
            for (const DoneRecord& record : reports[rank]) {
                const Item& item = run_.items[static_cast<size_t>(record.item)];
                if (!here.insert(record.item).second || record.file != item.file) continue;
                wanted[rank].push_back(record);
                numbers.push_back(record.item);
            }
            meeting_.set(key("wanted", static_cast<int>(rank)), to_line(Json(numbers)));
        }
        Communicator group = gathering();
        for (size_t rank = 1; rank < wanted.size(); ++rank) {
            receive_images(group, static_cast<int>(rank), folder_, wanted[rank]);
            for (const DoneRecord& record : wanted[rank]) this->record({record});
        }
        draw_sheet(done);
    }

    void gather_from_here() {
        if (!run_.gather) return;
        Rendezvous patient(client_of(launched_.rendezvous, a_long_run));
        const auto wanted = numbers(patient.get(key("wanted", rank_)));
        Communicator group = gathering();
        send_images(group, folder_, run_, wanted);
    }

    /// The images are there without it.
    void draw_sheet(const std::map<int64_t, DoneRecord>& done) const {
        std::vector<int64_t> items;
        for (const auto& [index, record] : done) items.push_back(index);
        try {
            write_run_sheet(folder_, run_, items);
        } catch (const Error& error) {
            std::fprintf(stderr, "fanlight-worker: no contact sheet: %s\n", error.what());
        }
    }

    void write_manifest(const std::map<int64_t, DoneRecord>& done) const {
        ManifestWriter manifest(folder_);
        for (const auto& [index, record] : done)
            manifest.add(manifest_row(run_.items[static_cast<size_t>(index)], run_.recipe, record));
        manifest.commit();
    }

    const fs::path folder_;
    const Launched launched_;
    const int rank_, size_;
    Rendezvous meeting_;
    const RunPlan run_;
    WorkerDevice device_;
    std::mutex recording_;  ///< guards journal_
    Journal journal_;
    std::atomic<bool> failed_{false}, broken_{false};
};

}  // namespace

ExitCode run_spmd(const fs::path& run_json) {
    auto rank = std::make_unique<Rank>(run_json);
    const ExitCode code = rank->work();
    const Launched launched = rank->launched();
    rank.reset();  // and with it what this process has open there
    leave_meeting(launched);
    return code;
}

}  // namespace fanlight
