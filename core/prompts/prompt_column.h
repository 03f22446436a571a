#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "core/base/json.h"
#include "core/batch/list_reading.h"
#include "core/batch/parameter_rules.h"

namespace fanlight {

/// What can be said of a row only when all of its cells are known.
class RowRest {
public:
    /// In one of the list's own columns, which are written together: there may be thousands.
    void keep(const std::string& column, Json value) { values_[column] = std::move(value); }
    /// See has_negative_name.
    void tell_negative(bool is_there) { has_negative_ = is_there; }
    void give_to(PromptRow& row) const;

private:
    Json values_ = Json::object();
    std::optional<bool> has_negative_;
};

/// The column that a list must have.
inline constexpr const char* prompt_name = "prompt";

/// The column that tells what a row's empty cell for the negative prompt is: yes: an empty text, whatever the run has;
/// no: none, as if the cell had been left out.
inline constexpr const char* has_negative_name = "has_negative_prompt";

/// The meaning of a column of a table, or of a key of an object.
struct PromptColumn {
    bool is_prompt = false;
    const ParameterRule* rule = nullptr;
    bool tells_negative = false;  ///< see has_negative_name
    std::string own = {};  ///< of a list of texts: the name of a column of its own, which comes back with the result
    const NoteKind* unobeyed = nullptr;  ///< why a known column that sets nothing disappoints, and its title
    std::string title = {};
    bool tells_of_image = false;  ///< see there

    /// A column that sets nothing.
    bool is_ignored() const { return !is_prompt && !rule && !tells_negative && own.empty(); }
    bool operator==(const PromptColumn&) const = default;

    /// Any text, of which blanks are a part.
    bool is_free_text() const { return is_prompt || (rule && rule->is_prompt); }

    /// Checks the text and stores it in the row, or with what is left for its end. Throws UsageError "WHERE: …".
    void read(std::string_view text, PromptRow& row, RowRest& rest, const Place& where) const;

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
