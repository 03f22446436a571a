#include "ui/prompts/prompt_entry.h"

#include <QHash>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/batch/items.h"
#include "core/batch/lora.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_syntax.h"
#include "core/families/parts/clip_chunks.h"
#include "ui/models/parameter_labels.h"

namespace fanlight::ui {

const std::vector<PromptField>& promptFields() {
    static const std::vector<PromptField> fields = {
        {"prompt", {}},
        {"negative_prompt", {"negative_prompt"}},
        {"seed", {"seed"}},
        {"steps", {"steps"}},
        {"size", {"width", "height"}},
        {"cfg_scale", {"cfg_scale"}},
        {"sampler", {"sampler"}},
        {"schedule", {"schedule"}},
        {"clip_skip", {"clip_skip"}},
        {"eta", {"eta"}},
        {"shift", {"shift"}},
        {"rescale_cfg", {"rescale_cfg"}},
        {"cfg_end", {"cfg_end"}},
        {"refiner_switch", {"refiner_switch"}},
        {"subseed", {"subseed"}},
        {"subseed_strength", {"subseed_strength"}},
        {"model", {"model"}},
        {"loras", {"loras"}},
        {"timesteps", {"timesteps"}},
        {"images", {"images"}},
        {"styles", {"styles"}},
        {"literal", {"literal"}},
        {"emphasis", {"emphasis"}},
        {"original_size", {"original_size"}},
        {"crop", {"crop"}},
        {"prompt_2", {"prompt_2"}},
        {"negative_prompt_2", {"negative_prompt_2"}},
        {"true_cfg_scale", {"true_cfg_scale"}},
    };
    return fields;
}

QString titleOf(const PromptField& field) { return labelOf(field.name); }

int fieldWith(const QString& rule) {
    static const QHash<QString, int> fields = [] {
        QHash<QString, int> made;
        for (size_t field = 0; field < promptFields().size(); ++field)
            for (const char* name : promptFields()[field].rules) made[name] = int(field);
        return made;
    }();
    return fields.value(rule, -1);
}

QString valueOf(const PromptEntry& entry, const PromptField& field) {
    if (field.rules.empty()) return entry.prompt;
    if (entry.values.isEmpty()) return {};
    QStringList parts;
    for (const char* rule : field.rules) parts << entry.values.value(rule);
    return parts.join("").isEmpty() ? QString() : parts.join(u'×');
}

bool takesEmptyText(const PromptField& field) {
    return field.rules.size() == 1 && find_parameter(field.rules.front())->is_prompt;
}

bool isEmptyText(const PromptEntry& entry, const PromptField& field) {
    if (!takesEmptyText(field)) return false;
    const auto value = entry.values.constFind(field.rules.front());
    return value != entry.values.constEnd() && value->isEmpty();
}

void setEmptyText(PromptEntry& entry, const PromptField& field) { entry.values[field.rules.front()] = ""; }

void setValue(PromptEntry& entry, const PromptField& field, const QString& text, const QString& where) {
    const Place place = where.toStdString();
    if (field.rules.empty()) {
        check_text(text.toStdString(), "prompt", place);
        entry.prompt = text;
        return;
    }
    const QString trimmed = text.trimmed();
    static const QRegularExpression times("\\s*[x×*]\\s*", QRegularExpression::CaseInsensitiveOption);
    const QStringList parts = field.rules.size() == 1 ? QStringList(text) : trimmed.split(times);
    if (!trimmed.isEmpty() && parts.size() != qsizetype(field.rules.size()))
        throw UsageError("%1: the size must be like 512x768, not %2.", place,
                         fanlight::in_quotes(trimmed.toStdString()));
    Overrides read;
    if (!trimmed.isEmpty())
        for (qsizetype i = 0; i < parts.size(); ++i)
            find_parameter(field.rules[i])->read(parts[i].toStdString(), read, place);
    if (field.rules.front() == QLatin1String("negative_prompt")) entry.blankNegative = false;
    for (size_t i = 0; i < field.rules.size(); ++i) {
        if (trimmed.isEmpty())
            entry.values.remove(field.rules[i]);
        else
            entry.values[field.rules[i]] =
                find_parameter(field.rules[i])->is_prompt ? text : parts[qsizetype(i)].trimmed();
    }
}

QString seedOf(quint64 first, qint64 item) {
    const auto seed = seed_of_item(first, item, std::nullopt, 0);
    return seed ? QString::number(*seed) : QString();
}

PromptEntry seeded(PromptEntry entry, const QString& seed) {
    if (!entry.values.contains("seed")) entry.values["seed"] = seed;
    return entry;
}

Emphasis emphasisOf(const QMap<QString, QString>& values, Emphasis otherwise) {
    Overrides read;
    for (const char* rule : {"emphasis", "literal"})
        if (const auto value = values.constFind(rule); value != values.constEnd())
            find_parameter(rule)->read(value->toStdString(), read, rule);
    ImageTask image;
    image.emphasis = otherwise;
    return image.with(read).emphasis;
}

void setEmphasis(PromptEntry& entry, Emphasis emphasis) {
    constexpr int anySteps = 20;
    QStringList prompts(entry.prompt);
    for (const char* rule : {"negative_prompt", "prompt_2", "negative_prompt_2"}) prompts << entry.values.value(rule);
    const bool isSame = emphasis == Emphasis::Literal && std::ranges::all_of(prompts, [](const QString& text) {
                            const std::string prompt = text.toStdString();
                            return is_plain(prompt, Emphasis::Original, anySteps) && fits_into_one_chunk(prompt);
                        });
    if (!isSame) entry.values["emphasis"] = QString::fromStdString(name_of(emphasis));
}

PromptEntry entryOf(const PromptRow& row) {
    const Overrides& o = row.overrides;
    PromptEntry entry{.prompt = QString::fromStdString(row.prompt)};
    const auto take = [&entry](const char* rule, const auto& value, const auto& text) {
        const QString shown = value ? QString::fromStdString(text(*value)) : QString();
        if (!shown.isEmpty()) entry.values[rule] = shown;
    };
    const auto same = [](const std::string& text) { return text; };
    const auto digits = [](auto number) { return std::to_string(number); };
    for (const auto& [rule, prompt] : {std::pair("negative_prompt", &o.negative_prompt),
                                       {"prompt_2", &o.prompt_2},
                                       {"negative_prompt_2", &o.negative_prompt_2}})
        if (*prompt) entry.values[rule] = QString::fromStdString(**prompt);
    entry.blankNegative = o.blank_negative_prompt && !o.negative_prompt;
    if (o.random_seed) entry.values["seed"] = "-1";
    take("seed", o.seed, digits);
    take("steps", o.steps, digits);
    take("cfg_scale", o.cfg_scale, number_text);
    take("true_cfg_scale", o.true_cfg_scale, number_text);
    take("width", o.width, digits);
    take("height", o.height, digits);
    take("sampler", o.sampler, same);
    take("schedule", o.schedule, same);
    take("clip_skip", o.clip_skip, digits);
    const auto numbers = [](const auto& pair) { return text_of(pair); };
    take("original_size", o.original_size, numbers);
    take("crop", o.crop, numbers);
    take("eta", o.eta, number_text);
    take("shift", o.shift, number_text);
    take("rescale_cfg", o.rescale_cfg, number_text);
    take("cfg_end", o.cfg_end, number_text);
    take("refiner_switch", o.refiner_switch, number_text);
    take("subseed", o.subseed, digits);
    take("subseed_strength", o.subseed_strength, number_text);
    take("timesteps", o.timesteps,
         [](const Timesteps& t) { return t.empty() ? std::string("none") : text_of_timesteps(t); });
    if (o.emphasis) setEmphasis(entry, *o.emphasis);
    take("literal", o.literal, [](bool literal) { return std::string(literal ? "yes" : "no"); });
    take("images", o.images, digits);
    take("styles", o.styles, &style_names);
    take("model", o.model, same);
    take("loras", o.loras, &lora_texts);
    return entry;
}

PromptRow rowOf(const PromptEntry& entry, const Place& place) {
    PromptRow row{entry.prompt.toStdString(), {}, place};
    for (auto it = entry.values.begin(); it != entry.values.end(); ++it)
        find_parameter(it.key().toStdString())->read(it.value().toStdString(), row.overrides, place);
    row.overrides.blank_negative_prompt = entry.blankNegative;
    return row;
}

PromptRow wholeRow(const PromptEntry& entry, const QMap<QString, QString>& common, const Affixes& affixes,
                   const Styles& styles, const Place& place) {
    Overrides given;
    if (const QString names = common.value("styles"); !names.isEmpty())
        find_parameter("styles")->read(names.toStdString(), given, place);
    PromptRow row = rowOf(entry, place);
    apply_styles(row, given.styles.value_or(std::vector<std::string>()), common.value("negative_prompt").toStdString(),
                 styles);
    row.prompt = affixed(affixes, row.prompt);
    return row;
}

}  // namespace fanlight::ui
