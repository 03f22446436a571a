#include "ui/prompts/prompt_file.h"
#include "ui/models/sentence.h"

#include <QObject>
#include <optional>

#include "core/base/file.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/request_json.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/images/image_prompts.h"
#include "core/plan/row_models.h"
#include "core/prompts/list_writer.h"
#include "core/prompts/prompt_list.h"

namespace fanlight::ui {

namespace {

QString pastedName() { return QObject::tr("The pasted text"); }

/// A model that cannot be read is refused where it is chosen.
void readFor(const QString& modelFolder, ListReading& reading) {
    if (modelFolder.isEmpty()) return;
    try {
        read_for(find_model(modelFolder.toStdString(), resources_folder()), reading);
    } catch (const std::exception&) {  // as for any model
    }
}

}  // namespace

std::vector<PromptEntry> entriesOf(const std::vector<PromptRow>& rows) {
    std::vector<PromptEntry> entries;
    entries.reserve(rows.size());
    for (const PromptRow& row : rows) entries.push_back(entryOf(row));
    return entries;
}

ReadPrompts readPrompts(const QStringList& files, const QString& modelFolder,
                        const std::optional<ColumnChoices>& choices) {
    ReadPrompts read;
    ImageRowSettler settler{ModelPlaces(resources_folder())};
    ListReading reading;
    readFor(modelFolder, reading);
    for (const QString& file : files) {
        ListNotes notes;
        reading.notes = &notes;
        reading.columns = choices.value_or(ColumnChoices()).value(file);
        const auto columns =
            choices ? list_columns(std::filesystem::path(file.toStdString()), reading) : std::vector<ListColumn>();
        if (need_meaning(columns)) {
            read.foreign.push_back({file, columns});
            continue;
        }
        try {
            std::vector<PromptRow> rows = load_prompts_or_images(file.toStdString(), reading);
            for (PromptRow& row : rows) settler.settle(row, notes);
            const auto entries = entriesOf(rows);
            read.entries.insert(read.entries.end(), entries.begin(), entries.end());
            for (const Sentence& note : notes.sentences()) read.notes << said(note);
        } catch (const std::exception& error) {
            read.problems << said(error);
        }
    }
    return read;
}

PromptEntry entryOf(const ImageTask& parameters) {
    PromptEntry entry{.prompt = QString::fromStdString(parameters.prompt)};
    const Json values = parameters;
    for (const ParameterRule& rule : parameter_rules()) {
        if (!values.contains(rule.name) || values[rule.name].is_null()) continue;
        const Json& value = values[rule.name];
        const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        if (!text.empty() || rule.is_prompt) entry.values[rule.name] = QString::fromStdString(text);
    }
    setEmphasis(entry, parameters.emphasis);
    return entry;
}

ReadPrompts promptsOfText(const QString& text, const ColumnChoices& choices) {
    ListReading reading;
    reading.columns = choices.value(pastedName());
    return promptsOfText(text, sniff_format(text.toStdString(), reading), choices);
}

ReadPrompts promptsOfText(const QString& text, ListFormat format, const ColumnChoices& choices) {
    const std::string utf8 = text.toStdString();
    const QString name = pastedName();
    ReadPrompts read;
    ListNotes notes;
    ListReading reading;
    reading.is_pasted = true;
    reading.notes = &notes;
    reading.columns = choices.value(name);
    if (auto columns = list_columns(utf8, format, reading); need_meaning(columns)) {
        read.foreign.push_back({name, std::move(columns)});
        return read;
    }
    try {
        ImageRowSettler settler{ModelPlaces(resources_folder())};
        const TakeRow take = [&](PromptRow row) {
            settler.settle(row, notes);
            read.entries.push_back(entryOf(row));
        };
        read_prompts(utf8, format, name.toStdString(), take, reading);
        for (const Sentence& note : notes.sentences()) read.notes << said(note);
    } catch (const std::exception& error) {
        read.entries.clear();
        read.problems << said(error);
    }
    return read;
}

QByteArray listText(const std::vector<PromptEntry>& entries, ListFormat format) {
    std::vector<PromptRow> rows;
    rows.reserve(entries.size());
    for (const PromptEntry& entry : entries)
        rows.push_back(rowOf(entry, QObject::tr("Row %1").arg(rows.size() + 1).toStdString()));
    return QByteArray::fromStdString(list_text(rows, format));
}

QByteArray projectText(const std::vector<PromptEntry>& entries) { return listText(entries, ListFormat::JsonLines); }

QString listFile(const QString& file) { return list_format_of(file.toStdString()) ? file : file + ".jsonl"; }

QString saveProject(const QString& file, const std::vector<PromptEntry>& entries, const QByteArray& head) {
    try {
        const ListFormat format = list_format_of(file.toStdString()).value_or(ListFormat::JsonLines);
        const QByteArray text = head + listText(entries, format);
        replace_file(file.toStdString(), {text.data(), size_t(text.size())});
        return {};
    } catch (const std::exception& error) {
        return said(error);
    }
}

}  // namespace fanlight::ui
