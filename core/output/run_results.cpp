#include "core/output/run_results.h"

#include <algorithm>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/batch/parameter_rules.h"
#include "core/output/csv.h"
#include "core/output/manifest.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

using Row = nlohmann::ordered_json;  // people read the columns in this order

Row own_columns(const Item& item) {
    Json parameters;
    item.task.write(parameters);
    return Row::parse(parameters.value("columns", "{}"));
}

/// The name under which a column of the list's own comes back, which none of the others has.
std::string name_in_results(const std::string& column, const Row& row, const Row& own, std::string_view task) {
    std::string name = column;
    while (is_result_key(name, task) || row.contains(name) || (name != column && own.contains(name)))
        name = "input_" + name;
    return name;
}

/// What comes before the result.
Row begin_row(const Item& item) {
    Row row = {{"index", item.index}};
    if (const Row own = own_columns(item); own.contains("id")) row["id"] = own["id"];
    row["prompt"] = item.task.prompt();
    return row;
}

/// With what determined the result, and the list's own columns.
std::string finished(Row row, const Item& item, const Row& made_by) {
    Json parameters;
    item.task.write(parameters);
    if (parameters.contains("seed")) row["seed"] = item.task.seed();
    row["model"] = recipe_of(item).model;
    row["model_hash"] = recipe_of(item).model_hash;
    row.update(made_by);
    const Row own = own_columns(item);
    for (const auto& [name, value] : own.items())
        if (name != "id") row[name_in_results(name, row, own, item.task.kind())] = value;
    return row.dump(-1, ' ', false, Row::error_handler_t::replace);
}

class Manifest : public RunResults {
public:
    Manifest(const fs::path& folder, const RareColumns& rare) : writer_(folder, rare) {}
    void add(const Item& item, const Result& result) override { writer_.add(manifest_row(item, result)); }
    void add(const Item&, const FailedRecord&) override {}
    void commit() override { writer_.commit(); }

private:
    ManifestWriter writer_;
};

class Records : public RunResults {
public:
    Records(const fs::path& folder, bool csv) : path_(results_file(folder)), csv_(csv), file_(path_) {}
    void add(const Item& item, const Result& result) override { file_.write(result_line(item, result) + '\n'); }
    void add(const Item& item, const FailedRecord& failed) override { file_.write(result_line(item, failed) + '\n'); }
    void commit() override {
        file_.commit();
        if (csv_) write_csv(lines_of(path_), fs::path(path_).replace_extension(".csv"));
    }

private:
    const fs::path path_;
    const bool csv_;
    FileReplacement file_;
};

}  // namespace

fs::path run_folder_of(const std::string& output) {
    return fs::path(output).extension() == ".jsonl" ? fs::path(output + ".run") : fs::path(output);
}

fs::path results_file(const fs::path& run_folder) {
    const bool beside = run_folder.extension() == ".run" && run_folder.stem().extension() == ".jsonl";
    return beside ? run_folder.parent_path() / run_folder.stem() : run_folder / "results.jsonl";
}

std::unique_ptr<RunResults> open_run_results(const fs::path& run_folder, const std::vector<Item>& items, bool csv) {
    if (items.front().task.suffix().empty()) return std::make_unique<Records>(run_folder, csv);
    RareColumns rare;
    for (const Item& item : items) rare |= rare_columns_of(item);
    return std::make_unique<Manifest>(run_folder, rare);
}

std::string result_line(const Item& item, const Result& result) {
    Row row = begin_row(item);
    if (const ResultRecord* record = result.record()) {
        row["text"] = record->text;
        for (const char* usual :
             {"finish", "label", "score", "sum", "tokens", "perplexity", "prompt_tokens", "new_tokens"})
            if (record->more.contains(usual)) row[usual] = record->more.at(usual);
        row.update(Row(record->more));
    }
    return finished(std::move(row), item,
                    {{"device_name", result.device_name}, {"worker", result.worker}, {"seconds", result.seconds}});
}

std::string result_line(const Item& item, const FailedRecord& failed) {
    Row row = begin_row(item);
    row["error"] = {{"kind", failed.kind}, {"message", failed.reason.text()}};
    return finished(std::move(row), item, Row::object());
}

}  // namespace fanlight
