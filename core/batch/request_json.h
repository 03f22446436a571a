#pragma once

#include "core/base/json.h"
#include "core/batch/request.h"

// The request's structs as JSON: in run.json, on the wire and in the PNG's `fanlight` text.
namespace fanlight {

inline void to_json(Json& json, const SharedText& text) { json = text.str(); }
inline void from_json(const Json& json, SharedText& text) { text = json.get<std::string>(); }

/// null: there is none.
inline void to_json(Json& json, const std::optional<SharedText>& text) { json = text ? Json(text->str()) : Json(); }
inline void from_json(const Json& json, std::optional<SharedText>& text) {
    text = json.is_null() ? std::nullopt : std::optional<SharedText>(json.get<std::string>());
}

inline void to_json(Json& json, Emphasis emphasis) { json = name_of(emphasis); }
inline void from_json(const Json& json, Emphasis& emphasis) {
    const auto text = json.get<std::string>();
    const EmphasisName* name = find_emphasis(text);
    if (!name) throw Error("there is no emphasis \"%1\"", excerpt(text));
    emphasis = name->emphasis;
}

inline void to_json(Json& json, const ChunkCounts& c) { json = {c.last_step, c.positive, c.negative}; }
void from_json(const Json& json, ChunkCounts& counts);

/// "prompt_2", "negative_prompt_2", "original_size", "crop", "emphasis", "chunks", "cut_tokens" and "embeddings" are
/// only written if they say something, so that pictures of plain prompts keep the JSON they have always had, and older
/// ones are literal.
void to_json(Json& json, const ImageTask& image);
void from_json(const Json& json, ImageTask& image);

/// "task" names the kind unless it is an image, so that items that are images keep the JSON they have always had.
inline void to_json(Json& json, const Item& item) {
    json = {{"index", item.index}, {"row", item.row}, {"file", item.place}};
    item.task.write(json["parameters"]);
    if (item.task.kind() != ImageTask::kind) json["task"] = item.task.kind();
    if (item.model != 0) json["model"] = item.model;
}
inline void from_json(const Json& json, Item& item) {
    item.index = member<int64_t>(json, "index");
    item.row = member<int64_t>(json, "row");
    item.place = member<std::string>(json, "file");
    const TaskKind& kind = find_task_kind(member_or<std::string>(json, "task", ImageTask::kind));
    item.task = kind.read(member<Json>(json, "parameters"));
    item.model = member_or(json, "model", 0);
}

inline void to_json(Json& json, const Lora& l) {
    json = {{"name", l.name}, {"file", l.file}, {"hash", l.hash}, {"data_hash", l.data_hash}, {"weight", l.weight}};
    if (l.text_encoder_weight) json["text_encoder_weight"] = *l.text_encoder_weight;
}
/// Finished images do not record a LoRA's path.
inline void from_json(const Json& json, Lora& l) {
    l = {.name = member<std::string>(json, "name"),
         .file = member_or<std::string>(json, "file", ""),
         .hash = member<std::string>(json, "hash"),
         .data_hash = member<std::string>(json, "data_hash"),
         .weight = member<double>(json, "weight")};
    if (json.contains("text_encoder_weight")) l.text_encoder_weight = member<double>(json, "text_encoder_weight");
}

inline void to_json(Json& json, const NamedEmbedding& e) {
    json = {{"name", e.name}, {"file", e.file}, {"hash", e.hash}};
}
/// Finished images do not record its path.
inline void from_json(const Json& json, NamedEmbedding& e) {
    e = {.name = member<std::string>(json, "name"),
         .file = member_or<std::string>(json, "file", ""),
         .hash = member<std::string>(json, "hash")};
}

/// As recorded in finished images.
template <typename Files>
Json without_files(const std::vector<Files>& files) {
    Json told = files;
    for (Json& each : told) each.erase("file");
    return told;
}

inline void to_json(Json& json, const ReplacedComponent& c) {
    json = {{"kind", c.kind}, {"name", c.name}, {"file", c.file}, {"hash", c.hash}};
}
/// Finished images do not record its path.
inline void from_json(const Json& json, ReplacedComponent& c) {
    c = {.kind = member<std::string>(json, "kind"),
         .name = member<std::string>(json, "name"),
         .file = member_or<std::string>(json, "file", ""),
         .hash = member<std::string>(json, "hash")};
}

/// "loras", "embeddings", "components", "prediction", "zero_snr", "vae_tiling", "text_device_kind", "card" and
/// "experiments" are only written if there are any, so that recipes without them stay the same as ever.
inline void to_json(Json& json, const Recipe& r) {
    json = {{"model", r.model},           {"model_hash", r.model_hash},
            {"dtype", r.dtype},           {"device_kind", r.device_kind},
            {"batch_size", r.batch_size}, {"threads", r.threads}};
    if (!r.loras.empty()) json["loras"] = r.loras;
    if (!r.embeddings.empty()) json["embeddings"] = r.embeddings;
    if (!r.components.empty()) json["components"] = r.components;
    if (!r.prediction.empty()) json["prediction"] = r.prediction;
    if (r.zero_snr) json["zero_snr"] = true;
    if (r.vae_tiling) json["vae_tiling"] = true;
    if (!r.text_device_kind.empty()) json["text_device_kind"] = r.text_device_kind;
    if (!r.card.empty()) json["card"] = r.card;
    if (!r.experiments.empty()) json["experiments"] = r.experiments;
}
inline void from_json(const Json& json, Recipe& r) {
    r = {.model = member<std::string>(json, "model"),
         .model_hash = member<std::string>(json, "model_hash"),
         .dtype = member<std::string>(json, "dtype"),
         .device_kind = member<std::string>(json, "device_kind"),
         .batch_size = member<int>(json, "batch_size"),
         .threads = member_or(json, "threads", 1),
         .loras = member_or<std::vector<Lora>>(json, "loras", {}),
         .embeddings = member_or<std::vector<NamedEmbedding>>(json, "embeddings", {}),
         .components = member_or<ReplacedComponents>(json, "components", {}),
         .prediction = member_or<std::string>(json, "prediction", ""),
         .zero_snr = member_or(json, "zero_snr", false),
         .vae_tiling = member_or(json, "vae_tiling", false),
         .text_device_kind = member_or<std::string>(json, "text_device_kind", ""),
         .card = member_or<std::string>(json, "card", ""),
         .experiments = member_or<std::string>(json, "experiments", "")};
}

}  // namespace fanlight
