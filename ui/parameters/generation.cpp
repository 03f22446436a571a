#include "ui/parameters/generation.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/batch/names.h"
#include "core/batch/parameter_rules.h"
#include "core/config/model_catalog.h"

namespace fanlight::ui {

namespace {

bool isReadable(const QString& name, const QString& text) {
    const ParameterRule* rule = find_parameter(name.toStdString());
    if (!rule) return false;
    try {
        Overrides read;
        rule->read(text.toStdString(), read, "");
        return true;
    } catch (const UsageError&) {
        return false;
    }
}

}  // namespace

QVariantMap toMap(const Generation& generation) {
    QVariantMap parameters;
    for (auto it = generation.parameters.begin(); it != generation.parameters.end(); ++it)
        parameters[it.key()] = it.value();
    return {{"model", generation.model},          {"prediction", generation.prediction},
            {"parameters", parameters},           {"random_seed", generation.randomSeed},
            {"batch_size", generation.batchSize}, {"dtype", generation.dtype},
            {"loras", generation.loras},          {"same_seed", generation.sameSeed}};
}

Generation generationOf(const QVariantMap& map) {
    Generation generation;
    generation.model = map.value("model", generation.model).toString();
    const QString prediction = map.value("prediction").toString();
    for (const std::string& name : prediction_names())
        if (prediction.toStdString() == name) generation.prediction = prediction;
    generation.randomSeed = map.value("random_seed").toBool();
    generation.sameSeed = map.value("same_seed").toBool();
    generation.batchSize = std::clamp(map.value("batch_size", 1).toInt(), 1, 1024);
    const QString dtype = map.value("dtype").toString();
    const std::vector<std::string> dtypes = dtype_choices();
    if (std::find(dtypes.begin(), dtypes.end(), dtype.toStdString()) != dtypes.end()) generation.dtype = dtype;
    generation.loras = map.value("loras").toStringList();
    const QVariantMap parameters = map.value("parameters").toMap();
    for (auto it = parameters.begin(); it != parameters.end(); ++it)
        if (isReadable(it.key(), it.value().toString())) generation.parameters[it.key()] = it.value().toString();
    return generation;
}

PlanRequest requestOf(const Generation& generation) {
    PlanRequest request;
    request.task = ImageTask::kind;
    request.model = generation.model.toStdString();
    request.prediction = generation.prediction.toStdString();
    for (auto it = generation.parameters.begin(); it != generation.parameters.end(); ++it)
        request.parameters[it.key().toStdString()] = it.value().toStdString();
    request.same_seed = generation.sameSeed;
    request.batch_size = generation.batchSize;
    request.dtype = generation.dtype.toStdString();
    for (const QString& lora : generation.loras) request.loras.push_back(lora.toStdString());
    return request;
}

}  // namespace fanlight::ui
