#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file.h"
#include "core/batch/request.h"

// manifest.csv and manifest.jsonl (DESIGN 4.3): one record an image, the same columns in the same order, every
// parameter and who made it. UTF-8 without BOM.
namespace fanlight {

struct ManifestRow {
    Item item;
    Recipe recipe;
    std::string sha256;       ///< of the file, 64 hex digits
    int64_t bytes = 0;        ///< of the file
    std::string device_name;  ///< "NVIDIA H100"
    std::string device_uuid;  ///< NVML's; empty on a CPU
    int worker = 0;
    double seconds = 0;       ///< the image's share of its micro-batch
    std::string finished_at;  ///< ISO 8601, UTC

    bool operator==(const ManifestRow&) const = default;
};

/// With a header line; quoted as RFC 4180 says, lines end in "\n". Text is written as it is, also where a spreadsheet
/// would take it for a formula ("=…"): the file reads back as a prompt list, with exactly these prompts.
std::string manifest_csv(const std::vector<ManifestRow>& rows);

/// One JSON object a line.
std::string manifest_jsonl(const std::vector<ManifestRow>& rows);

/// Writes both files row by row; each is there, whole, after commit(). Throws Error naming the file.
class ManifestWriter {
public:
    explicit ManifestWriter(const std::filesystem::path& folder);

    void add(const ManifestRow& row);
    void commit();

private:
    FileReplacement csv_, jsonl_;
};

/// The same at once.
void write_manifest(const std::filesystem::path& folder, const std::vector<ManifestRow>& rows);

/// One record of a manifest.jsonl, as manifest_jsonl() writes it; unknown keys are ignored. `where` begins the sentence
/// of the Error that names the key.
ManifestRow read_manifest_record(std::string_view line, const std::string& where);

/// Reads a manifest.jsonl; unknown keys are ignored. Throws Error naming file, record and key.
std::vector<ManifestRow> read_manifest_jsonl(const std::filesystem::path& file);

}  // namespace fanlight
