#pragma once

#include <QMap>
#include <QString>
#include <vector>

#include "core/base/place.h"
#include "core/batch/affixes.h"
#include "core/batch/request.h"
#include "core/batch/styles.h"

namespace fanlight::ui {

/// One row of the prompt list as the user typed it. Values stay text until they are used; what core/batch cannot read
/// is rejected on entry.
struct PromptEntry {
    quint64 id = 0;  ///< unique within a list and unchanged when the row moves
    QString prompt;
    QMap<QString, QString> values;  ///< by name in parameter_rules(); absent: the default; empty: an empty text
    bool blankNegative = false;     ///< see Overrides::blank_negative_prompt

    bool operator==(const PromptEntry&) const = default;
};

/// A column of the table, or a field of the editor.
struct PromptField {
    const char* name;                ///< see labelOf()
    std::vector<const char*> rules;  ///< names in parameter_rules(); none: the prompt; two: a size, "512×768"
};

/// In the order of the columns; the prompt comes first.
const std::vector<PromptField>& promptFields();
QString titleOf(const PromptField& field);
/// The number of the field that has this rule; -1: there is none.
int fieldWith(const QString& rule);

/// "" if the row leaves it open.
QString valueOf(const PromptEntry& entry, const PromptField& field);

/// Whether an empty text is another value than none: prompts besides the first one.
bool takesEmptyText(const PromptField& field);
/// Whether the row sets an empty text.
bool isEmptyText(const PromptEntry& entry, const PromptField& field);
void setEmptyText(PromptEntry& entry, const PromptField& field);

/// Reads text as core/batch would; an empty one leaves the value open. On bad text throws UsageError and changes
/// nothing.
void setValue(PromptEntry& entry, const PromptField& field, const QString& text, const QString& where);

/// The seed of the item `item` if the first one's is `first`; empty if it would exceed 64 bits.
QString seedOf(quint64 first, qint64 item);
/// The entry with this seed, unless it sets its own.
PromptEntry seeded(PromptEntry entry, const QString& seed);

/// How a prompt is read under these values of parameters, by rule name; `otherwise`: they do not say.
Emphasis emphasisOf(const QMap<QString, QString>& values, Emphasis otherwise);
/// Leaves it open if the entry's prompts are the same picture in every emphasis, as plain ones are that fit into a
/// text encoder: another weight can then be typed into them.
void setEmphasis(PromptEntry& entry, Emphasis emphasis);

PromptEntry entryOf(const PromptRow& row);
/// `place` is for messages: "Row 7".
PromptRow rowOf(const PromptEntry& entry, const Place& place);
/// With the text that a run puts around its prompts: the row's styles or those of `common`, which holds parameters by
/// rule name, then the affixes. Throws UsageError for a style that is not there.
PromptRow wholeRow(const PromptEntry& entry, const QMap<QString, QString>& common, const Affixes& affixes,
                   const Styles& styles, const Place& place);

}  // namespace fanlight::ui
