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

/// What the journal keeps itself.
struct ResultRecord {
    std::string text;
    Json more = Json::object();  ///< what its kind of task tells beside the text

    bool operator==(const ResultRecord&) const = default;
};

/// What came out of an item that is done. The worker's message, the journal's record, the event and the manifest's row
/// are all written from it.
struct Result {
    int64_t item = 0;
    std::variant<ResultFile, ResultRecord> content = {};
    double seconds = 0;  ///< its share of its micro-batch
    int worker = 0;
    std::string device_name = {};  ///< "NVIDIA H100"
    std::string device_uuid = {};  ///< NVML's; empty on a CPU
    std::string finished_at = {};  ///< UTC, ISO 8601

    /// nullptr where it is a record.
    const ResultFile* file() const { return std::get_if<ResultFile>(&content); }
    /// nullptr where it is a file.
    const ResultRecord* record() const { return std::get_if<ResultRecord>(&content); }

    bool operator==(const Result&) const = default;
};

// As the journal has it: "file", "sha256" and "bytes" tell of a file, "text" and "more" of a record.

void to_json(Json& json, const Result& result);
void from_json(const Json& json, Result& result);

}  // namespace fanlight
