#include "core/run/run_folder.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "core/config/hash_cache.h"
#include "core/config/lora_catalog.h"
#include "core/config/model_catalog.h"
#include "core/output/image_marks.h"
#include "core/output/run_results.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// Changes a folder or file by `change`; an error becomes one sentence with `verb`.
template <typename Change>
void change_folder(const Sentence& verb, const fs::path& path, Change change) {
    std::error_code error;
    change(error);
    if (error) throw Error("Cannot %1 %2: %3", verb, path, error.message());
}

/// The queue, manifests and other programs name it in JSON.
void check_name(const fs::path& folder) {
    if (first_invalid_utf8(folder.string()) != std::string::npos)
        throw UsageError("The name of the folder %1 is not UTF-8; give another folder with -o", folder);
}

void make_folders(const fs::path& folder) {
    change_folder("create the folder", folder,
                  [&](std::error_code& error) { fs::create_directories(folder / ".fanlight" / "logs", error); });
}

void refuse_collisions(const fs::path& folder, const RunPlan& plan) {
    std::error_code error;
    const fs::path own = folder / ".fanlight";
    if (fs::exists(own / "run.json", error) && any_done(own))
        throw UsageError("%1 holds a run already: finish it with --resume %2, or give another folder with -o", folder,
                         folder);
    if (!fs::is_directory(folder, error)) return;
    std::set<std::string> present;
    for (const auto& entry : fs::directory_iterator(folder, error)) present.insert(entry.path().filename().string());
    if (error) throw Error("Cannot read the folder %1: %2", folder, error.message());
    for (const Item& item : plan.items)
        if (!item.place.empty() && present.contains(item.place))
            throw UsageError(
                "%1 exists already and is in the way of a new image; give another folder with -o, or move it",
                (folder / item.place));
}

/// Opening a pipe in place of a log would wait for a reader.
void check_logs(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (!entry->is_directory(error)) check_is_file(entry->path());
}

/// Why the file is not the recorded one; empty if it is.
Sentence mismatch(const fs::path& file, const ResultFile& recorded) {
    std::error_code error;
    const auto status = fs::symlink_status(file, error);
    if (!fs::exists(status)) return "is missing";
    if (!fs::is_regular_file(status)) return "is not a regular file any more";
    if (fs::file_size(file, error) != static_cast<std::uintmax_t>(recorded.bytes))
        return "has another size than recorded";
    if (sha256_hex_of_file(file) != recorded.sha256) return "has another SHA-256 than recorded";
    return {};
}

/// Why the existing file or record is not the item's result; empty if it is.
Sentence mismatch(const fs::path& folder, const Item& item, const Result& result) {
    if (item.task.suffix().empty()) return result.record() ? Sentence() : Sentence("is recorded as a file");
    const ResultFile* file = result.file();
    if (!file || file->name != item.place) return "is recorded under another name";
    return mismatch(folder / item.place, *file);
}

/// Moves a file aside that is in the way of making the image again.
void move_aside(const RunFolder& run, const std::string& name) {
    const fs::path kept = run.path / ".fanlight" / "replaced";
    std::error_code error;
    if (name.empty() || !fs::exists(fs::symlink_status(run.path / name, error))) return;
    change_folder("create the folder", kept, [&](std::error_code& e) { fs::create_directories(kept, e); });
    change_folder("move", run.path / name, [&](std::error_code& e) { fs::rename(run.path / name, kept / name, e); });
}

/// Which results are made again, a sentence for each reason: there may be thousands.
class MadeAgain {
public:
    void add(const Item& item, const Sentence& reason) {
        const auto found =
            std::find_if(reasons_.begin(), reasons_.end(), [&](const Reason& known) { return known.words == reason; });
        if (found != reasons_.end()) return void(++found->others);
        reasons_.push_back({name_of(item), reason});
    }

    void add_culled() { ++culled_; }

    void report(std::vector<Sentence>& warnings) const {
        if (culled_ > 0)
            warnings.push_back(
                counted(culled_, "%n image from the trash is made again", "%n images from the trash are made again"));
        for (const auto& [first, words, others] : reasons_)
            warnings.push_back(others == 0 ? Sentence("%1 %2: it is made again", first, words)
                                           : Sentence("%1 %2: it is made again; the same goes for %3", first, words,
                                                      counted(others, "%n other", "%n others")));
    }

private:
    struct Reason {
        Sentence first, words;
        int64_t others = 0;
    };
    std::vector<Reason> reasons_;
    int64_t culled_ = 0;
};

/// Sorts the plan's items into done and pending, by the journals, the files actually present, and what was culled.
void verify(DoneIndex& index, RunFolder& run) {
    const std::set<std::string> culled = culled_images(run.path), forgotten = forgotten_images(run.path);
    MadeAgain again;
    for (const Item& item : run.plan.items) {
        const auto result = index.find(item.index);
        const bool counts = !result || culled.contains(item.place);
        const Sentence reason = counts ? Sentence() : mismatch(run.path, item, *result);
        if (result && reason.empty()) {
            run.done.insert(item.index);
            continue;
        }
        run.pending.push_back(item.index);
        if (!result) continue;
        forgotten.contains(item.place) ? again.add_culled() : again.add(item, reason);
        move_aside(run, item.place);
    }
    again.report(run.warnings);
}

