#pragma once

#include <QLockFile>
#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <memory>

#include "ui/prompts/prompt_entry.h"

namespace fanlight::ui {

/// A prompt list that has changes which are in no file of the user's.
struct UnsavedList {
    QString project;  ///< the file that it was opened from; "": it has none yet
    std::vector<PromptEntry> entries;
    QString problem;  ///< why it cannot be read; empty: it can
};

/// Keeps such a list in the user's data folder, so that a window that is killed loses none: the next one finds it. Each
/// window has a file of its own, which is free again when its process is gone. GUI thread; files are written off it.
class UnsavedPrompts : public QObject {
    Q_OBJECT

public:
    explicit UnsavedPrompts(QObject* parent = nullptr) : QObject(parent) { pool_.setMaxThreadCount(1); }

    void keep(const QString& project, const std::vector<PromptEntry>& entries);
    /// It has been saved, or may be lost.
    void drop();

    /// Makes a file that another window left this window's own. Returns its path, for read(); "": there is none.
    QString adopt();
    /// Any thread. What cannot be read is put aside.
    static UnsavedList read(const QString& file);

Q_SIGNALS:
    /// One sentence, once.
    void problem(const QString& sentence);

private:
    bool take(bool used);
    void tell(const QString& reason);

    std::unique_ptr<QLockFile> lock_;  ///< of file_
    QString file_;
    std::atomic_bool told_ = false;
    QThreadPool pool_;  ///< one thread, so that the last change wins; goes first, and waits for it
};

}  // namespace fanlight::ui
