#include "core/protocol/messages.h"

#include "core/batch/request_json.h"

namespace fanlight::protocol {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Load, folder, device, recipe)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Generate, items, output)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Hello, protocol, program_version, pid)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Loaded, device_name, device_uuid, seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Progress, item, step, of)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Preview, item, png)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Image, item, file, sha256, bytes, seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Text, item, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Failed, item, kind, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Stats, resident_bytes, device_bytes, busy_seconds)

// Messages without fields.
template <typename T>
concept Empty = std::is_empty_v<T>;
template <Empty T>
void to_json(Json& json, const T&) {
    json = Json::object();
}
template <Empty T>
void from_json(const Json&, T&) {}

namespace {

/// A message's name on the wire: the one table for both directions.
template <typename T>
constexpr const char* name = nullptr;
template <>
constexpr const char* name<Load> = "load";
template <>
constexpr const char* name<Generate> = "generate";
template <>
constexpr const char* name<Cancel> = "cancel";
template <>
constexpr const char* name<Unload> = "unload";
template <>
constexpr const char* name<Quit> = "quit";
template <>
constexpr const char* name<Hello> = "hello";
template <>
constexpr const char* name<Loaded> = "loaded";
template <>
constexpr const char* name<Progress> = "progress";
template <>
constexpr const char* name<Preview> = "preview";
template <>
constexpr const char* name<Image> = "image";
template <>
constexpr const char* name<Text> = "text";
template <>
constexpr const char* name<Failed> = "failed";
template <>
constexpr const char* name<Stats> = "stats";
template <>
constexpr const char* name<Heartbeat> = "heartbeat";

template <typename Variant>
std::string write(const Variant& message) {
    return std::visit(
        [](const auto& body) {
            Json json = body;
            json["type"] = name<std::decay_t<decltype(body)>>;
            return fanlight::to_line(json);
        },
        message);
}

template <typename... Bodies>
std::variant<Bodies...> read(std::string_view line, std::variant<Bodies...>*) {
    const std::string where = "message";
    if (line.size() > max_line_bytes) throw Error("A message is longer than 1 MiB");
    const Json json = parse_json(line, where, 16);
    const auto type = required<std::string>(json, "type", where);
    std::optional<std::variant<Bodies...>> message;
    try {
        ((type == name<Bodies> ? void(message = json.get<Bodies>()) : void()), ...);
    } catch (const Json::exception& error) {
        throw Error("A \"" + type + "\" message is malformed: " + error.what());
    }
    if (!message) throw Error("There is no message of type \"" + type.substr(0, 40) + "\"");
    return *message;
}

}  // namespace

std::string to_line(const ToWorker& message) { return write(message); }
std::string to_line(const FromWorker& message) { return write(message); }
ToWorker to_worker(std::string_view line) { return read(line, static_cast<ToWorker*>(nullptr)); }
FromWorker from_worker(std::string_view line) { return read(line, static_cast<FromWorker*>(nullptr)); }

}  // namespace fanlight::protocol
