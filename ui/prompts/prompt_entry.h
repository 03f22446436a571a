#pragma once

#include <QMap>
#include <QString>
#include <vector>

#include "core/batch/request.h"

namespace fanlight::ui {

/// One row of the prompt list as the user typed it. Values stay texts until they are used: what core/batch cannot read
/// never gets in.
struct PromptEntry {
    quint64 id = 0;  ///< its own as long as it is in a list, wherever it moves
    QString prompt;
    QMap<QString, QString> values;  ///< by the name of a rule of parameter_rules(); absent: the default

    bool operator==(const PromptEntry&) const = default;
};

/// What a column of the table, or a field of the editor, is about.
struct PromptField {
    const char* title;               ///< in English, of context "PromptField"
    std::vector<const char*> rules;  ///< of parameter_rules(); none: the prompt; two: a size, "512×768"
};

/// In the order of the columns; the prompt is the first.
const std::vector<PromptField>& promptFields();
QString titleOf(const PromptField& field);

/// "" where the row leaves it open.
QString valueOf(const PromptEntry& entry, const PromptField& field);

/// Reads a text as core/batch would; an empty one leaves the value open. Throws UsageError and changes nothing.
void setValue(PromptEntry& entry, const PromptField& field, const QString& text, const QString& where);

/// The seed of an image so far behind the first one.
QString seedOf(quint64 first, qint64 item);
/// The row with this seed, unless it names one.
PromptEntry seeded(PromptEntry entry, const QString& seed);

PromptEntry entryOf(const PromptRow& row);
/// `place` is for messages: "Row 7".
PromptRow rowOf(const PromptEntry& entry, const std::string& place);

}  // namespace fanlight::ui
