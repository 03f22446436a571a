#include <algorithm>
#include <array>
#include <utility>

#include "core/batch/classify_task.h"
#include "core/batch/list_reading.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/score_task.h"
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

/// What one row cannot have for itself.
constexpr NoteKind recipe_column = {
    "The column %1 has no effect in %2 (%3); dtype, batch size and components are a whole run's, and are chosen "
    "outside the list",
    "The columns %1 have no effect in %2 (%3); dtype, batch size and components are a whole run's, and are chosen "
    "outside the list",
    false};
constexpr NoteKind name_column = {"The column %1 has no effect in %2 (%3); files are named by the run's name pattern",
                                  "The columns %1 have no effect in %2 (%3); files are named by the run's name pattern",
                                  false};

/// Columns of manifests and logs that describe a finished image, and why those that might be taken for a wish are none.
struct OtherColumn {
    std::string_view name;
    const NoteKind* unobeyed = nullptr;
    bool tells_of_image = false;  ///< its row tells of a finished image
};
constexpr OtherColumn other_columns[] = {{"model_hash", &model_column, true},
                                         {"sd_model_name", &model_column, true},
                                         {"sd_model_hash", &model_column, true},
                                         {"embeddings", &recipe_column},
                                         {"components", &recipe_column},
                                         {"dtype", &recipe_column},
                                         {"device_kind", &recipe_column},
                                         {"batch_size", &recipe_column},
                                         {"file", &name_column},
                                         {"filename", &name_column},
                                         {"place", &name_column},
                                         {"row"},
                                         {"index"},
                                         {"threads"},
                                         {"prediction", &model_column},
                                         {"zero_snr", &model_column},
                                         {"vae_tiling", &recipe_column},
                                         {"text_device_kind", &recipe_column},
                                         {"sha256"},
                                         {"bytes"},
                                         {"cut_tokens"},
                                         {"cfg_floor"},
                                         {"device_name"},
                                         {"device_uuid"},
                                         {"worker"},
                                         {"seconds"},
                                         {"finished_at"}};

const OtherColumn* find_other_column(std::string_view name, std::string_view task) {
    if (has_own_columns(task)) return nullptr;
    const std::string wanted = normalised_name(name);
    for (const OtherColumn& column : other_columns)
        if (column.name == wanted) return &column;
    return nullptr;
}

/// Keys of all results that are no images, and of those of each kind of task.
constexpr std::array<const char*, 9> result_keys = {"index",      "text",   "prompt_tokens", "model",  "error",
                                                    "model_hash", "worker", "device_name",   "seconds"};
struct KindKeys {
    std::string_view task;
    std::vector<const char*> keys;
};

/// The kinds whose lists may have columns of their own.
const std::vector<KindKeys>& kind_keys() {
    static const std::vector<KindKeys> kinds = {
        {TextTask::kind, {"finish", "new_tokens"}},
        {ClassifyTask::kind, {"label", "score", "probabilities", "logits", "masks"}},
        {ScoreTask::kind, {"sum", "tokens", "perplexity", "label", "sums", "means"}}};
    return kinds;
}

const KindKeys* keys_of(std::string_view task) {
    for (const KindKeys& kind : kind_keys())
        if (kind.task == task) return &kind;
    return nullptr;
}

bool is_among(const auto& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const NoteKind model_column = {
    "The column %1 has no effect in %2 (%3); rows that tell of finished images are made with the run's model",
    "The columns %1 have no effect in %2 (%3); rows that tell of finished images are made with the run's model", false};

bool has_own_columns(std::string_view task) { return keys_of(task) != nullptr; }

bool is_known_column(std::string_view name, std::string_view task) { return find_other_column(name, task) != nullptr; }

const NoteKind* unobeyed_column(std::string_view name, std::string_view task) {
    const OtherColumn* column = find_other_column(name, task);
    return column ? column->unobeyed : nullptr;
}

bool tells_of_image(std::string_view name, std::string_view task) {
    const OtherColumn* column = find_other_column(name, task);
    return column && column->tells_of_image;
}

bool is_result_key(std::string_view name, std::string_view task) {
    const KindKeys* own = keys_of(task);
    return is_among(result_keys, name) || (own && is_among(own->keys, name));
}

std::vector<std::string> parameter_names(std::string_view task) {
    std::vector<std::string> names = {"prompt"};
    for (const ParameterRule& rule : parameter_rules())
        if (rule.is_for(task)) names.emplace_back(rule.name);
    return names;
}

std::string nearly_parameter(std::string_view name, std::string_view task) {
    const std::string written = normalised_name(name);
    if (is_result_key(written, task)) return "";  // "label" is what is known of a row, and no slip for "labels"
    std::vector<std::string> known = parameter_names(task);
    for (const ParameterRule& rule : parameter_rules())
        if (rule.is_for(task)) known.insert(known.end(), rule.aliases.begin(), rule.aliases.end());
    for (const std::string& each : known)
        if (const size_t allowed = each.size() / 5; allowed > 0 && edits(written, each) <= std::min<size_t>(allowed, 2))
            return each;
    return "";
}

}  // namespace fanlight
