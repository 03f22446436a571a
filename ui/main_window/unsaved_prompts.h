#pragma once

#include <QLockFile>
#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <memory>

#include "ui/prompts/prompt_entry.h"

namespace fanlight::ui {

/// A prompt list with unsaved changes.
struct UnsavedList {
    QString project;  ///< the file that it was opened from; "": none yet
    std::vector<PromptEntry> entries;
    QString problem;  ///< why it cannot be read; empty: it was
};

/// Backs such a list up in the user's data folder, so that nothing is lost if the window is killed: the next one finds
/// it. Each window has its own file, which is free again once the process has gone. GUI thread; files are written off
/// it.
class UnsavedPrompts : public QObject {
    Q_OBJECT

public:
    explicit UnsavedPrompts(QObject* parent = nullptr) : QObject(parent) { pool_.setMaxThreadCount(1); }

    void keep(const QString& project, const std::vector<PromptEntry>& entries);
    /// The list has been saved, or may be lost.
    void drop();

    /// Takes over a file left behind by another window. Returns its path, for read(); "": there is none.
    QString adopt();
    /// Any thread. A file that cannot be read is moved aside.
    static UnsavedList read(const QString& file);

Q_SIGNALS:
    /// One sentence, emitted once.
    void problem(const QString& sentence);

private:
    bool take(bool used);
    void report(const QString& reason);

    std::unique_ptr<QLockFile> lock_;  ///< of file_
    QString file_;
    std::atomic_bool reported_ = false;
    QThreadPool pool_;  ///< one thread, so that the last change wins; destroyed first, which waits for it
};

}  // namespace fanlight::ui
