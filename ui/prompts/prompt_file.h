#pragma once

#include <QStringList>
#include <vector>

#include "ui/prompts/prompt_entry.h"

namespace fanlight::ui {

/// What files hold, and one sentence for each that could not be read: nothing of such a file is taken.
struct ReadPrompts {
    std::vector<PromptEntry> entries;
    QStringList problems;
};

/// Prompt lists in every form that core/batch knows, PNGs with their settings, folders of these. Any thread.
ReadPrompts readPrompts(const QStringList& files);

/// A row that makes the same image: it says every value itself.
PromptEntry entryOf(const ImageParameters& parameters);

/// Lines of pasted text: a prompt each, or a table with a header.
std::vector<PromptEntry> promptsOfText(const QString& text);

/// The list as JSON lines, which `fanlight generate --prompts` reads too; rows that say nothing are left out.
QByteArray projectText(const std::vector<PromptEntry>& entries);

/// Whole or not at all. "" or one sentence. Any thread.
QString saveProject(const QString& file, const std::vector<PromptEntry>& entries);

}  // namespace fanlight::ui
