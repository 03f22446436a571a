#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/base/text.h"

namespace fanlight {

/// The parts of one kind that a tokenizer.json may name, each with the function that makes one from its JSON object.
template <class Part>
using PartTable = std::vector<std::pair<std::string, Part (*)(const Json& part, const Place& where)>>;

/// Makes the part that `part`'s "type" names. Throws Error "WHERE: the KIND "X" is not supported; known are …".
template <class Part>
Part make_part(const PartTable<Part>& table, const char* kind, const Json& part, const Place& where) {
    const auto type = required<std::string>(part, "type", Sentence("%1, %2", where, kind));
    std::vector<std::string> names;
    for (const auto& [name, make] : table) {
        if (name == type) return make(part, Sentence("%1, %2 %3", where, kind, name));
        names.push_back(name);
    }
    throw Error("%1: the %2 %3 is not supported; known are %4", where, kind, to_line(type), listed(names));
}

}  // namespace fanlight
