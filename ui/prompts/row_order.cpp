#include "ui/prompts/row_order.h"

#include <QCollator>
#include <QStringTokenizer>
#include <algorithm>
#include <numeric>
#include <optional>

namespace fanlight::ui {

namespace {

/// Numbers come before texts.
struct SortKey {
    double number;
    std::optional<QCollatorSortKey> text;
};

bool operator<(const SortKey& a, const SortKey& b) {
    if (a.text && b.text) return *a.text < *b.text;
    return !a.text && (b.text || a.number < b.number);
}

int urgencyOf(RowStage stage) {
    constexpr RowStage order[] = {RowStage::Failed, RowStage::Working, RowStage::Pending, RowStage::Idle,
                                  RowStage::Done};
    return int(std::find(std::begin(order), std::end(order), stage) - std::begin(order));
}

/// A size by its pixels.
std::optional<double> numberOf(const QString& value) {
    double product = 1;
    for (const QStringView part : QStringTokenizer(value, u'×')) {
        bool isNumber = false;
        product *= part.toDouble(&isNumber);
        if (!isNumber) return std::nullopt;
    }
    return product;
}

std::vector<SortKey> keysOf(const RowsToSort& rows, const PromptField* field) {
    std::vector<SortKey> keys;
    keys.reserve(rows.entries.size());
    QCollator collator(QLocale().language() == QLocale::C ? QLocale(QLocale::English) : QLocale());
    collator.setNumericMode(true);
    collator.setCaseSensitivity(Qt::CaseInsensitive);
    PromptEntry defaults;
    defaults.values = rows.defaults;
    const QString inherited = field ? valueOf(defaults, *field) : QString();
    const auto keyOf = [&](const QString& value) {
        const auto number = field->rules.empty() ? std::nullopt : numberOf(value);
        return number ? SortKey{*number, {}} : SortKey{0, collator.sortKey(value)};
    };
    // Most rows have no value of their own, and a key takes memory, for which threads would wait for each other.
    const std::optional<SortKey> inheritedKey = field ? std::optional(keyOf(inherited)) : std::nullopt;
    const bool isSeed = field && !field->rules.empty() && field->rules.front() == QLatin1String("seed");
    for (size_t row = 0; row < rows.entries.size(); ++row) {
        if (!field) {
            keys.push_back({double(urgencyOf(rows.stages[row])), {}});
            continue;
        }
        const QString own = valueOf(rows.entries[row], *field);
        keys.push_back(own.isEmpty() ? *inheritedKey : keyOf(own));
        if (isSeed && own.isEmpty())
            keys.back().number += double(rows.seedOffsets[row]);  // after those of the rows before
    }
    return keys;
}

}  // namespace

SortedRows sortedRows(const RowsToSort& rows, const PromptField* field, Qt::SortOrder order) {
    const std::vector<SortKey> keys = keysOf(rows, field);
    SortedRows sorted;
    sorted.rows.resize(keys.size());
    std::iota(sorted.rows.begin(), sorted.rows.end(), 0);
    std::stable_sort(sorted.rows.begin(), sorted.rows.end(), [&](int a, int b) {
        const SortKey &first = keys[size_t(a)], &second = keys[size_t(b)];
        return order == Qt::AscendingOrder ? first < second : second < first;
    });
    sorted.ids.reserve(sorted.rows.size());
    for (const int row : sorted.rows) sorted.ids.push_back(rows.entries[size_t(row)].id);
    return sorted;
}

}  // namespace fanlight::ui
