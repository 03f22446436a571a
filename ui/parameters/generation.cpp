#include "ui/parameters/generation.h"

#include <QRegularExpression>
#include <algorithm>
#include <utility>

#include "core/base/number_text.h"
#include "core/batch/lora.h"
#include "core/batch/names.h"
#include "core/batch/timesteps.h"
#include "core/devices/device_list.h"
#include "core/project/chosen_devices.h"
#include "ui/models/parameter_labels.h"
#include "ui/settings/settings_map.h"

namespace fanlight::ui {

Affixes affixesOf(const Generation& generation) {
    return {generation.prefix.toStdString(), generation.suffix.toStdString()};
}

bool hasComponents(const Generation& generation) {
    return !(generation.network.isEmpty() && generation.vae.isEmpty() && generation.textEncoders.isEmpty() &&
             generation.refiner.isEmpty() && !generation.vaeTiling);
}

void put(const Generation& generation, ProjectSettings& settings) {
    settings.model = generation.model.toStdString();
    settings.prediction = generation.prediction.toStdString();
    settings.parameters.clear();
    for (auto it = generation.parameters.begin(); it != generation.parameters.end(); ++it)
        settings.parameters[it.key().toStdString()] = it.value().toStdString();
    settings.affixes = affixesOf(generation);
    settings.random_seed = generation.randomSeed;
    settings.same_seed = generation.sameSeed;
    settings.batch_size = generation.batchSize;
    settings.dtype = generation.dtype.toStdString();
    settings.loras.clear();
    for (const QString& lora : generation.loras) settings.loras.push_back(lora.toStdString());
    settings.network = generation.network.toStdString();
    settings.vae = generation.vae.toStdString();
    settings.text_encoders.clear();
    for (const QString& encoder : generation.textEncoders) settings.text_encoders.push_back(encoder.toStdString());
    settings.vae_tiling = generation.vaeTiling;
    settings.text_device = generation.textDevice.toStdString();
    settings.cfg_pairs = generation.cfgPairs;
    settings.cache_embeddings = generation.cacheEmbeddings;
    settings.on_oom = generation.onOom;
    settings.weights = generation.weights;
    settings.refiner = generation.refiner.toStdString();
    settings.output_folder = generation.outputFolder.toStdString();
}

Generation generationOf(const ProjectSettings& settings) {
    const auto text = [](const std::string& value) { return QString::fromStdString(value); };
    Generation generation{.model = text(settings.model), .prediction = text(settings.prediction)};
    for (const auto& [name, value] : settings.parameters) generation.parameters[text(name)] = text(value);
    generation.randomSeed = settings.random_seed;
    generation.sameSeed = settings.same_seed;
    generation.batchSize = settings.batch_size;
    generation.dtype = text(settings.dtype);
    for (const std::string& lora : settings.loras) generation.loras << text(lora);
    generation.network = text(settings.network);
    generation.vae = text(settings.vae);
    for (const std::string& encoder : settings.text_encoders) generation.textEncoders << text(encoder);
    generation.vaeTiling = settings.vae_tiling;
    generation.textDevice = text(settings.text_device);
    generation.cfgPairs = settings.cfg_pairs;
    generation.cacheEmbeddings = settings.cache_embeddings;
    generation.onOom = settings.on_oom;
    generation.weights = settings.weights;
    generation.refiner = text(settings.refiner);
    generation.prefix = text(settings.affixes.prefix);
    generation.suffix = text(settings.affixes.suffix);
    generation.outputFolder = text(settings.output_folder);
    return generation;
}

QVariantMap toMap(const Generation& generation) {
    ProjectSettings settings;
    put(generation, settings);
    return toMap(settings);
}

Generation generationOf(const QVariantMap& map) { return generationOf(settingsOf(map)); }

QMap<QString, QString> differencesOf(const Recipe& recipe, const Generation& generation, const QString& model) {
    QMap<QString, QString> values;
    const QString own = QString::fromStdString(recipe.model);
    if (!own.isEmpty() && own != model) values["model"] = own;
    QStringList usual, wanted;
    for (const QString& text : generation.loras) {
        static const QRegularExpression path("^.*/"), suffix("\\.safetensors(?=:|$)");
        usual << QString(text).remove(path).remove(suffix);
    }
    for (const Lora& lora : recipe.loras) wanted << QString::fromStdString(lora_text(lora));
    if (usual != wanted) values["loras"] = QString::fromStdString(lora_texts(recipe.loras));
    return values;
}

QStringList otherComponents(const Recipe& recipe, const Generation& generation, const std::vector<std::string>& lacks) {
    const auto isLacking = [&](const std::string& kind) {
        return std::any_of(lacks.begin(), lacks.end(),
                           [&](const std::string& component) { return component.starts_with(kind); });
    };
    const auto plain = [](const QString& name) {
        const QString last = name.section('/', -1), suffix = ".safetensors";
        return last.endsWith(suffix) ? last.chopped(suffix.size()) : last;
    };
    QStringList others;
    for (const auto& [kind, chosen] : {std::pair(network_kind, QStringList(generation.network)),
                                       {vae_kind, QStringList(generation.vae)},
                                       {text_encoder_kind, generation.textEncoders},
                                       {refiner_kind, QStringList(generation.refiner)}}) {
        QStringList here, there;
        for (const QString& name : chosen)
            if (!name.isEmpty()) here << plain(name);
        for (const ReplacedComponent& component : recipe.components)
            if (component.kind == kind) there << plain(QString::fromStdString(component.name));
        if (here.isEmpty() && isLacking(kind)) continue;
        here.sort();
        there.sort();
        if (here == there) continue;
        others << (there.isEmpty() ? labelOf(kind) : labelOf(kind) + ": " + there.join(", "));
    }
    return others;
}

QMap<QString, QString> scalesFor(const ModelCard& card, const ImageTask& image) {
    const double floor = card.traits.cfg_floor, above = image.cfg_scale - image.cfg_floor;
    const auto text = [](double scale) { return QString::fromStdString(number_text(scale)); };
    if (image.cfg_floor == most_cfg_scale || image.cfg_floor == floor) return {};
    if (card.traits.takes_true_cfg) return {{"true_cfg_scale", text(std::max(1.0, 1 + above))}};
    if (floor == most_cfg_scale) return {};
    return {{"cfg_scale", text(std::max(0.0, floor + above))}};
}

QString usualValue(const QString& rule, const Generation& generation, const std::optional<ModelCard>& card) {
    static const QMap<QString, QString> ofAny = {{"seed", QString::number(default_seed)},
                                                 {"images", "1"},
                                                 {"schedule", "default"},
                                                 {"true_cfg_scale", "1"},
                                                 {"clip_skip", "0"},
                                                 {"rescale_cfg", "0"},
                                                 {"subseed", "0"},
                                                 {"cfg_end", "1"},
                                                 {"subseed_strength", "0"},
                                                 {"emphasis", "original"},
                                                 {"literal", "no"}};
    if (const auto known = ofAny.find(rule); known != ofAny.end()) return *known;
    const auto number = [](const auto& value) {
        return value ? QString::fromStdString(number_text(*value)) : QString();
    };
    if (rule == "refiner_switch")
        return generation.refiner.isEmpty() ? "1" : QString::fromStdString(number_text(usual_refiner_switch));
    if (rule == "eta") {
        const QString name = generation.parameters.value("sampler", usualValue("sampler", generation, card));
        const SamplerName* sampler = find_sampler(name.toStdString());
        return sampler ? number(sampler->eta) : QString();
    }
    if (rule == "steps")
        if (const auto given = timesteps_in(generation.parameters.value("timesteps").toStdString()))
            return QString::number(given->size());
    if (!card) return {};
    const Overrides& defaults = card->defaults;
    if (rule == "steps") return number(defaults.steps);
    if (rule == "width") return number(defaults.width);
    if (rule == "height") return number(defaults.height);
    if (rule == "cfg_scale") return number(defaults.cfg_scale);
    if (rule == "sampler" && defaults.sampler) return QString::fromStdString(*defaults.sampler);
    if (rule == "negative_prompt" && !card->traits.tells_absent_negative) return "";
    return {};
}

namespace {

void forgetUselessOnFlow(Generation& generation) {
    generation.prediction.clear();
    generation.parameters.remove("timesteps");
    const SamplerName* sampler = find_sampler(generation.parameters.value("sampler").toStdString());
    if (sampler && !sampler->flow()) generation.parameters.remove("sampler");
    const ScheduleName* schedule = find_schedule(generation.parameters.value("schedule").toStdString());
    if (schedule && !schedule->flow) generation.parameters.remove("schedule");
}

}  // namespace

void forgetComponents(Generation& generation) {
    generation.prediction.clear();
    generation.network.clear();
    generation.vae.clear();
    generation.textEncoders.clear();
    generation.refiner.clear();
    generation.parameters.remove("refiner_switch");
}

bool sharesGuidance(const ModelCard& card) {
    return card.separate_rows && (card.traits.guidance != GuidanceKind::None || card.traits.takes_true_cfg);
}

bool forgetUseless(Generation& generation, const ModelCard& card) {
    const auto takes = [&](const char* kind) {
        return std::find(card.replaceable.begin(), card.replaceable.end(), kind) != card.replaceable.end();
    };
    const Generation before = generation;
    if (!takes(network_kind)) generation.network.clear();
    if (!takes(vae_kind)) generation.vae.clear(), generation.vaeTiling = false;
    if (!takes(text_encoder_kind)) generation.textEncoders.clear();
    if (!takes(refiner_kind)) generation.refiner.clear(), generation.parameters.remove("refiner_switch");
    if (!sharesGuidance(card)) generation.cfgPairs = false;
    if (card.flow) forgetUselessOnFlow(generation);
    return !(generation == before);
}

std::optional<QString> givenValue(const QString& rule, const Generation& generation) {
    const auto given = generation.parameters.constFind(rule);
    return given == generation.parameters.constEnd() ? std::nullopt : std::optional(*given);
}

PlanRequest requestOf(const Generation& generation) {
    PlanRequest request;
    request.task = ImageTask::kind;
    request.model = generation.model.toStdString();
    request.prediction = generation.prediction.toStdString();
    for (auto it = generation.parameters.begin(); it != generation.parameters.end(); ++it)
        request.parameters[it.key().toStdString()] = it.value().toStdString();
    request.affixes = affixesOf(generation);
    request.same_seed = generation.sameSeed;
    request.batch_size = generation.batchSize;
    request.dtype = generation.dtype.toStdString();
    for (const QString& lora : generation.loras) request.loras.push_back(lora.toStdString());
    request.network = generation.network.toStdString();
    request.vae = generation.vae.toStdString();
    for (const QString& encoder : generation.textEncoders) request.text_encoders.push_back(encoder.toStdString());
    request.vae_tiling = generation.vaeTiling;
    request.text_device = generation.textDevice.toStdString();
    request.cache_embeddings = generation.cacheEmbeddings;
    request.on_oom = generation.onOom;
    request.weights = generation.weights;
    request.refiner = generation.refiner.toStdString();
    if (request.refiner.empty()) request.parameters.erase("refiner_switch");  // an image's settings may bring one
    return request;
}

void setDevices(PlanRequest& request, const QString& devices, const Generation& generation) {
    request.devices = devices.toStdString();
    if (!generation.cfgPairs || devices.isEmpty()) return;
    request.cfg_devices = chosen_pairs(std::exchange(request.devices, "all"), list_devices());
}

}  // namespace fanlight::ui
