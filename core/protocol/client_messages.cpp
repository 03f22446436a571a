#include "core/protocol/client_messages.h"

#include "core/base/sentence_json.h"
#include "core/batch/request_json.h"
#include "core/protocol/message_json.h"

namespace fanlight {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ItemsLeased, worker, items)

static void to_json(Json& json, const ItemProgress& p) {
    json = {{"worker", p.worker}, {"item", p.item}, {"step", p.step}, {"of", p.of}};
    if (!p.text.empty()) json["text"] = p.text;
}
static void from_json(const Json& json, ItemProgress& p) {
    p = {json.value("worker", 0), json.value("item", int64_t{0}), json.value("step", 0), json.value("of", 0),
         json.value("text", "")};
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ItemPreview, worker, item, png)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ItemFailed, item, kind, message)

/// "routine" is only written if it is.
static void to_json(Json& json, const RunWarning& warning) {
    json = {{"message", warning.message}};
    if (warning.routine) json["routine"] = true;
}
static void from_json(const Json& json, RunWarning& warning) {
    warning = {json.value("message", Sentence()), json.value("routine", false)};
}

static void to_json(Json& json, const WorkerMeasured& measured) {
    json = {{"worker", measured.worker},
            {"resident_bytes", measured.stats.resident_bytes},
            {"device_bytes", measured.stats.device_bytes},
            {"busy_seconds", measured.stats.busy_seconds}};
}
static void from_json(const Json& json, WorkerMeasured& measured) {
    measured = {json.value("worker", 0),
                {json.value("resident_bytes", int64_t{0}), json.value("device_bytes", int64_t{0}),
                 json.value("busy_seconds", 0.0)}};
}

static void to_json(Json& json, const ItemDone& done) {
    json = {{"worker", done.result.worker},
            {"item", done.result.item},
            {"seed", done.seed},
            {"seconds", done.result.seconds}};
    if (const ResultFile* file = done.result.file())
        json.update({{"file", file->name}, {"sha256", file->sha256}});
    else
        json.update({{"text", done.result.record()->text}, {"more", done.result.record()->more}});
    // What is not known is left out.
    if (done.result.file() && done.result.file()->bytes > 0) json["bytes"] = done.result.file()->bytes;
    if (!done.result.device_name.empty()) json["device_name"] = done.result.device_name;
    if (!done.result.device_uuid.empty()) json["device_uuid"] = done.result.device_uuid;
    if (!done.result.finished_at.empty()) json["finished_at"] = done.result.finished_at;
}
static void from_json(const Json& json, ItemDone& done) {
    done.result.worker = json.value("worker", 0);
    done.result.item = json.value("item", int64_t{0});
    done.result.seconds = json.value("seconds", 0.0);
    done.result.device_name = json.value("device_name", "");
    done.result.device_uuid = json.value("device_uuid", "");
    done.result.finished_at = json.value("finished_at", "");
    done.seed = json.value("seed", uint64_t{0});
    if (json.contains("text"))
        done.result.content = ResultRecord{json.value("text", ""), json.value("more", Json::object_t())};
    else
        done.result.content = ResultFile{.name = json.value("file", ""),
                                         .sha256 = json.value("sha256", ""),
                                         .bytes = json.value("bytes", int64_t{0})};
}

}  // namespace fanlight

namespace fanlight::client {

template <typename Event>
void to_json(Json& json, const OfRun<Event>& event) {
    json = static_cast<const Event&>(event);
    json["run"] = event.run;
}
template <typename Event>
void from_json(const Json& json, OfRun<Event>& event) {
    json.get_to<Event>(event);
    event.run = json.value("run", int64_t{0});
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Subscribe, protocol, previews)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Start, folder)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Add, run, prompts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Pause, run)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Resume, run)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Cancel, run, items)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Retry, run, items)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Move, run, items, before)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Devices, run, worker, enabled)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Remove, run)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Welcome, protocol, program_version, pid, stays)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Snapshot, complete)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Run, run, folder, model, phase, total, seconds, message, task,
                                                seconds_left, listed, done, failed, cancelled, name, prompt, begun,
                                                warnings, quiet_until)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Removed, run)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RunOrder, runs)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(States, run, first, states)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ItemOrder, run, items)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Worker, run, worker, device, device_name, device_uuid, state, detail,
                                                enabled, images, seconds_per_image, tokens_per_text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Refused, message)

}  // namespace fanlight::client

namespace fanlight::protocol {

template <>
constexpr const char* message_name<client::Subscribe> = "subscribe";
template <>
constexpr const char* message_name<client::Start> = "start";
template <>
constexpr const char* message_name<client::Add> = "add";
template <>
constexpr const char* message_name<client::Pause> = "pause";
template <>
constexpr const char* message_name<client::Resume> = "resume";
template <>
constexpr const char* message_name<client::Cancel> = "cancel";
template <>
constexpr const char* message_name<client::Retry> = "retry";
template <>
constexpr const char* message_name<client::Move> = "move";
template <>
constexpr const char* message_name<client::Devices> = "devices";
template <>
constexpr const char* message_name<client::Remove> = "remove";
template <>
constexpr const char* message_name<client::Shutdown> = "shutdown";
template <>
constexpr const char* message_name<client::Welcome> = "welcome";
template <>
constexpr const char* message_name<client::Snapshot> = "snapshot";
template <>
constexpr const char* message_name<client::Run> = "run";
template <>
constexpr const char* message_name<client::Removed> = "removed";
template <>
constexpr const char* message_name<client::RunOrder> = "run_order";
template <>
constexpr const char* message_name<client::States> = "states";
template <>
constexpr const char* message_name<client::ItemOrder> = "item_order";
template <>
constexpr const char* message_name<client::Worker> = "worker";
template <>
constexpr const char* message_name<client::OfRun<ItemsLeased>> = "leased";
template <>
constexpr const char* message_name<client::OfRun<ItemProgress>> = "progress";
template <>
constexpr const char* message_name<client::OfRun<ItemPreview>> = "preview";
template <>
constexpr const char* message_name<client::OfRun<WorkerMeasured>> = "stats";
template <>
const char* name_of(const client::OfRun<ItemDone>& done) {
    return done.result.file() ? "image" : "text";
}
template <>
bool is_name_of<client::OfRun<ItemDone>>(std::string_view name) {
    return name == "image" || name == "text";
}
template <>
constexpr const char* message_name<client::OfRun<ItemFailed>> = "failed";
template <>
constexpr const char* message_name<client::OfRun<RunWarning>> = "warning";
template <>
constexpr const char* message_name<client::Refused> = "refused";

}  // namespace fanlight::protocol

namespace fanlight::client {

std::string to_line(const ToOwner& message) { return protocol::write_line(message); }
std::string to_line(const FromOwner& message) { return protocol::write_line(message); }
ToOwner to_owner(std::string_view line) { return protocol::read_line(line, static_cast<ToOwner*>(nullptr)); }
FromOwner from_owner(std::string_view line) { return protocol::read_line(line, static_cast<FromOwner*>(nullptr)); }

}  // namespace fanlight::client
