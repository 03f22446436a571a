#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file.h"
#include "core/base/place.h"
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

/// Columns that a manifest has only if one of its rows says something by them.
struct RareColumns {
    bool part = false;      ///< `original_size` and `crop`
    bool syntax = false;    ///< `emphasis` and `cut_tokens`
    bool true_cfg = false;  ///< `true_cfg_scale`
    bool guidance = false;  ///< `rescale_cfg` and `cfg_end`
    bool floor = false;     ///< `cfg_floor`
    bool eta = false;
    bool shift = false;
    bool variation = false;  ///< `subseed` and `subseed_strength`
    bool timesteps = false;
    bool second_prompts = false;   ///< `prompt_2` and `negative_prompt_2`
    bool refiner = false;          ///< `refiner_switch`
    bool absent_negative = false;  ///< `has_negative_prompt`: an empty cell does not tell none from an empty one

    RareColumns& operator|=(const RareColumns& other);
};
RareColumns rare_columns_of(const Item& item);

/// With a header line; quoted as in RFC 4180, lines end in "\n". Text is written verbatim, even if a spreadsheet would
/// take it for a formula ("=…"): the file can be read back as a prompt list with exactly these prompts.
std::string manifest_csv(const std::vector<ManifestRow>& rows);

/// One JSON object per line.
std::string manifest_jsonl(const std::vector<ManifestRow>& rows);

/// Writes both files row by row; they are put in place by commit(). Throws Error naming the file.
class ManifestWriter {
public:
    /// `rare`: those of all rows together.
    ManifestWriter(const std::filesystem::path& folder, const RareColumns& rare);

    void add(const ManifestRow& row);
    void commit();

private:
    FileReplacement csv_, jsonl_;
    const RareColumns rare_;
    bool begun_ = false;  ///< the header has been written; the first row determines the columns
};

/// The same in one call.
void write_manifest(const std::filesystem::path& folder, const std::vector<ManifestRow>& rows);

/// Parses one record of a manifest.jsonl; unknown keys are ignored. Throws Error, starting with `where`, naming the
/// key.
ManifestRow read_manifest_record(std::string_view line, const Place& where);

/// Reads a manifest.jsonl; unknown keys are ignored. Throws Error naming file, record and key.
std::vector<ManifestRow> read_manifest_jsonl(const std::filesystem::path& file);

/// Keeps in memory only once what a row has in common with the one before it.
void share(const ManifestRow& before, ManifestRow& row);

}  // namespace fanlight
