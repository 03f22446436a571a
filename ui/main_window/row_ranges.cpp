#include "ui/main_window/row_ranges.h"

#include <QStringList>

namespace fanlight::ui {

namespace {

constexpr int mostRows = 10'000'000;  // as many as a run may have

}  // namespace

QString rangesOf(const QList<int>& rows) {
    QStringList ranges;
    for (qsizetype at = 0, end = 0; at < rows.size(); at = end) {
        end = at + 1;
        if (rows[at] < 0) {
            ranges << "-";
            continue;
        }
        while (end < rows.size() && rows[end] == rows[end - 1] + 1) ++end;
        ranges << (end == at + 1 ? QString::number(rows[at]) : QString("%1-%2").arg(rows[at]).arg(rows[end - 1]));
    }
    return ranges.join(' ');
}

QList<int> rowsIn(const QString& ranges) {
    QList<int> rows;
    for (const QString& range : ranges.split(' ', Qt::SkipEmptyParts)) {
        if (range == "-") {
            rows << -1;
            continue;
        }
        bool isFirst = false, isLast = false;
        const int first = range.section('-', 0, 0).toInt(&isFirst), last = range.section('-', -1).toInt(&isLast);
        if (!isFirst || !isLast || first < 0 || last - first >= mostRows - rows.size()) continue;
        for (int row = first; row <= last; ++row) rows << row;
    }
    return rows;
}

}  // namespace fanlight::ui
