#include <algorithm>
#include <array>
#include <utility>

#include "core/batch/classify_task.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/text_task.h"

// The names by which lists know parameters and columns.
namespace fanlight {

namespace {

/// Number of characters to add, remove or replace (Levenshtein 1965).
size_t edits(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = std::exchange(row[0], i);
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

/// Columns of manifests and logs that only describe a finished image.
constexpr std::array<const char*, 21> other_columns = {
    "row",           "index",       "file",        "filename",   "model",   "model_hash",  "sd_model_name",
    "sd_model_hash", "dtype",       "device_kind", "batch_size", "threads", "loras",       "sha256",
    "bytes",         "device_name", "device_uuid", "worker",     "seconds", "finished_at", "place"};

/// Keys of results: of all that texts become, of texts that are made, and of those that are judged.
constexpr std::array<const char*, 9> result_keys = {"index",      "text",   "prompt_tokens", "model",  "error",
                                                    "model_hash", "worker", "device_name",   "seconds"};
constexpr std::array<const char*, 2> made_keys = {"finish", "new_tokens"};
constexpr std::array<const char*, 5> judged_keys = {"label", "score", "probabilities", "logits", "masks"};

bool is_among(const auto& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool has_own_columns(std::string_view task) { return task == TextTask::kind || task == ClassifyTask::kind; }

bool is_known_column(std::string_view name, std::string_view task) {
    return !has_own_columns(task) && is_among(other_columns, normalised_name(name));
}

bool is_result_key(std::string_view name, std::string_view task) {
    return is_among(result_keys, name) ||
           (task == TextTask::kind ? is_among(made_keys, name) : is_among(judged_keys, name));
}

std::vector<std::string> parameter_names(std::string_view task) {
    std::vector<std::string> names = {"prompt"};
    for (const ParameterRule& rule : parameter_rules())
        if (rule.is_for(task)) names.emplace_back(rule.name);
    return names;
}

std::string nearly_parameter(std::string_view name, std::string_view task) {
    const std::string written = normalised_name(name);
    std::vector<std::string> known = parameter_names(task);
    for (const ParameterRule& rule : parameter_rules())
        if (rule.is_for(task)) known.insert(known.end(), rule.aliases.begin(), rule.aliases.end());
    for (const std::string& each : known)
        if (const size_t allowed = each.size() / 5; allowed > 0 && edits(written, each) <= std::min<size_t>(allowed, 2))
            return each;
    return "";
}

}  // namespace fanlight
