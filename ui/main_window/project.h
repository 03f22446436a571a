#pragma once

#include <QObject>
#include <functional>

class QTimer;
class QWidget;

namespace fanlight::ui {

class PromptModel;
class UnsavedPrompts;

/// The prompt list as a file: new, open, save, with unsaved changes kept in between. A file that cannot be read or
/// written leaves the list as it is.
class Project : public QObject {
    Q_OBJECT

public:
    Project(PromptModel* model, QWidget* window);

    /// "" until the list has been saved.
    const QString& file() const { return file_; }
    /// For the title bar.
    QString name() const;
    bool isModified() const;

    /// Reads off this thread; if called repeatedly, the last file wins.
    void load(const QString& file);
    /// Restores what a killed window had not saved; recovered() or problem() follows. false: there is nothing to
    /// restore.
    bool recover();
    /// Unsaved changes may be lost from now on.
    void forgetChanges();
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
    void recovered();
    void problem(const QString& sentence, const QString& details);

private:
    void saveThen(const std::function<void()>& then);
    void saveTo(const QString& file, const std::function<void()>& then);
    QString askForFile();
    void setFile(const QString& file);
    void backUpChanges();

    PromptModel* const model_;
    QWidget* const window_;
    QString file_;
    int loads_ = 0;
    UnsavedPrompts* const unsaved_;
    QTimer* const delay_;  ///< between a change and its being backed up
};

}  // namespace fanlight::ui
