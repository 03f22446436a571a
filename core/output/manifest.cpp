#include "core/output/manifest.h"

#include <algorithm>
#include <functional>
#include <type_traits>
#include <utility>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/request_json.h"
#include "core/output/csv.h"

namespace fanlight {

namespace {

constexpr std::uintmax_t max_manifest_bytes = std::uintmax_t{4} << 30;

/// A row that is being read.
struct Draft {
    ManifestRow row;
    Recipe recipe;
};

struct Column {
    const char* name;
    std::function<Json(const ManifestRow&)> get;
    std::function<void(Draft&, const Json& record, const Place& where)> set;
    bool RareColumns::*rare = nullptr;  ///< only with those
    bool only_if_set = false;  ///< of the recipe, which a run's rows share: without the value there is no column
};

/// `field` takes a row, const or not, and returns a reference to one of its values.
template <typename Field>
Column column(const char* name, Field field) {
    using T = std::remove_cvref_t<decltype(field(std::declval<ManifestRow&>()))>;
    return {name, [field](const ManifestRow& row) { return Json(field(row)); },
            [field, name](Draft& draft, const Json& record, const Place& where) {
                field(draft.row) = required<T>(record, name, where);
            }};
}

template <typename T>
Column parameter(const char* name, T ImageTask::*member) {
    return {name, [member](const ManifestRow& row) { return Json(image_of(row.item).*member); },
            [member, name](Draft& draft, const Json& record, const Place& where) {
                draft.row.item.task.edit<ImageTask>().*member = required<T>(record, name, where);
            }};
}

template <typename T>
Column recipe_column(const char* name, T Recipe::*member) {
    return {name, [member](const ManifestRow& row) { return Json(row.recipe().*member); },
            [member, name](Draft& draft, const Json& record, const Place& where) {
                draft.recipe.*member = required<T>(record, name, where);
            }};
}

template <typename T>
Column file_column(const char* name, T ResultFile::*member) {
    return {name, [member](const ManifestRow& row) { return Json(row.made.file()->*member); },
            [member, name](Draft& draft, const Json& record, const Place& where) {
                std::get<ResultFile>(draft.row.made.content).*member = required<T>(record, name, where);
            }};
}

/// Only if the recipe sets it: other manifests have the columns that they have always had.
template <typename T>
Column rare_column(const char* name, T Recipe::*member) {
    return {name, [member](const ManifestRow& row) { return Json(row.recipe().*member); },
            [member, name](Draft& draft, const Json& record, const Place& where) {
                draft.recipe.*member = optional_or(record, name, T(), where);
            },
            /*rare=*/nullptr, /*only_if_set=*/true};
}

/// A run may have been resumed with others.
int threads_of(const ManifestRow& row) { return row.made.threads > 0 ? row.made.threads : row.recipe().threads; }

Column threads_column() {
    Column column = recipe_column("threads", &Recipe::threads);
    column.get = [](const ManifestRow& row) { return Json(threads_of(row)); };
    return column;
}

/// A list; missing in manifests that were written before LoRAs were supported.
Column loras_column() {
    return {"loras", [](const ManifestRow& row) { return without_files(row.recipe().loras); },
            [](Draft& draft, const Json& record, const Place& where) {
                draft.recipe.loras = optional_or(record, "loras", std::vector<Lora>(), where);
            }};
}

/// Only if prompts call some.
Column embeddings_column() {
    return {"embeddings",
            [](const ManifestRow& row) {
                const auto& embeddings = row.recipe().embeddings;
                return embeddings.empty() ? Json("") : without_files(embeddings);
            },
            [](Draft& draft, const Json& record, const Place& where) {
                draft.recipe.embeddings = optional_or(record, "embeddings", std::vector<NamedEmbedding>(), where);
            },
            /*rare=*/nullptr, /*only_if_set=*/true};
}

/// Only if the model's own are not used.
Column components_column() {
    return {"components",
            [](const ManifestRow& row) {
                const auto& components = row.recipe().components;
                return components.empty() ? Json("") : without_files(components);
            },
            [](Draft& draft, const Json& record, const Place& where) {
                draft.recipe.components = optional_or(record, "components", ReplacedComponents(), where);
            },
            /*rare=*/nullptr, /*only_if_set=*/true};
}

/// Only if some picture is told of as a part of another one.
Column size_column() {
    return {"original_size",
            [](const ManifestRow& row) {
                const auto& size = image_of(row.item).original_size;
                return Json(size ? text_of(*size) : "");
            },
            [](Draft& draft, const Json& record, const Place& where) {
                const auto text = optional_or<std::string>(record, "original_size", "", where);
                if (!text.empty()) draft.row.item.task.edit<ImageTask>().original_size = picture_size_in(text);
            },
            &RareColumns::part};
}

Column crop_column() {
    return {"crop",
            [](const ManifestRow& row) {
                const PicturePlace crop = image_of(row.item).crop;
                return Json(crop == PicturePlace() ? "" : text_of(crop));
            },
            [](Draft& draft, const Json& record, const Place& where) {
                const auto crop = picture_place_in(optional_or<std::string>(record, "crop", "0,0", where));
                draft.row.item.task.edit<ImageTask>().crop = crop.value_or(PicturePlace());
            },
            &RareColumns::part};
}

/// Only if a prompt says something by it: a manifest of plain prompts has the columns that it has always had.
Column emphasis_column() {
    return {"emphasis", [](const ManifestRow& row) { return Json(image_of(row.item).emphasis); },
            [](Draft& draft, const Json& record, const Place& where) {
                draft.row.item.task.edit<ImageTask>().emphasis =
                    optional_or(record, "emphasis", Emphasis::Literal, where);
            },
            &RareColumns::syntax};
}

/// Tokens of literal prompts that had no effect.
Column cut_tokens_column() {
    return {"cut_tokens", [](const ManifestRow& row) { return Json(image_of(row.item).prompt_layout().cut_tokens); },
            [](Draft& draft, const Json& record, const Place& where) {
                const int cut = optional_or(record, "cut_tokens", 0, where);
                if (cut > 0) draft.row.item.task.edit<ImageTask>().layout = Shared(PromptLayout{.cut_tokens = cut});
            },
            &RareColumns::syntax};
}

template <typename T>
Column rare_parameter(const char* name, T ImageTask::*member, bool RareColumns::*rare) {
    return {name, [member](const ManifestRow& row) { return Json(image_of(row.item).*member); },
            [member, name](Draft& draft, const Json& record, const Place& where) {
                T& value = draft.row.item.task.edit<ImageTask>().*member;
                value = optional_or(record, name, value, where);
            },
            rare};
}

/// Empty where it is what is usual for the model or the sampler.
Column unusual_parameter(const char* name, std::optional<double> ImageTask::*member, bool RareColumns::*rare) {
    return {name,
            [member](const ManifestRow& row) {
                const auto& value = image_of(row.item).*member;
                return value ? Json(*value) : Json();
            },
            [member, name](Draft& draft, const Json& record, const Place& where) {
                if (record.is_object() && record.contains(name) && !record.at(name).is_null())
                    draft.row.item.task.edit<ImageTask>().*member = required<double>(record, name, where);
            },
            rare};
}

/// Only if it is no usual one. It is found out when a run is planned, which a replay of a manifest does not do.
Column floor_column() {
    return {"cfg_floor", [](const ManifestRow& row) { return Json(image_of(row.item).cfg_floor); },
            [](Draft& draft, const Json& record, const Place& where) {
                const double floor = optional_or(record, "cfg_floor", 1.0, where);
                if (floor != 0 && floor != 1 && floor != most_cfg_scale)
                    throw Error("%1: \"cfg_floor\" must be 0, 1 or %2", where, static_cast<int>(most_cfg_scale));
                draft.row.item.task.edit<ImageTask>().cfg_floor = floor;
            },
            &RareColumns::floor};
}

/// For whoever reads the table as a list. The negative prompt of a record is null where there is none.
Column has_negative_column() {
    return {"has_negative_prompt",
            [](const ManifestRow& row) { return Json(image_of(row.item).negative_prompt ? "yes" : "no"); },
            [](Draft&, const Json&, const Place&) {}, &RareColumns::absent_negative};
}

Column timesteps_column() {
    return {"timesteps",
            [](const ManifestRow& row) { return Json(text_of_timesteps(image_of(row.item).given_timesteps())); },
            [](Draft& draft, const Json& record, const Place& where) {
                auto timesteps = timesteps_in(optional_or<std::string>(record, "timesteps", "", where));
                if (timesteps) draft.row.item.task.edit<ImageTask>().timesteps = Shared(std::move(*timesteps));
            },
            &RareColumns::timesteps};
}

/// The columns for images.
const std::vector<Column>& columns() {
    static const std::vector<Column> table = {
        column(
            "index", [](auto& row) -> auto& { return row.item.index; }),
        column(
            "row", [](auto& row) -> auto& { return row.item.row; }),
        column(
            "file", [](auto& row) -> auto& { return row.item.place; }),
        parameter("prompt", &ImageTask::prompt),
        parameter("negative_prompt", &ImageTask::negative_prompt),
        has_negative_column(),
        parameter("seed", &ImageTask::seed),
        parameter("steps", &ImageTask::steps),
        parameter("cfg_scale", &ImageTask::cfg_scale),
        parameter("width", &ImageTask::width),
        parameter("height", &ImageTask::height),
        parameter("sampler", &ImageTask::sampler),
        parameter("schedule", &ImageTask::schedule),
        parameter("clip_skip", &ImageTask::clip_skip),
        size_column(),
        crop_column(),
        emphasis_column(),
        cut_tokens_column(),
        rare_parameter("true_cfg_scale", &ImageTask::true_cfg_scale, &RareColumns::true_cfg),
        unusual_parameter("eta", &ImageTask::eta, &RareColumns::eta),
        unusual_parameter("shift", &ImageTask::shift, &RareColumns::shift),
        rare_parameter("rescale_cfg", &ImageTask::rescale_cfg, &RareColumns::guidance),
        rare_parameter("cfg_end", &ImageTask::cfg_end, &RareColumns::guidance),
        floor_column(),
        rare_parameter("subseed", &ImageTask::subseed, &RareColumns::variation),
        rare_parameter("subseed_strength", &ImageTask::subseed_strength, &RareColumns::variation),
        rare_parameter("refiner_switch", &ImageTask::refiner_switch, &RareColumns::refiner),
        timesteps_column(),
        rare_parameter("prompt_2", &ImageTask::prompt_2, &RareColumns::second_prompts),
        rare_parameter("negative_prompt_2", &ImageTask::negative_prompt_2, &RareColumns::second_prompts),
        recipe_column("model", &Recipe::model),
        recipe_column("model_hash", &Recipe::model_hash),
        recipe_column("dtype", &Recipe::dtype),
        recipe_column("device_kind", &Recipe::device_kind),
        recipe_column("batch_size", &Recipe::batch_size),
        threads_column(),
        loras_column(),
        embeddings_column(),
        components_column(),
        rare_column("prediction", &Recipe::prediction),
        rare_column("zero_snr", &Recipe::zero_snr),
        rare_column("vae_tiling", &Recipe::vae_tiling),
        rare_column("text_device_kind", &Recipe::text_device_kind),
        file_column("sha256", &ResultFile::sha256),
        file_column("bytes", &ResultFile::bytes),
        column(
            "device_name", [](auto& row) -> auto& { return row.made.device_name; }),
        column(
            "device_uuid", [](auto& row) -> auto& { return row.made.device_uuid; }),
        column(
            "worker", [](auto& row) -> auto& { return row.made.worker; }),
        column(
            "seconds", [](auto& row) -> auto& { return row.made.seconds; }),
        column(
            "finished_at", [](auto& row) -> auto& { return row.made.finished_at; }),
    };
    return table;
}

using Cells = std::vector<std::pair<std::string, Json>>;

/// The columns for other kinds of task.
Cells other_cells(const ManifestRow& row) {
    Json parameters;
    row.item.task.write(parameters);
    Cells cells = {{"task", row.item.task.kind()}, {"index", row.item.index}, {"row", row.item.row}};
    for (const auto& [name, value] : parameters.items()) cells.emplace_back(name, value);
    Json recipe = row.recipe();
    recipe["threads"] = threads_of(row);
    for (const char* name : {"model", "model_hash", "dtype", "device_kind", "batch_size", "threads"})
        cells.emplace_back(name, recipe.at(name));
    cells.emplace_back("loras", without_files(row.recipe().loras));
    if (const ResultFile* file = row.made.file()) {
        cells.insert(cells.end(), {{"file", row.item.place}, {"sha256", file->sha256}, {"bytes", file->bytes}});
    } else {
        cells.emplace_back("text", row.made.record()->text);
        cells.emplace_back("more", row.made.record()->more);
    }
    for (const char* name : {"device_name", "device_uuid", "worker", "seconds", "finished_at"})
        cells.emplace_back(name, Json(row.made).at(name));
    return cells;
}

Cells cells_of(const ManifestRow& row, const RareColumns& rare) {
    if (row.item.task.kind() != ImageTask::kind) return other_cells(row);
    Cells cells;
    for (const Column& column : columns()) {
        if (column.rare && !(rare.*column.rare)) continue;
        Json value = column.get(row);
        const bool is_set = value != Json("") && value != Json(false);
        if (is_set || !column.only_if_set) cells.emplace_back(column.name, std::move(value));
    }
    return cells;
}

RareColumns rare_columns_of(const std::vector<ManifestRow>& rows) {
    RareColumns rare;
    for (const ManifestRow& row : rows) rare |= rare_columns_of(row.item);
    return rare;
}

std::string csv_header(const Cells& cells) {
    std::vector<std::string> names;
    for (const auto& [name, value] : cells) names.push_back(name);
    return csv_line(names);
}

/// The header for a run without results.
std::string csv_header() {
    Cells cells;
    for (const Column& column : columns())
        if (!column.rare && !column.only_if_set) cells.emplace_back(column.name, nullptr);
    return csv_header(cells);
}

std::string line_of(const Cells& cells) {
    std::vector<std::string> values;
    for (const auto& [name, value] : cells) values.push_back(csv_cell(value));
    return csv_line(values);
}

std::string json_line(const Cells& cells) {
    std::string line = "{";
    for (const auto& [name, value] : cells) (((line += '"') += name) += "\":") += to_line(value) + ",";
    line.back() = '}';
    return line + '\n';
}

/// By the rules for options and lists, and for names of files: manifests are exported and passed on. Pictures of other
/// programs, which are shown and exported, too, and have no dtype, follow rules of their own; nobody makes them again.
void check_row(const ManifestRow& row, const Place& where) {
    check_place(row.item, where);
    if (row.recipe().dtype.empty()) return;
    row.item.task.check(where);
    check(row.recipe(), where);
}

ManifestRow image_row(const Json& record, const Place& where) {
    Draft draft;
    for (const Column& column : columns()) column.set(draft, record, where);
    ManifestRow& row = draft.row;
    set_recipe(row.item, std::move(draft.recipe));
    check_row(row, where);
    row.made.item = row.item.index;
    std::get<ResultFile>(row.made.content).name = row.item.place;
    return row;
}

ManifestRow other_row(const Json& record, const Place& where) {
    ManifestRow row;
    try {
        row.item = {.index = member<int64_t>(record, "index"),
                    .row = member<int64_t>(record, "row"),
                    .place = member_or<std::string>(record, "file", "")};
        row.item.task = find_task_kind(member<std::string>(record, "task")).read(record);
        set_recipe(row.item, record.get<Recipe>());
        Json made = record;
        made["item"] = row.item.index;
        made.erase("threads");  // those of the recipe that has just been read
        row.made = made.get<Result>();
    } catch (const Json::exception&) {
        throw Error("%1: it is malformed; the file was changed by something other than Fanlight", where);
    } catch (const Error& error) {
        throw Error("%1: %2", where, sentence_of(error));
    }
    check_row(row, where);
    return row;
}

}  // namespace

RareColumns& RareColumns::operator|=(const RareColumns& other) {
    part |= other.part;
    syntax |= other.syntax;
    true_cfg |= other.true_cfg;
    guidance |= other.guidance;
    floor |= other.floor;
    eta |= other.eta;
    shift |= other.shift;
    variation |= other.variation;
    timesteps |= other.timesteps;
    second_prompts |= other.second_prompts;
    refiner |= other.refiner;
    absent_negative |= other.absent_negative;
    return *this;
}

RareColumns rare_columns_of(const Item& item) {
    if (!item.task.is<ImageTask>()) return {};
    const ImageTask& image = image_of(item);
    return {.part = image.original_size || image.crop != PicturePlace(),
            .syntax = image.emphasis != Emphasis::Literal || image.prompt_layout().cut_tokens > 0,
            .true_cfg = image.true_cfg_scale != 1,
            .guidance = image.rescale_cfg != 0 || image.cfg_end != 1,
            .floor = image.cfg_floor != 1,
            .eta = image.eta.has_value(),
            .shift = image.shift.has_value(),
            .variation = image.subseed_strength != 0,
            .timesteps = static_cast<bool>(image.timesteps),
            .second_prompts = !image.prompt_2.empty() || !image.negative_prompt_2.empty(),
            .refiner = image.refiner_switch != 1,
            .absent_negative = !image.negative_prompt};
}

std::string manifest_csv(const std::vector<ManifestRow>& rows) {
    const RareColumns rare = rare_columns_of(rows);
    std::string csv = rows.empty() ? csv_header() : csv_header(cells_of(rows.front(), rare));
    for (const ManifestRow& row : rows) csv += line_of(cells_of(row, rare));
    return csv;
}

std::string manifest_jsonl(const std::vector<ManifestRow>& rows) {
    const RareColumns rare = rare_columns_of(rows);
    std::string lines;
    for (const ManifestRow& row : rows) lines += json_line(cells_of(row, rare));
    return lines;
}

ManifestWriter::ManifestWriter(const std::filesystem::path& folder, const RareColumns& rare)
    : csv_(folder / "manifest.csv"), jsonl_(folder / "manifest.jsonl"), rare_(rare) {}

void ManifestWriter::add(const ManifestRow& row) {
    const Cells cells = cells_of(row, rare_);
    if (!std::exchange(begun_, true)) csv_.write(csv_header(cells));
    csv_.write(line_of(cells));
    jsonl_.write(json_line(cells));
}

void ManifestWriter::commit() {
    if (!begun_) csv_.write(csv_header());
    csv_.commit();
    jsonl_.commit();
}

void write_manifest(const std::filesystem::path& folder, const std::vector<ManifestRow>& rows) {
    ManifestWriter writer(folder, rare_columns_of(rows));
    for (const ManifestRow& row : rows) writer.add(row);
    writer.commit();
}

void share(const ManifestRow& before, ManifestRow& row) {
    if (row.recipe() == before.recipe()) row.item.recipe = before.item.recipe;
    row.item.task.share_texts(before.item.task);
}

ManifestRow read_manifest_record(std::string_view line, const Place& where) {
    const Json record = parse_json(line, where);
    const bool is_image = !record.is_object() || !record.contains("task");
    return is_image ? image_row(record, where) : other_row(record, where);
}

std::vector<ManifestRow> read_manifest_jsonl(const std::filesystem::path& file) {
    const std::string bytes = read_file(file, max_manifest_bytes);
    std::vector<ManifestRow> rows;
    size_t number = 0;
    for (size_t start = 0; start < bytes.size();) {
        const size_t end = std::min(bytes.find('\n', start), bytes.size());
        const std::string_view line = std::string_view(bytes).substr(start, end - start);
        start = end + 1;
        ++number;
        if (trimmed(line).empty()) continue;
        rows.push_back(read_manifest_record(line, Sentence("%1 (record %2)", file, number)));
        if (rows.size() > 1) share(rows[rows.size() - 2], rows.back());
    }
    return rows;
}

}  // namespace fanlight
