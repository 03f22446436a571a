#pragma once

#include <QJsonDocument>
#include <QJsonObject>

#include "tests/support/programs.h"

namespace fanlight {

/// Of a results file, or of standard output.
inline QList<QJsonObject> rows_in(const QByteArray& lines) {
    QList<QJsonObject> rows;
    for (const QByteArray& line : lines.split('\n'))
        if (!line.isEmpty()) rows << QJsonDocument::fromJson(line).object();
    return rows;
}

/// What the model and the list have determined, and not the worker.
inline QStringList answers_in(const QString& file) {
    QStringList answers;
    for (QJsonObject row : rows_in(content_of(file))) {
        for (const char* maker : {"device_name", "worker", "seconds"}) row.remove(maker);
        answers << QString::fromUtf8(QJsonDocument(row).toJson(QJsonDocument::Compact));
    }
    return answers;
}

}  // namespace fanlight
