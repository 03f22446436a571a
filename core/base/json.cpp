#include "core/base/json.h"

#include <algorithm>

#include "core/base/file.h"

namespace fanlight {

namespace {

std::string place(std::string_view text, size_t byte, const std::string& where) {
    const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return where + ", line " + std::to_string(line) + ", column " + std::to_string(before.size() - line_start + 1);
}

}  // namespace

Json parse_json(std::string_view text, const std::string& where, int max_depth) {
    const auto check_depth = [&](int depth, Json::parse_event_t event, Json&) {
        const bool opens = event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
        if (opens && depth >= max_depth)
            throw Error(where + ": is nested more than " + std::to_string(max_depth) + " levels deep");
        return true;
    };
    try {
        return Json::parse(text.begin(), text.end(), check_depth);
    } catch (const Json::parse_error& error) {
        const std::string what = error.what();  // "[json.exception…] parse error at line L, column C: REASON"
        const auto reason = what.find(": ");
        throw Error(place(text, error.byte, where) + ": is not valid JSON" +
                    (reason == std::string::npos ? "" : what.substr(reason)));
    }
}

Json read_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes) {
    return parse_json(read_file(file, max_bytes), file.string());
}

void detail::throw_missing(const char* key, const std::string& where) {
    throw Error(where + ": \"" + key + "\" is missing");
}

void detail::throw_wrong_type(const char* key, const Json& value, const std::string& where) {
    throw Error(where + ": \"" + key + "\" has the wrong type (" + value.type_name() + ")");
}

}  // namespace fanlight
