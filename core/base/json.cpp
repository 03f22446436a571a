#include "core/base/json.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <vector>

#include "core/base/file.h"

namespace fanlight {

namespace {

constexpr int default_max_depth = 64;

std::string place(std::string_view text, size_t byte, const std::string& where) {
    const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return where + ", line " + std::to_string(line) + ", column " + std::to_string(before.size() - line_start + 1);
}

Error not_json(const Json::parse_error& error, std::string_view text, const std::string& where) {
    const std::string what = error.what();  // "[json.exception…] parse error at line L, column C: REASON"
    const auto reason = what.find(": ");
    return Error(place(text, error.byte, where) + ": is not valid JSON" +
                 (reason == std::string::npos ? "" : excerpt(what.substr(reason), 200)));
}

/// Such a number is valid JSON; the parser does not say where it stands.
Error too_large_number(const std::string& where) {
    return Error(where + ": holds a number that is too large, such as 1e999");
}

/// A parser callback that rejects what could no longer be seen in the finished value: duplicate keys and deep nesting.
class FormCheck {
public:
    explicit FormCheck(std::string where, int max_depth = default_max_depth)
        : where_(std::move(where)), max_depth_(max_depth) {}

    bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
        using Event = Json::parse_event_t;
        if ((event == Event::object_start || event == Event::array_start) && depth >= max_depth_)
            throw Error(where_ + ": is nested more than " + std::to_string(max_depth_) + " levels deep");
        if (event == Event::object_start) keys_.emplace_back();
        if (event == Event::object_end) keys_.pop_back();
        if (event == Event::key && !keys_.back().insert(parsed.get_ref<const std::string&>()).second)
            throw Error(where_ + ": the key " + excerpt(to_line(parsed)) + " is given twice");
        return true;
    }

private:
    std::string where_;
    int max_depth_;
    std::vector<std::set<std::string>> keys_;  ///< of the objects being parsed
};

/// A parser callback that takes the elements of one top-level list and keeps them out of the finished value.
class ListTaker {
public:
    using Take = std::function<void(const Json& element)>;

    ListTaker(FormCheck check, std::string key, Take take)
        : check_(std::move(check)), key_(std::move(key)), take_(std::move(take)) {}

    bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
        using Event = Json::parse_event_t;
        check_(depth, event, parsed);
        if (depth == 1 && event == Event::key) at_key_ = parsed == key_;
        if (depth == 1 && event == Event::array_start) in_list_ = at_key_;
        if (depth == 1 && event == Event::array_end) in_list_ = false;
        const bool whole = event == Event::object_end || event == Event::array_end || event == Event::value;
        if (depth != 2 || !in_list_ || !whole) return true;
        take_(parsed);
        return false;
    }

private:
    FormCheck check_;
    std::string key_;
    Take take_;
    bool at_key_ = false, in_list_ = false;
};

/// Replaces Python's words for infinity by null, except inside strings.
std::string without_infinity(std::string json) {
    bool in_text = false;
    for (size_t i = 0; i < json.size(); ++i) {
        if (json[i] == '"') in_text = !in_text;
        if (in_text) {
            i += json[i] == '\\';
            continue;
        }
        for (const std::string_view word : {"-Infinity", "Infinity"})
            if (json.compare(i, word.size(), word) == 0)
                json.replace(i, word.size(),
                             "null" + std::string(word.size() - 4, ' '));  // what follows stays in place
    }
    return json;
}

std::string beginning(const std::string& where) { return where.empty() ? "" : where + ": "; }

}  // namespace

Json parse_json(std::string_view text, const std::string& where, int max_depth) {
    if (const size_t nul = text.find('\0'); nul != std::string_view::npos)  // which the parser takes for the end
        throw Error(place(text, nul + 1, where) + ": holds a NUL byte, which no JSON does");
    try {
        return Json::parse(text.begin(), text.end(), FormCheck(where, max_depth));
    } catch (const Json::parse_error& error) {
        throw not_json(error, text, where);
    } catch (const Json::out_of_range&) {
        throw too_large_number(where);
    }
}

Json read_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes) {
    return parse_json(read_file(file, max_bytes), file.string());
}

Json read_python_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes) {
    return parse_json(without_infinity(read_file(file, max_bytes)), file.string());
}

Json stream_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes, const std::string& key,
                      const std::function<void(const Json& element)>& take) {
    const std::string where = file.string();
    check_is_file(file);
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(file, error);
    if (error) throw Error("Cannot read " + where + ": " + error.message());
    if (bytes > max_bytes)
        throw Error("Cannot read " + where + ": it is larger than " + std::to_string(max_bytes) + " bytes");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error("Cannot read " + where + ": " + errno_text());
    try {
        Json rest = Json::parse(stream, ListTaker(FormCheck(where), key, take));
        if (!stream.eof()) throw Error(where + ": holds a NUL byte, which no JSON does");  // taken for the end
        return rest;
    } catch (const Json::parse_error& error) {
        throw not_json(error, read_file(file, max_bytes), where);
    } catch (const Json::out_of_range&) {
        throw too_large_number(where);
    }
}

void detail::throw_missing(const char* key, const std::string& where) {
    throw Error(beginning(where) + in_quotes(key) + " is missing");
}

void detail::throw_wrong_type(const char* key, const Json& value, const std::string& where,
                              const std::string& expected) {
    const bool is_near = value.is_number() || value.is_array();
    throw Error(beginning(where) + in_quotes(key) +
                (is_near && !expected.empty() ? " must be " + expected + ", not " + excerpt(to_line(value))
                                              : std::string(" has the wrong type (") + value.type_name() + ")"));
}

void detail::throw_wrong_part(const char* key, const Error& error, const std::string& where) {
    throw Error((where.empty() ? "" : where + ", ") + excerpt(key) + ": " + error.what(), error.code());
}

}  // namespace fanlight
