#pragma once

#include <QStringList>
#include <vector>

#include "ui/prompts/prompt_entry.h"

namespace fanlight::ui {

/// The contents of files; for each that could not be read, of which nothing is taken, its mistakes, a line each; and
/// what has no effect in the others, a sentence each.
struct ReadPrompts {
    std::vector<PromptEntry> entries;
    QStringList problems;
    QStringList notes = {};
};

/// Reads prompt lists in every format that core/batch knows, PNGs with their settings, and folders of these, for this
/// model, or for any. Any thread.
ReadPrompts readPrompts(const QStringList& files, const QString& modelFolder = {});

/// An entry that makes the same image: it sets every value itself.
PromptEntry entryOf(const ImageTask& parameters);

/// Reads pasted text: one prompt per line, or a table with a header.
std::vector<PromptEntry> promptsOfText(const QString& text);

/// The list as JSON lines, which `fanlight generate --prompts` reads too; empty rows are left out.
QByteArray projectText(const std::vector<PromptEntry>& entries);

/// Writes the file atomically. Returns "" or one sentence. Any thread.
QString saveProject(const QString& file, const std::vector<PromptEntry>& entries);

}  // namespace fanlight::ui
