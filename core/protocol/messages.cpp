#include "core/protocol/messages.h"

#include <algorithm>

#include "core/base/sentence_json.h"
#include "core/batch/request_json.h"
#include "core/protocol/message_json.h"

namespace fanlight {

static void to_json(Json& json, EncoderStay stay) { json = name_of(stay); }
static void from_json(const Json& json, EncoderStay& stay) { stay = encoder_stay_named(json.get<std::string>()); }

}  // namespace fanlight

namespace fanlight::protocol {

static void to_json(Json& json, const Stage& stage) {
    json = {{"index", stage.index},
            {"count", stage.count},
            {"first_layer", stage.layers.begin},
            {"last_layer", stage.layers.end},
            {"rendezvous", stage.rendezvous},
            {"micro_batches", stage.micro_batches},
            {"gather_output", stage.gather_output},
            {"timeout_seconds", stage.timeout_seconds}};
}

static void from_json(const Json& json, Stage& stage) {
    json.at("index").get_to(stage.index);
    json.at("count").get_to(stage.count);
    json.at("first_layer").get_to(stage.layers.begin);
    json.at("last_layer").get_to(stage.layers.end);
    json.at("rendezvous").get_to(stage.rendezvous);
    json.at("micro_batches").get_to(stage.micro_batches);
    json.at("gather_output").get_to(stage.gather_output);
    json.at("timeout_seconds").get_to(stage.timeout_seconds);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Load, folder, device, recipe, stage, device_map, limits, log, preview_decoder,
                                   packed_weights, text_device, cfg_device, encoder_stay, encoded_texts, encoders)

/// "more" and "ahead" are only written if there is.
void to_json(Json& json, const Generate& order) {
    json = {{"items", order.items}, {"output", order.output}};
    if (order.more) json["more"] = true;
    if (!order.ahead.empty()) json["ahead"] = order.ahead;
}
void from_json(const Json& json, Generate& order) {
    json.at("items").get_to(order.items);
    json.at("output").get_to(order.output);
    order.more = json.value("more", false);
    if (json.contains("ahead")) json.at("ahead").get_to(order.ahead);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Cancel, items)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Previews, wanted)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Hello, protocol, program_version, pid)

void to_json(Json& json, const Loaded& loaded) {
    json = {{"device_name", loaded.device_name}, {"device_uuid", loaded.device_uuid}, {"seconds", loaded.seconds}};
    if (loaded.slots > 0) json["slots"] = loaded.slots;
}
void from_json(const Json& json, Loaded& loaded) {
    json.at("device_name").get_to(loaded.device_name);
    json.at("device_uuid").get_to(loaded.device_uuid);
    json.at("seconds").get_to(loaded.seconds);
    loaded.slots = json.value("slots", 0);
}

void to_json(Json& json, const Progress& progress) {
    json = {{"item", progress.item}, {"step", progress.step}, {"of", progress.of}};
    if (!progress.text.empty()) json["text"] = progress.text;
}
void from_json(const Json& json, Progress& progress) {
    json.at("item").get_to(progress.item);
    json.at("step").get_to(progress.step);
    json.at("of").get_to(progress.of);
    progress.text = json.value("text", "");
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Preview, item, png)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Image, item, file, sha256, bytes, seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Text, item, text, more, seconds)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Failed, item, kind, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GivenUp, items)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Stats, resident_bytes, device_bytes, busy_seconds)

/// "note" is only written if there is one.
void to_json(Json& json, const Heartbeat& beat) {
    json = Json::object();
    if (!beat.note.empty()) put_sentence(json, "note", beat.note);
}
void from_json(const Json& json, Heartbeat& beat) {
    if (json.contains("note")) beat.note = get_sentence(json, "note");
}

template <>
constexpr const char* message_name<Load> = "load";
template <>
constexpr const char* message_name<Generate> = "generate";
template <>
constexpr const char* message_name<Cancel> = "cancel";
template <>
constexpr const char* message_name<Previews> = "previews";
template <>
constexpr const char* message_name<Unload> = "unload";
template <>
constexpr const char* message_name<Quit> = "quit";
template <>
constexpr const char* message_name<Hello> = "hello";
template <>
constexpr const char* message_name<Loaded> = "loaded";
template <>
constexpr const char* message_name<Progress> = "progress";
template <>
constexpr const char* message_name<Preview> = "preview";
template <>
constexpr const char* message_name<Image> = "image";
template <>
constexpr const char* message_name<Text> = "text";
template <>
constexpr const char* message_name<Failed> = "failed";
template <>
constexpr const char* message_name<GivenUp> = "given_up";
template <>
constexpr const char* message_name<Stats> = "stats";
template <>
constexpr const char* message_name<Heartbeat> = "heartbeat";

bool holds_same_model(const Load& loaded, const Load& asked) {
    if (asked.recipe.model_hash.empty()) return false;  // the folder's contents may have changed
    Load same = loaded;
    same.log = asked.log;
    same.limits = asked.limits;
    same.preview_decoder = asked.preview_decoder;
    same.recipe.model = asked.recipe.model;
    same.stage.rendezvous = asked.stage.rendezvous;
    if (asked.stage.count == 0) same.recipe.batch_size = asked.recipe.batch_size;
    return same == asked;
}

std::vector<Generate> in_messages(Generate order) {
    constexpr size_t parameters = 4096,
                     most_escaped = 6;  // bytes of JSON beside an item's texts, and for one of theirs
    size_t most = 0;
    const auto add = [&](const Item& item) { most += parameters + most_escaped * item.task.text_bytes(); };
    std::for_each(order.items.begin(), order.items.end(), add);
    const size_t own = most;
    std::for_each(order.ahead.begin(), order.ahead.end(), add);
    if (most > max_item_bytes) order.ahead.clear();  // it can do without
    if (own <= max_item_bytes) return {std::move(order)};
    std::vector<Generate> parts;
    size_t bytes = 0;
    for (Item& item : order.items) {
        const size_t line = fanlight::to_line(Json(item)).size();
        if (line > max_item_bytes) throw Error("%1 is too long for a message", fanlight::name_of(item));
        if (parts.empty() || bytes + line > max_item_bytes) {
            parts.push_back({{}, order.output, true});
            bytes = 0;
        }
        bytes += line + 1;
        parts.back().items.push_back(std::move(item));
    }
    parts.back().more = false;
    return parts;
}

FromWorker message_of(const Result& result) {
    if (const ResultFile* file = result.file())
        return Image{result.item, file->name, file->sha256, file->bytes, result.seconds};
    return Text{result.item, result.record()->text, result.record()->more, result.seconds};
}

Result result_of(const Image& image) {
    return {.item = image.item, .content = ResultFile{image.file, image.sha256, image.bytes}, .seconds = image.seconds};
}

Result result_of(const Text& text) {
    if (!text.more.is_object()) throw Error("what it tells of item %1 is not an object", text.item);
    return {.item = text.item, .content = ResultRecord{text.text, text.more}, .seconds = text.seconds};
}

std::string to_line(const ToWorker& message) { return write_line(message); }
std::string to_line(const FromWorker& message) { return write_line(message); }
ToWorker to_worker(std::string_view line) { return read_line(line, static_cast<ToWorker*>(nullptr)); }
FromWorker from_worker(std::string_view line) { return read_line(line, static_cast<FromWorker*>(nullptr)); }

}  // namespace fanlight::protocol
