#include "core/run/run_folder.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/batch/request_json.h"
#include "core/config/model_catalog.h"
#include "core/output/manifest.h"
#include "core/protocol/messages.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_plan_bytes = std::uintmax_t{8} << 30;
constexpr size_t max_items = 10'000'000;

constexpr std::array<std::pair<Split, const char*>, 2> split_texts = {{{Split::Pull, "pull"}, {Split::Even, "even"}}};

std::string split_text(Split split) {
    return std::find_if(split_texts.begin(), split_texts.end(), [&](const auto& s) { return s.first == split; })
        ->second;
}

Split split_of(const std::string& text, const std::string& where) {
    for (const auto& [split, name] : split_texts)
        if (text == name) return split;
    throw Error(where + ": \"split\" is \"" + text.substr(0, 40) + "\"; it must be pull or even");
}

/// A name that stays inside the folder and cannot be taken for one of our own files.
bool is_plain_file_name(const std::string& name) {
    return !name.empty() && name.size() <= 255 && name[0] != '.' && name.find('/') == std::string::npos &&
           name.find('\0') == std::string::npos;
}

void check_names(const RunPlan& plan, const std::string& where) {
    std::vector<const Item*> by_name;
    for (const Item& item : plan.items) by_name.push_back(&item);
    std::sort(by_name.begin(), by_name.end(), [](const Item* a, const Item* b) { return a->file < b->file; });
    const auto same_name = [](const Item* a, const Item* b) { return a->file == b->file; };
    const auto twice = std::adjacent_find(by_name.begin(), by_name.end(), same_name);
    if (twice == by_name.end()) return;
    throw UsageError(where + ", item " + std::to_string(std::max(twice[0]->index, twice[1]->index)) +
                     ": the file name " + twice[0]->file + " is used twice");
}

void check_plan(const RunPlan& plan, const std::string& where) {
    if (plan.items.empty()) throw UsageError(where + ": there is nothing to make, the list of items is empty");
    if (plan.devices.empty()) throw UsageError(where + ": no device is named");
    if (plan.placement.workers.size() != plan.devices.size())
        throw UsageError(where + ": there are not as many workers placed as devices named");
    if (plan.recipe.batch_size < 1) throw UsageError(where + ": the batch size must be at least 1");
    // A micro-batch has to fit into one message, and JSON may write a byte as six.
    const size_t max_prompt_bytes = protocol::max_line_bytes / 8 / static_cast<size_t>(plan.recipe.batch_size);
    for (size_t i = 0; i < plan.items.size(); ++i) {
        const Item& item = plan.items[i];
        const std::string place = where + ", item " + std::to_string(i);
        if (item.index != static_cast<int64_t>(i))
            throw UsageError(place + ": its index is " + std::to_string(item.index));
        if (!is_plain_file_name(item.file)) throw UsageError(place + ": \"" + item.file + "\" is no plain file name");
        if (item.parameters.prompt.size() + item.parameters.negative_prompt.size() > max_prompt_bytes)
            throw UsageError(place + ": its prompt is too long; at batch size " +
                             std::to_string(plan.recipe.batch_size) + " it may have " +
                             std::to_string(max_prompt_bytes) + " bytes");
    }
    check_names(plan, where);
}

/// One item a line, so that nothing needs to have them all in memory a second time.
void write_plan(const RunPlan& plan, const fs::path& file) {
    const Json head = {{"version", 1},
                       {"model_folder", plan.model_folder},
                       {"recipe", plan.recipe},
                       {"devices", plan.devices},
                       {"placement", plan.placement},
                       {"split", split_text(plan.split)},
                       {"apply_padding", plan.apply_padding}};
    FileReplacement text(file);
    text.write(std::string_view(to_line(head)).substr(0, to_line(head).size() - 1));
    text.write(",\"items\":[");
    for (const Item& item : plan.items) text.write((item.index == 0 ? "\n" : ",\n") + to_line(Json(item)));
    text.write("\n]}\n");
    text.commit();
}