/// The remaining items must come from the models that made the others. A missing model is left to the workers, which
/// report what they lack.
void check_model(const RunFolder& run, const PlannedModel& model) {
    const auto changed = [&](const Sentence& what) {
        throw Error("%1 has changed since the run in %2 was begun; restore the old one, or begin a new run", what,
                    run.path);
    };
    const fs::path folder = model.model_folder;
    const std::string& begun_with = model.recipe.model_hash;
    if (!begun_with.empty() && is_model(folder) && model_hash(folder) != begun_with)
        changed(Sentence("The model in %1", folder));
    std::error_code error;
    for (const Lora& lora : model.recipe.loras)
        if (fs::is_regular_file(lora.file, error) && cached_lora_hash(lora.file) != lora.hash)
            changed(Sentence("The LoRA %1", lora.file));
    for (const NamedEmbedding& embedding : model.recipe.embeddings)
        if (fs::is_regular_file(embedding.file, error) && cached_sha256(embedding.file) != embedding.hash)
            changed(Sentence("The embedding %1", embedding.file));
    for (const ReplacedComponent& component : model.recipe.components) {
        if (!fs::exists(component.file, error))
            throw Error("%1, with which the run in %2 was begun, is not there any more; restore it, or begin a new run",
                        component.file, run.path);
        if (component_hash(component.file, &cached_sha256) != component.hash) changed(Sentence(component.file));
    }
}

/// From now on the run is that of other workers; each result says which ones made it.
void engage(const Workforce& workforce, RunFolder& run) {
    run.plan.devices = workforce.devices;
    for (int number = 0; number < run.plan.models(); ++number) {
        PlannedModel& model = run.plan.model(number);
        if (number == 0 || workforce.placement.mode == Mode::Replicas) model.placement = workforce.placement;
        model.recipe.threads = workforce.threads;
    }
    set_recipes(run.plan);
    write_plan(run.plan, run.path / ".fanlight" / "run.json");
}

}  // namespace

void DoneItems::insert(int64_t item) {
    const auto at = static_cast<size_t>(item);
    if (at >= done_.size()) done_.resize(at + 1);
    count_ += !done_[at];
    done_[at] = true;
}

bool DoneItems::contains(int64_t item) const {
    return static_cast<size_t>(item) < done_.size() && done_[static_cast<size_t>(item)];
}

fs::path run_path(const fs::path& folder) {
    fs::path path = fs::absolute(folder);
    std::error_code ignored;
    // What comes before ".." may be a link to elsewhere.
    if (std::find(path.begin(), path.end(), "..") != path.end()) path = fs::weakly_canonical(path, ignored);
    path = path.lexically_normal();
    return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

void hash_models(RunPlan& plan) {
    for (int number = 0; number < plan.models(); ++number) {
        PlannedModel& model = plan.model(number);
        for (int other = 0; other < number && model.recipe.model_hash.empty(); ++other)
            if (plan.model(other).model_folder == model.model_folder)
                model.recipe.model_hash = plan.model(other).recipe.model_hash;
        if (model.recipe.model_hash.empty()) model.recipe.model_hash = model_hash(model.model_folder);
    }
    set_recipes(plan);
}

RunFolder create_run(const fs::path& folder, RunPlan plan) {
    for (int model = 0; model < plan.models(); ++model)
        if (plan.model(model).placement.workers.empty()) plan.model(model).placement = replicas_on(plan.devices);
    const fs::path path = run_path(folder);
    check_name(path);
    check_plan(plan, Sentence("The run"));
    set_recipes(plan);
    refuse_collisions(path, plan);
    make_folders(path);
    Journal journal(path / ".fanlight");
    refuse_collisions(path, plan);  // again, now that no other process can start
    journal.truncate(0);
    remove_partial_files(path / ".fanlight");
    write_plan(plan, path / ".fanlight" / "run.json");
    RunFolder run{path, std::move(plan), std::move(journal), {}, {}, {}};
    run.pending.resize(run.plan.items.size());
    std::iota(run.pending.begin(), run.pending.end(), 0);
    return run;
}

void write_manifest(const RunFolder& run) {
    DoneIndex index(run.path / ".fanlight", run.plan.items.size());
    const std::set<std::string> culled = culled_images(run.path);
    const auto results = open_run_results(run.path, run.plan.items, run.plan.csv);
    for (const Item& item : run.plan.items) {
        if (const auto failed = index.failed().find(item.index); failed != index.failed().end())
            results->add(item, failed->second);
        if (!run.done.contains(item.index) || culled.contains(item.place)) continue;
        const auto done = index.find(item.index);
        if (!done) throw Error("The journal in %1 no longer says what became of %2", run.path, name_of(item));
        results->add(item, *done);
    }
    results->commit();
}

RunFolder resume_run(const fs::path& folder, const ResumeOptions& options) {
    const fs::path path = run_path(folder);
    RunPlan plan = read_plan(path);
    make_folders(path);
    check_logs(path / ".fanlight" / "logs");
    RunFolder run{path, std::move(plan), Journal(path / ".fanlight"), {}, {}, {}};
    DoneIndex index(path / ".fanlight", run.plan.items.size());
    run.journal.truncate(index.good_bytes());
    run.warnings = index.warnings();
    remove_partial_files(path);
    remove_partial_files(path / ".fanlight");
    if (options.culled == Culled::AreRemade) forget_culled(path);
    if (options.workforce) engage(*options.workforce, run);
    verify(index, run);
    for (int model = 0; model < run.plan.models() && !run.pending.empty(); ++model)
        check_model(run, run.plan.model(model));
    run.journal.append({ResumedRecord{static_cast<int64_t>(run.done.size())}});
    return run;
}

}  // namespace fanlight
