#pragma once

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QProcess>

#include "tests/support/places.h"

/// Runs the built programs as a user does, and examines what they leave behind.
namespace fanlight {

struct ProgramResult {
    int status = -1;  ///< exit code; -1: killed by a signal, or timed out
    QString out, err;

    QString output() const { return out + err; }
};

inline ProgramResult run_program(const QString& program, const QStringList& arguments,
                                 const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment()) {
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    const bool ended = process.waitForFinished(120'000) && process.exitStatus() == QProcess::NormalExit;
    return {ended ? process.exitCode() : -1, QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

inline ProgramResult run_fanlight(const QStringList& arguments) {
    return run_program(build_path("/fanlight"), arguments);
}

/// Empty if there is no such file.
inline QByteArray content_of(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Name and SHA-256 of each image in a run folder.
inline QStringList images_in(const QString& folder) {
    QStringList lines;
    for (const QString& name : QDir(folder).entryList({"*.png"}, QDir::Files, QDir::Name))
        lines << name + " " +
                     QCryptographicHash::hash(content_of(folder + "/" + name), QCryptographicHash::Sha256).toHex();
    return lines;
}

/// Everything below a folder, hidden or not, with its modification time.
inline QStringList contents_of(const QString& folder) {
    QStringList lines;
    for (QDirIterator it(folder, QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
         it.hasNext();) {
        const QFileInfo entry(it.next());
        lines << entry.filePath() + " " + entry.lastModified().toString(Qt::ISODateWithMs);
    }
    lines.sort();
    return lines;
}

}  // namespace fanlight
