#pragma once

#include <cmath>
#include <concepts>
#include <filesystem>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/place.h"

namespace fanlight {

template <typename T>
concept Number = std::is_arithmetic_v<T> && !std::same_as<T, bool>;

}  // namespace fanlight

/// nlohmann-json converts numbers in silence: 17.9 to 17, 2^32 + 1 to 1, true to 1. Here a number that its C++ type
/// cannot hold is of the wrong type. Included before any number is read, so only this header includes nlohmann-json.
template <fanlight::Number T>
struct nlohmann::adl_serializer<T, void> {
    template <typename BasicJson>
    static void from_json(const BasicJson& json, T& value) {
        if (!read(json, value))
            throw BasicJson::type_error::create(302, "number expected that fits, not " + json.dump().substr(0, 40),
                                                &json);
    }
    template <typename BasicJson>
    static void to_json(BasicJson& json, T value) {
        nlohmann::to_json(json, value);
    }

private:
    template <typename Whole>
    static bool read_whole(const Whole& whole, T& value) {
        if constexpr (std::integral<T>)
            if (!std::in_range<T>(whole)) return false;
        value = static_cast<T>(whole);
        return true;
    }

    template <typename BasicJson>
    static bool read(const BasicJson& json, T& value) {
        if (const auto* whole = json.template get_ptr<const typename BasicJson::number_unsigned_t*>())
            return read_whole(*whole, value);
        if (const auto* whole = json.template get_ptr<const typename BasicJson::number_integer_t*>())
            return read_whole(*whole, value);
        const auto* number = json.template get_ptr<const typename BasicJson::number_float_t*>();
        if (std::integral<T> || !number) return false;
        value = static_cast<T>(*number);
        return std::isfinite(*number) && std::isfinite(static_cast<double>(value));
    }
};

namespace fanlight {

using Json = nlohmann::json;

/// Parses untrusted text. Throws Error "WHERE, line L, column C: …"; rejects duplicate keys, of which parsers pick one
/// or the other, nesting deeper than `max_depth`, on which recursive code would run out of stack, and NUL bytes, at
/// which the parser would stop.
Json parse_json(std::string_view text, const Place& where, int max_depth = 64);

/// Reads and parses a file of at most `max_bytes`. Throws Error naming the file.
Json read_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes = 64u << 20);

/// The same for a model's file: Python writes Infinity and -Infinity, which JSON does not have. They are read as null.
Json read_python_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes = 64u << 20);

/// The same for a file that does not fit into memory: the elements of the top-level list `key` are not kept but passed
/// to `take` one by one while the file is being read.
Json stream_json_file(const std::filesystem::path& file, std::uintmax_t max_bytes, const std::string& key,
                      const std::function<void(const Json& element)>& take);

/// object[key] as T. Throws Error "WHERE: "KEY" must be a whole number, not 17.9" or "WHERE: "KEY" is missing". What
/// T's own from_json() throws as an Error follows "WHERE, KEY: ".
template <typename T>
T required(const Json& object, const char* key, const Place& where);

/// object[key] as T, or `fallback` if the key is absent or null. Throws like required() on a wrong type.
template <typename T>
T optional_or(const Json& object, const char* key, T fallback, const Place& where);

/// required() in a from_json(), which does not know where its JSON comes from: whoever calls it puts that in front.
template <typename T>
T member(const Json& object, const char* key) {
    return required<T>(object, key, "");
}
template <typename T>
T member_or(const Json& object, const char* key, T fallback) {
    return optional_or<T>(object, key, std::move(fallback), "");
}

namespace detail {
[[noreturn]] void throw_missing(const char* key, const Place& where);
/// `expected`: what a number or a list would have to be ("a whole number"), for values that are one.
[[noreturn]] void throw_wrong_type(const char* key, const Json& value, const Place& where,
                                   const Sentence& expected = {});
[[noreturn]] void throw_wrong_part(const char* key, const Error& error, const Place& where);

template <typename T>
constexpr bool is_vector = false;
template <typename T>
constexpr bool is_vector<std::vector<T>> = true;

template <typename T>
Sentence expected() {
    using Limits = std::numeric_limits<T>;
    if constexpr (is_vector<T>) {
        const Sentence each = expected<typename T::value_type>();
        return each.empty() ? Sentence("a list") : Sentence("a list, each %1", each);
    } else if constexpr (std::same_as<T, int64_t>) {
        return "a whole number of at most 64 bits";
    } else if constexpr (Number<T> && std::integral<T>) {
        return Sentence("a whole number from %1 to %2", Limits::min(), Limits::max());
    } else if constexpr (Number<T>) {
        return "a finite number";
    } else {
        return {};
    }
}
}  // namespace detail

template <typename T>
T required(const Json& object, const char* key, const Place& where) {
    if (!object.is_object() || !object.contains(key)) detail::throw_missing(key, where);
    try {
        return object.at(key).get<T>();
    } catch (const Json::exception&) {
        detail::throw_wrong_type(key, object.at(key), where, detail::expected<T>());
    } catch (const Error& error) {
        detail::throw_wrong_part(key, error, where);
    }
}

template <typename T>
T optional_or(const Json& object, const char* key, T fallback, const Place& where) {
    if (!object.is_object() || !object.contains(key) || object.at(key).is_null()) return fallback;
    return required<T>(object, key, where);
}

/// One line of JSON; invalid UTF-8 becomes U+FFFD instead of throwing.
inline std::string to_line(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace fanlight
