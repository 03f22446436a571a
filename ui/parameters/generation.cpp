#include "ui/parameters/generation.h"

#include <QRegularExpression>

#include "core/batch/lora.h"
#include "ui/settings/settings_map.h"

namespace fanlight::ui {

Affixes affixesOf(const Generation& generation) {
    return {generation.prefix.toStdString(), generation.suffix.toStdString()};
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
    settings.vae = generation.vae.toStdString();
    settings.text_encoders.clear();
    for (const QString& encoder : generation.textEncoders) settings.text_encoders.push_back(encoder.toStdString());
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
    generation.vae = text(settings.vae);
    for (const std::string& encoder : settings.text_encoders) generation.textEncoders << text(encoder);
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
    request.vae = generation.vae.toStdString();
    for (const QString& encoder : generation.textEncoders) request.text_encoders.push_back(encoder.toStdString());
    return request;
}

}  // namespace fanlight::ui
