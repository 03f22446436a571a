#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace fanlight {

using Json = nlohmann::json;

/// Parses untrusted text. Throws Error "WHERE, line L, column C: …"; refuses nesting deeper than `max_depth`, on which
/// recursive readers would run out of stack.
Json parse_json(std::string_view text, const std::string& where, int max_depth = 64);

/// Reads and parses a file of at most `max_bytes`. Throws Error naming the file.
Json read_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes = 64u << 20);

/// object[key] as T. Throws Error "WHERE: KEY must be a number, not …" or "WHERE: KEY is missing".
template <typename T>
T required(const Json& object, const char* key, const std::string& where);

/// object[key] as T, or `fallback` where the key is absent or null. Throws like required() on another type.
template <typename T>
T optional_or(const Json& object, const char* key, T fallback, const std::string& where);

namespace detail {
[[noreturn]] void throw_missing(const char* key, const std::string& where);
[[noreturn]] void throw_wrong_type(const char* key, const Json& value, const std::string& where);
}  // namespace detail

template <typename T>
T required(const Json& object, const char* key, const std::string& where) {
    if (!object.is_object() || !object.contains(key)) detail::throw_missing(key, where);
    try {
        return object.at(key).get<T>();
    } catch (const Json::exception&) {
        detail::throw_wrong_type(key, object.at(key), where);
    }
}

template <typename T>
T optional_or(const Json& object, const char* key, T fallback, const std::string& where) {
    if (!object.is_object() || !object.contains(key) || object.at(key).is_null()) return fallback;
    return required<T>(object, key, where);
}

/// One line of JSON; bytes that are no UTF-8 become U+FFFD instead of an exception.
inline std::string to_line(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace fanlight
