#include "ui/prompts/row_order.h"

#include <QCollator>
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

/// A size by its pixels; a seed after those of the rows before.
std::optional<double> numberOf(const QString& value, const PromptField& field, qint64 seedOffset) {
    double product = 1;
    for (const QString& part : value.split(u'×')) {
        bool isNumber = false;
        product *= part.toDouble(&isNumber);
        if (!isNumber) return std::nullopt;
    }
    const bool isSeed = field.rules.front() == QLatin1String("seed");
    return isSeed ? product + double(seedOffset) : product;
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
    for (size_t row = 0; row < rows.entries.size(); ++row) {
        if (!field) {
            keys.push_back({double(urgencyOf(rows.stages[row])), {}});
            continue;
        }
        const QString own = valueOf(rows.entries[row], *field);
        const QString& value = own.isEmpty() ? inherited : own;
        const auto number =
            field->rules.empty() ? std::nullopt : numberOf(value, *field, own.isEmpty() ? rows.seedOffsets[row] : 0);
        keys.push_back(number ? SortKey{*number, {}} : SortKey{0, collator.sortKey(value)});
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
