#pragma once

#include "core/base/json.h"
#include "core/batch/request.h"

// The request's structs as JSON: in run.json, on the wire and in the PNG's `fanlight` text.
namespace fanlight {

inline void to_json(Json& json, const SharedText& text) { json = text.str(); }
inline void from_json(const Json& json, SharedText& text) { text = json.get<std::string>(); }

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ImageTask, prompt, negative_prompt, seed, steps, cfg_scale, width, height, sampler,
                                   schedule, clip_skip)

/// "task" names the kind unless it is an image, so that items that are images keep the JSON they have always had.
inline void to_json(Json& json, const Item& item) {
    json = {{"index", item.index}, {"row", item.row}, {"file", item.place}};
    item.task.write(json["parameters"]);
    if (item.task.kind() != ImageTask::kind) json["task"] = item.task.kind();
}
inline void from_json(const Json& json, Item& item) {
    json.at("index").get_to(item.index);
    json.at("row").get_to(item.row);
    json.at("file").get_to(item.place);
    item.task = find_task_kind(json.value("task", ImageTask::kind)).read(json.at("parameters"));
}

inline void to_json(Json& json, const Lora& l) {
    json = {{"name", l.name}, {"file", l.file}, {"hash", l.hash}, {"data_hash", l.data_hash}, {"weight", l.weight}};
}
/// Finished images do not record a LoRA's path.
inline void from_json(const Json& json, Lora& l) {
    json.at("name").get_to(l.name);
    l.file = json.value("file", "");
    json.at("hash").get_to(l.hash);
    json.at("data_hash").get_to(l.data_hash);
    json.at("weight").get_to(l.weight);
}

/// As recorded in finished images.
inline Json without_files(const std::vector<Lora>& loras) {
    Json told = loras;
    for (Json& lora : told) lora.erase("file");
    return told;
}

/// "loras", "prediction", "zero_snr", "card" and "experiments" are only written if there are any, so that recipes
/// without them stay the same as ever.
inline void to_json(Json& json, const Recipe& r) {
    json = {{"model", r.model},           {"model_hash", r.model_hash},
            {"dtype", r.dtype},           {"device_kind", r.device_kind},
            {"batch_size", r.batch_size}, {"threads", r.threads}};
    if (!r.loras.empty()) json["loras"] = r.loras;
    if (!r.prediction.empty()) json["prediction"] = r.prediction;
    if (r.zero_snr) json["zero_snr"] = true;
    if (!r.card.empty()) json["card"] = r.card;
    if (!r.experiments.empty()) json["experiments"] = r.experiments;
}
inline void from_json(const Json& json, Recipe& r) {
    json.at("model").get_to(r.model);
    json.at("model_hash").get_to(r.model_hash);
    json.at("dtype").get_to(r.dtype);
    json.at("device_kind").get_to(r.device_kind);
    json.at("batch_size").get_to(r.batch_size);
    r.threads = json.value("threads", 1);
    r.loras = json.value("loras", std::vector<Lora>());
    r.prediction = json.value("prediction", "");
    r.zero_snr = json.value("zero_snr", false);
    r.card = json.value("card", "");
    r.experiments = json.value("experiments", "");
}

}  // namespace fanlight