/// Texts that an item has in common with the one before it are in memory once.
void share_texts(const ImageParameters& before, ImageParameters& p) {
    const auto share = [](const SharedText& from, SharedText& to) {
        if (to == from) to = from;
    };
    share(before.negative_prompt, p.negative_prompt);
    share(before.sampler, p.sampler);
    share(before.schedule, p.schedule);
}

/// Takes items from run.json as they are read.
void take_item(const Json& json, std::vector<Item>& items, const std::string& where) {
    const std::string place = where + ", item " + std::to_string(items.size());
    if (items.size() == max_items) throw Error(place + ": a run has ten million items at most");
    try {
        items.push_back(json.get<Item>());
    } catch (const Json::exception&) {
        throw Error(place + ": it is malformed; the file has been changed by something else than Fanlight");
    }
    if (items.size() > 1) share_texts(items[items.size() - 2].parameters, items.back().parameters);
}

/// `verb` of a folder or file, done by `change`; its error as one sentence.
template <typename Change>
void change_folder(const char* verb, const fs::path& path, Change change) {
    std::error_code error;
    change(error);
    if (error) throw Error("Cannot " + std::string(verb) + " " + path.string() + ": " + error.message());
}

void make_folders(const fs::path& folder) {
    change_folder("create the folder", folder,
                  [&](std::error_code& error) { fs::create_directories(folder / ".fanlight" / "logs", error); });
}

void refuse_collisions(const fs::path& folder, const RunPlan& plan) {
    std::error_code error;
    const fs::path own = folder / ".fanlight";
    if (fs::exists(own / "run.json", error) && any_done(own))
        throw UsageError(folder.string() + " holds a run already: finish it with --resume " + folder.string() +
                         ", or give another folder with -o");
    if (!fs::is_directory(folder, error)) return;
    std::set<std::string> present;
    for (const auto& entry : fs::directory_iterator(folder, error)) present.insert(entry.path().filename().string());
    if (error) throw Error("Cannot read the folder " + folder.string() + ": " + error.message());
    for (const Item& item : plan.items)
        if (present.contains(item.file))
            throw UsageError((folder / item.file).string() +
                             " exists already and would be in the way of a new image; give " +
                             "another folder with -o, or move it");
}

/// Why the file is not the one that was recorded; empty when it is.
std::string mismatch(const fs::path& file, const DoneRecord& record) {
    std::error_code error;
    const auto status = fs::symlink_status(file, error);
    if (!fs::exists(status)) return "is missing";
    if (!fs::is_regular_file(status)) return "is no regular file any more";
    if (fs::file_size(file, error) != static_cast<std::uintmax_t>(record.bytes))
        return "has another size than recorded";
    if (sha256_hex_of_file(file) != record.sha256) return "has another SHA-256 than recorded";
    return "";
}

/// What stands in the way of making the image again is kept, out of the way.
void move_aside(const RunFolder& run, const std::string& name) {
    const fs::path kept = run.path / ".fanlight" / "replaced";
    std::error_code error;
    if (!fs::exists(fs::symlink_status(run.path / name, error))) return;
    change_folder("create the folder", kept, [&](std::error_code& e) { fs::create_directories(kept, e); });
    change_folder("move", run.path / name, [&](std::error_code& e) { fs::rename(run.path / name, kept / name, e); });
}

/// Sorts the plan's items into done and pending by the journals and by what is really there.
void verify(DoneIndex& index, RunFolder& run) {
    for (const Item& item : run.plan.items) {
        const auto record = index.find(item.index);
        if (!record) {
            run.pending.push_back(&item);
            continue;
        }
        const bool same_file = record->file == item.file;
        const std::string reason =
            same_file ? mismatch(run.path / item.file, *record) : "is recorded under another name";
        if (reason.empty()) {
            run.done.insert(item.index);
            continue;
        }
        run.warnings.push_back(item.file + " " + reason + ": it is made again");
        move_aside(run, item.file);
        run.pending.push_back(&item);
    }
}

