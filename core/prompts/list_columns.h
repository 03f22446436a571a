#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch/list_reading.h"
#include "core/prompts/prompt_list.h"

namespace fanlight {

/// A column of a table, or a key of a list's objects, and what it is taken for.
struct ListColumn {
    std::string title;
    std::string example;      ///< its first value; empty: there is none
    std::string parameter;    ///< what it sets, "prompt" or the name of a rule; empty: nothing
    bool is_foreign = false;  ///< it means nothing here, so a list with it is refused unless a ColumnChoice names it

    bool operator==(const ListColumn&) const = default;
};

/// The columns of a list in their order, with those of lines of objects in the order in which they first come. Empty
/// for lists of another format, and for what cannot be read.
std::vector<ListColumn> list_columns(std::string_view bytes, ListFormat format, const ListReading& reading = {});
std::vector<ListColumn> list_columns(const std::filesystem::path& file, const ListReading& reading = {});

/// Whether somebody must say what the columns mean before the list can be read: one is foreign, or there are some and
/// none is the prompt.
bool need_meaning(const std::vector<ListColumn>& columns);

}  // namespace fanlight
