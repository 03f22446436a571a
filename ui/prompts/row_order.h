#pragma once

#include <QMap>
#include <vector>

#include "ui/models/row_state.h"
#include "ui/prompts/prompt_entry.h"

namespace fanlight::ui {

/// What is to be sorted, apart from the list, so that it can be done in another thread. Copies share their texts.
struct RowsToSort {
    std::vector<PromptEntry> entries;
    std::vector<RowStage> stages;     ///< by row; only for the state
    QMap<QString, QString> defaults;  ///< of what rows leave open
    std::vector<qint64> seedOffsets;
};

struct SortedRows {
    std::vector<int> rows;
    std::vector<quint64> ids;
};

/// The rows in the order of the state (`field` nullptr: what needs attention first, what is done last) or of
/// a field's values, inherited ones too: numbers by size, texts as the language sorts them. Rows that are alike keep
/// their order. Any thread.
SortedRows sortedRows(const RowsToSort& rows, const PromptField* field, Qt::SortOrder order);

}  // namespace fanlight::ui
