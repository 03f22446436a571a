#include "core/worker/run_file.h"

#include "core/base/json.h"
#include "core/batch/request_json.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_bytes = std::uintmax_t{8} << 30;

void take(const Json& json, std::vector<Item>& items, const std::string& where) {
    Item item;
    try {
        item = json.get<Item>();
    } catch (const Json::exception&) {
        throw Error(where + ", item " + std::to_string(items.size()) + ": it is malformed; prepare the run again.");
    }
    const bool plain = !item.file.empty() && !item.file.starts_with('.') &&
                       item.file.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
    if (item.index != static_cast<int64_t>(items.size()) || !plain)
        throw Error(where + ", item " + std::to_string(items.size()) +
                    ": its number or file name cannot be; prepare the run again.");
    items.push_back(std::move(item));
}

}  // namespace

RunFile read_run_file(const fs::path& file) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored))
        throw UsageError(file.string() + " is no run; write one with fanlight generate --prepare -o DIR.");
    const std::string where = file.string();
    RunFile run;
    run.folder = fs::absolute(file).parent_path().parent_path();
    const Json json =
        stream_json_file(file, max_bytes, "items", [&](const Json& item) { take(item, run.items, where); });
    if (required<int>(json, "version", where) != 1)
        throw Error(where + ": was written by a newer Fanlight; use that one.");
    if (const Json placement = json.value("placement", Json());
        placement.is_object() && placement.value("mode", "replicas") != "replicas")
        throw UsageError(where + ": a run under a launcher is one of replicas; prepare it without --mode.");
    run.model_folder = required<std::string>(json, "model_folder", where);
    run.recipe = required<Recipe>(json, "recipe", where);
    run.even = required<std::string>(json, "split", where) == "even";
    if (run.items.empty()) throw UsageError(where + ": there is nothing to make.");
    return run;
}

}  // namespace fanlight
