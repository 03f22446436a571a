#pragma once

#include <QList>
#include <QString>

namespace fanlight::ui {

/// Numbers of rows in their order, in short: "0-99 - 7"; a negative one is written "-".
QString rangesOf(const QList<int>& rows);

/// What rangesOf() wrote; of anything else, what can be read.
QList<int> rowsIn(const QString& ranges);

}  // namespace fanlight::ui
