#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/output/journal.h"

namespace fanlight {

/// The run folder that an --output or --resume names: NAME.jsonl is beside its own, NAME.jsonl.run.
std::filesystem::path run_folder_of(const std::string& output);

/// Where a text run's results are: NAME.jsonl beside a run folder NAME.jsonl.run, else results.jsonl in it.
std::filesystem::path results_file(const std::filesystem::path& run_folder);

/// The files that list what a run has made, in the order of its items. Of results that are files: manifest.csv and
/// manifest.jsonl. Of records: results_file(), one JSON object a line with the list's own columns, the prompt, the text
/// and who made it; an item that has failed has "error" in place of the text. A column that is called like a key of
/// results comes back as "input_NAME", whether or not this one has the key. They are complete once committed, or not
/// there. Throws Error naming the file.
class RunResults {
public:
    virtual ~RunResults() = default;
    virtual void add(const Item& item, const Result& result) = 0;
    virtual void add(const Item& item, const FailedRecord& failed) = 0;
    virtual void commit() = 0;
};

/// `items`: of the run, at least one. `csv`: records are also written as CSV, beside results_file() and named after it.
std::unique_ptr<RunResults> open_run_results(const std::filesystem::path& run_folder, const std::vector<Item>& items,
                                             bool csv);

/// A line of results_file(), without a newline.
std::string result_line(const Item& item, const Result& result);
std::string result_line(const Item& item, const FailedRecord& failed);

}  // namespace fanlight
