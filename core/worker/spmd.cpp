#include "core/worker/spmd.h"

#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>

#include "core/base/json.h"
#include "core/base/stopwatch.h"
#include "core/batch/micro_batch.h"
#include "core/batch/split.h"
#include "core/output/image_committer.h"
#include "core/output/journal.h"
#include "core/output/manifest.h"
#include "core/pipelines/text_to_image.h"
#include "core/worker/launcher.h"
#include "core/worker/picture_writer.h"
#include "core/worker/run_file.h"
#include "core/worker/worker_device.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

constexpr double a_long_run = 7 * 24 * 3600.0;  ///< seconds that rank 0 waits for the slowest

/// Items of the list that fit into one micro-batch, in the order in which they are made.
std::vector<std::vector<int64_t>> micro_batches_of(const RunFile& run, const std::vector<int64_t>& items) {
    std::map<MicroBatchKey, size_t> open;
    std::vector<std::vector<int64_t>> batches;
    for (const int64_t index : items) {
        const MicroBatchKey key = micro_batch_key(run.items[static_cast<size_t>(index)].parameters);
        const auto [place, is_new] = open.try_emplace(key, batches.size());
        if (is_new || batches[place->second].size() == static_cast<size_t>(run.recipe.batch_size)) {
            place->second = batches.size();
            batches.emplace_back();
        }
        batches[place->second].push_back(index);
    }
    return batches;
}

/// What this process has written down, in all its lives and, where the folder is shared, the others have in theirs.
/// A file that is gone or of another size is made again.
std::map<int64_t, DoneRecord> done_before(const RunFile& run) {
    std::map<int64_t, DoneRecord> done;
    for (auto& [index, record] : replay_journals(run.folder / ".fanlight").done) {
        if (index < 0 || index >= static_cast<int64_t>(run.items.size())) continue;
        std::error_code error;
        const auto bytes = fs::file_size(run.folder / run.items[static_cast<size_t>(index)].file, error);
        if (!error && static_cast<int64_t>(bytes) == record.bytes) done.emplace(index, std::move(record));
    }
    return done;
}

class Rank {
public:
    explicit Rank(RunFile run)
        : run_(std::move(run)),
          launched_(launched_as(run_.folder)),
          rank_(launched_.rendezvous.rank),
          size_(launched_.rendezvous.size),
          meeting_(with_timeout(launched_.rendezvous, 300)),
          journal_(run_.folder / ".fanlight", "journal-" + std::to_string(rank_) + ".jsonl") {
        journal_.truncate_torn_end();
    }

    ExitCode work() {
        const std::vector<int64_t> pending = agree_on_pending();
        if (!pending.empty()) make(pending);
        report();
        return failed_ ? ExitCode::SomeItemsFailed : ExitCode::Done;
    }

private:
    static Rendezvous::Options with_timeout(Rendezvous::Options options, double seconds) {
        options.timeout_seconds = seconds;
        return options;
    }

    std::string key(const std::string& name, int rank) const {
        return "fanlight/" + launched_.attempt + "/" + name + "/" + std::to_string(rank);
    }

    /// Everyone tells what is done as far as it sees; rank 0 says what is left.
    std::vector<int64_t> agree_on_pending() {
        std::vector<int64_t> own;
        for (const auto& [index, record] : done_before(run_)) own.push_back(index);
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
        std::vector<int64_t> share = pending;
        if (run_.even) {
            const Share own = share_of(static_cast<int64_t>(pending.size()), size_, rank_, false);
            share.assign(pending.begin() + own.begin, pending.begin() + own.end);
        }
        const auto batches = micro_batches_of(run_, share);
        if (batches.empty()) return;
        const std::string device =
            run_.recipe.device_kind == "cuda" ? "cuda:" + std::to_string(launched_.local_rank) : "cpu";
        device_ = open_device(device, run_.recipe);
        TextToImage pipeline(run_.model_folder, device_.placement);
        record({WorkerRecord{rank_, "started", device_.name}});
        PictureWriter writer(run_.recipe, [this](const protocol::FromWorker& message) { note(message); });
        int64_t next = 0;
        const auto take = [&] { return run_.even ? next++ : meeting_.add(key("ticket", 0), 1) - 1; };
        for (int64_t ticket = take(); ticket < static_cast<int64_t>(batches.size()) && !broken_; ticket = take())
            make_batch(pipeline, writer, batches[static_cast<size_t>(ticket)]);
    }

    void make_batch(TextToImage& pipeline, PictureWriter& writer, const std::vector<int64_t>& batch) {
        std::vector<Item> items;
        std::vector<JournalRecord> leases;
        for (const int64_t index : batch) {
            items.push_back(run_.items[static_cast<size_t>(index)]);
            leases.emplace_back(LeasedRecord{index, rank_});
        }
        record(leases);
        const Stopwatch watch;
        const c10::InferenceMode inference;
        try {
            const Pictures pictures =
                pipeline.run(padded_batch(items, run_.recipe.batch_size), [](int, int) { return true; });
            writer.write(items, pictures, run_.folder.string(), watch.seconds());
        } catch (const std::exception& error) {
            const Failure failure = describe(error);
            for (const Item& item : items) note(protocol::Failed{item.index, failure.kind, failure.message});
        }
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
        for (const auto& [index, done] : done_before(run_)) lines += journal_line(done) + "\n";
        meeting_.set(key("report", rank_), lines);
        if (rank_ != 0) return;
        std::map<int64_t, DoneRecord> done;
        Rendezvous patient(with_timeout({.rank = rank_, .size = size_, .store = client_store()}, a_long_run));
        for (int rank = 0; rank < size_; ++rank) collect(patient.get(key("report", rank)), done);
        write_manifest(done);
        std::fprintf(stderr, "%zu of %zu images in %s\n", done.size(), run_.items.size(), run_.folder.c_str());
        if (done.size() < run_.items.size()) failed_ = true;
    }

    /// The place to meet, for one who does not serve it a second time.
    std::string client_store() const {
        const std::string& store = launched_.rendezvous.store;
        const std::string serving = "tcp-serve://";
        return store.starts_with(serving) ? "tcp://" + store.substr(serving.size()) : store;
    }

    void collect(const std::string& lines, std::map<int64_t, DoneRecord>& done) const {
        for (size_t start = 0, end; (end = lines.find('\n', start)) != std::string::npos; start = end + 1) {
            const JournalRecord record = parse_journal_line(std::string_view(lines).substr(start, end - start));
            const auto* row = std::get_if<DoneRecord>(&record);
            if (row && row->item >= 0 && row->item < static_cast<int64_t>(run_.items.size())) done[row->item] = *row;
        }
    }

    void write_manifest(const std::map<int64_t, DoneRecord>& done) const {
        ManifestWriter manifest(run_.folder);
        for (const auto& [index, record] : done)
            manifest.add(manifest_row(run_.items[static_cast<size_t>(index)], run_.recipe, record));
        manifest.commit();
    }

    const RunFile run_;
    const Launched launched_;
    const int rank_, size_;
    Rendezvous meeting_;
    WorkerDevice device_;
    std::mutex recording_;  ///< guards journal_
    Journal journal_;
    std::atomic<bool> failed_{false}, broken_{false};
};

}  // namespace

ExitCode run_spmd(const fs::path& run_json) { return Rank(read_run_file(run_json)).work(); }

}  // namespace fanlight
