#include "ui/models/run_title.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>
#include <QLocale>

namespace fanlight::ui {

namespace {

QString folderName(const RunState& run) {
    const QFileInfo folder(QString::fromStdString(run.folder()));
    const bool isBesideItsResults = folder.suffix() == "run";  // NAME.jsonl
    return isBesideItsResults ? folder.completeBaseName() : folder.fileName();
}

}  // namespace

QString runTitle(const RunState& run) {
    const client::Run& head = run.head();
    if (!head.name.empty()) return QString::fromStdString(head.name);
    const QString prompt = QString::fromStdString(head.prompt);
    if (head.begun <= 0) return prompt.isEmpty() ? folderName(run) : prompt;
    const QDateTime begun = QDateTime::fromSecsSinceEpoch(head.begun);
    const bool isToday = begun.date() == QDate::currentDate();  // a narrow column then shows more of the prompt
    const QString time = QLocale().toString(begun, isToday ? "HH:mm" : "d MMM HH:mm");
    constexpr const char* both = QT_TRANSLATE_NOOP("RunTitle", "%1, %2");
    return prompt.isEmpty() ? time : QCoreApplication::translate("RunTitle", both).arg(time, prompt);
}

}  // namespace fanlight::ui
