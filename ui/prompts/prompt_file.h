#pragma once

#include <QMap>
#include <QStringList>
#include <optional>
#include <vector>

#include "core/prompts/list_columns.h"
#include "ui/prompts/prompt_entry.h"

namespace fanlight::ui {

/// A list with columns that somebody must explain before it can be read.
struct ForeignTable {
    QString name;  ///< of the file, or of the pasted text
    std::vector<ListColumn> columns;
};

/// What the columns of such lists mean, by their names.
using ColumnChoices = QMap<QString, ColumnChoice>;

/// The contents of files; for each that could not be read, of which nothing is taken, its mistakes, a line each; and
/// what has no effect in the others, a sentence each.
struct ReadPrompts {
    std::vector<PromptEntry> entries;
    QStringList problems;
    QStringList notes = {};
    std::vector<ForeignTable> foreign = {};  ///< of which nothing has been read yet
};

/// Reads prompt lists in every format that core/batch knows, PNGs with their settings, and folders of these, for this
/// model, or for any. A table of another program waits for a choice, or is refused if there are no choices. Any thread.
ReadPrompts readPrompts(const QStringList& files, const QString& modelFolder = {},
                        const std::optional<ColumnChoices>& choices = std::nullopt);

std::vector<PromptEntry> entriesOf(const std::vector<PromptRow>& rows);

/// An entry that makes the same image: it sets every value itself.
PromptEntry entryOf(const ImageTask& parameters);

/// Reads pasted text: one prompt per line, or a table with a header.
ReadPrompts promptsOfText(const QString& text, const ColumnChoices& choices = {});
ReadPrompts promptsOfText(const QString& text, ListFormat format, const ColumnChoices& choices = {});

/// The list in this format, which readPrompts() and `fanlight generate --prompts` read as the same; empty rows are left
/// out. Throws UsageError "Row 7: …" for what the format cannot hold.
QByteArray listText(const std::vector<PromptEntry>& entries, ListFormat format);
/// As JSON lines, which can hold everything.
QByteArray projectText(const std::vector<PromptEntry>& entries);

/// The file's name, with .jsonl behind it unless it ends like a list.
QString listFile(const QString& file);
/// Writes the file atomically, with `head` before the rows, in the format that its ending says. Returns "" or one
/// sentence. Any thread.
QString saveProject(const QString& file, const std::vector<PromptEntry>& entries, const QByteArray& head = {});

}  // namespace fanlight::ui
