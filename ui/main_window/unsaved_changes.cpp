#include "ui/main_window/unsaved_changes.h"

#include <QDir>
#include <QStandardPaths>

#include "core/base/file.h"
#include "ui/models/sentence.h"
#include "ui/prompts/prompt_file.h"

namespace fanlight::ui {

namespace {

constexpr int maxWindows = 64;

QString folder() { return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/fanlight/unsaved"; }

}  // namespace

void UnsavedChanges::keep(const ProjectSettings& settings, const QString& file,
                          const std::vector<PromptEntry>& entries) {
    if (file_.isEmpty() && !take(false)) return report(tr("%1 cannot be written").arg(folder()));
    pool_.start([this, copy = file_, settings, file, entries] {
        const std::string prompts = projectText(entries).toStdString();
        try {
            if (prompts.empty() && file.isEmpty()) return void(QFile::remove(copy));
            replace_file(copy.toStdString(), project_head(settings, file.toStdString()) + "\n" + prompts);
        } catch (const std::exception& error) {
            report(said(error));
        }
    });
}

void UnsavedChanges::report(const QString& reason) {
    if (!reported_.exchange(true)) Q_EMIT problem(tr("Unsaved changes are not backed up: %1.").arg(reason));
}

void UnsavedChanges::drop() {
    if (!file_.isEmpty()) pool_.start([file = file_] { QFile::remove(file); });
}

QString UnsavedChanges::adopt() { return take(true) ? file_ : QString(); }

UnsavedProject UnsavedChanges::read(const QString& file) {
    UnsavedProject unsaved;
    try {
        unsaved.project = read_project(file.toStdString());
    } catch (const std::exception&) {
        const QString aside = file + ".damaged";
        QFile::remove(aside);
        QFile::rename(file, aside);
        return {.problem = tr("Unsaved prompts cannot be read; they are kept as %1.").arg(aside)};
    }
    unsaved.saved = unsaved.project.settings;
    try {
        unsaved.saved = read_project(unsaved.project.saved_as).settings;
    } catch (const std::exception&) {
        // It has gone, or is a plain list.
    }
    return unsaved;
}

/// Locks a file that no other window holds: an existing one if `used`, else a new one.
bool UnsavedChanges::take(bool used) {
    QDir().mkpath(folder());
    for (int window = 1; window <= maxWindows; ++window) {
        const QString file = QString("%1/%2%3").arg(folder()).arg(window).arg(project_suffix);
        if (QFile::exists(file) != used) continue;
        auto lock = std::make_unique<QLockFile>(file + ".lock");
        lock->setStaleLockTime(0);
        if (!lock->tryLock()) continue;
        lock_ = std::move(lock);
        file_ = file;
        return true;
    }
    return false;
}

}  // namespace fanlight::ui

#include "moc_unsaved_changes.cpp"
