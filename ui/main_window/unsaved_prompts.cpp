#include "ui/main_window/unsaved_prompts.h"

#include <QDir>
#include <QStandardPaths>

#include "core/base/file.h"
#include "core/prompts/list_backup.h"
#include "core/prompts/prompt_list.h"
#include "ui/prompts/prompt_file.h"

namespace fanlight::ui {

namespace {

constexpr int maxWindows = 64;

QString folder() { return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + "/fanlight/unsaved"; }

}  // namespace

void UnsavedPrompts::keep(const QString& project, const std::vector<PromptEntry>& entries) {
    if (file_.isEmpty() && !take(false)) return report(tr("%1 cannot be written").arg(folder()));
    pool_.start([this, file = file_, project, entries] {
        try {
            const std::string prompts = projectText(entries).toStdString();
            if (prompts.empty()) return void(QFile::remove(file));
            replace_file(file.toStdString(), backup_text(project.toStdString(), prompts));
        } catch (const std::exception& error) {
            report(QString::fromUtf8(error.what()));
        }
    });
}

void UnsavedPrompts::report(const QString& reason) {
    if (!reported_.exchange(true))
        Q_EMIT problem(tr("What is not saved would be lost with this window: %1.").arg(reason));
}

void UnsavedPrompts::drop() {
    if (!file_.isEmpty()) pool_.start([file = file_] { QFile::remove(file); });
}

QString UnsavedPrompts::adopt() { return take(true) ? file_ : QString(); }

UnsavedList UnsavedPrompts::read(const QString& file) {
    try {
        const std::string name = file.toStdString();
        const ListBackup backup = read_backup(read_list_file(name), name);
        UnsavedList list{.project = QString::fromStdString(backup.project)};
        for (const PromptRow& row : backup.rows) list.entries.push_back(entryOf(row));
        return list;
    } catch (const std::exception&) {
        const QString aside = file + ".damaged";
        QFile::remove(aside);
        QFile::rename(file, aside);
        return {.problem = tr("Prompts that had not been saved cannot be read; they are kept as %1.").arg(aside)};
    }
}

/// Locks a file that no other window holds: an existing one if `used`, else a new one.
bool UnsavedPrompts::take(bool used) {
    QDir().mkpath(folder());
    for (int window = 1; window <= maxWindows; ++window) {
        const QString file = QString("%1/%2.jsonl").arg(folder()).arg(window);
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

#include "moc_unsaved_prompts.cpp"
