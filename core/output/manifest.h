#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file.h"
#include "core/batch/request.h"
#include "core/batch/result.h"

// manifest.csv and manifest.jsonl (DESIGN 4.3): one record a result, the same columns in the same order, every
// parameter and who made it. UTF-8 without BOM.
namespace fanlight {

struct ManifestRow {
    Item item;
    Recipe recipe;
    Result made;

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
    bool begun_ = false;  ///< the header is written: the first row says which columns there are
};

/// The same at once.
void write_manifest(const std::filesystem::path& folder, const std::vector<ManifestRow>& rows);

/// One record of a manifest.jsonl, as manifest_jsonl() writes it; unknown keys are ignored. `where` begins the sentence
/// of the Error that names the key.
ManifestRow read_manifest_record(std::string_view line, const std::string& where);

/// Reads a manifest.jsonl; unknown keys are ignored. Throws Error naming file, record and key.
std::vector<ManifestRow> read_manifest_jsonl(const std::filesystem::path& file);

}  // namespace fanlight
