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

/// The list as JSON lines, which `fanlight generate --prompts` reads too; empty rows are left out.
QByteArray projectText(const std::vector<PromptEntry>& entries);

/// Writes the file atomically, with `head` before the rows. Returns "" or one sentence. Any thread.
QString saveProject(const QString& file, const std::vector<PromptEntry>& entries, const QByteArray& head = {});

}  // namespace fanlight::ui
