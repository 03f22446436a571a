#include "ui/details/image_settings.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QLocale>
#include <algorithm>

#include "core/base/number_text.h"
#include "core/batch/prompt_syntax.h"
#include "core/images/infotext.h"
#include "ui/models/direction.h"
#include "ui/models/parameter_labels.h"

namespace fanlight::ui {

namespace {

struct Settings {
    Q_DECLARE_TR_FUNCTIONS(fanlight::ui::ImageSettings)
};

QString text(const std::string& value) { return QString::fromStdString(value); }
QString number(int value) { return value > 0 ? QString::number(value) : QString(); }

/// Nothing if the picture would be the same in any.
QString emphasis(const ImageTask& image) {
    const auto isPlain = [&](std::string_view prompt) { return is_plain(prompt, Emphasis::Original, image.steps); };
    const bool isSame = image.emphasis == Emphasis::Literal && image.prompt_layout().cut_tokens == 0 &&
                        std::ranges::all_of(image.prompts(), isPlain);
    return isSame ? QString() : valueLabel("emphasis", text(name_of(image.emphasis)));
}

/// What was there in place of the model's own.
QString componentsOf(const Recipe& recipe, const char* kind) {
    QStringList names;
    for (const ReplacedComponent& component : recipe.components)
        if (component.kind == kind) names << text(component.name);
    return leftToRight(names.join(", "));
}

/// Those that the run's prompts call.
QString embeddingsOf(const Recipe& recipe) {
    QStringList names;
    for (const NamedEmbedding& embedding : recipe.embeddings) names << text(embedding.name);
    return leftToRight(names.join(", "));
}

QVector<ImageSetting> known(QVector<ImageSetting> settings) {
    settings.removeIf([](const ImageSetting& setting) { return setting.value.isEmpty(); });
    return settings;
}

QString localTime(const std::string& iso) {
    const auto time = QDateTime::fromString(text(iso), Qt::ISODateWithMs);
    return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::ShortFormat) : QString();
}

}  // namespace

QVector<ImageSetting> settingsOf(const GalleryImage& image) {
    const ImageTask& p = image_of(image.row.item);
    const Recipe& r = image.row.recipe();
    const bool made = hasSettings(image);
    const ReplacedComponent* refiner = p.refiner_switch < 1 ? component_of(r.components, refiner_kind) : nullptr;
    const int cut = p.prompt_layout().cut_tokens;
    return known({
        {labelOf("prompt"), text(p.prompt)},
        {labelOf("negative_prompt"), p.negative_prompt ? text(p.negative_text()) : Settings::tr("none")},
        {labelOf("prompt_2"), text(p.prompt_2)},
        {labelOf("negative_prompt_2"), text(p.negative_prompt_2)},
        {labelOf("model"), text(r.model)},
        {labelOf("loras"), r.loras.empty() ? QString() : leftToRight(text(lora_texts(r.loras)))},
        {Settings::tr("Embeddings"), embeddingsOf(r)},
        {labelOf("transformer"), componentsOf(r, network_kind)},
        {labelOf("vae"), componentsOf(r, vae_kind)},
        {labelOf("text_encoder"), componentsOf(r, text_encoder_kind)},
        {labelOf("prediction"), text(r.prediction)},
        {labelOf("seed"), made ? QString::number(p.seed) : QString()},
        {labelOf("steps"), number(p.steps)},
        {labelOf("cfg_scale"), made ? text(number_text(p.cfg_scale)) : QString()},
        {labelOf("true_cfg_scale"), p.true_cfg_scale > 1 ? text(number_text(p.true_cfg_scale)) : QString()},
        {labelOf("size"), p.width > 0 ? leftToRight(QString("%1 × %2").arg(p.width).arg(p.height)) : QString()},
        {labelOf("original_size"), p.original_size ? leftToRight(text(text_of(*p.original_size))) : QString()},
        {labelOf("crop"), p.crop == PicturePlace() ? QString() : leftToRight(text(text_of(p.crop)))},
        {labelOf("sampler"), valueLabel("sampler", text(p.sampler))},
        {labelOf("schedule"), valueLabel("schedule", text(p.schedule))},
        {labelOf("eta"), made && p.eta ? text(number_text(*p.eta)) : QString()},
        {labelOf("shift"), p.shift ? text(number_text(*p.shift)) : QString()},
        {labelOf("rescale_cfg"), p.rescale_cfg > 0 ? text(number_text(p.rescale_cfg)) : QString()},
        {labelOf("cfg_end"), p.cfg_end < 1 ? text(number_text(p.cfg_end)) : QString()},
        {labelOf("refiner"), refiner ? text(refiner->name) : QString()},
        {labelOf("refiner_switch"), refiner ? text(number_text(p.refiner_switch)) : QString()},
        {labelOf("subseed"), p.subseed_strength > 0 ? QString::number(p.subseed) : QString()},
        {labelOf("subseed_strength"), p.subseed_strength > 0 ? text(number_text(p.subseed_strength)) : QString()},
        {labelOf("timesteps"), leftToRight(text(text_of_timesteps(p.given_timesteps())))},
        {labelOf("clip_skip"), number(p.clip_skip)},
        {labelOf("emphasis"), made ? emphasis(p) : QString()},
        {Settings::tr("Cut off"), cut > 0 ? Settings::tr("%n token(s)", nullptr, cut) : QString()},
        {labelOf("dtype"), text(r.dtype)},
        {labelOf("vae_tiling"), r.vae_tiling ? Settings::tr("In tiles") : QString()},
        {labelOf("text_device"), r.text_device_kind == "cpu" ? Settings::tr("CPU") : QString()},
        {labelOf("batch_size"), made ? number(r.batch_size) : QString()},
    });
}

