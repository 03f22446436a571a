#pragma once

#include <QObject>
#include <functional>

#include "core/project/project_file.h"

class QTimer;
class QWidget;

namespace fanlight::ui {

class PromptModel;
class UnsavedChanges;

/// What the window works on, as a file: new, open, save, with unsaved changes kept in between. A project has rows and
/// settings; a plain prompt list has rows, and the settings are the window's. A file that cannot be read or written
/// leaves everything as it is.
class Project : public QObject {
    Q_OBJECT

public:
    Project(PromptModel* model, QWidget* window);

    /// The window's settings: how they are read, and how those of a project are put into it.
    void keepSettings(std::function<ProjectSettings()> read, std::function<void(const ProjectSettings&)> put);
    /// To be called whenever they have changed.
    void settingsChanged();

    /// "" until it has been saved.
    const QString& file() const { return file_; }
    /// For the title bar.
    QString name() const;
    bool isModified() const;

    /// Reads off this thread; if called repeatedly, the last file wins.
    void load(const QString& file);
    /// The same, after asking what to do with unsaved changes.
    void openRecent(const QString& file);
    /// Restores what a killed window had not saved; recovered() or problem() follows. false: there is nothing to
    /// restore.
    bool recover();
    /// Unsaved changes may be lost from now on.
    void forgetChanges();
    /// Backs up unsaved changes now, instead of a moment after the last one.
    void backUpChanges();
    /// In the format that the name's ending says; .jsonl comes behind any other.
    void saveTo(const QString& file);

public Q_SLOTS:
    void newProject();
    void open();
    void save() { saveThen({}); }
    void saveAs();

public:
    /// Asks the user whether to save changes, if any; calls `then` unless the user cancels.
    void leaveThen(const std::function<void()>& then);

Q_SIGNALS:
    void nameChanged();
    /// Other rows are shown: those of a file, or none.
    void loaded();
    /// The rows, as they are shown, are on disk.
    void written();
    void saved();
    void recovered();
    void problem(const QString& sentence, const QString& details);

private:
    void saveThen(const std::function<void()>& then);
    void saveTo(const QString& file, const std::function<void()>& then);
    QString askForFile();
    void setFile(const QString& file);
    void backUpSoon();
    bool hasOtherSettings() const;
    ProjectSettings settings() const { return readSettings_ ? readSettings_() : ProjectSettings(); }
    void put(const ProjectSettings& settings);

    PromptModel* const model_;
    QWidget* const window_;
    QString file_;
    std::function<ProjectSettings()> readSettings_;
    std::function<void(const ProjectSettings&)> putSettings_;
    ProjectSettings saved_;  ///< in the file, if that is a project
    int loads_ = 0;
    bool isRecovering_ = false;  ///< the copy of unsaved changes is being read: until then it is the only one
    UnsavedChanges* const unsaved_;
    QTimer* const delay_;  ///< between a change and its being backed up
};

/// Whether the file is a project by its name, and not a plain prompt list.
bool isProject(const QString& file);

}  // namespace fanlight::ui
