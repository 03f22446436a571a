#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "core/base/json.h"

namespace fanlight {

/// A complete file in the run folder.
struct ResultFile {
    std::string name;
    std::string sha256;  ///< 64 hex digits
    int64_t bytes = 0;

    bool operator==(const ResultFile&) const = default;
};

/// A result that the journal itself stores.
struct ResultRecord {
    std::string text;
    Json more = Json::object();  ///< what its kind of task reports besides the text

    bool operator==(const ResultRecord&) const = default;
};

/// The result of a finished item. The worker's message, the journal's record, the event and the manifest's row are all
/// written from it.
struct Result {
    int64_t item = 0;
    std::variant<ResultFile, ResultRecord> content = {};
    double seconds = 0;  ///< the micro-batch's, divided by its items
    int worker = 0;
    std::string device_name = {};  ///< "NVIDIA H100"
    std::string device_uuid = {};  ///< NVML's; empty on a CPU
    std::string finished_at = {};  ///< UTC, ISO 8601
    int threads = 0;               ///< CPU threads of the worker; 0: those of the recipe, in older runs

    /// nullptr if it is a record.
    const ResultFile* file() const { return std::get_if<ResultFile>(&content); }
    /// nullptr if it is a file.
    const ResultRecord* record() const { return std::get_if<ResultRecord>(&content); }

    bool operator==(const Result&) const = default;
};

// As in the journal: a file has "file", "sha256" and "bytes", a record "text" and "more".

void to_json(Json& json, const Result& result);
void from_json(const Json& json, Result& result);

}  // namespace fanlight
