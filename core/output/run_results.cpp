#include "core/output/run_results.h"

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/output/manifest.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

using Row = nlohmann::ordered_json;  // people read the columns in this order

/// What comes before the result.
Row row_of(const Item& item) {
    Json parameters;
    item.task.write(parameters);
    Row row = {{"index", item.index}};
    const Row own = Row::parse(parameters.value("columns", "{}"));
    if (own.contains("id")) row["id"] = own["id"];
    row["prompt"] = item.task.prompt();
    for (const auto& [name, value] : own.items())
        if (!row.contains(name)) row[name] = value;
    return row;
}

std::string line_of(Row row, const Item& item) {
    row["seed"] = item.task.seed();
    row["model"] = recipe_of(item).model;
    row["model_hash"] = recipe_of(item).model_hash;
    return row.dump(-1, ' ', false, Row::error_handler_t::replace);
}

class Manifest : public RunResults {
public:
    explicit Manifest(const fs::path& folder) : writer_(folder) {}
    void add(const Item& item, const Result& result) override { writer_.add(manifest_row(item, result)); }
    void add(const Item&, const FailedRecord&) override {}
    void commit() override { writer_.commit(); }

private:
    ManifestWriter writer_;
};

class Records : public RunResults {
public:
    explicit Records(const fs::path& folder) : file_(results_file(folder)) {}
    void add(const Item& item, const Result& result) override { file_.write(result_line(item, result) + '\n'); }
    void add(const Item& item, const FailedRecord& failed) override { file_.write(result_line(item, failed) + '\n'); }
    void commit() override { file_.commit(); }

private:
    FileReplacement file_;
};

}  // namespace

fs::path results_file(const fs::path& run_folder) {
    const bool beside = run_folder.extension() == ".run" && run_folder.stem().extension() == ".jsonl";
    return beside ? run_folder.parent_path() / run_folder.stem() : run_folder / "results.jsonl";
}

std::unique_ptr<RunResults> open_run_results(const fs::path& run_folder, const Item& like) {
    if (like.task.suffix().empty()) return std::make_unique<Records>(run_folder);
    return std::make_unique<Manifest>(run_folder);
}

std::string result_line(const Item& item, const Result& result) {
    Row row = row_of(item);
    if (const ResultRecord* record = result.record()) {
        row["text"] = record->text;
        row.update(Row(record->more));
    }
    row["device_name"] = result.device_name;
    row["worker"] = result.worker;
    row["seconds"] = result.seconds;
    return line_of(std::move(row), item);
}

std::string result_line(const Item& item, const FailedRecord& failed) {
    Row row = row_of(item);
    row["error"] = {{"kind", failed.kind}, {"message", failed.reason}};
    return line_of(std::move(row), item);
}

}  // namespace fanlight
