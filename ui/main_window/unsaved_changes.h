#pragma once

#include <QLockFile>
#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <memory>

#include "core/project/project_file.h"
#include "ui/prompts/prompt_entry.h"

namespace fanlight::ui {

/// A project with unsaved changes.
struct UnsavedProject {
    ProjectFile project;    ///< `saved_as`: the file that it was opened from
    ProjectSettings saved;  ///< those in that file; the same as the unsaved ones if it cannot be read
    QString problem;        ///< why it cannot be read; empty: it was
};

/// Backs such a project up in the user's data folder, so that nothing is lost if the window is killed: the next one
/// finds it. Each window has its own file, which is free again once the process has gone. GUI thread; files are written
/// off it.
class UnsavedChanges : public QObject {
    Q_OBJECT

public:
    explicit UnsavedChanges(QObject* parent = nullptr) : QObject(parent) { pool_.setMaxThreadCount(1); }

    /// `file`: the one that they belong to, "" if there is none yet.
    void keep(const ProjectSettings& settings, const QString& file, const std::vector<PromptEntry>& entries);
    /// It has been saved, or may be lost.
    void drop();

    /// Takes over a file left behind by another window. Returns its path, for read(); "": there is none.
    QString adopt();
    /// Any thread. A file that cannot be read is moved aside.
    static UnsavedProject read(const QString& file);

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
