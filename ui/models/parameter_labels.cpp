#include "ui/models/parameter_labels.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <cstring>

#include "core/batch/names.h"

namespace fanlight::ui {

namespace {

struct Label {
    const char* name;
    const char* label;  ///< in English, translated in the context "Parameter"
};

constexpr Label labels[] = {
    {"prompt", QT_TRANSLATE_NOOP("Parameter", "Prompt")},
    {"negative_prompt", QT_TRANSLATE_NOOP("Parameter", "Negative prompt")},
    {"prompt_2", QT_TRANSLATE_NOOP("Parameter", "Second prompt")},
    {"negative_prompt_2", QT_TRANSLATE_NOOP("Parameter", "Second negative prompt")},
    {"prefix", QT_TRANSLATE_NOOP("Parameter", "Prefix")},
    {"suffix", QT_TRANSLATE_NOOP("Parameter", "Suffix")},
    {"seed", QT_TRANSLATE_NOOP("Parameter", "Seed")},
    {"steps", QT_TRANSLATE_NOOP("Parameter", "Steps")},
    {"size", QT_TRANSLATE_NOOP("Parameter", "Size")},
    {"width", QT_TRANSLATE_NOOP("Parameter", "Width")},
    {"height", QT_TRANSLATE_NOOP("Parameter", "Height")},
    {"cfg_scale", QT_TRANSLATE_NOOP("Parameter", "Guidance")},
    {"true_cfg_scale", QT_TRANSLATE_NOOP("Parameter", "True CFG scale")},
    {"sampler", QT_TRANSLATE_NOOP("Parameter", "Sampler")},
    {"schedule", QT_TRANSLATE_NOOP("Parameter", "Schedule")},
    {"eta", QT_TRANSLATE_NOOP("Parameter", "Eta")},
    {"shift", QT_TRANSLATE_NOOP("Parameter", "Shift")},
    {"rescale_cfg", QT_TRANSLATE_NOOP("Parameter", "Guidance rescale")},
    {"cfg_end", QT_TRANSLATE_NOOP("Parameter", "Guidance ends")},
    {"subseed", QT_TRANSLATE_NOOP("Parameter", "Variation seed")},
    {"subseed_strength", QT_TRANSLATE_NOOP("Parameter", "Variation strength")},
    {"timesteps", QT_TRANSLATE_NOOP("Parameter", "Timesteps")},
    {"clip_skip", QT_TRANSLATE_NOOP("Parameter", "CLIP skip")},
    {"styles", QT_TRANSLATE_NOOP("Parameter", "Styles")},
    {"original_size", QT_TRANSLATE_NOOP("Parameter", "Original size")},
    {"crop", QT_TRANSLATE_NOOP("Parameter", "Crop")},
    {"images", QT_TRANSLATE_NOOP("Parameter", "Images")},
    {"literal", QT_TRANSLATE_NOOP("Parameter", "Literal")},
    {"emphasis", QT_TRANSLATE_NOOP("Parameter", "Emphasis")},
    {"model", QT_TRANSLATE_NOOP("Parameter", "Model")},
    {"loras", QT_TRANSLATE_NOOP("Parameter", "LoRAs")},
    {"transformer", QT_TRANSLATE_NOOP("Parameter", "Network")},
    {"vae", QT_TRANSLATE_NOOP("Parameter", "VAE")},
    {"vae_tiling", QT_TRANSLATE_NOOP("Parameter", "VAE tiling")},
    {"refiner", QT_TRANSLATE_NOOP("Parameter", "Refiner")},
    {"refiner_switch", QT_TRANSLATE_NOOP("Parameter", "Refiner takes over at")},
    {"text_device", QT_TRANSLATE_NOOP("Parameter", "Text encoder's device")},
    {"cfg_devices", QT_TRANSLATE_NOOP("Parameter", "Devices in pairs")},
    {"cache_embeddings", QT_TRANSLATE_NOOP("Parameter", "Encoded prompts")},
    {"text_encoder", QT_TRANSLATE_NOOP("Parameter", "Text encoder")},
    {"prediction", QT_TRANSLATE_NOOP("Parameter", "Prediction")},
    {"dtype", QT_TRANSLATE_NOOP("Parameter", "Precision")},
    {"weights", QT_TRANSLATE_NOOP("Parameter", "Packed weights")},
    {"batch_size", QT_TRANSLATE_NOOP("Parameter", "Batch size")},
};

constexpr const char* default_schedule = QT_TRANSLATE_NOOP("Parameter", "Model's default");

}  // namespace

QString labelOf(const char* name) {
    const auto found = std::find_if(std::begin(labels), std::end(labels),
                                    [&](const Label& label) { return std::strcmp(label.name, name) == 0; });
    return found == std::end(labels) ? QString::fromUtf8(name) : QCoreApplication::translate("Parameter", found->label);
}

QString valueLabel(const QString& name, const QString& value) {
    if (const SamplerName* sampler = name == "sampler" ? find_sampler(value.toStdString()) : nullptr)
        return QString::fromStdString(sampler->a1111);
    if (const EmphasisName* emphasis = name == "emphasis" ? find_emphasis(value.toStdString()) : nullptr)
        return emphasis->a1111.empty() ? value : QString::fromStdString(emphasis->a1111);
    const ScheduleName* schedule = name == "schedule" ? find_schedule(value.toStdString()) : nullptr;
    if (!schedule) return value;
    if (schedule == &schedule_names().front()) return QCoreApplication::translate("Parameter", default_schedule);
    return schedule->a1111.empty() ? value : QString::fromStdString(schedule->a1111);
}

QStringList typedValues(const QString& name) {
    QStringList values;
    const auto take = [&](const auto& names) {
        for (const auto& each : names) values << QString::fromStdString(each.a1111.empty() ? each.name : each.a1111);
    };
    if (name == "sampler") take(sampler_names());
    if (name == "schedule") take(schedule_names());
    if (name == "emphasis") take(emphasis_names());
    if (name == "literal")
        values << "yes"
               << "no";
    return values;
}

QStringList labelledNames() {
    QStringList names;
    for (const Label& label : labels) names << label.name;
    return names;
}

namespace {

/// What is an option of the command line is a field here.
QString withoutOptions(QString sentence) {
    static const QRegularExpression option("(?<![\\w/-])--([a-z0-9]+(?:-[a-z0-9]+)*)(?![\\w=-])");
    for (auto match = option.match(sentence); match.hasMatch();) {
        const QString name = match.captured(1).replace('-', '_');
        const QString label = labelledNames().contains(name) ? labelOf(name.toUtf8().constData()) : match.captured();
        sentence.replace(match.capturedStart(), match.capturedLength(), label);
        match = option.match(sentence, match.capturedStart() + label.size());
    }
    return sentence;
}

}  // namespace

/// Names without dashes only at the beginning, where the core names what a sentence is about.
QString inLabels(const QString& sentence) {
    static const QRegularExpression subject("^((?:[^:]+: )?)(" + labelledNames().join('|') + ")(?=:? )");
    const QRegularExpressionMatch match = subject.match(sentence);
    if (!match.hasMatch()) return withoutOptions(sentence);
    return match.captured(1) + labelOf(match.captured(2).toUtf8().constData()) +
           withoutOptions(sentence.mid(match.capturedEnd(2)));
}

}  // namespace fanlight::ui
