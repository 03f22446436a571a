#include "ui/prompts/prompt_file.h"

#include <QDir>
#include <QFileInfo>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_list.h"
#include "core/batch/request_json.h"
#include "core/output/infotext.h"
#include "core/output/png_text.h"
#include "core/output/recipe_text.h"

namespace fanlight::ui {

namespace {

constexpr qsizetype maxFilesOfFolder = 100'000;

/// A value that core/batch cannot read is left out: a picture may come from a program with other samplers.
void takeValue(PromptEntry& entry, const ParameterRule* rule, const std::string& text) {
    if (!rule) return;
    try {
        Overrides read;
        rule->read(text, read, "");
        entry.values[rule->name] = QString::fromStdString(text);
    } catch (const UsageError&) {
    }
}

PromptEntry entryOfParameters(const Json& parameters, const std::string& file) {
    PromptEntry entry;
    entry.prompt = QString::fromStdString(required<std::string>(parameters, "prompt", file));
    for (const auto& [key, value] : parameters.items())
        takeValue(entry, find_parameter(key), value.is_string() ? value.get<std::string>() : value.dump());
    return entry;
}

PromptEntry entryOfInfotext(const std::string& text) {
    const InfoText info = parse_infotext(text);
    PromptEntry entry{.prompt = QString::fromStdString(info.prompt)};
    if (!info.negative_prompt.empty()) entry.values["negative_prompt"] = QString::fromStdString(info.negative_prompt);
    for (const auto& [key, value] : info.pairs) takeValue(entry, find_parameter(key), value);
    if (const auto size = parse_size(info.value("Size"))) {
        takeValue(entry, find_parameter("width"), std::to_string(size->first));
        takeValue(entry, find_parameter("height"), std::to_string(size->second));
    }
    return entry;
}

PromptEntry entryOfPng(const QString& path) {
    const std::string file = path.toStdString();
    const auto texts = read_png_texts_of_file(file);
    for (const PngText& text : texts)
        if (text.keyword == recipe_keyword) {
            const Json recipe = parse_json(text.text, file);
            return entryOfParameters(required<Json>(recipe, "parameters", file), file);
        }
    for (const PngText& text : texts)
        if (text.keyword == parameters_keyword) return entryOfInfotext(text.text);
    throw UsageError(file + " says nothing about how it was made; choose a PNG with its settings in it.");
}

std::vector<PromptEntry> entriesOf(const std::vector<PromptRow>& rows) {
    std::vector<PromptEntry> entries;
    entries.reserve(rows.size());
    for (const PromptRow& row : rows) entries.push_back(entryOf(row));
    return entries;
}

QStringList filesOf(const QString& path) {
    if (!QFileInfo(path).isDir()) return {path};
    QStringList files;
    for (const QString& name : QDir(path).entryList({"*.png"}, QDir::Files, QDir::Name).mid(0, maxFilesOfFolder))
        files << path + "/" + name;
    return files;
}

}  // namespace

ReadPrompts readPrompts(const QStringList& files) {
    ReadPrompts read;
    for (const QString& given : files) {
        const QStringList found = filesOf(given);
        if (found.isEmpty()) read.problems << QObject::tr("There is no PNG in the folder %1.").arg(given);
        for (const QString& file : found) {
            try {
                if (file.endsWith(".png", Qt::CaseInsensitive)) {
                    read.entries.push_back(entryOfPng(file));
                } else {
                    const auto entries = entriesOf(load_prompts(file.toStdString()));
                    read.entries.insert(read.entries.end(), entries.begin(), entries.end());
                }
            } catch (const Error& error) {
                read.problems << QString::fromStdString(error.what());
            }
        }
    }
    return read;
}

PromptEntry entryOf(const ImageParameters& parameters) { return entryOfParameters(parameters, "The image"); }

std::vector<PromptEntry> promptsOfText(const QString& text) {
    const std::string utf8 = text.toStdString();
    const bool table = text.section('\n', 0, 0).contains('\t') && text.startsWith("prompt", Qt::CaseInsensitive);
    const ListFormat format = table ? ListFormat::Tsv : sniff_format(utf8);
    return entriesOf(read_prompts(utf8, format, QObject::tr("The pasted text").toStdString()));
}

QByteArray projectText(const std::vector<PromptEntry>& entries) {
    QByteArray text;
    for (const PromptEntry& entry : entries) {
        Json line = {{"prompt", entry.prompt.toStdString()}};
        for (auto it = entry.values.begin(); it != entry.values.end(); ++it) {
            const std::string value = it.value().toStdString();
            const Json number = Json::parse(value, nullptr, false);
            line[it.key().toStdString()] = number.is_number() && it.key() != "negative_prompt" ? number : Json(value);
        }
        text += to_line(line).c_str();
        text += '\n';
    }
    return text;
}

QString saveProject(const QString& file, const std::vector<PromptEntry>& entries) {
    try {
        const QByteArray text = projectText(entries);
        replace_file(file.toStdString(), {text.data(), size_t(text.size())});
        return {};
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
}

}  // namespace fanlight::ui
