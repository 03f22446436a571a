#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "core/base/json.h"
#include "core/base/sentence_json.h"
#include "core/protocol/messages.h"

// Converts variants of messages to and from lines {"type": NAME, …fields}, for both wires. Included only by their .cpp
// files.
namespace fanlight::protocol {

/// A message's name on the wire, for both directions.
template <typename T>
constexpr const char* message_name = nullptr;

// Specialise these two for a message whose name depends on its content.

template <typename T>
const char* name_of(const T&) {
    return message_name<T>;
}
template <typename T>
bool is_name_of(std::string_view name) {
    return name == message_name<T>;
}

// Sentences are texts on the wire, for whoever reads it; what a window translates them by stands beside them.

template <typename T>
concept has_message = requires(const T& body) {
    body.message.pattern();
};
template <typename T>
concept has_detail = requires(const T& body) {
    body.detail.pattern();
};

template <typename Variant>
std::string write_line(const Variant& message) {
    return std::visit(
        [](const auto& body) {
            Json json = Json::object();
            if constexpr (!std::is_empty_v<std::decay_t<decltype(body)>>) json = body;
            if constexpr (has_message<std::decay_t<decltype(body)>>) put_sentence(json, "message", body.message);
            if constexpr (has_detail<std::decay_t<decltype(body)>>) put_sentence(json, "detail", body.detail);
            json["type"] = name_of(body);
            return fanlight::to_line(json);
        },
        message);
}

template <typename Body, typename Variant>
void read_body(const Json& json, std::optional<Variant>& message) {
    Body body{};
    if constexpr (!std::is_empty_v<Body>) json.get_to(body);
    if constexpr (has_message<Body>) body.message = get_sentence(json, "message");
    if constexpr (has_detail<Body>) body.detail = get_sentence(json, "detail");
    message = std::move(body);
}

template <typename... Bodies>
std::variant<Bodies...> read_line(std::string_view line, std::variant<Bodies...>*) {
    const Place where = Sentence("A message");
    if (line.size() > max_line_bytes) throw Error("A message is longer than 1 MiB");
    const Json json = parse_json(line, where, 16);
    const auto type = required<std::string>(json, "type", where);
    std::optional<std::variant<Bodies...>> message;
    try {
        ((is_name_of<Bodies>(type) ? read_body<Bodies>(json, message) : void()), ...);
    } catch (const Json::exception& error) {
        throw Error("A \"%1\" message is malformed: %2", type, sentence_of(error));
    }
    if (!message) throw Error("There is no message of type \"%1\"", type.substr(0, 40));
    return *message;
}

}  // namespace fanlight::protocol