QVector<ImageSetting> originOf(const GalleryImage& image) {
    const ManifestRow& row = image.row;
    const ResultFile file = row.made.file() ? *row.made.file() : ResultFile();
    // A picture that was found without its run has a place in no list.
    const bool isOfRun = image.state == ImageState::Failed || !file.sha256.empty();
    return known({
        {Settings::tr("Device"), text(row.made.device_name)},
        {Settings::tr("Device UUID"), text(row.made.device_uuid)},
        {Settings::tr("Time"),
         row.made.seconds > 0 ? Settings::tr("%1 s").arg(QLocale().toString(row.made.seconds, 'f', 2)) : QString()},
        {Settings::tr("Finished"), localTime(row.made.finished_at)},
        {Settings::tr("File"), image.file()},
        {Settings::tr("Folder"), QDir::toNativeSeparators(image.folder)},
        {Settings::tr("File size"), file.bytes > 0 ? QLocale().formattedDataSize(file.bytes) : QString()},
        {Settings::tr("Number"),
         isOfRun ? Settings::tr("%1, from row %2").arg(row.item.index + 1).arg(row.item.row + 1) : QString()},
        {Settings::tr("Model hash"), text(row.recipe().model_hash)},
        {Settings::tr("SHA-256"), text(file.sha256)},
    });
}

bool hasSettings(const GalleryImage& image) {
    return image_of(image.row.item).steps > 0 || !image_of(image.row.item).prompt.empty();
}

QString infotextOf(const GalleryImage& image) {
    return hasSettings(image) ? text(infotext(image_of(image.row.item), image.row.recipe())) : QString();
}

QVector<SettingDifference> differences(const GalleryImage& first, const GalleryImage& second) {
    const auto valueIn = [](const QVector<ImageSetting>& settings, const QString& name) {
        const auto found =
            std::find_if(settings.begin(), settings.end(), [&](const ImageSetting& s) { return s.name == name; });
        return found == settings.end() ? QString() : found->value;
    };
    const auto left = settingsOf(first);
    const auto right = settingsOf(second);
    QVector<SettingDifference> found;
    for (const ImageSetting& setting : left)
        if (const QString other = valueIn(right, setting.name); other != setting.value)
            found.append({setting.name, setting.value, other});
    for (const ImageSetting& setting : right)
        if (valueIn(left, setting.name).isEmpty()) found.append({setting.name, {}, setting.value});
    return found;
}

}  // namespace fanlight::ui
