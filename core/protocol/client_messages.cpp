#include "core/protocol/client_messages.h"

#include "core/batch/request_json.h"
#include "core/protocol/tagged_json.h"

namespace fanlight::client {

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
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Run, run, folder, model, phase, total, seconds, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Removed, run)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RunOrder, runs)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(States, run, first, states)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ItemOrder, run, items)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Worker, run, worker, device, device_name, device_uuid, state, detail,
                                                enabled, images, seconds_per_image)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Leased, run, worker, items)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Progress, run, worker, item, step, of)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Preview, run, worker, item, png)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Stats, run, worker, resident_bytes, device_bytes, busy_seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Image, run, worker, item, file, seed, sha256, seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Failed, run, item, kind, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Warning, run, message)
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
constexpr const char* message_name<client::Leased> = "leased";
template <>
constexpr const char* message_name<client::Progress> = "progress";
template <>
constexpr const char* message_name<client::Preview> = "preview";
template <>
constexpr const char* message_name<client::Stats> = "stats";
template <>
constexpr const char* message_name<client::Image> = "image";
template <>
constexpr const char* message_name<client::Failed> = "failed";
template <>
constexpr const char* message_name<client::Warning> = "warning";
template <>
constexpr const char* message_name<client::Refused> = "refused";

}  // namespace fanlight::protocol

namespace fanlight::client {

std::string to_line(const ToOwner& message) { return protocol::write_line(message); }
std::string to_line(const FromOwner& message) { return protocol::write_line(message); }
ToOwner to_owner(std::string_view line) { return protocol::read_line(line, static_cast<ToOwner*>(nullptr)); }
FromOwner from_owner(std::string_view line) { return protocol::read_line(line, static_cast<FromOwner*>(nullptr)); }

}  // namespace fanlight::client