/// What is still to be made must come from the model that made the rest. One that is not there is left to the workers,
/// who say what they miss.
void check_model(const RunFolder& run) {
    const fs::path model = run.plan.model_folder;
    const std::string& begun_with = run.plan.recipe.model_hash;
    std::error_code error;
    if (begun_with.empty() || !fs::exists(model / "model_index.json", error) || model_hash(model) == begun_with) return;
    throw Error("The model in " + model.string() + " has changed since the run in " + run.path.string() +
                " was begun; put the old one back, or begin a new run");
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

RunFolder create_run(const fs::path& folder, RunPlan plan) {
    if (plan.placement.workers.empty()) plan.placement = replicas_on(plan.devices);
    const fs::path path = fs::absolute(folder);
    check_plan(plan, "The run");
    refuse_collisions(path, plan);
    make_folders(path);
    Journal journal(path / ".fanlight");
    refuse_collisions(path, plan);  // again, now that nobody else can start
    journal.truncate(0);
    remove_partial_files(path / ".fanlight");
    write_plan(plan, path / ".fanlight" / "run.json");
    RunFolder run{path, std::move(plan), std::move(journal), {}, {}, {}};
    for (const Item& item : run.plan.items) run.pending.push_back(&item);
    return run;
}

void write_manifest(const RunFolder& run) {
    DoneIndex index(run.path / ".fanlight", run.plan.items.size());
    ManifestWriter manifest(run.path);
    for (const Item& item : run.plan.items) {
        if (!run.done.contains(item.index)) continue;
        const auto done = index.find(item.index);
        if (!done) throw Error("The journal in " + run.path.string() + " has lost what it said of " + item.file);
        manifest.add(manifest_row(item, run.plan.recipe, *done));
    }
    manifest.commit();
}

RunPlan read_plan(const fs::path& folder) {
    const fs::path file = folder / ".fanlight" / "run.json";
    std::error_code error;
    if (!fs::exists(file, error))
        throw UsageError(folder.string() + " holds no run: there is no .fanlight/run.json in it");
    const std::string where = file.string();
    RunPlan plan;
    const Json json =
        stream_json_file(file, max_plan_bytes, "items", [&](const Json& item) { take_item(item, plan.items, where); });
    if (required<int>(json, "version", where) != 1)
        throw Error(where + ": was written by a newer Fanlight; finish the run with that one");
    plan.model_folder = required<std::string>(json, "model_folder", where);
    plan.recipe = required<Recipe>(json, "recipe", where);
    plan.devices = required<std::vector<std::string>>(json, "devices", where);
    plan.placement =
        json.contains("placement") ? required<RunPlacement>(json, "placement", where) : replicas_on(plan.devices);
    plan.split = split_of(required<std::string>(json, "split", where), where);
    plan.apply_padding = required<bool>(json, "apply_padding", where);
    required<Json::array_t>(json, "items", where);  // taken already
    check_plan(plan, where);
    return plan;
}

RunFolder resume_run(const fs::path& folder) {
    const fs::path path = fs::absolute(folder);
    RunPlan plan = read_plan(path);
    make_folders(path);
    RunFolder run{path, std::move(plan), Journal(path / ".fanlight"), {}, {}, {}};
    DoneIndex index(path / ".fanlight", run.plan.items.size());
    run.journal.truncate(index.good_bytes());
    run.warnings = index.warnings();
    remove_partial_files(path);
    remove_partial_files(path / ".fanlight");
    verify(index, run);
    if (!run.pending.empty()) check_model(run);
    run.journal.append({ResumedRecord{static_cast<int64_t>(run.done.size())}});
    return run;
}

}  // namespace fanlight
