#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file.h"
#include "core/batch/request.h"
#include "core/batch/result.h"

// manifest.csv and manifest.jsonl: one record per result, the same columns in the same order, with every parameter and
// which worker made it. UTF-8 without BOM.
namespace fanlight {

struct ManifestRow {
    Item item;
    Result made;

    /// Throws Error if the item has none.
    const Recipe& recipe() const { return recipe_of(item); }

    bool operator==(const ManifestRow&) const = default;
};

/// Whether its manifest has the columns `original_size`, `crop`, `emphasis` and `cut_tokens`, which those of plain
/// pictures do without.
bool has_syntax(const Item& item);

/// With a header line; quoted as in RFC 4180, lines end in "\n". Text is written verbatim, even if a spreadsheet would
/// take it for a formula ("=…"): the file can be read back as a prompt list with exactly these prompts.
std::string manifest_csv(const std::vector<ManifestRow>& rows);

/// One JSON object per line.
std::string manifest_jsonl(const std::vector<ManifestRow>& rows);

/// Writes both files row by row; they are put in place by commit(). Throws Error naming the file.
class ManifestWriter {
public:
    /// `with_syntax`: see has_syntax(); true if it is for any of the rows.
    ManifestWriter(const std::filesystem::path& folder, bool with_syntax);

    void add(const ManifestRow& row);
    void commit();

private:
    FileReplacement csv_, jsonl_;
    const bool with_syntax_;
    bool begun_ = false;  ///< the header has been written; the first row determines the columns
};

/// The same in one call.
void write_manifest(const std::filesystem::path& folder, const std::vector<ManifestRow>& rows);

/// Parses one record of a manifest.jsonl; unknown keys are ignored. Throws Error, starting with `where`, naming the
/// key.
ManifestRow read_manifest_record(std::string_view line, const std::string& where);

/// Reads a manifest.jsonl; unknown keys are ignored. Throws Error naming file, record and key.
std::vector<ManifestRow> read_manifest_jsonl(const std::filesystem::path& file);

/// Keeps in memory only once what a row has in common with the one before it.
void share(const ManifestRow& before, ManifestRow& row);

}  // namespace fanlight
