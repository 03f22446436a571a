#include "ui/catalogue/png_recipe.h"

#include <QFileInfo>
#include <algorithm>
#include <tuple>

#include "core/base/file.h"
#include "core/batch/names.h"
#include "core/images/infotext.h"
#include "core/images/png_text.h"
#include "core/images/recipe_text.h"

namespace fanlight::ui {

namespace {

constexpr std::uintmax_t maxBytes = std::uintmax_t{1} << 30;

std::string textOf(const std::vector<PngText>& texts, const char* keyword) {
    const auto found =
        std::find_if(texts.begin(), texts.end(), [&](const auto& text) { return text.keyword == keyword; });
    return found == texts.end() ? std::string() : found->text;
}

/// Ours, if the label is known.
template <typename Name>
std::string nameOf(const Name* known, const std::string& label) {
    return known ? known->name : label;
}

Emphasis emphasisNamed(const std::string& label) {
    for (const EmphasisName& name : emphasis_names())
        if (!label.empty() && name.a1111 == label) return name.emphasis;
    return Emphasis::Original;
}

void readInfotext(const std::string& text, ManifestRow& row) {
    const InfoText info = parse_infotext(text);
    const auto number = [&](const char* key) { return QString::fromStdString(info.value(key)); };
    ImageTask& p = row.item.task.edit<ImageTask>();
    p.prompt = info.prompt;
    p.negative_prompt = info.negative_prompt;
    p.seed = number("Seed").toULongLong();
    p.steps = number("Steps").toInt();
    const bool isDistilled = info.has("Distilled CFG Scale");
    p.cfg_scale = number(isDistilled ? "Distilled CFG Scale" : "CFG scale").toDouble();
    if (isDistilled) {
        p.true_cfg_scale = std::max(1.0, number("CFG scale").toDouble());
        p.cfg_floor = most_cfg_scale;
    }
    p.sampler = nameOf(sampler_called(info.value("Sampler")), info.value("Sampler"));
    p.schedule = nameOf(schedule_called(info.value("Schedule type")), info.value("Schedule type"));
    p.emphasis = emphasisNamed(info.value("Emphasis"));
    set_recipe(row.item,
               {.model = info.value("Model"), .model_hash = info.value("Model hash"), .dtype = "", .device_kind = ""});
}

}  // namespace

ManifestRow rowOfPng(const QString& path) {
    ManifestRow row;
    row.item.place = QFileInfo(path).fileName().toStdString();
    row.item.task = ImageTask();
    set_recipe(row.item, {.dtype = "", .device_kind = ""});
    try {
        const std::string bytes = read_file(path.toStdString(), maxBytes);
        row.made.content = ResultFile{.name = row.item.place, .bytes = static_cast<int64_t>(bytes.size())};
        const auto texts = read_png_texts(bytes);
        const std::string own = textOf(texts, recipe_keyword);
        const std::string infotext = textOf(texts, parameters_keyword);
        const PngInfo size = read_png_info(bytes);
        if (!own.empty()) {
            const auto [task, recipe] = read_recipe_text(own, recipe_keyword);
            row.item.task = task;
            set_recipe(row.item, recipe);
        } else if (!infotext.empty()) {
            readInfotext(infotext, row);
        }
        row.item.task.edit<ImageTask>().width = size.width;
        row.item.task.edit<ImageTask>().height = size.height;
    } catch (const std::exception&) {
        // Then only its name and its picture, if any, can be shown.
    }
    return row;
}

}  // namespace fanlight::ui
