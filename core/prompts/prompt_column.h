#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "core/base/json.h"
#include "core/batch/list_reading.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

/// What a row has in the list's own columns, written together when all are known: there may be thousands.
class OwnColumns {
public:
    void keep(const std::string& column, Json value) { values_[column] = std::move(value); }
    void give_to(PromptRow& row) const {
        if (!values_.empty()) row.overrides.columns = to_line(values_);
    }

private:
    Json values_ = Json::object();
};

/// The column that a list must have.
inline constexpr const char* prompt_name = "prompt";

/// The meaning of a column of a table, or of a key of an object.
struct PromptColumn {
    bool is_prompt = false;
    const ParameterRule* rule = nullptr;
    std::string own = {};  ///< of a list of texts: the name of a column of its own, which comes back with the result
    const NoteKind* unobeyed = nullptr;  ///< why a known column that sets nothing disappoints, and its title
    std::string title = {};
    bool tells_of_image = false;  ///< see there

    /// A column that sets nothing.
    bool is_ignored() const { return !is_prompt && !rule && own.empty(); }
    bool operator==(const PromptColumn&) const = default;

    /// Checks the text and stores it in the row, or among its own columns. Throws UsageError "WHERE: …".
    void read(std::string_view text, PromptRow& row, OwnColumns& own_columns, const Place& where) const;

    /// What an empty cell says: that a prompt is empty, rather than that there is none.
    void leave_blank(PromptRow& row) const;

    /// For a row that has a value in it: notes that this is without effect, or marks the row as one of a finished
    /// image.
    void note(PromptRow& row, const ListReading& reading) const {
        row.overrides.tells_of_image |= tells_of_image;
        if (unobeyed) reading.note(*unobeyed, title, row.source);
    }
};

/// The meanings that a table's header, or a row, has given so far.
class GivenColumns {
public:
    void add(const PromptColumn& column);
    bool has(const PromptColumn& column) const;

private:
    std::unordered_set<std::string> names_;
};

/// Throws UsageError "WHERE: …" for an unknown name (of texts: one that is almost a parameter's) that the reading does
/// not leave out, and if one of `before` has the same meaning (perhaps by an alias).
PromptColumn column_named(std::string_view title, const GivenColumns& before, const Place& where,
                          const ListReading& reading);

/// Whether the title is that of a parameter or of the prompt.
bool is_column_name(std::string_view title, const ListReading& reading);

}  // namespace fanlight
