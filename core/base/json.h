#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/base/error.h"

namespace fanlight {

using Json = nlohmann::json;

/// Parses untrusted text. Throws Error "WHERE, line L, column C: …"; rejects duplicate keys, of which parsers pick one
/// or the other, and nesting deeper than `max_depth`, on which recursive code would run out of stack.
Json parse_json(std::string_view text, const std::string& where, int max_depth = 64);

/// Reads and parses a file of at most `max_bytes`. Throws Error naming the file.
Json read_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes = 64u << 20);

/// The same for a model's file: Python writes Infinity and -Infinity, which JSON does not have. They are read as null.
Json read_python_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes = 64u << 20);

/// The same for a file that does not fit into memory: the elements of the top-level list `key` are not kept but passed
/// to `take` one by one while the file is being read.
Json stream_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes, const std::string& key,
                      const std::function<void(const Json& element)>& take);

/// object[key] as T. Throws Error "WHERE: KEY must be a number, not …" or "WHERE: KEY is missing".
template <typename T>
T required(const Json& object, const char* key, const std::string& where);

/// object[key] as T, or `fallback` if the key is absent or null. Throws like required() on a wrong type.
template <typename T>
T optional_or(const Json& object, const char* key, T fallback, const std::string& where);

namespace detail {
[[noreturn]] void throw_missing(const char* key, const std::string& where);
[[noreturn]] void throw_negative(const char* key, const std::string& where);
[[noreturn]] void throw_wrong_type(const char* key, const Json& value, const std::string& where);
}  // namespace detail

template <typename T>
T required(const Json& object, const char* key, const std::string& where) {
    if (!object.is_object() || !object.contains(key)) detail::throw_missing(key, where);
    if constexpr (std::is_unsigned_v<T> && !std::is_same_v<T, bool>)  // a negative number would become a large one
        if (const Json& value = object.at(key); value.is_number_integer() && !value.is_number_unsigned() && value.get<int64_t>() < 0)
            detail::throw_negative(key, where);
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

/// One line of JSON; invalid UTF-8 becomes U+FFFD instead of throwing.
inline std::string to_line(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace fanlight
